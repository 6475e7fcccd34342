"""The engine ``expected``: expected numbers per cell, exact means given the draw."""

from __future__ import annotations

import numpy as np

from simlab.law.chain import Books, Cells, Conversions, Hazards
from simlab.law.forward import LANES, Tile, convert, forward, lane_chances
from simlab.law.kernel import kernel


@kernel
def expected(
    cells: Cells, hazards: Hazards, conversions: Conversions, start_cells: np.ndarray,
    start: np.ndarray, entry_cells: np.ndarray, arrivals: np.ndarray, books: Books, tile: Tile,
    heads: np.ndarray, flows: np.ndarray, heads_too: np.ndarray, flows_too: np.ndarray,
    both: bool,
) -> int:  # fmt: skip
    """One future of every draw, a tile of draws at a time; returns how many rows had to be scaled.

    Where ``both`` futures are one, the second gets the same numbers.

    start : (draws, n) people in start_cells    arrivals : (draws, steps, m) into entry_cells
    heads : (draws, steps + 1, accounts) added to    flows : (draws, steps + 1, flows) added to
    """
    draws, steps_and_start, _ = heads.shape
    scaled = 0
    for first in range(0, draws, LANES):
        width = min(LANES, draws - first)
        x = tile.x[0]
        x[:] = 0.0
        for lane in range(width):
            for j in range(len(start_cells)):
                x[start_cells[j], lane] += start[first + lane, j]
        count_heads(books, x, tile.heads)
        add_lanes(tile.heads, width, first, 0, heads)
        if both:
            add_lanes(tile.heads, width, first, 0, heads_too)
        for t in range(steps_and_start - 1):
            x, y = tile.x[t % 2], tile.x[1 - t % 2]
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    convert(conversions.to[i], x, y)
            scaled += lane_chances(cells, hazards, first, t, tile)
            forward(cells, books.flow_of, x, y, tile)
            for lane in range(width):
                for j in range(len(entry_cells)):
                    y[entry_cells[j], lane] += arrivals[first + lane, t, j]
            count_heads(books, y, tile.heads)
            add_lanes(tile.heads, width, first, t + 1, heads)
            add_lanes(tile.flows, width, first, t + 1, flows)
            if both:
                add_lanes(tile.heads, width, first, t + 1, heads_too)
                add_lanes(tile.flows, width, first, t + 1, flows_too)
    return scaled


@kernel
def add_lanes(lanes: np.ndarray, width: int, first: int, t: int, out: np.ndarray) -> None:
    """Add lanes : (columns, LANES) to out[first : first + width, t] : (…, columns)."""
    for lane in range(width):
        for k in range(lanes.shape[0]):
            out[first + lane, t, k] += lanes[k, lane]


@kernel
def count_heads(books: Books, x: np.ndarray, heads: np.ndarray) -> None:
    """Fill heads : (accounts, LANES) with the people of x : (cells, LANES)."""
    heads[:] = 0.0
    for a in range(heads.shape[0]):
        for i in range(books.first[a], books.first[a + 1]):
            for lane in range(LANES):
                heads[a, lane] += x[books.cells[i], lane]
