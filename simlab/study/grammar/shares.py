"""Shares at a date: how many of a group were in some states then, without the plan and with it."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.form import Label, Noted
from simlab.study.time import Duration, Timeline
from simlab.study.values import ChanceValue, FreeValue, PositiveValue, Until

# What says how large the share is; two of them, or the level without the plan alone.
SIZES = ("without_plan", "with_plan", "risk_ratio", "percentage_points")


class ShareAtDate(Noted):
    """The share of those there at the start who are in some states at a later time.

    A ratio has a level: "half as many again in a job" is 2.5 points more where 4.9 % would have
    been there anyway, and 7.7 where 15.4 % would. So the share without the plan stands beside it,
    as ``without_plan``, or as what ``with_plan`` and the ``risk_ratio`` or the
    ``percentage_points`` between the two leave. Two ratios are solved for, in every draw, as the
    plan runs (start, delay, ramp, coverage, fading; cycle 0):

    - of ``moves`` in both futures, for all in the segments of ``of``, so that the share without the
      plan is as found;
    - of the effects that name the share, one hazard ratio for all of them, so that the share with
      the plan is. An effect that is ``inverse`` has its moves' hazards divided by it.
    """

    name: str = Field(min_length=1, description="by which effects name it, and key paths")
    label: Label | None = None
    definition: Label = Field(description="what was counted as being there: hours, how long")
    of: list[str] = Field(
        [], description="groups of citizens, or the states in which they start; default: everybody"
    )
    states: list[str] = Field(min_length=1, description="where they are counted")
    at: Until | None = Field(None, description="the end of the step that holds the date")
    at_months: float | None = Field(None, gt=0, description="so long after the start")
    moves: list[str] = Field(
        min_length=1, description="whose intensities, in both futures, give the share without"
    )
    without_plan: ChanceValue | None = Field(None, description="the share without the plan")
    with_plan: ChanceValue | None = Field(None, description="the share with it")
    risk_ratio: PositiveValue | None = Field(None, description="with the plan over without it")
    percentage_points: FreeValue | None = Field(
        None, description="with the plan less without it; 0.134 is 13.4 points"
    )

    @property
    def sizes(self) -> list[str]:
        """Which of the keys that say how large it is are given."""
        return [key for key in SIZES if getattr(self, key) is not None]

    @property
    def of_the_plan(self) -> bool:
        """Whether it says what the plan does, beside the level without it."""
        return self.sizes != ["without_plan"]

    def last_step(self, timeline: Timeline) -> int:
        """The step (1 … steps) at whose end it was counted."""
        if self.at is not None:
            return timeline.step_holding(self.at)
        assert self.at_months is not None
        return Duration(self.at_months, "month").whole_steps(timeline.unit)
