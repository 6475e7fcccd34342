"""Plans set against each other, draw by draw.

All plans meet the same futures: the same value of every figure that they share, the same business
cycle, and the same lives without a plan. So what is compared is d = Y_other − Y_first in each draw,
and its spread is the spread of the difference, not that of two results:

    Var d = Var Y_first + Var Y_other − 2 Cov(Y_first, Y_other)

The covariance is what the common futures are worth. A chance that one is better counts the draws
in which it is; ties are told apart, above all those in which neither plan is ever paid back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simlab.result.draws import Balances
from simlab.result.figures import Chance, Figures, Spread, figures
from simlab.result.in_use import parameters
from simlab.risk.design import Design
from simlab.risk.estimate import chance, estimate, estimate_quantile, finite
from simlab.risk.payback import ZERO, Payback, quantile
from simlab.study.arguments import among, at_least, public
from simlab.study.study import Study

MARKS = "people:marks"
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Mean and quantiles over the draws."""

    mean: float
    p10: float
    p25: float
    median: float
    p75: float
    p90: float

    @classmethod
    def of(cls, values: np.ndarray) -> Distribution:
        return cls(float(values.mean()), *(quantile(values, q) for q in QUANTILES))


@dataclass(frozen=True, slots=True)
class Errors:
    """The standard errors of a distribution; None where there are too few draws."""

    mean: float | None
    p10: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Estimated(Distribution):
    """A distribution with the standard error of each of its figures."""

    standard_errors: Errors


@dataclass(frozen=True, slots=True)
class Sooner:
    """The chances of who is back sooner; they sum to 1."""

    first: Chance
    other: Chance
    same_time: Chance
    neither: Chance


@dataclass(frozen=True, slots=True)
class WorthMore:
    """The chances of who is worth more; they sum to 1."""

    first: Chance
    other: Chance
    equal: Chance


@dataclass(frozen=True, slots=True)
class AgainstFigures:
    """One plan against the first.

    months_later_where_both_are_back : None where they never both are
    net_present_value  : of the plan less that of the first, kr.
    standard_deviation : of this difference; ``if_independent``, if the futures were not in common
    variance_left      : the ratio of their squares; None where nothing varies
    """

    sooner: Sooner
    months_later_where_both_are_back: Distribution | None
    worth_more: WorthMore
    net_present_value: Estimated
    correlation: float | None
    standard_deviation: float
    if_independent: float
    variance_left: float | None


@dataclass(frozen=True, slots=True)
class ContenderFigures(Figures):
    """The figures of one plan, and what it costs: discounted, mean, kr."""

    plan_cost: float


@dataclass(frozen=True, slots=True)
class Contender:
    """One plan over all draws, and its parameters by key path."""

    name: str
    study: Study
    balances: Balances

    @property
    def parameters(self) -> Mapping[str, np.ndarray]:
        """Key path → (draws,), of those that the answer follows."""
        return self.balances.table.select(parameters(self.study))

    @property
    def baseline(self) -> np.ndarray:
        """(draws,) int64, a mark of the people without the plan, by state and step: equal marks are
        equal numbers of people at all times."""
        return self.balances.table[MARKS]

    @public
    def payback(self, perspective: str) -> Payback:
        among("perspective", perspective, list(self.balances.study.perspectives))
        return self.balances.payback(perspective)


@dataclass(frozen=True, slots=True)
class Against:
    """One plan against the first, in one perspective; each array (draws,).

    years_first, years : payback in years, inf = not within the horizon
    gain  : kr., the net present value of the plan less that of the first
    """

    first: str
    other: str
    perspective: str
    years_first: np.ndarray
    years: np.ndarray
    value_first: np.ndarray
    value: np.ndarray
    design: Design

    @property
    def gain(self) -> np.ndarray:
        return np.asarray(self.value - self.value_first)

    @property
    def gained(self) -> Spread:
        """Mean and 80 % range of the gain."""
        return Spread.of(self.gain)

    @public
    def equally_likely(self, count: int) -> np.ndarray:
        """(count,) gains of so many equally likely futures, in order: as many of them worth less,
        and more, as their chances say, each group at the middles of equal parts of its draws."""
        at_least("count", count, 1)
        less, equal, more = (self.gain[self.worth[which]] for which in ("first", "equal", "other"))
        worse, better = (round(count * len(group) / len(self.gain)) for group in (less, more))
        groups = ((less, worse), (equal, count - worse - better), (more, better))
        shown = [quantile(group, (i + 0.5) / n) for group, n in groups for i in range(n)]
        return np.array(shown)

    @property
    def same_in_every_future(self) -> bool:
        """Whether both are worth the same, and back at the same time, in each draw."""
        same = self.outcomes["same_time"] | self.outcomes["neither"]
        return bool(same.all() and self.worth["equal"].all())

    @property
    def outcomes(self) -> dict[str, np.ndarray]:
        """Who is back sooner in each draw: one of four is true."""
        never = np.isinf(self.years) & np.isinf(self.years_first)
        return {
            "first": self.years_first < self.years,
            "other": self.years < self.years_first,
            "same_time": (self.years == self.years_first) & ~never,
            "neither": never,
        }

    @property
    def worth(self) -> dict[str, np.ndarray]:
        """Who is worth more in each draw, within half an øre."""
        return {
            "first": self.gain < -ZERO,
            "other": self.gain > ZERO,
            "equal": np.abs(self.gain) <= ZERO,
        }

    @property
    def correlation(self) -> float | None:
        """Of the two net present values; None where one of them never varies."""
        if np.ptp(self.value) <= ZERO or np.ptp(self.value_first) <= ZERO:
            return None
        return float(np.corrcoef(self.value, self.value_first)[0, 1])

    def figures(self) -> AgainstFigures:
        """All that is told of these two."""
        both = np.isfinite(self.years) & np.isfinite(self.years_first)
        months = np.round(12.0 * (self.years[both] - self.years_first[both]), 6)
        spread = float(np.std(self.gain))
        apart = float(np.hypot(np.std(self.value), np.std(self.value_first)))
        return AgainstFigures(
            sooner=Sooner(**_chances(self.outcomes, self.design)),
            months_later_where_both_are_back=Distribution.of(months) if len(months) else None,
            worth_more=WorthMore(**_chances(self.worth, self.design)),
            net_present_value=_estimated(self.gain, self.design),
            correlation=self.correlation,
            standard_deviation=spread,
            if_independent=apart,
            variance_left=(spread / apart) ** 2 if apart > ZERO else None,
        )

    def __repr__(self) -> str:
        mean = estimate(self.gain, self.design)
        return (
            f"Against({self.other!r} against {self.first!r}, {self.perspective}: back sooner in "
            f"{self.outcomes['other'].mean():.1%}, later in {self.outcomes['first'].mean():.1%}; "
            f"net present value {mean.value:+,.0f} kr.)"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans in the same futures; the first is what the others are set against."""

    plans: tuple[Contender, ...]
    engine: str
    notes: tuple[str, ...] = ()  # what keeps their baselines from being the same

    @property
    def first(self) -> Contender:
        return self.plans[0]

    @property
    def others(self) -> tuple[Contender, ...]:
        return self.plans[1:]

    @property
    def draws(self) -> int:
        return len(self.first.balances)

    @property
    def study(self) -> Study:
        """The first plan's study, whose people, horizon and prices all share."""
        return self.first.study

    @property
    def perspective(self) -> str:
        return self.study.perspective

    @property
    def perspectives(self) -> list[str]:
        """Those that all plans have."""
        return [
            name
            for name in self.study.perspectives
            if all(name in plan.study.perspectives for plan in self.plans)
        ]

    @public
    def against(self, other: str, perspective: str | None = None) -> Against:
        """A plan against the first; ValueError for a plan or perspective that is not there."""
        name = self.perspective if perspective is None else perspective
        among("perspective", name, self.perspectives)
        first, plan = self.first, self.plan(other)
        return Against(
            first.name,
            other,
            name,
            first.payback(name).years,
            plan.payback(name).years,
            first.balances.net_present_value(name),
            plan.balances.net_present_value(name),
            first.balances.design,
        )

    @public
    def plan(self, other: str) -> Contender:
        """The plan of a name; ValueError where there is none."""
        plans = {plan.name: plan for plan in self.plans}
        among("other", other, list(plans))
        return plans[other]

    @public
    def same_lives(self, other: str) -> float:
        """The share of the draws in which a plan and the first have the same baseline."""
        plan = self.plan(other)
        return float((plan.baseline == self.first.baseline).mean())

    @public
    def shared(self, other: str) -> tuple[int, int]:
        """Of the uncertain figures that a plan and the first both have: how many have the same
        value in every draw, and how many there are."""
        plan = self.plan(other)
        both = [path for path in plan.parameters if path in self.first.parameters]
        same = [np.array_equal(plan.parameters[path], self.first.parameters[path]) for path in both]
        return sum(same), len(both)

    @public
    def figures(self, plan: Contender, perspective: str) -> ContenderFigures:
        """The figures of one plan, as a run of its own tells them."""
        own = figures(plan.payback(perspective), plan.study.timeline.dates)
        cost = float(plan.balances.plan_cost(perspective).mean())
        return ContenderFigures(**own.parts, plan_cost=cost)

    def __repr__(self) -> str:
        names = ", ".join(repr(plan.name) for plan in self.plans)
        return f"Comparison({names}: {self.draws:,} draws in common, engine {self.engine})"


def _chances(outcomes: Mapping[str, np.ndarray], design: Design) -> dict[str, Chance]:
    return {name: Chance.of(chance(when, design)) for name, when in outcomes.items()}


def _estimated(values: np.ndarray, design: Design) -> Estimated:
    """Mean and quantiles, with the Monte Carlo error of each."""
    quantiles = (estimate_quantile(values, q, design) for q in QUANTILES)
    estimates = [estimate(values, design), *quantiles]
    errors = Errors(*(finite(figure.standard_error) for figure in estimates))
    mean, p10, p25, median, p75, p90 = (figure.value for figure in estimates)
    return Estimated(mean, p10, p25, median, p75, p90, errors)
