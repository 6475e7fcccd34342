"""What is kept of each draw: the columns of a block, and what they mean.

    {perspective}.payback_years, …        as draws.parquet holds them, a column each
    {perspective}:balance, people:plan …  what is kept beside them, by step, year or state

With ``.without_chance`` behind the name it is what the same draw gives in expected numbers. `Draws`
and `Balances` are views: they name the columns of a table, and hold nothing of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.budget_years import by_line, filled_posts
from simlab.finance.cash_flow import CashFlow
from simlab.finance.people_paid_for import people_paid_for
from simlab.kernel.by_state import by_state
from simlab.observe.published import Observed, observed
from simlab.result.draw_table import DrawTable
from simlab.risk.design import Design
from simlab.risk.payback import Payback, from_balance
from simlab.study.futures import FUTURES, Future
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per

Places = list[int] | slice
Columns = dict[str, np.ndarray]
WITHOUT_CHANCE = ".without_chance"
OF_PAYBACK = {  # a part of it → the end of its column's name
    "years": ".payback_years",
    "first_years": ".first_break_even_years",
    "relapsed": ".relapsed",
    "peak": ".peak_exposure",
    "peak_step": ":peak_step",
    "balance": ":balance",
    "cost": ":cost",
}


@dataclass(frozen=True, slots=True)
class Balances:
    """What payback needs of each draw."""

    study: Study
    table: DrawTable
    suffix: str = ""  # WITHOUT_CHANCE, or none

    def __len__(self) -> int:
        return len(self.table)

    @property
    def design(self) -> Design:
        """Replicate and weight of each draw."""
        return self.table.design

    @property
    def paybacks(self) -> dict[str, Payback]:
        """Perspective → when the money is back, and the balance until then."""
        return {name: self.payback(name) for name in self.study.perspectives}

    def payback(self, perspective: str) -> Payback:
        name = dotted(perspective)
        return Payback(
            **{part: self.table[f"{name}{end}{self.suffix}"] for part, end in OF_PAYBACK.items()},
            steps_per_year=self.study.timeline.steps_per_year,
            perspective=perspective,
            design=self.design,
        )

    def net_present_value(self, perspective: str) -> np.ndarray:
        """(draws,) the discounted balance at the horizon."""
        return self._worth(perspective, "net_present_value")

    def saving(self, perspective: str) -> np.ndarray:
        """(draws,) discounted over the horizon."""
        return self._worth(perspective, "saving")

    def plan_cost(self, perspective: str) -> np.ndarray:
        """(draws,) discounted over the horizon."""
        return self._worth(perspective, "plan_cost")

    def _worth(self, perspective: str, what: str) -> np.ndarray:
        return self.table[dotted(perspective, what) + self.suffix]


@dataclass(frozen=True, slots=True)
class Draws(Balances):
    """All that is kept of each draw."""

    def with_columns(self, columns: Mapping[str, np.ndarray]) -> Draws:
        """The same draws with other columns in the place of some."""
        self.table.select(columns)  # all of them are there
        return replace(self, table=replace(self.table, columns={**self.table.columns, **columns}))

    @property
    def parameters(self) -> Columns:
        """Key path → (draws,)."""
        return self.table.select(self.study.uncertain)

    def totals(self, perspective: str) -> np.ndarray:
        """(draws, 3), discounted: baseline, plan without its cost, plan cost."""
        return self.table[f"{dotted(perspective)}:totals"]

    def paid(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, payers) float32."""
        return self.table[f"paid:{future}"]

    def people(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, states) float32."""
        return self.table[f"people:{future}"]

    def months(self, future: Future) -> np.ndarray:
        """(draws, states) person-months over the horizon."""
        return self._side_by_side(_months(self.study, future))

    @property
    def year_saving(self) -> np.ndarray:
        """(draws, years, payers), undiscounted."""
        return self.table["year:saving"]

    @property
    def year_cost(self) -> np.ndarray:
        """(draws, years, payers), undiscounted."""
        return self.table["year:cost"]

    @property
    def outcomes(self) -> Columns:
        """Name → (draws, 2), in both futures."""
        return {
            name: self._side_by_side([dotted("outcome", name, future) for future in FUTURES])
            for name in self.study.form.outcomes
        }

    @property
    def lines(self) -> np.ndarray:
        """(draws, years, lines, 2) of expenditure and income, where the study has a budget."""
        return self.table["budget:lines"]

    @property
    def posts(self) -> np.ndarray:
        """(draws, years or none), where the study has a budget (`finance.budget_years`)."""
        return self.table["budget:posts"]

    @property
    def published(self) -> np.ndarray:
        """(draws, figures) what is found of each published figure; nan where people are simulated
        apart and the draw is not among the first (`published`)."""
        return self._side_by_side(published_columns(self.study))

    @property
    def observed(self) -> Observed:
        """The same, with what is found without the plan, and what the plan makes of it."""
        beside = self.table["published:unaided"], self.table["published:effect"]
        return Observed(self.published, *beside)

    def fresh(self, perspective: str) -> np.ndarray:
        """(first draws,) the net present value without chance, with a fresh business cycle."""
        value = self.table[f"{dotted(perspective)}:fresh_cycle"]
        return np.asarray(value[~np.isnan(value)])

    @property
    def scaled(self) -> np.ndarray:
        """(draws,) bool."""
        return self.table["scaled"]

    @property
    def capped(self) -> np.ndarray:
        """(draws,) bool."""
        return self.table["capped"]

    @property
    def scaled_rows(self) -> int:
        """Rows of chances that a multiplier took beyond certainty, over all draws and steps."""
        return self.table.sums["scaled_rows"]

    def _side_by_side(self, names: list[str]) -> np.ndarray:
        """(draws, names); the draws of a column stand together."""
        columns = np.empty((len(self), len(names)), order="F")
        for k, name in enumerate(names):
            columns[:, k] = self.table[name]
        return columns


def _months(study: Study, future: str) -> list[str]:
    return [dotted("months", state, future) for state in study.names.states]


def published_columns(study: Study) -> list[str]:
    return [f"published.{k}" for k in range(len(study.form.published))]


# ── of a block ──


def balances(cash: CashFlow, suffix: str = "") -> Columns:
    """The columns that payback needs."""
    study = cash.study
    columns: Columns = {}
    for name in study.perspectives:
        saving, cost = cash.seen_by(name)
        payback = from_balance(saving, cost, study.timeline.steps_per_year, name)
        columns |= {dotted(name) + end: getattr(payback, part) for part, end in OF_PAYBACK.items()}
        columns |= {
            dotted(name, "net_present_value"): (saving - cost).sum(axis=1),
            dotted(name, "saving"): saving.sum(axis=1),
            dotted(name, "plan_cost"): cost.sum(axis=1),
        }
    return {name + suffix: column for name, column in columns.items()}


def draws_of(cash: CashFlow, beside: Mapping[str, np.ndarray] | None = None) -> Draws:
    """Reduce a block to its columns; ``beside`` are more of the same draws."""
    study, histories, block = cash.study, cash.histories, cash.histories.block
    published = observed(cash)
    people = {future: histories.people(future) for future in FUTURES}
    months = {
        future: person_months(histories, histories.heads(future), people[future])
        for future in FUTURES
    }
    parts: list[Mapping[str, np.ndarray]] = [
        block.values.sampled,
        balances(cash),
        {f"{dotted(name)}:totals": cash.totals(name) for name in study.perspectives},
        {
            name: months[future][:, k]
            for future in FUTURES
            for k, name in enumerate(_months(study, future))
        },
        {
            dotted("outcome", name, future): both[:, k]
            for name, both in cash.outcomes.items()
            for k, future in enumerate(FUTURES)
        },
        {name: published.found[:, k] for k, name in enumerate(published_columns(study))},
        {
            "paid:baseline": np.asfortranarray(cash.baseline, np.float32),
            "paid:plan": np.asfortranarray(cash.plan, np.float32),
            "people:baseline": np.asfortranarray(people["baseline"], np.float32),
            "people:plan": np.asfortranarray(people["plan"], np.float32),
            "year:saving": by_year(study, cash.saving),
            "year:cost": by_year(study, cash.cost),
            "published:unaided": published.without,
            "published:effect": published.effect,
            "scaled": block.scaled,
            "capped": block.capped,
        },
        _budget(cash),
        beside or {},
    ]
    columns = {name: column for part in parts for name, column in part.items()}
    assert len(columns) == sum(map(len, parts)), "two columns have one name"
    sums = {"scaled_rows": histories.scaled_rows}
    return Draws(study, DrawTable(columns, block.values.start, sums))


def _budget(cash: CashFlow) -> Columns:
    if cash.study.form.budget is None:
        return {}
    return {"budget:lines": by_line(cash.histories), "budget:posts": filled_posts(cash.histories)}


def by_year(study: Study, money: np.ndarray) -> np.ndarray:
    """(draws, years, payers) sums over calendar years; what falls at the start is in the first."""
    draws, _, payers = money.shape
    out = np.zeros((draws, payers, len(study.timeline.calendar_years))).transpose(0, 2, 1)
    for years, steps in _steps_of_years(study):
        out[:, years] += money[:, steps]
    return out


@once_a_study
def _steps_of_years(study: Study) -> list[tuple[Places, Places]]:
    """The n-th step of every calendar year that has so many: (years, steps), for each n."""
    steps: list[tuple[list[int], list[int]]] = []
    numbered: dict[int, int] = {}
    for t in range(study.timeline.steps + 1):
        year = study.timeline.calendar_years.index(study.timeline.year_of(t))
        n = numbered[year] = numbered.get(year, -1) + 1
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


def person_months(histories: Histories, heads: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(draws, states) months spent in each state, counted as the study's payments are.

    people : (draws, steps + 1, states) of heads, at the end of each step
    """
    there = people_paid_for(histories.compiled, heads)
    if there is not heads:
        people = by_state(there, histories.compiled.state_of_account, people.shape[2])
    return np.asarray(people[:, 1:].sum(axis=1) * units_per(histories.study.form.step, "month"))
