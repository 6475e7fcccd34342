"""Who collects the mistakes of one study, instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from simlab.study.errors import MOST_TOLD, Problem, nearest
from simlab.study.grammar import Evidence, StudyFile
from simlab.study.key_path import KeyPath
from simlab.study.moves import Move, Names, all_moves
from simlab.study.quantity import TAGS
from simlab.study.tree import Tree
from simlab.study.values import Varying


class EnoughError(Exception):
    """More mistakes than anybody reads: there is no need to look for the rest."""


class Checker:
    """Collects the problems of one study.

    wrong : the key paths of the mistakes in its form, which the form is without
    names : its states, and of its groups what is right of them, so that each mistake is told once
    clock_of : the clock of each state that has one
    """

    def __init__(self, form: StudyFile, tree: Tree, wrong: tuple[str, ...]):
        self.form, self.tree, self.wrong = form, tree, wrong
        self.problems: list[Problem] = []
        self.timeline = form.timeline
        groups = {
            name: group.model_copy(update={"states": [s for s in group.states if s in form.states]})
            for name, group in form.groups.items()
        }
        self.names = Names.of(form.model_copy(update={"groups": groups}))
        self.clock_of: dict[str, str] = {}
        for name, clock in form.clocks.items():
            for state in self.names.known(clock.states):
                self.clock_of.setdefault(state, name)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The moves that either future can make, as far as they can be read."""
        for form in (self.form, self.form.model_copy(update={"redirect": []})):
            try:
                return all_moves(form, self.names)
            except (LookupError, TypeError, ValueError):
                continue  # told where it stands
        return ()

    def add(self, path: KeyPath, message: str, part: KeyPath = (), *, late: bool = False) -> None:
        """``part`` can be left out of a variant of a study that was right (`variant`)."""
        self.problems.append(self.tree.problem(path, message, part, late=late))
        if len(self.problems) > MOST_TOLD:
            raise EnoughError

    # ── names ──

    def one_of(self, path: KeyPath, what: str, name: str | None, known: Iterable[str]) -> bool:
        known = list(known)
        if name is None or name in known:
            return True
        self.add(path, f'unknown {what} "{name}"{nearest(name, known)}')
        return False

    def state(self, path: KeyPath, name: str) -> bool:
        return self.one_of(path, "state", name, self.names.states)

    def expand(self, path: KeyPath, name: str) -> tuple[str, ...]:
        """The states of a state's or a group's name; none of an unknown one."""
        try:
            return self.names.expand(name)
        except LookupError as error:
            self.add(path, str(error))
            return ()

    def states(self, path: KeyPath, names: Iterable[str]) -> None:
        for index, name in enumerate(names):
            self.expand((*path, index), name)

    def match(self, path: KeyPath, patterns: Iterable[str]) -> None:
        """Each pattern names a move."""
        for index, pattern in enumerate(patterns):
            try:
                self.names.matching(pattern, self.moves)
            except LookupError as error:
                self.add((*path, index if isinstance(patterns, list) else pattern), str(error))

    def payers(self, path: KeyPath, form: object, *keys: str) -> None:
        for key in keys:
            self.one_of((*path, key), "payer", getattr(form, key), self.form.payers)

    def segments(self, path: KeyPath, names: Iterable[str]) -> None:
        known = {group.segment for group in self.form.citizens.values()}
        for index, name in enumerate(names):
            self.one_of((*path, "segments", index), "segment", name, known)

    def tag(self, path: KeyPath, tag: str | None) -> None:
        """How sure something is, by one of the known words."""
        if tag is not None and tag not in (*TAGS, *TAGS.values()):
            allowed = ", ".join(TAGS.values())
            self.add((*path, "tag"), f'unknown tag "{tag}"; allowed: {allowed}')

    # ── dates ──

    def within(
        self,
        path: KeyPath,
        when: date | None,
        *,
        part: KeyPath = (),
        may_be_before: bool = False,
    ) -> None:
        """Dates must fall on the study's steps; after them nothing comes of ``part``."""
        if when is None:
            return
        if when >= self.timeline.end:
            last = self.timeline.end_of(self.timeline.steps - 1)
            self.add(path, f"after the horizon, which ends {last:%Y-%m}", part, late=True)
        elif when < self.timeline.start and not may_be_before:
            self.add(path, f"before the start, {self.timeline.start:%Y-%m}")

    def until(
        self, path: KeyPath, until: date | None, what: str = "study", start: date | None = None
    ) -> None:
        """What ends has begun before."""
        if until is not None and until < (start or self.timeline.start):
            self.add((*path, "until"), f"is before the {what} starts")

    # ── values ──

    def by_date(self, path: KeyPath, form: object, *keys: str) -> None:
        """Values that no clock changes."""
        for key in keys:
            value = getattr(form, key)
            if value is not None and value.is_banded:
                self.add((*path, key), "has bands; it varies by date alone")

    def by_clock(self, path: KeyPath, value: Varying, state: str) -> bool:
        """Bands need a clock: the state's own, or one that ``by`` names. Whether they have it."""
        before = len(self.problems)
        own = self.clock_of.get(state)
        for _, bands in value.versions:
            if bands.by is not None:
                clock, _, rest = bands.by.partition(".")
                at: KeyPath = (*path, "by")
                known = self.one_of(at, "clock", clock, self.form.clocks)
                if rest not in ("", "away"):
                    self.add(at, f'"{bands.by}": write "{clock}" or "{clock}.away"')
                elif known and rest == "" and own != clock:
                    self.add(at, f'"{state}" does not run the clock "{clock}"')
                elif known and rest == "away" and own == clock:
                    self.add(at, f'"{state}" runs the clock "{clock}"; it is not away from it')
            elif len(bands.bands) > 1 and own is None:
                text = f'has bands, but "{state}" has no clock; add it to one under [clocks]'
                text += "".join(f'; or by = "{clock}.away"' for clock in [*self.form.clocks][:1])
                self.add(path, text)
        return len(self.problems) == before

    def amounts(self, path: KeyPath, amounts: dict[str, Varying]) -> None:
        """Amounts of states and groups of them."""
        for name, value in amounts.items():
            for state in self.expand((*path, name), name):
                self.by_clock((*path, name), value, state)


def repeated(names: Iterable[str | None]) -> list[str]:
    """The names that stand more than once."""
    listed = [name for name in names if name]
    return [name for name in dict.fromkeys(listed) if listed.count(name) > 1]


def evidence_tables(form: StudyFile) -> list[tuple[KeyPath, Evidence]]:
    """Where evidence stands: the baseline's, the plan's, and that of each effect."""
    effects = [(("plan", "effect", i), effect) for i, effect in enumerate(form.plan.effect)]
    return [((), form), (("plan",), form.plan), *effects]
