"""A programme that people are enrolled in."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.cost import Expense
from simlab.study.grammar.effect import Reach
from simlab.study.grammar.form import BEGINS, HOLDS, Label, Noted
from simlab.study.values import ChanceValue, PositiveValue, Until, VaryingNumber, When


class Enrolment(Expense, Noted):
    """A programme that lasts the same time for each citizen who is enrolled in it.

    It lasts whole steps: in weekly steps the nearest whole week, and in yearly steps whole years.
    Both futures carry who is enrolled; only effects and amounts with ``while`` make a difference.
    """

    label: Label | None = None
    states: list[str] = Field(min_length=1, description="in which citizens are enrolled")
    segments: list[str] = []
    reach: Reach = "all"
    start: When | None = None
    until: Until | None = Field(None, description="the last month (or date) with intake")
    intake_per_month: VaryingNumber | None = Field(
        None, description=f"at most so many people, {BEGINS}"
    )
    places: VaryingNumber | None = Field(None, description=f"at most so many at a time, {BEGINS}")
    months_in_programme: PositiveValue = Field(description="whole months, and certain")
    dropout_per_month: ChanceValue | None = None
    ends_in: list[str] | None = Field(
        None, description="states that end it; default: those that nobody leaves"
    )
    cost_per_enrolled_per_month: VaryingNumber | None = Field(None, description=HOLDS)
