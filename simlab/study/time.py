"""Dates, steps and units of time.

A step is a week, a month or a year. Step t covers the time from the end of step t − 1 to its own
end; t = 0 is the start of the study. A dated change applies from the first step that starts on or
after its date.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal, get_args

from simlab.study.message import Message, Number

Unit = Literal["week", "month", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)

# Mean Gregorian lengths: 365.2425 days a year.
PER_YEAR: dict[str, float] = {"week": 365.2425 / 7, "month": 12.0, "year": 1.0}

_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")


MINUTE, HOUR, DAY, YEAR = 60.0, 3_600.0, 86_400.0, 365.2425 * 86_400.0  # seconds


def units_per(unit: str, other: str) -> float:
    """How many ``other`` there are in one ``unit``: months in a year is 12."""
    return PER_YEAR[other] / PER_YEAR[unit]


def by_unit(form: object, key: str) -> dict[Unit, Any]:
    """What a form gives under the keys of a unit each: ``by_unit(share, "{}s")``."""
    values = {unit: getattr(form, key.format(unit)) for unit in UNITS}
    return {unit: value for unit, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a study writes it: so many of a unit."""

    length: float
    unit: Unit

    @property
    def years(self) -> float:
        return self.length / PER_YEAR[self.unit]

    def __str__(self) -> str:
        return f"{self.length:,g} {self.unit}s"

    def whole_steps(self, step: Unit) -> int:
        """The nearest number of whole steps, one at least."""
        return max(round(self.length * units_per(self.unit, step)), 1)

    def begun_steps(self, step: Unit) -> int:
        """Whole steps, begun ones included."""
        return max(math.ceil(self.length * units_per(self.unit, step) - 1e-6), 1)


def durations(form: object, key: str) -> list[Duration]:
    """The lengths of time that a form gives under the keys of a unit each."""
    return [Duration(length, unit) for unit, length in by_unit(form, key).items()]


def read_date(value: object) -> date:
    """2015, "2015", "2015-03", "2015-03-01" or a TOML date → the date; ValueError otherwise."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{value!r} is not a date; write 2015, 2015-03 or 2015-03-01")
    parts = _DATE.match(str(value))
    if not parts:
        raise ValueError(f'"{value}" is not a date; write 2015, 2015-03 or 2015-03-01')
    year, month, day = (int(part) if part else 1 for part in parts.groups())
    try:
        if not 1800 <= year <= 2500:
            raise ValueError("years run from 1800 to 2500")
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f'"{value}" is not a date: {error}') from None


def looks_like_date(key: str) -> bool:
    return bool(_DATE.match(key)) and len(key.split("-")[0]) == 4


def is_year(key: str) -> bool:
    return bool(re.fullmatch(r"\d{4}", key))


@dataclass(frozen=True, slots=True)
class Period:
    """What an amount of a budget is for: a calendar year, or the month or day that it falls on."""

    begins: date
    whole_year: bool

    @classmethod
    def read(cls, key: str) -> Period:
        return cls(read_date(key), is_year(key))


def after_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of a study: ``steps`` of one ``unit`` from ``start``."""

    start: date
    unit: Unit
    steps: int

    @property
    def steps_per_year(self) -> float:
        return PER_YEAR[self.unit]

    @property
    def years(self) -> float:
        return self.steps / self.steps_per_year

    def steps_per(self, unit: str) -> float:
        """How many steps there are in a unit of time."""
        return units_per(unit, self.unit)

    def in_step(self, unit: str) -> float:
        """How many of a unit of time there are in a step."""
        return units_per(self.unit, unit)

    def end_of(self, step: int) -> date:
        """The date on which ``step`` has ended (the next one starts); step 0 gives the start."""
        return self.dates[step] if 0 <= step <= self.steps else _end_of(self, step)

    def start_of(self, step: int) -> date:
        """The date on which ``step`` starts."""
        return self.end_of(step - 1)

    @property
    def dates(self) -> tuple[date, ...]:
        """(steps + 1,) the end of each step."""
        return _dates(self)

    @property
    def end(self) -> date:
        return self.end_of(self.steps)

    def first_step_from(self, when: date) -> int:
        """The first step (1 … steps) that starts on or after ``when``; steps + 1 if none does."""
        starts = self.dates[:-1]
        return next((t for t, start in enumerate(starts, 1) if start >= when), self.steps + 1)

    def step_holding(self, when: date) -> int:
        """The step in which a date lies; 0 before the start, the last step after the end."""
        return sum(start <= when for start in self.dates[:-1])

    @property
    def calendar_years(self) -> tuple[int, ...]:
        """The calendar years of all steps in order."""
        return _calendar_years(self)

    def year_of(self, step: int) -> int:
        """The calendar year in which ``step`` starts; step 0 belongs to the first year."""
        return self.end_of(max(step - 1, 0)).year


@lru_cache(maxsize=64)
def _dates(timeline: Timeline) -> tuple[date, ...]:
    return tuple(_end_of(timeline, t) for t in range(timeline.steps + 1))


@lru_cache(maxsize=64)
def _calendar_years(timeline: Timeline) -> tuple[int, ...]:
    return tuple(sorted({timeline.year_of(t) for t in range(timeline.steps + 1)}))


def _end_of(timeline: Timeline, step: int) -> date:
    if timeline.unit == "week":
        return timeline.start + timedelta(weeks=step)
    return after_months(timeline.start, step * (1 if timeline.unit == "month" else 12))


def lasting(seconds: float) -> Message:
    """How long something takes: 40 s, 12 min, 24 h, 1 h 12 min, 4 days, 12 years."""
    if seconds < 1.5 * MINUTE:
        return Message("{n} s", n=Number(f"{seconds:,.0f}"))
    hours, minutes = divmod(round(seconds / MINUTE), 60)
    if not hours:
        return Message("{n} min", n=minutes)
    if hours < 48 and not minutes:
        return Message("{n} h", n=hours)
    if hours < 48:
        return Message("{hours} h {minutes} min", hours=hours, minutes=f"{minutes:02}")
    if seconds < 2 * YEAR:
        return Message("{n} days", n=Number(f"{seconds / DAY:,.0f}"))
    return Message("{n} years", n=Number(f"{seconds / YEAR:,.0f}"))
