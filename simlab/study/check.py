"""What the parts of a study mean together: every name, date and unit, checked before anything runs.

Each check collects problems instead of stopping, so that a person sees all mistakes at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

import numpy as np

from simlab.study.check_budget import budget
from simlab.study.check_published import published, stated_trends, unproven
from simlab.study.errors import MOST_TOLD, Problem, nearest
from simlab.study.grammar import (
    KINDS_OF_EFFECT,
    AmountChange,
    Citizens,
    Clock,
    Effect,
    Enrolment,
    Paid,
    Resets,
    Share,
    StudyFile,
    Tax,
)
from simlab.study.key_path import KeyPath, keys_of_path
from simlab.study.moves import (
    COUNT_OPTIONS,
    TABLES,
    Entry,
    Names,
    Rows,
    all_moves,
    evidence,
    known_value,
    never_left,
    overlay,
    surely_leaving,
)
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.reading import STAND_INS, Tree, bound, check_form, without_consequences
from simlab.study.time import PER_YEAR, Timeline, after_months, is_year, read_date
from simlab.study.values import Varying

MAX_STEPS = 12_000
STOOD_IN_FOR = (*STAND_INS, "citizens")  # keys that a study needs
LONGEST_TRIAL = 10  # years, also where a study is shorter
LONGEST_MONTHS = 1_200
MAX_FIGURES_BY_STEP = 5_000_000  # some seconds of work before the first draw


class EnoughError(Exception):
    """More mistakes than anybody reads: there is no need to look for the rest."""


class Checker:
    """Collects the problems of one study.

    wrong : the key paths of the mistakes in its form, which the form is without
    """

    def __init__(self, form: StudyFile, tree: Tree, wrong: tuple[str, ...]):
        self.form, self.tree, self.wrong = form, tree, wrong
        self.problems: list[Problem] = []
        self.names = Names.of(form)
        self.timeline = Timeline(form.start, form.step, round(form.years * PER_YEAR[form.step]))
        self.clock_of = {s: name for name, clock in form.clocks.items() for s in clock.states}

    def add(self, path: KeyPath, message: str, part: KeyPath = (), *, late: bool = False) -> None:
        """``part`` can be left out of a variant of a study that was right (`variant`)."""
        self.problems.append(self.tree.problem(path, message, part, late=late))
        if len(self.problems) > MOST_TOLD:
            raise EnoughError

    def state(self, path: KeyPath, name: str) -> bool:
        if name in self.names.states:
            return True
        self.add(path, f'unknown state "{name}"{nearest(name, self.names.states)}')
        return False

    def states(self, path: KeyPath, names: Iterable[str]) -> None:
        for index, name in enumerate(names):
            try:
                self.names.expand(name)
            except LookupError as error:
                self.add((*path, index), str(error))

    def one_of(self, path: KeyPath, what: str, name: str | None, known: Iterable[str]) -> None:
        known = list(known)
        if name is not None and name not in known:
            self.add(path, f'unknown {what} "{name}"{nearest(name, known)}')

    def payer(self, path: KeyPath, name: str | None) -> None:
        self.one_of(path, "payer", name, self.form.payers)

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


def problems_of(tree: Tree) -> tuple[StudyFile | None, list[Problem]]:
    """The study of a tree, as far as its form is right, and every mistake in it."""
    bound(tree.tables, tree.main)
    form, problems = check_form(tree)
    if "extends" in tree.tables:  # `read_tree` has followed those of files, and left them out
        text = "is followed in a study file only; write a file, and load it"
        problems = [tree.problem(("extends",), text), *problems]
    if form is not None:
        meaning = check_meaning(form, tree, problems)
        if any(p.path.partition(".")[0] in STOOD_IN_FOR for p in problems):
            # What is wrong beside one stand-in alone, or told otherwise beside another, is its own.
            other, _ = check_form(tree, other=True)
            also = check_meaning(other, tree, problems) if other is not None else []
            meaning = [p for p in meaning if p in also]
        problems = problems + without_consequences(meaning, problems)
    return form, problems


def check_meaning(form: StudyFile, tree: Tree, wrong: list[Problem]) -> list[Problem]:
    """Every problem of a study whose form is right, or is without what is ``wrong`` in it."""
    c = Checker(form, tree, tuple(problem.path for problem in wrong))
    with suppress(EnoughError):
        _meaning(c)
    return c.problems


def _meaning(c: Checker) -> None:
    if c.timeline.steps < 1 or c.timeline.steps > MAX_STEPS:
        c.add(("years",), f"gives {c.timeline.steps:,} steps; allowed: 1 to {MAX_STEPS:,}")
        return
    _names(c)
    _clocks(c)
    _evidence(c)
    _citizens(c)
    moves = _moves(c)
    _patterns(c, moves)
    _prices(c)
    _money(c)
    _plan(c, moves)
    budget(c)
    published(c)
    stated_trends(c)
    _correlations(c)
    _size(c)


def _size(c: Checker) -> None:
    """Every figure is looked up in every step, so their product is what a study asks for."""
    count = sum(1 for _ in quantities(c.form))
    if count * c.timeline.steps > MAX_FIGURES_BY_STEP:
        text = f"gives {c.timeline.steps:,} steps, too many for {count:,} figures"
        c.add(("years",), f"{text}; their product may be {MAX_FIGURES_BY_STEP:,}")


def _names(c: Checker) -> None:
    form = c.form
    if isinstance(form.states, list) and len(set(form.states)) < len(form.states):
        c.add(("states",), "names a state twice")
    for name in form.states:
        if not name or "->" in name or "." in name or name == "*":
            c.add(("states", name), 'a state\'s name holds no "->", "." or "*"')
    known: dict[str, list[str]] = {}
    for name, group in form.groups.items():
        if name in form.states:
            c.add(("groups", name), f'"{name}" is a state already; give the group another name')
        written = c.tree.tables["groups"][name]
        at: KeyPath = ("groups", name, "states") if isinstance(written, dict) else ("groups", name)
        right = [c.state((*at, index), state) for index, state in enumerate(group.states)]
        # The rest is checked with what is right of it, so that each mistake is told, and once.
        known[name] = [state for state, is_one in zip(group.states, right, strict=True) if is_one]
    groups = {name: group.model_copy(update={"states": known[name]})
              for name, group in form.groups.items()}  # fmt: skip
    c.names = Names(c.names.states, groups, c.names.roles)
    for payer in form.payers:
        if form.payers.count(payer) > 1:
            c.add(("payers",), f'names "{payer}" twice')
            break


def _clocks(c: Checker) -> None:
    owner: dict[str, str] = {}
    for name, clock in c.form.clocks.items():
        path: KeyPath = ("clocks", name)
        for index, state in enumerate(clock.states):
            try:
                expanded = c.names.expand(state)
            except LookupError as error:
                c.add((*path, "states", index), str(error))
                continue
            for one in expanded:
                if owner.setdefault(one, name) != name:
                    c.add(
                        (*path, "states", index),
                        f'"{one}" has the clock "{owner[one]}" already; a state has one at most',
                    )
        if isinstance(clock.resets, Resets):
            _resets(c, path, clock)
    c.clock_of = owner


def _resets(c: Checker, path: KeyPath, clock: Clock) -> None:
    resets = clock.resets
    assert isinstance(resets, Resets)
    after = [u for u in PER_YEAR if getattr(resets, f"after_{u}s") is not None]
    within = [u for u in PER_YEAR if getattr(resets, f"within_{u}s") is not None]
    if len(after) != 1 or len(within) > 1:
        c.add(
            (*path, "resets"),
            "write one time away: after_weeks, after_months or after_years; and at most one window",
        )
        return
    if within:
        away = getattr(resets, f"after_{after[0]}s") / PER_YEAR[after[0]]
        window = getattr(resets, f"within_{within[0]}s") / PER_YEAR[within[0]]
        if window < away:
            c.add((*path, "resets"), "the window is shorter than the time away that it must hold")
    for index, name in enumerate(resets.self_support or []):
        where: KeyPath = (*path, "resets", "self_support", index)
        try:
            inside = set(c.names.expand(name)) & set(c.names.expand_all(clock.states))
        except LookupError as error:
            c.add(where, str(error))
            continue
        for state in sorted(inside):
            c.add(where, f'"{state}" runs this clock, so nobody is away there')


def _evidence(c: Checker) -> None:
    for prefix, tables in _evidence_tables(c):
        for table in (*TABLES, "share_within"):
            for origin, row in getattr(tables, table).items():
                path: KeyPath = (*prefix, table, origin)
                c.state(path, origin)
                counts = table.startswith("count")
                for to, value in row.items():
                    if counts and to in COUNT_OPTIONS:
                        continue
                    c.state((*path, to), to)
                    if to == origin and not counts:
                        c.add((*path, to), "staying is what is left; it is never typed")
                    if counts:
                        number = isinstance(value, int | float) and not isinstance(value, bool)
                        if not number or not 0 <= value < 1e15:
                            c.add((*path, to), f"found {value!r}; a count is a number from 0")
                    elif isinstance(value, Varying):
                        _bands(c, (*path, to), value, origin)
                    elif isinstance(value, Share):
                        _share_length(c, (*path, to), value)
                if counts:
                    _count_options(c, path, row)
        _rows(c, prefix, tables)
    _certain_rows(c)


def _share_length(c: Checker, path: KeyPath, share: Share) -> None:
    """A share is of one time, and no longer than anybody has followed people."""
    given = [unit for unit in PER_YEAR if getattr(share, f"{unit}s") is not None]
    if len(given) != 1:
        c.add(path, "needs the one time that it is within: weeks, months or years")
    for unit in given:
        length, most = getattr(share, f"{unit}s"), LONGEST_MONTHS / 12 * PER_YEAR[unit]
        if length > most:
            c.add((*path, f"{unit}s"), f"{length:,g} {unit}s; allowed: {most:,.6g} at most")


def _count_options(c: Checker, path: KeyPath, row: dict[str, float | str | bool]) -> None:
    prior = row.get("prior", 0.5)
    if isinstance(prior, bool) or not isinstance(prior, int | float) or not 0 <= prior < 1e6:
        c.add((*path, "prior"), f"found {prior!r}; a prior is a number from 0")
    numbers = [
        float(v)
        for k, v in row.items()
        if k not in COUNT_OPTIONS and isinstance(v, int | float) and not isinstance(v, bool)
    ]
    if sum(numbers) <= 0:
        c.add(path, "the counts sum to 0")


def _evidence_tables(c: Checker) -> list[tuple[KeyPath, object]]:
    plan = c.form.plan
    effects = [(("plan", "effect", i), e) for i, e in enumerate(plan.effect)]
    return [((), c.form), (("plan",), plan), *effects]


def _bands(c: Checker, path: KeyPath, value: Varying, state: str) -> None:
    """Bands need a clock: the state's own, or one that ``by`` names."""
    for _, bands in value.versions:
        if bands.by is not None:
            clock, _, rest = bands.by.partition(".")
            c.one_of((*path, "by"), "clock", clock, c.form.clocks)
            if rest not in ("", "away"):
                c.add((*path, "by"), f'"{bands.by}": write "{clock}" or "{clock}.away"')
            elif clock in c.form.clocks and rest == "" and c.clock_of.get(state) != clock:
                c.add((*path, "by"), f'"{state}" does not run the clock "{clock}"')
            elif clock in c.form.clocks and rest == "away" and c.clock_of.get(state) == clock:
                c.add((*path, "by"), f'"{state}" runs the clock "{clock}"; it is not away from it')
        elif len(bands.bands) > 1 and state not in c.clock_of:
            hint = f'; or by = "{next(iter(c.form.clocks))}.away"' if c.form.clocks else ""
            text = f'has bands, but "{state}" has no clock; add it to one under [clocks]{hint}'
            c.add(path, text)


def _rows(c: Checker, prefix: KeyPath, tables: object) -> None:
    """Each move once; one unit of chances a row."""
    try:
        rows = evidence(tables)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return  # a count that is no number; reported already
    for origin, entries in rows.items():
        if not entries:
            continue
        seen: dict[str, Entry] = {}
        for entry in entries:
            if entry.to in seen:
                table, other = (keys_of_path(one.path)[0] for one in (entry, seen[entry.to]))
                c.add(
                    (*prefix, table, origin, entry.to),
                    f'"{origin} -> {entry.to}" stands in {other} too',
                )
            seen[entry.to] = entry
        kinds = {e.kind for e in entries}
        units = {e.unit for e in entries if e.kind in ("chance", "count")}
        first = keys_of_path(entries[0].path)[0]
        if len(units) > 1:
            c.add((*prefix, first, origin), "mixes chances per " + " and per ".join(sorted(units)))
        if "count" in kinds and len(kinds) > 1:
            c.add((*prefix, first, origin), "a row of counts holds no other evidence")


def _certain_rows(c: Checker) -> None:
    """Certain chances sum to 1 at most, and to less beside other evidence, at every date and in
    every band, in the rows that the plan and each effect make of the baseline's too."""
    below: Rows = {}
    for prefix, tables in _evidence_tables(c):
        try:
            own = evidence(tables)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return
        rows = overlay(below, own)
        below = rows if len(prefix) < 2 else below  # effects stand side by side
        for origin in own:
            total, kinds = surely_leaving(rows[origin]), {e.kind for e in rows[origin]}
            if total > 1 + 1e-9 or (total > 1 - 1e-9 and len(kinds) > 1):
                table = keys_of_path(own[origin][0].path)[0]
                c.add((*prefix, table, origin), f"the chances of leaving sum to {total:.12g}")


def _citizens(c: Checker) -> None:
    segments = {"everyone", *c.form.segments}
    used = set()
    for name, group in c.form.citizens.items():
        path: KeyPath = ("citizens", name)
        state = group.state or name
        if not c.state((*path, "state") if group.state else path, state):
            continue
        c.one_of((*path, "segment"), "segment", group.segment, segments)
        used.add(group.segment)
        arrivals = [u for u in PER_YEAR if getattr(group, f"arrivals_per_{u}") is not None]
        if group.number is None and not arrivals:
            c.add(path, "holds nobody: give a number, or arrivals_per_month")
        if len(arrivals) > 1:
            c.add(path, "gives arrivals twice")
        if group.arrivals_trend_per_year is not None and not arrivals:
            c.add((*path, "arrivals_trend_per_year"), "there are no arrivals")
        _clock_start(c, path, group, state)
    for name in c.form.segments:
        if name not in used:
            c.add(("segments", name), "no group of citizens belongs to it")


def _clock_start(c: Checker, path: KeyPath, group: Citizens, state: str) -> None:
    keys = [k for k in (*(f"{u}s_on_clock" for u in PER_YEAR),) if getattr(group, k) is not None]
    if len(keys) > 1:
        c.add(path, "gives the time on the clock twice")
    for key in (*keys, "arrivals_months_on_clock"):
        shares = getattr(group, key)
        if shares is None:
            continue
        if state not in c.clock_of:
            c.add((*path, key), f'"{state}" has no clock; add it to one under [clocks]')


def _moves(c: Checker) -> list[tuple[str, str]]:
    for index, redirect in enumerate(c.form.redirect):
        c.state(("redirect", index, "to"), redirect.to)
    try:
        return list(all_moves(c.form, c.names))
    except (LookupError, TypeError, ValueError):
        stripped = c.form.model_copy(update={"redirect": []})
        try:
            return list(all_moves(stripped, c.names))
        except (TypeError, ValueError):
            return []


def _patterns(c: Checker, moves: list[tuple[str, str]]) -> None:
    form = c.form
    for segment, body in form.segments.items():
        _match(c, ("segments", segment, "hazard_ratio"), body.hazard_ratio, moves)
    _match(c, ("trend_per_year",), form.trend_per_year, moves)
    _match(c, ("closed",), form.closed, moves)
    if form.business_cycle:
        _match(c, ("business_cycle", "loading"), form.business_cycle.loading, moves)
    for index, redirect in enumerate(form.redirect):
        _match(c, ("redirect", index, "moves"), redirect.moves, moves)
    for index, convert in enumerate(form.convert):
        path: KeyPath = ("convert", index)
        c.states((*path, "states"), convert.states)
        if c.state((*path, "to"), convert.to):
            c.within((*path, "at"), convert.at, part=path, may_be_before=True)
    for name, payment in form.one_off.items():
        _match(c, ("one_off", name, "moves"), payment.moves, moves)
    for name, outcome in form.outcomes.items():
        _match(c, ("outcomes", name, "moves"), outcome.moves, moves)


def _match(
    c: Checker, path: KeyPath, patterns: Iterable[str], moves: list[tuple[str, str]]
) -> None:
    for index, pattern in enumerate(patterns):
        try:
            c.names.matching(pattern, moves)
        except LookupError as error:
            c.add((*path, index if isinstance(patterns, list) else pattern), str(error))


def _prices(c: Checker) -> None:
    """Who names an index, and in which year's kr. the study is then computed."""
    form, plan = c.form, c.form.plan
    named: list[tuple[KeyPath, str | None]] = [
        *((("payments", name), payment.indexed) for name, payment in form.payments.items()),
        *((("one_off", name), one_off.indexed) for name, one_off in form.one_off.items()),
        (("plan", "cost"), plan.cost.indexed),
        *((("plan", "amount", n), changed.indexed) for n, changed in enumerate(plan.amount)),
        *((path, expense.indexed) for path, expense in plan.expenses.items()),
    ]
    for path, index in named:
        c.one_of((*path, "indexed"), "index", index, form.index)
    if form.price_level is None and any(index is not None for _, index in named):
        text = "is missing: the year whose kr. indexed amounts are computed in"
        c.add(("price_level",), text)
    used = {index for _, index in named} | {form.budget.index if form.budget else None}
    for name in form.index:
        if name in used:
            _known_level(c, name)
    if form.prices == "current" and not any(index is not None for _, index in named):
        c.add(("prices",), "current prices need amounts with an index: indexed = …")


def _known_level(c: Checker, name: str) -> None:
    """Kr. of a year that an index does not reach would be kr. of its last year, called so."""
    year, known = c.form.price_level, c.form.index[name].levels
    if year is None or min(known) <= year <= max(known):
        return
    far = f"ends in {max(known)}" if year > max(known) else f"begins in {min(known)}"
    text = f'kr. of {year} are not known: the index "{name}" {far}'
    near = max(known) if year > max(known) else min(known)
    c.add(("price_level",), f"{text}; write {near}, or the level of {year} under [index.{name}]")


def _hours(c: Checker) -> None:
    paid: set[str] = set()
    for name, payment in c.form.payments.items():
        if payment.per != "hour":
            continue
        for key in payment.amount:
            try:
                states = c.names.expand(key)
            except LookupError:
                continue  # reported with the amounts
            paid |= set(states)
            for state in states:
                if state not in c.form.hours_per_month:
                    text = f'is per hour, but [hours_per_month] has no "{state}"'
                    c.add(("payments", name, "amount", key), text)
    for state in c.form.hours_per_month:
        c.state(("hours_per_month", state), state)


def _equalisation(c: Checker, path: KeyPath, tax: Tax) -> None:
    for key in ("rate", "retained", "average_rate"):
        value = getattr(tax, key)
        if value is not None and value.is_banded:
            c.add((*path, key), "has bands; a tax varies by date alone")
    for name, share in tax.equalised.items():
        if share.is_banded:
            c.add((*path, "equalised", name), "has bands; a tax varies by date alone")
    c.one_of((*path, "equalisation"), "equalisation", tax.equalisation, tax.equalised)
    if tax.equalised and tax.equalisation is None:
        known = ", ".join(tax.equalised)
        c.add((*path, "equalisation"), f"is missing: which of {known}?")
    if tax.equalisation is not None and not tax.equalised:
        c.add((*path, "equalised"), "is missing: the levels that equalisation chooses from")
    if tax.equalised and tax.average_rate is None:
        c.add((*path, "average_rate"), "is missing: equalisation takes its level of this rate")
    if tax.equalised and tax.retained is not None:
        c.add((*path, "retained"), "is given twice: equalised and equalisation say it already")
    if (tax.retained is not None or tax.equalised) and tax.rest_to is None:
        c.add((*path, "rest_to"), "is missing: who gets what is equalised away?")


def _displacement(c: Checker) -> None:
    displacement = c.form.plan.displacement
    if displacement is None:
        return
    path: KeyPath = ("plan", "displacement")
    c.states((*path, "states"), displacement.states)
    if not c.state((*path, "to"), displacement.to):
        return
    c.payer((*path, "elsewhere"), displacement.elsewhere)
    if known_value(displacement.local_share) != 1 and displacement.elsewhere is None:
        text = "is missing: which payer stands for the municipalities of those displaced elsewhere?"
        c.add((*path, "elsewhere"), text)
    try:
        if displacement.to in c.names.expand_all(displacement.states):
            c.add((*path, "to"), f'"{displacement.to}" is one of the jobs; nobody is displaced')
    except LookupError:
        pass  # reported above


def _money(c: Checker) -> None:
    form = c.form
    _hours(c)
    for name, payment in form.payments.items():
        path: KeyPath = ("payments", name)
        c.payer((*path, "paid_by"), payment.paid_by)
        c.payer((*path, "received_by"), payment.received_by)
        ladder = payment.reimbursement
        c.one_of((*path, "reimbursement"), "reimbursement", ladder, form.reimbursement)
        _amounts(c, (*path, "amount"), payment.amount)
        _reimbursed_states(c, (*path, "reimbursement"), payment.reimbursement, payment.amount)
    for name, reimbursement in form.reimbursement.items():
        c.payer(("reimbursement", name, "paid_by"), reimbursement.paid_by)
    for name, tax in form.taxes.items():
        for key in ("paid_by", "received_by", "rest_to"):
            c.payer(("taxes", name, key), getattr(tax, key))
        for index, payment_name in enumerate(tax.of):
            path = ("taxes", name, "of", index)
            c.one_of(path, "payment", payment_name, form.payments)
            if payment_name in form.payments and not form.payments[payment_name].taxed:
                c.add(path, f'"{payment_name}" is not taxed; mark it with taxed = true')
        _equalisation(c, ("taxes", name), tax)
    for name, one_off in form.one_off.items():
        c.payer(("one_off", name, "paid_by"), one_off.paid_by)
        c.payer(("one_off", name, "received_by"), one_off.received_by)
        if one_off.amount.is_banded:
            c.add(("one_off", name, "amount"), "has bands; a one-off amount varies by date alone")
    for name, outcome in form.outcomes.items():
        if not outcome.amount and not outcome.moves:
            c.add(("outcomes", name), "counts nothing: give amount, or moves")
        _amounts(c, ("outcomes", name, "amount"), outcome.amount)
        _discount(c, ("outcomes", name, "discount_per_year"), outcome.discount_per_year)
    for name, perspective in form.perspectives.items():
        for payer in perspective.weights:
            c.payer(("perspectives", name, "weights", payer), payer)
        _discount(c, ("perspectives", name, "discount_per_year"), perspective.discount_per_year)
    if form.perspective is not None:
        known = list(form.perspectives) or [form.payers[0]]
        c.one_of(("perspective",), "perspective", form.perspective, known)


def _discount(c: Checker, path: KeyPath, rates: Varying) -> None:
    """A curve of certain rates; at −1 a year hence would be worth all that there is."""
    for key, quantity in rates.quantities():
        if quantity.is_uncertain or not -0.5 < quantity.mean() < 1:
            c.add(path, f"{key.strip('.') or 'it'} must be a certain rate between -0.5 and 1")


def _amounts(c: Checker, path: KeyPath, amounts: dict[str, Varying]) -> None:
    for name, value in amounts.items():
        try:
            states = c.names.expand(name)
        except LookupError as error:
            c.add((*path, name), str(error))
            continue
        for state in states:
            _bands(c, (*path, name), value, state)


def _reimbursed_states(
    c: Checker, path: KeyPath, name: str | None, amounts: dict[str, Varying]
) -> None:
    """A ladder with bands needs the clock of each state that it is applied to."""
    if name is None or name not in c.form.reimbursement:
        return
    for key in amounts:
        try:
            states = c.names.expand(key)
        except LookupError:
            continue
        for state in states:
            before = len(c.problems)
            _bands(c, path, c.form.reimbursement[name].share, state)
            if len(c.problems) > before:
                return


def _plan(c: Checker, moves: list[tuple[str, str]]) -> None:
    plan = c.form.plan
    for name, line in plan.cost.lines.items():
        path: KeyPath = ("plan", "cost", name)
        for key in line.budget:
            _budget_date(c, (*path, key), key)
        _paid(c, path, line)
        if not line.budget and line.at_start is None and line.per_year is None:
            text = "holds no amount: write { 2015 = 10.1 }, at_start or per_year"
            c.add(path, text, path)
        _by_date_alone(c, path, line, "per_year")
        _not_before_start(c, path, line.until)
    _not_before_start(c, ("plan", "cost"), plan.cost.until)
    for path, expense in plan.expenses.items():
        _paid(c, path, expense)
    for name, cost in plan.cost_per_citizen.items():
        path = ("plan", "cost_per_citizen", name)
        c.states((*path, "states"), cost.states)
        for state in cost.states:
            if state in c.names.states:
                _bands(c, (*path, "amount"), cost.amount, state)
    if plan.enrolment is not None:
        _enrolment(c, ("plan", "enrolment"), plan.enrolment, moves)
    for index, effect in enumerate(plan.effect):
        _effect(c, ("plan", "effect", index), effect, moves)
    for index, changed in enumerate(plan.amount):
        _changed_amount(c, ("plan", "amount", index), changed, moves)
    amounts = [changed.name for changed in plan.amount if changed.name]
    for name in {n for n in amounts if amounts.count(n) > 1}:
        c.add(("plan", "amount"), f'two changes are named "{name}"')
    named = [effect.name for effect in plan.effect if effect.name]
    for name in {n for n in named if named.count(n) > 1}:
        c.add(("plan", "effect"), f'two effects are named "{name}"')
    if plan.caseload:
        c.states(("plan", "caseload", "states"), plan.caseload.states)
        keys = ("workers", "extra_workers", "cost_per_worker_per_year")
        _not_beyond(c, ("plan", "caseload", "vacancy_months"), plan.caseload.vacancy_months)
        _by_date_alone(c, ("plan", "caseload"), plan.caseload, *keys)
        _not_before_start(c, ("plan", "caseload"), plan.caseload.until)
    _displacement(c)
    if plan.until is not None and plan.until < c.timeline.start:
        c.add(("plan", "until"), f"before the start, {c.timeline.start:%Y-%m}")
    _varied(c)


def _not_before_start(c: Checker, path: KeyPath, until: date | None) -> None:
    if until is not None and until < c.timeline.start:
        c.add((*path, "until"), "is before the study starts")


def _varied(c: Checker) -> None:
    """The keys that vary the plan as a whole."""
    plan, timeline = c.form.plan, c.timeline
    later = ("plan", "later_months")
    if after_months(timeline.start, min(plan.later_months, 12_000)) >= timeline.end:
        last = timeline.end_of(timeline.steps - 1)
        text = f"the plan would begin after the horizon, which ends {last:%Y-%m}"
        c.add(later, text, ("plan",), late=True)
    elif c.form.step == "year" and plan.later_months % 12:
        text = f"{plan.later_months} months are no whole steps of a year; allowed: 12, 24, 36, …"
        c.add(later, text)
    changed = {"later_months": 0, "scale": 1.0, "effect_years": None}
    varied = [key for key, same in changed.items() if getattr(plan, key) != same]
    for key in varied if plan.given else ():
        text = f"[plan.{plan.given[0]}] holds for good and for all; write it as a [[plan.effect]]"
        c.add(("plan", key), f"{text}, which can begin, end and cover a part")
    open_to_all = plan.enrolment is not None and not (
        plan.enrolment.places or plan.enrolment.intake_per_month
    )
    if plan.scale != 1.0 and open_to_all:
        text = "the programme enrols all who are eligible, so nothing says what a part of it is"
        c.add(("plan", "scale"), f"{text}; write plan.enrolment.places or intake_per_month")


def _paid(c: Checker, path: KeyPath, paid: Paid) -> None:
    c.payer((*path, "paid_by"), paid.paid_by)
    if paid.reimbursed is not None:
        c.payer((*path, "reimbursed_by"), paid.reimbursed_by)
        _by_date_alone(c, path, paid, "reimbursed")


def _by_date_alone(c: Checker, path: KeyPath, form: object, *keys: str) -> None:
    for key in keys:
        value = getattr(form, key)
        if value is not None and value.is_banded:
            c.add((*path, key), "has bands; it varies by date alone")


def _budget_date(c: Checker, path: KeyPath, key: str) -> None:
    try:
        when = read_date(key)
    except ValueError as error:
        c.add(path, f"{error}; known keys: budget, at_start, per_year, until, paid_by, reimbursed")
        return
    if is_year(key):
        if when.year < c.timeline.start.year:
            c.add(path, f"before the start, {c.timeline.start:%Y-%m}")
        else:
            c.within(path, max(when, c.timeline.start), part=path)
    else:
        c.within(path, when, part=path)
        if c.form.step == "year":
            c.add(path, "is a month, but the study's step is a year; write a year")


def _effect(c: Checker, path: KeyPath, effect: Effect, moves: list[tuple[str, str]]) -> None:
    replaced = bool(effect.given)
    kinds = [k for k in KINDS_OF_EFFECT if getattr(effect, k) is not None]
    kinds += ["evidence of its own"] if replaced else []
    if len(kinds) != 1:
        found = " and ".join(kinds) if kinds else "none"
        c.add(path, f"needs one kind of effect, found {found}; kinds: {', '.join(KINDS_OF_EFFECT)}")
    if effect.arrivals_ratio is not None:
        for index, group in enumerate(effect.arrivals):
            c.one_of((*path, "arrivals", index), "group of citizens", group, c.form.citizens)
        if not effect.arrivals:
            c.add((*path, "arrivals"), "is missing: whose arrivals?")
    elif effect.arrivals:
        c.add((*path, "arrivals"), "needs arrivals_ratio")
    if not effect.moves and not replaced and effect.arrivals_ratio is None and kinds:
        c.add((*path, "moves"), 'is missing: which moves? moves = ["a -> b"]')
    if effect.moves and replaced:
        c.add((*path, "moves"), "evidence of its own names its moves already")
    _match(c, (*path, "moves"), effect.moves, moves)
    lengths = [u for u in PER_YEAR if getattr(effect, f"at_{u}s") is not None]
    trial = effect.risk_ratio is not None or effect.percentage_points is not None
    if trial and len(lengths) != 1:
        c.add(path, "needs the time of the trial: at_months = 18")
    if lengths and not trial:
        c.add((*path, f"at_{lengths[0]}s"), "belongs to risk_ratio or percentage_points")
    for unit in lengths:
        length = getattr(effect, f"at_{unit}s")
        most = max(c.timeline.years, LONGEST_TRIAL) * PER_YEAR[unit]
        if length > most:
            horizon = c.timeline.years * PER_YEAR[unit]
            text = f"{length:,g} {unit}s; allowed: the {horizon:,.4g} of the study"
            shorter = c.timeline.years < LONGEST_TRIAL
            text += f", or {most:,.4g}, which is longer" if shorter else ""
            c.add((*path, f"at_{unit}s"), text)
    _not_beyond(c, (*path, "delay_months"), effect.delay_months)
    _not_beyond(c, (*path, "ramp_months"), effect.ramp_months)
    if effect.fades is not None:
        _not_beyond(c, (*path, "fades", "half_life_months"), effect.fades.half_life_months)
    if effect.hazard_ratio_per_halving is not None and c.form.plan.caseload is None:
        c.add((*path, "hazard_ratio_per_halving"), "needs [plan.caseload]")
    for index, segment in enumerate(effect.segments):
        known = {g.segment for g in c.form.citizens.values()}
        c.one_of((*path, "segments", index), "segment", segment, known)
    c.within((*path, "start"), effect.start, part=path, may_be_before=True)
    if effect.until is not None and effect.until < (effect.start or c.timeline.start):
        c.add((*path, "until"), "is before the effect starts")
    if effect.fades is not None and effect.until is None and c.form.plan.until is None:
        c.add((*path, "fades"), "needs until: from when does the effect fade?")
    if effect.coverage_is == "fixed":
        if effect.coverage is None:
            c.add((*path, "coverage_is"), "needs coverage")
        if effect.places is not None:
            c.add((*path, "places"), "a fixed share of people has no places")
    _by_date_alone(c, path, effect, "cost_per_treated_per_month")
    unproven(c, path, effect, KINDS_OF_EFFECT)
    if effect.while_ != "everyone":
        _while(c, path, effect.while_)
        if effect.arrivals_ratio is not None:
            c.add((*path, "while"), "those who arrive are not enrolled yet")
        for key in ("places", "cost_per_treated_per_month"):
            if getattr(effect, key) is not None:
                other = "places" if key == "places" else "cost_per_enrolled_per_month"
                c.add((*path, key), f"those are the enrolled: write {other} under [plan.enrolment]")


def _while(c: Checker, path: KeyPath, whom: str) -> None:
    if c.form.plan.enrolment is None:
        text = f'"{whom}" needs [plan.enrolment]: who is enrolled, and in what?'
        c.add((*path, "while"), text, path)


def _enrolment(
    c: Checker, path: KeyPath, enrolment: Enrolment, moves: list[tuple[str, str]]
) -> None:
    known = {g.segment for g in c.form.citizens.values()}
    for index, segment in enumerate(enrolment.segments):
        c.one_of((*path, "segments", index), "segment", segment, known)
    c.within((*path, "start"), enrolment.start, part=path, may_be_before=True)
    if enrolment.until is not None and enrolment.until < (enrolment.start or c.timeline.start):
        c.add((*path, "until"), "is before the programme starts")
    keys = ("intake_per_month", "places", "cost_per_enrolled_per_month")
    _by_date_alone(c, path, enrolment, *keys)
    _length(c, (*path, "months_in_programme"), enrolment.months_in_programme)
    before = len(c.problems)
    c.states((*path, "states"), enrolment.states)
    c.states((*path, "ends_in"), enrolment.ends_in or [])
    if len(c.problems) > before:
        return
    eligible = c.names.expand_all(enrolment.states)
    ends = c.names.expand_all(enrolment.ends_in or [])
    for state in eligible:
        if state in ends:
            c.add((*path, "ends_in"), f'"{state}" is among states: it cannot begin and end it')
        if enrolment.ends_in is None and state in never_left(c.form, c.names, moves):
            c.add((*path, "states"), f'nobody ever leaves "{state}"; write ends_in = [] if meant')


def _not_beyond(c: Checker, path: KeyPath, months: Quantity | None) -> None:
    """Lengths that no plan has are slips of the pen: a day for a month, a thousands dot."""
    if months is not None and months.median() > LONGEST_MONTHS:
        text = f"{months.median():,g} months, which is beyond the study's"
        c.add(path, f"{text} {c.timeline.years * 12:,g} and all plans; allowed: {LONGEST_MONTHS:,}")


def _length(c: Checker, path: KeyPath, length: Quantity) -> None:
    """A programme lasts whole months, and in steps of a year whole years."""
    months = known_value(length)
    if months is None or months != round(months) or not months <= 1200:
        c.add(path, "must be a certain number of whole months, to 1200")
    elif c.form.step == "year" and months % 12:
        text = (
            f"{months:g} months are no whole steps of a year; allowed: 12, 24, 36, …, or "
            'step = "month"'
        )
        c.add(path, text)


def _changed_amount(
    c: Checker, path: KeyPath, changed: AmountChange, moves: list[tuple[str, str]]
) -> None:
    c.payer((*path, "payer"), changed.payer)
    c.payer((*path, "received_by"), changed.received_by)
    c.within((*path, "start"), changed.start, part=path, may_be_before=True)
    if changed.until is not None and changed.until < (changed.start or c.timeline.start):
        c.add((*path, "until"), "is before the change starts")
    if changed.while_ != "everyone":
        _while(c, path, changed.while_)
    before = len(c.problems)
    c.states((*path, "states"), changed.states)
    if len(c.problems) > before:
        return
    states = c.names.expand_all(changed.states)
    if not changed.states:
        final = never_left(c.form, c.names, moves)
        states = tuple(state for state in c.names.states if state not in final)
        if not states:
            c.add((*path, "states"), "is missing: nobody leaves any state, so name those meant")
    for state in states:
        before = len(c.problems)
        _bands(c, (*path, "change"), changed.change, state)
        if len(c.problems) > before:
            return


def _correlations(c: Checker) -> None:
    if not c.form.correlation:
        return
    known = {quantity.path for quantity in quantities(c.form)}
    pairs: dict[tuple[str, str], float] = {}
    for index, correlation in enumerate(c.form.correlation):
        one, two = sorted(correlation.between)
        for name in (one, two):
            path: KeyPath = ("correlation", index, "between")
            gone = any(f"{name}.".startswith(f"{wrong}.") for wrong in c.wrong)
            if name not in known and not gone:
                c.add(path, f'no value "{name}"{nearest(name, known)}')
        if one == two:
            c.add(("correlation", index, "between"), "correlates a value with itself")
        if (one, two) in pairs:
            c.add(("correlation", index), "stands twice")
        pairs[(one, two)] = correlation.value
    names = sorted({name for pair in pairs for name in pair})
    matrix = np.eye(len(names))
    for (one, two), value in pairs.items():
        i, j = names.index(one), names.index(two)
        matrix[i, j] = matrix[j, i] = value
    if np.linalg.eigvalsh(matrix)[0] < -1e-9:
        c.add(("correlation",), "no such correlations can hold together (not positive definite)")
