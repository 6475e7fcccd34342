"""What is known of the moves, in the form in which it is known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simlab.study.grammar.form import Form
from simlab.study.time import Duration, durations
from simlab.study.values import ChanceValue, VaryingChance, VaryingNumber


class Share(Form):
    """A share that has made the move within a time, as if it were the only way out."""

    share: ChanceValue
    weeks: float | None = Field(None, gt=0)
    months: float | None = Field(None, gt=0)
    years: float | None = Field(None, gt=0)

    @property
    def within(self) -> list[Duration]:
        return durations(self, "{}s")


Rows = dict[str, dict[str, VaryingChance]]
Rates = dict[str, dict[str, VaryingNumber]]
Counts = dict[str, dict[str, float | str | bool | dict[Literal["en", "da"], str]]]


class Evidence(Form):
    """What is known of the moves, in the form in which it is known: from state → to state.

    A mean or a median duration is that of the time until the move in continuous time, were it the
    only way out: an intensity of 1/mean. How much of it is paid follows from the counting: of a
    mean of 3 months in steps of a month 2.53 are where people are counted at the end of a step,
    3.53 at its start, and 3.03 by the mean of both.
    """

    chance_per_week: Rows = {}
    chance_per_month: Rows = {}
    chance_per_year: Rows = {}
    rate_per_week: Rates = {}
    rate_per_month: Rates = {}
    rate_per_year: Rates = {}
    mean_weeks: Rates = {}
    mean_months: Rates = {}
    mean_years: Rates = {}
    median_weeks: Rates = {}
    median_months: Rates = {}
    median_years: Rates = {}
    share_within: dict[str, dict[str, Share]] = {}
    count_per_week: Counts = {}
    count_per_month: Counts = {}
    count_per_year: Counts = {}

    @property
    def given(self) -> list[str]:
        """The tables that hold something."""
        return [table for table in Evidence.model_fields if getattr(self, table)]
