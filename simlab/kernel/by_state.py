"""People by state: the heads of all accounts of a state, added up."""

from __future__ import annotations

import numpy as np

from simlab.kernel.compiled import kernel


@kernel
def add_by_state(heads: np.ndarray, state_of: np.ndarray, out: np.ndarray) -> None:
    """Add heads : (futures, steps + 1, accounts, draws) to out, in which states are accounts."""
    for f in range(heads.shape[0]):
        for t in range(heads.shape[1]):
            for a in range(heads.shape[2]):
                own, there = heads[f, t, a], out[f, t, state_of[a]]
                for d in range(len(own)):
                    there[d] += own[d]


def by_state(heads: np.ndarray, state_of: np.ndarray, states: int) -> np.ndarray:
    """(futures, steps + 1, states, draws) the people of each state, whole where the heads are."""
    futures, width, _, draws = heads.shape
    out = np.zeros((futures, width, states, draws), dtype=heads.dtype)
    add_by_state(heads, state_of, out)
    return out
