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
from simlab.finance.counted import counted
from simlab.finance.discounting import factors
from simlab.finance.displacement import (
    displaced_amounts,
    displaced_units,
    job_places,
    own_accounts,
    with_the_displaced,
)
from simlab.finance.one_off import one_off
from simlab.finance.pay import pay
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
from simlab.study.futures import Future
from simlab.study.memo import once_a_study
from simlab.study.study import Study


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
        return tuple(self.study.form.payers)

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
            found = _outcomes(self.histories)
            for name, totals in found.items():
                refuse_beyond_bounds(self.histories.block, f"the outcome {name}", totals)
        return found

    @public
    def seen_by(self, perspective: str) -> tuple[np.ndarray, np.ndarray]:
        """(draws, steps + 1) discounted saving and cost in a perspective."""
        if perspective not in self._seen:
            weights, v = self._weights(perspective), self.discount(perspective)
            seen = _weighted(self.saving, weights) * v, _weighted(self.cost, weights) * v
            self._seen[perspective] = seen
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
        for name, one in cash.study.perspectives.items():
            weight = max((abs(w) for w in one.weights.values()), default=0.0)
            most = max(most, weight * float(np.abs(cash.discount(name)).max()))
        money = [most * part for part in (cash.baseline, cash.plan, cash.cost)]
        refuse_beyond_bounds(histories.block, "what payers pay", *money)
    return cash


def _cash_flow(histories: Histories) -> CashFlow:
    study, values = histories.study, histories.block.values
    accounts = histories.compiled.accounts
    units = unit_amounts(study, values, with_the_displaced(study, accounts))
    # In memory the steps of a payer stand together: sums over time are then sums over neighbours.
    shape = (histories.draws, len(study.form.payers), study.timeline.steps + 1)
    baseline, plan, cost = (np.zeros(shape).transpose(0, 2, 1) for _ in range(3))
    for heads, flows, paid in (
        (histories.heads_baseline, histories.flows_baseline, baseline),
        (histories.heads_plan, histories.flows_plan, plan),
    ):
        people = counted(histories.compiled, heads)
        for lag, unit in units.by_lag.items():
            own = own_accounts(unit, len(accounts))
            pay(people, own, units.first, lag, paid.transpose(0, 2, 1))
        one_off(histories, flows, paid)
    changed_amounts(histories, plan)
    jobs = job_places(study, accounts)
    if len(jobs):
        extra = _extra(histories, jobs)
        for lag, unit in units.by_lag.items():
            displaced = displaced_units(study, values, unit, jobs)
            pay(extra, displaced, units.first, lag, plan.transpose(0, 2, 1))
    plan_cost(histories, cost)
    for array in (baseline, plan, cost):
        array.flags.writeable = False
    return CashFlow(histories, baseline, plan, cost)


def _extra(histories: Histories, places: np.ndarray) -> np.ndarray:
    """(draws, steps + 1, places) more people in some accounts with the plan than without, as a
    step's payments count them."""
    more = counted(histories.compiled, histories.heads_plan - histories.heads_baseline)
    return np.ascontiguousarray(more[:, :, places], np.float64)


# ── what is not money ──


def _outcomes(histories: Histories) -> dict[str, np.ndarray]:
    """Discounted totals of what is not money, in both futures : (draws, 2) each."""
    study = histories.study
    totals: dict[str, list[np.ndarray]] = {name: [] for name in study.form.outcomes}
    if not totals:
        return {}
    units, people = _outcome_units(histories), len(histories.compiled.accounts)
    jobs = job_places(study, histories.compiled.accounts)
    for heads, flows in (
        (histories.heads_baseline, histories.flows_baseline),
        (histories.heads_plan, histories.flows_plan),
    ):
        out = np.zeros((histories.draws, len(totals), heads.shape[1])).transpose(0, 2, 1)
        there = counted(histories.compiled, heads)
        for first, unit in units:
            pay(there, own_accounts(unit, people), first, 0, out.transpose(0, 2, 1))
            if len(jobs) and heads is histories.heads_plan:
                displaced = displaced_amounts(study, histories.block.values, unit, jobs)
                pay(_extra(histories, jobs), displaced, first, 0, out.transpose(0, 2, 1))
        for k, (name, found) in enumerate(totals.items()):
            _outcome_moves(histories, name, flows, out[:, :, k])
            found.append((out[:, :, k] * _outcome_discount(study, name)).sum(axis=1))
    return {name: np.stack(found, axis=1) for name, found in totals.items()}


@once_a_study
def _outcome_discount(study: Study, name: str) -> np.ndarray:
    return factors(study.form.outcomes[name].discount_per_year, study.timeline)


@dataclass(frozen=True, slots=True)
class _Round:
    """The n-th amount of every outcome: which outcome, the places where it counts, and what."""

    first: np.ndarray
    amounts: tuple[tuple[int, str, np.ndarray, Reading], ...]


@once_a_study
def _rounds(study: Study, accounts: tuple[Account, ...]) -> list[_Round]:
    """The amounts of all outcomes side by side: as many rounds as an outcome has amounts.

    An outcome is the sum of its amounts in the order in which they are written.
    """
    rounds: list[list[tuple[int, str, str]]] = []
    for k, (name, outcome) in enumerate(study.form.outcomes.items()):
        for number, key in enumerate(outcome.amount):
            if number == len(rounds):
                rounds.append([])
            rounds[number].append((k, name, key))
    found = []
    for written in rounds:
        varyings = [study.form.outcomes[name].amount[key] for _, name, key in written]
        first = money_epochs(study, varyings)
        amounts = []
        for (k, name, key), varying in zip(written, varyings, strict=True):
            per, states = study.form.outcomes[name].per, study.names.expand(key)
            here = [a for a, account in enumerate(accounts) if account.state in states]
            for e, t in enumerate(first[:-1].tolist()):
                version = varying.version(study.timeline.start_of(t))
                whose = [accounts[a] for a in here]
                if whose:
                    places = np.array(here) + e * len(accounts)
                    one = reading(study, varying, version, whose, per)
                    amounts.append((k, name, places, one))
        found.append(_Round(first, tuple(amounts)))
    return found


def _outcome_units(histories: Histories) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each round (first, unit : (epochs, accounts, outcomes, draws))."""
    study, values = histories.study, histories.block.values
    accounts = with_the_displaced(study, histories.compiled.accounts)
    outcomes = study.form.outcomes
    found = []
    for one in _rounds(study, accounts):
        epochs = len(one.first) - 1
        unit = np.zeros((epochs * len(accounts), len(outcomes), values.draws))
        for k, name, places, amount in one.amounts:
            per_step = study.timeline.in_step(outcomes[name].per)
            unit[places, k] = per_step * amount.of(values)
        found.append((one.first, unit.reshape(epochs, len(accounts), len(outcomes), -1)))
    return found


def _outcome_moves(histories: Histories, name: str, flows: np.ndarray, out: np.ndarray) -> None:
    """Add what an outcome counts per move to out : (draws, steps + 1)."""
    study, values = histories.study, histories.block.values
    for pattern, varying in study.form.outcomes[name].moves.items():
        moves = study.names.matching(pattern, study.moves)
        columns = [f for f, move in enumerate(histories.compiled.flows) if move in moves]
        each = by_date(study, values, varying)
        out[:, 1:] += sum_in_order(flows[:, 1:, columns], 2) * each
