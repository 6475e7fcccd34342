"""One step of the expected numbers: y = x P, for a tile of draws side by side.

Draws are the vector dimension: a row of x : (rows, LANES) holds a cell of as many draws, one a
lane, so that a move is one multiplication of vectors (`vector`), and a cell is summed up in one
register from where people come into it (`inflow`). A lane's arithmetic does not depend on its
neighbours; lanes beyond the last draw repeat it and are dropped.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Cells, Chain, Conversions, Hazards, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.inflow import Inflow, Rows
from simlab.kernel.memory import on_lines
from simlab.kernel.transition import (
    LITTLE,
    Step,
    chances,
    empty_step,
    leavers_per_hazard,
    stays,
    unchanged,
)
from simlab.kernel.vector import LANES, everywhere, load, load_at, store


class Tile(NamedTuple):
    """Workspace for a tile of draws.

    row     : the law of one draw, where it is charted by itself
    base    : (rates, LANES) the intensities of the epoch
    factor  : (factors, LANES) what multiplies them in the step
    changed : (factors,) whether a factor differs from that of the step before, in any draw
    total, share : (classes, LANES) the hazard of leaving, and the leavers per hazard
    classes : (classes,) those whose law is new
    p       : (rates + classes, LANES) the chance of every move, and then of staying
    x       : (2, rows, LANES) expected people, at even and at odd steps
    """

    row: Step
    base: np.ndarray
    factor: np.ndarray
    changed: np.ndarray
    total: np.ndarray
    share: np.ndarray
    classes: np.ndarray
    p: np.ndarray
    x: np.ndarray


def tile(cells: Cells, flows: int, hazards: Hazards) -> Tile:
    """Workspace for one thread, with nobody in it."""
    rates, classes = int(cells.rate_first[-1]), len(cells.rate_first) - 1
    factors = hazards.factor.shape[2]
    return Tile(
        empty_step(rates, classes),
        in_lanes(rates),
        in_lanes(factors),
        np.zeros(factors, dtype=np.bool_),
        in_lanes(classes),
        in_lanes(classes),
        np.empty(classes, dtype=np.int64),
        in_lanes(rates + classes),
        in_lanes(2, len(cells.stay) + flows + 1),
    )


def in_lanes(*shape: int) -> np.ndarray:
    """Zeros of (…, LANES)."""
    return on_lines((*shape, LANES))


# ── the law ──


@kernel
def lane_chances(
    cells: Cells, hazards: Hazards, first: int, t: int, tile: Tile, fresh: bool
) -> int:
    """Fill the chances of draws ``first`` onwards in step index ``t``; returns how many rows were
    scaled. Unless ``fresh``, those of the step before are there.
    """
    if not fresh and stays(hazards, t):
        return 0  # only multipliers of chances scale rows
    if hazards.chance.shape[2] > 1 or turns(hazards):
        return one_by_one(cells, hazards, first, t, tile, fresh)
    new = fresh or hazards.epoch[t] != hazards.epoch[t - 1]
    if new:
        read_base(hazards, first, t, tile)
    read_factors(hazards, first, t, tile)
    found = new_classes(cells.rate_first, hazards.factor_of, new, tile)
    classes = tile.classes[:found]
    compete_in_lanes(cells.rate_first, hazards.factor_of, classes, tile)
    if hazards.made_as.shape[0] > 0:
        for k in classes:
            divert_in_lanes(hazards.made_as[hazards.epoch[t]], cells.rate_first, k, tile)
    return 0


@kernel
def one_by_one(cells: Cells, hazards: Hazards, first: int, t: int, tile: Tile, fresh: bool) -> int:
    """Fill the chances draw by draw, with all that can act on them; how many rows were scaled."""
    scaled, last, rates = 0, hazards.base.shape[0] - 1, hazards.base.shape[2]
    for lane in range(LANES):
        d = min(first + lane, last)
        if not fresh and hazards.chance.shape[2] == 1 and unchanged(hazards, d, t):
            continue
        over = chances(hazards, cells.rate_first, d, t, tile.row)
        if first + lane <= last:
            scaled += over
        for r in range(rates):
            tile.p[r, lane] = tile.row.p[r]
        for k in range(len(tile.row.leave)):
            tile.p[rates + k, lane] = 1.0 - tile.row.leave[k]
    return scaled


@kernel
def turns(hazards: Hazards) -> bool:
    """Whether anybody can be enrolled as a step begins, or drop out."""
    some = False
    for way in hazards.chance_of:
        some |= way < 0
    return some


@kernel
def read_base(hazards: Hazards, first: int, t: int, tile: Tile) -> None:
    """The intensities of the epoch, draws side by side."""
    last, epoch = hazards.base.shape[0] - 1, hazards.epoch[t]
    for lane in range(LANES):
        base = hazards.base[min(first + lane, last), epoch]
        for r in range(len(base)):
            tile.base[r, lane] = base[r]


@kernel
def read_factors(hazards: Hazards, first: int, t: int, tile: Tile) -> None:
    """The factors of the step, draws side by side, and which of them are new."""
    last = hazards.base.shape[0] - 1
    tile.changed[:] = False
    for lane in range(LANES):
        factor = hazards.factor[min(first + lane, last), t]
        for f in range(len(factor)):
            if factor[f] != tile.factor[f, lane]:
                tile.factor[f, lane] = factor[f]
                tile.changed[f] = True


@kernel
def new_classes(rate_first: np.ndarray, factor_of: np.ndarray, new: bool, tile: Tile) -> int:
    """Note the classes of which a factor has changed, or all of a ``new`` epoch; how many."""
    found = 0
    for k in range(len(rate_first) - 1):
        if new or any_changed(factor_of, rate_first[k], rate_first[k + 1], tile.changed):
            tile.classes[found] = k
            found += 1
    return found


@kernel
def compete_in_lanes(
    rate_first: np.ndarray, factor_of: np.ndarray, classes: np.ndarray, tile: Tile
) -> None:
    """The law of some classes in all lanes, as `transition.compete` has it of one draw.

    All sums first, then all series: none waits for another's end.
    """
    over, stay = False, tile.base.shape[0]
    for k in classes:
        total = everywhere(0.0)
        for r in range(rate_first[k], rate_first[k + 1]):
            total = total + load(tile.base, r) * load(tile.factor, factor_of[r])
        store(total, tile.total, k)
    for k in classes:
        total = load(tile.total, k)
        share = leavers_per_hazard(total)
        store(share, tile.share, k)
        store(1.0 - total * share, tile.p, stay + k)
    for k in classes:
        for lane in range(LANES):
            over |= not tile.total[k, lane] <= LITTLE
    if over:
        leave_by_function(classes, tile)
    for k in classes:
        share = load(tile.share, k)
        for r in range(rate_first[k], rate_first[k + 1]):
            store(load(tile.base, r) * load(tile.factor, factor_of[r]) * share, tile.p, r)


@inline
def any_changed(factor_of: np.ndarray, low: int, high: int, changed: np.ndarray) -> bool:
    """Whether a factor of the rates ``low`` to ``high`` is new."""
    some = False
    for r in range(low, high):
        some |= changed[factor_of[r]]
    return some


@kernel
def leave_by_function(classes: np.ndarray, tile: Tile) -> None:
    """The leavers of those draws whose hazard is above LITTLE, where the series does not hold."""
    for k in classes:
        for lane in range(LANES):
            hazard = tile.total[k, lane]
            if not hazard <= LITTLE:
                leave = -math.expm1(-hazard)
                tile.share[k, lane] = leave / hazard
                tile.p[tile.base.shape[0] + k, lane] = 1.0 - leave


@kernel
def divert_in_lanes(made_as: np.ndarray, rate_first: np.ndarray, k: int, tile: Tile) -> None:
    """Hand the chances of the closed moves of class k on, as `transition.divert` does."""
    closed, p, stay = False, tile.p, tile.base.shape[0] + k
    for r in range(rate_first[k], rate_first[k + 1]):
        to = made_as[r]
        if to != r:
            if to >= 0:
                store(load(p, to) + load(p, r), p, to)
            store(everywhere(0.0), p, r)
            closed = True
    if closed:
        total = everywhere(0.0)
        for r in range(rate_first[k], rate_first[k + 1]):
            total = total + load(p, r)
        store(1.0 - total, p, stay)
        for lane in range(LANES):
            p[stay, lane] = max(p[stay, lane], 0.0)


# ── the people ──


@inline
def forward(inflow: Inflow, x: np.ndarray, y: np.ndarray, p: np.ndarray) -> None:
    """Move the expected people x : (rows, LANES) on into y, by the chances p."""
    four_at_a_time(inflow.fours, x, y, p)
    one_at_a_time(inflow.ones, x, y, p)


@inline
def four_at_a_time(rows: Rows, x: np.ndarray, y: np.ndarray, p: np.ndarray) -> None:
    """The rows of y that have their chances in common with others."""
    origin = rows.origin
    for i in range(len(rows.to)):
        j = rows.first[i]
        chance = load_at(p, rows.chance[j])
        a, b = load_at(x, origin[j, 0]) * chance, load_at(x, origin[j, 1]) * chance
        c, d = load_at(x, origin[j, 2]) * chance, load_at(x, origin[j, 3]) * chance
        for j in range(rows.first[i] + 1, rows.first[i + 1]):
            chance = load_at(p, rows.chance[j])
            a, b = a + load_at(x, origin[j, 0]) * chance, b + load_at(x, origin[j, 1]) * chance
            c, d = c + load_at(x, origin[j, 2]) * chance, d + load_at(x, origin[j, 3]) * chance
        store(a, y, rows.to[i, 0])
        store(b, y, rows.to[i, 1])
        store(c, y, rows.to[i, 2])
        store(d, y, rows.to[i, 3])


@inline
def one_at_a_time(rows: Rows, x: np.ndarray, y: np.ndarray, p: np.ndarray) -> None:
    """The rows of y that are left."""
    for i in range(len(rows.to)):
        j = rows.first[i]
        a = load_at(x, rows.origin[j, 0]) * load_at(p, rows.chance[j])
        for j in range(rows.first[i] + 1, rows.first[i + 1]):
            a = a + load_at(x, rows.origin[j, 0]) * load_at(p, rows.chance[j])
        store(a, y, rows.to[i, 0])


@inline
def convert(conversions: Conversions, t: int, x: np.ndarray, y: np.ndarray) -> None:
    """Move everyone as reforms do before step t (1 is the first), in place of x : (rows, LANES);
    y is scratch."""
    for j in range(len(conversions.step)):
        if conversions.step[j] == t:
            to = conversions.to[j]
            for c in range(len(to)):
                store(everywhere(0.0), y, c)
            for c in range(len(to)):
                store(load(y, to[c]) + load(x, c), y, to[c])
            for c in range(len(to)):
                store(load(y, c), x, c)


@kernel
def begin(people: People, first: int, width: int, x: np.ndarray) -> None:
    """Put the people who are there at the start into x : (rows, LANES)."""
    x[:] = 0.0
    for lane in range(width):
        for j in range(len(people.start_cells)):
            x[people.start_cells[j], lane] += people.start[first + lane, j]


@inline
def enter(people: People, f: int, first: int, width: int, t: int, y: np.ndarray) -> None:
    """Those who arrive in step index ``t`` of future f, draws ``first`` onwards, into y :
    (rows, LANES)."""
    arrivals = people.arrivals[min(f, people.arrivals.shape[0] - 1)]
    for j in range(len(people.entry_cells)):
        for lane in range(width):
            y[people.entry_cells[j], lane] += arrivals[first + lane, t, j]


@kernel
def forward_block(
    cells: Cells,
    inflow: Inflow,
    hazards: Hazards,
    people: People,
    f: int,
    t: int,
    now: np.ndarray,
    then: np.ndarray,
    tile: Tile,
) -> None:
    """Step index ``t`` of future f from ``now`` to ``then`` : (tiles, rows, LANES)."""
    draws = hazards.base.shape[0]
    for i in range(now.shape[0]):
        first = i * LANES
        lane_chances(cells, hazards, first, t, tile, True)
        forward(inflow, now[i], then[i], tile.p)
        enter(people, f, first, min(LANES, draws - first), t, then[i])


@kernel
def add_up(x: np.ndarray, cells: np.ndarray, out: np.ndarray) -> None:
    """Add the people of cells : (n,) in x : (tiles, rows, LANES) to out : (tiles, LANES)."""
    for i in range(x.shape[0]):
        people = load(out, i)
        for c in cells:
            people = people + load(x[i], c)
        store(people, out, i)


@kernel
def lead(
    chain: Chain,
    inflow: Inflow,
    hazards: Hazards,
    people: People,
    wanted: np.ndarray,
    tile: Tile,
    out: np.ndarray,
) -> None:
    """Fill out : (draws, cells) with where those who are there at the start are at the end of the
    last of the hazards' steps; nobody arrives. At least in the ``wanted`` draws : (draws,) bool.
    """
    draws, steps = out.shape[0], len(hazards.epoch)
    for first in range(0, draws, LANES):
        width = min(LANES, draws - first)
        if not wanted[first : first + width].any():
            continue
        begin(people, first, width, tile.x[0])
        for t in range(1, steps + 1):
            x, y = tile.x[(t + 1) % 2], tile.x[t % 2]
            convert(chain.conversions, t, x, y)
            lane_chances(chain.cells, hazards, first, t - 1, tile, t == 1)
            forward(inflow, x, y, tile.p)
        end = tile.x[steps % 2]
        for c in range(out.shape[1]):
            for lane in range(width):
                out[first + lane, c] = end[c, lane]
