"""The engine ``expected``: expected numbers per cell, exact means given the draw."""

from __future__ import annotations

import numpy as np

from simlab.kernel.arrays import Books, Chain, Hazards, Out, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.forward import Tile, begin, convert, enter, forward, lane_chances
from simlab.kernel.inflow import Inflow
from simlab.kernel.transition import stays
from simlab.kernel.vector import LANES, everywhere, fetch, load, load_from, store, store_from


@kernel
def expected(
    chain: Chain,
    inflow: Inflow,
    hazards: Hazards,
    people: People,
    tile: Tile,
    out: Out,
    futures: tuple[int, int],
    draws: tuple[int, int],
) -> int:
    """One future of some draws, a tile at a time; returns how many rows had to be scaled.

    futures : from which to before which it is added to ``out``: to two, where both are one
    draws   : from which to before which
    """
    steps, cells, scaled = out.heads.shape[1] - 1, chain.cells, 0
    for first in range(draws[0], draws[1], LANES):
        width = min(LANES, draws[1] - first)
        begin(people, first, width, tile.x[0])
        for t in range(steps + 1):
            x, y = tile.x[(t + 1) % 2], tile.x[t % 2]
            if t > 0:
                convert(chain.conversions, t, x, y)
                if t == 1 or not stays(hazards, t - 1):  # only multipliers of chances scale rows
                    scaled += lane_chances(cells, hazards, first, t - 1, tile, t == 1)
                forward(inflow, x, y, tile.p)  # the key line: y = x P
                enter(people, futures[0], first, width, t - 1, y)
            for f in range(futures[0], futures[1]):
                count_heads(chain.books, y, out.heads[f, t], first, width)
                count_flows(y, len(cells.stay), out.flows[f, t], first, width)
    return scaled


@inline
def count_heads(books: Books, x: np.ndarray, heads: np.ndarray, first: int, width: int) -> None:
    """Add the people of x : (rows, LANES) to heads : (accounts, draws), draws ``first`` onwards."""
    for a in range(heads.shape[0]):
        people = everywhere(0.0)
        for i in range(books.first[a], books.first[a + 1]):
            people = people + load(x, books.cells[i])
        put_down(people, x, heads, a, first, width)


@inline
def count_flows(x: np.ndarray, row: int, flows: np.ndarray, first: int, width: int) -> None:
    """Add the moves that x : (rows, LANES) counts from ``row`` on to flows : (flows, draws)."""
    for f in range(flows.shape[0]):
        put_down(load(x, row + f), x, flows, f, first, width)


@inline
def put_down(
    value: np.ndarray, x: np.ndarray, out: np.ndarray, row: int, first: int, width: int
) -> None:
    """Add a tile of draws to a row of out : (rows, draws), or as many as there are left."""
    if width == LANES:
        store_from(load_from(out, row, first) + value, out, row, first)
        fetch(out, row, first + LANES)
        return
    nobody = len(x) - 1
    store(value, x, nobody)
    for lane in range(width):
        out[row, first + lane] += x[nobody, lane]
    store(everywhere(0.0), x, nobody)
