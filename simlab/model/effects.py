"""What the plan does to moves, as factors on intensities and on chances.

    h_t = h^{w_t}        w_t: the share of full strength in step t
    factor_t = 1 + c_t (h_t − 1)        c_t: coverage, by thinning

The strength w_t rises linearly in calendar time from the start (plus an uncertain delay) over the
ramp, averaged over the step; after the end the log effect halves every half-life, or is nothing.
A ratio at n steps, as a trial reports it, is turned into a hazard ratio: F(h) is the chance that
the first exit from the origin within n steps is a named move, other exits competing, and h solves
F(h) = RR · F(1) or F(1) + pp by bisection; RR = 1 gives h = 1 exactly. Shares that no h attains
are capped and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.kernel.summation import sum_in_order
from simlab.model.parameters import Values
from simlab.model.transition_tables import TransitionTables
from simlab.study.grammar import Effect
from simlab.study.key_path import entry_path
from simlab.study.study import Study
from simlab.study.time import after_months

LEAP = 100.0  # the log of a ratio between an intensity and one that stands for infinity
H_MAX = 1e4  # a hazard ratio beyond which nothing changes any more


def own_key(study: Study, number: int) -> str:
    """The key path of an effect: plan.effect.0, or by its name."""
    return entry_path("effect", number, study.form.plan.effect[number].name)


def strength(study: Study, number: int, values: Values) -> np.ndarray:
    """w : (draws, steps), the share of the effect's full strength in each step."""
    effect = study.form.plan.effect[number]
    timeline = study.timeline
    month = study.timeline.steps_per("month")  # steps in a month
    begin = np.full(values.draws, steps_before(study, effect))
    if effect.delay_months is not None:
        begin = begin + values[effect.delay_months] * month
    ramp = np.zeros(values.draws)
    if effect.ramp_months is not None:
        ramp = values[effect.ramp_months] * month
    end = float(last_step(study, effect))
    t = np.arange(1, timeline.steps + 1, dtype=float)[None, :]
    low, high = np.minimum(t - 1, end), np.minimum(t, end)
    risen = _risen(high, begin[:, None], ramp[:, None]) - _risen(low, begin[:, None], ramp[:, None])
    full = (begin[:, None] <= low) & (ramp[:, None] == 0)
    w = np.where(high > low, np.where(full, 1.0, risen / np.maximum(high - low, 1e-300)), 0.0)
    if effect.fades is not None and end < timeline.steps:
        half_life = values[effect.fades.half_life_months]
        top = np.clip((end - begin) / np.where(ramp > 0, ramp, 1.0), 0.0, 1.0)
        top = np.where(ramp > 0, top, (begin < end).astype(float))
        rate = np.log(2.0) / (half_life * month)[:, None]
        since = np.maximum(t - end, 0.0)
        faded = np.exp(-rate * np.maximum(since - 1, 0)) * -np.expm1(-rate) / rate
        w = np.where(since > 0, top[:, None] * faded, w)
    if study.form.plan.effect_years is not None:
        lost = steps_before(study, effect) + study.form.plan.effect_years * timeline.steps_per_year
        w = w * np.clip(lost - (t - 1.0), 0.0, 1.0)
    return np.clip(w, 0.0, 1.0)


def _risen(t: np.ndarray, begin: np.ndarray, ramp: np.ndarray) -> np.ndarray:
    """The integral of the ramp from its beginning to t."""
    x = np.maximum(t - begin, 0.0)
    slope = np.where(ramp > 0, ramp, 1.0)
    return np.where(ramp > 0, np.where(x < ramp, 0.5 * x**2 / slope, x - 0.5 * ramp), x)


def active(study: Study, number: int, values: Values) -> np.ndarray:
    """(draws, steps) the share of each step in which the effect is on offer: from start to end."""
    effect = study.form.plan.effect[number]
    begin = np.full(values.draws, steps_before(study, effect))
    if effect.delay_months is not None:
        begin = begin + values[effect.delay_months] * study.timeline.steps_per("month")
    t = np.arange(1, study.timeline.steps + 1, dtype=float)[None, :]
    high = np.minimum(t, last_step(study, effect))
    return np.clip(high - np.maximum(t - 1, begin[:, None]), 0, 1)


def steps_before(study: Study, effect: Effect) -> float:
    """How many steps pass before the effect starts; negative if it started before the study."""
    timeline = study.timeline
    if effect.start is None:
        return float(study.plan_steps_later)
    begins, start = after_months(effect.start, study.form.plan.later_months), timeline.start
    if begins >= start:
        return timeline.first_step_from(begins) - 1.0
    if study.form.step == "week":
        return (begins - start).days / 7
    months = (begins.year - start.year) * 12 + begins.month - start.month
    days = (begins.day - start.day) / 31
    return (months + days) * study.timeline.steps_per("month")


def last_step(study: Study, effect: Effect) -> int:
    """The last step with full effect."""
    return study.plan_span(until=effect.until)[1] - 1


@dataclass(frozen=True)
class Component:
    """One factor of some rates, by draw and step.

    log_ratio : (draws,) or (draws, steps) the log of the full effect
    strength  : (draws, steps)
    fresh     : (draws, steps) bool where the baseline's intensity is 0: there the effect's own
                value rises from nothing in proportion to its strength
    halvings  : (draws, steps) how often the caseload is halved, filled as it becomes known
    """

    log_ratio: np.ndarray
    strength: np.ndarray
    effect: int
    fresh: np.ndarray | None = None
    halvings: np.ndarray | None = None

    def value(self, t: slice, coverage: np.ndarray) -> np.ndarray:
        """(draws, steps of t) the factor, with ``coverage`` of the same shape."""
        factor = 1.0 + coverage * (self.power(t, self.strength[:, t]) - 1.0)
        if self.fresh is not None:
            factor = np.where(self.fresh[:, t], self.strength[:, t] * coverage, factor)
        return factor

    def power(self, t: slice, strength: np.ndarray) -> np.ndarray:
        """(draws, steps of t) the factor on those whom the effect reaches, at some strength."""
        log_ratio = self._log(t)
        exponent = strength if self.halvings is None else strength * self.halvings[:, t]
        if not np.isfinite(log_ratio).all():
            log_ratio = np.where(exponent == 0.0, 0.0, log_ratio)
        return np.asarray(np.exp(log_ratio * exponent))

    def leaps(self, t: slice) -> np.ndarray:
        """(draws, steps of t) whether the effect leads from what is possible to what is certain, or
        back, or from what is impossible: there its ratio has no meaning, nor half of it."""
        beyond = np.abs(self._log(t)) > LEAP
        leaping = np.broadcast_to(beyond & np.isfinite(self._log(t)), self.strength[:, t].shape)
        return leaping if self.fresh is None else leaping | self.fresh[:, t]

    def _log(self, t: slice) -> np.ndarray:
        return self.log_ratio[:, None] if self.log_ratio.ndim == 1 else self.log_ratio[:, t]


def trial_ratio(
    b: TransitionTables,
    base: np.ndarray,
    named: np.ndarray,
    paths: list[tuple[float, np.ndarray]],
    treated: int,
    target: np.ndarray,
    closed: np.ndarray,
    *,
    points: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """The hazard ratio that gives a trial's share, per draw, and which draws were capped.

    base   : (draws, rates) intensities per step at reference (cycle 0, first epoch)
    named  : the rates that the effect moves
    paths  : (share of the people, (n,) the classes that they pass while staying where they are)
    treated : for how many of the n steps the effect acts; its participants stay in a programme of
        their own until it ends, without dropping out
    target : (draws,) the risk ratio, or percentage points if ``points``
    closed : the rates of moves that are not made: their share of the leavers stays
    """

    def passed(k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        span = np.array(b.span(k))
        return base[:, span], np.isin(span, named), np.isin(span, closed)

    classes_passed = {k: passed(k) for _, classes in paths for k in classes}

    def share(h: np.ndarray) -> np.ndarray:
        total = np.zeros(len(h))
        for weight, classes in paths:
            here = np.ones(len(h))
            for step, k in enumerate(classes):
                untreated, inside, shut = classes_passed[k]
                ratio = np.where(inside & (step < treated), h[:, None], 1.0)
                a = ratio * untreated
                every = sum_in_order(a, 1)
                leave = -np.expm1(-every) / np.where(every > 0, every, 1.0)
                total += weight * here * leave * sum_in_order(a[:, inside & ~shut], 1)
                here = here * (np.exp(-every) + leave * sum_in_order(a[:, shut], 1))
        return total

    ones = np.ones(len(target))
    before = share(ones)
    goal = before + target if points else before * target
    low, high = np.zeros_like(ones), np.full_like(ones, H_MAX)
    most = share(high)
    capped = (goal > most) | (goal < 0.0)
    goal = np.clip(goal, 0.0, most)
    for _ in range(100):
        middle = np.where(low > 0, np.sqrt(np.maximum(low, 1e-12) * high), 0.5 * (low + high))
        below = share(middle) < goal
        apart = high - low > 1e-15 * high  # each draw ends by itself, whoever it is found beside
        low, high = np.where(apart & below, middle, low), np.where(apart & ~below, middle, high)
        if not apart.any():
            break
    # a move that is certain, and has no other beside it, stays so under every ratio above 0
    found = 0.5 * (low + high)
    capped |= np.abs(share(found) - goal) > 1e-6
    unchanged = (target == 0.0) if points else (target == 1.0)
    return np.where(unchanged | (before <= 0), 1.0, found), capped & ~unchanged
