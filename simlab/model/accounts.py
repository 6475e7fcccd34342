"""Accounts: what engines count people by, so that money can be computed afterwards.

An account holds the cells of one state for which every amount and every reimbursement is the same:
a state and, where bands are read, a rung of each, and whether its people are or were in the plan's
programme, where an amount asks; and a reform takes all of its people into one account, so that who
is there after a reform is known from who was there before it. Engines add people up per account and
know neither the states nor the money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.kernel.arrays import Books
from simlab.model.cells import StateSpace
from simlab.model.clocks import edge, overlap, read_by
from simlab.model.enrolment import BITS
from simlab.study.grammar import While
from simlab.study.study import Study
from simlab.study.values import Bands, Varying


@dataclass(frozen=True, slots=True)
class Account:
    """A state, and for each (clock, away) that money reads, a clock value that stands for all.

    status : the bits of a programme that money reads in the state (`enrolment`)
    """

    state: str
    readings: tuple[tuple[str, bool, int], ...]
    status: int = 0

    def among(self, whom: While) -> bool:
        """Whether an amount that is for everyone, or for the enrolled, is for this account."""
        return self.status & BITS[whom] == BITS[whom]

    def weights(self, study: Study, bands: Bands, unit: str) -> np.ndarray:
        """(bands,) the share of a step that falls in each band, for people in this account."""
        read = read_by(study, bands, self.state)
        if read is None:
            return np.ones(1)
        clock_value = next(k for clock, away, k in self.readings if (clock, away) == read)
        top = max(clock_value, 1)
        return overlap(bands, unit, study.form.step, top)[clock_value or top]


def money_readers(study: Study) -> list[tuple[str, Varying, str]]:
    """(states or group, value, unit of its bands) of everything that is paid or counted."""
    form = study.form
    readers: list[tuple[str, Varying, str]] = []
    for payment in form.payments.values():
        for name, amount in payment.amount.items():
            readers.append((name, amount, payment.band_unit))
            if payment.reimbursement is not None:
                ladder = form.reimbursement[payment.reimbursement]
                readers.append((name, ladder.share, ladder.per))
    for outcome in form.outcomes.values():
        readers += [(name, amount, outcome.band_unit) for name, amount in outcome.amount.items()]
    for cost in form.plan.cost_per_citizen.values():
        readers += [(name, cost.amount, cost.per) for name in cost.states]
    for changed in form.plan.amount:
        readers += [(name, changed.change, changed.per) for name in study.states_of(changed)]
    return readers


def resting(study: Study, state: str) -> Account:
    """The account of somebody who has been in a state, or away from its clocks, for ever."""
    tops: dict[tuple[str, bool], int] = {}
    for name, varying, unit in money_readers(study):
        if state not in study.names.expand(name):
            continue
        for _, bands in varying.versions:
            read = read_by(study, bands, state)
            if read is not None:
                tops[read] = max(tops.get(read, 1), edge(bands, unit, study.form.step))
    return Account(state, tuple((clock, away, k) for (clock, away), k in sorted(tops.items())))


def books(account_of: np.ndarray, accounts: int, flow_of: np.ndarray) -> Books:
    """What engines count by, from the account of each cell and the flow of each rate."""
    order = np.argsort(account_of, kind="stable")
    first = np.searchsorted(account_of[order], np.arange(accounts + 1))
    return Books(first.astype(np.int64), order.astype(np.int64), flow_of)


def accounts(
    study: Study, space: StateSpace, reforms: np.ndarray
) -> tuple[tuple[Account, ...], np.ndarray]:
    """The accounts of a study, in the order of its states, and the account of each cell : (cells,).

    reforms : (reforms, cells) the cell to which each reform takes the people of a cell

    Where each state has one account, people by account are people by state.
    """
    reads: dict[str, dict[tuple[str, bool], list[tuple[Bands, str]]]] = {}
    for name, varying, unit in money_readers(study):
        for state in study.names.expand(name):
            for _, bands in varying.versions:
                read = read_by(study, bands, state)
                if read is not None:
                    reads.setdefault(state, {}).setdefault(read, []).append((bands, unit))
    tables: dict[tuple[str, str, bool], list[np.ndarray]] = {}
    number_of: dict[tuple[object, ...], int] = {}
    listed: list[Account] = []
    account_of = np.empty(len(space), dtype=np.int64)
    for i, cell in enumerate(space.cells):
        state, status = cell[0], 0
        if space.programme is not None:
            status = space.programme.status(cell[2]) & space.programme.pays.get(state, 0)
        signature: list[object] = [state, status]
        readings = []
        for (clock, away), bands_here in sorted(reads.get(state, {}).items()):
            rule = space.rules[clock]
            top = max(rule.away_top if away else rule.top, 1)
            weights = tables.get((state, clock, away))
            if weights is None:
                weights = [overlap(b, unit, study.form.step, top) for b, unit in bands_here]
                tables[(state, clock, away)] = weights
            k = space.reading(cell, clock, away) or top
            signature += [tuple(w[k]) for w in weights]
            readings.append((clock, away, k))
        key = tuple(signature)
        if key not in number_of:
            number_of[key] = len(listed)
            listed.append(Account(state, tuple(readings), status))
        account_of[i] = number_of[key]
    states = study.names.states
    order = sorted(range(len(listed)), key=lambda a: states.index(listed[a].state))
    return _told_apart([listed[a] for a in order], np.argsort(order)[account_of], reforms)


def _told_apart(
    listed: list[Account], account_of: np.ndarray, reforms: np.ndarray
) -> tuple[tuple[Account, ...], np.ndarray]:
    """Accounts cut into parts that each reform keeps together, in their order."""
    while True:
        ends = np.stack([account_of, *(account_of[to] for to in reforms)], axis=1)
        parts, part_of = np.unique(ends, axis=0, return_inverse=True)
        if len(parts) == len(listed):
            return tuple(listed), account_of
        listed, account_of = [listed[a] for a in parts[:, 0]], part_of.reshape(-1)


def after_reforms(account_of: np.ndarray, accounts: int, reforms: np.ndarray) -> np.ndarray:
    """(reforms, accounts) the account to which each reform takes the people of an account."""
    after = np.zeros((len(reforms), accounts), dtype=np.int64)
    for account, to in zip(after, reforms, strict=True):
        account[account_of] = account_of[to]
    return after
