"""Items: every amount that money is made of, apart, as a reader would write them down.

    gross = amount · times · price        kr. a step and citizen
    net   = gross · (1 − share)           of which `reimbursed_by` pays the share

An item holds for the people of one account in a run of epochs. What `unit_amounts` adds up by
account and payer stands here one by one, with the same readings, for one draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.changed_amounts import change_span
from simlab.finance.plan_cost import citizen_span
from simlab.finance.unit_amounts import Line, Reading, Span, bases_of, money_lines
from simlab.model.accounts import Account
from simlab.model.parameters import Values
from simlab.study.message import labelled
from simlab.study.study import Study

Kind = Literal["payment", "change", "cost"]  # in both futures, in the plan's, of the plan


@dataclass(frozen=True, slots=True)
class Item:
    """An amount for the people of an account.

    since, before : the first epoch in which it is paid, and the one after the last
    amount : kr. as the study writes it; in a step ``times`` as much is due, at this ``price``
    share  : the part that ``reimbursed_by`` pays, if anybody
    bases  : the taxes whose base it is, by name; "" is all taxed income
    Payers are numbers in the order of the study.
    """

    kind: Kind
    label: dict[str, str]
    path: str
    account: int
    since: int
    before: int
    amount: float
    times: float
    price: float
    paid_by: int
    received_by: int | None = None
    share: float | None = None
    reimbursed_by: int | None = None
    bases: tuple[str, ...] = ()

    @property
    def gross(self) -> float:
        return self.amount * self.times * self.price

    @property
    def reimbursed(self) -> float:
        return self.gross * (self.share or 0.0)


def common_epochs(study: Study, accounts: tuple[Account, ...], places: int) -> np.ndarray:
    """(epochs + 1,) the first step of each run in which no amount changes, and the end.

    accounts : with the displaced; the first ``places`` of them have lives
    """
    own, end = accounts[:places], study.timeline.steps + 1
    firsts = [money_lines(study, accounts).first]
    firsts += [change_span(study, n, own).first for n in range(len(study.form.plan.amount))]
    firsts += [citizen_span(study, name, own).first for name in study.form.plan.cost_per_citizen]
    return np.unique(np.clip(np.concatenate([*firsts, [1, end]]), 1, end))


def items(
    histories: Histories, accounts: tuple[Account, ...], first: np.ndarray
) -> tuple[Item, ...]:
    """Every item of the first draw, payments before changes before costs."""
    study, values = histories.study, histories.block.values
    own = histories.compiled.accounts
    return (
        *_payments(study, values, accounts, first),
        *_changes(study, values, own, first),
        *_costs(study, values, own, first),
    )


def _payments(
    study: Study, values: Values, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Item]:
    money, payers = money_lines(study, accounts), study.form.payers
    for line in money.lines:
        payment = line.payment
        amounts = line.amount.of(values)[:, 0]
        shares = line.share.of(values)[:, 0] if line.share else None
        back = study.form.reimbursement[payment.reimbursement] if payment.reimbursement else None
        for place in _places(line, len(accounts)):
            for since, before in _runs(money.first, place.epochs, first):
                yield Item(
                    kind="payment",
                    label=labelled(payment.label, line.name),
                    path=_read(line.amount, place.number),
                    account=place.account,
                    since=since,
                    before=before,
                    amount=float(amounts[place.number]),
                    times=_times(study, values, line),
                    price=line.price,
                    paid_by=payers.index(payment.paid_by) if payment.paid_by else 0,
                    received_by=_number(payers, payment.received_by),
                    share=float(shares[place.number]) if shares is not None else None,
                    reimbursed_by=payers.index(back.paid_by) if back else None,
                    bases=bases_of(study, line),
                )


@dataclass(frozen=True, slots=True)
class _Place:
    """An account of a line, the epochs in which the line holds, and its number in readings."""

    account: int
    epochs: list[int]
    number: int


def _places(line: Line, accounts: int) -> Iterator[_Place]:
    epochs: dict[int, list[int]] = {}
    number: dict[int, int] = {}
    for i, place in enumerate(line.places.tolist()):
        epoch, account = divmod(place, accounts)
        epochs.setdefault(account, []).append(epoch)
        number.setdefault(account, i)  # a line reads the same in all its epochs
    for account, at in epochs.items():
        yield _Place(account, at, number[account])


def _runs(own: np.ndarray, epochs: list[int], first: np.ndarray) -> Iterator[tuple[int, int]]:
    """Epochs of some money, side by side ones joined, as epochs of ``first``."""
    begin: int | None = None
    for epoch, then in pairwise([*sorted(epochs), -1]):
        begin = epoch if begin is None else begin
        if then != epoch + 1:
            since, before = np.searchsorted(first, [own[begin], own[epoch + 1]]).tolist()
            if since < before:
                yield since, before
            begin = None


def _times(study: Study, values: Values, line: Line) -> float:
    times = study.timeline.in_step(line.payment.band_unit)
    for quantity in line.times:
        times *= float(values[quantity][0])
    return times


def _changes(
    study: Study, values: Values, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Item]:
    payers = study.form.payers
    for number, changed in enumerate(study.form.plan.amount):
        lasts = change_span(study, number, accounts)
        name = changed.name or str(number)
        label, who = (
            labelled(changed.label, name),
            payers.index(changed.payer) if changed.payer else 0,
        )
        times = lasts.scale * units_per(study.form.step, changed.per)
        for found in _spread(lasts, values, first):
            received_by = _number(payers, changed.received_by)
            yield Item("change", label, *found[:5], times, found[5], who, received_by)


def _costs(
    study: Study, values: Values, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Item]:
    for name, cost in study.form.plan.cost_per_citizen.items():
        lasts = citizen_span(study, name, accounts)
        times = lasts.scale * study.timeline.in_step(cost.per)
        for found in _spread(lasts, values, first):
            paid_by = _number(study.form.payers, cost.paid_by) or 0
            yield Item("cost", {"en": name}, *found[:5], times, found[5], paid_by)


Spread = tuple[str, int, int, int, float, float]  # path, account, since, before, amount, price


def _spread(lasts: Span, values: Values, first: np.ndarray) -> Iterator[Spread]:
    """A span in the common epochs, one by one."""
    for epoch, (price, one) in enumerate(lasts.in_epoch):
        bounds = np.clip(lasts.first[epoch : epoch + 2], 1, first[-1])
        since, before = np.searchsorted(first, bounds).tolist()
        amounts = one.of(values)[:, 0]
        for i, account in enumerate(lasts.places if since < before else []):
            yield _read(one, i), account, since, before, float(amounts[i]), price


def _read(one: Reading, place: int) -> str:
    """Where the study writes what a place reads, by key path."""
    named = zip(one.bands, one.shares[place], strict=True)
    return ", ".join(quantity.path for quantity, share in named if share > 0)


def _number(payers: list[str], name: str | None) -> int | None:
    return None if name is None else payers.index(name)
