"""From intensities to the chances of one step.

    A = Σ a_j      leave = 1 − e^{−A}      p_j = a_j / A · leave      stay = 1 − leave

Competing risks, constant within the step, at most one move. Every row is valid by construction:
nothing has to be typed so that it sums to 1. Multipliers of chances act on p_j, and what they
take or give is taken from staying; a row that would leave with more than certainty is scaled.
Those who would have made a closed move make another of the row instead, or stay.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simlab.law.chain import Hazards

ALMOST_ONE = 1.0 - 1e-9


@njit(cache=True, error_model="numpy", inline="always")
def chances(
    hazards: Hazards, rate_first: np.ndarray, d: int, t: int, p: np.ndarray, leave: np.ndarray
) -> int:
    """Fill the chances of every class in draw ``d`` and step index ``t``.

    p : (rates,) the chance of each move; leave : (classes,) the chance of any move
    Returns how many rows had to be scaled.
    """
    epoch, scaled = hazards.epoch[t], 0
    # Rows are taken out of the tuple once: each reach into it costs more than a sum.
    base, factor, factor_of = hazards.base[d, epoch], hazards.factor[d, t], hazards.factor_of
    multipliers = hazards.chance.shape[2] > 1
    diverted = hazards.made_as.shape[0] > 0
    for k in range(len(rate_first) - 1):
        low, high = rate_first[k], rate_first[k + 1]
        total = 0.0
        for r in range(low, high):
            p[r] = base[r] * factor[factor_of[r]]
            total += p[r]
        leave[k] = -math.expm1(-total)
        share = leave[k] / total if total > 0.0 else 0.0
        for r in range(low, high):
            p[r] *= share
        if multipliers:
            scaled += multiply(hazards.chance[d, t], hazards.chance_of, low, high, k, p, leave)
        if diverted:
            divert(hazards.made_as[epoch], low, high, k, p, leave)
    return scaled


@njit(cache=True, error_model="numpy", inline="always")
def divert(
    made_as: np.ndarray, low: int, high: int, k: int, p: np.ndarray, leave: np.ndarray
) -> None:
    """Hand the chances of a row's closed moves on, to other moves or to staying."""
    changed, total = False, 0.0
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
        leave[k] = min(total, 1.0)


@njit(cache=True, error_model="numpy", inline="always")
def multiply(
    factor: np.ndarray,
    factor_of: np.ndarray,
    low: int,
    high: int,
    k: int,
    p: np.ndarray,
    leave: np.ndarray,
) -> int:
    """Multiply the chances of one row; 1 if it then had to be scaled below certainty, else 0."""
    changed, total = False, 0.0
    for r in range(low, high):
        if factor[factor_of[r]] != 1.0:
            p[r] *= factor[factor_of[r]]
            changed = True
        total += p[r]
    if not changed:
        return 0
    leave[k] = total
    if total <= 1.0:
        return 0
    leave[k] = ALMOST_ONE
    for r in range(low, high):
        p[r] *= ALMOST_ONE / total
    return 1
