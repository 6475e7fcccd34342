"""What is kept of each draw: columns that are the same whatever block they came from.

Blocks of draws are reduced to tallies, and each tally is written where its draws belong in the
columns of the whole run. Memory is bounded by the block and by what is kept, and no result can
depend on the size of a block or on who computed it when.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.budget import by_line, filled_posts
from simlab.finance.cash_flow import CashFlow
from simlab.finance.counted import counted
from simlab.risk.payback import Payback, from_balance
from simlab.risk.people import by_state, people
from simlab.risk.published import measures
from simlab.study.once import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per

Places = list[int] | slice
Kept = TypeVar("Kept", bound="Balances")


@dataclass(frozen=True)
class Balances:
    """What payback needs of each draw.

    paybacks : perspective → when the money is back, and the balance until then
    worth : perspective → (draws, 3), discounted over the horizon: saving, plan cost, their balance
    """

    study: Study
    first: int
    paybacks: dict[str, Payback]
    worth: dict[str, np.ndarray]

    @property
    def draws(self) -> int:
        return len(self.worth[self.study.perspective])

    def net_present_value(self, perspective: str) -> np.ndarray:
        """(draws,) the discounted balance at the horizon."""
        return self.worth[perspective][:, 2]


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
    budget : where the study has one, lines → (draws, years, lines, 2) of expenditure and income,
        posts → (draws, years or none) (`finance.budget`)
    published, unaided : (draws, figures) what is found of each published figure, and without plan;
        nan where people are followed apart and the draw is not among the first (`published`)
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
    budget: dict[str, np.ndarray]
    published: np.ndarray
    unaided: np.ndarray
    scaled: np.ndarray
    capped: np.ndarray
    scaled_rows: int


def balances(cash: CashFlow) -> Balances:
    """Reduce a block to what payback needs."""
    study = cash.study
    per_year, seen = study.timeline.steps_per_year, {n: cash.seen_by(n) for n in study.perspectives}
    return Balances(
        study=study,
        first=cash.histories.block.values.start,
        paybacks={n: from_balance(s, c, per_year, n) for n, (s, c) in seen.items()},
        worth={
            n: np.stack([s.sum(axis=1), c.sum(axis=1), (s - c).sum(axis=1)], axis=1)
            for n, (s, c) in seen.items()
        },
    )


def tally(cash: CashFlow) -> Tally:
    """Reduce a block to its columns."""
    study, histories, seen = cash.study, cash.histories, balances(cash)
    baseline, plan = people(histories)
    published, unaided = measures(cash)
    return Tally(
        study=study,
        first=seen.first,
        paybacks=seen.paybacks,
        worth=seen.worth,
        parameters=dict(histories.block.values.sampled),
        totals={name: cash.totals(name) for name in study.perspectives},
        paid_baseline=np.asfortranarray(cash.baseline, np.float32),
        paid_plan=np.asfortranarray(cash.plan, np.float32),
        year_saving=by_year(study, cash.saving),
        year_cost=by_year(study, cash.cost),
        people_baseline=np.asfortranarray(baseline, np.float32),
        people_plan=np.asfortranarray(plan, np.float32),
        months_baseline=person_months(histories, histories.heads_baseline, baseline),
        months_plan=person_months(histories, histories.heads_plan, plan),
        outcomes=cash.outcomes,
        budget=_budget(cash),
        published=published,
        unaided=unaided,
        scaled=histories.block.scaled,
        capped=histories.block.capped,
        scaled_rows=histories.scaled_rows,
    )


def _budget(cash: CashFlow) -> dict[str, np.ndarray]:
    if cash.study.form.budget is None:
        return {}
    return {"lines": by_line(cash.histories), "posts": filled_posts(cash.histories)}


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


def person_months(histories: Histories, heads: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(draws, states) months spent in each state, counted as the study's payments are.

    people : (draws, steps + 1, states) of heads, at the end of each step
    """
    there = counted(histories.compiled, heads)
    if there is not heads:
        people = np.zeros(people.shape)
        by_state(there, histories.compiled.state_of_account, people)
    return people[:, 1:].sum(axis=1) * units_per(histories.study.form.step, "month")


# ── all blocks together ──


class Gathering(Generic[Kept]):
    """The columns of ``draws`` draws from 0 on, which threads fill block by block."""

    def __init__(self, draws: int) -> None:
        self.draws = draws
        self.scaled_rows = 0
        self._whole: Kept | None = None
        self._opening = threading.Lock()

    def put(self, block: Kept) -> None:
        """Write a block where its draws belong."""
        with self._opening:
            if self._whole is None:
                self._whole = _room_for(block, self.draws)
            if isinstance(block, Tally):
                self.scaled_rows += block.scaled_rows
        _write(block, self._whole, slice(block.first, block.first + block.draws))

    def extend(self, draws: int) -> None:
        """Make room for more draws, while nobody puts any; those that are there stay."""
        if self._whole is not None and draws > self.draws:
            whole = _room_for(self._whole, draws)
            _write(self._whole, whole, slice(0, self.draws))
            self._whole = whole
        self.draws = max(draws, self.draws)

    def whole(self) -> Kept:
        """The columns, when every block has been put."""
        assert self._whole is not None
        whole = replace(self._whole, first=0)
        return replace(whole, scaled_rows=self.scaled_rows) if isinstance(whole, Tally) else whole


def _room_for(part: Any, draws: int) -> Any:
    """The like of some columns, for so many draws; what all draws have in common as it is.

    The draws of a column stand together, whichever block came first: a sum could depend on how
    its terms lie in memory.
    """
    match part:
        case np.ndarray():
            return np.empty((draws, *part.shape[1:]), part.dtype, order="F")
        case dict():
            return {key: _room_for(one, draws) for key, one in part.items()}
        case Study():
            return part
        case _ if is_dataclass(part):
            columns = {f.name: _room_for(getattr(part, f.name), draws) for f in fields(part)}
            return replace(part, **columns)  # type: ignore[type-var]
        case _:
            return part


def _write(part: Any, whole: Any, place: slice) -> None:
    """Put some columns in their place among all."""
    match part:
        case np.ndarray():
            whole[place] = part
        case dict():
            for key, one in part.items():
                _write(one, whole[key], place)
        case Study():
            pass
        case _ if is_dataclass(part):
            for f in fields(part):
                _write(getattr(part, f.name), getattr(whole, f.name), place)
