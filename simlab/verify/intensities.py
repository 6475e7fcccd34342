"""The intensity of every move in every step, found again from the evidence in force.

At a time on the clocks the evidence on the moves out of a state is a row of figures. Of rates,
durations and shares within a time, an intensity is known by itself; the chances p of the row have
a = p · A / (1 − e^{−A}), with A the intensity of all its moves together, found by halving an
interval. A step takes the average of the intensities over the time that it covers on each clock.
Rows that are certain are left out: their intensities stand for infinity (`chances` has them).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import assert_never

import numpy as np

from simlab.study.message import Message
from simlab.study.moves import Entry
from simlab.study.time import units_per
from simlab.study.values import Bands
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact
from simlab.verify.one_draw import OneDraw, some_draws

Clock = tuple[str, bool]  # its name, and whether it is the steps away that are read
CERTAIN = 1.0 - 1e-6  # chances of a row that leave hardly anybody


@check("chances.evidence", Message("Intensities in each step, from the evidence in force"))
def evidence(case: Case) -> Iterator[Pairs]:
    """The tables of intensities, cell by cell and step by step."""
    compiled, block = case.compiled, case.block
    for draw in some_draws(case):
        tables = {"baseline": (compiled.baseline_rows, block.base[0])}
        if block.base[1] is not block.base[0]:
            tables["plan"] = compiled.plan_rows, block.base[1]
        for future, (rows, base) in tables.items():
            pairs = list(_pairs(draw, rows, base[draw.d]))
            if pairs:
                read, by_hand = (np.concatenate(side) for side in zip(*pairs, strict=True))
                where = Where("place", draw=draw.d, future=future)
                yield exact(read, by_hand, "number", where)


def _pairs(
    draw: OneDraw, rows: Mapping[str, list[Entry]], base: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(intensities of a class of cells, the same by hand), step by step and move by move."""
    tables, looked_at = draw.compiled.tables, set()
    for cell, (state, _, _) in enumerate(draw.compiled.space.cells):
        k, row = int(tables.class_of[cell]), rows.get(state, [])
        clocks = {clock: _reads(draw, cell, clock) for clock in _clocks(draw, row, state)}
        key = (k, *clocks.values())
        if not row or key in looked_at:
            continue
        looked_at.add(key)
        known: dict[tuple[int, ...], dict[str, float] | None] = {}
        every = range(*tables.rate_first[k : k + 2])
        rates = [r for r in every if tables.rates[r][0] != tables.rates[r][1]]
        for t in range(1, draw.steps + 1):
            versions = tuple(draw.stated.version(e.value, t) for e in row)
            if versions not in known:
                known[versions] = in_step(draw, row, clocks, t)
            by_hand = known[versions]
            if by_hand is not None:
                yield (
                    base[tables.epoch_of[t - 1], rates],
                    np.array([by_hand.get(tables.rates[r][1], 0.0) for r in rates]),
                )


def _clocks(draw: OneDraw, row: list[Entry], state: str) -> list[Clock]:
    """The clocks that a row reads, at any date."""
    every = [bands for e in row for _, bands in e.value.versions]
    return sorted({clock for bands in every if (clock := _clock(draw, bands, state))})


def _clock(draw: OneDraw, bands: Bands, state: str) -> Clock | None:
    if len(bands.bands) == 1:
        return None
    if bands.by is not None:
        name, _, away = bands.by.partition(".")
        return name, away == "away"
    return draw.stated.own_clock(state), False


def _reads(draw: OneDraw, cell: int, clock: Clock) -> float:
    """The step that a cell's people are in on a clock; far beyond all bands where it is none."""
    name, away = clock
    value, _, recent = draw.compiled.space.cells[cell][1][list(draw.form.clocks).index(name)]
    return float(recent if away else value) or math.inf


def in_step(
    draw: OneDraw, row: list[Entry], clocks: Mapping[Clock, float], t: int
) -> dict[str, float] | None:
    """The intensity of each move in step t, of people in some step on their clocks.

    None where the row is certain at some time of it.
    """
    total: dict[str, float] = {}
    pieces = [_pieces(draw, row, clock, step, t) for clock, step in clocks.items()]
    for choice in itertools.product(*pieces):
        share = math.prod(length for _, length in choice)
        times = dict(zip(clocks, (time for time, _ in choice), strict=True))
        intensities = at_time(draw, row, times, t)
        if intensities is None:
            return None
        for to, each in intensities.items():
            total[to] = total.get(to, 0.0) + share * each
    return total


def _pieces(
    draw: OneDraw, row: list[Entry], clock: Clock, step: float, t: int
) -> list[tuple[float, float]]:
    """(a time in the middle, its part of the step) between the edges of the bands on a clock."""
    if step == math.inf:
        return [(math.inf, 1.0)]
    edges = {step - 1.0, step}
    for e in row:
        bands = e.value.versions[draw.stated.version(e.value, t)][1]
        if _clock(draw, bands, e.origin) == clock:
            length = units_per(e.unit, draw.form.step)
            edges |= {x for b in bands.bands if step - 1.0 < (x := (b.low - 1) * length) < step}
    return [(0.5 * (a + b), b - a) for a, b in itertools.pairwise(sorted(edges)) if b - a > 1e-9]


def at_time(
    draw: OneDraw, row: list[Entry], times: Mapping[Clock, float], t: int
) -> dict[str, float] | None:
    """The intensity of each move per step, at a time on the clocks (in steps)."""
    unit = next((e.unit for e in row if e.kind in ("chance", "count")), draw.form.step)
    written = [_value(draw, e, times, t) for e in row]
    counted = sum(value for e, value in zip(row, written, strict=True) if e.kind == "count")
    known: list[tuple[str, float]] = []
    chances: list[tuple[str, float]] = []
    for e, value in zip(row, written, strict=True):
        if e.to == e.origin:
            continue
        if e.kind == "count":
            chances.append((e.to, value / counted if counted > 0.0 else 0.0))
        elif e.kind == "chance":
            chances.append((e.to, value))
        elif e.kind == "share" and value > CERTAIN:
            return None
        else:
            known.append((e.to, _alone(e, value) / units_per(e.unit, unit)))
    others, leaving = sum(a for _, a in known), sum(p for _, p in chances)
    if leaving > CERTAIN or others > 1.0 / (1.0 - CERTAIN):
        return None
    every = leave_with(leaving, others)
    a_chance = every / -math.expm1(-every) if every > 0.0 else 1.0
    steps, total = units_per(draw.form.step, unit), dict[str, float]()
    for to, each in (*known, *((to, p * a_chance) for to, p in chances)):
        total[to] = total.get(to, 0.0) + each * steps
    return total


def _value(draw: OneDraw, e: Entry, times: Mapping[Clock, float], t: int) -> float:
    """What the study writes for a move at a time on the clocks."""
    bands = e.value.versions[draw.stated.version(e.value, t)][1]
    clock = _clock(draw, bands, e.origin)
    at = len(bands.bands) - 1
    if clock is not None and times[clock] < math.inf:
        time = times[clock] * units_per(draw.form.step, e.unit)
        at = next(j for j, b in enumerate(bands.bands) if b.high is None or time <= b.high)
    return draw.stated[bands.bands[at].value]


def _alone(e: Entry, value: float) -> float:
    """The intensity per unit of an entry that is no chance."""
    match e.kind:
        case "share":
            return -math.log(1.0 - value) / e.length
        case "mean":
            return 1.0 / value
        case "median":
            return math.log(2.0) / value
        case "rate":
            return value
        case "chance" | "count":
            raise ValueError(f"a {e.kind} is of a whole row")
        case _:
            assert_never(e.kind)


def leave_with(leaving: float, others: float) -> float:
    """A, such that (A − H) / A · (1 − e^{−A}) = Σp, with H the intensity of the others."""
    if leaving <= 0.0:
        return others
    if others <= 0.0:
        return -math.log(1.0 - leaving)
    low, high = others, others + 1.0
    while (high - others) / high * -math.expm1(-high) < leaving:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (middle - others) / middle * -math.expm1(-middle) < leaving:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
