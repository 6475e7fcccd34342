"""What a study states, as it stands in one draw: by date, by time on a clock, in its prices.

Read from the form and the values of the draw alone, one figure at a time, in plain Python, so that
what the rooms before this one work out by tables can be found once more without them.

    a date      the last version that has begun when a step does; the first also before its date
    a band      "3-5" of a unit is the time from 2 to 5 units after entry; a step takes each band
                for the part of it that lies there
    a price     kr. of the year of its date, or of the price level, times I(to) / I(from)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date

from simlab.model.accounts import Account
from simlab.model.parameters import Values
from simlab.study.grammar import Index
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import after_months, units_per
from simlab.study.values import Bands, Varying

Whose = Account | str  # people in an account, or in a state for ever


class Stated:
    """The figures of one draw."""

    def __init__(self, study: Study, values: Values, d: int):
        self.study, self.form, self.values, self.d = study, study.form, values, d
        self.timeline, self.steps = study.timeline, study.timeline.steps
        self.per_year = study.timeline.steps_per_year
        self.later = study.form.plan.later_months

    def __getitem__(self, quantity: Quantity) -> float:
        """A quantity."""
        return float(self.values[quantity][self.d])

    def version(self, varying: Varying, t: int, later: int = 0) -> int:
        """Which version is in force in step t, with all dates so many months later."""
        latest = 0
        for k, (since, _) in enumerate(varying.versions):
            if k > 0 and since is not None and self.begun(since, t, later):
                latest = k
        return latest

    def begun(self, day: date, t: int, later: int = 0) -> bool:
        """Whether a date, moved so many months, has come when step t starts."""
        return day <= after_months(self.timeline.start_of(t), -later)

    def at(self, varying: Varying, t: int, later: int = 0) -> float:
        """A value that no clock bands."""
        return self[varying.versions[self.version(varying, t, later)][1].bands[0].value]

    def read(self, varying: Varying, unit: str, t: int, whose: Whose) -> float:
        """A value that may have bands of a unit, for people in an account."""
        bands = varying.versions[self.version(varying, t)][1]
        below = [self[band.value] for band in bands.bands]
        if len(below) == 1:
            return below[0]
        if isinstance(whose, str):
            return below[-1]
        return in_step(bands, below, self._clock(bands, whose), units_per(self.form.step, unit))

    def rate(self, curve: Varying, t: int) -> float:
        """A discount rate, by the years since the start."""
        bands = curve.versions[self.version(curve, t)][1]
        return bands.bands[bands.index(-int(-t // self.per_year))].value.mean()

    def _clock(self, bands: Bands, whose: Account) -> int:
        """The steps on the clock that the bands count, for people in an account."""
        name, _, away = (bands.by or self.own_clock(whose.state)).partition(".")
        return max(k for clock, a, k in whose.readings if (clock, a) == (name, away == "away"))

    def own_clock(self, state: str) -> str:
        """The clock that a state runs."""
        groups = self.form.clocks.items()
        return next(n for n, c in groups if state in self.study.names.expand_all(c.states))

    # ── prices ──

    def kr(self, indexed: str | None, written: int | None, paid: int) -> float:
        """What 1 kr. of a year (None: of the price level) is in the kr. of the study."""
        base = self.form.price_level
        if indexed is None or base is None:
            return 1.0
        index = self.form.index[indexed]
        to = paid if self.form.prices == "current" else base
        growth = 0.0 if index.grows_per_year is None else self[index.grows_per_year]
        return level(index, to, growth) / level(index, written or base, growth)

    def price(self, indexed: str | None, varying: Varying, t: int, later: int = 0) -> float:
        """What 1 kr. of an amount that is due in step t is in the kr. of the study."""
        since = varying.versions[self.version(varying, t, later)][0]
        return self.kr(indexed, since.year if since else None, self.timeline.start_of(t).year)

    def priced(self, varying: Varying, indexed: str | None, t: int, later: int = 0) -> float:
        """An amount that no clock bands, in the kr. of the study."""
        return self.at(varying, t, later) * self.price(indexed, varying, t, later)

    # ── when the plan is there ──

    def lasts(self, start: date | None, until: date | None, t: int) -> bool:
        """Whether a part of the plan is there in step t: it has begun, and is not over."""
        return self.begun(start or self.timeline.start, t, self.later) and t <= self.last(until)

    def last(self, until: date | None) -> int:
        """The last step of a part of the plan: it starts before the part is over, or the plan."""
        ends = [day for day in (until, self.form.plan.until) if day is not None]
        moved = [after_months(day, self.later) for day in ends]
        return sum(all(day <= end for end in moved) for day in self.timeline.dates[:-1])

    def acts(self, start: date | None, until: date | None, t: int) -> bool:
        """As `lasts`, of an effect: it may be lost so many years after it began (whole steps)."""
        years, day = self.form.plan.effect_years, start or self.timeline.start
        if years is None or not self.lasts(start, until, t):
            return self.lasts(start, until, t)
        first = next(s for s in range(1, t + 1) if self.begun(day, s, self.later))
        return t < first + round(years * self.per_year)


def in_step(bands: Bands, values: Sequence[float], clock: int, length: float) -> float:
    """A banded value over the step from ``clock`` − 1 to ``clock`` steps after entry, of which each
    has the ``length``: a band takes the part of it that lies there."""
    begin, end, total = (clock - 1) * length, clock * length, 0.0
    for k, band in enumerate(bands.bands):
        low = 0.0 if k == 0 else band.low - 1.0
        high = math.inf if band.high is None else float(band.high)
        total += values[k] * max(min(end, high) - max(begin, low), 0.0) / length
    return total


def level(index: Index, year: int, growth: float) -> float:
    """An index in a year: even growth between known years, still before them, and by a growth of
    its own after them."""
    known = sorted(index.levels.items())
    for (y0, low), (y1, high) in itertools.pairwise(known):
        if y0 <= year <= y1:
            growth = (math.log(high) - math.log(low)) / (y1 - y0)
            return math.exp(math.log(low) + growth * (year - y0))
    if year < known[0][0]:
        return known[0][1]
    last, high = known[-1]
    return float(high * (1.0 + growth) ** (year - last))
