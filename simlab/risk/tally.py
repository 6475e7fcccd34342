"""What is kept of each draw: columns that are the same whatever block they came from.

Blocks of draws are reduced to tallies, and tallies are joined in the order of their draws, so
memory is bounded by the block and no result can depend on its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.cash_flow import CashFlow
from simlab.risk.expectations import measures
from simlab.study.study import Study
from simlab.study.time import units_per


@dataclass(frozen=True)
class Tally:
    """Columns by draw.

    parameters : key path → (draws,)
    saving, cost : perspective → (draws, steps + 1), discounted, kr. a step
    totals : perspective → (draws, 3), discounted: baseline, plan without its cost, plan cost
    paid_baseline, paid_plan : (draws, steps + 1, payers) float32
    year_saving, year_cost : (draws, years, payers), undiscounted
    people_baseline, people_plan : (draws, steps + 1, states) float32
    months_baseline, months_plan : (draws, states) person-months over the horizon
    outcomes : name → (draws, 2)      expected : (draws, expectations) what was found for each
    scaled, capped : (draws,) bool
    scaled_rows : rows of chances that a multiplier took beyond certainty, over all draws and steps
    """

    study: Study
    first: int
    parameters: dict[str, np.ndarray]
    saving: dict[str, np.ndarray]
    cost: dict[str, np.ndarray]
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
    expected: np.ndarray
    scaled: np.ndarray
    capped: np.ndarray
    scaled_rows: int

    @property
    def draws(self) -> int:
        return len(self.scaled)

    def net_present_value(self, perspective: str) -> np.ndarray:
        """(draws,) the discounted balance at the horizon."""
        return (self.saving[perspective] - self.cost[perspective]).sum(axis=1)


def tally(histories: Histories, cash: CashFlow) -> Tally:
    """Reduce a block to its columns."""
    study, block = histories.study, histories.block
    seen = {name: cash.seen_by(name) for name in study.perspectives}
    baseline, plan = histories.people("baseline"), histories.people("plan")
    return Tally(
        study=study,
        first=block.values.start,
        parameters=dict(block.values.sampled),
        saving={name: s for name, (s, _) in seen.items()},
        cost={name: c for name, (_, c) in seen.items()},
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
        expected=measures(study, cash, baseline, plan, _members(histories)),
        scaled=block.scaled,
        capped=block.capped,
        scaled_rows=histories.scaled_rows,
    )


def calendar_years(study: Study) -> list[int]:
    timeline = study.timeline
    return sorted({timeline.year_of(t) for t in range(timeline.steps + 1)})


def by_year(study: Study, money: np.ndarray) -> np.ndarray:
    """(draws, years, payers) sums over calendar years; what falls at the start is in the first."""
    years = calendar_years(study)
    out = np.zeros((money.shape[0], len(years), money.shape[2]))
    for t in range(money.shape[1]):
        out[:, years.index(study.timeline.year_of(t))] += money[:, t]
    return out


def person_months(study: Study, people: np.ndarray) -> np.ndarray:
    """(draws, states) months spent in each state, counted as the study's payments are."""
    months = units_per(study.form.step, "month")
    counting = study.form.counting
    at_end, at_start = people[:, 1:].sum(axis=1), people[:, :-1].sum(axis=1)
    if counting == "end":
        return at_end * months
    return (at_start if counting == "start" else 0.5 * (at_end + at_start)) * months


def _members(histories: Histories) -> np.ndarray:
    """(draws,) everyone there at the start, and the mean number of those who arrive."""
    total = np.zeros(histories.draws)
    for cohort in histories.block.cohorts:
        total = total + cohort.people.start.sum(axis=1)
        total = total + cohort.people.arrivals.sum(axis=(1, 2))
    return total


def join(tallies: Sequence[Tally]) -> Tally:
    """One tally of many, in the order of their draws."""
    ordered = sorted(tallies, key=lambda one: one.first)
    first = ordered[0]
    if len(ordered) == 1:
        return first

    def table(name: str) -> np.ndarray:
        return np.concatenate([getattr(one, name) for one in ordered])

    def tables(
        name: Literal["parameters", "saving", "cost", "totals", "outcomes"],
    ) -> dict[str, np.ndarray]:
        keys = getattr(first, name)
        return {key: np.concatenate([getattr(one, name)[key] for one in ordered]) for key in keys}

    return Tally(
        study=first.study,
        first=first.first,
        parameters=tables("parameters"),
        saving=tables("saving"),
        cost=tables("cost"),
        totals=tables("totals"),
        paid_baseline=table("paid_baseline"),
        paid_plan=table("paid_plan"),
        year_saving=table("year_saving"),
        year_cost=table("year_cost"),
        people_baseline=table("people_baseline"),
        people_plan=table("people_plan"),
        months_baseline=table("months_baseline"),
        months_plan=table("months_plan"),
        outcomes=tables("outcomes"),
        expected=table("expected"),
        scaled=table("scaled"),
        capped=table("capped"),
        scaled_rows=sum(one.scaled_rows for one in ordered),
    )
