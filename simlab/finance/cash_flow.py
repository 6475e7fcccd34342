"""Cash flow: what every payer pays in both futures, step by step.

    saving = baseline − plan        (what the plan costs is not in it; amounts that it changes are)
    f      = saving − cost          in a perspective: Σ weight · payer, discounted

Payers sum to the total, always. A perspective is a set of weights on payers with a discount curve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simlab.engine.another_plan import another_plan
from simlab.engine.invariants import refuse_beyond_bounds
from simlab.engine.simulate import Histories, draws_first
from simlab.finance.changed_amounts import changed_amounts, changes
from simlab.finance.discounting import factors
from simlab.finance.displacement import (
    displacing,
    more_in_jobs,
    with_the_displaced,
)
from simlab.finance.one_off import columns_of, one_off
from simlab.finance.pay import pay
from simlab.finance.people_paid_for import paid_for, people_paid_for
from simlab.finance.plan_cost import plan_cost
from simlab.finance.unit_amounts import (
    Reading,
    UnitAmounts,
    money_epochs,
    reading,
    unit_amounts,
)
from simlab.kernel.summation import sum_in_order, total_over_time
from simlab.model.accounts import Account
from simlab.model.dated import by_date
from simlab.study.arguments import among, public
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Outcome
from simlab.study.memo import once_a_study
from simlab.study.moves import Move
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.values import Varying


@dataclass(frozen=True)
class CashFlow:
    """Money by draw, step and payer, kr. a step, undiscounted, in the prices of the study.

    paid  : (futures, steps + 1, payers, draws) the plan's cost apart; of one future where both are
            one and the plan changes no amount
    spent : (steps + 1, payers, draws) what the plan costs; row 0 is what is paid at the start
    units : what a citizen costs
    """

    histories: Histories
    paid: np.ndarray
    spent: np.ndarray
    units: UnitAmounts = field(repr=False)
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
        return draws_first(self.paid[0 if future == "baseline" else -1])

    @property
    def cost(self) -> np.ndarray:
        """(draws, steps + 1, payers) what the plan costs each payer."""
        return draws_first(self.spent)

    @property
    def saving(self) -> np.ndarray:
        """(draws, steps + 1, payers) what each payer is spared by the plan, its cost apart."""
        return draws_first(self.spared)

    @cached_property
    def spared(self) -> np.ndarray:
        """(steps + 1, payers, draws) the same."""
        return np.asarray(self.paid[0] - self.paid[-1])

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
            saving = worth(self, self.spared, perspective)
            self._seen[perspective] = saving, worth(self, self.spent, perspective)
        saving, cost = self._seen[perspective]
        return saving.T, cost.T

    @public
    def totals(self, perspective: str) -> np.ndarray:
        """(draws, 3) discounted totals: baseline, plan without its cost, and the plan's cost."""
        parts = [worth(self, self.paid[f], perspective) for f in (0, -1)]
        parts.append(self.seen_by(perspective)[1].T)
        return np.stack([total_over_time(part) for part in parts]).T

    @public
    def with_plan(self, study: Study) -> CashFlow:
        """The money of the same draws under the plan of another study.

        The baseline is kept: its people, and what is paid for them. So is the value of every figure
        that both studies have, whatever it is correlated with. Otherwise it is what
        ``cash_flow(simulate(study))`` gives, to the bit; up to rounding where the plan asks for
        other cells (it reads another clock), since both futures are then led anew. They also are in
        the engines with chance, where they share the random numbers of a draw; of single lives none
        are followed.

        StudyError where the studies differ in more than ``[plan]``: in the figures of the baseline,
        or in the seed. What only describes them, or is told of them (title, published figures,
        budget), may be another. ValueError where these draws have not the baseline of their study:
        other people, fewer steps, or another business cycle.
        """
        histories, kept = another_plan(self.histories, study)
        return _checked(histories, self.paid[0] if kept else None)

    @public
    def discount(self, perspective: str) -> np.ndarray:
        """(steps + 1,) discount factors."""
        among("perspective", perspective, list(self.study.perspectives))
        return _discount(self.study, perspective)

    def __repr__(self) -> str:
        steps, _, draws = self.spent.shape
        return f"CashFlow({draws:,} draws, {steps - 1} steps, payers {', '.join(self.payers)})"


@once_a_study
def _discount(study: Study, perspective: str) -> np.ndarray:
    return factors(study.perspectives[perspective].discount_per_year, study.timeline)


def worth(cash: CashFlow, money: np.ndarray, perspective: str) -> np.ndarray:
    """(steps + 1, draws) Σ weight · payer of money : (steps + 1, payers, draws), discounted."""
    discount = cash.discount(perspective)
    given = cash.study.perspectives[perspective].weights
    total = np.zeros((money.shape[0], money.shape[2]))
    for k, payer in enumerate(cash.payers):
        weight = given.get(payer, 0.0)
        if weight != 0.0:
            total += weight * money[:, k]
    return np.asarray(total * discount[:, None])


@public
def cash_flow(histories: Histories) -> CashFlow:
    """What every payer pays in both futures of ``histories``, and what the plan costs.

    UnsoundDraw where that is not a number, or beyond all bounds.
    """
    return _checked(histories)


def _checked(histories: Histories, baseline: np.ndarray | None = None) -> CashFlow:
    """The same, where what is paid in the baseline may be known : (steps + 1, payers, draws)."""
    with np.errstate(over="ignore", invalid="ignore"):  # told of the draw, in one sentence
        cash = _cash_flow(histories, baseline)
        most = 1.0
        for name, perspective in cash.study.perspectives.items():
            weight = max((abs(w) for w in perspective.weights.values()), default=0.0)
            most = max(most, weight * float(np.abs(cash.discount(name)).max()))
        money = *map(draws_first, cash.paid), cash.cost
        refuse_beyond_bounds(histories.block, "what payers pay", *money, times=most)
    return cash


def _cash_flow(histories: Histories, baseline: np.ndarray | None) -> CashFlow:
    study, accounts = histories.study, histories.compiled.accounts
    units = unit_amounts(study, histories.block.values, with_the_displaced(study, accounts))
    futures = 2 if changes(study, accounts) else histories.futures
    shape = (study.timeline.steps + 1, len(study.payers), histories.draws)
    paid, spent = np.zeros((futures, *shape)), np.zeros(shape)
    places = np.arange(len(accounts))
    if baseline is not None:
        paid[0] = baseline
    for f in range(0 if baseline is None else 1, histories.futures):
        heads, flows = histories.out.heads[f], histories.out.flows[f]
        units.pay(people_paid_for(histories.compiled, heads), places, paid[f])
        one_off(histories, flows, paid[f])
    if futures > histories.futures:
        paid[1] = paid[0]
    changed_amounts(histories, paid_for(histories, "plan"), places, paid[-1])
    _displace(histories, units, paid[-1])
    plan_cost(histories, spent)
    for array in (paid, spent):
        array.flags.writeable = False
    return CashFlow(histories, paid, spent, units)


def _displace(histories: Histories, units: UnitAmounts, plan: np.ndarray) -> None:
    """Add what is paid for those displaced to plan : (steps + 1, payers, draws)."""
    displaced = displacing(histories.study, histories.compiled.accounts)
    if displaced is not None and histories.futures > 1:
        values = histories.block.values
        by_lag = {lag: displaced.units(values, unit) for lag, unit in units.by_lag.items()}
        jobs, everybody = np.arange(len(displaced.jobs)), np.arange(plan.shape[1])
        UnitAmounts(by_lag, units.first, everybody).pay(
            more_in_jobs(histories, displaced), jobs, plan
        )


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
    units, displaced = _outcome_units(histories), displacing(study, histories.compiled.accounts)
    more = None
    if displaced is not None and histories.futures > 1:
        more = more_in_jobs(histories, displaced)
    every = np.arange(len(outcomes))
    totals = np.empty((len(outcomes), histories.futures, histories.draws))
    for f in range(histories.futures):
        heads, flows = histories.out.heads[f], histories.out.flows[f]
        out = np.zeros((len(heads), len(outcomes), histories.draws))
        there = people_paid_for(histories.compiled, heads)
        for first, own, unit in units:
            pay(there, own, every, unit, first, 0, out)
            if displaced is not None and more is not None and f == 1:
                jobs = np.arange(more.shape[1])
                pay(more, jobs, every, displaced.amounts(values, unit), first, 0, out)
        for k, outcome in enumerate(outcomes.values()):
            for columns, varying in outcome.moves:
                each = by_date(study, values, varying).T
                out[1:, k] += sum_in_order(flows[1:, columns], 1) * each
            totals[k, f] = total_over_time(out[:, k] * outcome.discount[:, None])
    places = [histories.places[future] for future in FUTURES]
    return {name: own[places].T for name, own in zip(outcomes, totals, strict=True)}


@dataclass(frozen=True, slots=True)
class _Round:
    """The n-th amount of every outcome: which outcome, the places where it counts, how often it is
    due in a step, and what.

    accounts : those in which any of them counts
    amounts  : what is counted per hour has the hours worked in the state too
    """

    first: np.ndarray
    accounts: np.ndarray
    amounts: tuple[tuple[int, np.ndarray, float, Reading, Quantity | None], ...]


@once_a_study
def _rounds(study: Study, accounts: tuple[Account, ...]) -> list[_Round]:
    """The amounts of all outcomes side by side: as many rounds as an outcome has amounts.

    An outcome is the sum of its amounts in the order in which they are written.
    """
    outcomes = list(study.form.outcomes.values())
    rounds = []
    for number in range(max((len(outcome.amount) for outcome in outcomes), default=0)):
        written = [
            (k, outcome, *list(outcome.amount.items())[number])
            for k, outcome in enumerate(outcomes)
            if number < len(outcome.amount)
        ]
        first = money_epochs(study, [varying for *_, varying in written])
        amounts, counted = [], set[int]()
        for k, outcome, key, varying in written:
            unit = outcome.band_unit
            per_step = study.timeline.in_step(unit)
            for states, hours in _worked(study, outcome, key):
                here = [a for a, account in enumerate(accounts) if account.state in states]
                counted |= {*here}
                for e, t in enumerate(first[:-1].tolist() if here else []):
                    version = varying.version(study.timeline.start_of(t))
                    amount = reading(study, varying, version, [accounts[a] for a in here], unit)
                    places = np.array(here) + e * len(accounts)
                    amounts.append((k, places, per_step, amount, hours))
        places = np.array(sorted(counted), dtype=np.int64)
        rounds.append(_Round(first, places, tuple(amounts)))
    return rounds


def _worked(
    study: Study, outcome: Outcome, key: str
) -> list[tuple[tuple[str, ...], Quantity | None]]:
    """The states of an amount; where it is per hour one by one, with the hours worked there."""
    states = study.names.expand(key)
    if outcome.per != "hour":
        return [(states, None)]
    return [((state,), study.form.hours_per_month[state]) for state in states]


def _outcome_units(histories: Histories) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each round (first, accounts with lives in which it counts, unit : (epochs, accounts,
    outcomes, draws))."""
    study, values = histories.study, histories.block.values
    accounts = with_the_displaced(study, histories.compiled.accounts)
    outcomes = len(_outcomes_of(study, histories.compiled.flows))
    units = []
    for amounts in _rounds(study, accounts):
        epochs = len(amounts.first) - 1
        unit = np.zeros((epochs * len(accounts), outcomes, values.draws))
        for k, places, per_step, amount, hours in amounts.amounts:
            each = per_step * amount.of(values)
            unit[places, k] = each if hours is None else each * values[hours]
        own = amounts.accounts[amounts.accounts < len(histories.compiled.accounts)]
        units.append((amounts.first, own, unit.reshape(epochs, len(accounts), outcomes, -1)))
    return units
