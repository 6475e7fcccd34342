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

from simlab.engine.simulate import Histories, draws_first
from simlab.finance.budget_years import by_line, by_year, filled_posts
from simlab.finance.cash_flow import CashFlow, worth
from simlab.finance.marginal import lost, marginal_payments
from simlab.finance.people_paid_for import people_paid_for
from simlab.kernel.by_state import by_state
from simlab.kernel.summation import total_over_time
from simlab.observe.published import Observed, observed
from simlab.result.draw_table import DrawTable
from simlab.risk.design import Design
from simlab.risk.payback import Payback, from_balance
from simlab.study.futures import FUTURES, Future
from simlab.study.key_path import dotted
from simlab.study.study import Study
from simlab.study.time import units_per

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

    def marginal(self, payment: str) -> tuple[np.ndarray, np.ndarray]:
        """(draws,) what each so many kr. of a payment would take from the saving of the opening
        perspective, and the payback time in years with it."""
        head = dotted("marginal", payment)
        return self.table[f"{head}:lost"], self.table[f"{head}:payback_years"]

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
            dotted(name, "net_present_value"): total_over_time((saving - cost).T),
            dotted(name, "saving"): total_over_time(saving.T),
            dotted(name, "plan_cost"): total_over_time(cost.T),
        }
    return {name + suffix: column for name, column in columns.items()}


def draws_of(cash: CashFlow, beside: Mapping[str, np.ndarray] | None = None) -> Draws:
    """Reduce a block to its columns; ``beside`` are more of the same draws."""
    study, histories, block = cash.study, cash.histories, cash.histories.block
    published = observed(cash)
    months = {future: person_months(histories, future) for future in FUTURES}
    parts: list[Mapping[str, np.ndarray]] = [
        block.values.sampled,
        balances(cash),
        _marginal(cash),
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
            **{f"paid:{future}": _float32(cash.paid_in(future)) for future in FUTURES},
            **{f"people:{future}": _float32(histories.people(future)) for future in FUTURES},
            "year:saving": draws_first(by_year(study, cash.spared)),
            "year:cost": draws_first(by_year(study, cash.spent)),
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


def _marginal(cash: CashFlow) -> Columns:
    """What each so many kr. of a payment would take from the saving of the opening perspective, and
    when the money would then be back."""
    study, columns = cash.study, {}
    for name in marginal_payments(study):
        saving, cost = cash.seen_by(study.perspective)
        taken = worth(cash, lost(cash.histories, name), study.perspective)
        per_year = study.timeline.steps_per_year
        payback = from_balance(saving - taken.T, cost, per_year, study.perspective)
        columns[f"{dotted('marginal', name)}:lost"] = total_over_time(taken)
        columns[f"{dotted('marginal', name)}:payback_years"] = payback.years
    return columns


def _budget(cash: CashFlow) -> Columns:
    if cash.study.form.budget is None:
        return {}
    return {"budget:lines": by_line(cash.histories), "budget:posts": filled_posts(cash.histories)}


def _float32(numbers: np.ndarray) -> np.ndarray:
    """The same in half the room, as they lie in memory."""
    return numbers.astype(np.float32, order="K")


def person_months(histories: Histories, future: Future) -> np.ndarray:
    """(draws, states) months spent in each state, counted as the study's payments are."""
    compiled, people = histories.compiled, histories.states[histories.places[future]]
    heads = histories.out.heads[histories.places[future]]
    there = people_paid_for(compiled, heads)
    if there is not heads:
        people = by_state(there[None], compiled.state_of_account, people.shape[1])[0]
    return (total_over_time(people[1:]) * units_per(histories.study.form.step, "month")).T
