"""People by state: the heads of all accounts of a state, added up."""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.engine.simulate import Histories


@njit(cache=True, nogil=True, error_model="numpy")
def by_state(heads: np.ndarray, state_of: np.ndarray, out: np.ndarray) -> None:
    """Add heads : (draws, steps + 1, accounts) to out : (draws, steps + 1, states)."""
    draws, width, accounts = heads.shape
    for d in range(draws):
        for t in range(width):
            for a in range(accounts):
                out[d, t, state_of[a]] += heads[d, t, a]


def people(histories: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Head counts in the baseline and in the plan : (draws, steps + 1, states) float64 each."""
    state_of, states = histories.compiled.state_of_account, len(histories.study.names.states)
    found = []
    for heads in (histories.heads_baseline, histories.heads_plan):
        out = np.zeros((*heads.shape[:2], states))
        by_state(heads, state_of, out)
        found.append(out)
    return found[0], found[1]
