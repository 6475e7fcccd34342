"""The engine ``expected``: expected numbers per cell, exact means given the draw."""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.law.chain import Cells, Conversions, Hazards
from simlab.law.forward import LANES, convert, forward, lane_chances


@njit(cache=True, nogil=True, error_model="numpy")
def expected(
    cells: Cells,
    hazards: Hazards,
    conversions: Conversions,
    start_cells: np.ndarray,
    start: np.ndarray,
    entry_cells: np.ndarray,
    arrivals: np.ndarray,
    account_first: np.ndarray,
    flow_of: np.ndarray,
    heads: np.ndarray,
    flows: np.ndarray,
) -> int:
    """One future of every draw, a tile of draws at a time; returns how many rows had to be scaled.

    start : (draws, n) people in start_cells    arrivals : (draws, steps, m) into entry_cells
    heads : (draws, steps + 1, accounts) added to    flows : (draws, steps + 1, flows) added to
    """
    draws, steps_and_start, accounts = heads.shape
    count, rates, classes = len(cells.class_of), cells.rate_first[-1], len(cells.rate_first) - 1
    row, leaves = np.empty(rates), np.empty(classes)
    p, leave = np.empty((rates, LANES)), np.empty((classes, LANES))
    x, y = np.empty((count, LANES)), np.empty((count, LANES))
    counted, moved = np.empty((accounts, LANES)), np.empty((flows.shape[2], LANES))
    scaled = 0
    for first in range(0, draws, LANES):
        width = min(LANES, draws - first)
        x[:] = 0.0
        for lane in range(width):
            for j in range(len(start_cells)):
                x[start_cells[j], lane] += start[first + lane, j]
        count_heads(x, account_first, counted)
        for lane in range(width):
            heads[first + lane, 0] += counted[:, lane]
        for t in range(steps_and_start - 1):
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    convert(conversions.to[i], x, y)
            scaled += lane_chances(cells, hazards, first, t, row, leaves, p, leave)
            moved[:] = 0.0
            forward(cells, p, leave, x, y, flow_of, moved)
            x, y = y, x
            for lane in range(width):
                for j in range(len(entry_cells)):
                    x[entry_cells[j], lane] += arrivals[first + lane, t, j]
            count_heads(x, account_first, counted)
            for lane in range(width):
                heads[first + lane, t + 1] += counted[:, lane]
                flows[first + lane, t + 1] += moved[:, lane]
    return scaled


@njit(cache=True, error_model="numpy")
def count_heads(x: np.ndarray, account_first: np.ndarray, counted: np.ndarray) -> None:
    """Fill counted : (accounts, LANES) with people; the cells of an account lie together."""
    counted[:] = 0.0
    for a in range(counted.shape[0]):
        into = counted[a]
        for c in range(account_first[a], account_first[a + 1]):
            here = x[c]
            for lane in range(len(here)):
                into[lane] += here[lane]
