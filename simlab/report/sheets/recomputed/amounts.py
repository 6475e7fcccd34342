"""Every amount one by one: what is paid for a citizen, what is reimbursed, and what is left."""

from __future__ import annotations

from datetime import date

from simlab.finance.central_world import Recomputable
from simlab.finance.items import Item
from simlab.report.sheets.recomputed.frame import Frame
from simlab.report.sheets.sheet import Column, Live, Row, Sheet, Spot, cell

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
        item = self.world.items[number]
        return self._spot(number, NET, item.gross - item.reimbursed)

    def _spot(self, number: int, column: int, value: float) -> Spot:
        return Spot(cell(number + 1, column, self.name), value)

    def sheet(self) -> Sheet:
        words, per = self.frame.words, self.frame.step
        columns = (
            Column(words("Amount"), 34),
            Column(words("For whom"), 38),
            Column(words("From"), 12),
            Column(words("Until"), 12),
            Column(words("Amount as written, DKK"), 14, "exact_in"),
            Column(words("Times in a {step}", step=per), 12, "factor_in"),
            Column(words("Price level"), 12, "factor_in"),
            Column(words("Gross, DKK a {step}", step=per), 14, "exact"),
            Column(words("Reimbursed share"), 13, "share_in"),
            Column(words("Reimbursed, DKK a {step}", step=per), 14, "exact"),
            Column(words("Net, DKK a {step}", step=per), 14, "exact"),
            Column(words("Paid by"), 20),
            Column(words("Reimbursed by"), 20),
            Column(words("Received by"), 20),
            Column(words("Taxed"), 9),
            Column(words("In the study"), 60),
        )
        rows = [self._row(n, item) for n, item in enumerate(self.world.items)]
        return Sheet(self.name, columns, rows, frozen=(1, 2))

    def _row(self, number: int, item: Item) -> Row:
        words, payers, row = self.frame.words, self.frame.payers, number + 1
        amount, times, price, gross, share, back = (
            cell(row, c) for c in (AMOUNT, TIMES, PRICE, GROSS, SHARE, REIMBURSED)
        )
        label = words.text(item.label)
        if item.kind == "change":
            label = words("Changed by the plan: {what}", what=label)
        elif item.kind == "cost":
            label = words("Cost of the plan: {what}", what=label)
        return (
            label,
            self.frame.account(item.account),
            *_days(self.world, item),
            item.amount,
            item.times,
            item.price,
            Live(f"={amount}*{times}*{price}", item.gross),
            item.share,
            None if item.share is None else Live(f"={gross}*{share}", item.reimbursed),
            Live(f"={gross}-{back}", item.gross - item.reimbursed),
            payers[item.paid_by],
            None if item.reimbursed_by is None else payers[item.reimbursed_by],
            None if item.received_by is None else payers[item.received_by],
            words("yes") if item.bases else words("no"),
            item.path,
        )


def _days(world: Recomputable, item: Item) -> tuple[date, date]:
    """From the start of an item's first step to the end of its last."""
    first, after = int(world.first[item.since]), int(world.first[item.before])
    return world.dates[first - 1], world.dates[after - 1]
