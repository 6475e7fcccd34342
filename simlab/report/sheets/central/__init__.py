"""The central world by live formulas: a reader changes a figure, and balance and payback follow.

    people × unit amounts = payments    the difference of both futures = saving    − cost = balance

What is typed in is blue; all else is reckoned from it in the spreadsheet.
"""

from __future__ import annotations

from simlab.report.sheets.central.amounts import Amounts
from simlab.report.sheets.central.answer import answer
from simlab.report.sheets.central.expected_people import ExpectedPeople
from simlab.report.sheets.central.frame import Frame
from simlab.report.sheets.central.plan_cost import PlanCost
from simlab.report.sheets.central.steps import Steps
from simlab.report.sheets.central.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import Sheet
from simlab.risk.result import Result
from simlab.words import Words


def central(result: Result, words: Words) -> tuple[Sheet, ...]:
    """The sheets of the central world, the answer first; none where it was not reckoned."""
    if result.central is None:
        return ()
    frame = Frame(result, result.central, words)
    people = ExpectedPeople(frame)
    amounts = Amounts(frame)
    units = UnitAmounts(frame, amounts)
    cost = PlanCost(frame, people, units)
    steps = Steps(frame, people, units, cost)
    return (
        answer(frame, steps),
        steps.sheet(),
        cost.sheet(),
        units.sheet(),
        amounts.sheet(),
        people.sheet(),
    )
