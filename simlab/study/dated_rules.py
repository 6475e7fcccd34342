"""Every rule of a country with a date: what changes when, how sure that is, and what is in use.

    for rule in simlab.rules(since="2024", at="2027-01"):
        rule.since, rule.path, rule.figure, rule.tag, rule.used

Rules are what a study's system says beside people and plan: payments, reimbursement, taxes,
indices, states that close or lose their name, moves that close or lead elsewhere, and rules in
words. Of a figure that varies by date the version in force at ``at`` is used by a plan that starts
then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simlab.study.arguments import public
from simlab.study.check import problems_of
from simlab.study.grammar import StudyFile
from simlab.study.grammar.money import Tax
from simlab.study.grammar.rules import Amount
from simlab.study.key_path import dotted
from simlab.study.merging import merge
from simlab.study.message import Text
from simlab.study.quantity import TAGS, Quantity
from simlab.study.reading import read_tree, shipped_configs
from simlab.study.study import Study, checked
from simlab.study.time import read_date
from simlab.study.unseen import visible
from simlab.study.values import Varying

MONEY = ("payments", "reimbursement", "taxes", "one_off", "outcomes", "perspectives")
DENMARK = "systems/denmark.toml"


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule from a date on.

    figure : what it says in figures, or None; ``share`` is the part of the people who get it
    says : what it says in words, or None
    amount : a figure that nothing is computed from, or None
    tag : one of the TAGS of `simlab.study.quantity`, or None
    used : whether a plan that starts at the date asked for uses it
    expected : whether it is announced, and not in force yet
    """

    path: str
    since: date
    until: date | None
    used: bool
    figure: Quantity | None = None
    share: Quantity | None = None
    says: Text | None = None
    amount: Amount | None = None
    tag: str | None = None
    source: Text | None = None
    note: Text | None = None
    expected: bool = False


def read_system(path: str | Path | None = None, at: str = "2027-01") -> Study:
    """A study; or a system that others extend, read as one of a single citizen from ``at`` on.

    A layer that cannot be read without another is read as it lies over the Danish system.
    """
    denmark = shipped_configs() / DENMARK
    file = denmark if path is None else Path(path)
    tree = read_tree(file)
    _, problems = problems_of(tree)
    missing = {problem.path for problem in problems if problem.message.startswith("is missing;")}
    if not missing >= {"start", "years", "citizens"}:
        return checked(tree, visible(file.stem))
    if "states" in missing or len(missing) < len(problems):
        layer, tree = tree, read_tree(denmark)
        merge(tree, layer.tables, layer.main)
    citizen = {next(iter(tree.tables.get("states", {})), ""): {"number": 1}}
    merge(tree, {"start": at, "years": 1, "citizens": citizen}, tree.main)
    return checked(tree, visible(file.stem))


@public
def rules(
    study: Study | str | Path | None = None, since: str = "2024", at: str = "2027-01"
) -> tuple[DatedRule, ...]:
    """The rules of a study, of a study file or of a system (the Danish one by default) with a date
    from ``since`` on, in the order of their dates; and those from before that a plan starting at
    ``at`` uses in place of none later."""
    first, day = _day("since", since), _day("at", at)
    read = study if isinstance(study, Study) else read_system(study, at)
    found = [
        rule
        for rule in (*_figures(read.form, day), *_states(read.form, day), *_words(read.form, day))
        if rule.since >= first or (rule.used and rule.figure is not None)
    ]
    return tuple(sorted(found, key=lambda rule: rule.since))


def _day(what: str, value: str) -> date:
    try:
        return read_date(value)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def _figures(form: StudyFile, at: date) -> Iterator[DatedRule]:
    """Amounts, shares and rates, each from its date on; levels of indices."""
    for section in MONEY:
        for part in getattr(form, section).values():
            share = getattr(part, "share", None)
            people = share if isinstance(share, Quantity) else None
            for varying in _varying(part):
                yield from _versions(varying, people, at)
            if isinstance(part, Tax):
                for scheme, level in part.equalised.items():
                    now = at if scheme == part.equalisation else None
                    yield from _versions(level, people, now)
    for name, index in form.index.items():
        years = sorted(index.by_year)
        for year in years:
            used = year == max((y for y in years if int(y) <= at.year), default=None)
            quantity = index.by_year[year]
            path = dotted("index", name, year)
            yield _of(quantity, path, date(int(year), 1, 1), None, used)


def _varying(node: Any) -> Iterator[Varying]:
    if isinstance(node, Varying):
        yield node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            if not (isinstance(node, Tax) and name == "equalised"):  # a study has one of them
                yield from _varying(getattr(node, name))
    elif isinstance(node, dict):
        for value in node.values():
            yield from _varying(value)


def _versions(varying: Varying, share: Quantity | None, at: date | None) -> Iterator[DatedRule]:
    """Each version that has a date, until the next; a band is a rule of its own. Without ``at``
    none is used."""
    ends = [*varying.changes, None]
    now = None if at is None else varying.version(at)
    for number, (since, bands) in enumerate(varying.versions):
        if since is None:
            continue
        for band in bands.bands:
            path = band.value.path
            yield _of(band.value, path, since, ends[number], number == now, share)


def _of(
    figure: Quantity,
    path: str,
    since: date,
    until: date | None,
    used: bool,
    share: Quantity | None = None,
) -> DatedRule:
    return DatedRule(
        path, since, until, used, figure, share, None, None, figure.tag, figure.source, figure.note
    )


def _states(form: StudyFile, at: date) -> Iterator[DatedRule]:
    """States that close or lose their name; moves that close, lead elsewhere, or are all made."""
    states = form.states.items() if isinstance(form.states, dict) else ()
    for name, state in states:
        if state.closed is not None:
            path = dotted("states", name, "closed")
            rule = next((rule for rule in form.rules.values() if path in rule.of), None)
            yield DatedRule(
                path,
                state.closed,
                None,
                state.closed <= at,
                tag=_full(rule.tag) if rule else None,
                source=rule.source if rule else None,
                note=rule.note if rule else None,
                expected=rule.expected if rule else False,
            )
        if (new := state.renamed) is not None:
            path = dotted("states", name, "renamed")
            yield DatedRule(
                path,
                new.since,
                None,
                new.since <= at,
                says=new.read_as,
                tag=_full(new.tag),
                source=new.source,
                note=new.note,
                expected=any(rule.expected for rule in form.rules.values() if path in rule.of),
            )
    for move, since in form.closed.items():
        yield DatedRule(dotted("closed", move), since, None, since <= at)
    for number, redirect in enumerate(form.redirect):
        path = dotted("redirect", number)
        yield DatedRule(path, redirect.since, None, redirect.since <= at)
    for number, convert in enumerate(form.convert):
        yield DatedRule(dotted("convert", number), convert.at, None, convert.at <= at)


def _words(form: StudyFile, at: date) -> Iterator[DatedRule]:
    for name, rule in form.rules.items():
        used = rule.since <= at and (rule.until is None or at <= rule.until)
        yield DatedRule(
            dotted("rules", name),
            rule.since,
            rule.until,
            used,
            says=rule.says,
            amount=rule.amount,
            tag=_full(rule.tag),
            source=rule.source,
            note=rule.note,
            expected=rule.expected,
        )


def _full(tag: str | None) -> str | None:
    """A tag by its full name."""
    return None if tag is None else TAGS.get(tag, tag)
