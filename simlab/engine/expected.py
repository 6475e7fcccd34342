"""The engine ``expected``: expected numbers per cell, exact means given the draw."""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.law.chain import Cells, Conversions, Hazards
from simlab.law.forward import convert, forward
from simlab.law.row import chances


@njit(cache=True, nogil=True)
def expected(
    cells: Cells,
    hazards: Hazards,
    conversions: Conversions,
    start_cells: np.ndarray,
    start: np.ndarray,
    entry_cells: np.ndarray,
    arrivals: np.ndarray,
    account_of: np.ndarray,
    flow_of: np.ndarray,
    heads: np.ndarray,
    flows: np.ndarray,
) -> int:
    """One future of every draw; returns how many rows had to be scaled.

    start : (draws, n) people in start_cells    arrivals : (draws, steps, m) into entry_cells
    heads : (draws, steps + 1, accounts) filled    flows : (draws, steps + 1, flows) filled
    """
    draws, steps_and_start, accounts = heads.shape
    count = len(cells.class_of)
    p = np.empty(cells.rate_first[-1])
    leave = np.empty(len(cells.rate_first) - 1)
    x, y = np.empty(count), np.empty(count)
    scaled = 0
    for d in range(draws):
        x[:] = 0.0
        for j in range(len(start_cells)):
            x[start_cells[j]] += start[d, j]
        for c in range(count):
            heads[d, 0, account_of[c]] += x[c]
        for t in range(steps_and_start - 1):
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    convert(conversions.to[i], x, y)
            scaled += chances(hazards, cells.rate_first, d, t, p, leave)
            forward(cells, p, leave, x, y, flow_of, flows[d, t + 1])
            x, y = y, x
            for j in range(len(entry_cells)):
                x[entry_cells[j]] += arrivals[d, t, j]
            for c in range(count):
                heads[d, t + 1, account_of[c]] += x[c]
    return scaled
