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


@njit(cache=True)
def chances(
    hazards: Hazards, rate_first: np.ndarray, d: int, t: int, p: np.ndarray, leave: np.ndarray
) -> int:
    """Fill the chances of every class in draw ``d`` and step index ``t``.

    p : (rates,) the chance of each move; leave : (classes,) the chance of any move
    Returns how many rows had to be scaled.
    """
    classes = len(rate_first) - 1
    epoch, scaled = hazards.epoch[t], 0
    for k in range(classes):
        total = 0.0
        for r in range(rate_first[k], rate_first[k + 1]):
            a = hazards.base[d, epoch, r] * hazards.factor[d, t, hazards.factor_of[r]]
            p[r] = a
            total += a
        leave[k] = -math.expm1(-total)
        share = leave[k] / total if total > 0.0 else 0.0
        for r in range(rate_first[k], rate_first[k + 1]):
            p[r] *= share
        if hazards.chance.shape[2] > 1:
            scaled += multiply(hazards, rate_first[k], rate_first[k + 1], d, t, k, p, leave)
        if hazards.made_as.shape[0] > 0:
            divert(hazards.made_as[epoch], rate_first[k], rate_first[k + 1], k, p, leave)
    return scaled


@njit(cache=True)
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


@njit(cache=True)
def multiply(
    hazards: Hazards,
    low: int,
    high: int,
    d: int,
    t: int,
    k: int,
    p: np.ndarray,
    leave: np.ndarray,
) -> int:
    """Multiply the chances of one row; 1 if it then had to be scaled below certainty, else 0."""
    changed, total = False, 0.0
    for r in range(low, high):
        factor = hazards.chance[d, t, hazards.chance_of[r]]
        if factor != 1.0:
            p[r] *= factor
            changed = True
        total += p[r]
    if not changed:
        return 0
    leave[k] = min(total, ALMOST_ONE)
    if total <= 1.0:
        leave[k] = total
        return 0
    for r in range(low, high):
        p[r] *= ALMOST_ONE / total
    return 1
