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
from simlab.finance.changed_amounts import changes
from simlab.finance.parties import column
from simlab.finance.plan_cost import citizen_costs
from simlab.finance.unit_amounts import Line, Reading, Span, money_lines
from simlab.model.accounts import Account
from simlab.model.parameters import Values
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
    firsts += [change.lasts.first for change in changes(study, own)]
    firsts += [cost.lasts.first for cost in citizen_costs(study, own)]
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
    money = money_lines(study, accounts)
    for line in money.lines:
        stream, amounts = line.stream, line.amount.of(values)[:, 0]
        shares = line.share.of(values)[:, 0] if line.share else None
        for place in _places(line, len(accounts)):
            for since, before in _runs(money.first, place.epochs, first):
                yield Item(
                    kind="payment",
                    label=stream.label,
                    path=_read(line.amount, place.number),
                    account=place.account,
                    since=since,
                    before=before,
                    amount=float(amounts[place.number]),
                    times=_times(values, line),
                    price=line.price.in_first(values),
                    paid_by=stream.parties.paid_by,
                    received_by=stream.parties.received_by,
                    share=float(shares[place.number]) if shares is not None else None,
                    reimbursed_by=stream.repaid_by,
                    bases=stream.bases,
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


def _times(values: Values, line: Line) -> float:
    times = line.stream.per_step
    for quantity in line.times:
        times *= float(values[quantity][0])
    return times


def _changes(
    study: Study, values: Values, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Item]:
    for change in changes(study, accounts):
        who, times = change.parties, change.lasts.scale * change.per_step
        for where, price in _spread(change.lasts, values, first):
            yield Item("change", change.label, *where, times, price, who.paid_by, who.received_by)


def _costs(
    study: Study, values: Values, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Item]:
    for cost in citizen_costs(study, accounts):
        payer, times = column(study, cost.paid.paid_by), cost.lasts.scale * cost.per_step
        for where, price in _spread(cost.lasts, values, first):
            yield Item("cost", {"en": cost.name}, *where, times, price, payer)


Spread = tuple[str, int, int, int, float]  # path, account, since, before, amount


def _spread(lasts: Span, values: Values, first: np.ndarray) -> Iterator[tuple[Spread, float]]:
    """A span in the common epochs, one by one, each with its price."""
    for epoch, (price, reading) in enumerate(lasts.in_epoch):
        bounds = np.clip(lasts.first[epoch : epoch + 2], 1, first[-1])
        since, before = np.searchsorted(first, bounds).tolist()
        amounts = reading.of(values)[:, 0]
        for i, account in enumerate(lasts.places if since < before else []):
            each = float(amounts[i])
            yield (_read(reading, i), account, since, before, each), price.in_first(values)


def _read(reading: Reading, place: int) -> str:
    """Where the study writes what a place reads, by key path."""
    named = zip(reading.bands, reading.shares[place], strict=True)
    return ", ".join(quantity.path for quantity, share in named if share > 0)
