"""The balance over time, and the money of each year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.report import phrases
from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import shown
from simlab.risk.result import Result
from simlab.words import Words

COLUMNS = ("cost", "saving", "balance")


def money(result: Result, drawn: Mapping[str, Picture], words: Words) -> Section:
    """The fan of the balance, and a table a payer."""
    return Section(
        anchor="money",
        heading=words("The money, year by year"),
        text=(*_prices(result, words), *_steady(result, words)),
        pictures=shown(drawn, "balance", "cost-and-saving"),
        tables=tuple(_by_year(payer, rows, words) for payer, rows in payers(result).items()),
    )


def payers(result: Result) -> dict[str, list[dict[str, Any]]]:
    """The years of the payer that the perspective is named after, else of every payer."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in result.summary.get("years") or ():
        found.setdefault(row["payer"], []).append(row)
    own = found.get(result.perspective)
    return {result.perspective: own} if own else found


def _prices(result: Result, words: Words) -> tuple[str, ...]:
    """In whose kr. the money is, where the study says so."""
    level = result.summary.get("price_level")
    if level is None:
        return ()
    if result.summary["prices"] == "current":
        return (words("Amounts are in current prices: kr. of the year in which they are paid."),)
    return (words("Amounts are in fixed prices: kr. of {year}.", year=words.year(level)),)


def _steady(result: Result, words: Words) -> tuple[str, ...]:
    last = phrases.opening(result).get("balance_per_year_at_horizon")
    if not last:
        return ()
    return (
        words(
            "In the last year that is simulated the balance moves by {money} "
            "({percent} range: {low} to {high}).",
            money=phrases.money(last["mean"], last, words),
            percent=words.percent(0.8),
            low=phrases.money(last["p10"], last, words),
            high=phrases.money(last["p90"], last, words),
        ),
    )


def _by_year(payer: str, rows: list[dict[str, Any]], words: Words) -> Table:
    amounts = [row[key] for row in rows for key in row if key.startswith(COLUMNS)]
    unit, name, decimals = phrases.unit_of_money(amounts, words)

    def cell(row: dict[str, Any], key: str) -> Cell:
        low, high = (
            words.number(row[f"{key}_{p}"] / unit, decimals) if f"{key}_{p}" in row else ""
            for p in ("p10", "p90")
        )
        known = low and high and low != high
        return Cell(
            words.number(row[key] / unit, decimals),
            phrases.between(low, high, words) if known else "",
        )

    return Table(
        caption=words(
            "Cost, saving and balance by year: {payer}",
            payer=phrases.perspective_name(payer, words),
        ),
        unit=words(
            "{unit}, mean over the futures, {percent} range below",
            unit=name,
            percent=words.percent(0.8),
        ),
        header=(
            words("Year"),
            words("Cost of the plan"),
            words("Saving"),
            words("Balance at the end of the year"),
        ),
        rows=tuple(
            (Cell(words.year(row["year"])), *(cell(row, key) for key in COLUMNS)) for row in rows
        ),
        numbers=range(1, 4),
        width="even",
    )
