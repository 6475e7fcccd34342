"""Evidence becomes intensities, once, at the border.

A row is all that is known of the moves out of one state. Within a step a citizen moves at most
once, competing risks with constant intensities a_j:

    A = Σ a_j      P(leave) = 1 − e^{−A}      P(j) = a_j / A · P(leave)

A row of chances p per unit of time reproduces exactly those chances: a_j = p_j · A / (1 − e^{−A}).
Where all entries are chances A = −ln(1 − Σp). Beside other evidence of total intensity H,
A > H solves  Σp = (A − H)/A · (1 − e^{−A}),  unique if Σp < 1. Where Σp = 1 the row is certain:
A is infinite, and no rate beside the chances has any time. It is written as p_j · ENDLESS, which
keeps the split, whatever multiplies it. Draws with Σp > 1 are scaled to 1 and counted. Rates, "x %
within n" (net), mean and median durations are intensities as they stand: r, −ln(1 − x)/n, 1/mean,
ln 2/median.

Everything is solved in the unit of the row's chances, on the common refinement of all bands of the
row; where that unit is not the study's step, a step takes the time average of the intensities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import numpy as np

from simlab.kernel.summation import sum_in_order
from simlab.kernel.transition import ROUNDING
from simlab.model.clocks import read_by
from simlab.model.parameters import Values
from simlab.study.moves import Entry, Kind
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.study.values import Bands

ENDLESS = 2.0**500  # an intensity that stands for infinity; a power of two rounds nothing
CERTAIN = 2.0**400  # from here an intensity is that of a certain move, whatever multiplied it


def leaving_intensity(total: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A for chances that sum to ``total`` beside intensities that sum to ``other``; (draws,)."""
    alone = -np.log1p(-total)
    if not np.any((other > 0) & (total > 0)):
        return np.where(total > 0, alone, other)
    # A lies between H + alone and the A at which H's competitors leave too little: bisection on
    # x = A − H, monotone, in 200 halvings of a bracket that is doubled until it holds the root.
    low, high = np.zeros_like(total), np.maximum(alone, 1e-300)

    def missing(x: np.ndarray) -> np.ndarray:
        a = other + x
        return np.where(a > 0, x / np.where(a > 0, a, 1.0) * -np.expm1(-a), 0.0) - total

    for _ in range(200):
        short = missing(high) < 0
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    for _ in range(200):
        middle = 0.5 * (low + high)
        below = missing(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
        if np.all(high - low <= 1e-16 * high):
            break
    mixed = other + 0.5 * (low + high)
    return np.where(other > 0, np.where(total > 0, mixed, other), alone)


def solve_row(
    kinds: Sequence[Kind], lengths: list[float], values: list[np.ndarray]
) -> tuple[list[np.ndarray], np.ndarray]:
    """The intensities of one row per unit of time, and which draws had to be scaled.

    kinds, lengths : per entry; see ``study.moves.Entry`` (counts come as chances)
    values         : per entry (draws,), in the unit of the row
    Returns a list of (draws,) intensities, and (draws,) bool.
    """
    draws = len(values[0])
    chances = [i for i, kind in enumerate(kinds) if kind == "chance"]
    intensities: list[np.ndarray] = [np.zeros(draws)] * len(kinds)
    other = np.zeros(draws)
    for i, (kind, length, value) in enumerate(zip(kinds, lengths, values, strict=True)):
        if kind != "chance":
            intensities[i] = as_intensity(kind, length, value)
            other = other + intensities[i]
    if not chances:
        return intensities, np.zeros(draws, dtype=bool)
    total = sum_in_order(np.array([values[i] for i in chances]), 0)
    all_leave, crowded = total >= 1.0 - ROUNDING, other >= CERTAIN
    leave = leaving_intensity(np.where(all_leave, 0.0, total), np.where(crowded, 0.0, other))
    factor = np.where(leave > 0, leave / np.where(leave > 0, -np.expm1(-leave), 1.0), 1.0)
    factor = np.where(crowded, other / np.where(all_leave, 1.0, 1.0 - total), factor)
    factor = np.where(all_leave, ENDLESS / np.where(all_leave, total, 1.0), factor)
    for i in chances:
        intensities[i] = values[i] * factor
    return intensities, total > 1.0 + ROUNDING


def as_intensity(kind: Kind, length: float, value: np.ndarray) -> np.ndarray:
    """An intensity per unit of time from a rate, a share within ``length`` units, or a duration."""
    match kind:
        case "rate":
            return value
        case "share":
            all_leave = value >= 1.0 - ROUNDING
            alone = -np.log1p(-np.where(all_leave, 0.0, value))
            return np.where(all_leave, ENDLESS, alone) / length
        case "mean":
            return 1.0 / np.maximum(value, 1e-12)
        case "median":
            return np.log(2.0) / np.maximum(value, 1e-12)
        case "chance" | "count":
            raise ValueError(f"a {kind} is of a whole row (`solve_row`)")
        case _:
            assert_never(kind)


@dataclass(frozen=True, slots=True)
class Axis:
    """One clock that a row reads, refined by the edges of all its bands.

    edges   : the times, in steps, at which something changes; intervals lie between them
    weights : (clock values, intervals) the share of each clock step in each interval
    """

    clock: str
    away: bool
    edges: tuple[float, ...]
    weights: np.ndarray

    def middle(self, interval: int) -> float:
        """A time inside an interval, in steps."""
        low = self.edges[interval]
        high = self.edges[interval + 1] if interval + 1 < len(self.edges) else low + 1.0
        return 0.5 * (low + high)


def axes_of(
    study: Study, entries: list[Entry], state: str, tops: dict[tuple[str, bool], int]
) -> list[Axis]:
    """The clocks that the entries of one state read, with the refinement of their bands."""
    edges: dict[tuple[str, bool], set[float]] = {}
    for entry in entries:
        length = study.timeline.steps_per(entry.unit)
        for _, bands in entry.value.versions:
            read = read_by(study, bands, state)
            if read is not None:
                starts = [0.0, *((band.low - 1) * length for band in bands.bands[1:])]
                edges.setdefault(read, set()).update(starts)
    axes = []
    for (clock, away), times in sorted(edges.items()):
        ordered = tuple(sorted(times))
        top = max(tops[(clock, away)], 1)
        weights = np.zeros((top + 1, len(ordered)))
        for k in range(1, top + 1):
            for j, low in enumerate(ordered):
                high = ordered[j + 1] if j + 1 < len(ordered) else np.inf
                weights[k, j] = max(min(k, high) - max(k - 1, low), 0.0)
        weights[weights < 1e-9] = 0.0
        weights[0] = weights[top]
        axes.append(Axis(clock, away, ordered, weights))
    return axes


def entry_value(
    study: Study,
    entry: Entry,
    state: str,
    values: Values,
    when: date,
    times: dict[tuple[str, bool], float],
) -> np.ndarray:
    """(draws,) an entry's value at a time on the clocks (in steps), in the entry's own unit."""
    bands: Bands = entry.value.at(when)
    index = 0
    read = read_by(study, bands, state)
    if read is not None:
        units = times[read] * study.timeline.in_step(entry.unit)
        for j, band in enumerate(bands.bands):
            if band.high is None or units <= band.high:
                index = j
                break
    return values[bands.bands[index].value]


def row_intensities(
    study: Study,
    entries: list[Entry],
    state: str,
    values: Values,
    when: date,
    times: dict[tuple[str, bool], float],
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Intensities **per step** by destination, at one time on the clocks, and the scaled draws."""
    unit = next((e.unit for e in entries if e.kind in ("chance", "count")), study.form.step)
    raw = [entry_value(study, e, state, values, when, times) for e in entries]
    counts = [value for e, value in zip(entries, raw, strict=True) if e.kind == "count"]
    if counts:
        total = sum_in_order(np.array(counts), 0)
        total = np.where(total > 0, total, 1.0)
        raw = [v / total if e.kind == "count" else v for e, v in zip(entries, raw, strict=True)]
    moving = [(e, v) for e, v in zip(entries, raw, strict=True) if e.to != state]
    if not moving:
        return {}, np.zeros(values.draws, dtype=bool)
    kinds: list[Kind] = ["chance" if e.kind == "count" else e.kind for e, _ in moving]
    converted, lengths = [], []
    for (entry, value), kind in zip(moving, kinds, strict=True):
        per = units_per(entry.unit, unit)  # row units in a unit of this entry
        converted.append(_in_unit(kind, value, per))
        lengths.append(entry.length * per)
    intensities, scaled = solve_row(kinds, lengths, converted)
    steps = study.timeline.in_step(unit)  # row units in a step
    return {
        e.to: a * steps if steps != 1.0 else a
        for (e, _), a in zip(moving, intensities, strict=True)
    }, scaled


def _in_unit(kind: Kind, value: np.ndarray, per: float) -> np.ndarray:
    """What an entry says of its unit in the row's unit, ``per`` of which make that unit."""
    match kind:
        case "chance" | "count" | "share":
            return value
        case "rate":
            return value if per == 1.0 else value / per
        case "mean" | "median":
            return value if per == 1.0 else value * per
        case _:
            assert_never(kind)
