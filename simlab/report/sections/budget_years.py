"""The budget year by year: net, cost, saving, what was budgeted, and what can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simlab.report.parts import Cell, Row, Table
from simlab.report.scale import Scale
from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage, BudgetYear, Prices
from simlab.result.figures import Known
from simlab.risk.estimate import T_975
from simlab.words import Words, phrases


def span(years: Sequence[int], words: Words) -> str:
    """2015–2018, or 2015."""
    first, last = words.year(years[0]), words.year(years[-1])
    return first if first == last else f"{first}–{last}"


def scale_of(found: BudgetPage, words: Words) -> Scale:
    """One scale for the whole page: a few million kr. need two decimals."""
    own = next(iter(found.prices.values()))
    shown = [*own.years, own.together]
    amounts = [of.mean for row in shown for of in (row.net, row.cost, row.saving)]
    scale = Scale.of_money(amounts, words)
    few = scale.divisor == phrases.MILLION and max(map(abs, amounts)) < 10 * phrases.MILLION
    return replace(scale, decimals=2) if few else scale


def by_year(found: BudgetPage, prices: Prices, answer: Answer, words: Words) -> Table:
    """The budget year, its estimate years, all of them together, then the years to the horizon."""
    money, first = found.prices[prices], len(found.budget_years)
    scale = scale_of(found, words)

    def assured(of: Known) -> Cell:
        error = of.standard_error
        half = f"± {scale.number(T_975 * error)}" if phrases.is_figure(error) else ""
        return Cell(scale.number(of.value), half)

    def row(label: Cell, of: BudgetYear) -> Row:
        less = of.chance_of_less
        source = words("as the study says") if of.budgeted_stated else words("the mean")
        points = _points(less.value, less.standard_error, words)
        return (
            label,
            *map(scale.spread, (of.net, of.cost, of.saving)),
            Cell(scale.number(of.budgeted), source),
            Cell(phrases.chance(less.value, words), points),
            assured(of.assured),
        )

    rows = [
        row(Cell(words.year(year), year_name(k, first, words)), money.years[k])
        for k, year in enumerate(found.years)
    ]
    if first > 1:
        label = words("{years} together", years=span(found.budget_years, words))
        rows.insert(first, row(Cell(label), money.together))
    return Table(
        caption=words("What can be budgeted, year by year"),
        unit=scale.ranges,
        header=(
            words("Year"),
            words("Net expenditure"),
            words("Cost of the plan"),
            words("Saving"),
            words("Budgeted saving"),
            words("Chance of saving less"),
            words("Saving with {percent} certainty", percent=words.percent(found.certainty)),
        ),
        rows=rows,
        width="even",
    )


def _points(share: float, error: float | None, words: Words) -> str:
    """The ± of a chance, short enough for a column."""
    if not phrases.is_figure(error):
        return ""
    if T_975 * error > min(share, 1.0 - share):
        return phrases.error_of_chance(share, error, words)
    return words("± {n} points", n=words.number(100 * T_975 * error, 1))


def year_name(number: int, first: int, words: Words) -> str:
    """Budget year, estimate years, then the years to the horizon."""
    if number == 0:
        return words("budget year")
    return words("estimate year {n}", n=number) if number < first else ""
