"""What follow-up is measured against: people by quarter without the plan, and a year's price."""

from __future__ import annotations

from simlab.report.parts import Cell, KeyFigure, Table
from simlab.report.sections.budget_years import span
from simlab.result.budget_page import BudgetPage, Quarter
from simlab.result.figures import Spread
from simlab.words import Words, phrases

COLUMNS = 5  # states that fit on a page; the workbook has all of them


def price_of_a_year(found: BudgetPage, words: Words) -> tuple[KeyFigure, ...]:
    """The price of a person-year off support as a key figure, where there is one."""
    of = found.cost_per_person_year
    if of is None or of.cost is None:
        return ()
    error = phrases.error_of_money(of.cost.standard_error, words)
    label = words("An extra {person}-year off support costs")
    return (KeyFigure(label, words.money(of.cost.value, 3), (error,) if error else ()),)


def person_year(found: BudgetPage, words: Words) -> tuple[str, ...]:
    """What a person-year off support costs, or why there is no such figure."""
    of = found.cost_per_person_year
    if of is None:
        return ()
    years = words.number(of.years.mean, phrases.decimals_of([of.years.mean]))
    if of.cost is None or of.net is None:
        return (
            words(
                "What a {person}-year off support costs cannot be said: the plan gives {years} of "
                "them on average, which is not surely above none.",
                years=years,
            ),
        )
    said = [
        words(
            "An extra {person}-year off public support costs {money} ({error}): what the plan "
            "costs on average over {years} {person}-years on average.",
            money=words.money(of.cost.value, 3),
            error=phrases.error_of_money(of.cost.standard_error, words) or words("no error"),
            years=years,
        )
    ]
    low = words("no price") if of.p10 is None else words.money(of.p10, 3)
    high = words("no price") if of.p90 is None else words.money(of.p90, 3)
    said.append(
        words(
            "From future to future it costs {low} to {high} ({percent} range); in {chance} of them "
            "the plan gives no {person}-year at all, so that no money buys one.",
            low=low,
            high=high,
            percent=words.percent(0.8),
            chance=phrases.chance(of.none.value, words),
        )
    )
    net = of.net.value
    if net >= 0:
        said.append(words("Less what is saved, it costs {money}.", money=words.money(net, 3)))
    else:
        said.append(
            words("What is saved counted too, each gives {money} more than it costs.",
                  money=words.money(-net, 3))
        )  # fmt: skip
    return (" ".join(said),)


def quarters(found: BudgetPage, words: Words) -> list[Table]:
    """People on support without the plan, by quarter of the budget year and its estimate years."""
    of = found.quarters
    if not of or not of.rows:
        return []
    rows = [row for row in of.rows if row.year in found.budget_years]
    largest = sorted(range(len(of.states)), key=lambda k: -sum(row.states[k].mean for row in rows))
    columns = sorted(largest[:COLUMNS])
    decimals = phrases.decimals_of([row.all.mean for row in rows])

    def cell(of: Spread) -> Cell:
        mean, low, high = (words.number(x, decimals) for x in (of.mean, of.p10, of.p90))
        span_of = phrases.between(low, high, words).replace(" ", "\N{NO-BREAK SPACE}")
        return Cell(mean, span_of if low != high else "")

    return [
        Table(
            caption=words(
                "Expected number of {people} on support without the plan, {years}",
                years=span(found.budget_years, words),
            ),
            unit=words(
                "mean over the quarter and the futures, {percent} range below",
                percent=words.percent(0.8),
            ),
            header=(
                words("Quarter"),
                words("On support in all"),
                *(words.text(of.states[k].label) for k in columns),
            ),
            rows=tuple(
                (
                    Cell(quarter_name(row, words)),
                    cell(row.all),
                    *(cell(row.states[k]) for k in columns),
                )
                for row in rows
            ),
            numbers=range(1, 2 + len(columns)),
            width="wide",
        )
    ]


def quarter_name(row: Quarter, words: Words) -> str:
    if row.quarter is None:
        return words.year(row.year)
    said = words("Q{n} {year}", n=row.quarter, year=words.year(row.year))
    return said.replace(" ", "\N{NO-BREAK SPACE}")
