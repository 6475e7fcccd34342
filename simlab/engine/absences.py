"""Clocks that look back: each citizen's own absences within a window, exactly.

The Danish act restarts the clock of support on a return if 52 weeks of self-support have added up
within the latest three years. No cell can hold that history, so a life keeps it beside its cell,
as the stays that counted as away since the clock last stood at 1. On a return at the end of step t

    away = step ends of self-support among t − within … t − 1
    clock = 1 if away ≥ after (or never entered), else what it was on leaving, + 1

A move leads to a cell as ever, and the memory says with how many steps on the clock.
Source: Lov om kommunernes finansiering af visse offentlige ydelser § 6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import AWAY, INSIDE, Windows
from simlab.kernel.compiled import inline, kernel


class Past(NamedTuple):
    """The absences of lives, one in each slot.

    number      : (clocks, slots) stays away since the clock last stood at 1
    first, last : (clocks, slots, steps + 1) int32, the step ends of each stay
    held        : (clocks, slots) the steps on the clock when it was last left, 0 if never entered
    """

    number: np.ndarray
    first: np.ndarray
    last: np.ndarray
    held: np.ndarray


class Memory(NamedTuple):
    """What lives remember; there is none where no clock looks back.

    lives  : of the lives in the slots
    parted : of the plan's lives that have parted, as they part
    """

    windows: Windows
    lives: Past
    parted: Past


def memory(windows: Windows, slots: int, steps: int) -> Memory | None:
    """Workspace for what lives remember; None where no clock looks back, so that nothing is
    compiled."""
    if len(windows.after) == 0:
        return None
    return Memory(windows, _past(windows, slots, steps), _past(windows, slots, steps))


def _past(windows: Windows, slots: int, steps: int) -> Past:
    clocks = len(windows.after)
    first, last = (np.zeros((clocks, slots, steps + 1), dtype=np.int32) for _ in range(2))
    number, held = (np.zeros((clocks, slots), dtype=np.int64) for _ in range(2))
    return Past(number, first, last, held)


@kernel
def forget(past: Past, i: int) -> None:
    """Slot i holds a citizen who enters, with no history."""
    for w in range(len(past.number)):
        past.number[w, i] = 0
        past.held[w, i] = 0


@inline
def remember(windows: Windows, past: Past, i: int, c: int, first: int, last: int) -> None:
    """Slot i was in the state of cell c, whatever its clock, at the step ends first to last."""
    for w in range(len(windows.after)):
        if windows.place[w, c] == AWAY:
            n = past.number[w, i]
            past.first[w, i, n] = first
            past.last[w, i, n] = last
            past.number[w, i] = n + 1


@inline
def after_move(windows: Windows, past: Past, i: int, c: int, to: int, t: int) -> int:
    """The cell that slot i comes to, from cell c to cell ``to`` of its state, at the end of t."""
    for w in range(len(windows.after)):
        before, then = windows.place[w, c], windows.place[w, to]
        if before == INSIDE and then != INSIDE:
            past.held[w, i] = windows.clock[w, c]
        elif before != INSIDE and then == INSIDE:
            away, oldest = 0, t - windows.within[w]
            for n in range(past.number[w, i]):
                away += max(past.last[w, i, n] + 1 - max(past.first[w, i, n], oldest), 0)
            value = min(past.held[w, i] + 1, windows.top[w])
            if past.held[w, i] == 0 or away >= windows.after[w]:
                value = 1
                past.number[w, i] = 0
            to = windows.at[w, value, to]
    return to


@inline
def once(windows: Windows, past: Past, i: int, c: int, to: int, t: int) -> None:
    """Step end t, at which a reform takes slot i from one state away to another, counts once."""
    for w in range(len(windows.after)):
        if windows.place[w, c] == AWAY and windows.place[w, to] == AWAY:
            past.last[w, i, past.number[w, i] - 1] = t - 1


@inline
def copy_past(source: Past, i: int, target: Past, k: int) -> None:
    """What slot i remembers, into slot k of ``target``."""
    for w in range(len(source.number)):
        target.number[w, k] = source.number[w, i]
        target.held[w, k] = source.held[w, i]
        for n in range(source.number[w, i]):
            target.first[w, k, n] = source.first[w, i, n]
            target.last[w, k, n] = source.last[w, i, n]
