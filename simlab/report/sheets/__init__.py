"""What stands in the workbook: answer, chances by year, money by year, the budget and the people
by quarter where a study has a budget, people, assumptions; the central world by live formulas comes
last."""

from __future__ import annotations

from simlab.report.sheets.answer_sheet import summary
from simlab.report.sheets.assumptions_sheet import assumptions
from simlab.report.sheets.balance_sheet import balance
from simlab.report.sheets.budget_sheet import budget
from simlab.report.sheets.chances_sheet import chances
from simlab.report.sheets.money_sheet import money
from simlab.report.sheets.people_sheet import people
from simlab.report.sheets.recomputed import central
from simlab.report.sheets.sheet import Sheet
from simlab.result.answer import Answer
from simlab.words import Words


def sheets(answer: Answer, words: Words) -> tuple[Sheet, ...]:
    """The sheets of the workbook in order."""
    return (
        summary(answer, words),
        chances(answer, words),
        balance(answer, words),
        money(answer, words),
        *budget(answer, words),
        people(answer, words),
        assumptions(answer, words),
        *central(answer, words),
    )
