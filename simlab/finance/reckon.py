"""Heads times unit amounts, step by step: the only place where people become money."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def reckon(
    heads: np.ndarray,
    unit: np.ndarray,
    epoch_of: np.ndarray,
    at_start: float,
    lag: int,
    out: np.ndarray,
) -> None:
    """Add the payments of one future to out : (draws, steps + 1, payers), kr. a step.

    heads : (draws, steps + 1, accounts)    unit : (draws or 1, epochs, accounts, payers)
    at_start : the weight of the people at the start of the step; the rest is on those at its end
    lag : payments for step t fall in step t + lag; those beyond the horizon are not counted
    """
    draws, steps_and_start, accounts = heads.shape
    payers = out.shape[2]
    for d in range(draws):
        u = d if unit.shape[0] > 1 else 0
        for t in range(1, steps_and_start - lag):
            e = epoch_of[t - 1]
            for a in range(accounts):
                people = at_start * heads[d, t - 1, a] + (1.0 - at_start) * heads[d, t, a]
                if people != 0.0:
                    for k in range(payers):
                        out[d, t + lag, k] += people * unit[u, e, a, k]
