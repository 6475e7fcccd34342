"""Cash flow: what every payer pays in both futures, step by step.

    saving = baseline − plan        (what the plan costs is not in it; amounts that it changes are)
    f      = saving − cost          in a perspective: Σ weight · payer, discounted

Payers sum to the total, always. A perspective is a set of weights on payers with a discount curve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simlab.engine.invariants import refuse_beyond_bounds
from simlab.engine.simulate import Histories
from simlab.finance.changed_amounts import changed_amounts
from simlab.finance.discounting import factors
from simlab.finance.displacement import (
    displacing,
    more_people,
    own_accounts,
    with_the_displaced,
)
from simlab.finance.one_off import columns_of, one_off
from simlab.finance.pay import pay
from simlab.finance.people_paid_for import people_paid_for
from simlab.finance.plan_cost import plan_cost
from simlab.finance.unit_amounts import (
    Reading,
    money_epochs,
    reading,
    unit_amounts,
)
from simlab.kernel.summation import sum_in_order
from simlab.model.accounts import Account
from simlab.model.dated import by_date
from simlab.study.arguments import among, public
from simlab.study.futures import FUTURES, Future
from simlab.study.memo import once_a_study
from simlab.study.moves import Move
from simlab.study.study import Study
from simlab.study.values import Varying


@dataclass(frozen=True)
class CashFlow:
    """Money by draw, step and payer, kr. a step, undiscounted, in the prices of the study.

    baseline, plan, cost : (draws, steps + 1, payers); column 0 is the start
    """

    histories: Histories
    baseline: np.ndarray
    plan: np.ndarray
    cost: np.ndarray
    _seen: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def study(self) -> Study:
        return self.histories.study

    @property
    def payers(self) -> tuple[str, ...]:
        return self.study.payers

    @public
    def paid_in(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, payers) what each payer pays in a future, the plan's cost apart."""
        return self.baseline if future == "baseline" else self.plan

    @cached_property
    def saving(self) -> np.ndarray:
        """(draws, steps + 1, payers) what each payer is spared by the plan, its cost apart."""
        return self.baseline - self.plan

    @cached_property
    def outcomes(self) -> dict[str, np.ndarray]:
        """name → (draws, 2), discounted totals of what is not money in the baseline and plan."""
        with np.errstate(over="ignore", invalid="ignore"):
            outcomes = _outcomes(self.histories)
            for name, totals in outcomes.items():
                refuse_beyond_bounds(self.histories.block, f"the outcome {name}", totals)
        return outcomes

    @public
    def seen_by(self, perspective: str) -> tuple[np.ndarray, np.ndarray]:
        """(draws, steps + 1) discounted saving and cost in a perspective."""
        if perspective not in self._seen:
            weights, v = self._weights(perspective), self.discount(perspective)
            money = _weighted(self.saving, weights) * v, _weighted(self.cost, weights) * v
            self._seen[perspective] = money
        return self._seen[perspective]

    @public
    def totals(self, perspective: str) -> np.ndarray:
        """(draws, 3) discounted totals: baseline, plan without its cost, and the plan's cost."""
        weights, v = self._weights(perspective), self.discount(perspective)
        parts = [_weighted(part, weights) * v for part in (self.baseline, self.plan)]
        parts.append(self.seen_by(perspective)[1])
        return np.stack([part.sum(axis=1) for part in parts], axis=1)

    @public
    def discount(self, perspective: str) -> np.ndarray:
        """(steps + 1,) discount factors."""
        among("perspective", perspective, list(self.study.perspectives))
        return _discount(self.study, perspective)

    def _weights(self, perspective: str) -> np.ndarray:
        among("perspective", perspective, list(self.study.perspectives))
        given = self.study.perspectives[perspective].weights
        return np.array([given.get(payer, 0.0) for payer in self.payers])

    def __repr__(self) -> str:
        draws, steps, _ = self.baseline.shape
        return f"CashFlow({draws:,} draws, {steps - 1} steps, payers {', '.join(self.payers)})"


@once_a_study
def _discount(study: Study, perspective: str) -> np.ndarray:
    return factors(study.perspectives[perspective].discount_per_year, study.timeline)


def _weighted(money: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Σ weight · payer in the order of the payers, so that no result depends on the block."""
    total = np.zeros(money.shape[:2])
    for k, weight in enumerate(weights):
        if weight != 0.0:
            total += weight * money[:, :, k]
    return total


@public
def cash_flow(histories: Histories) -> CashFlow:
    """What every payer pays in both futures of ``histories``, and what the plan costs.

    UnsoundDraw where that is not a number, or beyond all bounds.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # told of the draw, in one sentence
        cash = _cash_flow(histories)
        most = 1.0
        for name, perspective in cash.study.perspectives.items():
            weight = max((abs(w) for w in perspective.weights.values()), default=0.0)
            most = max(most, weight * float(np.abs(cash.discount(name)).max()))
        money = [most * part for part in (cash.baseline, cash.plan, cash.cost)]
        refuse_beyond_bounds(histories.block, "what payers pay", *money)
    return cash


def _cash_flow(histories: Histories) -> CashFlow:
    study, values = histories.study, histories.block.values
    accounts = histories.compiled.accounts
    units = unit_amounts(study, values, with_the_displaced(study, accounts))
    # In memory the steps of a payer stand together: sums over time are then sums over neighbours.
    shape = (histories.draws, len(study.payers), study.timeline.steps + 1)
    baseline, plan, cost = (np.zeros(shape).transpose(0, 2, 1) for _ in range(3))
    for heads, flows, paid in (
        (histories.heads_baseline, histories.flows_baseline, baseline),
        (histories.heads_plan, histories.flows_plan, plan),
    ):
        people = people_paid_for(histories.compiled, heads)
        for lag, unit in units.by_lag.items():
            own = own_accounts(unit, len(accounts))
            pay(people, own, units.first, lag, paid.transpose(0, 2, 1))
        one_off(histories, flows, paid)
    changed_amounts(histories, plan)
    displaced = displacing(study, accounts)
    if displaced is not None:
        extra = _extra(histories, displaced.jobs)
        for lag, unit in units.by_lag.items():
            own = displaced.units(values, unit)
            pay(extra, own, units.first, lag, plan.transpose(0, 2, 1))
    plan_cost(histories, cost)
    for array in (baseline, plan, cost):
        array.flags.writeable = False
    return CashFlow(histories, baseline, plan, cost)


def _extra(histories: Histories, places: np.ndarray) -> np.ndarray:
    """(draws, steps + 1, places) more people in some accounts with the plan than without."""
    return np.ascontiguousarray(more_people(histories)[:, :, places], np.float64)


# ── what is not money ──


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An outcome without its amounts: its discount factors, and what counts per move of flows."""

    discount: np.ndarray
    moves: tuple[tuple[list[int], Varying], ...]


@once_a_study
def _outcomes_of(study: Study, flows: tuple[Move, ...]) -> dict[str, _Outcome]:
    return {
        name: _Outcome(
            factors(outcome.discount_per_year, study.timeline),
            tuple((columns_of(study, flows, [p]), each) for p, each in outcome.moves.items()),
        )
        for name, outcome in study.form.outcomes.items()
    }


def _outcomes(histories: Histories) -> dict[str, np.ndarray]:
    """Discounted totals of what is not money, in both futures : (draws, 2) each."""
    study, values = histories.study, histories.block.values
    outcomes = _outcomes_of(study, histories.compiled.flows)
    if not outcomes:
        return {}
    totals = {name: np.zeros((histories.draws, 2)) for name in outcomes}
    units, people = _outcome_units(histories), len(histories.compiled.accounts)
    displaced = displacing(study, histories.compiled.accounts)
    for f, future in enumerate(FUTURES):
        heads, flows = histories.heads(future), histories.flows(future)
        out = np.zeros((histories.draws, len(totals), heads.shape[1])).transpose(0, 2, 1)
        there = people_paid_for(histories.compiled, heads)
        for first, unit in units:
            pay(there, own_accounts(unit, people), first, 0, out.transpose(0, 2, 1))
            if displaced is not None and future == "plan":
                own = displaced.amounts(values, unit)
                extra = _extra(histories, displaced.jobs)
                pay(extra, own, first, 0, out.transpose(0, 2, 1))
        for k, (name, outcome) in enumerate(outcomes.items()):
            for columns, varying in outcome.moves:
                each = by_date(study, values, varying)
                out[:, 1:, k] += sum_in_order(flows[:, 1:, columns], 2) * each
            totals[name][:, f] = (out[:, :, k] * outcome.discount).sum(axis=1)
    return totals


@dataclass(frozen=True, slots=True)
class _Round:
    """The n-th amount of every outcome: which outcome, the places where it counts, how often it is
    due in a step, and what."""

    first: np.ndarray
    amounts: tuple[tuple[int, np.ndarray, float, Reading], ...]


@once_a_study
def _rounds(study: Study, accounts: tuple[Account, ...]) -> list[_Round]:
    """The amounts of all outcomes side by side: as many rounds as an outcome has amounts.

    An outcome is the sum of its amounts in the order in which they are written.
    """
    outcomes = list(study.form.outcomes.values())
    rounds = []
    for number in range(max((len(outcome.amount) for outcome in outcomes), default=0)):
        written = [
            (k, outcome.per, *list(outcome.amount.items())[number])
            for k, outcome in enumerate(outcomes)
            if number < len(outcome.amount)
        ]
        first = money_epochs(study, [varying for *_, varying in written])
        amounts = []
        for k, per, key, varying in written:
            states, per_step = study.names.expand(key), study.timeline.in_step(per)
            here = [a for a, account in enumerate(accounts) if account.state in states]
            for e, t in enumerate(first[:-1].tolist() if here else []):
                version = varying.version(study.timeline.start_of(t))
                amount = reading(study, varying, version, [accounts[a] for a in here], per)
                amounts.append((k, np.array(here) + e * len(accounts), per_step, amount))
        rounds.append(_Round(first, tuple(amounts)))
    return rounds


def _outcome_units(histories: Histories) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each round (first, unit : (epochs, accounts, outcomes, draws))."""
    study, values = histories.study, histories.block.values
    accounts = with_the_displaced(study, histories.compiled.accounts)
    outcomes = len(_outcomes_of(study, histories.compiled.flows))
    units = []
    for amounts in _rounds(study, accounts):
        epochs = len(amounts.first) - 1
        unit = np.zeros((epochs * len(accounts), outcomes, values.draws))
        for k, places, per_step, amount in amounts.amounts:
            unit[places, k] = per_step * amount.of(values)
        units.append((amounts.first, unit.reshape(epochs, len(accounts), outcomes, -1)))
    return units
