"""The budget: every line by year in fixed and running prices, and the people by quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

from simlab.report.sections.budget_tables import ceiling, line_name, price_name
from simlab.report.sections.budget_years import span, year_name
from simlab.report.sheets.sheet import EMPTY, Sheet, Value, number, text
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
    money = Sheet(
        words("Budget"),
        (
            (words("Prices"), 22),
            (words("Committee"), 26),
            (words("Line"), 40),
            (words("Function"), 16),
            (words("Service ceiling"), 16),
            (words("How sure"), 22),
            (words("Figure"), 40),
            *((_heading(found, k, words), 16) for k in range(len(found.years))),
            (words("{years} together", years=span(found.budget_years, words)), 18),
        ),
        (*_money(found, answer, words), *_posts(found, words), *_person_year(found, words)),
    )
    return (money, *_quarters(found, words))


def _heading(found: BudgetPage, k: int, words: Words) -> str:
    name = year_name(k, len(found.budget_years), words)
    year = words.year(found.years[k])
    return f"{year}, {name}" if name else year


def _money(found: BudgetPage, answer: Answer, words: Words) -> Iterator[tuple[Value, ...]]:
    """Five rows a line, then the totals, in each of the prices."""
    first = len(found.budget_years)
    for prices, money in found.prices.items():
        shown = text(price_name(prices, answer, words))
        for line, rows in zip(found.lines, money.lines, strict=True):
            about = (shown, *_about(found, line, words))
            net = words("Net, DKK")
            for label, each, adds_up in (
                (words("Expenditure, DKK"), [row.expenditure for row in rows], True),
                (words("Income, DKK"), [row.income for row in rows], True),
                (f"{net}: {words('mean')}", [row.net.mean for row in rows], True),
                (f"{net}: {words.percent(0.1)}", [row.net.p10 for row in rows], False),
                (f"{net}: {words.percent(0.9)}", [row.net.p90 for row in rows], False),
            ):
                together = number(sum(each[:first]), "money") if adds_up else EMPTY
                yield *about, text(label), *_numbers(each, "money"), together
        columns = [_totals(found, row, words) for row in (*money.years, money.together)]
        about = (shown, EMPTY, text(words("All lines")), EMPTY, EMPTY, EMPTY)
        for cells in zip(*columns, strict=True):
            label, _, how = cells[0]
            yield *about, text(label), *_numbers([x for _, x, _ in cells], how)


def _about(found: BudgetPage, line: PageLine, words: Words) -> tuple[Value, ...]:
    committee, where = line.committee, ceiling(line, words)
    return (
        text(words.text(found.committees[committee])) if committee else EMPTY,
        text(line_name(line, words)),
        text(line.function or ""),
        text(where.text),
        text(where.beside),
    )


def _totals(found: BudgetPage, of: BudgetYear, words: Words) -> list[tuple[str, float | None, str]]:
    """Label, figure and format of all lines in a year, or in several."""
    error = words("standard error")
    rows: list[tuple[str, float | None, str]] = [
        (words("Expenditure, DKK"), of.expenditure, "money"),
        (words("Income, DKK"), of.income, "money"),
    ]
    for label, spread in (
        (words("Net, DKK"), of.net),
        (words("Net inside the service ceiling, DKK"), of.inside),
        (words("Net outside the service ceiling, DKK"), of.outside),
        (words("Cost of the plan, DKK"), of.cost),
        (words("Saving, DKK"), of.saving),
    ):
        rows += [
            (f"{label}: {words('mean')}", spread.mean, "money"),
            (f"{label}: {words.percent(0.1)}", spread.p10, "money"),
            (f"{label}: {words.percent(0.9)}", spread.p90, "money"),
            (f"{label}: {error}", spread.standard_error, "money"),
        ]
    rows.append((words("Budgeted saving, DKK"), of.budgeted, "money"))
    percent = words.percent(found.certainty)
    for label, known, how in (
        (words("Chance of saving less"), of.chance_of_less, "share"),
        (words("Saving with {percent} certainty, DKK", percent=percent), of.assured, "money"),
        (words("Net not exceeded with {percent} certainty, DKK", percent=percent),
         of.net_assured, "money"),
    ):  # fmt: skip
        rows += [(label, known.value, how), (f"{label}: {error}", known.standard_error, how)]
    return rows


def _numbers(amounts: Sequence[float | None], how: str) -> tuple[Value, ...]:
    return tuple(number(x, how) for x in amounts)


def _posts(found: BudgetPage, words: Words) -> Iterator[tuple[Value, ...]]:
    for one in found.staff:
        about = (EMPTY, EMPTY, text(line_name(one, words)), EMPTY, EMPTY,
                 text(phrases.tag_name(one.tag, words)))  # fmt: skip
        yield *about, text(words("Full-time posts")), *_numbers(one.years, "count")


def _person_year(found: BudgetPage, words: Words) -> Iterator[tuple[Value, ...]]:
    """What a person-year off support costs: in the column of the first year."""
    of = found.cost_per_person_year
    if of is None:
        return
    label = words("Cost of an extra {person}-year off support, DKK")
    cost, net = of.cost or UNKNOWN, of.net or UNKNOWN
    less = words("Cost of an extra {person}-year off support less what is saved, DKK")
    for said, x, how in (
        (words("{person}-years off support: mean"), of.years.mean, "count"),
        (f"{label}: {words('mean')}", cost.value, "money"),
        (f"{label}: {words('standard error')}", cost.standard_error, "money"),
        (f"{label}: {words.percent(0.1)}", of.p10, "money"),
        (f"{label}: {words.percent(0.9)}", of.p90, "money"),
        (f"{less}: {words('mean')}", net.value, "money"),
        (f"{less}: {words('standard error')}", net.standard_error, "money"),
        (words("Chance that there is none"), of.none.value, "share"),
    ):
        yield *(EMPTY,) * 6, text(said), number(x, how)


def _quarters(found: BudgetPage, words: Words) -> tuple[Sheet, ...]:
    """People without the plan by quarter, to the horizon; in all, then by state."""
    of = found.quarters
    if not of:
        return ()
    names = [words("On support in all"), *(words.text(s.label) for s in of.states)]
    tails = (words("mean"), words.percent(0.1), words.percent(0.9))
    return (
        Sheet(
            words("By quarter, without the plan"),
            (
                (words("Year"), 10),
                (words("Quarter"), 10),
                *((f"{name}: {tail}", 16) for name in names for tail in tails),
            ),
            tuple(
                (
                    (float(row.year), "whole"),
                    number(row.quarter, "whole"),
                    *(
                        number(x, "count")
                        for of in (row.all, *row.states)
                        for x in (of.mean, of.p10, of.p90)
                    ),
                )
                for row in of.rows
            ),
        ),
    )
