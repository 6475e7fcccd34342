"""Effects on amounts: what a payer pays more or less under the plan, without anybody moving.

    paid_plan[t, payer] += Σ_a people_plan[a, t] · change[t, a]

over the accounts a of the states named, for everyone in them, or only for those who are or have
been enrolled in the plan's programme. A change below 0 is a saving like any other; it is not a
negative cost. With ``received_by`` it is a transfer: who received the amount gets that much less.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.reckon import AT_START, reckon
from simlab.finance.unit_amounts import Reading, money_epochs, reading, version_at
from simlab.model.accounts import Account
from simlab.study.grammar import AmountChange
from simlab.study.once import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per


def changed_amounts(histories: Histories, plan: np.ndarray) -> None:
    """Add every change to plan : (draws, steps + 1, payers), kr. a step."""
    study, values = histories.study, histories.block.values
    payers, accounts = study.form.payers, histories.compiled.accounts
    for number, changed in enumerate(study.form.plan.amount):
        first, readings = _readings(study, number, accounts)
        unit = np.zeros((len(first) - 1, len(accounts), len(payers), values.draws))
        payer = payers.index(changed.payer) if changed.payer else 0
        for epoch, places, one in readings:
            more = one.of(values) * units_per(study.form.step, changed.per)
            unit[epoch, places, payer] += more
            if changed.received_by is not None:
                unit[epoch, places, payers.index(changed.received_by)] -= more
        at_start = AT_START[study.form.counting]
        reckon(histories.heads_plan, unit, first, at_start, 0, plan.transpose(0, 2, 1))


def last_step(study: Study, changed: AmountChange) -> int:
    """The last step of a change: the one that holds the date of ``until``."""
    ends = [d for d in (changed.until, study.form.plan.until) if d is not None]
    return sum(not ends or start <= min(ends) for start in study.timeline.dates[:-1])


@once_a_study
def _readings(
    study: Study, number: int, accounts: tuple[Account, ...]
) -> tuple[np.ndarray, list[tuple[int, list[int], Reading]]]:
    """The first steps of the epochs of a change, as far as it lasts, and by epoch the accounts that
    it is for and how they read it."""
    changed = study.form.plan.amount[number]
    states = study.names.expand_all(changed.states or ["*"])
    places = [
        a
        for a, account in enumerate(accounts)
        if account.state in states and account.among(changed.while_)
    ]
    begin = study.timeline.first_step_from(changed.start) if changed.start else 1
    first = money_epochs(study, [changed.change])
    path, whose = f"plan.amount.{changed.name or number}.change", [accounts[a] for a in places]
    readings = []
    for epoch, t in enumerate(first[:-1].tolist() if whose else []):
        version = version_at(changed.change, study, t)
        one = reading(study, path, changed.change, version, whose, changed.per)
        readings.append((epoch, places, one))
    return np.clip(first, begin, max(last_step(study, changed) + 1, begin)), readings
