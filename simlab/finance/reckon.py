"""Heads times unit amounts, step by step: the only place where people become money.

    people[a, t]     = w · heads[t − 1, a] + (1 − w) · heads[t, a]
    paid[k, t + lag] = Σ_a people[a, t] · unit[e(t), a, k]

with w the weight of the start of a step, and e(t) the epoch of its money.
"""

from __future__ import annotations

import numpy as np
from numba import njit

AT_START = {"end": 0.0, "start": 1.0, "mean": 0.5}  # by what the study's payments follow


@njit(cache=True, nogil=True, error_model="numpy")
def reckon(
    heads: np.ndarray,
    unit: np.ndarray,
    first: np.ndarray,
    at_start: float,
    lag: int,
    out: np.ndarray,
) -> None:
    """Add the payments of one future to out : (draws, payers, steps + 1), kr. a step.

    heads : (draws, steps + 1, accounts)    unit : (epochs, accounts, payers, draws)
    first : (epochs + 1,) the first step of each epoch, and the step after the last
    at_start : the weight of the people at the start of the step; the rest is on those at its end
    lag : payments for step t fall in step t + lag; those beyond the horizon are not counted
    """
    draws, width, accounts = heads.shape
    epochs, payers = unit.shape[0], unit.shape[2]
    counted = max(width - lag, 0)  # the steps before it are paid within the horizon
    people, paid = np.empty((accounts, width)), np.empty((payers, width))
    for d in range(draws):
        for t in range(1, width):  # time last, so that the sum below runs along it
            for a in range(accounts):
                people[a, t] = at_start * heads[d, t - 1, a] + (1.0 - at_start) * heads[d, t, a]
        for k in range(payers):
            for t in range(counted):
                paid[k, t] = out[d, k, t + lag]
        for e in range(epochs):
            begin, end = max(first[e], 0), min(first[e + 1], counted)
            for a in range(accounts):
                for k in range(payers):
                    each = unit[e, a, k, d]
                    if each != 0.0:
                        for t in range(begin, end):
                            paid[k, t] += people[a, t] * each
        for k in range(payers):
            for t in range(counted):
                out[d, k, t + lag] = paid[k, t]
