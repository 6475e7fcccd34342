"""Payback times as calendar time.

A payback of y years is reached at the end of a step. With p = the start as a decimal year + y,
the calendar year it falls in is ⌈p⌉ − 1: exactly one year after 1 January 2015 is the end of 2015,
not the beginning of 2016, and a week that ends on 2 January belongs to the old year. A study
without a start date speaks of years from the start.
"""

from __future__ import annotations

from datetime import date
from math import ceil

from simlab.words.words import Words

_SLACK = 0.01  # years: half a week, since weeks do not end where years do


def position(start: date | None, years: float = 0.0) -> float:
    """Where on the axis of time: a decimal year, or years from the start where there is no date."""
    if start is None:
        return years
    return start.year + (start.month - 1) / 12 + (start.day - 1) / 365.25 + years


def year_of(start: date | None, years: float) -> int:
    """The calendar year (else the year of the study, from 1) that ends the payback time."""
    return ceil(position(start, years) - _SLACK) - 1 + (start is None)


def month_of(start: date, years: float) -> date:
    """The first day of the month in which a step ``years`` after the start ends."""
    months = ceil(12 * (position(start, years) - _SLACK)) - 1
    return date(months // 12, months % 12 + 1, 1)


def year_ends(start: date | None, horizon: float) -> list[float]:
    """Years from the start to the end of each calendar year, and to the horizon, the last."""
    begins = position(start)
    ends = range(int(begins + _SLACK) + 1, ceil(begins + horizon - _SLACK))
    return [end - begins for end in ends] + [horizon]


def by(start: date | None, years: float, words: Words) -> str:
    """As in "by the end of 2021", "by June 2024" where no year ends, "within seven years"."""
    if start is None:
        return words("within {years}", years=words.years(years))
    month = month_of(start, years)
    if month.month == 12:
        return words("by the end of {year}", year=words.year(month))
    return words("by {month}", month=words.date(month))


def month_that_ends(day: date) -> date:
    """The month in which the step that ends at the beginning of ``day`` lies."""
    return date.fromordinal(day.toordinal() - 1).replace(day=1)
