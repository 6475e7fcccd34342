"""The central world by live formulas: a reader changes a figure, and balance and payback follow.

    people × unit amounts = payments    the difference of both futures = saving    − cost = balance

What is typed in is blue; all else is computed from it in the spreadsheet.
"""

from __future__ import annotations

from simlab.report.sheets.recomputed.amounts import Amounts
from simlab.report.sheets.recomputed.answer import payback_found
from simlab.report.sheets.recomputed.expected_people import ExpectedPeople
from simlab.report.sheets.recomputed.frame import Frame
from simlab.report.sheets.recomputed.plan_cost import PlanCost
from simlab.report.sheets.recomputed.steps import Steps
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import Column, Sheet
from simlab.result.answer import Answer
from simlab.words import Words

MOST = 400_000  # cells of expected people, beyond which a spreadsheet is no longer quick


def central(answer: Answer, words: Words) -> tuple[Sheet, ...]:
    """The sheets of the central world, the answer first; none where it was not computed."""
    if answer.central is None:
        return ()
    frame = Frame(answer, answer.central, words)
    if answer.central.heads.size > MOST:
        return (_too_large(frame),)
    people = ExpectedPeople(frame)
    amounts = Amounts(frame)
    units = UnitAmounts(frame, amounts)
    cost = PlanCost(frame, people, units)
    steps = Steps(frame, people, units, cost)
    return (
        payback_found(frame, steps),
        steps.sheet(),
        cost.sheet(),
        units.sheet(),
        amounts.sheet(),
        people.sheet(),
    )


def _too_large(frame: Frame) -> Sheet:
    """One sheet that says why there are no formulas."""
    world, words = frame.world, frame.words
    why = words(
        "Left out: {n} cells of expected people are more than a spreadsheet computes with quickly. "
        "A shorter horizon, longer steps or fewer bands bring the formulas back.",
        n=words.number(world.heads.size),
    )
    heading = words("The central world, computed by live formulas")
    return Sheet(frame.name("answer"), (Column(heading, 62),), ((why,),))
