"""What stands in the workbook: answer, chances by year, money by year, the budget and the people
by quarter where a study has a budget, people, assumptions."""

from __future__ import annotations

from simlab.report.sheets.answer import answer
from simlab.report.sheets.assumptions import assumptions
from simlab.report.sheets.budget import budget
from simlab.report.sheets.chances import chances
from simlab.report.sheets.money import money
from simlab.report.sheets.people import people
from simlab.report.sheets.sheet import Sheet
from simlab.risk.result import Result
from simlab.words import Words


def sheets(result: Result, words: Words) -> tuple[Sheet, ...]:
    """The sheets of the workbook in order."""
    return (
        answer(result, words),
        chances(result, words),
        money(result, words),
        *budget(result, words),
        people(result, words),
        assumptions(result, words),
    )
