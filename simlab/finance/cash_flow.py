"""Cash flow: what every payer pays in both futures, step by step.

    saving = baseline − plan        (what the plan costs is not in it)
    f      = saving − cost          in a perspective: Σ weight · payer, discounted

Payers sum to the total, always. A perspective is a set of weights on payers with a discount curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.discounting import factors
from simlab.finance.plan_cost import plan_cost
from simlab.finance.reckon import reckon
from simlab.finance.unit_amounts import amount, money_epochs, unit_amounts
from simlab.model.accounts import Account
from simlab.model.parameters import Values
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.study.values import Varying

AT_START = {"end": 0.0, "start": 1.0, "mean": 0.5}


@dataclass(frozen=True)
class CashFlow:
    """Money by draw, step and payer, kr. a step, undiscounted, in one price level.

    baseline, plan, cost : (draws, steps + 1, payers); column 0 is the start
    outcomes : name → (draws, 2), discounted totals in the baseline and the plan
    """

    study: Study
    baseline: np.ndarray
    plan: np.ndarray
    cost: np.ndarray
    outcomes: dict[str, np.ndarray]

    @property
    def payers(self) -> tuple[str, ...]:
        return tuple(self.study.form.payers)

    @property
    def saving(self) -> np.ndarray:
        """(draws, steps + 1, payers) what each payer is spared by the plan, its cost apart."""
        return self.baseline - self.plan

    def seen_by(self, perspective: str) -> tuple[np.ndarray, np.ndarray]:
        """(draws, steps + 1) discounted saving and cost in a perspective."""
        weights, v = self._weights(perspective), self.discount(perspective)
        return _weighted(self.saving, weights) * v, _weighted(self.cost, weights) * v

    def totals(self, perspective: str) -> np.ndarray:
        """(draws, 3) discounted totals: baseline, plan without its cost, and the plan's cost."""
        weights, v = self._weights(perspective), self.discount(perspective)
        parts = (self.baseline, self.plan, self.cost)
        return np.stack([(_weighted(part, weights) * v).sum(axis=1) for part in parts], axis=1)

    def discount(self, perspective: str) -> np.ndarray:
        """(steps + 1,) discount factors."""
        curve = self.study.perspectives[perspective].discount_per_year
        return factors(curve, self.study.timeline)

    def _weights(self, perspective: str) -> np.ndarray:
        known = self.study.perspectives
        if perspective not in known:
            raise ValueError(f'no perspective "{perspective}"; known: {", ".join(known)}')
        given = known[perspective].weights
        return np.array([given.get(payer, 0.0) for payer in self.payers])

    def __repr__(self) -> str:
        draws, steps, _ = self.baseline.shape
        return f"CashFlow({draws:,} draws, {steps - 1} steps, payers {', '.join(self.payers)})"


def _weighted(money: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Σ weight · payer in the order of the payers, so that no result depends on the block."""
    total = np.zeros(money.shape[:2])
    for k, weight in enumerate(weights):
        if weight != 0.0:
            total += weight * money[:, :, k]
    return total


def cash_flow(histories: Histories) -> CashFlow:
    """What every payer pays in both futures of ``histories``, and what the plan costs."""
    study, values = histories.study, histories.block.values
    units = unit_amounts(study, values, histories.compiled.accounts)
    shape = (histories.draws, study.timeline.steps + 1, len(study.form.payers))
    at_start = AT_START[study.form.counting]
    futures = []
    for heads, flows in (
        (histories.heads_baseline, histories.flows_baseline),
        (histories.heads_plan, histories.flows_plan),
    ):
        paid = np.zeros(shape)
        for lag, unit in units.by_lag.items():
            reckon(heads, unit, units.epoch_of, at_start, lag, paid)
        _one_off(histories, flows, paid)
        futures.append(paid)
    baseline, plan = futures
    cost = plan_cost(histories)
    for array in (baseline, plan, cost):
        array.flags.writeable = False
    return CashFlow(study, baseline, plan, cost, _outcomes(histories))


def _one_off(histories: Histories, flows: np.ndarray, paid: np.ndarray) -> None:
    """Amounts for each move, in the step in which it is made."""
    study, values = histories.study, histories.block.values
    payers = study.form.payers
    for name, one_off in study.form.one_off.items():
        moves = {m for p in one_off.moves for m in study.names.matching(p, study.moves)}
        columns = [f for f, move in enumerate(histories.compiled.flows) if move in moves]
        each = _by_move(study, values, f"one_off.{name}.amount", one_off.amount)
        due = flows[:, 1:, columns].sum(axis=2) * each
        paid[:, 1:, payers.index(one_off.paid_by) if one_off.paid_by else 0] += due
        if one_off.received_by is not None:
            paid[:, 1:, payers.index(one_off.received_by)] -= due


def _by_move(study: Study, values: Values, path: str, varying: Varying) -> np.ndarray:
    """(draws, steps) an amount for each move, by date."""
    epochs, epoch_of = money_epochs(study, [varying])
    flat = Account("", ())
    each = [amount(study, values, path, varying, flat, "month", when) for when in epochs]
    return np.stack(each, axis=1)[:, epoch_of]


def _outcomes(histories: Histories) -> dict[str, np.ndarray]:
    """Discounted totals of what is not money, in both futures."""
    study = histories.study
    found = {}
    for name in study.form.outcomes:
        v = factors(study.form.outcomes[name].discount_per_year, study.timeline)
        totals = [
            (_outcome_by_step(histories, name, heads, flows) * v).sum(axis=1)
            for heads, flows in (
                (histories.heads_baseline, histories.flows_baseline),
                (histories.heads_plan, histories.flows_plan),
            )
        ]
        found[name] = np.stack(totals, axis=1)
    return found


def _outcome_by_step(
    histories: Histories, name: str, heads: np.ndarray, flows: np.ndarray
) -> np.ndarray:
    """(draws, steps + 1) an outcome in each step."""
    study, values = histories.study, histories.block.values
    outcome = study.form.outcomes[name]
    out = np.zeros((*heads.shape[:2], 1))
    accounts = histories.compiled.accounts
    per_step = units_per(study.form.step, outcome.per)
    for key, varying in outcome.amount.items():
        states = study.names.expand(key)
        epochs, epoch_of = money_epochs(study, [varying])
        unit = np.zeros((values.draws, len(epochs), len(accounts), 1))
        path = f"outcomes.{name}.amount.{key}"
        for e, when in enumerate(epochs):
            for a, account in enumerate(accounts):
                if account.state in states:
                    each = amount(study, values, path, varying, account, outcome.per, when)
                    unit[:, e, a, 0] = per_step * each
        reckon(heads, unit, epoch_of, AT_START[study.form.counting], 0, out)
    for pattern, varying in outcome.moves.items():
        moves = study.names.matching(pattern, study.moves)
        columns = [f for f, move in enumerate(histories.compiled.flows) if move in moves]
        each = _by_move(study, values, f"outcomes.{name}.moves.{pattern}", varying)
        out[:, 1:, 0] += flows[:, 1:, columns].sum(axis=2) * each
    return out[:, :, 0]
