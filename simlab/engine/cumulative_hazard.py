"""Cumulative hazards: the transitions of a draw over all its steps, as event-driven lives read it.

    wait[f, k, t]         Σ of the hazards of leaving class k in the steps before t, in future f
    excess_hazard[k, t]   Σ of what the hazard in the plan is above that in the baseline

Someone who is in class k at t and has drawn an exponential variate E leaves in the first step i
with wait[f, k, i + 1] > wait[f, k, t] + E, for P(i or later) = exp(−(wait[i] − wait[t])) is the
product of the chances of staying: exact for intensities that change with every step, and no step
is looked at one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.engine.coupling import BASELINE, PLAN, Coupled, couple, empty_coupled, width
from simlab.kernel.arrays import Cells, Futures
from simlab.kernel.compiled import kernel
from simlab.kernel.transition import Step


class CumulativeHazard(NamedTuple):
    """wait : (2, classes, steps + 1)   excess_hazard : (classes, steps + 1)

    matrix_of : (steps,) the number of the matrix in force; one that stays the same is kept once
    cdf       : (2, matrices, classes, width) the choices of lives in either future
    p         : (2, matrices, rates) the chance of each move
    leave     : (2, matrices, classes) the chance of any move
    coupled   : workspace for one step
    """

    wait: np.ndarray
    excess_hazard: np.ndarray
    matrix_of: np.ndarray
    cdf: np.ndarray
    p: np.ndarray
    leave: np.ndarray
    coupled: Coupled


def empty_cumulative_hazard(cells: Cells, steps: int) -> CumulativeHazard:
    """Workspace for the chances of a draw."""
    rates, classes = cells.rate_first[-1], len(cells.rate_first) - 1
    return CumulativeHazard(
        np.zeros((2, classes, steps + 1)),
        np.zeros((classes, steps + 1)),
        np.zeros(steps, dtype=np.int64),
        np.full((2, steps, classes, width(cells)), np.inf),
        np.empty((2, steps, rates)),
        np.empty((2, steps, classes)),
        empty_coupled(cells),
    )


@kernel
def accumulate(
    cells: Cells, futures: Futures, d: int, cumulative: CumulativeHazard
) -> tuple[int, bool]:
    """Fill the chances and cumulative hazards of draw ``d``.

    Returns how many rows had to be scaled, and whether the plan makes any difference.
    """
    steps, classes = cumulative.leave.shape[1], cumulative.leave.shape[2]
    scaled, differs, matrix, coupled = 0, False, -1, cumulative.coupled
    b, p = coupled.b, coupled.b if futures.same else coupled.p
    for t in range(steps):
        new, over = couple(futures, cells.rate_first, d, t, coupled)
        scaled += over
        if new:
            matrix += 1
            differs = write(cells, b, p, matrix, cumulative) or differs
        cumulative.matrix_of[t] = matrix
        for k in range(classes):
            more = max(p.hazard[k] - b.hazard[k], 0.0)
            cumulative.wait[0, k, t + 1] = cumulative.wait[0, k, t] + b.hazard[k]
            cumulative.wait[1, k, t + 1] = cumulative.wait[1, k, t] + p.hazard[k]
            cumulative.excess_hazard[k, t + 1] = cumulative.excess_hazard[k, t] + more
    return scaled, differs


@kernel
def write(cells: Cells, b: Step, p: Step, matrix: int, cumulative: CumulativeHazard) -> bool:
    """Write a transition matrix down; returns whether the plan makes a difference in it."""
    differs, cdf = False, cumulative.coupled.choice.cdf
    for k in range(len(b.leave)):
        cumulative.leave[0, matrix, k] = b.leave[k]
        cumulative.leave[1, matrix, k] = p.leave[k]
        differs = differs or b.leave[k] != p.leave[k]
        low = cells.rate_first[k]
        for r in range(low, cells.rate_first[k + 1]):
            cumulative.p[0, matrix, r] = b.p[r]
            cumulative.p[1, matrix, r] = p.p[r]
            differs = differs or b.p[r] != p.p[r]
            cumulative.cdf[0, matrix, k, r - low] = cdf[BASELINE, k, r - low]
            cumulative.cdf[1, matrix, k, r - low] = cdf[PLAN, k, r - low]
    return differs


@kernel
def first_above(wait: np.ndarray, goal: float, low: int, high: int) -> int:
    """The step i from low to high − 1 with wait[i] ≤ goal < wait[i + 1], for a goal between the
    two ends. Guessed as if the hazard were constant, which it nearly is, then walked.
    """
    i = low + int((goal - wait[low]) / (wait[high] - wait[low]) * (high - low))
    i = min(i, high - 1)
    # rounding may put the goal on wait[high]: then it is the last step with a hazard
    while wait[i + 1] <= goal and wait[i + 1] < wait[high]:
        i += 1
    while wait[i] > goal or wait[i] == wait[high]:
        i -= 1
    return i
