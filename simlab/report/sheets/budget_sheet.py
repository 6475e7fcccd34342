"""The budget: every line by year in fixed and running prices, and the people by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

from simlab.report.sections.budget_tables import ceiling, line_name, price_name
from simlab.report.sections.budget_years import span, year_name
from simlab.report.sheets.sheet import Column, Row, Sheet, Value, spread_columns, typed
from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage, BudgetYear, PageLine
from simlab.result.figures import Known
from simlab.words import Words, phrases

UNKNOWN = Known(nan, None)


def budget(answer: Answer, words: Words) -> tuple[Sheet, ...]:
    """The sheet of money and posts, and the sheet of people; none without a budget."""
    found = answer.budget
    if not found:
        return ()
    columns = (
        Column(words("Prices"), 22),
        Column(words("Committee"), 26),
        Column(words("Line"), 40),
        Column(words("Function"), 16),
        Column(words("Service ceiling"), 16),
        Column(words("How sure"), 22),
        Column(words("Figure"), 40),
        *(Column(_heading(found, k, words), 16) for k in range(len(found.years))),
        Column(words("{years} together", years=span(found.budget_years, words)), 18),
    )
    rows = (*_money(found, answer, words), *_posts(found, words), *_person_year(found, words))
    return (Sheet(words("Budget"), columns, rows), *_quarters(found, words))


def _heading(found: BudgetPage, k: int, words: Words) -> str:
    name = year_name(k, len(found.budget_years), words)
    year = words.year(found.years[k])
    return f"{year}, {name}" if name else year


def _money(found: BudgetPage, answer: Answer, words: Words) -> Iterator[Row]:
    """Five rows a line, then the totals, in each of the prices."""
    first, net = len(found.budget_years), words("Net, DKK")
    for prices, money in found.prices.items():
        name = price_name(prices, answer, words)
        for line, rows in zip(found.lines, money.lines, strict=True):
            about = (name, *_about(found, line, words))
            for label, each, adds_up in (
                (words("Expenditure, DKK"), [row.expenditure for row in rows], True),
                (words("Income, DKK"), [row.income for row in rows], True),
                (f"{net}: {words('mean')}", [row.net.mean for row in rows], True),
                (f"{net}: {words.percent(0.1)}", [row.net.p10 for row in rows], False),
                (f"{net}: {words.percent(0.9)}", [row.net.p90 for row in rows], False),
            ):
                together = sum(each[:first]) if adds_up else None
                yield *about, label, *(typed(x, "money") for x in (*each, together))
        columns = [_totals(found, row, words) for row in (*money.years, money.together)]
        about = (name, None, words("All lines"), None, None, None)
        for cells in zip(*columns, strict=True):
            yield *about, cells[0][0], *(typed(x, kind) for _, x, kind in cells)


def _about(found: BudgetPage, line: PageLine, words: Words) -> Row:
    committee, where = line.committee, ceiling(line, words)
    return (
        words.text(found.committees[committee]) if committee else None,
        line_name(line, words),
        line.function or "",
        where.text,
        where.beside,
    )


def _totals(found: BudgetPage, of: BudgetYear, words: Words) -> Iterator[tuple[str, Value, str]]:
    """Label, figure and format of all lines in a year, or in several."""
    error, percent = words("standard error"), words.percent(found.certainty)
    yield words("Expenditure, DKK"), of.expenditure, "money"
    yield words("Income, DKK"), of.income, "money"
    for label, spread in (
        (words("Net, DKK"), of.net),
        (words("Net inside the service ceiling, DKK"), of.inside),
        (words("Net outside the service ceiling, DKK"), of.outside),
        (words("Cost of the plan, DKK"), of.cost),
        (words("Saving, DKK"), of.saving),
    ):
        yield f"{label}: {words('mean')}", spread.mean, "money"
        yield f"{label}: {words.percent(0.1)}", spread.p10, "money"
        yield f"{label}: {words.percent(0.9)}", spread.p90, "money"
        yield f"{label}: {error}", spread.standard_error, "money"
    yield words("Budgeted saving, DKK"), of.budgeted, "money"
    assured = words("Saving with {percent} certainty, DKK", percent=percent)
    bounded = words("Net not exceeded with {percent} certainty, DKK", percent=percent)
    for label, known, kind in (
        (words("Chance of saving less"), of.chance_of_less, "share"),
        (assured, of.assured, "money"),
        (bounded, of.net_assured, "money"),
    ):
        yield label, known.value, kind
        yield f"{label}: {error}", known.standard_error, kind


def _posts(found: BudgetPage, words: Words) -> Iterator[Row]:
    for posts in found.staff:
        sure, years = phrases.tag_name(posts.tag, words), (typed(n, "count") for n in posts.years)
        name = line_name(posts, words)
        yield None, None, name, None, None, sure, words("Full-time posts"), *years


def _person_year(found: BudgetPage, words: Words) -> Iterator[Row]:
    """What a person-year off support costs: in the column of the first year."""
    of = found.cost_per_person_year
    if of is None:
        return
    label = words("Cost of the plan per extra {person}-year off support, DKK")
    cost = of.cost or UNKNOWN
    for title, x, kind in (
        (words("{person}-years off support: mean"), of.years.mean, "count"),
        (f"{label}: {words('mean')}", cost.value, "money"),
        (f"{label}: {words('standard error')}", cost.standard_error, "money"),
        (f"{label}: {words.percent(0.1)}", of.p10, "money"),
        (f"{label}: {words.percent(0.9)}", of.p90, "money"),
        (words("Chance that there is none"), of.none.value, "share"),
    ):
        yield *(None,) * 6, title, typed(x, kind)


def _quarters(found: BudgetPage, words: Words) -> tuple[Sheet, ...]:
    """People without the plan by quarter, to the horizon; in all, then by state."""
    of = found.quarters
    if not of:
        return ()
    names = [words("All on support"), *(words.text(s.label) for s in of.states)]
    columns = [Column(words("Year"), 10, "whole"), Column(words("Quarter"), 10, "whole")]
    for name in names:
        columns += spread_columns(name, 16, "count", words)
    rows = [(row.year, row.quarter, row.all, *row.states) for row in of.rows]
    return (Sheet(words("By quarter, without the plan"), columns, rows),)
