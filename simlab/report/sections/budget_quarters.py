"""What follow-up is measured against: people by quarter without the plan, and a year's price."""

from __future__ import annotations

from simlab.report.parts import Cell, KeyFigure, Table, unbroken
from simlab.report.scale import Scale
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
    label = words("Cost of the plan per extra {person}-year off support")
    return (KeyFigure(label, words.money(of.cost.value, 3), (error,) if error else ()),)


def person_year(found: BudgetPage, words: Words) -> tuple[str, ...]:
    """What a person-year off support costs, or why there is no such figure."""
    of = found.cost_per_person_year
    if of is None:
        return ()
    years = Scale.of_people([of.years.mean], words).number(of.years.mean)
    if of.cost is None:
        return (
            words(
                "What a {person}-year off support costs cannot be said: the plan gives {years} of "
                "them on average, which is not surely above none.",
                years=years,
            ),
        )
    price = [
        words(
            "An extra {person}-year off public support, by head and whatever the hours worked, "
            "costs {money} ({error}): what the plan costs on average over {years} {person}-years "
            "on average.",
            money=words.money(of.cost.value, 3),
            error=phrases.error_of_money(of.cost.standard_error, words) or words("no error"),
            years=years,
        )
    ]
    if of.p10 is not None and of.p90 is not None:
        price.append(
            words(
                "From future to future it costs {low} to {high} ({percent} range).",
                low=words.money(of.p10, 3),
                high=words.money(of.p90, 3),
                percent=words.percent(0.8),
            )
        )
    elif of.p10 is not None:
        low = words.money(of.p10, 3)
        price.append(words("In 1 of 10 futures it costs {low} or less.", low=low))
    if of.none.value > 0.0:
        price.append(
            words(
                "In {chance} of the futures the plan gives no {person}-year at all, so that no "
                "money buys one.",
                chance=phrases.chance(of.none.value, words),
            )
        )
    price.append(words("What is saved is not taken off."))
    return (" ".join(price),)


def quarters(found: BudgetPage, words: Words) -> list[Table]:
    """People on support without the plan, by quarter of the budget year and its estimate years."""
    of = found.quarters
    if not of or not of.rows:
        return []
    rows = [row for row in of.rows if row.year in found.budget_years]
    largest = sorted(range(len(of.states)), key=lambda k: -sum(row.states[k].mean for row in rows))
    columns = sorted(largest[:COLUMNS])
    scale = Scale.of_people([row.all.mean for row in rows], words)

    def cell(of: Spread) -> Cell:
        shown = scale.spread(of)
        return Cell(shown.text, unbroken(shown.beside))

    return [
        Table(
            caption=words(
                "Expected number on support without the plan, of the {people} followed, {years}",
                years=span(found.budget_years, words),
            ),
            unit=words(
                "mean over the quarter and the futures, {percent} range below",
                percent=words.percent(0.8),
            ),
            header=(
                words("Quarter"),
                words("All on support"),
                *(words.text(of.states[k].label) for k in columns),
            ),
            rows=[
                (quarter_name(row, words), *map(cell, (row.all, *(row.states[k] for k in columns))))
                for row in rows
            ],
            width="wide",
        )
    ]


def quarter_name(row: Quarter, words: Words) -> str:
    if row.quarter is None:
        return words.year(row.year)
    return unbroken(words("Q{n} {year}", n=row.quarter, year=words.year(row.year)))
