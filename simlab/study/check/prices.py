"""Prices: who follows an index, and in which year's kr. the study is then computed."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.key_path import KeyPath


def prices(c: Checker) -> None:
    form, plan = c.form, c.form.plan
    follow: dict[KeyPath, str | None] = {("plan", "cost"): plan.cost.indexed}
    follow |= {("payments", name): payment.indexed for name, payment in form.payments.items()}
    follow |= {("one_off", name): one_off.indexed for name, one_off in form.one_off.items()}
    follow |= {("plan", "amount", n): changed.indexed for n, changed in enumerate(plan.amount)}
    follow |= {path: expense.indexed for path, expense in plan.expenses.items()}
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
    year, known = c.form.price_level, c.form.index[name].levels
    if year is None or min(known) <= year <= max(known):
        return
    near, ends = (max(known), "ends") if year > max(known) else (min(known), "begins")
    text = f'kr. of {year} are not known: the index "{name}" {ends} in {near}'
    c.add(("price_level",), f"{text}; write {near}, or the level of {year} under [index.{name}]")
