"""Money as a municipality counts it, which is not always what the plan makes of it.

    forecast     Σ_a (heads_baseline − heads_plan) · unit     what the plan spares
    per_exit     Σ_a (heads_still − heads_plan) · unit        all who left, without the plan too
    year_before  Σ_a (heads_before − heads_plan) · unit       all that is less than at the start

heads_still are the plan's own people, and whoever arrives, in a future in which nobody moves.
heads_before are as many in each state as at the start, at what a person there costs at the time:
rules and rates of their date, and the accounts in which the plan has people then,

    heads_before[t, a] = heads_plan[t, a] · N_s[0] / N_s[t]

The same account is kept of the baseline, so that what a plan without effect would have shown is
known. No such account sees those who are displaced, nor do sums of some states, which have no
amounts of moves in them either.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import CashFlow
from simlab.finance.changed_amounts import changed_amounts
from simlab.finance.one_off import one_off
from simlab.finance.people_paid_for import at_start, people_paid_for
from simlab.observe.subcohort import without_moves
from simlab.study.futures import Future
from simlab.study.grammar import Observable

States = tuple[str, ...]


class Spared(NamedTuple):
    """What payers are spared : (steps + 1, payers, draws), by an account of one future."""

    plan: np.ndarray
    baseline: np.ndarray


def effect(cash: CashFlow, states: States) -> np.ndarray:
    """(steps + 1, payers, draws) what the plan spares; with states for people there alone."""
    return _spared(cash, cash.histories.out.heads[0], "plan", states) if states else cash.spared


def level(cash: CashFlow, observable: Observable) -> Spared:
    """What an account shows with the plan, and what it would have shown without."""
    before = observable.counted == "year_before"
    reference = _as_at_the_start(cash) if before else _still(cash)
    states, places = tuple(observable.states), cash.histories.places

    def spared(future: Future) -> np.ndarray:
        return _spared(cash, reference[min(places[future], len(reference) - 1)], future, states)

    return Spared(spared("plan"), spared("baseline"))


def _still(cash: CashFlow) -> np.ndarray:
    """(futures, steps + 1, accounts, draws) the people of both futures, and whoever arrives in
    each, where nobody moves."""
    histories = cash.histories
    block = without_moves(histories.block)
    return simulate_block(histories.compiled, block, histories.engine).out.heads


def _as_at_the_start(cash: CashFlow) -> np.ndarray:
    """The same of as many people in each state as at the start, in the accounts that those of the
    time are in; where nobody is left, in those of the start."""
    histories = cash.histories
    there = histories.out.heads
    now = histories.states[:, :, histories.compiled.state_of_account].astype(float)
    same = np.broadcast_to(there[:, :1], there.shape).astype(float)
    np.divide(there * now[:, :1], now, out=same, where=now > 0)
    return same


def _spared(cash: CashFlow, reference: np.ndarray, future: Future, states: States) -> np.ndarray:
    """(steps + 1, payers, draws) how much less is paid for the people of a future, at what is paid
    in it, than for others, (steps + 1, accounts, draws), without it; nobody displaced."""
    histories, f = cash.histories, cash.histories.places[future]
    spared, paid = np.zeros_like(cash.spent), np.zeros_like(cash.spent)
    cash.units.pay(*_paid_for(cash, reference, states), spared)
    people, accounts = _paid_for(cash, histories.out.heads[f], states)
    cash.units.pay(people, accounts, paid)
    if not states:
        one_off(histories, histories.out.flows[f], paid)
    if future == "plan":
        changed_amounts(histories, people, accounts, paid)
    spared -= paid
    return spared


def _paid_for(cash: CashFlow, heads: np.ndarray, states: States) -> tuple[np.ndarray, np.ndarray]:
    """The people that are paid for, of heads : (steps + 1, accounts, draws), and the accounts of
    those in some states."""
    compiled, study = cash.histories.compiled, cash.study
    everywhere = np.arange(len(compiled.accounts))
    if not states:
        return people_paid_for(compiled, heads), everywhere
    wanted = [study.names.states.index(s) for s in study.names.expand_all(states)]
    inside = np.isin(compiled.state_of_account, wanted)
    if at_start(study) == 0.0:
        return heads, np.flatnonzero(inside)
    alone = np.where(inside[:, None], heads, 0)  # wherever a reform takes them before they are paid
    return people_paid_for(compiled, alone), everywhere
