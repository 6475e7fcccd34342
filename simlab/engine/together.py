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

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy", inline="always")
def couple(
    rate_first: np.ndarray,
    b: np.ndarray,
    leave_b: np.ndarray,
    p: np.ndarray,
    leave_p: np.ndarray,
    common: np.ndarray,
    part: np.ndarray,
) -> None:
    """Fill common : (rates,), the chance of each move together, and part : (classes,), δ."""
    for k in range(len(rate_first) - 1):
        delta = max(leave_p[k] - leave_b[k], 0.0)  # staying: b_stay − p_stay
        for r in range(rate_first[k], rate_first[k + 1]):
            common[r] = min(b[r], p[r])
            delta += max(b[r] - p[r], 0.0)
        part[k] = delta


@njit(cache=True, error_model="numpy", inline="always")
def residual(
    low: int,
    high: int,
    own: np.ndarray,
    own_leave: float,
    other: np.ndarray,
    other_leave: float,
    out: np.ndarray,
) -> None:
    """Where parted lives of one future go: out[0] staying, out[1 + j] the moves; sums to 1."""
    out[0] = max(other_leave - own_leave, 0.0)
    total = out[0]
    for r in range(low, high):
        out[1 + r - low] = max(own[r] - other[r], 0.0)
        total += out[1 + r - low]
    for j in range(high - low + 1):
        out[j] = out[j] / total if total > 0.0 else 0.0
