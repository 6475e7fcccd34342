"""How people move, compiled: classes of cells, rates, epochs, and tables of intensities.

A **rate** is one move out of one class of cells. An **epoch** is a run of steps between two dated
changes of evidence. A **table** holds the intensity per step of every rate in every epoch, for
every draw: base : (draws, epochs, rates).

Where some are enrolled in a programme or drop out of it as a step begins, a class has every move
twice: as those make it who go on as they were, and, after the rate of staying, as those who turn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from simlab.model.cells import Cell, StateSpace
from simlab.model.enrolment import BITS, ONE_WAY
from simlab.model.parameters import Values
from simlab.model.rows import Axis, axes_of, row_intensities
from simlab.study.grammar import While
from simlab.study.moves import Entry, Move, Rows
from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class Class:
    """Cells of one state whose moves have the same intensities.

    weights : per axis, the share of the step spent in each interval of the refined bands
    status  : the bits of those who go on that effects read (`enrolment`)
    way     : which share turns as the step begins, 0 for none
    turned  : the bits of those who turn
    """

    state: str
    weights: tuple[tuple[float, ...], ...]
    status: int = 0
    way: int = ONE_WAY
    turned: int = 0


@dataclass(frozen=True)
class TransitionTables:
    """The moves of a study without their numbers.

    rates      : the move of every rate, class after class
    status     : (rates,) the bits of those who make it
    rate_first : (classes + 1,)
    class_of   : (cells,)
    epochs     : the first step's date of every epoch
    epoch_of   : (steps,) the epoch of step t = 1 … T at index t − 1
    """

    study: Study
    axes: Mapping[str, list[Axis]]
    classes: tuple[Class, ...]
    rates: tuple[Move, ...]
    status: np.ndarray
    rate_first: np.ndarray
    class_of: np.ndarray
    epochs: tuple[date, ...]
    epoch_of: np.ndarray
    known: dict[object, Any] = field(default_factory=dict, repr=False)  # what hangs on no draw

    def columns(self, patterns: tuple[str, ...], whom: While = "everyone") -> np.ndarray:
        """The rates of the moves that some patterns name, as everyone makes them or only those in a
        programme."""
        if (patterns, whom) not in self.known:
            names, bits = self.study.names, BITS[whom]
            wanted = {move for p in patterns for move in names.matching(p, self.study.moves)}
            rates = [r for r, move in enumerate(self.rates) if move in wanted]
            acting = [r for r in rates if self.status[r] & bits == bits]
            self.known[patterns, whom] = np.array(acting, dtype=np.int64)
        found: np.ndarray = self.known[patterns, whom]
        return found

    @cached_property
    def rows(self) -> list[range]:
        """The rates of every row: of those who go on in a class, and of those who turn."""
        return [half for k in range(len(self.classes)) for half in self.halves(k)]

    def span(self, k: int) -> range:
        """The rates of those who go on in a class."""
        low, high = int(self.rate_first[k]), int(self.rate_first[k + 1])
        return range(low, high if self.classes[k].way == ONE_WAY else (low + high) // 2)

    def halves(self, k: int) -> list[range]:
        """The rates of those who go on, and of those who turn, without that of staying so."""
        own = self.span(k)
        if self.classes[k].way == ONE_WAY:
            return [own]
        return [own, range(own.stop + 1, int(self.rate_first[k + 1]))]

    @property
    def turning(self) -> dict[int, int]:
        """The rate of staying as one who turned → which share turns, where some do."""
        ways = {k: c.way for k, c in enumerate(self.classes) if c.way != ONE_WAY}
        return {self.span(k).stop: way for k, way in ways.items()}


def transition_tables(study: Study, space: StateSpace, tables: list[Rows]) -> TransitionTables:
    """Classes, rates and epochs that can hold every one of ``tables`` (both futures, effects)."""
    entries: dict[str, list[Entry]] = {}
    for rows in tables:
        for state, row in rows.items():
            entries.setdefault(state, []).extend(row)
    tops = {}
    for name, rule in space.rules.items():
        tops[(name, False)], tops[(name, True)] = rule.top, rule.away_top
    axes = {s: axes_of(study, entries.get(s, []), s, tops) for s in study.names.states}
    index: dict[Class, int] = {}
    class_of = np.empty(len(space), dtype=np.int64)
    for i, cell in enumerate(space.cells):
        weights = tuple(
            tuple(axis.weights[space.reading(cell, axis.clock, axis.away)])
            for axis in axes[cell[0]]
        )
        class_of[i] = index.setdefault(Class(cell[0], weights, *_ways(space, cell)), len(index))
    rates: list[Move] = []
    status: list[int] = []
    first = [0]
    for own in index:
        moves = [(own.state, to) for to in space.moves_from.get(own.state, ())]
        rates += moves
        status += [own.status] * len(moves)
        if own.way != ONE_WAY:
            rates += [(own.state, own.state), *moves]
            status += [own.turned] * (len(moves) + 1)
        first.append(len(rates))
    epochs, epoch_of = _epochs(study, entries)
    return TransitionTables(
        study, axes, tuple(index), tuple(rates), np.array(status, dtype=np.int64),
        np.array(first), class_of, epochs, epoch_of,
    )  # fmt: skip


def _ways(space: StateSpace, cell: Cell) -> tuple[int, int, int]:
    """What a class needs to know of a cell's mark: status, way, turned."""
    programme, (state, _, mark) = space.programme, cell
    if programme is None:
        return 0, ONE_WAY, 0
    read = programme.acts.get(state, 0)
    status = programme.status(programme.goes_on(mark)) & read
    turned = programme.turns(state, mark)
    if turned is None:
        return status, ONE_WAY, 0
    return status, programme.way(state, mark), programme.status(turned) & read


def _epochs(study: Study, entries: Rows) -> tuple[tuple[date, ...], np.ndarray]:
    timeline = study.timeline
    changes = {c for row in entries.values() for e in row for c in e.value.changes}
    changes |= {r.since for r in study.form.redirect} | set(study.closed_moves.values())
    first_steps = sorted({1, *(timeline.first_step_from(c) for c in changes)})
    first_steps = [t for t in first_steps if t <= timeline.steps]
    epoch_of = np.searchsorted(first_steps, np.arange(1, timeline.steps + 1), side="right") - 1
    return tuple(timeline.start_of(t) for t in first_steps), epoch_of.astype(np.int64)


def table(b: TransitionTables, rows: Rows, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """base : (draws, epochs, rates), intensities per step, and scaled : (draws,) bool."""
    base = np.zeros((values.draws, len(b.epochs), len(b.rates)))
    scaled = np.zeros(values.draws, dtype=bool)
    for epoch, when in enumerate(b.epochs):
        for state, entries in rows.items():
            for interval, (row, over) in _row_by_interval(b, entries, state, values, when):
                scaled |= over
                for k, own in enumerate(b.classes):
                    if own.state != state:
                        continue
                    share = 1.0
                    for axis, j in enumerate(interval):
                        share *= own.weights[axis][j]
                    if share == 0.0:
                        continue
                    for r in range(b.rate_first[k], b.rate_first[k + 1]):
                        intensity = row.get(b.rates[r][1])
                        if intensity is not None:
                            base[:, epoch, r] += intensity if share == 1.0 else share * intensity
    return base, scaled


def _row_by_interval(
    b: TransitionTables, entries: list[Entry], state: str, values: Values, when: date
) -> Iterator[tuple[tuple[int, ...], tuple[dict[str, np.ndarray], np.ndarray]]]:
    axes = b.axes[state]
    for interval in itertools.product(*(range(len(axis.edges)) for axis in axes)):
        times = {
            (axis.clock, axis.away): axis.middle(j) for axis, j in zip(axes, interval, strict=True)
        }
        yield interval, row_intensities(b.study, entries, state, values, when, times)


def made_as(b: TransitionTables) -> np.ndarray:
    """(epochs, rates) the rate as which a move is made; −1: those who would have made it stay.

    A closed move is not made; a redirect says where its people go instead, and where that move is
    closed too, theirs counts on. Empty, (0, rates), where no move is ever closed.
    """
    form, names, moves = b.study.form, b.study.names, b.study.moves
    closed_moves = b.study.closed_moves
    if not closed_moves and not form.redirect:
        return np.empty((0, len(b.rates)), dtype=np.int64)
    rate_of = np.empty((len(b.epochs), len(b.rates)), dtype=np.int64)
    ends = {origin: {to for start, to in moves if start == origin} for origin, _ in moves}
    for epoch, when in enumerate(b.epochs):
        instead: dict[Move, str | None] = {m: None for m, at in closed_moves.items() if at <= when}
        for redirect in sorted(form.redirect, key=lambda r: r.since):
            if redirect.since <= when:
                closed = [m for p in redirect.moves for m in names.matching(p, moves)]
                instead |= {
                    m: redirect.to
                    for m in closed
                    if m[1] != redirect.to and redirect.to in (m[0], *ends[m[0]])
                }
        rate_of[epoch] = np.arange(len(b.rates))
        for span in (half for k in range(len(b.classes)) for half in b.halves(k)):
            rate_to = {b.rates[r][1]: r for r in span}
            for r in span:
                end = _end(b.rates[r], instead)
                rate_of[epoch, r] = -1 if end is None else rate_to[end]
    return rate_of


def _end(move: Move, instead: Mapping[Move, str | None]) -> str | None:
    """Where those who would have made a move end up; None: where they are."""
    origin, to = move
    passed = set()
    while (origin, to) in instead and to not in passed:
        passed.add(to)
        end = instead[(origin, to)]
        if end is None or end == origin:
            return None
        to = end
    return None if to in passed else to
