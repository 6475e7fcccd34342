"""What the plan costs: lines of its budget, and costs at a price."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from simlab.study.grammar.form import BEGINS, HOLDS, Dated, Form, Label, Noted
from simlab.study.grammar.prices import INDEXED
from simlab.study.quantity import ABOUT, Quantity
from simlab.study.time import Period, Unit, looks_like_date
from simlab.study.values import (
    NumberValue,
    PositiveValue,
    Until,
    VaryingChance,
    VaryingNumber,
    When,
    _refuse,
)


class Paid(Form):
    """Who pays what the plan costs, and what somebody else gives back of it."""

    paid_by: str | None = Field(None, description="default: the first payer")
    reimbursed: VaryingChance | None = Field(
        None, description=f"the share that somebody else gives back, {HOLDS}"
    )
    reimbursed_by: str = "state"


class Expense(Paid):
    """A cost at a price."""

    indexed: str | None = INDEXED


class CostLine(Paid, Noted):
    """A line of the plan's budget: by year or month, at the start, and per year for as long as the
    plan lasts, or the line (``until``)."""

    label: Label | None = None
    budget: dict[Dated, NumberValue] = {}
    at_start: NumberValue | None = None
    per_year: VaryingNumber | None = Field(None, description=BEGINS)
    until: Until | None = Field(None, description="the last month (or date) that it is paid in")

    @property
    def by_period(self) -> list[tuple[Period, Quantity]]:
        return [(Period.read(key), amount) for key, amount in self.budget.items()]

    @staticmethod
    def amounts_by_date(written: dict[str, Any]) -> list[str]:
        """The keys of a written line that make up its amounts by date, which are one value."""
        dated = [key for key in written if key == "budget" or looks_like_date(key)]
        return [*dated, *(key for key in ABOUT if dated and key in written)]


def _read_line(written: Any) -> Any:
    """{ 2015 = 10.1, …, source = "…" } is short for { budget = { 2015 = 10.1, … }, … }."""
    if isinstance(written, CostLine):
        return written
    if not isinstance(written, dict):
        raise _refuse([("", "write amounts by year or month: { 2015 = 10.1, 2016 = 8.8 }")])
    dated = {key: amount for key, amount in written.items() if looks_like_date(key)}
    line = {key: value for key, value in written.items() if key not in dated}
    budget = line.get("budget", {})
    if not isinstance(budget, dict):
        return line
    if twice := [(key, "stands under budget too") for key in dated if key in budget]:
        raise _refuse(twice)
    said = {key: line[key] for key in ("source", "tag") if isinstance(line.get(key), str | dict)}
    amounts = {**budget, **dated}
    if said:
        amounts = {
            key: {**said, **(amount if isinstance(amount, dict) else {"value": amount})}
            for key, amount in amounts.items()
        }
    return {**line, "budget": amounts} if amounts else line


Line = Annotated[
    CostLine,
    BeforeValidator(_read_line),
    WithJsonSchema(
        {
            "type": "object",
            "description": "amounts by year or month, or at_start, per_year; paid_by, reimbursed",
        }
    ),
]


class Cost(Form):
    """Budget lines by name, in ``unit`` kr., all multiplied by ``overrun``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Line]

    unit: float = Field(1.0, gt=0)
    overrun: PositiveValue | None = None
    until: Until | None = Field(None, description="the last month (or date) that any is paid in")
    indexed: str | None = Field(
        None, description="a name under [index]: each year's amounts are kr. of that year"
    )

    @property
    def lines(self) -> dict[str, CostLine]:
        return dict(self.__pydantic_extra__ or {})


class PerCitizen(Expense):
    """What the plan costs for people in some states, an amount per unit of time."""

    label: Label | None = None
    states: list[str] = Field(min_length=1)
    amount: VaryingNumber = Field(description=HOLDS)
    per: Unit = "month"
    since: When | None = None
    until: Until | None = None
