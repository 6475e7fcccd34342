"""Cells: state, clocks and mark, all that the future depends on, as a flat Markov chain.

The cells reachable from the start, from arrivals and by conversions are numbered in order of state
and clocks and written in CSR form: the cell after staying, and the cell after each move; where a
citizen can be enrolled or drop out as the step begins, also the cells after that. Cells whose
moves have the same intensities share a class. Both futures share one cell space.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from simlab.kernel.arrays import AWAY, FOREVER, INSIDE, PAUSED, Cells, Windows
from simlab.model.clocks import ClockRule, Position
from simlab.model.enrolment import EVER, Programme

MAX_CELLS = 200_000

Place = tuple[str, tuple[Position, ...]]  # state, a position per clock
Cell = tuple[str, tuple[Position, ...], int]  # and the mark of a programme; 0 without one


class TooManyCellsError(ValueError):
    """Clocks that run too far, or too many of them at once."""


@dataclass(frozen=True)
class StateSpace:
    """The cell space of a study."""

    cells: tuple[Cell, ...]
    index: Mapping[Cell, int]
    rules: Mapping[str, ClockRule]
    moves_from: Mapping[str, tuple[str, ...]]
    final: frozenset[str]
    programme: Programme | None = None

    def __len__(self) -> int:
        return len(self.cells)

    def inside(self, states: Collection[str]) -> np.ndarray:
        """(cells,) bool, whether a cell's state is one of some."""
        return np.array([cell[0] in states for cell in self.cells], dtype=bool)

    def reading(self, cell: Cell, clock: str, away: bool) -> int:
        """The clock value (or steps away) that bands read in a cell, at most its top."""
        position = cell[1][list(self.rules).index(clock)]
        return position[2] if away else position[0]

    def first(self, state: str, clock: int) -> Cell:
        """The cell of someone in ``state`` with ``clock`` steps on its clock."""
        return self.kept(first_cell(self.rules, state, clock), 0)

    def after(self, cell: Cell, to: str, *, turns: bool = False) -> Cell:
        """The cell at the end of a step in which a citizen of ``cell`` went to ``to``.

        turns : having been enrolled, or dropped out, as the step began
        """
        state, positions, mark = cell
        if self.programme is not None:
            then = self.programme.turns(state, mark) if turns else self.programme.goes_on(mark)
            assert then is not None
            mark = self.programme.entering(to, then)
        return self.kept(moved(self.rules, (state, positions), to), mark)

    def turns(self, cell: Cell) -> bool:
        """Whether some are enrolled or drop out as a step begins in this cell."""
        return self.programme is not None and self.programme.turns(cell[0], cell[2]) is not None

    def converted(self, cell: Cell, to: str) -> Cell:
        """The cell of someone whom a reform moves to ``to``."""
        state, positions, mark = cell
        if self.programme is not None:
            mark = self.programme.entering(to, mark)
        return self.kept(converted(self.rules, (state, positions), to), mark)

    def resumed(self, cell: Cell, clock: int, value: int) -> Cell:
        """The same cell with ``value`` steps on the clock number ``clock``, just entered."""
        state, positions, mark = cell
        return self.kept(
            (state, (*positions[:clock], (value, 0, 0), *positions[clock + 1 :])), mark
        )

    def kept(self, place: Place, mark: int) -> Cell:
        """The cell without what nothing will ever read: clocks and marks in final states."""
        state, positions = place
        if state not in self.final:
            return (state, positions, mark)
        if self.programme is not None and state in self.programme.ends_in:
            mark = mark if self.programme.pays.get(state, 0) & EVER else 0
        return (state, tuple(rule.never_entered() for rule in self.rules.values()), mark)

    def order(self, cell: Cell) -> tuple[object, ...]:
        """By what cells are sorted: staying then leads to the next cell, also in a programme."""
        state, positions, mark = cell
        if self.programme is None or mark in (0, self.programme.over):
            return (state, mark > 0, 0, positions, mark)
        # In a programme clocks and mark run side by side: what they have run apart is the row.
        apart = []
        for rule, (clock, away, recent) in zip(self.rules.values(), positions, strict=True):
            if state in rule.states:
                clock = clock - mark if clock < rule.top else clock
            else:
                away = away - mark if away > 0 else 0
                recent = recent - mark if recent < rule.away_top else recent
            apart.append((clock, away, recent))
        return (state, True, 1, tuple(apart), mark)


def first_cell(rules: Mapping[str, ClockRule], state: str, clock: int) -> Place:
    """The cell of someone in ``state`` with ``clock`` steps on its clock."""
    positions = []
    for rule in rules.values():
        if state in rule.states:
            positions.append((max(min(clock, rule.top), 1), 0, 0))
        else:
            positions.append(rule.never_entered())
    return (state, tuple(positions))


def moved(rules: Mapping[str, ClockRule], cell: Place, to: str) -> Place:
    """The cell at the end of a step in which a citizen of ``cell`` went to ``to`` (or stayed)."""
    state, positions = cell
    new = []
    for rule, position in zip(rules.values(), positions, strict=True):
        inside, then = state in rule.states, to in rule.states
        if inside:
            new.append(rule.stay_inside(position) if then else rule.leave(position, to))
        else:
            new.append(rule.enter(position) if then else rule.stay_outside(position, to))
    return (to, tuple(new))


def converted(rules: Mapping[str, ClockRule], cell: Place, to: str) -> Place:
    """The cell of someone whom a reform moves to ``to`` between two steps: no time passes."""
    state, positions = cell
    new = []
    for rule, position in zip(rules.values(), positions, strict=True):
        inside, then = state in rule.states, to in rule.states
        if inside == then:
            new.append(position)
        else:
            new.append(rule.enter(position) if then else rule.leave(position, to))
    return (to, tuple(new))


def _where_history_may_lead(space: StateSpace, before: str, cell: Cell) -> list[Cell]:
    """What an exact history can make of ``cell``, into which somebody came from ``before``.

    Of a clock that runs alone 1 is enough: every later value is reached from there by staying.
    """
    cells = []
    alone = len(space.rules) == 1 and space.programme is None
    for number, rule in enumerate(space.rules.values()):
        if rule.window and cell[0] in rule.states and before not in rule.states:
            values = (1,) if alone else range(1, rule.top + 1)
            cells += [space.resumed(cell, number, value) for value in values]
    return cells


def state_space(
    rules: Mapping[str, ClockRule],
    moves_from: Mapping[str, tuple[str, ...]],
    starts: Iterable[tuple[str, int]],
    conversions: Iterable[tuple[tuple[str, ...], str]] = (),
    read: frozenset[str] = frozenset(),
    programme: Programme | None = None,
) -> StateSpace:
    """Every cell that can be reached from ``starts``: (state, steps on the clock).

    A state without moves, whose clocks no amount reads (``read``), keeps no clocks.
    Raises TooManyCellsError beyond `MAX_CELLS`: clocks multiply, and some twelve lines of a study
    can ask for more cells than any memory holds.
    """
    convert = [(set(states), to) for states, to in conversions]
    left_by_reform = {state for states, _ in convert for state in states}
    ends = {to for tos in moves_from.values() for to in tos} | {to for _, to in convert}
    final = frozenset(ends - set(moves_from) - left_by_reform - read)
    empty = StateSpace((), {}, dict(rules), dict(moves_from), final, programme)
    waiting = list(dict.fromkeys(empty.first(state, clock) for state, clock in starts))
    known = set(waiting)
    position = 0
    while position < len(waiting):
        cell = waiting[position]
        position += 1
        goals = (cell[0], *moves_from.get(cell[0], ()))
        next_cells = [empty.after(cell, to) for to in goals]
        if empty.turns(cell):
            next_cells += [empty.after(cell, to, turns=True) for to in goals]
        next_cells += [empty.converted(cell, to) for states, to in convert if cell[0] in states]
        for new in list(next_cells):
            next_cells += _where_history_may_lead(empty, cell[0], new)
        for new in next_cells:
            if new not in known:
                known.add(new)
                waiting.append(new)
        if len(known) > MAX_CELLS:
            raise TooManyCellsError
    # In order of name, not of discovery: engines draw cell after cell, and a segment that starts
    # elsewhere must move nobody else's numbers. Along a clock, staying then leads to the next cell.
    cells = tuple(sorted(waiting, key=empty.order))
    index = {cell: i for i, cell in enumerate(cells)}
    return StateSpace(cells, index, dict(rules), dict(moves_from), final, programme)


def flat(space: StateSpace, class_of: np.ndarray, rate_first: np.ndarray) -> Cells:
    """The space in CSR form; ``class_of : (cells,)`` comes from the intensities."""
    stay = [space.index[space.after(cell, cell[0])] for cell in space.cells]
    first, to = [0], []
    for cell in space.cells:
        ends = space.moves_from.get(cell[0], ())
        to += [space.index[space.after(cell, end)] for end in ends]
        if space.turns(cell):
            to += [space.index[space.after(cell, end, turns=True)] for end in (cell[0], *ends)]
        first.append(len(to))
    return Cells(
        class_of.astype(np.int64),
        np.array(stay, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(to, dtype=np.int64),
        rate_first.astype(np.int64),
        np.flatnonzero(np.array(stay) != np.arange(1, len(space) + 1)),
        *_runs(stay, class_of),
    )


def windows(space: StateSpace) -> Windows:
    """The clocks of the space that look back over a window; `Cells` know only their bounds."""
    rules = list(space.rules.values())
    looking = [number for number, rule in enumerate(rules) if rule.window]
    top = max((rules[number].top for number in looking), default=0)
    place = np.zeros((len(looking), len(space)), dtype=np.int64)
    clock = np.zeros((len(looking), len(space)), dtype=np.int64)
    at = np.full((len(looking), top + 1, len(space)), -1, dtype=np.int64)
    for w, number in enumerate(looking):
        rule = rules[number]
        for i, cell in enumerate(space.cells):
            inside = cell[0] in rule.states
            place[w, i] = INSIDE if inside else AWAY if rule.counts(cell[0]) else PAUSED
            clock[w, i] = cell[1][number][0]
            for value in range(1, rule.top + 1) if inside else ():
                at[w, value, i] = space.index.get(space.resumed(cell, number, value), -1)
    return Windows(
        np.array([rules[number].after for number in looking], dtype=np.int64),
        np.array([rules[number].window for number in looking], dtype=np.int64),
        np.array([rules[number].top for number in looking], dtype=np.int64),
        place,
        clock,
        at,
    )


def _runs(stay: list[int], class_of: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``run``, ``stride`` and ``after`` of Cells."""
    run, stride, after = (np.zeros(len(stay), dtype=np.int64) for _ in range(3))
    for c in reversed(range(len(stay))):
        then = stay[c]
        run[c], stride[c], after[c] = 1, 0, then
        if then == c:
            run[c] = FOREVER
        elif then == c + 1:
            stride[c] = 1
            if class_of[then] == class_of[c] and stay[then] != then:
                run[c], after[c] = run[then] + 1, after[then]
    return run, stride, after
