"""The chain by columns (CSC): for each cell, from where people come into it, and by which chance.

    y[c] = Σ_j x[origin[j]] · p[chance[j]]        j in the order of the origins

A row of y is then finished in one register and written once. Cells along a clock have the same
chances with other origins: they are reckoned four at a time, so that a chance is loaded once for
four cells, and their sums do not wait for each other. Fours of as many terms follow each other,
which makes their ends foreseen.

The rows of x and y are the cells, after them the flows (moves that somebody asks for, into which
people come as into a cell), and a last row of nobody, with which fours are filled up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Cells
from simlab.kernel.vector import LANES

SIDE = 4  # cells that are reckoned at a time


class Rows(NamedTuple):
    """Rows with the same chances, so many side by side; ``side`` is 4 or 1.

    to     : (n, side) the rows
    first  : (n + 1,) where the terms of each begin
    chance : (terms,) the chance of each term, as the tile holds them (`forward`)
    origin : (terms, side) from where
    """

    to: np.ndarray
    first: np.ndarray
    chance: np.ndarray
    origin: np.ndarray


class Inflow(NamedTuple):
    """All rows, four at a time and those that are left."""

    fours: Rows
    ones: Rows


def inflow(cells: Cells, flow_of: np.ndarray, flows: int) -> Inflow:
    """The chain read backwards, with so many flows; flow_of : (rates,) as in `Books`."""
    nobody = len(cells.stay) + flows
    to, chance, origin = _terms(cells, flow_of)
    empty = np.setdiff1d(np.arange(nobody), to)  # into which nobody comes
    to, chance = np.append(to, empty), np.append(chance, np.zeros_like(empty))
    origin = np.append(origin, np.full_like(empty, nobody))
    order = np.argsort(to, kind="stable")
    ends = np.searchsorted(to[order], np.arange(nobody + 1)).tolist()
    chances, origins = chance[order].tolist(), origin[order].tolist()
    alike: dict[tuple[int, ...], list[int]] = {}
    for row in range(nobody):
        alike.setdefault(tuple(chances[ends[row] : ends[row + 1]]), []).append(row)
    fours, ones = [], []
    for terms, rows in sorted(alike.items(), key=lambda item: len(item[0])):
        if len(rows) % SIDE == 1:
            ones.append((terms, [rows.pop()]))
        for k in range(0, len(rows), SIDE):
            some = rows[k : k + SIDE]
            fours.append((terms, some + [nobody] * (SIDE - len(some))))
    ends.append(ends[-1])

    def side_by_side(listed: list[tuple[tuple[int, ...], list[int]]], side: int) -> Rows:
        first = np.cumsum([0, *(len(terms) for terms, _ in listed)])
        from_where = [
            [origins[ends[row] + j] if row < nobody else nobody for row in rows]
            for terms, rows in listed
            for j in range(len(terms))
        ]
        return Rows(
            np.array([rows for _, rows in listed], dtype=np.int32).reshape(-1, side),
            first.astype(np.int32),
            np.array([k * LANES for terms, _ in listed for k in terms], dtype=np.int32),
            LANES * np.array(from_where, dtype=np.int32).reshape(-1, side),
        )

    return Inflow(side_by_side(fours, SIDE), side_by_side(ones, 1))


def _terms(cells: Cells, flow_of: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(terms,) each: the row into which people come, by which chance, and from where; origin by
    origin, who stays first. The chances are those of the rates, and then of staying by class."""
    count, rates = len(cells.stay), int(cells.rate_first[-1])
    moves = np.diff(cells.first)
    origin = np.repeat(np.arange(count), moves)
    rate = np.arange(len(cells.to)) - np.repeat(cells.first[:-1], moves)
    rate += cells.rate_first[cells.class_of[origin]]
    flow = flow_of[rate]
    counted = flow >= 0
    everyone = np.arange(count)
    to = np.concatenate([cells.stay, cells.to, count + flow[counted]])
    chance = np.concatenate([rates + cells.class_of, rate, rate[counted]])
    origins = np.concatenate([everyone, origin, origin[counted]])
    in_order = np.argsort(origins, kind="stable")
    return to[in_order], chance[in_order], origins[in_order]
