"""One step of the expected numbers: y = x P, row by row."""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.law.chain import Cells, Hazards
from simlab.law.row import chances


@njit(cache=True)
def forward(
    cells: Cells,
    p: np.ndarray,
    leave: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    flow_of: np.ndarray,
    flows: np.ndarray,
) -> None:
    """Move the expected numbers x : (cells,) one step on into y; add moves to flows : (flows,)."""
    y[:] = 0.0
    for c in range(len(x)):
        n = x[c]
        if n == 0.0:
            continue
        k = cells.class_of[c]
        y[cells.stay[c]] += n * (1.0 - leave[k])
        r = cells.rate_first[k]
        for j in range(cells.first[c], cells.first[c + 1]):
            moving = n * p[r]
            y[cells.to[j]] += moving
            if flow_of[r] >= 0:
                flows[flow_of[r]] += moving
            r += 1


@njit(cache=True)
def convert(to: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    """Move everyone in cell c to cell to[c] : (cells,), in place; y is scratch."""
    y[:] = 0
    for c in range(len(x)):
        y[to[c]] += x[c]
    x[:] = y


@njit(cache=True, nogil=True)
def forward_block(
    cells: Cells,
    hazards: Hazards,
    t: int,
    conversion: np.ndarray,
    arrivals: np.ndarray,
    entry_cells: np.ndarray,
    x: np.ndarray,
) -> None:
    """One step of every draw, in place, x : (draws, cells); conversion is empty or (cells,)."""
    draws, count = x.shape
    p = np.empty(cells.rate_first[-1])
    leave = np.empty(len(cells.rate_first) - 1)
    y, nothing = np.empty(count), np.empty(0)
    uncounted = np.full(cells.rate_first[-1], -1)
    for d in range(draws):
        if len(conversion) > 0:
            convert(conversion, x[d], y)
        chances(hazards, cells.rate_first, d, t, p, leave)
        forward(cells, p, leave, x[d], y, uncounted, nothing)
        x[d] = y
        for j in range(len(entry_cells)):
            x[d, entry_cells[j]] += arrivals[d, t, j]
