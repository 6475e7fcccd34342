"""The people of a study: those at the start, those who arrive, and who of them behave alike."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from simlab.study.grammar.form import HOLDS, Form, Label, Sourced
from simlab.study.time import Unit, by_unit
from simlab.study.values import (
    FreeValue,
    NumberValue,
    PositiveValue,
    Varying,
    VaryingNumber,
    _refuse,
)


def _read_clock_start(value: Any) -> dict[int, float]:
    """36, or { "3" = 0.1, "36" = 0.9 }: whole units on the clock, with shares."""
    if isinstance(value, bool):
        raise _refuse([("", f"{value!r} is not a number of units on the clock")])
    if isinstance(value, int) and 0 <= value <= 5000:
        return {value: 1.0}
    if isinstance(value, dict) and value:
        shares = {}
        for key, share in value.items():
            good = str(key).isdigit() and int(key) <= 5000
            number = isinstance(share, int | float) and not isinstance(share, bool)
            if not (good and number and 0 <= share <= 1):
                raise _refuse([(str(key), 'write whole units and a share: { "3" = 0.1 }')])
            shares[int(key)] = float(share)
        if abs(sum(shares.values()) - 1) > 1e-9:
            raise _refuse([("", f"the shares sum to {sum(shares.values()):g}, not to 1")])
        return shares
    raise _refuse([("", f"{value!r}: write whole units (0 to 5000), or units with shares")])


ClockStart = Annotated[
    dict[int, float],
    PlainValidator(_read_clock_start),
    WithJsonSchema({"type": ["integer", "object"]}),
]


class Citizens(Sourced):
    """A group of people: those at the start, and those who arrive."""

    label: Label | None = None
    state: str | None = Field(None, description="where they start; default: the group's own name")
    segment: str = Field("everyone", description="people of one segment behave alike")
    number: NumberValue | None = None
    weeks_on_clock: ClockStart | None = None
    months_on_clock: ClockStart | None = None
    years_on_clock: ClockStart | None = None
    arrivals_per_week: VaryingNumber | None = Field(None, description=HOLDS)
    arrivals_per_month: VaryingNumber | None = Field(None, description=HOLDS)
    arrivals_per_year: VaryingNumber | None = Field(None, description=HOLDS)
    arrivals_trend_per_year: FreeValue | None = None
    arrivals_months_on_clock: ClockStart | None = None
    arrivals_scaled: float | None = Field(
        None,
        ge=0,
        description="what the arrivals above were multiplied by, since a later file or setting "
        "changed the number; simlab writes it",
    )
    arrivals_kept: bool = Field(
        False,
        description="the arrivals above stayed as they were, since the number that a later file or "
        "setting changed was 0; simlab writes it",
    )

    @property
    def on_clock(self) -> dict[Unit, dict[int, float]]:
        return by_unit(self, "{}s_on_clock")

    @property
    def arrivals(self) -> dict[Unit, Varying]:
        return by_unit(self, "arrivals_per_{}")


class Segment(Form):
    """People who behave alike: their hazard ratios against the shared evidence."""

    label: Label | None = None
    hazard_ratio: dict[str, PositiveValue] = {}
