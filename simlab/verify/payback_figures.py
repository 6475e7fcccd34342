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

One draw after the other and one step after the other, with lists and loops; what is told is
`simlab.result.figures` of the same flows. Where a study's draws are few for an error of its tail,
they come again, a little stretched, until there are a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from simlab.engine.cost import Engine
from simlab.finance.cash_flow import CashFlow
from simlab.result.certified import Check, Unit
from simlab.result.figures import figures, variance_shares
from simlab.result.plain import plain
from simlab.risk.design import Design
from simlab.risk.payback import from_balance
from simlab.study.time import Timeline
from simlab.verify.case import Case, Checks
from simlab.verify.check import exact, worst_of

NOTHING = 0.005  # kr.: a balance above minus this is not negative
NEVER = -1.0  # stands for what is not within the horizon
SIXTEEN = 16
KEYS = (
    "risk.draws", "risk.times", "risk.chances", "risk.money", "risk.errors",
)  # fmt: skip
STUDENT = 2.131449545559323  # the 97.5 % quantile of t with 15 degrees of freedom
ENOUGH = 1024
STRETCH = 0.01
Figures = dict[tuple[str, ...], float]  # path in what a run tells → the figure
PARTS = ("years", "first", "relapsed", "peak", "peak_step")


def checks() -> Checks:
    """Every check of payback and risk."""
    return {KEYS: told, "risk.layers": every_layer}


def told(case: Case) -> Iterator[Check]:
    """What is told of each perspective, from the draws of each engine."""
    found: dict[str, list[Check]] = {}
    for engine, cash in case.cash.items():
        for perspective in case.study.perspectives:
            for check in _of_one(case, cash, engine, perspective):
                found.setdefault(check.key, []).append(check)
    for some in found.values():
        yield worst_of(some)


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
    return Draw(
        back / per_year, first / per_year, relapsed,
        -deepest if deepest < -NOTHING else 0.0, balances.index(deepest),
        saved, spent, balances[-1] - balances[before],
    )  # fmt: skip


def _of_one(case: Case, cash: CashFlow, engine: str, perspective: str) -> Iterator[Check]:
    """One perspective of one engine's draws."""
    timeline, (saving, cost) = case.study.timeline, cash.seen_by(perspective)
    times_over = -(-ENOUGH // len(saving))
    saving = np.concatenate([saving * (1.0 + STRETCH * k) for k in range(times_over)])
    cost = np.concatenate([cost] * times_over)
    draws = [
        draw(s, c, timeline.steps_per_year)
        for s, c in zip(saving.tolist(), cost.tolist(), strict=True)
    ]
    payback = from_balance(saving, cost, timeline.steps_per_year, perspective)
    where: dict[str, Any] = {"engine": engine, "perspective": perspective}
    columns = [payback.years, payback.first_years, payback.relapsed, payback.peak]
    for name, column in zip(PARTS, [*columns, payback.peak_step], strict=True):
        yield exact(
            "risk.draws", _finite(column.tolist()), _finite(getattr(one, name) for one in draws),
            "kr." if name == "peak" else "number", of=saving - cost, axes=("draw",), what=name,
            **where,
        )  # fmt: skip
    said = plain(figures(payback, timeline.dates))
    told_of: tuple[tuple[str, Unit, Figures], ...] = (
        ("risk.times", "number", times(draws, timeline)),
        ("risk.chances", "share", chances(draws, timeline)),
        ("risk.money", "kr.", money(draws)),
        ("risk.errors", "relative", errors(draws, timeline)),
    )
    for key, unit, by_hand in told_of:
        found = [_at(said, path) for path in by_hand]
        expected = _finite(by_hand.values())
        if key == "risk.errors":  # each in units of itself: chances stand beside money
            sizes = [abs(x) or 1.0 for x in expected]
            found, expected = ([x / y for x, y in zip(some, sizes, strict=True)]
                               for some in (found, expected))  # fmt: skip
        check = exact(key, found, expected, unit, of=saving - cost, axes=("figure",), **where)
        if check.failed:
            check.where["figure"] = list(by_hand)[check.where["figure"]]
        yield check


def _finite(values: Iterable[float | None]) -> list[float]:
    """Figures, and what stands for never."""
    return [NEVER if x is None or not math.isfinite(x) else float(x) for x in values]


def _at(figures_: Mapping[str, Any], path: tuple[str, ...]) -> float:
    """What a run tells at a path; a month as its number."""
    found: Any = figures_
    for key in path:
        found = found[key]
    if isinstance(found, str):
        year, month = found.split("-")
        return 12.0 * int(year) + int(month)
    return _finite([found])[0]


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
    years = [one.years for one in draws]
    found: Figures = {
        ("payback", "median_years"): quantile(years, 0.5),
        ("payback", "p10_years"): quantile(years, 0.1),
        ("payback", "p90_years"): quantile(years, 0.9),
        ("payback", "first_median_years"): quantile([one.first for one in draws], 0.5),
    }
    exposed = [one.peak_step for one in draws if one.peak > 0.0]
    if exposed:
        last_day = timeline.end_of(int(quantile(exposed, 0.5))) - timedelta(days=1)
        found["peak_exposure", "month"] = 12.0 * last_day.year + last_day.month
    return found


def chances(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """Shares of the draws, and the ratio of what is saved to what is spent."""
    found: Figures = {
        ("payback", "never"): mean([one.years == math.inf for one in draws]),
        ("payback", "relapse"): mean([one.relapsed for one in draws]),
        ("payback", "losing_at_horizon"): mean([one.last_year for one in draws]) < -NOTHING,
    }
    for year in range(1, int(timeline.years + 1e-9) + 1):
        found["payback", "within", str(year), "chance"] = mean(
            [one.years <= year + 1e-9 for one in draws]
        )
    spent = mean([one.spent for one in draws])
    if abs(spent) > NOTHING:
        found["benefit_cost_ratio",] = mean([one.saved for one in draws]) / spent
    return found


def money(draws: Sequence[Draw]) -> Figures:
    """What is gained or lost, and carried on the way."""
    value, depth = [one.value for one in draws], [one.peak for one in draws]
    found: Figures = {
        ("net_present_value", "cvar5"): worst(value),
        ("peak_exposure", "median"): quantile(depth, 0.5),
        ("peak_exposure", "p90"): quantile(depth, 0.9),
    }
    for name, values in (
        ("net_present_value", value),
        ("balance_per_year_at_horizon", [one.last_year for one in draws]),
    ):
        found[name, "mean"] = mean(values)
        found[name, "p10"], found[name, "p90"] = quantile(values, 0.1), quantile(values, 0.9)
    return found


# ── Monte Carlo errors ──


def errors(draws: Sequence[Draw], timeline: Timeline) -> Figures:
    """The errors of what is told with one."""
    saved, spent = mean([one.saved for one in draws]), mean([one.spent for one in draws])
    found: Figures = {
        ("standard_errors", "net_present_value.mean"): between([one.value for one in draws]),
        ("standard_errors", "never"): of_chance([one.years == math.inf for one in draws]),
        ("standard_errors", "relapse"): of_chance([one.relapsed for one in draws]),
        ("standard_errors", "median_years"): of_quantile([one.years for one in draws], 0.5),
        ("standard_errors", "peak_exposure.median"): of_quantile([one.peak for one in draws], 0.5),
        ("standard_errors", "net_present_value.cvar5"): of_worst([one.value for one in draws]),
    }
    for year in range(1, int(timeline.years + 1e-9) + 1):
        within = [one.years <= year + 1e-9 for one in draws]
        found["payback", "within", str(year), "standard_error"] = of_chance(within)
    if abs(spent) > NOTHING:  # of a ratio of means, linear about them
        ratio = saved / spent
        linear = [(one.saved - ratio * one.spent) / spent for one in draws]
        found["standard_errors", "benefit_cost_ratio"] = between(linear)
    return found


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
    n, ordered, found = len(values), sorted(values), quantile(values, q)
    if n * min(q, 1.0 - q) < SIXTEEN or not math.isfinite(found):
        return math.nan
    half = STUDENT * between([float(x <= found) for x in values])
    low, high = math.floor(n * (q - half) + 1e-9), math.ceil(n * (q + half) - 1e-9) + 1
    if low < 1 or high > n:
        return math.nan
    return max(found - ordered[low - 1], ordered[high - 1] - found) / STUDENT


def of_worst(values: Sequence[float], share: float = 0.05) -> float:
    """The standard error of the mean of the worst share, of which two a replicate are there."""
    tail = max(round(share * len(values)), 1)
    if tail < 2 * SIXTEEN:
        return math.nan
    edge = sorted(values)[tail - 1]
    return between([edge - max(edge - x, 0.0) * len(values) / tail for x in values])


# ── layers of uncertainty ──


def every_layer(case: Case) -> Check:
    """What each layer explains in each perspective."""
    return worst_of([_layers(case, perspective) for perspective in case.study.perspectives])


def _layers(case: Case, perspective: str) -> Check:
    """What each layer explains of the spread, of three values that each draw has."""
    engines: tuple[Engine, ...] = ("counts", "expected", "citizens")
    values = []
    for engine in engines:
        saving, cost = case.cash[engine].seen_by(perspective)
        values.append((saving - cost).sum(axis=1))
    total, given, fresh = values
    text = plain(variance_shares(total, given, fresh, Design.of(len(total))))
    by_hand = layers(*(x.tolist() for x in values))
    return exact(
        "risk.layers", [text[name] for name in by_hand], list(by_hand.values()), "share",
        of=values[0], axes=("layer",), perspective=perspective,
    )  # fmt: skip


def layers(total: list[float], given: list[float], fresh: list[float]) -> dict[str, float]:
    """The share of the spread that is chance, the cycle and the parameters."""
    one, other = mean(given), mean(fresh)
    parts = {
        "chance": mean([(y - m) ** 2 for y, m in zip(total, given, strict=True)]),
        "business_cycle": mean([(m - f) ** 2 for m, f in zip(given, fresh, strict=True)]) / 2.0,
        "parameters": max(
            mean([(m - one) * (f - other) for m, f in zip(given, fresh, strict=True)]), 0.0
        ),
    }
    every = math.fsum(parts.values())
    return {name: part / every if every > 0.0 else 0.0 for name, part in parts.items()}
