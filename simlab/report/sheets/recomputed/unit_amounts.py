"""What one citizen in an account costs each payer in a step, tax and equalisation included.

    base = Σ taxed amounts − taxes deducted before        due = base · rate
    lost = base · level · average rate    or    due · (1 − retained)

A row an epoch, a column an account: rows are multiplied by the rows of people, step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from simlab.finance.central_world import TaxTerm
from simlab.report.sheets.recomputed.amounts import Amounts
from simlab.report.sheets.recomputed.frame import LOCAL, SHARE, Frame
from simlab.report.sheets.sheet import Column, Live, Row, Sheet, Spot, cell, cells, total

LEAD = 6  # columns before the first account: what, whose, from, and three rates
RATES = 3  # the first of these
Block = tuple[str, int, int | str]  # kind, lag, payer or name
Terms = list[tuple[int, Spot]]
Formula = Callable[[int, int], Live | None]  # by epoch and account
Rates = list[tuple[float | None, float | None, float | None]]  # by epoch, as their columns say
NO_RATES = (None, None, None)


class UnitAmounts:
    """Blocks of rows, an epoch a row: taxes, payers, the displaced, changes, costs a citizen."""

    def __init__(self, frame: Frame, amounts: Amounts) -> None:
        self.frame, self.world, self.amounts = frame, frame.world, amounts
        self.name = frame.name("units")
        self.epochs = len(self.world.first) - 1
        self.rows: list[Row] = []
        self.begin: dict[Block, int] = {}  # the row of a block's first epoch
        self.here: dict[tuple[Block, int, int], Spot] = {}  # block, epoch, account → its cell
        # epoch, account → the numbers of the items that hold there
        self._items: list[list[list[int]]] = [
            [[] for _ in self.world.accounts] for _ in range(self.epochs)
        ]
        for number, item in enumerate(self.world.items):
            for epoch in range(item.since, item.before):
                self._items[epoch][item.account].append(number)
        self._taxes()
        self._payers()
        if self.world.displaced is not None:
            self._displaced()
        self._changes()
        self._costs()

    def row(self, block: Block, step: int) -> str | None:
        """The row of a block that holds in a step, over the accounts with lives."""
        if block not in self.begin:
            return None
        line = self.begin[block] + self.world.epoch_of(step)
        return cells((line, LEAD, line, LEAD + self.world.people - 1), self.name)

    def lags(self) -> list[int]:
        """Steps after which something falls due."""
        return sorted({0, *(tax.lag for tax in self.world.taxes)})

    def sheet(self) -> Sheet:
        words = self.frame.words
        columns = [
            Column(words("Unit amounts, DKK a {step} and {citizen}", step=self.frame.step), 34),
            Column(words("Of whom"), 26),
            Column(words("From"), 12),
            Column(words("Rate"), 10, "share_in"),
            Column(words("Level of equalisation, or retained"), 20, "share_in"),
            Column(words("Average rate"), 16, "share_in"),
        ]
        accounts = map(self.frame.account, range(len(self.world.accounts)))
        columns += [Column(name, 16, "exact") for name in accounts]
        return Sheet(self.name, columns, self.rows, frozen=(1, LEAD))

    # ── blocks ──

    def _block(
        self, block: Block, titles: tuple[str, str], formula: Formula, rates: Rates | None = None
    ) -> None:
        """Write a block, if any of its cells holds a formula."""
        accounts = range(len(self.world.accounts))
        lines = [[formula(epoch, account) for account in accounts] for epoch in range(self.epochs)]
        if not any(live is not None for line in lines for live in line):
            return
        self.begin[block] = len(self.rows) + 1
        for epoch, line in enumerate(lines):
            row = len(self.rows) + 1
            since = self.world.dates[int(self.world.first[epoch]) - 1]
            self.rows.append((*titles, since, *(rates[epoch] if rates else NO_RATES), *line))
            for account, live in enumerate(line):
                if live is not None and isinstance(live.value, float):
                    place = cell(row, LEAD + account)
                    self.here[block, epoch, account] = Spot(place, live.value)
        self.rows.append(())

    def _at(
        self, kind: str, name: int | str, epoch: int, account: int, lag: int = 0
    ) -> Spot | None:
        return self.here.get(((kind, lag, name), epoch, account))

    def _taxes(self) -> None:
        words, deducted = self.frame.words, list[TaxTerm]()
        for tax in self.world.taxes:
            label = words.text(tax.label)
            base = partial(self._base, tax, deducted)
            self._block(("base", 0, tax.name), (words("Taxed income"), label), base)
            due = partial(self._due, tax, len(self.rows) + 1)
            rates: Rates = [(float(rate), None, None) for rate in tax.rate]
            self._block(("due", 0, tax.name), (words("Tax"), label), due, rates)
            lost = partial(self._lost, tax, len(self.rows) + 1)
            title = (words("Tax equalised away"), label)
            self._block(("lost", 0, tax.name), title, lost, _equalisation(tax, self.epochs))
            if tax.deducted:
                deducted.append(tax)

    def _base(self, tax: TaxTerm, deducted: list[TaxTerm], epoch: int, account: int) -> Live | None:
        terms: Terms = []
        for number in self._items[epoch][account]:
            item = self.world.items[number]
            if tax.of in item.bases:
                sign = 1 if item.received_by is not None else -1
                terms.append((sign, self.amounts.gross(number)))
        for before in deducted if tax.of == "" else ():
            if due := self._at("due", before.name, epoch, account):
                terms.append((-1, due))
        return total(terms)

    def _due(self, tax: TaxTerm, begin: int, epoch: int, account: int) -> Live | None:
        base = self._at("base", tax.name, epoch, account)
        if base is None:
            return None
        rate = cell(begin + epoch, RATES)
        return Live(f"={base.ref}*{rate}", base.value * float(tax.rate[epoch]))

    def _lost(self, tax: TaxTerm, begin: int, epoch: int, account: int) -> Live | None:
        """What equalisation takes of a tax, from a base or from what is due."""
        base = self._at("base", tax.name, epoch, account)
        due = self._at("due", tax.name, epoch, account)
        if base is None or due is None:
            return None
        kept, average = cell(begin + epoch, RATES + 1), cell(begin + epoch, RATES + 2)
        if tax.level is not None and tax.average_rate is not None:
            value = base.value * float(tax.level[epoch]) * float(tax.average_rate[epoch])
            return Live(f"={base.ref}*{kept}*{average}", value)
        if tax.retained is not None:
            return Live(f"={due.ref}*(1-{kept})", due.value * (1.0 - float(tax.retained[epoch])))
        return None

    def _payers(self) -> None:
        words = self.frame.words
        for lag in self.lags():
            title = words("Paid in all") if lag == 0 else words("Equalised away, paid later")
            for payer, name in enumerate(self.frame.payers):
                paid = partial(self._paid, payer, lag)
                self._block(("paid", lag, payer), (title, name), paid)

    def _paid(self, payer: int, lag: int, epoch: int, account: int) -> Live | None:
        terms: Terms = []
        if lag == 0:
            terms += self._entries("payment", payer, epoch, account)
        for tax in self.world.taxes:
            due, lost = (self._at(k, tax.name, epoch, account) for k in ("due", "lost"))
            if due is not None and lag == 0:
                terms += _signed(due, payer, tax.paid_by, tax.received_by)
            if lost is not None and lag == tax.lag:
                terms += _signed(lost, payer, tax.received_by, tax.rest_to)
        return total(terms)

    def _entries(self, kind: str, payer: int, epoch: int, account: int) -> Terms:
        """What a payer pays and receives in the items of a kind."""
        terms: Terms = []
        for number in self._items[epoch][account]:
            item = self.world.items[number]
            if item.kind != kind:
                continue
            if item.paid_by == payer:
                terms.append((1, self.amounts.net(number)))
            if item.reimbursed_by == payer:
                terms.append((1, self.amounts.reimbursed(number)))
            if item.received_by == payer:
                terms.append((-1, self.amounts.gross(number)))
        return terms

    def _displaced(self) -> None:
        title = self.frame.words("One more in a job, through the displaced")
        for lag in self.lags():
            for payer, name in enumerate(self.frame.payers):
                more = partial(self._through_displaced, payer, lag)
                self._block(("displaced", lag, payer), (title, name), more)

    def _through_displaced(self, payer: int, lag: int, epoch: int, place: int) -> Live | None:
        """What one more in a job costs a payer through those displaced: they live here, or
        elsewhere, where what the first payer would pay is another municipality's."""
        displaced = self.world.displaced
        if displaced is None or place not in displaced.places:
            return None
        each = self._each(payer, lag, epoch, place)
        ref, value = each or ("0", 0.0)
        rest, more = ("0", 0.0) if payer == 0 and displaced.elsewhere is not None else (ref, value)
        if payer == displaced.elsewhere and (own := self._each(0, lag, epoch, place)):
            rest, more = f"({rest}+{own[0]})", more + own[1]
        if ref == rest == "0":
            return None
        share, local = self.frame.control(SHARE), self.frame.control(LOCAL)
        return Live(
            f"={share}*({local}*{ref}+(1-{local})*{rest})",
            displaced.share * (displaced.local * value + (1.0 - displaced.local) * more),
        )

    def _each(self, payer: int, lag: int, epoch: int, place: int) -> tuple[str, float] | None:
        """What somebody displaced costs a payer more than somebody in the job."""
        assert self.world.displaced is not None
        there = self._at("paid", payer, epoch, self.world.displaced.account, lag)
        job = self._at("paid", payer, epoch, place, lag)
        if there is None and job is None:
            return None
        there, job = there or Spot("0", 0.0), job or Spot("0", 0.0)
        return f"({there.ref}-{job.ref})", there.value - job.value

    def _changes(self) -> None:
        """What the plan changes, by payer."""
        title = self.frame.words("Changed by the plan")
        for payer, name in enumerate(self.frame.payers):

            def changed(epoch: int, account: int, payer: int = payer) -> Live | None:
                return total(self._entries("change", payer, epoch, account))

            self._block(("change", 0, payer), (title, name), changed)

    def _costs(self) -> None:
        """Costs for each citizen, by the part of the cost that they are."""
        title = self.frame.words("Cost of the plan")
        parts = [item.label["en"] for item in self.world.items if item.kind == "cost"]
        for name in dict.fromkeys(parts):
            self._block(("cost", 0, name), (title, name), partial(self._cost, name))

    def _cost(self, name: str, epoch: int, account: int) -> Live | None:
        items = ((number, self.world.items[number]) for number in self._items[epoch][account])
        return total(
            [
                (1, self.amounts.gross(number))
                for number, item in items
                if item.kind == "cost" and item.label["en"] == name
            ]
        )


def _signed(spot: Spot, payer: int, paid_by: int, received_by: int | None) -> Terms:
    terms: Terms = [(1, spot)] if payer == paid_by else []
    return [*terms, (-1, spot)] if payer == received_by else terms


def _equalisation(tax: TaxTerm, epochs: int) -> Rates:
    kept = tax.level if tax.level is not None else tax.retained

    def at(rates: np.ndarray | None, epoch: int) -> float | None:
        return None if rates is None else float(rates[epoch])

    return [(None, at(kept, epoch), at(tax.average_rate, epoch)) for epoch in range(epochs)]
