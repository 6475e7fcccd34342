"""Cost, saving and balance of every payer by year."""

from __future__ import annotations

from simlab.report import phrases
from simlab.report.sheets.sheet import Sheet, number, text
from simlab.risk.result import Result
from simlab.words import Words


def money(result: Result, words: Words) -> Sheet:
    """A row a payer and year; means with the 10 % and 90 % quantiles."""
    keys = [f"{name}{of}" for name in ("cost", "saving", "balance") for of in ("", "_p10", "_p90")]
    titles = {
        "cost": words("Cost of the plan, DKK"),
        "saving": words("Saving, DKK"),
        "balance": words("Balance at the end of the year, DKK"),
    }

    def title(key: str) -> str:
        name, _, of = key.partition("_")
        tail = {"": words("mean"), "p10": words.percent(0.1), "p90": words.percent(0.9)}[of]
        return f"{titles[name]}: {tail}"

    return Sheet(
        words("Money by year"),
        ((words("Payer"), 24), (words("Year"), 10), *((title(key), 18) for key in keys)),
        tuple(
            (
                text(phrases.perspective_name(row["payer"], words)),
                (float(row["year"]), "whole"),
                *(number(row.get(key), "money") for key in keys),
            )
            for row in result.summary.get("years") or ()
        ),
    )
