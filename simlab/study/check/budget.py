"""What a budget must say: lines of known money, each krone once, in years of the study."""

from __future__ import annotations

from simlab.study.budget_lines import sources
from simlab.study.check.checker import Checker
from simlab.study.errors import nearest
from simlab.study.grammar import AccountLine
from simlab.study.key_path import KeyPath
from simlab.study.moves import known_value
from simlab.study.quantity import Quantity
from simlab.study.time import is_year

HERE: KeyPath = ("budget",)


def budget(c: Checker) -> None:
    """Every name, year and figure of ``[budget]``."""
    form = c.form.budget
    if form is None:
        return
    c.one_of((*HERE, "index"), "index", form.index, c.form.index)
    if form.index is not None and c.form.price_level is None:
        c.add(("price_level",), "is missing: the year whose kr. the budget's index turns")
    c.one_of((*HERE, "committee"), "committee", form.committee, form.committees)
    for year, amount in form.saving.items():
        _year(c, (*HERE, "saving", year), year, amount)
    held: dict[str, str] = {}
    for name, line in form.lines.items():
        _line(c, (*HERE, "lines", name), line)
        _sources(c, name, line, held)


def _line(c: Checker, path: KeyPath, line: AccountLine) -> None:
    known = c.form.budget.committees if c.form.budget else {}
    c.one_of((*path, "committee"), "committee", line.committee, known)
    c.tag(path, line.tag)
    if line.staff and line.cost_per_post is not None:
        c.add((*path, "cost_per_post"), "gives the posts twice: staff says how many there are")
    for year, posts in line.staff.items():
        _year(c, (*path, "staff", year), year, posts)
    if line.cost_per_post is not None and known_value(line.cost_per_post) is None:
        c.add((*path, "cost_per_post"), "is uncertain; the posts of a budget are certain")


def _sources(c: Checker, name: str, line: AccountLine, held: dict[str, str]) -> None:
    """A line holds known money, that no other line holds, and of one kind."""
    known, path = sources(c.form), ("budget", "lines", name, "of")
    kinds: set[bool] = set()
    for index, source in enumerate(line.of):
        where: KeyPath = (*path, index)
        if source not in known:
            c.add(where, f'nothing is paid as "{source}"{nearest(source, known)}')
            continue
        if held.setdefault(source, name) != name or source in line.of[:index]:
            c.add(where, f'"{source}" stands in the line "{held[source]}" already')
        kinds.add(known[source].plan_cost)
    if len(kinds) > 1:
        c.add(path, "mixes what the plan costs with what it changes; write two lines")
    posts = line.staff or line.cost_per_post is not None
    if posts and kinds == {False}:
        c.add(path, "has posts, but holds nothing that the plan costs")


def _year(c: Checker, path: KeyPath, year: str, amount: Quantity) -> None:
    """A certain figure for a calendar year of the study."""
    if not is_year(year):
        c.add(path, "is not a year; write { 2016 = … }")
        return
    first, last = c.timeline.start.year, c.timeline.year_of(c.timeline.steps)
    if not first <= int(year) <= last:
        text = f"is not a year of the study, which runs {first} to {last}"
        c.add(path, text, late=int(year) > last)
    if known_value(amount) is None:
        c.add(path, "is uncertain; a budgeted figure is certain")
