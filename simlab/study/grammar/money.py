"""Who pays what to whom: payments, what is given back of them, taxes, and how it is weighed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simlab.study.grammar.form import Form, Label, Sourced
from simlab.study.grammar.prices import INDEXED
from simlab.study.time import Unit
from simlab.study.values import ChanceValue, VaryingChance, VaryingFree


class Reimbursement(Form):
    """The share that somebody else gives back, by date and time on a clock.

    The first date's share also holds before that date, as every value of the world does.
    """

    label: Label | None = None
    share: VaryingChance
    per: Unit = Field("month", description="the unit that the bands count")
    paid_by: str = "state"


class Payment(Form):
    """A stream of payments for people in a state, an amount per unit of time or per hour worked."""

    label: Label | None = None
    per: Unit | Literal["hour"] = "month"
    share: ChanceValue | None = Field(
        None, description="the part that is paid on average: of the people, or of a highest rate"
    )
    indexed: str | None = INDEXED
    paid_by: str | None = Field(None, description="default: the first payer")
    received_by: str | None = Field(None, description="who gets it as income, if a payer does")
    reimbursement: str | None = Field(None, description="a name under [reimbursement]")
    taxed: bool = False
    told_for_each: float | None = Field(
        None,
        gt=0,
        description="kr. a year and person: a run tells what each so many of them would change, "
        "where the amount was not found",
    )
    amount: dict[str, VaryingFree] = Field(min_length=1)

    @property
    def band_unit(self) -> Unit:
        """The unit that bands of its amounts count; hours worked are given by the month."""
        return "month" if self.per == "hour" else self.per


class Tax(Form):
    """A tax on every payment that is marked ``taxed``.

    What equalisation leaves of it is ``retained``; or it follows from the municipality's own rate,
    1 − level × average rate / rate, with the level in ``equalised`` that ``equalisation`` names.
    """

    label: Label | None = None
    of: list[str] = Field([], description="payments that it is a tax on; default: all taxed ones")
    deducted: bool = Field(False, description="other taxes are computed on what this one leaves")
    rate: VaryingChance
    paid_by: str = "citizen"
    received_by: str = "municipality"
    retained: VaryingChance | None = Field(
        None, description="the share of the tax that is left after equalisation"
    )
    equalisation: str | None = Field(None, description="a name under equalised")
    equalised: dict[str, VaryingChance] = Field(
        {}, description="levels of equalisation, by name: the share of a difference in tax base"
    )
    equalised_label: dict[str, Label] = Field(
        {}, description="what a level of equalisation is for, by its name under equalised"
    )
    average_rate: VaryingChance | None = Field(None, description="of all municipalities")
    rest_to: str | None = Field(None, description="who gets what is equalised away")
    equalised_after_years: float = Field(0, ge=0, le=20)


class OneOff(Form):
    """An amount for each move."""

    label: Label | None = None
    moves: list[str] = Field(min_length=1)
    amount: VaryingFree
    indexed: str | None = INDEXED
    paid_by: str | None = None
    received_by: str | None = None


class Perspective(Sourced):
    """A set of weights on payers, and a discount curve by year or date."""

    label: Label | None = None
    weights: dict[str, float] = Field(min_length=1)
    discount_per_year: VaryingFree = Field(default=0.0, validate_default=True)


class Outcome(Form):
    """An amount that is not money, per unit of time in a state or per hour worked, or per move."""

    label: Label | None = None
    per: Unit | Literal["hour"] = "year"
    amount: dict[str, VaryingFree] = {}
    moves: dict[str, VaryingFree] = {}
    discount_per_year: VaryingFree = Field(default=0.0, validate_default=True)

    @property
    def band_unit(self) -> Unit:
        """The unit that bands of its amounts count; hours worked are given by the month."""
        return "month" if self.per == "hour" else self.per
