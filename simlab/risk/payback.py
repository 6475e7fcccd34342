"""Payback: when is the money back?

With f_t = saving_t − cost_t, discounted, and the balance C_t = Σ_{s≤t} f_s, zero within 0.005 kr.:

    payback      = the first t from which C stays ≥ 0 to the horizon (the last break-even)
    first        = the first t after C has been negative at which C ≥ 0 again
    relapse      = C falls below zero once more after the first break-even

A balance that is never negative has payback 0. One that is negative at the horizon has payback
``inf``: "never within the horizon" is a result, not a gap, and so a mean payback time does not
exist. Where the balance changes sign more than once, the last break-even is the only definition
under which "paid back" stays true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simlab.risk.design import Design
from simlab.risk.estimate import (
    T_975,
    Estimate,
    chance,
    chances_by_step,
    estimate_quantile,
    place,
)
from simlab.study.arguments import at_least, between, public

ZERO = 0.005  # kr.: a balance above −ZERO counts as not negative


def last_break_even(balance: np.ndarray) -> np.ndarray:
    """Payback in steps, ``inf`` where never; ``balance : (draws, steps + 1)`` in kr."""
    steps = balance.shape[1] - 1
    step = np.arange(steps + 1)
    last_negative = np.where(balance < -ZERO, step, -1).max(axis=1)
    return np.where(last_negative == steps, np.inf, last_negative + 1.0)


def first_break_even(balance: np.ndarray) -> np.ndarray:
    """The first return to zero in steps: 0 if never negative, ``inf`` if it never returns."""
    negative, step = balance < -ZERO, np.arange(balance.shape[1])
    first_negative = np.where(negative, step, np.inf).min(axis=1)
    back = ~negative & (step > first_negative[:, None])
    first = np.where(back, step, np.inf).min(axis=1)
    return np.where(np.isfinite(first_negative), first, 0.0)


def peak_exposure(balance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The deepest balance, as a positive amount (0 if never negative), and its step; (draws,)."""
    lowest, step = balance.min(axis=1), np.arange(balance.shape[1])
    at = np.where(balance == lowest[:, None], step, len(step)).min(axis=1)
    return np.where(lowest < -ZERO, -lowest, 0.0), at


def quantile(steps: np.ndarray, q: float) -> float:
    """The smallest t with F(t) ≥ q, not interpolated; ``inf`` when it is not reached."""
    at = place(q, len(steps))
    return float(np.partition(steps, at)[at])


def quantiles(values: np.ndarray, qs: Sequence[float]) -> np.ndarray:
    """(len(qs), columns) the quantiles of each column of ``values : (draws, columns)``."""
    columns = np.array(values.T, order="C")
    columns.sort(axis=1)  # as fast as finding three places, and faster where values repeat
    return columns[:, [place(q, len(values)) for q in qs]].T


@dataclass(frozen=True, slots=True)
class Curve:
    """F(t), the chance that the money is back by the end of each step, and its standard error
    (nan: too few draws); (steps + 1,) each."""

    chance: np.ndarray
    standard_error: np.ndarray

    @property
    def half(self) -> np.ndarray:
        """(steps + 1,) half the width of the 95 % Monte Carlo interval."""
        return T_975 * self.standard_error

    @property
    def band(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(steps + 1,) its ends, within what a chance can be; None where it is not known."""
        if not np.isfinite(self.half).all():
            return None
        low, high = self.chance - self.half, self.chance + self.half
        return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)

    def distance(self, other: Curve) -> float:
        """How far the chances are from each other, at the most."""
        return float(np.abs(other.chance - self.chance).max())


@dataclass(frozen=True, slots=True)
class Payback:
    """The payback of every draw, in one perspective.

    years, first_years : (draws,) years from the start of the study; inf = not within the horizon
    relapsed           : (draws,) bool, below zero again after the first break-even
    peak, peak_step    : (draws,) the deepest balance as a positive amount, kr., and its step
    balance            : (draws, steps + 1) cumulative saving less cumulative plan cost, kr.
    cost               : (draws, steps + 1) cumulative plan cost, kr.
    design             : replicate and weight of each draw

    In memory the draws of a step stand together, since what is asked for is quantiles by step.
    """

    years: np.ndarray
    first_years: np.ndarray
    relapsed: np.ndarray
    peak: np.ndarray
    peak_step: np.ndarray
    balance: np.ndarray
    cost: np.ndarray
    steps_per_year: float
    perspective: str
    design: Design

    @property
    def draws(self) -> int:
        return len(self.years)

    @property
    def horizon_years(self) -> float:
        return float((self.balance.shape[1] - 1) / self.steps_per_year)

    @public
    def chance_within(self, years: float) -> Estimate:
        """The chance that the money is back, to stay, within ``years`` of the start.

        ValueError for years beyond the horizon, of which nothing is known.
        """
        between("years", years, 0.0, self.horizon_years + 1e-9, ", the horizon")
        return chance(self.years <= years + 1e-9, self.design)

    @public
    def curve(self, years: float | None = None) -> Curve:
        """The chance of payback by the end of each step, as if the horizon were at ``years``.

        ValueError for years beyond the horizon.
        """
        horizon = self.horizon_years if years is None else years
        between("years", horizon, 0.0, self.horizon_years + 1e-9, ", the horizon")
        width = round(horizon * self.steps_per_year) + 1
        return Curve(*chances_by_step(last_break_even(self.balance[:, :width]), width, self.design))

    def never(self) -> Estimate:
        """The chance that the money is not back at the horizon."""
        return chance(np.isinf(self.years), self.design)

    def median(self) -> Estimate:
        """The median of the payback time in years; ``inf`` = not within the horizon."""
        return estimate_quantile(self.years, 0.5, self.design)

    def ahead(self) -> Estimate:
        """The chance that the plan has paid for itself at the horizon."""
        return chance(self.balance[:, -1] >= -ZERO, self.design)

    @property
    def mean_balance(self) -> np.ndarray:
        """(steps + 1,) the balance in the mean of the draws, kr."""
        return np.asarray(self.balance.mean(axis=0))

    @property
    def mean_cost(self) -> np.ndarray:
        """(steps + 1,) what has been spent on the plan in the mean of the draws, kr."""
        return np.asarray(self.cost.mean(axis=0))

    @property
    def largest(self) -> float:
        """The largest amount of all balances and costs, kr."""
        return float(max(np.abs(self.balance).max(), np.abs(self.cost).max()))

    @public
    def middle(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """(steps + 1,) both ends of the range that holds the middle share of the balances."""
        between("share", share, 0.0, 1.0)
        low, high = quantiles(self.balance, ((1.0 - share) / 2, (1.0 + share) / 2))
        return low, high

    @public
    def sample(self, count: int) -> np.ndarray:
        """(count, steps + 1) the balance of draws that are evenly spread over where the futures
        end, no dice; all of them where there are fewer."""
        at_least("count", count, 1)
        order = np.argsort(self.balance[:, -1], kind="stable")
        count = min(count, len(order))
        return np.asarray(
            self.balance[order[((np.arange(count) + 0.5) / count * len(order)).astype(int)]]
        )

    @public
    def equally_likely(self, count: int) -> np.ndarray:
        """(count,) payback times, years, of so many equally likely futures in order: the quantiles
        (i − ½)/count; inf = never."""
        at_least("count", count, 1)
        ranks = np.ceil((np.arange(count) + 0.5) / count * self.draws - 1e-9).astype(int)
        return np.asarray(np.sort(self.years)[np.maximum(ranks, 1) - 1])

    @public
    def quantile(self, q: float) -> float:
        """The q-quantile of the payback time in years; ``inf`` = not within the horizon."""
        between("q", q, 0.0, 1.0)
        self.design.equal("a quantile")
        return quantile(self.years, q)

    def __repr__(self) -> str:
        median = self.median().value
        middle = f"median {median:.1f} years" if np.isfinite(median) else "median: never"
        return (
            f"Payback({self.perspective}, {self.draws:,} draws: {middle}, "
            f"never within {self.horizon_years:g} years {self.never().value:.1%})"
        )


def from_balance(
    saving: np.ndarray,
    cost: np.ndarray,
    steps_per_year: float,
    perspective: str,
    design: Design | None = None,
) -> Payback:
    """Payback from discounted flows ``saving, cost : (draws, steps + 1)`` in kr. a step.

    design : of the draws, by default those from the first of a run on
    """
    saved, spent = (np.cumsum(np.asfortranarray(flow), axis=1) for flow in (saving, cost))
    balance = saved - spent
    last, first = last_break_even(balance), first_break_even(balance)
    peak, peak_step = peak_exposure(balance)
    return Payback(
        years=last / steps_per_year,
        first_years=first / steps_per_year,
        relapsed=np.isfinite(first) & (first < last),
        peak=peak,
        peak_step=peak_step,
        balance=balance,
        cost=spent,
        steps_per_year=steps_per_year,
        perspective=perspective,
        design=design or Design.of(len(balance)),
    )
