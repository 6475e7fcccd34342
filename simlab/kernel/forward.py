"""One step of the expected numbers: y = x P, row by row, for a tile of draws side by side.

Draws are the vector dimension: x : (cells, LANES) holds one draw in each lane, so that a move is
one multiplication of vectors. A lane's arithmetic does not depend on its neighbours; lanes beyond
the last draw repeat it and are dropped.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Books, Cells, Chain, Hazards, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.transition import Step, chances, empty_step, stays, unchanged

LANES = 64
LINE = 64  # bytes of a cache line
STEPS = 8  # that are put down together, since those of a draw stand side by side in an answer


class Tile(NamedTuple):
    """Workspace for a tile of draws.

    row        : the law of one draw
    p, leave   : (rates, LANES), (classes, LANES) the chances of every draw
    x          : (2, cells, LANES) expected people, at even and at odd steps
    heads      : (STEPS · accounts, LANES)      flows : (STEPS · flows, LANES)
    """

    row: Step
    p: np.ndarray
    leave: np.ndarray
    x: np.ndarray
    heads: np.ndarray
    flows: np.ndarray


def tile(cells: Cells, books: Books, flows: int) -> Tile:
    """Workspace for one thread."""
    rates, classes = cells.rate_first[-1], len(cells.rate_first) - 1
    return Tile(
        empty_step(rates, classes),
        in_lanes(rates),
        in_lanes(classes),
        in_lanes(2, len(cells.class_of)),
        in_lanes(STEPS * (len(books.first) - 1)),
        in_lanes(STEPS * flows),
    )


def in_lanes(*shape: int) -> np.ndarray:
    """Workspace of (…, LANES) that begins with a cache line: no vector is then in two of them."""
    size = math.prod(shape) * LANES
    space = np.empty(size + LINE // 8)
    first = -space.ctypes.data % LINE // 8
    return space[first : first + size].reshape(*shape, LANES)


@kernel
def lane_chances(cells: Cells, hazards: Hazards, first: int, t: int, tile: Tile) -> int:
    """Fill the chances of draws ``first`` onwards; returns how many rows were scaled.

    A lane whose law is that of the step before keeps it.
    """
    if stays(hazards, t):
        return 0  # only multipliers of chances scale rows
    scaled, last = 0, hazards.base.shape[0] - 1
    for lane in range(LANES):
        d = min(first + lane, last)
        if unchanged(hazards, d, t) and hazards.chance.shape[2] == 1:
            continue
        over = chances(hazards, cells.rate_first, d, t, tile.row)
        if first + lane <= last:
            scaled += over
        fill_lane(tile, lane)
    return scaled


@kernel
def fill_lane(tile: Tile, lane: int) -> None:
    """Put the law of one draw into its lane."""
    for r in range(len(tile.row.p)):
        tile.p[r, lane] = tile.row.p[r]
    for k in range(len(tile.row.leave)):
        tile.leave[k, lane] = tile.row.leave[k]


@kernel
def forward(
    cells: Cells, flow_of: np.ndarray, x: np.ndarray, y: np.ndarray, tile: Tile, flows: np.ndarray
) -> None:
    """Move the expected numbers x : (cells, LANES) on into y; fill flows : (flows, LANES)."""
    y[:] = 0.0
    flows[:] = 0.0
    for c in range(x.shape[0]):
        here, low, first = x[c], cells.rate_first[cells.class_of[c]], cells.first[c]
        stay(here, tile.leave[cells.class_of[c]], y[cells.stay[c]])
        for j in range(cells.first[c + 1] - first):
            go(here, tile.p[low + j], y[cells.to[first + j]])
            if flow_of[low + j] >= 0:
                go(here, tile.p[low + j], flows[flow_of[low + j]])


@inline
def stay(here: np.ndarray, leave: np.ndarray, there: np.ndarray) -> None:
    """Those who stay: a cell in every lane, each (LANES,)."""
    for lane in range(LANES):
        there[lane] += here[lane] * (1.0 - leave[lane])


@inline
def go(here: np.ndarray, chance: np.ndarray, there: np.ndarray) -> None:
    """Those who make one move: a cell in every lane, each (LANES,)."""
    for lane in range(LANES):
        there[lane] += here[lane] * chance[lane]


@kernel
def convert(to: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    """Move everyone in cell c to cell to[c] : (cells,), in place; y is scratch."""
    y[:] = 0.0
    for c in range(x.shape[0]):
        for lane in range(LANES):
            y[to[c], lane] += x[c, lane]
    for c in range(x.shape[0]):
        for lane in range(LANES):
            x[c, lane] = y[c, lane]


@kernel
def forward_block(
    chain: Chain,
    hazards: Hazards,
    people: People,
    t: int,
    now: np.ndarray,
    then: np.ndarray,
    tile: Tile,
) -> None:
    """One step of every draw from ``now`` to ``then`` : (tiles, cells, LANES), draws in lanes."""
    draws, flows = hazards.base.shape[0], tile.flows[: tile.flows.shape[0] // STEPS]
    for i in range(now.shape[0]):
        first = i * LANES
        for lane in range(LANES):
            chances(hazards, chain.cells.rate_first, min(first + lane, draws - 1), t, tile.row)
            fill_lane(tile, lane)
        forward(chain.cells, chain.books.flow_of, now[i], then[i], tile, flows)
        enter(people, first, min(LANES, draws - first), t, then[i])


@kernel
def begin(people: People, first: int, width: int, x: np.ndarray) -> None:
    """Put the people who are there at the start into x : (cells, LANES)."""
    x[:] = 0.0
    for lane in range(width):
        for j in range(len(people.start_cells)):
            x[people.start_cells[j], lane] += people.start[first + lane, j]


@kernel
def enter(people: People, first: int, width: int, t: int, y: np.ndarray) -> None:
    """Those who arrive in step index ``t``, draws ``first`` onwards, into y : (cells, LANES)."""
    for lane in range(width):
        for j in range(len(people.entry_cells)):
            y[people.entry_cells[j], lane] += people.arrivals[first + lane, t, j]


@kernel
def add_up(x: np.ndarray, cells: np.ndarray, out: np.ndarray) -> None:
    """Add the people of cells : (n,) in x : (tiles, cells, LANES) to out : (tiles, LANES)."""
    for i in range(x.shape[0]):
        for c in cells:
            for lane in range(LANES):
                out[i, lane] += x[i, c, lane]


@kernel
def lead(chain: Chain, hazards: Hazards, people: People, tile: Tile, out: np.ndarray) -> None:
    """Fill out : (draws, cells) with where those who are there at the start are at the end of the
    last of the hazards' steps; nobody arrives.
    """
    draws, cells, conversions = out.shape[0], chain.cells, chain.conversions
    flows = tile.flows[: tile.flows.shape[0] // STEPS]
    for first in range(0, draws, LANES):
        width = min(LANES, draws - first)
        begin(people, first, width, tile.x[0])
        for t in range(1, len(hazards.epoch) + 1):
            x, y = tile.x[(t + 1) % 2], tile.x[t % 2]
            for j in range(len(conversions.step)):
                if conversions.step[j] == t:
                    convert(conversions.to[j], x, y)
            lane_chances(cells, hazards, first, t - 1, tile)
            forward(cells, chain.books.flow_of, x, y, tile, flows)
        end = tile.x[len(hazards.epoch) % 2]
        for c in range(out.shape[1]):
            for lane in range(width):
                out[first + lane, c] = end[c, lane]
