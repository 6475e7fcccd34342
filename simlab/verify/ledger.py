"""What people pay and are paid, found again from the study: a ledger of one draw.

    a payment       per unit × units in a step × price × share × hours, paid by one payer, perhaps
                    received by another, and perhaps given back in part (reimbursement)
    a tax           rate × what is taxed, those that are deducted first; what equalisation takes of
                    it goes to another payer, its lag later
    a move          its one-off amounts
    the plan        adds its changed amounts, and what those cost whom it displaces from jobs

Nothing is shared with `finance`: no tables, no epochs, no kernels; each figure is read where the
study writes it (`stated`). What one person costs is then multiplied by the people of an engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from simlab.model.accounts import Account
from simlab.model.compiled import Compiled
from simlab.study.grammar import Payment, Tax
from simlab.study.time import units_per
from simlab.verify.stated import Stated, Whose

Move = tuple[str, str]
MARKED = {"everyone": 0, "enrolled": 1, "ever_enrolled": 2}
COUNTED_AT_START = {"end": 0.0, "mean": 0.5, "start": 1.0}


class Entry(NamedTuple):
    """What a payer pays (below 0: receives) for a person in a step, so many steps later."""

    payer: str
    kr: float
    lag: int = 0


class Costs(NamedTuple):
    """What each payer pays, in all by the steps after which it falls (lag → array).

    heads : lag → (steps + 1, accounts, payers) for each who is counted in a step
    changed : (steps + 1, accounts, payers) what the plan changes of that
    displaced : lag → (steps + 1, accounts, payers) for each whom the plan has more there
    moves : (steps + 1, moves, payers) for each move
    """

    heads: dict[int, np.ndarray]
    changed: np.ndarray
    displaced: dict[int, np.ndarray]
    moves: np.ndarray

    def in_plan(self, future: int, lag: int) -> np.ndarray:
        """What each costs in a future, such that the futures differ by what is saved: the
        displaced are counted in both, as each has people in jobs."""
        each = self.heads[lag] + self.displaced[lag]
        return each + self.changed if future == 1 and lag == 0 else each


class Ledger:
    """The money of one draw, for people in some accounts who make some moves."""

    def __init__(self, stated: Stated, accounts: tuple[Account, ...], moves: tuple[Move, ...]):
        self.stated, self.form, self.accounts, self.flows = stated, stated.form, accounts, moves
        self.expand = stated.study.names.expand_all
        self.payers = list(self.form.payers)
        self.first = self.payers[0]
        self._known: dict[object, list[Entry]] = {}

    def costs(self) -> Costs:
        """What people and moves cost."""
        shape = (self.stated.steps + 1, len(self.accounts), len(self.payers))
        lags = {0, *(self._lag(tax) for tax in self.form.taxes.values())}
        heads, displaced = ({lag: np.zeros(shape) for lag in lags} for _ in range(2))
        changed, moves = np.zeros(shape), np.zeros((shape[0], len(self.flows), shape[2]))
        for t in range(1, shape[0]):
            for a, account in enumerate(self.accounts):
                for payer, kr, lag in self.of_person(t, account):
                    heads[lag][t, a, self.payers.index(payer)] += kr
                for payer, kr, lag in self._displaced(t, account):
                    displaced[lag][t, a, self.payers.index(payer)] += kr
                for payer, kr, _ in self._changed(t, account):
                    changed[t, a, self.payers.index(payer)] += kr
            for f, move in enumerate(self.flows):
                for payer, kr, _ in self._of_move(t, move):
                    moves[t, f, self.payers.index(payer)] += kr
        return Costs(heads, changed, displaced, moves)

    # ── people ──

    def of_person(self, t: int, whose: Whose) -> list[Entry]:
        """What one person costs in step t; the same until something changes by date."""
        place = whose if isinstance(whose, str) else (whose.state, whose.readings)
        key = (self._versions(t), place)
        if key not in self._known:
            self._known[key] = list(self._entries(t, whose))
        return self._known[key]

    def _versions(self, t: int) -> tuple[int, ...]:
        """The versions of all that is dated, and the year that prices follow."""
        dated = [a for p in self.form.payments.values() for a in p.amount.values()]
        dated += [ladder.share for ladder in self.form.reimbursement.values()]
        for tax in self.form.taxes.values():
            of_tax = (tax.rate, tax.retained, tax.average_rate, *tax.equalised.values())
            dated += [varying for varying in of_tax if varying is not None]
        year = self.stated.timeline.start_of(t).year
        return (year, *(self.stated.version(varying, t) for varying in dated))

    def _entries(self, t: int, whose: Whose) -> Iterator[Entry]:
        taxed: dict[str, float] = {}  # the income of each payment that is taxed
        for name, payment in self.form.payments.items():
            gross = self._gross(t, payment, whose)
            payer = payment.paid_by or self.first
            yield Entry(payer, gross)
            if payment.received_by is not None:
                yield Entry(payment.received_by, -gross)
            if payment.reimbursement is not None:
                ladder = self.form.reimbursement[payment.reimbursement]
                back = gross and gross * self.stated.read(ladder.share, ladder.per, t, whose)
                yield Entry(ladder.paid_by, back)
                yield Entry(payer, -back)
            if payment.taxed:  # without a receiver what is negative to its payer is income: a wage
                taxed[name] = gross if payment.received_by is not None else -gross
        yield from self._taxes(t, taxed)

    def _gross(self, t: int, payment: Payment, whose: Whose) -> float:
        """A payment before anything is given back of it."""
        state, total, stated = whose if isinstance(whose, str) else whose.state, 0.0, self.stated
        unit = "month" if payment.per == "hour" else payment.per
        for key, varying in payment.amount.items():
            if state not in self.expand([key]):
                continue
            each = stated.read(varying, unit, t, whose)
            each *= stated.price(payment.indexed, varying, t)
            if payment.per == "hour":
                each *= stated[self.form.hours_per_month[state]]
            total += each * units_per(self.form.step, unit)
        if payment.share is not None:
            total *= stated[payment.share]
        return total

    def _taxes(self, t: int, taxed: dict[str, float]) -> Iterator[Entry]:
        deducted = 0.0
        for first in (True, False):
            for tax in self.form.taxes.values():
                if tax.deducted is not first:
                    continue
                base = sum(taxed.get(p, 0.0) for p in tax.of or taxed)
                base -= 0.0 if tax.of else deducted
                due = base * self.stated.at(tax.rate, t)
                deducted += due if tax.deducted else 0.0
                yield Entry(tax.paid_by, due)
                yield Entry(tax.received_by, -due)
                if tax.rest_to is not None:
                    lost = self._equalised_away(t, tax, base, due)
                    yield Entry(tax.received_by, lost, self._lag(tax))
                    yield Entry(tax.rest_to, -lost, self._lag(tax))

    def _equalised_away(self, t: int, tax: Tax, base: float, due: float) -> float:
        at = self.stated.at
        if tax.equalisation is not None and tax.average_rate is not None:
            level = tax.equalised[tax.equalisation]
            return base * at(level, t) * at(tax.average_rate, t)
        if tax.retained is not None:
            return due * (1.0 - at(tax.retained, t))
        return 0.0

    def _lag(self, tax: Tax) -> int:
        return round(tax.equalised_after_years * self.stated.per_year)

    # ── moves, and what the plan changes ──

    def _of_move(self, t: int, move: Move) -> Iterator[Entry]:
        study = self.stated.study
        for paid in self.form.one_off.values():
            if any(move in study.names.matching(p, study.moves) for p in paid.moves):
                each = self.stated.priced(paid.amount, paid.indexed, t)
                yield Entry(paid.paid_by or self.first, each)
                if paid.received_by is not None:
                    yield Entry(paid.received_by, -each)

    def _changed(self, t: int, whose: Account) -> Iterator[Entry]:
        """The plan's changes of amounts, for an account that they are for."""
        stated, study, plan = self.stated, self.stated.study, self.form.plan
        for changed in plan.amount:
            states = self.expand(changed.states) if changed.states else study.names.states
            if not changed.states and whose.state in study.never_left:
                continue
            marked = MARKED[changed.while_]
            if whose.state not in states or whose.status & marked != marked:
                continue
            if not stated.acts(changed.start, changed.until, t):
                continue
            each = stated.read(changed.change, changed.per, t, whose)
            each *= stated.price(changed.indexed, changed.change, t)
            each *= units_per(self.form.step, changed.per)
            each *= plan.scale if changed.while_ == "everyone" else 1.0
            yield Entry(changed.payer or self.first, each)
            if changed.received_by is not None:
                yield Entry(changed.received_by, -each)

    def _displaced(self, t: int, whose: Account) -> Iterator[Entry]:
        """For each more in a job, what it costs that a share of the jobs is taken from others."""
        displacement, stated = self.form.plan.displacement, self.stated
        if displacement is None or whose.state not in self.expand(displacement.states):
            return
        share = stated[displacement.share]
        local = stated[displacement.local_share]
        without = self.of_person(t, displacement.to)
        instead = [*without, *((p, -kr, lag) for p, kr, lag in self.of_person(t, whose))]
        for payer, kr, lag in instead:
            if payer == self.first and displacement.elsewhere is not None:
                yield Entry(payer, share * local * kr, lag)
                yield Entry(displacement.elsewhere, share * (1.0 - local) * kr, lag)
            else:
                yield Entry(payer, share * kr, lag)


# ── people times amounts ──


def counted(compiled: Compiled, heads: np.ndarray) -> np.ndarray:
    """(steps + 1, accounts) the people whom a step's payments are for, of heads at its ends; at its
    start they are where reforms have taken them."""
    people = np.zeros(heads.shape)
    w = COUNTED_AT_START[compiled.study.form.counting]
    for t in range(1, len(heads)):
        before = heads[t - 1].astype(float)
        for j in np.flatnonzero(compiled.conversions.step == t):
            before = np.bincount(compiled.after_reforms[j], before, minlength=len(before))
        people[t] = w * before + (1.0 - w) * heads[t]
    return people


def paid_in_baseline(
    costs: Costs, compiled: Compiled, heads: np.ndarray, flows: np.ndarray
) -> np.ndarray:
    """(steps + 1, payers) what is paid for heads and flows : (steps + 1, …)."""
    return _due(costs.heads, counted(compiled, heads)) + _moved(costs, flows)


def paid_in_plan(
    costs: Costs, compiled: Compiled, heads: np.ndarray, flows: np.ndarray, more: np.ndarray
) -> np.ndarray:
    """The same in the plan, which has ``more`` : (steps + 1, accounts) people than the baseline."""
    changed = _due({0: costs.changed}, counted(compiled, heads))
    displaced = _due(costs.displaced, counted(compiled, more))
    return paid_in_baseline(costs, compiled, heads, flows) + changed + displaced


def _moved(costs: Costs, flows: np.ndarray) -> np.ndarray:
    return np.einsum("tf,tfk->tk", flows.astype(float), costs.moves)


def _due(each: dict[int, np.ndarray], people: np.ndarray) -> np.ndarray:
    """(steps + 1, payers) people × amounts, so many steps later; not what falls after the end."""
    total = np.zeros((len(people), next(iter(each.values())).shape[2]))
    for lag, amounts in each.items():
        due = np.einsum("ta,tak->tk", people, amounts)
        total[lag:] += due[: len(due) - lag]
    return total
