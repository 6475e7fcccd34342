"""Cost, saving and balance of every payer by year, the years of a payer side by side."""

from __future__ import annotations

from simlab.report.sheets.sheet import Chart, Column, Series, Sheet, spread_columns
from simlab.result.answer import Answer, YearOfPayer
from simlab.words import Words, phrases

COST, SAVING = 2, 5  # columns
COLORS = ("#1F4E9E", "#B35900", "#2F7D4F", "#8064A2", "#7F7F7F", "#C9A400")


def money(answer: Answer, words: Words) -> Sheet:
    """A row a payer and year; means with the 10 % and 90 % quantiles."""
    names = (
        words("Cost of the plan, DKK"),
        words("Saving, DKK"),
        words("Balance at the end of the year, DKK"),
    )
    rows = list(answer.years)
    payers = list(dict.fromkeys(row.payer for row in rows))
    rows.sort(key=lambda row: payers.index(row.payer))  # keeps the order of the years
    columns = [Column(words("Payer"), 24), Column(words("Year"), 10, "whole")]
    for name in names:
        columns += spread_columns(name, 18, "money", words)
    cells = [
        (phrases.perspective_name(row.payer, words), row.year, row.cost, row.saving, row.balance)
        for row in rows
    ]
    return Sheet(words("Money by year"), columns, cells, _charts(rows, words))


def _charts(rows: list[YearOfPayer], words: Words) -> tuple[Chart, ...]:
    """Cost and saving of the first payer, and what every payer saves, by year."""
    if not rows:
        return ()
    payers = [row.payer for row in rows]
    names = list(dict.fromkeys(payers))
    savers = [name for name in names if any(r.saving.mean for r in rows if r.payer == name)]

    def series(payer: str, column: int, title: str, color: str) -> Series:
        first = payers.index(payer) + 1
        last = first + payers.count(payer) - 1
        return Series(title, (first, 1, last, 1), (first, column, last, column), color)

    own = phrases.perspective_name(names[0], words)
    both = (
        series(names[0], COST, words("Cost of the plan"), "#B35900"),
        series(names[0], SAVING, words("Saving"), "#1F4E9E"),
    )
    every = tuple(
        series(payer, SAVING, phrases.perspective_name(payer, words), COLORS[k % len(COLORS)])
        for k, payer in enumerate(savers)
    )
    title, kr = words("Cost and saving by year, {whom}: means", whom=own), words("DKK")
    return (
        Chart("column", title, kr, both, at=(1, 12)),
        Chart("column", words("Saving by year and payer: means"), kr, every, at=(22, 12)),
    )
