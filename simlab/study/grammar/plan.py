"""The plan: what it costs, and what it does."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simlab.study.grammar.cost import Cost, Expense, PerCitizen
from simlab.study.grammar.effect import Effect, While
from simlab.study.grammar.enrolment import Enrolment
from simlab.study.grammar.evidence import Evidence
from simlab.study.grammar.form import BEGINS, HOLDS, Form, Label, Noted
from simlab.study.grammar.prices import INDEXED
from simlab.study.key_path import KeyPath
from simlab.study.time import Unit
from simlab.study.values import (
    ChanceValue,
    NumberValue,
    Until,
    VaryingFree,
    VaryingNumber,
    VaryingPositive,
    When,
)


class AmountChange(Noted):
    """What a payer pays more (or, below 0, less) for people in some states under the plan."""

    name: str | None = Field(None, description="names it in key paths, instead of its number")
    label: Label | None = None
    payer: str | None = Field(None, description="default: the first payer")
    received_by: str | None = Field(None, description="who gets it as income, if a payer does")
    states: list[str] = Field([], description="default: all but those that nobody leaves")
    per: Unit = "month"
    change: VaryingFree = Field(description=HOLDS)
    indexed: str | None = INDEXED
    while_: While = Field("everyone", alias="while", description="for whom it is changed")
    start: When | None = None
    until: Until | None = Field(None, description="the last month (or date) of the change")


class Caseload(Expense):
    """Cases per caseworker in both futures; the effect is per halving."""

    states: list[str] = Field(min_length=1)
    workers: VaryingPositive = Field(description=f"posts without the plan, above 0, {HOLDS}")
    extra_workers: VaryingNumber = Field(description=f"posts that the plan opens, {BEGINS}")
    vacancy_months: NumberValue | None = Field(
        None, description="how long a new post stands empty; nothing is paid for it until then"
    )
    cost_per_worker_per_year: VaryingNumber | None = Field(None, description=HOLDS)
    until: Until | None = Field(None, description="the last month (or date) of the plan's posts")


class Displacement(Form):
    """Of the jobs that the plan gives more, some are taken from others.

    Who is displaced is in ``to`` instead of the job, with the money of both; the local part are
    the municipality's own citizens, the others another municipality's. It follows the extra jobs,
    and ends with them.
    """

    share: ChanceValue = Field(description="of the extra jobs, that others would have had")
    local_share: ChanceValue = Field(description="of those displaced, the municipality's own")
    states: list[str] = Field(min_length=1)
    to: str
    elsewhere: str | None = Field(
        None, description="the payer of the displaced elsewhere, in place of the first"
    )


class Replaced(Form):
    """What stood at a key path of the plan, and changed or ended by date, before a later file or
    setting put there what is the same for ever; simlab writes it."""

    path: str
    was: Any


class Plan(Evidence):
    """The investment: what it costs, and what it does.

    Dates mean one of two things. Values of the world, prices and rates among them, hold their first
    version also before its date. How much the plan does, and spends in all, begins with its first
    date: ``per_year``, ``intake_per_month``, ``places``, ``extra_workers``.

    Evidence given here replaces the baseline's, in the plan's future, for good; an effect of its
    own with the same tables can begin, fade and cover a part.

    ``later_months``, ``scale`` and ``effect_years`` vary the plan that is written below them.
    """

    cost: Cost = Field(default_factory=lambda: Cost.model_validate({}))
    cost_per_citizen: dict[str, PerCitizen] = {}
    enrolment: Enrolment | None = None
    effect: list[Effect] = []
    amount: list[AmountChange] = []
    caseload: Caseload | None = None
    displacement: Displacement | None = None
    until: Until | None = Field(None, description="ends every cost and effect of the plan")
    later_months: int = Field(
        0,
        ge=0,
        description="the same plan so much later: every date of what it does and spends is moved, "
        "what has no date begins so long after the start; the horizon and all prices stay",
    )
    scale: float = Field(
        1.0,
        gt=0,
        le=1,
        description="0.5: half of what the plan costs, for half as many people: shares that "
        "effects cover, intake, places and posts are multiplied, and effects on those reached stay",
    )
    effect_years: float | None = Field(
        None,
        gt=0,
        le=200,
        description="each effect is lost, at once and for good, so long after its own start, "
        "whatever the plan goes on to cost",
    )
    replaced: list[Replaced] = []

    @property
    def expenses(self) -> dict[KeyPath, Expense]:
        """What it costs at a price, by key path."""
        found: dict[KeyPath, Expense | None] = {}
        found |= {("cost_per_citizen", name): cost for name, cost in self.cost_per_citizen.items()}
        found |= {("effect", index): effect for index, effect in enumerate(self.effect)}
        found |= {("enrolment",): self.enrolment, ("caseload",): self.caseload}
        return {("plan", *path): one for path, one in found.items() if one is not None}
