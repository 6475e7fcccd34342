"""What each so many kr. of a payment would change, of a payment that nobody knows the size of.

    lost[t, k] = each · Σ_a (plan − baseline)[t, a] · (+1 for who pays, −1 for who receives)

with a the accounts that the payment is for, and each its ``told_for_each``. It is linear in the
amount, so one such flow tells all sizes: what a plan saves with x kr. is the saving less
x / each · lost. Those displaced from jobs are in it, as in all that is paid for people.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.displacement import displacing, more_in_jobs, with_the_displaced
from simlab.finance.parties import Parties, parties
from simlab.finance.people_paid_for import paid_for
from simlab.finance.prices import factor, year_starts
from simlab.finance.unit_amounts import UnitAmounts
from simlab.study.grammar import Payment
from simlab.study.memo import once_a_study
from simlab.study.study import Study


@once_a_study
def marginal_payments(study: Study) -> tuple[str, ...]:
    """The payments of which this is told, by name."""
    known = study.form.payments.items()
    return tuple(name for name, payment in known if payment.told_for_each is not None)


def lost(histories: Histories, name: str) -> np.ndarray:
    """(steps + 1, payers, draws) what each payer pays more with the plan than without, kr. a step,
    for ``told_for_each`` kr. of a payment."""
    study, compiled = histories.study, histories.compiled
    out = np.zeros((study.timeline.steps + 1, len(study.payers), histories.draws))
    if histories.futures == 1:
        return out
    payment = study.form.payments[name]
    units, states = _units(histories, payment), study.names.expand_all(payment.amount)
    here = [a for a, account in enumerate(compiled.accounts) if account.state in states]
    plan, baseline = paid_for(histories, "plan"), paid_for(histories, "baseline")
    more = np.subtract(plan, baseline, dtype=float)
    units.pay(more, np.array(here, dtype=np.int64), out)
    displaced = displacing(study, compiled.accounts)
    if displaced is not None:
        jobs, values = np.arange(len(displaced.jobs)), histories.block.values
        instead = {0: displaced.units(values, units.by_lag[0])}
        everybody = np.arange(len(study.payers))
        UnitAmounts(instead, units.first, everybody).pay(
            more_in_jobs(histories, displaced), jobs, out
        )
    return out


def _units(histories: Histories, payment: Payment) -> UnitAmounts:
    study, values = histories.study, histories.block.values
    accounts = with_the_displaced(study, histories.compiled.accounts)
    states = study.names.expand_all(payment.amount)
    here = [a for a, account in enumerate(accounts) if account.state in states]
    first = np.array([*(year_starts(study, payment.indexed) or [1]), study.timeline.steps + 1])
    unit = np.zeros((len(first) - 1, len(accounts), len(study.payers), values.draws))
    assert payment.told_for_each is not None
    each = payment.told_for_each * study.timeline.in_step(payment.band_unit)
    who = parties(study, payment.paid_by, payment.received_by)
    for e, t in enumerate(first[:-1].tolist()):
        price = factor(study, payment.indexed, None, study.timeline.year_of(t)).of(values)
        for payer, sign in _signed(who):
            unit[e, here, payer] += sign * each * price
    return UnitAmounts({0: unit}, first, np.array([payer for payer, _ in _signed(who)]))


def _signed(who: Parties) -> Iterator[tuple[int, float]]:
    yield who.paid_by, 1.0
    if who.received_by is not None:
        yield who.received_by, -1.0
