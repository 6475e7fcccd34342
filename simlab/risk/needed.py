"""What would have to be true: how much stronger the plan, for the claims that it does not reach.

Every effect of the plan is made k times as strong on the scale on which effects add, the logarithm
of the ratio (percentage points are multiplied), in every draw:

    hazard ratio h → h^k

and what is found is followed, as expected numbers, until its median reaches the claim. Between two
multiples k the median is taken to be linear in k. A sum of money is also told as standing
person-years off support: the claim per year, over what a person-year off support is worth in the
simulation itself: what the plan's stronger versions save beyond it, over the person-years that they
take off support beyond it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.model.effects import own_key
from simlab.model.model import compile_study
from simlab.model.parameters import Values, sample
from simlab.risk.followed import FUTURES
from simlab.risk.observables import all_people, measure, span
from simlab.risk.payback import quantile
from simlab.risk.published import measures, reached
from simlab.study.study import Study

MULTIPLES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
DRAWS = 64
RATIOS = (
    "hazard_ratio", "chance_ratio", "risk_ratio", "hazard_ratio_per_halving", "arrivals_ratio",
)  # fmt: skip


class Sums(NamedTuple):
    """A claim of money with the plan at some strength: kr. and people, a year of its span.

    found : what is found of the claim    fewer : people off support    on_support : in the baseline
    """

    found: float
    fewer: float
    on_support: float
    years: float
    per_year: bool


def needed(study: Study, rows: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """For each row that the median does not reach, what would have to be true; None for others.

    multiple          : of the plan's effects on the log scale; None where none up to 10 is enough
    hazard_ratio      : the strongest effect's median, and what it would have to be
    person_years      : standing person-years off support that a sum of money would need
    person_years_found: those that the plan gives
    on_support        : people on support without the plan, in the middle of the span
    """
    short = [
        k
        for k, row in enumerate(rows)
        if row["direction"] and not _holds(row["found"]["median"], row["value"], row["direction"])
    ]
    found: list[dict[str, Any] | None] = [None] * len(rows)
    if not short:
        return found
    compiled = compile_study(study)
    values = sample(study, 0, DRAWS)
    medians: list[np.ndarray] = []
    sums: list[dict[int, Sums | None]] = []
    for multiple in MULTIPLES:
        block = compiled.block_of(stronger(study, values, multiple))
        cash = cash_flow(simulate_block(compiled, block, "expected"))
        sums.append({k: _sums(cash, k, rows[k]) for k in short})
        seen, _ = measures(cash)
        medians.append(np.array([quantile(seen[:, k], 0.5) for k in range(len(rows))]))
        if all(_holds(medians[-1][k], rows[k]["value"], rows[k]["direction"]) for k in short):
            break
    for k in short:
        row = rows[k]
        path = [float(m[k]) for m in medians]
        multiple_of = _multiple(path, row["value"], row["direction"])
        found[k] = {
            "multiple": multiple_of,
            "hazard_ratio": _strongest(study, values, multiple_of),
            **_person_years(sums[0][k], sums[-1][k], row["value"]),
        }
    return found


def _holds(median: float | None, value: float, way: int) -> bool:
    return bool(reached(np.array([np.inf if median is None else median]), value, way)[0])


def _multiple(path: list[float], value: float, way: int) -> float | None:
    """The multiple at which the medians of ``path`` reach a value."""
    for k, here in enumerate(path):
        if _holds(here, value, way):
            if k == 0 or not np.isfinite(path[k - 1]):
                return MULTIPLES[k]
            part = (value - path[k - 1]) / (here - path[k - 1])
            return float(MULTIPLES[k - 1] + part * (MULTIPLES[k] - MULTIPLES[k - 1]))
    return None


def stronger(study: Study, values: Values, multiple: float) -> Values:
    """The values of every figure with the plan's effects ``multiple`` times as strong."""
    sampled = dict(values.sampled)
    for number, effect in enumerate(study.form.plan.effect):
        own = own_key(study, number)
        for name in RATIOS:
            quantity = getattr(effect, name)
            if quantity is not None:
                sampled[f"{own}.{name}"] = values.of(f"{own}.{name}", quantity) ** multiple
        if effect.percentage_points is not None:
            path = f"{own}.percentage_points"
            sampled[path] = values.of(path, effect.percentage_points) * multiple
    return replace(values, sampled=MappingProxyType(sampled))


def _strongest(study: Study, values: Values, multiple: float | None) -> list[float] | None:
    """The largest ratio of the plan: its median, and that to the power of the multiple."""
    medians = [
        quantile(values.of(f"{own_key(study, number)}.{name}", getattr(effect, name)), 0.5)
        for number, effect in enumerate(study.form.plan.effect)
        for name in RATIOS
        if getattr(effect, name) is not None
    ]
    if multiple is None or not medians:
        return None
    largest = max(medians, key=lambda ratio: abs(np.log(ratio)))
    return [largest, float(largest**multiple)]


# ── money as people ──


def support(study: Study) -> list[int]:
    """The states that a sum of money frees people from: the group ``support``, else those paid."""
    names = study.names
    if "support" in names.groups:
        return [names.states.index(s) for s in names.groups["support"]]
    if "support" in names.states:
        return [names.states.index("support")]
    paid = {key for payment in study.form.payments.values() for key in payment.amount}
    return [names.states.index(s) for s in names.expand_all(sorted(paid))]


def _sums(cash: CashFlow, number: int, row: dict[str, Any]) -> Sums | None:
    """Means over the draws for a claim of money, a year of its span; None for other claims."""
    if row["measure"] not in ("saving", "balance"):
        return None
    study, one = cash.study, cash.study.form.published[number]
    first, last = span(study, one)
    years = (last - first + 1) / study.timeline.steps_per_year
    heads, inside = all_people(cash.histories), support(study)
    baseline, plan = (
        float(heads[future].people[:, first : last + 1][:, :, inside].sum(axis=2).mean())
        for future in FUTURES
    )
    claimed = float(measure(cash, one).found.mean())
    a_year = claimed if row["per_year"] else claimed / years
    return Sums(a_year, baseline - plan, baseline, years, row["per_year"])


def _person_years(now: Sums | None, stronger: Sums | None, value: float) -> dict[str, Any]:
    """Person-years a year off support: what the sum would need, and what the plan gives."""
    nothing: dict[str, Any] = dict.fromkeys(("person_years", "person_years_found", "on_support"))
    if now is None or stronger is None:
        return nothing
    saved, fewer = stronger.found - now.found, stronger.fewer - now.fewer
    if fewer <= 1e-4 * now.on_support or saved <= 0:
        return nothing | {"on_support": now.on_support}
    claim = value if now.per_year else value / now.years
    return {
        "person_years": now.fewer + (claim - now.found) * fewer / saved,
        "person_years_found": now.fewer,
        "on_support": now.on_support,
    }
