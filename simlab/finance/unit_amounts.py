"""Unit amounts: what one citizen in an account costs each payer in one step.

Gross payments are split by the reimbursement in force at the account's rung of the ladder; what a
citizen receives as taxed income gives tax, of which equalisation leaves a share. A payment that
somebody receives enters that payer with the opposite sign, so transfers cancel in the sum over
payers. Every table is linear in people, so one multiplication by heads gives the cash flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simlab.model.accounts import Account
from simlab.model.parameters import Values
from simlab.study.grammar import Payment, Tax
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.study.values import Varying


@dataclass(frozen=True)
class UnitAmounts:
    """by_lag : lag → (draws or 1, epochs, accounts, payers) kr. a step and citizen

    An amount falls ``lag`` steps after the step that it is reckoned for (equalisation); most fall
    in it, with lag 0.
    epoch_of : (steps,) the epoch of the step at index t − 1
    """

    by_lag: dict[int, np.ndarray]
    epoch_of: np.ndarray


def money_epochs(study: Study, varyings: list[Varying]) -> tuple[list[date], np.ndarray]:
    """The first date of each run of steps between dated changes, and the epoch of each step."""
    timeline = study.timeline
    firsts = {1} | {timeline.first_step_from(c) for v in varyings for c in v.changes}
    steps = sorted(t for t in firsts if t <= timeline.steps)
    epoch_of = np.searchsorted(steps, np.arange(1, timeline.steps + 1), side="right") - 1
    return [timeline.end_of(t - 1) for t in steps], epoch_of.astype(np.int64)


def amount(
    study: Study, values: Values, path: str, varying: Varying, account: Account, unit: str,
    when: date,
) -> np.ndarray:  # fmt: skip
    """(draws,) a value for people in an account, in a step that starts on ``when``."""
    version = max(
        k for k, (since, _) in enumerate(varying.versions) if k == 0 or since is None
        or since <= when
    )  # fmt: skip
    bands = varying.versions[version][1]
    return values.banded(path, varying, version) @ account.weights(study, bands, unit)


def unit_amounts(study: Study, values: Values, accounts: tuple[Account, ...]) -> UnitAmounts:
    """The unit amounts of every account, payer and epoch."""
    form = study.form
    varyings = [a for p in form.payments.values() for a in p.amount.values()]
    varyings += [r.share for r in form.reimbursement.values()]
    varyings += [v for t in form.taxes.values() for v in (t.rate, t.retained) if v is not None]
    epochs, epoch_of = money_epochs(study, varyings)
    sizes = (values.draws, len(epochs), len(accounts), len(form.payers))
    lags = {name: round(tax.equalised_after_years * study.timeline.steps_per_year)
            for name, tax in form.taxes.items()}  # fmt: skip
    by_lag = {lag: np.zeros(sizes) for lag in sorted({0, *lags.values()})}
    for e, when in enumerate(epochs):
        income = np.zeros((values.draws, len(accounts)))
        for name, payment in form.payments.items():
            _pay(study, values, name, payment, accounts, when, by_lag[0][:, e], income)
        for name, tax in form.taxes.items():
            later = by_lag[lags[name]][:, e]
            _tax(study, values, name, tax, when, income, by_lag[0][:, e], later)
    for lag, unit in by_lag.items():
        if np.all(unit == unit[:1]):
            by_lag[lag] = unit[:1]
    return UnitAmounts(by_lag, epoch_of)


def _pay(
    study: Study,
    values: Values,
    name: str,
    payment: Payment,
    accounts: tuple[Account, ...],
    when: date,
    unit: np.ndarray,
    income: np.ndarray,
) -> None:
    payers = study.form.payers
    payer = payers.index(payment.paid_by) if payment.paid_by else 0
    per_step = units_per(study.form.step, payment.per)
    for key, varying in payment.amount.items():
        states = study.names.expand(key)
        for a, account in enumerate(accounts):
            if account.state not in states:
                continue
            path = f"payments.{name}.amount.{key}"
            gross = per_step * amount(study, values, path, varying, account, payment.per, when)
            back = np.zeros_like(gross)
            if payment.reimbursement is not None:
                ladder = study.form.reimbursement[payment.reimbursement]
                path = f"reimbursement.{payment.reimbursement}.share"
                share = amount(study, values, path, ladder.share, account, ladder.per, when)
                back = gross * share
                unit[:, a, payers.index(ladder.paid_by)] += back
            unit[:, a, payer] += gross - back
            if payment.received_by is not None:
                unit[:, a, payers.index(payment.received_by)] -= gross
            if payment.taxed:
                # Without a receiver a negative amount is income to its payer, such as a wage.
                income[:, a] += gross if payment.received_by is not None else -gross


def _tax(
    study: Study,
    values: Values,
    name: str,
    tax: Tax,
    when: date,
    income: np.ndarray,
    now: np.ndarray,
    later: np.ndarray,
) -> None:
    payers = study.form.payers
    flat = Account("", ())
    rate = amount(study, values, f"taxes.{name}.rate", tax.rate, flat, "month", when)
    due = income * rate[:, None]
    now[:, :, payers.index(tax.paid_by)] += due
    now[:, :, payers.index(tax.received_by)] -= due
    if tax.retained is not None and tax.rest_to is not None:
        path = f"taxes.{name}.retained"
        kept = amount(study, values, path, tax.retained, flat, "month", when)
        lost = due * (1.0 - kept)[:, None]
        later[:, :, payers.index(tax.received_by)] += lost
        later[:, :, payers.index(tax.rest_to)] -= lost
