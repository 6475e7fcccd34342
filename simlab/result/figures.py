"""The figures of one perspective: payback, value, risk, each with its Monte Carlo error.

None stands for what is never (a payback beyond the horizon) or not known (an error of few draws).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from simlab.risk.design import Design
from simlab.risk.estimate import (
    Estimate,
    chance,
    estimate,
    estimate_quantile,
    estimate_shortfall,
    finite,
    interval_of_share,
    jackknife,
    ratio_of_means,
)
from simlab.risk.payback import ZERO, Payback, quantile

WORST = 0.05  # the share of the draws whose mean tells how bad it can get


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and 80 % range over the draws."""

    mean: float
    p10: float
    p90: float

    @classmethod
    def of(cls, values: np.ndarray) -> Spread:
        """Of draws that weigh the same."""
        return Spread(float(np.mean(values)), quantile(values, 0.1), quantile(values, 0.9))

    def __neg__(self) -> Spread:
        """What is lost, of what is gained."""
        return Spread(-self.mean, -self.p90, -self.p10)


@dataclass(frozen=True, slots=True)
class Worth(Spread):
    """The net present value in kr.; ``cvar5`` is the mean of its worst 5 %."""

    cvar5: float


@dataclass(frozen=True, slots=True)
class Known:
    """A figure with its standard error."""

    value: float
    standard_error: float | None

    @classmethod
    def of(cls, estimated: Estimate) -> Known:
        return cls(estimated.value, finite(estimated.standard_error))


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance with its standard error."""

    chance: float
    standard_error: float | None

    @classmethod
    def of(cls, estimated: Estimate) -> Chance:
        return cls(estimated.value, finite(estimated.standard_error))

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The ends of the 95 % Monte Carlo interval, within 0 and 1; None with too few draws."""
        if self.standard_error is None:
            return None, None
        return interval_of_share(self.chance, self.standard_error)


@dataclass(frozen=True, slots=True)
class PaybackFigures:
    """When the money is back, in years from the start; None is never within the horizon.

    within            : whole years → the chance that the money is back by then
    relapse           : the chance that it is lost again after the first break-even
    losing_at_horizon : whether the plan costs more than it saves in its last year, on average
    """

    median_years: float | None
    p10_years: float | None
    p90_years: float | None
    never: float
    within: dict[int, Chance]
    first_median_years: float | None
    relapse: float
    losing_at_horizon: bool


@dataclass(frozen=True, slots=True)
class PeakExposure:
    """The deepest balance, kr., as a positive amount, and the month that it is in ("2018-12")."""

    median: float
    p90: float
    month: str | None


@dataclass(frozen=True, slots=True)
class StandardErrors:
    """The Monte Carlo errors of what `Figures` tells without one; None with too few draws."""

    median_years: float | None
    never: float | None
    relapse: float | None
    net_present_value: Annotated[float | None, Field(alias="net_present_value.mean")]
    cvar5: Annotated[float | None, Field(alias="net_present_value.cvar5")]
    peak_exposure: Annotated[float | None, Field(alias="peak_exposure.median")]
    benefit_cost_ratio: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is said of the payback of one perspective; money in kr.

    benefit_cost_ratio : saved per krone spent; None where nothing is spent
    """

    payback: PaybackFigures
    net_present_value: Worth
    benefit_cost_ratio: float | None
    peak_exposure: PeakExposure
    balance_per_year_at_horizon: Spread
    standard_errors: StandardErrors

    @property
    def parts(self) -> dict[str, Any]:
        """All of them by name, for whoever tells more beside them."""
        return {part.name: getattr(self, part.name) for part in fields(Figures)}


@dataclass(frozen=True, slots=True)
class Layers:
    """A share, or its standard error, for each layer of uncertainty; None where it is not known."""

    parameters: float | None
    business_cycle: float | None
    chance: float | None

    @property
    def known(self) -> dict[str, float]:
        """Layer → share, of those that the run simulated."""
        every = {
            "parameters": self.parameters,
            "business_cycle": self.business_cycle,
            "chance": self.chance,
        }
        return {layer: share for layer, share in every.items() if share is not None}


@dataclass(frozen=True, slots=True)
class VarianceShare(Layers):
    """How much of the spread of the net present value each layer explains."""

    standard_error: Layers

    def interval(self, layer: str) -> tuple[float, float]:
        """The 95 % Monte Carlo interval of a layer that the run simulated."""
        return interval_of_share(self.known[layer], self.standard_error.known.get(layer))

    def without_chance(self) -> VarianceShare:
        """Of an engine that has no chance in it."""
        return replace(self, chance=None, standard_error=replace(self.standard_error, chance=None))


def figures(payback: Payback, dates: Sequence[date]) -> Figures:
    """The figures of all draws; ``dates`` are the ends of the steps."""
    design = payback.design
    design.equal("the figures of a perspective")
    balance, horizon = payback.balance, payback.horizon_years
    value = balance[:, -1]
    saved, spent = value + payback.cost[:, -1], payback.cost[:, -1]
    depth, step = payback.peak, payback.peak_step
    flow = _yearly_flow(balance, max(round(payback.steps_per_year), 1))
    never, relapse = payback.never(), chance(payback.relapsed, design)
    medians, mean_value = payback.median(), estimate(value, design)
    exposure, worst = (
        estimate_quantile(depth, 0.5, design),
        estimate_shortfall(value, WORST, design),
    )
    exposed = step[depth > 0]
    deepest = dates[int(quantile(exposed, 0.5))] if len(exposed) else None
    spread = Spread.of(value)
    spends = abs(spent.mean()) > ZERO
    ratio = ratio_of_means(saved, spent, design) if spends else None
    return Figures(
        payback=PaybackFigures(
            median_years=finite(medians.value),
            p10_years=finite(payback.quantile(0.1)),
            p90_years=finite(payback.quantile(0.9)),
            never=never.value,
            within={
                year: Chance.of(payback.chance_within(year))
                for year in range(1, int(horizon + 1e-9) + 1)
            },
            first_median_years=finite(quantile(payback.first_years, 0.5)),
            relapse=relapse.value,
            losing_at_horizon=bool(flow.mean() < -ZERO),
        ),
        net_present_value=Worth(spread.mean, spread.p10, spread.p90, worst.value),
        benefit_cost_ratio=None if ratio is None else float(saved.mean() / spent.mean()),
        peak_exposure=PeakExposure(
            median=exposure.value,
            p90=quantile(depth, 0.9),
            month=None if deepest is None else month_before(deepest),
        ),
        balance_per_year_at_horizon=Spread.of(flow),
        standard_errors=StandardErrors(
            median_years=finite(medians.standard_error),
            never=finite(never.standard_error),
            relapse=finite(relapse.standard_error),
            net_present_value=finite(mean_value.standard_error),
            cvar5=finite(worst.standard_error),
            peak_exposure=finite(exposure.standard_error),
            benefit_cost_ratio=None if ratio is None else finite(ratio.standard_error),
        ),
    )


def month_before(end: date) -> str:
    """The month in which the step that ended on ``end`` lies: 2018-12 for 2019-01-01."""
    year, month = divmod(end.year * 12 + end.month - 1 - (1 if end.day == 1 else 0), 12)
    return f"{year:04d}-{month + 1:02d}"


def _yearly_flow(balance: np.ndarray, last_year: int) -> np.ndarray:
    """(draws,) saving less cost over the last year before the horizon."""
    before = max(balance.shape[1] - 1 - last_year, 0)
    return np.asarray(balance[:, -1] - balance[:, before])


def variance_shares(
    total: np.ndarray, given: np.ndarray, fresh: np.ndarray, design: Design
) -> VarianceShare:
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

    def share(k: int) -> Callable[[np.ndarray], float]:
        return lambda i: float(shares(total[i], given[i], fresh[i])[k])

    errors = [finite(jackknife(share(k), design)) for k in range(3)]
    parameters, cycle, chance = shares(total, given, fresh).tolist()
    return VarianceShare(parameters, cycle, chance, Layers(*errors))
