"""The figures of one perspective: payback, value, risk, each with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from simlab.risk.estimate import (
    Estimate,
    chance,
    estimate,
    estimate_quantile,
    estimate_shortfall,
    jackknife,
)
from simlab.risk.payback import ZERO, Payback, quantile

Figures = dict[str, Any]
WORST = 0.05  # the share of the draws whose mean tells how bad it can get


def spread(values: np.ndarray) -> dict[str, float]:
    """Mean and 80 % range over the draws."""
    return {
        "mean": float(np.mean(values)),
        "p10": quantile(values, 0.1),
        "p90": quantile(values, 0.9),
    }


def finite(value: float) -> float | None:
    """None (null in JSON) for what is never or not known."""
    return float(value) if np.isfinite(value) else None


def figures(payback: Payback, dates: Sequence[date]) -> Figures:
    """Everything that is said of one perspective, as ``summary.json`` holds it."""
    balance, horizon = payback.balance, payback.horizon_years
    value = balance[:, -1]
    saved, spent = value + payback.cost[:, -1], payback.cost[:, -1]
    depth, step = payback.peak, payback.peak_step
    last_year = max(round(payback.steps_per_year), 1)
    flow = _yearly_flow(balance, last_year)
    never, relapse = payback.never(), chance(payback.relapsed)
    medians = payback.median()
    mean_value = estimate(value)
    exposure = estimate_quantile(depth, 0.5)
    worst = estimate_shortfall(value, WORST)
    within = {str(y): payback.chance_within(y) for y in range(1, int(horizon + 1e-9) + 1)}
    exposed = step[depth > 0]
    deepest = dates[int(quantile(exposed, 0.5))] if len(exposed) else None
    return {
        "payback": {
            "median_years": finite(medians.value),
            "p10_years": finite(payback.quantile(0.1)),
            "p90_years": finite(payback.quantile(0.9)),
            "never": never.value,
            "within": {
                y: {"chance": e.value, "standard_error": finite(e.standard_error)}
                for y, e in within.items()
            },
            "first_median_years": finite(quantile(payback.first_years, 0.5)),
            "relapse": relapse.value,
            "losing_at_horizon": bool(flow.mean() < -ZERO),
        },
        "net_present_value": {**spread(value), "cvar5": worst.value},
        "benefit_cost_ratio": (
            float(saved.mean() / spent.mean()) if abs(spent.mean()) > ZERO else None
        ),
        "peak_exposure": {
            "median": exposure.value,
            "p90": quantile(depth, 0.9),
            "month": None if deepest is None else month_before(deepest),
        },
        "balance_per_year_at_horizon": spread(flow),
        "standard_errors": {
            "median_years": finite(medians.standard_error),
            "never": finite(never.standard_error),
            "relapse": finite(relapse.standard_error),
            "net_present_value.mean": finite(mean_value.standard_error),
            "net_present_value.cvar5": finite(worst.standard_error),
            "peak_exposure.median": finite(exposure.standard_error),
            "benefit_cost_ratio": finite(_ratio(saved, spent).standard_error),
        },
    }


def month_before(end: date) -> str:
    """The month in which the step that ended on ``end`` lies: 2018-12 for 2019-01-01."""
    year, month = divmod(end.year * 12 + end.month - 1 - (1 if end.day == 1 else 0), 12)
    return f"{year:04d}-{month + 1:02d}"


def _yearly_flow(balance: np.ndarray, last_year: int) -> np.ndarray:
    """(draws,) saving less cost over the last year before the horizon."""
    before = max(balance.shape[1] - 1 - last_year, 0)
    return balance[:, -1] - balance[:, before]


def _ratio(saved: np.ndarray, spent: np.ndarray) -> Estimate:
    if abs(spent.mean()) <= ZERO:
        return Estimate(float("nan"), float("nan"))
    # The error of a ratio of means, linearised about them.
    ratio = saved.mean() / spent.mean()
    return estimate(ratio + (saved - ratio * spent) / spent.mean())


def variance_shares(total: np.ndarray, given: np.ndarray, fresh: np.ndarray) -> Figures:
    """How much of the spread of the net present value each layer of uncertainty explains.

    total : (draws,) with all layers; given : m(θ, z), exact given the draw; fresh : m(θ, z′) with
    a new cycle. chance = mean (Y − m)², cycle = ½ mean (m − m′)², parameters = Cov(m, m′).
    """

    def shares(y: np.ndarray, m: np.ndarray, m_fresh: np.ndarray) -> np.ndarray:
        chance = np.mean((y - m) ** 2)
        cycle = 0.5 * np.mean((m - m_fresh) ** 2)
        parameters = max(np.mean((m - m.mean()) * (m_fresh - m_fresh.mean())), 0.0)
        parts = np.array([parameters, cycle, chance])
        return parts / parts.sum() if parts.sum() > 0 else np.zeros(3)

    names = ("parameters", "business_cycle", "chance")
    values = shares(total, given, fresh)
    errors = []
    for k in range(3):

        def share(i: np.ndarray, k: int = k) -> float:
            return float(shares(total[i], given[i], fresh[i])[k])

        errors.append(finite(jackknife(share, len(total))))
    return {
        **dict(zip(names, values.tolist(), strict=True)),
        "standard_error": dict(zip(names, errors, strict=True)),
    }
