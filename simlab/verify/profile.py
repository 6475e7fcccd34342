"""An effect in time, found again from the study: how strong it is at any moment, averaged by step.

At x steps after the start of the study an effect has the strength

    0                             before it begins (its start and its delay)
    (x − begin) / ramp, 1 at most while it lasts
    s · 2^{−(x − end) / h}        after its end, s what it had come to, h the half-life;
                                  0 where nothing is said of fading

A step takes its average. Between the moments at which the form changes the strength is smooth, and
Gauss and Legendre's rule gives its integral to all digits.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from simlab.study.grammar import Effect
from simlab.study.key_path import entry_path
from simlab.study.time import after_months, units_per
from simlab.verify.stated import Stated

NODES, WEIGHTS = (x.tolist() for x in np.polynomial.legendre.leggauss(8))


class Profile:
    """One effect of a plan in one draw, in steps of the study."""

    def __init__(self, stated: Stated, number: int):
        self.stated, self.effect = stated, stated.form.plan.effect[number]
        self.path = entry_path("effect", number, self.effect.name)
        month = units_per("month", stated.form.step)
        self.start = steps_before(stated, self.effect)
        self.begin, self.ramp, self.half_life = self.start, 0.0, math.inf
        effect = self.effect
        if effect.delay_months is not None:
            self.begin += stated[effect.delay_months] * month
        if effect.ramp_months is not None:
            self.ramp = stated[effect.ramp_months] * month
        if effect.fades is not None:
            self.half_life = stated[effect.fades.half_life_months] * month
        self.end = stated.last(effect.until)

    def at(self, x: float) -> float:
        """The strength at a moment."""
        if x <= self.end:
            return self._risen(x)
        if self.effect.fades is None:
            return 0.0
        return self._risen(self.end) * math.pow(2.0, -(x - self.end) / self.half_life)

    def _risen(self, x: float) -> float:
        if x <= self.begin:
            return 0.0
        return 1.0 if self.ramp == 0.0 else min((x - self.begin) / self.ramp, 1.0)

    def by_step(self) -> list[float]:
        """(steps,) the average strength in each step."""
        years = self.stated.form.plan.effect_years
        averages = []
        for t in range(1, self.stated.steps + 1):
            left = 1.0
            if years is not None:  # lost at once and for good, so long after its own start
                lost = self.start + years * self.stated.per_year
                left = min(max(lost - (t - 1), 0.0), 1.0)
            averages.append(left * self._average(t - 1.0, float(t)))
        return averages

    def _average(self, low: float, high: float) -> float:
        bends = (self.begin, self.begin + self.ramp, float(self.end))
        cuts = sorted({low, high, *(x for x in bends if low < x < high)})
        total = 0.0
        for a, b in itertools.pairwise(cuts):
            middle, half = 0.5 * (a + b), 0.5 * (b - a)
            total += half * sum(
                w * self.at(middle + half * x) for x, w in zip(NODES, WEIGHTS, strict=True)
            )
        return total

    def offered(self) -> list[float]:
        """(steps,) the part of each step in which it is on offer: from its beginning to its end."""
        steps = range(1, self.stated.steps + 1)
        return [max(min(float(t), self.end) - max(t - 1.0, self.begin), 0.0) for t in steps]


def steps_before(stated: Stated, effect: Effect) -> float:
    """How many steps pass before an effect starts; below 0 if it started before the study."""
    timeline = stated.timeline
    start = after_months(effect.start or timeline.start, stated.later)
    if start >= timeline.start:
        return float(sum(day < start for day in timeline.dates[:-1]))
    if stated.form.step == "week":
        return (start - timeline.start).days / 7
    months = 12 * (start.year - timeline.start.year) + start.month - timeline.start.month
    days = start.day - timeline.start.day
    return (months + days / 31) * units_per("month", stated.form.step)
