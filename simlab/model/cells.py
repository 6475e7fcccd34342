"""Cells: state + clocks, everything that the future depends on, as a flat Markov chain.

The cells reachable from the start, from arrivals and by conversions are numbered in order of state
and clocks and written in CSR form: the cell after staying, and the cell after each move. Cells
whose moves have the same intensities share a class. Both futures share one cell space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from simlab.law.chain import AWAY, FOREVER, INSIDE, PAUSED, Cells, Windows
from simlab.model.clocks import ClockRule, Position

Cell = tuple[str, tuple[Position, ...]]  # state, a position per clock


@dataclass(frozen=True)
class Space:
    """The cell space of a study."""

    cells: tuple[Cell, ...]
    index: Mapping[Cell, int]
    rules: Mapping[str, ClockRule]
    moves_from: Mapping[str, tuple[str, ...]]
    final: frozenset[str]

    def __len__(self) -> int:
        return len(self.cells)

    def reading(self, cell: Cell, clock: str, away: bool) -> int:
        """The clock value (or steps away) that bands read in a cell, at most its top."""
        position = cell[1][list(self.rules).index(clock)]
        return position[2] if away else position[0]

    def first(self, state: str, clock: int) -> Cell:
        """The cell of someone in ``state`` with ``clock`` steps on its clock."""
        return self.kept(first_cell(self.rules, state, clock))

    def after(self, cell: Cell, to: str) -> Cell:
        """The cell at the end of a step in which a citizen of ``cell`` went to ``to``."""
        return self.kept(moved(self.rules, cell, to))

    def converted(self, cell: Cell, to: str) -> Cell:
        """The cell of someone whom a reform moves to ``to``."""
        return self.kept(converted(self.rules, cell, to))

    def kept(self, cell: Cell) -> Cell:
        """The cell without clocks that nothing will ever read: those of final states."""
        if cell[0] not in self.final:
            return cell
        return (cell[0], tuple(rule.never_entered() for rule in self.rules.values()))


def first_cell(rules: Mapping[str, ClockRule], state: str, clock: int) -> Cell:
    """The cell of someone in ``state`` with ``clock`` steps on its clock."""
    positions = []
    for rule in rules.values():
        if state in rule.states:
            positions.append((max(min(clock, rule.top), 1), 0, 0))
        else:
            positions.append(rule.never_entered())
    return (state, tuple(positions))


def moved(rules: Mapping[str, ClockRule], cell: Cell, to: str) -> Cell:
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


def converted(rules: Mapping[str, ClockRule], cell: Cell, to: str) -> Cell:
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


def resumed(rules: Mapping[str, ClockRule], cell: Cell, clock: int, value: int) -> Cell:
    """The same cell with ``value`` steps on the clock number ``clock``, just entered."""
    positions = list(cell[1])
    positions[clock] = (value, 0, 0)
    return (cell[0], tuple(positions))


def _where_history_may_lead(rules: Mapping[str, ClockRule], before: str, cell: Cell) -> list[Cell]:
    """What an exact history can make of ``cell``, into which somebody came from ``before``.

    Of a single clock 1 is enough: every later value is reached from there by staying.
    """
    found = []
    for number, rule in enumerate(rules.values()):
        if rule.window and cell[0] in rule.states and before not in rule.states:
            values = range(1, rule.top + 1) if len(rules) > 1 else (1,)
            found += [resumed(rules, cell, number, value) for value in values]
    return found


def space(
    rules: Mapping[str, ClockRule],
    moves_from: Mapping[str, tuple[str, ...]],
    starts: Iterable[tuple[str, int]],
    conversions: Iterable[tuple[tuple[str, ...], str]] = (),
    read: frozenset[str] = frozenset(),
) -> Space:
    """Every cell that can be reached from ``starts``: (state, steps on the clock).

    A state without moves, whose clocks no amount reads (``read``), keeps no clocks.
    """
    convert = [(set(states), to) for states, to in conversions]
    left_by_reform = {state for states, _ in convert for state in states}
    ends = {to for tos in moves_from.values() for to in tos} | {to for _, to in convert}
    final = frozenset(ends - set(moves_from) - left_by_reform - read)
    empty = Space((), {}, dict(rules), dict(moves_from), final)
    waiting = list(dict.fromkeys(empty.first(state, clock) for state, clock in starts))
    seen = set(waiting)
    position = 0
    while position < len(waiting):
        cell = waiting[position]
        position += 1
        found = [empty.after(cell, to) for to in (cell[0], *moves_from.get(cell[0], ()))]
        found += [empty.converted(cell, to) for states, to in convert if cell[0] in states]
        for new in list(found):
            found += map(empty.kept, _where_history_may_lead(rules, cell[0], new))
        for new in found:
            if new not in seen:
                seen.add(new)
                waiting.append(new)
    # In order of name, not of discovery: engines draw cell after cell, and a segment that starts
    # elsewhere must move nobody else's numbers. Along a clock, staying then leads to the next cell.
    cells = tuple(sorted(waiting))
    index = {cell: i for i, cell in enumerate(cells)}
    return Space(cells, index, dict(rules), dict(moves_from), final)


def flat(chain: Space, class_of: np.ndarray, rate_first: np.ndarray) -> Cells:
    """The space in CSR form; ``class_of : (cells,)`` comes from the intensities."""
    stay = [chain.index[chain.after(cell, cell[0])] for cell in chain.cells]
    first, to = [0], []
    for cell in chain.cells:
        ends = chain.moves_from.get(cell[0], ())
        to += [chain.index[chain.after(cell, end)] for end in ends]
        first.append(len(to))
    return Cells(
        class_of.astype(np.int64),
        np.array(stay, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(to, dtype=np.int64),
        rate_first.astype(np.int64),
        np.flatnonzero(np.array(stay) != np.arange(1, len(chain) + 1)),
        *_runs(stay, class_of),
    )


def windows(chain: Space) -> Windows:
    """The clocks of the space that look back over a window; `Cells` know only their bounds."""
    rules = list(chain.rules.values())
    looking = [number for number, rule in enumerate(rules) if rule.window]
    top = max((rules[number].top for number in looking), default=0)
    place = np.zeros((len(looking), len(chain)), dtype=np.int64)
    clock = np.zeros((len(looking), len(chain)), dtype=np.int64)
    at = np.full((len(looking), top + 1, len(chain)), -1, dtype=np.int64)
    for w, number in enumerate(looking):
        rule = rules[number]
        for i, cell in enumerate(chain.cells):
            inside = cell[0] in rule.states
            place[w, i] = INSIDE if inside else AWAY if rule.counts(cell[0]) else PAUSED
            clock[w, i] = cell[1][number][0]
            for value in range(1, rule.top + 1) if inside else ():
                then = resumed(chain.rules, cell, number, value)
                at[w, value, i] = chain.index.get(chain.kept(then), -1)
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
