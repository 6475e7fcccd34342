"""From intensities to the chances of one step.

    A = Σ a_j      leave = 1 − e^{−A}      p_j = a_j / A · leave      stay = 1 − leave

Competing risks, constant within the step, at most one move. Every row is valid by construction:
nothing has to be typed so that it sums to 1. Where A is beyond all measure (``CERTAIN``) everybody
leaves, in proportion to the intensities: a row that is certain is the limit of this law.

Multipliers of chances act on p_j, and what they take or give is taken from staying; in a certain
row, where nobody stays, from its other moves. A row that would leave with more than certainty is
scaled to it. Those who would have made a closed move make another of the row instead, or stay.

Where a share e of a cell's people is enrolled in a programme as the step begins, or drops out of
one, the row is the mixture of two, each with its own law:

    (1 − e) p_j    e · stay'    e p'_j      leave = 1 − (1 − e)(1 − leave)

leave being the chance of anything but staying as one was. The e is the same in both futures.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Hazards
from simlab.kernel.compiled import inline, kernel

LITTLE = 0.5  # a hazard up to which (1 − e^−A) / A is summed as a series
SERIES = tuple((-1.0) ** n / math.factorial(n + 1) for n in range(13, -1, -1))  # of it, last first
CERTAIN = 1e3  # a hazard that nobody survives: no exponential variate is above 50
NEVER = 1e-100  # above what is left of a rate beside moves that are certain
ROUNDING = 1e-9  # by which chances that sum to 1 may miss it, as they were typed or computed


class Step(NamedTuple):
    """The law of one step in one future.

    p      : (rates,) the chance of each move
    leave  : (classes,) the chance of any move
    hazard : (classes,) −log(1 − leave), CERTAIN where nobody stays
    """

    p: np.ndarray
    leave: np.ndarray
    hazard: np.ndarray


def empty_step(rates: int, classes: int) -> Step:
    """Workspace for the law of a step."""
    return Step(np.empty(rates), np.empty(classes), np.empty(classes))


@kernel
def stays(hazards: Hazards, t: int) -> bool:
    """Whether step index ``t`` has the law of the step before, whatever the draw."""
    same = t > 0 and hazards.epoch[t] == hazards.epoch[t - 1]
    return same and hazards.factor.shape[2] == 1 and hazards.chance.shape[2] == 1


@kernel
def unchanged(hazards: Hazards, d: int, t: int) -> bool:
    """Whether step index ``t`` of draw ``d`` has the same law as the step before."""
    if t == 0 or hazards.epoch[t] != hazards.epoch[t - 1]:
        return False
    for k in range(1, hazards.factor.shape[2]):
        if hazards.factor[d, t, k] != hazards.factor[d, t - 1, k]:
            return False
    for k in range(1, hazards.chance.shape[2]):
        if hazards.chance[d, t, k] != hazards.chance[d, t - 1, k]:
            return False
    return True


@kernel
def chances(hazards: Hazards, rate_first: np.ndarray, d: int, t: int, step: Step) -> int:
    """Fill the law of every class in draw ``d`` and step index ``t``.

    Returns how many rows had to be scaled.
    """
    scaled = 0
    for k in range(len(rate_first) - 1):
        low, high = rate_first[k], rate_first[k + 1]
        if low < high and hazards.chance_of[(low + high) // 2] < 0:
            scaled += enrol(hazards, d, t, low, high, k, step)
        else:
            scaled += compete(hazards, d, t, low, high, k, step)
    return scaled


@inline
def leavers_per_hazard(total: float) -> float:
    """(1 − e^−A) / A of a hazard up to LITTLE, or of one in every lane (`vector`)."""
    found = total * SERIES[0] + SERIES[1]
    for coefficient in SERIES[2:]:
        found = found * total + coefficient
    return found


@inline
def compete(hazards: Hazards, d: int, t: int, low: int, high: int, k: int, step: Step) -> int:
    """Fill the law of the rates ``low`` to ``high``; 1 if they had to be scaled, else 0."""
    epoch, p, scaled = hazards.epoch[t], step.p, 0
    base, factor, factor_of = hazards.base[d, epoch], hazards.factor[d, t], hazards.factor_of
    total = 0.0
    for r in range(low, high):
        p[r] = base[r] * factor[factor_of[r]]
        total += p[r]
    step.hazard[k] = min(total, CERTAIN)
    if total <= LITTLE:
        share = leavers_per_hazard(total)
        step.leave[k] = total * share
    else:
        step.leave[k] = -math.expm1(-total)
        share = step.leave[k] / total
    for r in range(low, high):
        p[r] *= share
    if hazards.chance.shape[2] > 1:
        scaled = multiply(hazards.chance[d, t], hazards.chance_of, low, high, k, step)
    if hazards.made_as.shape[0] > 0:
        divert(hazards.made_as[epoch], low, high, k, step)
    return scaled


@kernel
def enrol(hazards: Hazards, d: int, t: int, low: int, high: int, k: int, step: Step) -> int:
    """Fill the law of a class of which a share is enrolled; how many halves were scaled."""
    middle, p = (low + high) // 2, step.p
    e = hazards.factor[d, t, -hazards.chance_of[middle]]
    scaled = compete(hazards, d, t, low, middle, k, step)
    leave, hazard = step.leave[k], step.hazard[k]
    scaled += compete(hazards, d, t, middle + 1, high, k, step)
    for r in range(low, middle):
        p[r] *= 1.0 - e
    p[middle] = e * (1.0 - step.leave[k])
    for r in range(middle + 1, high):
        p[r] *= e
    step.leave[k] = min(leave + e * (1.0 - leave), 1.0)
    step.hazard[k] = hazard - math.log1p(-e) if e < 1.0 else CERTAIN
    return scaled


@inline
def leave_with(k: int, total: float, step: Step) -> None:
    """Set the chance of any move out of class k."""
    step.leave[k] = total
    step.hazard[k] = -math.log1p(-total) if total < 1.0 else CERTAIN


@kernel
def divert(made_as: np.ndarray, low: int, high: int, k: int, step: Step) -> None:
    """Hand the chances of a row's closed moves on, to other moves or to staying."""
    changed, total, p = False, 0.0, step.p
    for r in range(low, high):
        to = made_as[r]
        if to != r:
            if to >= 0:
                p[to] += p[r]
            p[r] = 0.0
            changed = True
    if changed:
        for r in range(low, high):
            total += p[r]
        leave_with(k, min(total, 1.0), step)


@kernel
def multiply(
    factor: np.ndarray, factor_of: np.ndarray, low: int, high: int, k: int, step: Step
) -> int:
    """Multiply the chances of one row; 1 if it then had to be scaled to certainty, else 0."""
    changed, total, named, others, p = False, 0.0, 0.0, 0.0, step.p
    for r in range(low, high):
        if factor[factor_of[r]] != 1.0:
            p[r] *= factor[factor_of[r]]
            named += p[r]
            changed = True
        else:
            others += p[r]
        total += p[r]
    if not changed:
        return 0
    if step.hazard[k] >= CERTAIN and others > NEVER:  # nobody stays: the others make up for it
        rest = max(1.0 - named, 0.0) / others
        for r in range(low, high):
            if factor[factor_of[r]] == 1.0:
                p[r] *= rest
        total = max(named, 1.0)
    if total <= 1.0 + ROUNDING:
        leave_with(k, min(total, 1.0), step)
        return 0
    leave_with(k, 1.0, step)
    for r in range(low, high):
        p[r] /= total
    return 1
