"""People by state: the heads of all accounts of a state, added up."""

from __future__ import annotations

import numpy as np

from simlab.kernel.compiled import kernel


@kernel
def add_by_state(heads: np.ndarray, state_of: np.ndarray, out: np.ndarray) -> None:
    """Add heads : (draws, steps + 1, accounts) to out : (draws, steps + 1, states)."""
    draws, width, accounts = heads.shape
    for d in range(draws):
        for t in range(width):
            for a in range(accounts):
                out[d, t, state_of[a]] += heads[d, t, a]


def by_state(heads: np.ndarray, state_of: np.ndarray, states: int) -> np.ndarray:
    """(draws, steps + 1, states) the people of each state, whole where the heads are."""
    out = np.zeros((*heads.shape[:2], states), dtype=heads.dtype)
    add_by_state(heads, state_of, out)
    return out
