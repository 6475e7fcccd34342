"""Effects on amounts: what a payer pays more or less under the plan, without anybody moving.

    paid_plan[t, payer] += Σ_a people_plan[a, t] · change[t, a]

over the accounts a of the states named (by default all but those that nobody leaves, such as the
dead), for everyone in them, or only for those who are or have
been enrolled in the plan's programme. A change below 0 is a saving like any other; it is not a
negative cost. With ``received_by`` it is a transfer: who received the amount gets that much less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.parties import Parties, parties
from simlab.finance.pay import pay
from simlab.finance.unit_amounts import Span, span
from simlab.model.accounts import Account
from simlab.study.grammar import AmountChange
from simlab.study.key_path import entry_path
from simlab.study.memo import once_a_study
from simlab.study.message import labelled
from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an amount; ``per_step`` : how often it is due in a step, while it ``lasts``."""

    path: str
    label: dict[str, str]
    parties: Parties
    per_step: float
    lasts: Span


@once_a_study
def changes(study: Study, accounts: tuple[Account, ...]) -> tuple[Change, ...]:
    """Every change, in the accounts that it is for."""
    return tuple(
        Change(
            entry_path("amount", number, changed.name),
            labelled(changed.label, changed.name or str(number)),
            parties(study, changed.payer, changed.received_by),
            study.timeline.in_step(changed.per),
            _lasting(study, changed, accounts),
        )
        for number, changed in enumerate(study.form.plan.amount)
    )


def _lasting(study: Study, changed: AmountChange, accounts: tuple[Account, ...]) -> Span:
    states = study.states_of(changed)
    places = [
        a
        for a, account in enumerate(accounts)
        if account.state in states and account.among(changed.while_)
    ]
    return span(
        study,
        changed.change,
        changed.per,
        changed.indexed,
        (places, [accounts[a] for a in places]),
        study.effect_span(changed.start, changed.until),
        # the enrolled are fewer already
        scale=study.form.plan.scale if changed.while_ == "everyone" else 1.0,
    )


def changed_amounts(
    histories: Histories, people: np.ndarray, accounts: np.ndarray, plan: np.ndarray
) -> None:
    """Add every change, for those in some accounts of people : (steps + 1, accounts, draws), to
    plan : (steps + 1, payers, draws), kr. a step."""
    for change in changes(histories.study, histories.compiled.accounts):
        changed_amount(histories, change, people, accounts, plan)


def changed_amount(
    histories: Histories,
    change: Change,
    people: np.ndarray,
    accounts: np.ndarray,
    plan: np.ndarray,
) -> None:
    """Add one change to ``plan``."""
    values, lasts = histories.block.values, change.lasts
    shape = len(lasts.first) - 1, people.shape[1], plan.shape[1], values.draws
    unit = np.zeros(shape)
    for epoch, amount in lasts.of(values):
        for account, due in zip(lasts.places, amount * change.per_step, strict=True):
            change.parties.transfer(due, unit[epoch, account])
    places, payers = (
        np.intersect1d(np.array(lasts.places, dtype=np.int64), accounts),
        np.arange(plan.shape[1]),
    )
    pay(people, places, payers, unit, lasts.first, 0, plan)
