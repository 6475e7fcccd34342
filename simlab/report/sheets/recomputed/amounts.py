"""Every amount one by one: what is paid for a citizen, what is reimbursed, and what is left."""

from __future__ import annotations

from simlab.finance.items import Item
from simlab.finance.recomputable import Recomputable
from simlab.report.sheets.recomputed.frame import Frame
from simlab.report.sheets.sheet import EMPTY, Live, Sheet, Spot, Value, cell, day, text

AMOUNT, TIMES, PRICE, GROSS, SHARE, REIMBURSED, NET = range(4, 11)  # columns


class Amounts:
    """A row an amount, account and run of steps."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.world = frame, frame.world
        self.name = frame.name("amounts")

    def gross(self, number: int) -> Spot:
        return self._spot(number, GROSS, self.world.items[number].gross)

    def reimbursed(self, number: int) -> Spot:
        return self._spot(number, REIMBURSED, self.world.items[number].reimbursed)

    def net(self, number: int) -> Spot:
        one = self.world.items[number]
        return self._spot(number, NET, one.gross - one.reimbursed)

    def _spot(self, number: int, column: int, value: float) -> Spot:
        return Spot(cell(number + 1, column, self.name), value)

    def sheet(self) -> Sheet:
        words, per = self.frame.words, self.frame.step
        columns = (
            (words("Amount"), 34.0),
            (words("For whom"), 38.0),
            (words("From"), 12.0),
            (words("Until"), 12.0),
            (words("Amount as written, DKK"), 14.0),
            (words("Times in a {step}", step=per), 12.0),
            (words("Price level"), 12.0),
            (words("Gross, DKK a {step}", step=per), 14.0),
            (words("Reimbursed share"), 13.0),
            (words("Reimbursed, DKK a {step}", step=per), 14.0),
            (words("Net, DKK a {step}", step=per), 14.0),
            (words("Paid by"), 20.0),
            (words("Reimbursed by"), 20.0),
            (words("Received by"), 20.0),
            (words("Taxed"), 9.0),
            (words("In the study"), 60.0),
        )
        rows = tuple(self._row(n, one) for n, one in enumerate(self.world.items))
        return Sheet(self.name, columns, rows, frozen=(1, 2))

    def _row(self, number: int, one: Item) -> tuple[Value, ...]:
        words, payers, row = self.frame.words, self.frame.payers, number + 1
        amount, times, price, gross, share = (
            cell(row, c) for c in (AMOUNT, TIMES, PRICE, GROSS, SHARE)
        )
        label = words.text(one.label)
        if one.kind == "change":
            label = words("Changed by the plan: {what}", what=label)
        elif one.kind == "cost":
            label = words("Cost of the plan: {what}", what=label)
        since, until = _days(self.world, one)
        back = None if one.share is None else Live(f"={gross}*{share}", one.reimbursed)
        return (
            text(label),
            text(self.frame.account(one.account)),
            since,
            until,
            (one.amount, "exact_in"),
            (one.times, "factor_in"),
            (one.price, "factor_in"),
            (Live(f"={amount}*{times}*{price}", one.gross), "exact"),
            (one.share, "share_in"),
            (back, "exact"),
            (
                Live(f"={gross}-{cell(row, REIMBURSED)}", one.gross - one.reimbursed),
                "exact",
            ),
            text(payers[one.paid_by]),
            EMPTY if one.reimbursed_by is None else text(payers[one.reimbursed_by]),
            EMPTY if one.received_by is None else text(payers[one.received_by]),
            text(words("yes") if one.bases else words("no")),
            text(one.path),
        )


def _days(world: Recomputable, one: Item) -> tuple[Value, Value]:
    """From the start of an item's first step to the end of its last."""
    first, after = int(world.first[one.since]), int(world.first[one.before])
    return day(world.dates[first - 1]), day(world.dates[after - 1])
