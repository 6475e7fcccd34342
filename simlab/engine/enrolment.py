"""Lives that can be enrolled: moves and enrolments from two streams.

In the baseline nobody's moves depend on a programme, so in each step a life moves, with chance P,
and is enrolled (or drops out), with chance e, independently. Two exponential variates are therefore
used up side by side, each along its own hazard,

    −log(1 − P) of moving        −log(1 − e) of being enrolled, or dropping out

and the step in which either ends is the next event; both may end in one step. The row of such a
class (`kernel.transition`) has the same law: (1 − e)(1 − P) is the chance that nothing
happens. What it adds is an address: with another programme, or none, the life makes the same moves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simlab.engine.chance import uniform
from simlab.engine.cumulative_hazard import CumulativeHazard, first_above
from simlab.engine.exponential import exponential
from simlab.kernel.arrays import Cells, Hazards
from simlab.kernel.compiled import kernel
from simlab.kernel.transition import CERTAIN


class Enrolment(NamedTuple):
    """Workspace for one thread.

    wait   : (2, classes, steps + 1) the hazards of moving, and of being enrolled, summed over steps
    middle : (classes,) how many moves a class has, which come again after those of the enrolled;
        −1: nobody in it can be enrolled, or drop out
    move, intake : (slots,) what is left of the two variates of a life
    moves, enrols : (slots,) bool, what happened in its last event
    stream : (slots, 4) the random numbers of enrolment
    """

    wait: np.ndarray
    middle: np.ndarray
    move: np.ndarray
    intake: np.ndarray
    moves: np.ndarray
    enrols: np.ndarray
    stream: np.ndarray


def enrolment(cells: Cells, hazards: Hazards, slots: int, steps: int) -> Enrolment | None:
    """Workspace for lives that can be enrolled; None where nobody can be."""
    low, high = cells.rate_first[:-1], cells.rate_first[1:]
    middle = np.full(len(low), -1)
    for k in np.flatnonzero(high > low):
        if hazards.chance_of[(low[k] + high[k]) // 2] < 0:
            middle[k] = (high[k] - low[k]) // 2
    if (middle < 0).all():
        return None
    return Enrolment(
        np.zeros((2, len(low), steps + 1)),
        middle,
        np.zeros(slots),
        np.zeros(slots),
        np.zeros(slots, dtype=np.bool_),
        np.zeros(slots, dtype=np.bool_),
        np.zeros((slots, 4), dtype=np.uint64),
    )


@kernel
def accumulate_enrolment(cells: Cells, cumulative: CumulativeHazard, enrolment: Enrolment) -> None:
    """Fill the hazards of moving and of enrolment from the baseline's law in ``cumulative``."""
    steps = len(cumulative.matrix_of)
    for k in range(len(enrolment.middle)):
        low, m = cells.rate_first[k], enrolment.middle[k]
        for t in range(steps):
            moves, turns = cumulative.wait[0, k, t + 1] - cumulative.wait[0, k, t], 0.0
            if m >= 0:
                p = cumulative.p[0, cumulative.matrix_of[t]]
                leave, enrolled = 0.0, p[low + m]
                for j in range(m):
                    leave += p[low + j] + p[low + m + 1 + j]
                    enrolled += p[low + m + 1 + j]
                moves = -math.log1p(-leave) if leave < 1.0 else CERTAIN
                turns = -math.log1p(-enrolled) if enrolled < 1.0 else CERTAIN
            enrolment.wait[0, k, t + 1] = enrolment.wait[0, k, t] + moves
            enrolment.wait[1, k, t + 1] = enrolment.wait[1, k, t] + turns


@kernel
def next_event(enrolment: Enrolment, i: int, k: int, t: int, length: int) -> tuple[bool, int]:
    """Whether slot i, in class k from t on for at most ``length`` steps, has an event in them, and
    after how many steps. What the steps take of both variates is taken."""
    moves, turns, end = enrolment.wait[0, k], enrolment.wait[1, k], t + length
    at_move, at_intake = end, end
    if enrolment.move[i] < moves[end] - moves[t]:
        at_move = first_above(moves, moves[t] + enrolment.move[i], t, end)
    if enrolment.intake[i] < turns[end] - turns[t]:
        at_intake = first_above(turns, turns[t] + enrolment.intake[i], t, end)
    at = min(at_move, at_intake)
    enrolment.moves[i] = at_move == at and at < end
    enrolment.enrols[i] = at_intake == at and at < end
    stop = min(at + 1, end)
    # what was not used up in these steps cannot be below 0 but by rounding
    enrolment.move[i] = max(enrolment.move[i] - (moves[stop] - moves[t]), 0.0)
    enrolment.intake[i] = max(enrolment.intake[i] - (turns[stop] - turns[t]), 0.0)
    return at < end, at - t


@kernel
def entry_of(
    cells: Cells, enrolment: Enrolment, i: int, k: int, p: np.ndarray, stream: np.ndarray
) -> int:
    """Which entry of its row slot i takes, whose event is in class k; p : (rates,) of the step.

    Variates that have been used up are drawn anew.
    """
    low, m = cells.rate_first[k], enrolment.middle[k]
    if enrolment.enrols[i]:
        enrolment.intake[i] = exponential(enrolment.stream[i])
    if not enrolment.moves[i]:
        return int(m)
    moves = m if m >= 0 else cells.rate_first[k + 1] - low
    total = 0.0
    for j in range(moves):
        total += p[low + j] + (p[low + m + 1 + j] if m >= 0 else 0.0)
    u, last = total * uniform(stream), 0
    for j in range(moves):
        chance = p[low + j] + (p[low + m + 1 + j] if m >= 0 else 0.0)
        if chance > 0.0:
            last = j
            if u < chance:
                break
            u -= chance
    enrolment.move[i] = exponential(stream)
    return int(last + m + 1 if enrolment.enrols[i] else last)
