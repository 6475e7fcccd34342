"""A checked study: what every room to the right reads.

study = simlab.load("configs/programmes/hjoerring.toml")
bolder = study.replace({"plan.effect.other_groups.hazard_ratio": 1.3})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from simlab.study.arguments import among, public
from simlab.study.check import problems_of
from simlab.study.errors import refuse
from simlab.study.grammar import AmountChange, Perspective, StudyFile
from simlab.study.key_path import entry_path
from simlab.study.merging import composed
from simlab.study.merging import merge as merge_tables
from simlab.study.message import labelled
from simlab.study.moves import Entry, Move, Names, all_moves, evidence, never_left
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.reading import read_tree
from simlab.study.time import Timeline, after_months
from simlab.study.toml import parse_toml
from simlab.study.tree import Tree
from simlab.study.unseen import visible
from simlab.study.variant import LeftOut, varied
from simlab.study.writing import as_toml


@dataclass(frozen=True, init=False, eq=False)
class Study:
    """One study, read and checked: of a file or a text, or another's variant, and never else made.

    form : its content, read from the tables of the ``tree``, which remembers their files
    left_out : of a variant, what it cannot have

    Studies are equal where they say the same: where one file would hold both (`resolved_toml`).
    """

    form: StudyFile
    tree: Tree
    name: str
    left_out: tuple[LeftOut, ...]

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("a study is what its file says; load one, or replace values of another")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Study) and self.resolved_toml() == other.resolved_toml()

    def __hash__(self) -> int:
        return hash(self.resolved_toml())

    @cached_property
    def timeline(self) -> Timeline:
        return self.form.timeline

    @cached_property
    def names(self) -> Names:
        return Names.of(self.form)

    @property
    def payers(self) -> tuple[str, ...]:
        """Who pays and receives; the first of them is the municipality whose plan it is."""
        return tuple(self.form.payers)

    @property
    def seed(self) -> int:
        """Of all its random numbers."""
        return self.form.seed

    @property
    def draws(self) -> int:
        """How many draws it asks for."""
        return self.form.draws

    @property
    def engine(self) -> Literal["auto", "expected", "counts", "citizens"]:
        """The engine that it asks for, or ``auto``."""
        return self.form.engine

    @cached_property
    def rows(self) -> dict[str, list[Entry]]:
        """The baseline's evidence by state of origin."""
        return evidence(self.form)

    @cached_property
    def plan_rows(self) -> dict[str, list[Entry]]:
        """What the plan says of the moves in the place of the baseline's evidence."""
        return evidence(self.form.plan, "plan.")

    @cached_property
    def effect_rows(self) -> tuple[dict[str, list[Entry]], ...]:
        """By effect, what it says of the moves in their place."""
        effects = enumerate(self.form.plan.effect)
        return tuple(evidence(e, f"{entry_path('effect', n, e.name)}.") for n, e in effects)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every move that either future can make, in the order of the states."""
        return all_moves(self.form, self.names)

    @cached_property
    def never_left(self) -> frozenset[str]:
        """The states that nobody leaves: the dead, those who moved away."""
        return never_left(self.form, self.names, self.moves)

    @public
    def states_of(self, changed: AmountChange) -> tuple[str, ...]:
        """The states in which an amount is changed: by default all that somebody leaves."""
        if changed.states:
            return self.names.expand_all(changed.states)
        return tuple(state for state in self.names.states if state not in self.never_left)

    @public
    def plan_span(self, start: date | None = None, until: date | None = None) -> tuple[int, int]:
        """The first step of a part of the plan, and the step after its last.

        The last is the one that holds the date on which the part ends, or the whole plan does.
        """
        timeline, plan = self.timeline, self.form.plan
        ends = [after_months(day, plan.later_months) for day in (until, plan.until) if day]
        last = timeline.step_holding(min(ends)) if ends else timeline.steps
        first = self.plan_steps_later + 1
        if start:
            first = timeline.first_step_from(after_months(start, plan.later_months))
        return first, max(last + 1, first)

    @public
    def effect_span(self, start: date | None, until: date | None) -> tuple[int, int]:
        """As `plan_span`, of an effect: it may be lost before its part of the plan ends."""
        first, end = self.plan_span(start, until)
        years = self.form.plan.effect_years
        if years is None:
            return first, end
        return first, min(end, first + round(years * self.timeline.steps_per_year))

    @cached_property
    def plan_steps_later(self) -> int:
        """For how many steps the plan waits (``plan.later_months``)."""
        begins = after_months(self.timeline.start, self.form.plan.later_months)
        return self.timeline.first_step_from(begins) - 1

    @cached_property
    def closed_moves(self) -> dict[Move, date]:
        """The moves that nobody makes any more, and from when: closed, or into a closed state.

        A date after the horizon closes nothing.
        """
        states = self.form.states.items() if isinstance(self.form.states, dict) else ()
        into = {
            name: (state.closed, self.names.expand_all(state.still_open_from))
            for name, state in states
            if state.closed is not None
        }
        found = {}
        for move in self.moves:
            since, but = into.get(move[1], (None, ()))
            if since is not None and move[0] not in but:
                found[move] = since
        for pattern, since in self.form.closed.items():
            for move in self.names.matching(pattern, self.moves):
                found[move] = min(since, found.get(move, since))
        return {move: since for move, since in found.items() if since < self.timeline.end}

    @cached_property
    def perspectives(self) -> dict[str, Perspective]:
        """The study's perspectives; without any, the first payer's own."""
        if self.form.perspectives:
            return dict(self.form.perspectives)
        payer = self.form.payers[0]
        return {payer: Perspective(weights={payer: 1.0})}

    @property
    def perspective(self) -> str:
        """The perspective that the report opens with."""
        return self.form.perspective or next(iter(self.perspectives))

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """Every figure of the study by key path."""
        found = {quantity.path: quantity for quantity in quantities(self.form)}
        rows = [row for t in (self.rows, self.plan_rows, *self.effect_rows) for row in t.values()]
        for entry in (entry for row in rows for entry in row if entry.kind == "count"):
            found[entry.path] = entry.value.versions[0][1].bands[0].value
        return found

    @cached_property
    def uncertain(self) -> dict[str, Quantity]:
        """The uncertain figures by key path: the study's parameters."""
        return {path: q for path, q in sorted(self.quantities.items()) if q.is_uncertain}

    @property
    def title(self) -> dict[str, str]:
        return self.form.title.by_language()

    @property
    def unit(self) -> tuple[dict[str, str], dict[str, str]] | None:
        """One and many of what is followed, by language; None for people."""
        unit = self.form.unit
        return (unit.one.by_language(), unit.many.by_language()) if unit else None

    @public
    def label(self, name: str) -> dict[str, str]:
        """The label of a state or of a group of them, by language; ValueError of another name."""
        states, groups = self.form.states, self.form.groups
        among("state", name, (*self.names.states, *groups))
        known = groups if name in groups else states if isinstance(states, dict) else {}
        return labelled(known[name].label if name in known else None, name)

    @public
    def replace(self, values: Mapping[str, Any]) -> Study:
        """A variant, with other values at these key paths; None takes one out.

        StudyError if a value is wrong. What the variant cannot have is in its ``left_out``
        (`variant`).
        """
        form, tree, left_out = varied(self.tree, values, lambda: self.form)
        return _made(form, tree, self.name, self.left_out + left_out)

    @public
    def resolved_toml(self, without: Sequence[str] = ()) -> str:
        """One file without ``extends``, which says the same, but for the keys left out."""
        return as_toml({k: v for k, v in self.tree.tables.items() if k not in without})

    def __repr__(self) -> str:
        timeline = self.timeline
        return (
            f"Study({self.form.title.en!r}, from {timeline.start:%Y-%m} for {timeline.years:g} "
            f"years, {len(self.names.states)} states, {len(self.uncertain)} uncertain)"
        )


def _made(form: StudyFile, tree: Tree, name: str, left_out: tuple[LeftOut, ...] = ()) -> Study:
    """The study of a tree that says what the form does."""
    study = object.__new__(Study)
    vars(study).update(form=form, tree=tree, name=name, left_out=left_out)
    return study


def checked(tree: Tree, name: str) -> Study:
    """The study of a tree, or StudyError with every mistake at once."""
    form, problems = problems_of(tree)
    refuse(problems)
    assert form is not None
    return _made(form, tree, name)


@public
def load(path: str | Path, settings: Mapping[str, Any] | None = None) -> Study:
    """Read and check a study file; ``settings`` make a variant of it, as ``replace`` (``--set``).

    Raises StudyError, which holds every mistake with its file and key path.
    """
    path = Path(path)
    tree = read_tree(path)
    if not settings:
        return checked(tree, visible(path.stem))

    def before() -> StudyFile | None:
        form, problems = problems_of(tree)
        return None if problems else form

    form, tree_with, left_out = varied(tree, settings, before)
    return _made(form, tree_with, visible(path.stem), left_out)


@public
def loads(text: str, name: str = "study", **tables: Any) -> Study:
    """The study of a TOML text (without ``extends``), for tests and notebooks."""
    tree = Tree(main=name)
    merge_tables(tree, parse_toml(text, name), name)
    merge_tables(tree, composed(tables), name)
    return checked(tree, name)
