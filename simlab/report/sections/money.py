"""The balance over time, and the money of each year."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Picture, Section, Table
from simlab.report.pictures import shown
from simlab.report.scale import Scale
from simlab.result.answer import Answer, YearOfPayer
from simlab.result.figures import Spread
from simlab.words import Words, phrases


def money(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section:
    """The fan of the balance, and a table a payer."""
    return Section(
        anchor="money",
        heading=words("The money, year by year"),
        text=(*_prices(answer, words), *_steady(answer, words)),
        pictures=shown(drawn, "balance", "cost-and-saving"),
        tables=tuple(_by_year(payer, rows, words) for payer, rows in payers(answer).items()),
    )


def payers(answer: Answer) -> dict[str, list[YearOfPayer]]:
    """The years of the payer that the perspective is named after, else of every payer."""
    years: dict[str, list[YearOfPayer]] = {}
    for row in answer.years:
        years.setdefault(row.payer, []).append(row)
    own = years.get(answer.perspective)
    return {answer.perspective: own} if own else years


def _prices(answer: Answer, words: Words) -> tuple[str, ...]:
    """In whose kr. the money is, where the study says so."""
    level = answer.price_level
    if level is None:
        return ()
    if answer.prices == "current":
        return (words("Amounts are in current prices: kr. of the year in which they are paid."),)
    return (words("Amounts are in fixed prices: kr. of {year}.", year=words.year(level)),)


def _steady(answer: Answer, words: Words) -> tuple[str, ...]:
    last = answer.opening.balance_per_year_at_horizon
    if not last:
        return ()
    return (
        words(
            "In the last year that is simulated the balance moves by {money} "
            "({percent} range: {low} to {high}).",
            money=phrases.money(last.mean, last, words),
            percent=words.percent(0.8),
            low=phrases.money(last.p10, last, words),
            high=phrases.money(last.p90, last, words),
        ),
    )


def _by_year(payer: str, rows: list[YearOfPayer], words: Words) -> Table:
    amounts = [x for row in rows for of in _columns(row) for x in (of.mean, of.p10, of.p90)]
    scale = Scale.of_money(amounts, words)
    return Table(
        caption=words(
            "Cost, saving and balance by year: {payer}",
            payer=phrases.perspective_name(payer, words),
        ),
        unit=scale.ranges,
        header=(
            words("Year"),
            words("Cost of the plan"),
            words("Saving"),
            words("Balance at the end of the year"),
        ),
        rows=[(words.year(row.year), *map(scale.spread, _columns(row))) for row in rows],
        width="even",
    )


def _columns(row: YearOfPayer) -> tuple[Spread, Spread, Spread]:
    return row.cost, row.saving, row.balance
