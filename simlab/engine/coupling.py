"""Two futures of the same citizens: together until the plan makes a difference.

Over the destinations j of a row, staying included, with chances b_j without and p_j with the plan,

    together to j          min(b_j, p_j)
    part                   δ = Σ max(b_j − p_j, 0)
    then, independently    the baseline life to j with max(b_j − p_j, 0) / δ,
                           the plan life to j with max(p_j − b_j, 0) / δ

Each future keeps its own law, and the chance of being together is the largest that any coupling
allows (Lindvall 1992, "Lectures on the Coupling Method", ch. I.5). δ is summed from the
differences, never taken as 1 − Σ min: rounding would part people whom nothing parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Cells, Futures
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.transition import Step, chances, empty_step, unchanged

RACK = 8  # numbers that are compared at once
TOGETHER, BASELINE, PLAN = 0, 1, 2  # the populations: both futures, or alone in one of them


class Choice(NamedTuple):
    """What becomes of those who do not stay, by population, for one uniform u on (0, leave).

    Below ``part`` the two futures part; else it is the class's first move j with u < cdf[j]. The
    last move with a chance takes whatever is left, so no u falls through, and a move without a
    chance is never taken.

    leave, hazard : (3, classes) the chance that anything happens, and −log(1 − leave)
    part : (3, classes)
    p    : (3, rates) the chance of each move
    cdf  : (3, classes, width) these with part cumulated, row by row, and then nothing but inf
    """

    leave: np.ndarray
    hazard: np.ndarray
    part: np.ndarray
    p: np.ndarray
    cdf: np.ndarray


class Coupled(NamedTuple):
    """One step in both futures.

    b, p   : its law without and with the plan; where the futures have the same, only b is filled
    choice : what becomes of those who do not stay
    scaled : (2,) how many rows of either had to be scaled
    """

    b: Step
    p: Step
    choice: Choice
    scaled: np.ndarray


def empty_coupled(cells: Cells) -> Coupled:
    """Workspace for one step in both futures."""
    rates, classes = cells.rate_first[-1], len(cells.rate_first) - 1
    leave, hazard, part = (np.empty((3, classes)) for _ in range(3))
    cdf = np.full((3, classes, width(cells)), np.inf)
    choice = Choice(leave, hazard, part, np.empty((3, rates)), cdf)
    b, p = (empty_step(rates, classes) for _ in range(2))
    return Coupled(b, p, choice, np.zeros(2, dtype=np.int64))


def width(cells: Cells) -> int:
    """How long a row of ``cdf`` is: the moves of a class and two more, in whole RACKs."""
    most = int(np.diff(cells.rate_first).max(initial=0)) + 2
    return -(-most // RACK) * RACK


@kernel
def couple(
    futures: Futures, rate_first: np.ndarray, d: int, t: int, coupled: Coupled
) -> tuple[bool, int]:
    """Fill both futures' law of draw ``d`` and step index ``t``, unless it is that of the step
    before; returns whether it is a new one, and how many rows of it are scaled."""
    plan, scaled = (0 if futures.same else 1), coupled.scaled
    new_b = not unchanged(futures.baseline, d, t)
    new_p = not futures.same and not unchanged(futures.plan, d, t)
    if new_b:
        scaled[0] = chances(futures.baseline, rate_first, d, t, coupled.b)
    if new_p:
        scaled[1] = chances(futures.plan, rate_first, d, t, coupled.p)
    if new_b or new_p:
        choose(rate_first, coupled.b, coupled.b if futures.same else coupled.p, coupled.choice)
    return new_b or new_p, scaled[0] + scaled[plan]


@kernel
def choose(rate_first: np.ndarray, b: Step, p: Step, choice: Choice) -> None:
    """Fill the choices of one step from the law of either future."""
    for k in range(len(rate_first) - 1):
        low, high = rate_first[k], rate_first[k + 1]
        # whichever future stays less often bounds how often both stay
        choice.leave[TOGETHER, k] = max(b.leave[k], p.leave[k])
        choice.hazard[TOGETHER, k] = max(b.hazard[k], p.hazard[k])
        part = max(p.leave[k] - b.leave[k], 0.0)  # staying: b_stay − p_stay
        for r in range(low, high):
            part += max(b.p[r] - p.p[r], 0.0)
            choice.p[TOGETHER, r] = min(b.p[r], p.p[r])
        choice.part[TOGETHER, k] = part
        for s, own in ((BASELINE, b), (PLAN, p)):
            choice.leave[s, k] = own.leave[k]
            choice.hazard[s, k] = own.hazard[k]
            choice.part[s, k] = 0.0
            for r in range(low, high):
                choice.p[s, r] = own.p[r]
        for s in range(3):
            cumulate(k, low, high, s, choice)


@inline
def cumulate(k: int, low: int, high: int, s: int, choice: Choice) -> None:
    """Fill ``cdf`` of one row; the last move with a chance has no end, else parting has none."""
    total = choice.part[s, k]
    for r in range(low, high):
        total += choice.p[s, r]
        choice.cdf[s, k, r - low] = total
    j = high - low - 1
    while j >= 0 and choice.p[s, low + j] <= 0.0:
        choice.cdf[s, k, j] = np.inf
        j -= 1
    if j >= 0:
        choice.cdf[s, k, j] = np.inf
    elif total > 0.0:
        choice.part[s, k] = np.inf


@kernel
def residual(low: int, high: int, k: int, own: Step, other: Step, out: np.ndarray) -> None:
    """Where parted lives of one future go, unnormalised: out[0] staying, out[1 + j] the moves."""
    out[0] = max(other.leave[k] - own.leave[k], 0.0)
    total = out[0]
    for r in range(low, high):
        out[1 + r - low] = max(own.p[r] - other.p[r], 0.0)
        total += out[1 + r - low]
    if total == 0.0:  # parted by rounding alone: nothing but staying is left
        out[0] = 1.0


@kernel
def part_to(low: int, high: int, k: int, own: Step, other: Step, u: float) -> int:
    """Where one parted life goes, for a uniform u: −1 stays, j ≥ 0 makes the move low + j."""
    total = max(other.leave[k] - own.leave[k], 0.0)
    for r in range(low, high):
        total += max(own.p[r] - other.p[r], 0.0)
    u = u * total - max(other.leave[k] - own.leave[k], 0.0)
    if u < 0.0 or total == 0.0:
        return -1
    last = -1
    for r in range(low, high):
        extra = max(own.p[r] - other.p[r], 0.0)
        if extra > 0.0:
            last = r - low
            u -= extra
            if u < 0.0:
                break
    return last


@inline
def pick(cdf: np.ndarray, u: float) -> int:
    """The first place with u < cdf : (width,), a whole number of RACKs that ends in inf.

    Counted, not searched for: a branch that nobody can predict costs more than all comparisons,
    and a rack of them is one.
    """
    below = 0
    for rack in range(0, len(cdf), RACK):
        for j in range(RACK):
            if u >= cdf[rack + j]:
                below += 1
    return below
