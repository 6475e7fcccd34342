"""Heads times unit amounts, step by step: the only place where people become money.

    paid[k, t + lag] = Σ_a people[a, t] · unit[e(t), a, k]

with e(t) the epoch of the money of step t, and people those whom it is for (`people_paid_for`).
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def pay(
    counted: np.ndarray,
    unit: np.ndarray,
    first: np.ndarray,
    lag: int,
    out: np.ndarray,
) -> None:
    """Add the payments of one future to out : (draws, payers, steps + 1), kr. a step.

    counted : (draws, steps + 1, accounts)    unit : (epochs, accounts, payers, draws)
    first : (epochs + 1,) the first step of each epoch, and the step after the last
    lag : payments for step t fall in step t + lag; those beyond the horizon are not counted
    """
    draws, width, accounts = counted.shape
    epochs, payers = unit.shape[0], unit.shape[2]
    due = max(width - lag, 0)  # the steps before it are paid within the horizon
    people, paid = np.empty((accounts, width)), np.empty((payers, width))
    for d in range(draws):
        for t in range(1, width):  # time last, so that the sum below runs along it
            for a in range(accounts):
                people[a, t] = counted[d, t, a]
        for k in range(payers):
            for t in range(due):
                paid[k, t] = out[d, k, t + lag]
        for e in range(epochs):
            begin, end = max(first[e], 0), min(first[e + 1], due)
            for a in range(accounts):
                for k in range(payers):
                    each = unit[e, a, k, d]
                    if each != 0.0:
                        for t in range(begin, end):
                            paid[k, t] += people[a, t] * each
        for k in range(payers):
            for t in range(due):
                out[d, k, t + lag] = paid[k, t]
