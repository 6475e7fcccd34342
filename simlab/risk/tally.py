"""What is kept of each draw: columns that are the same whatever block they came from.

Blocks of draws are reduced to tallies, and tallies are joined in the order of their draws, so
memory is bounded by the block and no result can depend on its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from simlab.finance.cash_flow import CashFlow
from simlab.risk.payback import Payback, from_balance
from simlab.risk.people import people
from simlab.risk.published import measures
from simlab.study.once import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per

Places = list[int] | slice
Kept = TypeVar("Kept", bound="Balances")


@dataclass(frozen=True)
class Balances:
    """What payback needs of each draw.

    saving, cost : perspective → (draws, steps + 1), discounted, kr. a step
    """

    study: Study
    first: int
    saving: dict[str, np.ndarray]
    cost: dict[str, np.ndarray]

    @property
    def draws(self) -> int:
        return len(self.saving[self.study.perspective])

    def net_present_value(self, perspective: str) -> np.ndarray:
        """(draws,) the discounted balance at the horizon."""
        return (self.saving[perspective] - self.cost[perspective]).sum(axis=1)

    @cached_property
    def paybacks(self) -> dict[str, Payback]:
        """The payback in every perspective."""
        per_year = self.study.timeline.steps_per_year
        return {
            name: from_balance(self.saving[name], self.cost[name], per_year, name)
            for name in self.study.perspectives
        }


@dataclass(frozen=True)
class Tally(Balances):
    """All that is kept of each draw: columns by draw.

    parameters : key path → (draws,)
    totals : perspective → (draws, 3), discounted: baseline, plan without its cost, plan cost
    paid_baseline, paid_plan : (draws, steps + 1, payers) float32
    year_saving, year_cost : (draws, years, payers), undiscounted
    people_baseline, people_plan : (draws, steps + 1, states) float32
    months_baseline, months_plan : (draws, states) person-months over the horizon
    outcomes : name → (draws, 2)
    published, unaided : (draws, figures) what is found of each published figure, and without plan
    scaled, capped : (draws,) bool
    scaled_rows : rows of chances that a multiplier took beyond certainty, over all draws and steps
    """

    parameters: dict[str, np.ndarray]
    totals: dict[str, np.ndarray]
    paid_baseline: np.ndarray
    paid_plan: np.ndarray
    year_saving: np.ndarray
    year_cost: np.ndarray
    people_baseline: np.ndarray
    people_plan: np.ndarray
    months_baseline: np.ndarray
    months_plan: np.ndarray
    outcomes: dict[str, np.ndarray]
    published: np.ndarray
    unaided: np.ndarray
    scaled: np.ndarray
    capped: np.ndarray
    scaled_rows: int


def balances(cash: CashFlow) -> Balances:
    """Reduce a block to what payback needs."""
    seen = {name: cash.seen_by(name) for name in cash.study.perspectives}
    return Balances(
        study=cash.study,
        first=cash.histories.block.values.start,
        saving={name: s for name, (s, _) in seen.items()},
        cost={name: c for name, (_, c) in seen.items()},
    )


def tally(cash: CashFlow) -> Tally:
    """Reduce a block to its columns."""
    study, histories, seen = cash.study, cash.histories, balances(cash)
    baseline, plan = people(histories)
    published, unaided = measures(cash)
    return Tally(
        study=study,
        first=seen.first,
        saving=seen.saving,
        cost=seen.cost,
        parameters=dict(histories.block.values.sampled),
        totals={name: cash.totals(name) for name in study.perspectives},
        paid_baseline=cash.baseline.astype(np.float32),
        paid_plan=cash.plan.astype(np.float32),
        year_saving=by_year(study, cash.saving),
        year_cost=by_year(study, cash.cost),
        people_baseline=baseline.astype(np.float32),
        people_plan=plan.astype(np.float32),
        months_baseline=person_months(study, baseline),
        months_plan=person_months(study, plan),
        outcomes=cash.outcomes,
        published=published,
        unaided=unaided,
        scaled=histories.block.scaled,
        capped=histories.block.capped,
        scaled_rows=histories.scaled_rows,
    )


@once_a_study
def calendar_years(study: Study) -> list[int]:
    timeline = study.timeline
    return sorted({timeline.year_of(t) for t in range(timeline.steps + 1)})


def by_year(study: Study, money: np.ndarray) -> np.ndarray:
    """(draws, years, payers) sums over calendar years; what falls at the start is in the first."""
    draws, _, payers = money.shape
    out = np.zeros((draws, payers, len(calendar_years(study)))).transpose(0, 2, 1)
    for years, steps in _steps_of_years(study):
        out[:, years] += money[:, steps]
    return out


@once_a_study
def _steps_of_years(study: Study) -> list[tuple[Places, Places]]:
    """The n-th step of every calendar year that has so many: (years, steps), for each n."""
    steps: list[tuple[list[int], list[int]]] = []
    seen: dict[int, int] = {}
    for t in range(study.timeline.steps + 1):
        year = calendar_years(study).index(study.timeline.year_of(t))
        n = seen[year] = seen.get(year, -1) + 1
        if n == len(steps):
            steps.append(([], []))
        steps[n][0].append(year)
        steps[n][1].append(t)
    return [(_evenly(years), _evenly(at)) for years, at in steps]


def _evenly(places: list[int]) -> Places:
    """Places that lie evenly as a slice, which numpy reads without a copy."""
    width = places[1] - places[0] if len(places) > 1 else 1
    even = range(places[0], places[-1] + 1, width)
    return slice(even.start, even.stop, width) if list(even) == places else places


def person_months(study: Study, people: np.ndarray) -> np.ndarray:
    """(draws, states) months spent in each state, counted as the study's payments are."""
    months = units_per(study.form.step, "month")
    counting = study.form.counting
    if counting == "end":
        return people[:, 1:].sum(axis=1) * months
    if counting == "start":
        return people[:, :-1].sum(axis=1) * months
    return 0.5 * (people[:, 1:].sum(axis=1) + people[:, :-1].sum(axis=1)) * months


def join(parts: Sequence[Kept]) -> Kept:
    """One of many, in the order of their draws."""
    ordered = sorted(parts, key=lambda one: one.first)
    if len(ordered) == 1:
        return ordered[0]
    columns = {
        field.name: _joined([getattr(one, field.name) for one in ordered])
        for field in fields(ordered[0])
    }
    if "scaled_rows" in columns:
        columns["scaled_rows"] = sum(one.scaled_rows for one in ordered if isinstance(one, Tally))
    return type(ordered[0])(**columns)


def _joined(parts: list[Any]) -> Any:
    """Columns end to end, tables of columns one by one; what all have in common from the first."""
    match parts[0]:
        case np.ndarray():
            return np.concatenate(parts)
        case dict():
            return {key: np.concatenate([one[key] for one in parts]) for key in parts[0]}
        case _:
            return parts[0]
