"""Prices: who follows an index, and in which year's kr. the study is then computed."""

from __future__ import annotations

from simlab.study.check.checker import Checker

FARTHEST = 30  # years that an index may be carried on by a figure


def prices(c: Checker) -> None:
    form = c.form
    follow = form.followers
    for path, index in follow.items():
        c.one_of((*path, "indexed"), "index", index, form.index)
    used = {index for index in follow.values() if index is not None}
    if form.price_level is None and used:
        text = "is missing: the year whose kr. indexed amounts are computed in"
        c.add(("price_level",), text)
    for name in form.index:
        if name in used or (form.budget and name == form.budget.index):
            _known_level(c, name)
    if form.prices == "current" and not used:
        c.add(("prices",), "current prices need amounts with an index: indexed = …")


def _known_level(c: Checker, name: str) -> None:
    """Kr. of a year that an index does not reach would be kr. of its last year, called so."""
    year, index = c.form.price_level, c.form.index[name]
    known = index.levels
    if year is None or min(known) <= year <= max(known):
        return
    if index.grows_per_year is not None and year > max(known):
        if year > max(known) + FARTHEST:
            text = f'kr. of {year} are not known: the index "{name}" grows by a figure for at most'
            c.add(("price_level",), f"{text} {FARTHEST} years after {max(known)}")
        return
    near, ends = (max(known), "ends") if year > max(known) else (min(known), "begins")
    text = f'kr. of {year} are not known: the index "{name}" {ends} in {near}'
    grows = ", or grows_per_year after that" if ends == "ends" else ""
    c.add(
        ("price_level",),
        f"{text}; write {near}, or the level of {year} under [index.{name}]{grows}",
    )
