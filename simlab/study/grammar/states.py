"""Where people can be, and what runs there: states, groups of them, and clocks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from simlab.study.grammar.form import Form, Label, Noted, Sourced
from simlab.study.message import TEXT_SCHEMA
from simlab.study.time import Duration, durations
from simlab.study.values import When

Role = Literal["work", "education", "support", "pension", "out"]


class Renamed(Noted):
    """From when the rules have no such name any more, and what it is read as from then on.

    Nothing moves: the state, its people and their moves stay, and whoever reads them is told.
    """

    since: When
    read_as: Label = Field(description="what the rules call those in it from then on, in words")


class State(Form):
    """Where a citizen can be."""

    label: Label | None = None
    roles: list[Role] = Field(
        [],
        description="what it means to be there, first what it is mostly: colours, person-years "
        "and the people on support go by it",
    )
    closed: When | None = Field(None, description="nobody enters any more from this date on")
    still_open_from: list[str] = Field(
        [], description="the states from which people enter it all the same when it is closed"
    )
    renamed: Renamed | None = Field(None, description="from when its name is read otherwise")


class Group(Form):
    """States under one name; a list of them is enough where it needs no label."""

    states: list[str]
    label: Label | None = None


def _read_group(written: Any) -> Any:
    return {"states": written} if isinstance(written, list) else written


GroupOfStates = Annotated[
    Group,
    BeforeValidator(_read_group),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {
                    "type": "object",
                    "properties": {
                        "states": {"type": "array", "items": {"type": "string"}},
                        "label": TEXT_SCHEMA,
                    },
                    "required": ["states"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class UnitName(Form):
    """What a study follows, where it is not citizens: families, companies."""

    one: Label
    many: Label


class Resets(Sourced):
    """When a clock restarts: after so much time away from its states."""

    after_weeks: int | None = Field(None, ge=1, le=5000)
    after_months: int | None = Field(None, ge=1, le=1200)
    after_years: int | None = Field(None, ge=1, le=100)
    within_weeks: int | None = Field(None, ge=1, le=5000)
    within_months: int | None = Field(None, ge=1, le=1200)
    within_years: int | None = Field(None, ge=1, le=100)
    self_support: list[str] | None = Field(
        None,
        description="the states whose time counts as time away; default: all outside the clock's. "
        "In other states outside, the clock stands still and no time away is counted",
    )

    @property
    def after(self) -> list[Duration]:
        return durations(self, "after_{}s")

    @property
    def within(self) -> list[Duration]:
        return durations(self, "within_{}s")


class Clock(Form):
    """Whole steps spent in a group of states.

    Without ``resets`` it restarts at 1 on every entry; ``resets = "never"`` goes on for ever.
    """

    states: list[str] = Field(min_length=1)
    resets: Literal["never"] | Resets | None = None
    forgets: bool | None = Field(
        None,
        description="with a window (within_…): forget earlier absences on every return (true), or "
        "never (false), whatever the engine. By default the engine citizens keeps each citizen's "
        "exact history; the others forget, and a run reports both bounds",
    )
