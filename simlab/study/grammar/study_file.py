"""The study file: its keys at the top."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simlab.study.grammar.budget import Budget
from simlab.study.grammar.correlation import Correlation
from simlab.study.grammar.evidence import Evidence
from simlab.study.grammar.form import Label
from simlab.study.grammar.memo import Memo
from simlab.study.grammar.money import OneOff, Outcome, Payment, Perspective, Reimbursement, Tax
from simlab.study.grammar.people import Citizens, Segment
from simlab.study.grammar.plan import Plan
from simlab.study.grammar.prices import IndexTable
from simlab.study.grammar.published import Published, StatedTrend
from simlab.study.grammar.rules import Rule
from simlab.study.grammar.shares import ShareAtDate
from simlab.study.grammar.states import Clock, GroupOfStates, State, UnitName
from simlab.study.grammar.world import Convert, Cycle, Redirect
from simlab.study.key_path import KeyPath
from simlab.study.message import Text
from simlab.study.time import PER_YEAR, Timeline, Unit
from simlab.study.values import FreeValue, NumberValue, When


class StudyFile(Evidence):
    """A study: rules, people, behaviour, plan and money."""

    extends: list[str] = []
    title: Label = Text(en="A study")
    start: When
    years: float = Field(gt=0, le=200, description="the horizon")
    step: Unit = "month"
    seed: int = Field(1, ge=-(2**63), lt=2**63)
    draws: int = Field(10_000, ge=1, le=100_000_000)
    counting: Literal["end", "start", "mean"] = Field(
        "end",
        description="whom a step's payments are for: who is there at its end, at its start, or the "
        "mean of both; all that is paid in a step is discounted as at its end",
    )
    engine: Literal["auto", "expected", "counts", "citizens"] = "auto"
    perspective: str | None = Field(None, description="the one that the report opens with")
    unit: UnitName | None = Field(None, description="what is followed; default: citizens")

    states: dict[str, State] | list[str] = Field(min_length=1)
    groups: dict[str, GroupOfStates] = {}
    clocks: dict[str, Clock] = {}
    citizens: dict[str, Citizens] = Field(min_length=1)
    segments: dict[str, Segment] = {}
    shares: list[ShareAtDate] = []
    trend_per_year: dict[str, FreeValue] = {}
    closed: dict[str, When] = {}
    redirect: list[Redirect] = []
    convert: list[Convert] = []
    rules: dict[str, Rule] = {}
    business_cycle: Cycle | None = None
    correlation: list[Correlation] = []

    price_level: int | None = Field(
        None, ge=1800, le=2500, description="the year whose kr. all amounts are computed in"
    )
    prices: Literal["fixed", "current"] = Field(
        "fixed", description="kr. of price_level, or of the year in which they are paid"
    )
    index: dict[str, IndexTable] = {}
    hours_per_month: dict[str, NumberValue] = Field(
        {}, description="worked in a state, for payments per hour"
    )
    payers: list[str] = Field(["municipality", "state", "region", "citizen"], min_length=1)
    payments: dict[str, Payment] = {}
    reimbursement: dict[str, Reimbursement] = {}
    taxes: dict[str, Tax] = {}
    one_off: dict[str, OneOff] = {}
    outcomes: dict[str, Outcome] = {}
    perspectives: dict[str, Perspective] = {}

    plan: Plan = Field(default_factory=lambda: Plan.model_validate({}))
    memo: Memo = Field(
        default_factory=lambda: Memo.model_validate({}),
        description="what stands on the memo besides the answer",
    )
    budget: Budget | None = Field(None, description="sets the first payer's money out as a budget")
    published: list[Published] = []
    stated_trend: list[StatedTrend] = []

    @property
    def followers(self) -> dict[KeyPath, str | None]:
        """Whatever may follow an index, by key path, and the index that it follows."""
        follow: dict[KeyPath, str | None] = {("plan", "cost"): self.plan.cost.indexed}
        follow |= {("payments", name): payment.indexed for name, payment in self.payments.items()}
        follow |= {("one_off", name): one_off.indexed for name, one_off in self.one_off.items()}
        follow |= {("plan", "amount", n): one.indexed for n, one in enumerate(self.plan.amount)}
        return follow | {path: expense.indexed for path, expense in self.plan.expenses.items()}

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.start, self.step, round(self.years * PER_YEAR[self.step]))
