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

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.observe.subcohort import without_moves
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Observable

States = tuple[str, ...]


class Spared(NamedTuple):
    """What payers are spared : (draws, steps + 1, payers), by an account of one future."""

    plan: np.ndarray
    baseline: np.ndarray


def effect(cash: CashFlow, states: States) -> np.ndarray:
    """(draws, steps + 1, payers) what the plan spares; with states for people there alone."""
    if not states:
        return np.asarray(cash.saving)
    baseline, plan = (_paid(cash.histories, future, states) for future in FUTURES)
    return np.asarray(baseline - plan)


def level(cash: CashFlow, observable: Observable) -> Spared:
    """What an account shows with the plan, and what it would have shown without."""
    histories, states = cash.histories, tuple(observable.states)
    before = observable.counted == "year_before"
    reference = _as_at_the_start(histories) if before else _still(histories)
    spared = {
        future: _paid(reference, future, states, plan=False) - _paid(histories, future, states)
        for future in FUTURES
    }
    return Spared(spared["plan"], spared["baseline"])


def _still(histories: Histories) -> Histories:
    """The people of both futures, and whoever arrives in each, where nobody moves."""
    block = without_moves(histories.block)
    return simulate_block(histories.compiled, block, histories.engine)


def _as_at_the_start(histories: Histories) -> Histories:
    """As many people in each state as at the start, in the accounts that those of the time are in;
    where nobody is left, in those of the start."""
    state_of = histories.compiled.state_of_account
    heads = {}
    for future in FUTURES:
        now = histories.people(future)[:, :, state_of].astype(float)
        there = histories.heads(future)
        same = np.broadcast_to(there[:, :1], there.shape).astype(float)
        np.divide(there * now[:, :1], now, out=same, where=now > 0)
        heads[future] = same
    return replace(
        histories,
        heads_baseline=heads["baseline"],
        heads_plan=heads["plan"],
        flows_baseline=np.zeros_like(histories.flows_baseline),
        flows_plan=np.zeros_like(histories.flows_plan),
    )


def _paid(
    histories: Histories, future: Future, states: States, plan: bool | None = None
) -> np.ndarray:
    """(draws, steps + 1, payers) what is paid for the people of a future, nobody displaced.

    plan : whether at the amounts that the plan changes; by default as it is in the future
    """
    heads, flows = histories.heads(future), histories.flows(future)
    if states:
        names = histories.study.names
        inside = [names.states.index(s) for s in names.expand_all(states)]
        heads = np.where(np.isin(histories.compiled.state_of_account, inside), heads, 0)
        flows = np.zeros_like(flows)
    alike = replace(
        histories, heads_baseline=heads, heads_plan=heads, flows_baseline=flows, flows_plan=flows
    )
    changed = future == "plan" if plan is None else plan
    return cash_flow(alike).paid_in("plan" if changed else "baseline")
