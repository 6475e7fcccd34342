"""Clocks: whole steps spent in a group of states, and what a citizen carries while away.

At entry, at the end of step t, the clock is 1; moving inside the group keeps it running; it
saturates at the largest band edge over all that reads it. Outside, a citizen carries the frozen
clock and the number of step ends counted away, 1 at the first. A return after fewer than ``after``
steps away goes on at the last clock + 1, else at 1. Never entered (or forgotten) is 0.

With a window (the Danish rule: 52 weeks away, in all, within three years) the exact history does
not fit a cell. In the cells such a clock either forgets earlier absences on every return, or never;
the truth lies between, and a run can report both. The engine ``citizens`` keeps each citizen's own
history and so the rule itself (`absences`), unless a study says which bound it wants.

Where a clock names its states of self-support, only steps that end there count as away; in other
states outside the group (education that does not count) the clock and the count stand still.

A band "3-5" of a unit covers the time (2, 5] units after entry. Where the unit is not the study's
step, a step takes the time average of the bands it overlaps: ``overlap`` gives the weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simlab.study.grammar import Resets
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.study.values import Bands, Varying

Position = tuple[int, int, int]  # (clock, steps away that add up to a reset, steps away this time)
NEVER_RESETS = 2**31


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock group, in steps of the study.

    top      : the clock value at which it saturates
    after    : steps away after which it restarts (1: on every entry)
    adds_up  : steps away accumulate over several absences
    away_top : the steps away at which that count saturates; 0 where nothing reads it
    window   : steps that the exact history looks back over; 0 where the cell's count is the rule
    away_in  : the states outside whose steps count as away; None for all
    """

    name: str
    states: frozenset[str]
    top: int
    after: int
    adds_up: bool
    away_top: int
    window: int = 0
    away_in: frozenset[str] | None = None

    def enter(self, position: Position) -> Position:
        """The position after entering the group, at the end of a step."""
        clock, away, _ = position
        if clock == 0:
            return (1, 0, 0)
        return (min(clock + 1, self.top), away if self.adds_up else 0, 0)

    def stay_inside(self, position: Position) -> Position:
        clock, away, _ = position
        return (min(clock + 1, self.top), away, 0)

    def leave(self, position: Position, to: str) -> Position:
        clock, away, _ = position
        return self._outside(clock, away + self.counts(to), 1)

    def stay_outside(self, position: Position, to: str) -> Position:
        """The position after a step that ends in ``to``, outside like its beginning."""
        clock, away, recent = position
        return self._outside(clock, away + self.counts(to), recent + 1)

    def counts(self, state: str) -> bool:
        """Whether a step that ends in ``state``, outside the group, counts as away."""
        return self.away_in is None or state in self.away_in

    def never_entered(self) -> Position:
        """Outside for ever: the same as away for so long that nothing counts any more."""
        return (0, 0, self.away_top)

    def _outside(self, clock: int, away: int, recent: int) -> Position:
        recent = min(recent, self.away_top)
        if clock == 0 or away >= self.after:  # forgotten
            return (0, 0, recent)
        return (clock, 0 if self.after == NEVER_RESETS else away, recent)


def edge(bands: Bands, unit: str, step: str) -> int:
    """The first step on the clock from which the bands say nothing new (at least 1)."""
    length = units_per(unit, step)  # steps in a unit
    starts = max(bands.edge - 1, 0)
    return math.ceil(starts * length - 1e-9) + 1


def overlap(bands: Bands, unit: str, step: str, top: int) -> np.ndarray:
    """(top + 1, bands) the share of each clock step that falls in each band; rows sum to 1.

    Row k is the time (k − 1, k] steps after entry; row 0 (never entered) equals row ``top``.
    """
    weights = np.zeros((top + 1, len(bands.bands)))
    length = units_per(step, unit)  # units in a step
    for k in range(1, top + 1):
        begin, end = (k - 1) * length, k * length
        for j, band in enumerate(bands.bands):
            low = 0.0 if j == 0 else band.low - 1.0
            high = math.inf if band.high is None else float(band.high)
            weights[k, j] = max(min(end, high) - max(begin, low), 0.0) / length
    # Beyond the last edge a step lies in one band; rounding must not split it.
    weights[np.abs(weights) < 1e-12] = 0.0
    weights[np.abs(weights - 1) < 1e-12] = 1.0
    weights[0] = weights[top]
    return weights


def read_by(study: Study, bands: Bands, state: str) -> tuple[str, bool] | None:
    """Which clock bands read in a state, and whether they count the steps away; None if flat."""
    if len(bands.bands) == 1:
        return None
    if bands.by is None:
        return (clock_of(study, state), False)
    clock, _, away = bands.by.partition(".")
    return (clock, away == "away")


def clock_of(study: Study, state: str) -> str:
    """The clock that a state runs; KeyError if it runs none."""
    for name, clock in study.form.clocks.items():
        if state in study.names.expand_all(clock.states):
            return name
    raise KeyError(state)


def clock_rules(study: Study, readers: list[tuple[Varying, str, str]]) -> dict[str, ClockRule]:
    """The clocks of a study; ``readers`` are (value, unit, state) of all that may have bands."""
    tops = dict.fromkeys(study.form.clocks, 1)
    away_tops = dict.fromkeys(study.form.clocks, 0)
    for varying, unit, state in readers:
        for _, bands in varying.versions:
            read = read_by(study, bands, state)
            if read is not None:
                highest = away_tops if read[1] else tops
                highest[read[0]] = max(highest[read[0]], edge(bands, unit, study.form.step))
    rules = {}
    for name, clock in study.form.clocks.items():
        after, adds_up, window = _after(study, name)
        support = clock.resets.self_support if isinstance(clock.resets, Resets) else None
        rules[name] = ClockRule(
            name=name,
            states=frozenset(study.names.expand_all(clock.states)),
            top=tops[name],
            after=after,
            adds_up=adds_up,
            away_top=away_tops[name],
            window=window,
            away_in=None if support is None else frozenset(study.names.expand_all(support)),
        )
    return rules


def _after(study: Study, name: str) -> tuple[int, bool, int]:
    """Steps away until a restart, whether they add up in a cell, and the exact window in steps."""
    clock = study.form.clocks[name]
    if clock.resets is None:
        return 1, False, 0
    if not isinstance(clock.resets, Resets):
        return NEVER_RESETS, False, 0
    (away,), step = clock.resets.after, study.form.step
    after = away.begun_steps(step)
    within = max((window.begun_steps(step) for window in clock.resets.within), default=0)
    exact = within > 0 and clock.forgets is None
    return after, within > 0 and clock.forgets is False, within if exact else 0


def windows_of(study: Study) -> list[str]:
    """The clocks that restart after absences that add up within a window."""
    return [
        name
        for name, clock in study.form.clocks.items()
        if isinstance(clock.resets, Resets) and clock.resets.within
    ]
