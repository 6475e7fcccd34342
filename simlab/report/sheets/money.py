"""Cost, saving and balance of every payer by year, the years of a payer side by side."""

from __future__ import annotations

from simlab.report.sheets.sheet import Chart, Series, Sheet, number, text
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
    tails = (words("mean"), words.percent(0.1), words.percent(0.9))
    titles = [f"{name}: {tail}" for name in names for tail in tails]
    rows = list(answer.years)
    payers = list(dict.fromkeys(row.payer for row in rows))
    rows.sort(key=lambda row: payers.index(row.payer))  # keeps the order of the years
    return Sheet(
        words("Money by year"),
        ((words("Payer"), 24), (words("Year"), 10), *((title, 18) for title in titles)),
        tuple(
            (
                text(phrases.perspective_name(row.payer, words)),
                (float(row.year), "whole"),
                *(
                    number(x, "money")
                    for of in (row.cost, row.saving, row.balance)
                    for x in (of.mean, of.p10, of.p90)
                ),
            )
            for row in rows
        ),
        _charts(rows, words),
    )


def _charts(rows: list[YearOfPayer], words: Words) -> tuple[Chart, ...]:
    """Cost and saving of the first payer, and what every payer saves, by year."""
    if not rows:
        return ()
    payers = [row.payer for row in rows]
    names = list(dict.fromkeys(payers))
    savers = [name for name in names if any(r.saving.mean for r in rows if r.payer == name)]
    spans = {name: (payers.index(name) + 1, payers.index(name) + payers.count(name))
             for name in names}  # fmt: skip

    def series(payer: str, column: int, said: str, color: str) -> Series:
        first, last = spans[payer]
        return Series(said, (first, 1, last, 1), (first, column, last, column), color)

    own = phrases.perspective_name(names[0], words)
    both = (
        series(names[0], COST, words("Cost of the plan"), "#B35900"),
        series(names[0], SAVING, words("Saving"), "#1F4E9E"),
    )
    every = tuple(
        series(payer, SAVING, phrases.perspective_name(payer, words), COLORS[k % len(COLORS)])
        for k, payer in enumerate(savers)
    )
    return (
        Chart("column", words("Cost and saving by year, {whom}: means", whom=own), words("DKK"),
              both, at=(1, 12)),
        Chart("column", words("Saving by year and payer: means"), words("DKK"), every, at=(22, 12)),
    )  # fmt: skip
