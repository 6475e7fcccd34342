"""What the plan costs: each line an amount, by dates of the study, and somebody who pays."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.grammar import Paid
from simlab.study.key_path import KeyPath
from simlab.study.time import is_year, read_date


def cost(c: Checker) -> None:
    plan = c.form.plan
    for name, line in plan.cost.lines.items():
        path: KeyPath = ("plan", "cost", name)
        for key in line.budget:
            _budget_date(c, (*path, key), key)
        _paid(c, path, line)
        if not line.budget and line.at_start is None and line.per_year is None:
            text = "holds no amount: write { 2015 = 10.1 }, at_start or per_year"
            c.add(path, text, path)
        c.by_date(path, line, "per_year")
        c.until(path, line.until)
    c.until(("plan", "cost"), plan.cost.until)
    for path, expense in plan.expenses.items():
        _paid(c, path, expense)
    for name, per_citizen in plan.cost_per_citizen.items():
        path = ("plan", "cost_per_citizen", name)
        c.states((*path, "states"), per_citizen.states)
        for state in per_citizen.states:
            if state in c.names.states:
                c.by_clock((*path, "amount"), per_citizen.amount, state)


def _paid(c: Checker, path: KeyPath, paid: Paid) -> None:
    c.payers(path, paid, "paid_by")
    if paid.reimbursed is not None:
        c.payers(path, paid, "reimbursed_by")
        c.by_date(path, paid, "reimbursed")


def _budget_date(c: Checker, path: KeyPath, key: str) -> None:
    try:
        when = read_date(key)
    except ValueError as error:
        c.add(path, f"{error}; known keys: budget, at_start, per_year, until, paid_by, reimbursed")
        return
    if is_year(key) and when.year == c.timeline.start.year:
        when = max(when, c.timeline.start)
    c.within(path, when, part=path)
    if c.form.step == "year" and not is_year(key):
        c.add(path, "is a month, but the study's step is a year; write a year")
