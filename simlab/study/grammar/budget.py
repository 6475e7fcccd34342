"""The first payer's money, set out as a budget."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simlab.study.grammar.form import Dated, Form, Label, Noted, PathOf
from simlab.study.values import FreeValue, NumberValue, PositiveValue


class AccountLine(Noted):
    """A line of the budget: which money it holds, and where it is entered."""

    label: Label | None = None
    of: list[PathOf] = Field(
        min_length=1,
        description="key paths of what it holds: payments.NAME, taxes.NAME, one_off.NAME, "
        "plan.amount.NAME, plan.cost.NAME, …",
    )
    committee: str | None = Field(None, description="a name under [budget.committees]")
    function: str | None = Field(None, description='where it is entered: "5.57.73"')
    ceiling: Literal["inside", "outside"] | None = Field(
        None,
        description="the ceiling on service expenditure; default: what the plan costs is inside "
        "it, all else outside",
    )
    staff: dict[Dated, NumberValue] = Field({}, description="full-time posts, by year")
    cost_per_post: PositiveValue | None = Field(
        None, description="kr. a year: posts are then what the line costs over this"
    )


class Budget(Form):
    """How the first payer's money is set out as a budget: year, lines, committees, posts."""

    index: str | None = Field(
        None, description="a name under [index]: turns fixed prices into running ones, and back"
    )
    saving: dict[Dated, FreeValue] = Field(
        {}, description="kr. budgeted to be saved in a year, costs apart; default: the mean"
    )
    committees: dict[str, Label] = {}
    committee: str | None = Field(None, description="that of every line which names none")
    lines: dict[str, AccountLine] = {}
