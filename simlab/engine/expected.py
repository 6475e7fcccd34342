"""The engine ``expected``: expected numbers per cell, exact means given the draw."""

from __future__ import annotations

import numpy as np

from simlab.kernel.arrays import Books, Chain, Hazards, Out, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.forward import LANES, STEPS, Tile, begin, convert, enter, forward, lane_chances


@kernel
def expected(
    chain: Chain, hazards: Hazards, people: People, tile: Tile, out: Out, low: int, high: int
) -> int:
    """One future of every draw, a tile of draws at a time; returns how many rows had to be scaled.

    It is added to ``out`` as the futures ``low`` to ``high`` − 1: as two, where both are one.
    people : whose ``arrivals`` are those of this future
    """
    _, steps_and_start, accounts, draws = out.heads.shape
    cells, books, conversions = chain.cells, chain.books, chain.conversions
    kinds, scaled = out.flows.shape[2], 0
    for first in range(0, draws, LANES):
        width = min(LANES, draws - first)
        begin(people, first, width, tile.x[0])
        tile.flows[:kinds] = 0.0
        for t in range(steps_and_start):
            x, y, i = tile.x[(t + 1) % 2], tile.x[t % 2], t % STEPS
            if t > 0:
                for j in range(len(conversions.step)):
                    if conversions.step[j] == t:
                        convert(conversions.to[j], x, y)
                scaled += lane_chances(cells, hazards, first, t - 1, tile)
                flows = tile.flows[i * kinds : (i + 1) * kinds]
                forward(cells, books.flow_of, x, y, tile, flows)  # the key line: y = x P
                enter(people, first, width, t - 1, y)
            count_heads(books, y, tile.heads[i * accounts : (i + 1) * accounts])
            if i == STEPS - 1 or t == steps_and_start - 1:
                for f in range(low, high):
                    put_down(tile.heads, t - i, t + 1, first, width, out.heads[f])
                    put_down(tile.flows, t - i, t + 1, first, width, out.flows[f])
    return scaled


@kernel
def put_down(
    lanes: np.ndarray, since: int, until: int, first: int, width: int, out: np.ndarray
) -> None:
    """Add lanes : (STEPS · columns, LANES) to the steps from ``since`` to before ``until`` of
    out : (steps + 1, columns, draws).
    """
    for t in range(since, until):
        for k in range(out.shape[1]):
            there, own = out[t, k, first : first + width], lanes[(t - since) * out.shape[1] + k]
            for lane in range(width):
                there[lane] += own[lane]


@kernel
def count_heads(books: Books, x: np.ndarray, heads: np.ndarray) -> None:
    """Fill heads : (accounts, LANES) with the people of x : (cells, LANES)."""
    for a in range(heads.shape[0]):
        low = books.first[a]
        copy(x[books.cells[low]], heads[a])
        for i in range(low + 1, books.first[a + 1]):
            add(x[books.cells[i]], heads[a])


@inline
def copy(here: np.ndarray, there: np.ndarray) -> None:
    """A cell's people in every lane, each (LANES,)."""
    for lane in range(len(there)):
        there[lane] = here[lane]


@inline
def add(here: np.ndarray, there: np.ndarray) -> None:
    """A cell's people in every lane, on top of others, each (LANES,)."""
    for lane in range(len(there)):
        there[lane] += here[lane]
