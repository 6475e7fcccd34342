"""Moves by name, and the evidence on them in the forms in which it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast, get_args

from simlab.study.errors import nearest
from simlab.study.grammar import Evidence, Group, Role, StudyFile
from simlab.study.key_path import dotted
from simlab.study.quantity import Quantity, read_quantity
from simlab.study.time import UNITS, Duration, Unit
from simlab.study.values import Band, Bands, Varying

Kind = Literal["chance", "rate", "mean", "median", "share", "count"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Move = tuple[str, str]

TABLES: dict[str, tuple[Kind, Unit]] = {
    table: (kind, unit)
    for table in Evidence.model_fields
    for kind in KINDS
    for unit in UNITS
    if table.startswith(f"{kind}_") and unit in table
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one move.

    unit, length : a chance per ``unit``; a share within ``length`` units; a rate per unit; a
    duration in units. A count is a Gamma draw, to be divided by the sum of its row.
    """

    origin: str
    to: str
    kind: Kind
    unit: Unit
    value: Varying
    length: float = 1.0

    @property
    def path(self) -> str:
        """The key path of what is known."""
        return self.value.path


Rows = Mapping[str, list[Entry]]


def evidence(tables: Evidence, prefix: str = "") -> dict[str, list[Entry]]:
    """The rows of evidence by state of origin; a count row holds the count of staying too.

    prefix : of the key paths of counts, which only become figures here
    """
    rows: dict[str, list[Entry]] = {}
    for name, (kind, unit) in TABLES.items():
        for origin, row in getattr(tables, name).items():
            entries = rows.setdefault(origin, [])
            if kind == "count":
                entries += count_row(row, origin, unit, prefix + dotted(name, origin))
                continue
            for to, value in row.items():
                entries.append(Entry(origin, to, kind, unit, value))
    for origin, shares in tables.share_within.items():
        for to, share in shares.items():
            within = share.within[0] if share.within else Duration(1.0, "month")
            value = Varying(((None, Bands((Band(0, None, share.share, ""),))),))
            entry = Entry(origin, to, "share", within.unit, value, within.length)
            rows.setdefault(origin, []).append(entry)
    return rows


def overlay(below: Rows, above: Rows) -> dict[str, list[Entry]]:
    """Rows with the entries of ``above`` in place of those on the same move.

    A count that is replaced still belongs to the total of its row, as one of staying.
    """
    merged = {state: list(entries) for state, entries in below.items()}
    for state, entries in above.items():
        replaced = {e.to for e in entries}
        if any(e.kind == "count" for e in entries):
            merged[state] = list(entries)
        else:
            kept = [
                replace(e, to=state) if e.to in replaced and e.kind == "count" else e
                for e in merged.get(state, [])
                if e.to not in replaced or e.kind == "count"
            ]
            merged[state] = kept + list(entries)
    return merged


COUNT_OPTIONS = ("prior", "point", "source", "tag")


def count_row(row: Mapping[str, Any], origin: str, unit: Unit, path: str) -> list[Entry]:
    """Dirichlet(counts + prior) as gamma draws that the model divides by their sum."""
    prior = float(row.get("prior", 0.5))
    said = {k: row[k] for k in ("source", "tag") if k in row}
    entries = []
    for to, count in row.items():
        if to in COUNT_OPTIONS:
            continue
        shape = float(count) + prior
        written: dict[str, object] = {"value": shape, **said}
        if shape > 0 and not row.get("point", False):
            written = {"dist": "gamma", "shape": shape, "rate": 1.0, **said}
        value, own = read_quantity(written, "positive", zero_allowed=True), f"{path}.{dotted(to)}"
        varying = Varying(((None, Bands((Band(0, None, replace(value, path=own), ""),))),))
        entries.append(Entry(origin, to, "count", unit, varying))
    return entries


def surely_leaving(row: Iterable[Entry]) -> float:
    """The most that the certain chances of a row sum to, at any date and at any time on its clocks.

    Clocks run apart, so that each may stand where its own chances sum to most.
    """
    chances = [entry.value for entry in row if entry.kind == "chance"]
    most = 0.0
    for when in {date.min, *(day for value in chances for day in value.changes)}:
        by_clock: dict[str | None, list[Bands]] = {}
        for bands in (value.at(when) for value in chances):
            by_clock.setdefault(bands.by, []).append(bands)
        total = 0.0
        for some in by_clock.values():
            times = {band.low for bands in some for band in bands.bands}
            total += max(
                sum(known_value(bands.bands[bands.index(time)].value) or 0.0 for bands in some)
                for time in times
            )
        most = max(most, total)
    return most


@dataclass(frozen=True, slots=True)
class Names:
    """The states and groups of a study, and what a pattern of moves means.

    roles : of each state, first what it is mostly
    """

    states: tuple[str, ...]
    groups: Mapping[str, Group]
    roles: Mapping[str, tuple[Role, ...]]

    @classmethod
    def of(cls, form: StudyFile) -> Names:
        states = form.states if isinstance(form.states, dict) else {}
        roles = {state: tuple(states[state].roles) if states else () for state in form.states}
        return cls(tuple(form.states), form.groups, roles)

    def with_role(self, role: Role) -> tuple[str, ...]:
        """The states with a role, whatever else they are."""
        return tuple(state for state in self.states if role in self.roles[state])

    def role_of(self, name: str) -> Role | None:
        """The role that a state or a group stands for: its states are all that have it, or all
        that have no other."""
        states = frozenset(self.expand(name))
        for role in get_args(Role):
            alone = [state for state in self.states if self.roles[state] == (role,)]
            if states and states in (frozenset(alone), frozenset(self.with_role(role))):
                return cast(Role, role)
        return None

    def expand(self, name: str) -> tuple[str, ...]:
        """A state, the states of a group, or all for "*"; LookupError tells what is wrong."""
        if name == "*":
            return self.states
        if name in self.states:
            return (name,)
        if name in self.groups:
            return tuple(self.groups[name].states)
        known = [*self.states, *self.groups]
        raise LookupError(f'unknown state "{name}"{nearest(name, known)}')

    def expand_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The states of all names, each once, in order."""
        return tuple(dict.fromkeys(state for name in names for state in self.expand(name)))

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """The states of those names that are known; the others are told where they stand."""
        known = (name for name in names if name in (*self.states, *self.groups, "*"))
        return self.expand_all(known)

    def matching(self, pattern: str, moves: Iterable[Move]) -> list[Move]:
        """The moves that "a -> b" names; a and b may be states, groups or "*"."""
        sides = [side.strip() for side in pattern.split("->")]
        if len(sides) != 2 or not all(sides):
            raise LookupError(f'"{pattern}" is not a move; write "from -> to"')
        origins, ends = (set(self.expand(side)) for side in sides)
        found = [move for move in moves if move[0] in origins and move[1] in ends]
        if not found:
            raise LookupError(f'no move "{pattern}" in the study; its evidence names none')
        return found


def all_moves(form: StudyFile, names: Names) -> tuple[Move, ...]:
    tables = [form, form.plan, *form.plan.effect]
    moves: dict[Move, None] = {}
    for table in tables:
        for origin, row in evidence(table).items():
            moves |= {(origin, e.to): None for e in row if e.to != origin}
    for redirect in form.redirect:
        for pattern in redirect.moves:
            for origin, _ in names.matching(pattern, list(moves)):
                if origin != redirect.to:
                    moves[(origin, redirect.to)] = None
    order = {state: i for i, state in enumerate(names.states)}
    return tuple(sorted(moves, key=lambda m: (order.get(m[0], -1), order.get(m[1], -1))))


def never_left(form: StudyFile, names: Names, moves: Iterable[Move]) -> frozenset[str]:
    """The states that nobody leaves, neither by a move nor by a reform."""
    left = {origin for origin, _ in moves}
    for convert in form.convert:
        left |= set(names.known(convert.states))
    return frozenset(names.states) - left


def known_value(value: Quantity) -> float | None:
    """The value of a certain quantity, None for an uncertain one."""
    return None if value.is_uncertain else value.mean()
