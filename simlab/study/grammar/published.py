"""What was published of the plan, and how a stock was seen to move without it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PlainValidator, WithJsonSchema

from simlab.study.grammar.form import Form, Label, Noted
from simlab.study.time import Duration, Timeline
from simlab.study.values import Until, When, _refuse

Measure = Literal[
    "share", "people", "change", "time", "person_years", "saving", "balance", "payback"
]

SeenIn = Literal["plan", "baseline", "difference", "ratio"]

Counted = Literal["per_exit", "year_before", "forecast", "unknown"]

COUNTED: tuple[str, ...] = get_args(Counted)
MONEY: tuple[Measure, ...] = ("saving", "balance", "payback")


class Observable(Form):
    """Something that can be counted in a simulated municipality, and in a real one.

    =============  ==========================================================  ============
    measure        is                                                          default future
    =============  ==========================================================  ============
    share          those in ``states`` at a time, of those who are followed    plan
    people         how many are in ``states`` at a time, or more than there    difference, or plan
                   were at another (``against``); with ``ever`` how many       where against another
                   different people have been there by then, whoever arrives
    change         how many, against how many there were: −0.2 is a fifth less plan
    time           months in ``states`` for each who is followed, in a span    difference
    person_years   years in ``states`` of all together, in a span              difference
    saving         kr. that a perspective is spared in a span, costs apart;    difference
                   with ``states`` of what is paid for people there alone
    balance        the saving of a span less what the plan cost in it          difference
    payback        years until the money is back                               difference
    =============  ==========================================================  ============

    A time is ``at`` (the end of the step that holds the date) or ``at_months`` after the start; a
    span goes ``since`` … ``until``, the start and the horizon unless they are given, or to
    ``at_months``. ``difference`` is plan less baseline, ``ratio`` plan over baseline.

    Money that was spared can be ``counted`` in ways that are not the plan's effect:

    ===========  =================================================================================
    counted      what is paid with the plan, set against
    ===========  =================================================================================
    forecast     what would be paid without it: the difference, which is the plan's effect
    per_exit     what would be paid if nobody moved: all who left, also without the plan
    year_before  what would be paid for as many people in each state as at the start
    unknown      nobody said what: per exit and the difference are both shown, and neither is judged
    ===========  =================================================================================

    People are counted ``unknown`` where it was not said whether they are all who came, or more
    than without the plan; a change, where it was not said of whom it is, or whether it is of their
    number or of a share of them.
    """

    measure: Measure
    of: list[str] = Field(
        [],
        description="who is followed: groups of citizens, or the states in which they start; those "
        "there at the start. Default: everybody, arrivals included",
    )
    states: list[str] = Field([], description="where they are counted")
    ever: bool = Field(False, description="have ever been there, as against: are there now")
    at: Until | None = None
    at_months: float | None = Field(None, gt=0, description="so long after the start")
    against: Until | None = Field(
        None, description="the time that a change, or people, are set against; a change: the start"
    )
    since: When | None = None
    until: Until | None = None
    per_year: bool = False
    future: SeenIn | None = None
    counted: Counted | None = Field(
        None, description="what money is set against: an account must say, forecast otherwise"
    )
    perspective: str | None = Field(None, description="whose money; default: the study's own")

    @property
    def seen_in(self) -> SeenIn:
        """The future that it is about: stated, or the measure's own."""
        level = self.measure in ("share", "change")
        counted = self.measure == "people" and self.against is not None
        return self.future or ("plan" if level or counted or self.is_level else "difference")

    @property
    def is_level(self) -> bool:
        """Whether it counts all that left, and not what the plan makes of it."""
        return self.counted not in (None, "forecast")

    def last_step(self, timeline: Timeline) -> int:
        """The step (1 … steps) at whose end it is read, or with which its span ends."""
        end = self.at or self.until
        if end is not None:
            return timeline.step_holding(end)
        if self.at_months is not None:
            return Duration(self.at_months, "month").whole_steps(timeline.unit)
        return timeline.steps


def _read_sample(value: Any) -> tuple[int, int]:
    """243, or [243, 239]: people measured in the plan's arm and in the other."""
    both = value if isinstance(value, list | tuple) else [value, value]
    whole = all(isinstance(n, int) and not isinstance(n, bool) and 0 < n < 10**7 for n in both)
    if len(both) != 2 or not whole:
        raise _refuse([("", f"{value!r}: write people in each arm, 243, or [243, 239]")])
    return both[0], both[1]


Sample = Annotated[
    tuple[int, int],
    PlainValidator(_read_sample),
    WithJsonSchema({"type": ["integer", "array"], "items": {"type": "integer"}}),
]


class Published(Observable, Noted):
    """A figure that was published about the plan: an observable, and what it was said to be.

    kind: an ``effect`` was measured against people without the plan, by a ``design``; an
    ``account`` is a count of before and after, or a running total, and says how its money was
    ``counted``; an ``expectation`` was said beforehand.
    """

    text: Label
    kind: Literal["effect", "account", "expectation"]
    design: Label | None = None
    value: float | None = Field(
        None, description="kr., people, a share (0.6), months, person-years, or years (payback)"
    )
    by: Until | None = Field(None, description="when the money was to be back (payback)")
    ci95: tuple[float, float] | None = Field(None, description="of what was measured")
    sample: Sample | None = Field(None, description="people measured, in each arm")
    promised: float | None = Field(
        None, description="what was said beforehand that it would be, as value: a rival prediction"
    )
    leakage: Label | None = Field(
        None, description="what its prediction leans on that was published after the plan began"
    )
    calibrated: bool = Field(
        False, description="the study was made to agree with it: to be hit proves nothing"
    )


class StatedTrend(Noted):
    """How a stock was seen to move without the plan; ``simlab check`` compares the baseline."""

    states: list[str] = Field(min_length=1)
    per_year: float = Field(gt=-1, lt=10, description="-0.056 is a fall of 5.6 % a year")
    since: When | None = None
    until: Until | None = None
