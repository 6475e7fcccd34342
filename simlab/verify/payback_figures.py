"""Payback and risk, found again from the flows of each draw: what a run tells of its money.

    balance C_t     what has been saved by t less what the plan has cost by then
    payback         the first t from which C stays at or above zero; inf if it is below at the end
    first           the first t at or above zero after one below; relapse: below once more
    exposure        the deepest balance, and when it is first that deep
    a quantile      the smallest value that a share q of the draws do not exceed
    CVaR            the mean of the worst twentieth of the draws
    an error        of a mean: the spread between the means of the sixteen replicates, 15 in its
                    divisor, over √16; of a chance three draws at least; of a quantile from the
                    ranks that its share may have; of a CVaR as of a mean of what is worse than it
    a layer         chance: mean (Y − m)²; the cycle: ½ mean (m − m′)²; parameters: Cov(m, m′)

One draw after the other and one step after the other, with lists and loops; what a run tells is
`simlab.result.figures` of the same flows. Where a study's draws are few for an error of its tail,
they come again, a little stretched, until there are a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from simlab.engine.work import Engine
from simlab.finance.cash_flow import CashFlow
from simlab.result.certified import Unit
from simlab.result.figures import figures, variance_shares
from simlab.result.plain import plain
from simlab.risk.design import Design
from simlab.risk.payback import Payback, from_balance
from simlab.study.message import Message
from simlab.study.time import Timeline
from simlab.verify.case import Case, once_a_case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact

NOTHING = 0.005  # kr.: a balance above minus this is not negative
NEVER = -1.0  # stands for what is not within the horizon
SIXTEEN = 16
STUDENT = 2.131449545559323  # the 97.5 % quantile of t with 15 degrees of freedom
ENOUGH = 1024
STRETCH = 0.01
Figures = dict[tuple[str, ...], float]  # path in what a run gives → the figure
PARTS = ("years", "first", "relapsed", "peak", "peak_step")


@dataclass(frozen=True, slots=True)
class Draw:
    """The money of one draw."""

    years: float
    first: float
    relapsed: bool
    peak: float
    peak_step: int
    saved: float
    spent: float
    last_year: float

    @property
    def value(self) -> float:
        return self.saved - self.spent


def draw(saving: Sequence[float], cost: Sequence[float], per_year: float) -> Draw:
    """One draw, from its discounted flows by step."""
    saved = spent = 0.0
    balances = []
    for more, paid in zip(saving, cost, strict=True):
        saved, spent = saved + more, spent + paid
        balances.append(saved - spent)
    back, first, relapsed, negative = 0.0, 0.0, False, False
    for t, balance in enumerate(balances):
        if balance < -NOTHING:
            relapsed = relapsed or (negative and first < math.inf)
            first = math.inf if not negative else first
            negative, back = True, math.inf
        else:
            back = float(t) if back == math.inf else back
            first = float(t) if negative and first == math.inf else first
    deepest = min(balances)
    before = max(len(balances) - 1 - max(round(per_year), 1), 0)
    peak = -deepest if deepest < -NOTHING else 0.0
    times = back / per_year, first / per_year, relapsed
    last_year = balances[-1] - balances[before]
    return Draw(*times, peak, balances.index(deepest), saved, spent, last_year)


@dataclass(frozen=True)
class OnePerspective:
    """The figures of one perspective from the draws of one engine, and these draws by hand."""

    draws: list[Draw]
    payback: Payback
    figures: Mapping[str, Any]
    flow: np.ndarray
    timeline: Timeline
    where: dict[str, Any]

    def against(self, by: Callable[[Sequence[Draw], Timeline], Figures], unit: Unit) -> Pairs:
        """Figures that a run tells, against the same by hand; errors each in units of itself,
        for chances stand beside money."""
        by_hand = by(self.draws, self.timeline)
        given, expected = [_at(self.figures, path) for path in by_hand], finite(by_hand.values())
        if unit == "relative":
            sizes = [abs(x) or 1.0 for x in expected]
            given, expected = (
                [x / size for x, size in zip(figures, sizes, strict=True)]
                for figures in (given, expected)
            )
        pairs = exact(given, expected, unit, Where("figure", **self.where), of=self.flow)
        return pairs.placed("figure", [{"figure": path} for path in by_hand])


@once_a_case
def perspectives(case: Case) -> list[OnePerspective]:
    """Each perspective of each engine's draws."""
    timeline = case.study.timeline
    return [
        _of_one(cash, perspective, timeline, {"engine": engine, "perspective": perspective})
        for engine, cash in case.cash.items()
        for perspective in case.study.perspectives
    ]


def _of_one(
    cash: CashFlow, perspective: str, timeline: Timeline, where: dict[str, Any]
) -> OnePerspective:
    saving, cost = cash.seen_by(perspective)
    times_over = -(-ENOUGH // len(saving))
    saving = np.concatenate([saving * (1.0 + STRETCH * k) for k in range(times_over)])
    cost = np.concatenate([cost] * times_over)
    draws = [
        draw(s, c, timeline.steps_per_year)
        for s, c in zip(saving.tolist(), cost.tolist(), strict=True)
    ]
    payback = from_balance(saving, cost, timeline.steps_per_year, perspective)
    given = plain(figures(payback, timeline.dates))
    return OnePerspective(draws, payback, given, saving - cost, timeline, where)


@check("risk.draws", Message("Break-even and deepest balance of each draw, step by step"))
def each_draw(case: Case) -> Iterator[Pairs]:
    for each in perspectives(case):
        payback = each.payback
        columns = [payback.years, payback.first_years, payback.relapsed, payback.peak]
        for name, column in zip(PARTS, [*columns, payback.peak_step], strict=True):
            both = finite(column.tolist()), finite(getattr(draw, name) for draw in each.draws)
            unit: Unit = "kr." if name == "peak" else "number"
            yield exact(*both, unit, Where("draw", what=name, **each.where), of=each.flow)


@check("risk.times", Message("Payback times, counted from the draws"))
def every_time(case: Case) -> Iterator[Pairs]:
    return (each.against(times, "number") for each in perspectives(case))


@check("risk.chances", Message("Chances of payback, counted from the draws"))
def every_chance(case: Case) -> Iterator[Pairs]:
    return (each.against(chances, "share") for each in perspectives(case))


@check("risk.money", Message("Value and exposure in the draws, counted from them"))
def all_money(case: Case) -> Iterator[Pairs]:
    return (each.against(money, "kr.") for each in perspectives(case))


@check("risk.errors", Message("Standard errors, from the spread between replicates"))
def every_error(case: Case) -> Iterator[Pairs]:
    return (each.against(errors, "relative") for each in perspectives(case))


def finite(values: Iterable[float | None]) -> list[float]:
    """Figures, and what stands for never."""
    return [NEVER if x is None or not math.isfinite(x) else float(x) for x in values]


def _at(given: Mapping[str, Any], path: tuple[str, ...]) -> float:
    """What a run gives at a path; a month as its number."""
    figure: Any = given
    for key in path:
        figure = figure[key]
    if isinstance(figure, str):
        year, month = figure.split("-")
        return 12.0 * int(year) + int(month)
    return finite([figure])[0]


# ── figures of many draws ──


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def quantile(values: Sequence[float], q: float) -> float:
    """The smallest value that at least a share q of all do not exceed."""
    ordered = sorted(values)
    return next(x for k, x in enumerate(ordered, 1) if k >= q * len(ordered) - 1e-9)


def worst(values: Sequence[float], share: float = 0.05) -> float:
    """The mean of the worst share of the draws, one at least."""
    return mean(sorted(values)[: max(round(share * len(values)), 1)])


def times(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """When the money is back, and when the balance is deepest."""
    years = [draw.years for draw in draws]
    when: Figures = {
        ("payback", "median_years"): quantile(years, 0.5),
        ("payback", "p10_years"): quantile(years, 0.1),
        ("payback", "p90_years"): quantile(years, 0.9),
        ("payback", "first_median_years"): quantile([draw.first for draw in draws], 0.5),
    }
    exposed = [draw.peak_step for draw in draws if draw.peak > 0.0]
    if exposed:
        last_day = timeline.end_of(int(quantile(exposed, 0.5))) - timedelta(days=1)
        when["peak_exposure", "month"] = 12.0 * last_day.year + last_day.month
    return when


def within_years(draws: Sequence[Draw], timeline: Timeline) -> Iterator[tuple[str, list[bool]]]:
    """Each year of the horizon, and whether the money of each draw is back by then."""
    for year in range(1, int(timeline.years + 1e-9) + 1):
        yield str(year), [draw.years <= year + 1e-9 for draw in draws]


def chances(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """Shares of the draws, and the ratio of what is saved to what is spent."""
    shares: Figures = {
        ("payback", "never"): mean([draw.years == math.inf for draw in draws]),
        ("payback", "relapse"): mean([draw.relapsed for draw in draws]),
        ("payback", "losing_at_horizon"): mean([draw.last_year for draw in draws]) < -NOTHING,
    }
    for year, back in within_years(draws, timeline):
        shares["payback", "within", year, "chance"] = mean(back)
    spent = mean([draw.spent for draw in draws])
    if abs(spent) > NOTHING:
        shares["benefit_cost_ratio",] = mean([draw.saved for draw in draws]) / spent
    return shares


def money(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """What is gained or lost, and carried on the way."""
    value, depth = [draw.value for draw in draws], [draw.peak for draw in draws]
    last_year = [draw.last_year for draw in draws]
    kr: Figures = {
        ("net_present_value", "cvar5"): worst(value),
        ("peak_exposure", "median"): quantile(depth, 0.5),
        ("peak_exposure", "p90"): quantile(depth, 0.9),
    }
    for name, values in (("net_present_value", value), ("balance_per_year_at_horizon", last_year)):
        kr[name, "mean"] = mean(values)
        kr[name, "p10"], kr[name, "p90"] = quantile(values, 0.1), quantile(values, 0.9)
    return kr


# ── Monte Carlo errors ──


def errors(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """The errors of what is told with one."""
    value, years = [draw.value for draw in draws], [draw.years for draw in draws]
    saved, spent = mean([draw.saved for draw in draws]), mean([draw.spent for draw in draws])
    by_name = {
        "net_present_value.mean": between(value),
        "never": of_chance([time == math.inf for time in years]),
        "relapse": of_chance([draw.relapsed for draw in draws]),
        "median_years": of_quantile(years, 0.5),
        "peak_exposure.median": of_quantile([draw.peak for draw in draws], 0.5),
        "net_present_value.cvar5": of_worst(value),
    }
    if abs(spent) > NOTHING:  # of a ratio of means, linear about them
        ratio = saved / spent
        linear = [(draw.saved - ratio * draw.spent) / spent for draw in draws]
        by_name["benefit_cost_ratio"] = between(linear)
    return {("standard_errors", name): error for name, error in by_name.items()} | {
        ("payback", "within", year, "standard_error"): of_chance(back)
        for year, back in within_years(draws, timeline)
    }


def between(values: Sequence[float]) -> float:
    """The standard error of a mean, from the means of the sixteen replicates."""
    means = [mean(values[r::SIXTEEN]) for r in range(SIXTEEN)]
    middle = mean(means)
    variance = math.fsum((x - middle) ** 2 for x in means) / (SIXTEEN - 1)
    return math.sqrt(variance) / math.sqrt(SIXTEEN)


def of_chance(happened: Sequence[bool]) -> float:
    """The standard error of a chance."""
    return max(between([float(x) for x in happened]), 3.0 / len(happened))


def of_quantile(values: Sequence[float], q: float) -> float:
    """The standard error of a quantile; not a number where an end of its interval is no draw."""
    n, ordered, value = len(values), sorted(values), quantile(values, q)
    if n * min(q, 1.0 - q) < SIXTEEN or not math.isfinite(value):
        return math.nan
    half = STUDENT * between([float(x <= value) for x in values])
    low, high = math.floor(n * (q - half) + 1e-9), math.ceil(n * (q + half) - 1e-9) + 1
    if low < 1 or high > n:
        return math.nan
    return max(value - ordered[low - 1], ordered[high - 1] - value) / STUDENT


def of_worst(values: Sequence[float], share: float = 0.05) -> float:
    """The standard error of the mean of the worst share, of which two a replicate are there."""
    tail = max(round(share * len(values)), 1)
    if tail < 2 * SIXTEEN:
        return math.nan
    edge = sorted(values)[tail - 1]
    return between([edge - max(edge - x, 0.0) * len(values) / tail for x in values])


# ── layers of uncertainty ──


@check("risk.layers", Message("What each layer of uncertainty explains, worked out once more"))
def every_layer(case: Case) -> Iterator[Pairs]:
    """In each perspective, of three values that each draw has."""
    engines: tuple[Engine, ...] = ("counts", "expected", "citizens")
    for perspective in case.study.perspectives:
        flows = [case.cash[engine].seen_by(perspective) for engine in engines]
        total, given, fresh = ((saving - cost).sum(axis=1) for saving, cost in flows)
        shares = plain(variance_shares(total, given, fresh, Design.of(len(total))))
        by_hand = layers(total.tolist(), given.tolist(), fresh.tolist())
        by_run, expected = [shares[name] for name in by_hand], list(by_hand.values())
        where = Where("layer", perspective=perspective)
        yield exact(by_run, expected, "share", where, of=total)


def layers(total: list[float], given: list[float], fresh: list[float]) -> dict[str, float]:
    """The share of the spread that is chance, the cycle and the parameters."""
    middle, other = mean(given), mean(fresh)
    parts = {
        "chance": mean([(y - m) ** 2 for y, m in zip(total, given, strict=True)]),
        "business_cycle": mean([(m - f) ** 2 for m, f in zip(given, fresh, strict=True)]) / 2.0,
        "parameters": max(
            mean([(m - middle) * (f - other) for m, f in zip(given, fresh, strict=True)]), 0.0
        ),
    }
    every = math.fsum(parts.values())
    return {name: part / every if every > 0.0 else 0.0 for name, part in parts.items()}
