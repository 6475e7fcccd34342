"""What the plan does to the moves of people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simlab.study.grammar.cost import Expense
from simlab.study.grammar.evidence import Evidence
from simlab.study.grammar.form import HOLDS, Form, Label, Noted
from simlab.study.time import Duration, durations
from simlab.study.values import (
    ChanceValue,
    FreeValue,
    NumberValue,
    PositiveValue,
    Until,
    VaryingNumber,
    When,
)

Reach = Literal["all", "stock", "newcomers"]
While = Literal["everyone", "enrolled", "ever_enrolled"]

KINDS_OF_EFFECT = (
    "hazard_ratio",
    "chance_ratio",
    "risk_ratio",
    "percentage_points",
    "hazard_ratio_per_halving",
    "arrivals_ratio",
)


class Fade(Form):
    """After the end, the log of the effect halves every half-life."""

    half_life_months: PositiveValue


class Effect(Evidence, Expense, Noted):
    """What the plan does to named moves: exactly one kind of effect."""

    name: str | None = Field(None, description="names it in key paths, instead of its number")
    label: Label | None = None
    moves: list[str] = []
    hazard_ratio: PositiveValue | None = None
    chance_ratio: PositiveValue | None = Field(None, description="a multiplier of chances")
    risk_ratio: PositiveValue | None = Field(None, description="of the share at at_months")
    percentage_points: FreeValue | None = Field(None, description="0.134 is 13.4 points")
    share: str | None = Field(
        None, description="the name of one of [[shares]]: the hazard ratio that gives it"
    )
    inverse: bool = Field(
        False, description="divide the hazard by the ratio that gives the share: jobs last longer"
    )
    at_months: float | None = Field(None, gt=0)
    at_weeks: float | None = Field(None, gt=0)
    at_years: float | None = Field(None, gt=0)
    hazard_ratio_per_halving: PositiveValue | None = Field(
        None, description="of the caseload, see [plan.caseload]"
    )
    arrivals: list[str] = Field([], description="groups of citizens whose arrivals change")
    arrivals_ratio: PositiveValue | None = None
    while_: While = Field("everyone", alias="while", description="whom it acts on")
    segments: list[str] = []
    reach: Reach = "all"
    start: When | None = None
    delay_months: NumberValue | None = None
    ramp_months: NumberValue | None = None
    until: Until | None = Field(None, description="the last month (or date) with full effect")
    fades: Fade | None = None
    coverage: ChanceValue | None = None
    coverage_is: Literal["thinning", "fixed"] = Field(
        "thinning", description="thinned anew in each step, or fixed people once and for all"
    )
    places: NumberValue | None = Field(None, description="how many can be treated at a time")
    cost_per_treated_per_month: VaryingNumber | None = Field(None, description=HOLDS)
    evidence: Literal["unproven"] | None = Field(
        None, description="nobody has measured it: the figure is a sceptical guess, tag A"
    )

    @property
    def at(self) -> list[Duration]:
        """The time of the trial that measured the effect."""
        return durations(self, "at_{}s")
