"""Effects on amounts: what a payer pays more or less under the plan, without anybody moving.

    paid_plan[t, payer] += Σ_a people_plan[a, t] · change[t, a]

over the accounts a of the states named (by default all but those that nobody leaves, such as the
dead), for everyone in them, or only for those who are or have
been enrolled in the plan's programme. A change below 0 is a saving like any other; it is not a
negative cost. With ``received_by`` it is a transfer: who received the amount gets that much less.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.counted import counted
from simlab.finance.pay import pay
from simlab.finance.unit_amounts import Span, span
from simlab.model.accounts import Account
from simlab.study.memo import once_a_study
from simlab.study.study import Study


def changed_amounts(histories: Histories, plan: np.ndarray) -> None:
    """Add every change to plan : (draws, steps + 1, payers), kr. a step."""
    for number in range(len(histories.study.form.plan.amount)):
        changed_amount(histories, number, plan)


def changed_amount(histories: Histories, number: int, plan: np.ndarray) -> None:
    """Add one change to plan : (draws, steps + 1, payers), kr. a step."""
    study, values = histories.study, histories.block.values
    payers, accounts = study.form.payers, histories.compiled.accounts
    changed, lasts = study.form.plan.amount[number], change_span(study, number, accounts)
    unit = np.zeros((len(lasts.first) - 1, len(accounts), len(payers), values.draws))
    payer = payers.index(changed.payer) if changed.payer else 0
    for epoch, amount in lasts.of(values):
        more = amount * study.timeline.in_step(changed.per)
        unit[epoch, lasts.places, payer] += more
        if changed.received_by is not None:
            unit[epoch, lasts.places, payers.index(changed.received_by)] -= more
    people = counted(histories.compiled, histories.heads_plan)
    pay(people, unit, lasts.first, 0, plan.transpose(0, 2, 1))


@once_a_study
def change_span(study: Study, number: int, accounts: tuple[Account, ...]) -> Span:
    """A change as far as it lasts, in the accounts that it is for."""
    changed = study.form.plan.amount[number]
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
