"""What one citizen in an account costs each payer in a step, tax and equalisation included.

    base = Σ taxed amounts − taxes deducted before        due = base · rate
    lost = base · level · average rate    or    due · (1 − retained)

A row an epoch, a column an account: rows are multiplied by the rows of people, step by step.
"""

from __future__ import annotations

from collections.abc import Iterator

from simlab.finance.items import Item
from simlab.finance.recomputable import TaxTerm
from simlab.report.sheets.recomputed.amounts import Amounts
from simlab.report.sheets.recomputed.frame import LOCAL, SHARE, Frame
from simlab.report.sheets.sheet import (
    EMPTY,
    Live,
    Sheet,
    Spot,
    Value,
    cell,
    cells,
    day,
    text,
    total,
)

LEAD = 6  # columns before the first account: what, whose, from, and three rates
RATES = 3  # the first of these
Block = tuple[str, int, int | str]  # kind, lag, payer or name
Terms = list[tuple[int, Spot]]


class UnitAmounts:
    """Blocks of rows, an epoch a row: taxes, payers, the displaced, changes, costs a citizen."""

    def __init__(self, frame: Frame, amounts: Amounts) -> None:
        self.frame, self.world, self.amounts = frame, frame.world, amounts
        self.name = frame.name("units")
        self.epochs = len(self.world.first) - 1
        self.rows: list[tuple[Value, ...]] = []
        self.begin: dict[Block, int] = {}  # the row of a block's first epoch
        self.here: dict[tuple[Block, int, int], Spot] = {}  # block, epoch, account → its cell
        # epoch, account → the numbers of the items that hold there
        self._items: list[list[list[int]]] = [
            [[] for _ in self.world.accounts] for _ in range(self.epochs)
        ]
        for number, one in enumerate(self.world.items):
            for epoch in range(one.since, one.before):
                self._items[epoch][one.account].append(number)
        self._taxes()
        self._payers()
        if self.world.displaced is not None:
            self._displaced()
        self._rest("change")
        self._rest("cost")

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
            (words("Unit amounts, DKK a {step} and {citizen}", step=self.frame.step), 34.0),
            (words("Of whom"), 26.0),
            (words("From"), 12.0),
            (words("Rate"), 10.0),
            (words("Level of equalisation, or retained"), 20.0),
            (words("Average rate"), 16.0),
        ]
        columns += [(self.frame.account(a), 16.0) for a in range(len(self.world.accounts))]
        return Sheet(self.name, tuple(columns), tuple(self.rows), frozen=(1, LEAD))

    # ── blocks ──

    def _block(self, block: Block, titles: tuple[str, str], lines: list[list[Live | None]],
               rates: list[tuple[Value, ...]] | None = None) -> None:  # fmt: skip
        """Write a block, if any of its cells holds a formula."""
        if not any(live is not None for line in lines for live in line):
            return
        self.begin[block] = len(self.rows) + 1
        for epoch, line in enumerate(lines):
            row = len(self.rows) + 1
            since = day(self.world.dates[int(self.world.first[epoch]) - 1])
            lead = rates[epoch] if rates else (EMPTY,) * (LEAD - RATES)
            self.rows.append(
                (text(titles[0]), text(titles[1]), since, *lead, *((x, "exact") for x in line))
            )
            for account, live in enumerate(line):
                if live is not None and isinstance(live.value, float):
                    place = cell(row, LEAD + account)
                    self.here[block, epoch, account] = Spot(place, live.value)
        self.rows.append(())

    def _lines(self) -> Iterator[tuple[int, int]]:
        for epoch in range(self.epochs):
            for account in range(len(self.world.accounts)):
                yield epoch, account

    def _table(self) -> list[list[Live | None]]:
        return [[None] * len(self.world.accounts) for _ in range(self.epochs)]

    def _at(
        self, kind: str, name: int | str, epoch: int, account: int, lag: int = 0
    ) -> Spot | None:
        return self.here.get(((kind, lag, name), epoch, account))

    def _taxes(self) -> None:
        words = self.frame.words
        deducted: list[TaxTerm] = []
        for tax in self.world.taxes:
            label = words.text(tax.label)
            bases, dues, lost = self._table(), self._table(), self._table()
            for epoch, account in self._lines():
                if terms := self._base(tax, deducted, epoch, account):
                    bases[epoch][account] = total(terms)
            self._block(("base", 0, tax.name), (words("Taxed income"), label), bases)
            begin = len(self.rows) + 1
            for epoch, account in self._lines():
                base = self._at("base", tax.name, epoch, account)
                if base is not None:
                    rate = float(tax.rate[epoch])
                    place = cell(begin + epoch, RATES)
                    dues[epoch][account] = Live(f"={base.ref}*{place}", base.value * rate)
            rates: list[tuple[Value, ...]] = [
                ((float(x), "share_in"), EMPTY, EMPTY) for x in tax.rate
            ]
            self._block(("due", 0, tax.name), (words("Tax"), label), dues, rates)
            begin = len(self.rows) + 1
            for epoch, account in self._lines():
                lost[epoch][account] = self._lost(tax, epoch, account, begin + epoch)
            title = (words("Tax equalised away"), label)
            self._block(("lost", 0, tax.name), title, lost, _equalisation(tax, self.epochs))
            if tax.deducted:
                deducted.append(tax)

    def _base(self, tax: TaxTerm, deducted: list[TaxTerm], epoch: int, account: int) -> Terms:
        terms: Terms = []
        for number in self._items[epoch][account]:
            one = self.world.items[number]
            if tax.of in one.bases:
                terms.append((1 if one.received_by is not None else -1, self.amounts.gross(number)))
        for before in deducted if tax.of == "" else ():
            if due := self._at("due", before.name, epoch, account):
                terms.append((-1, due))
        return terms

    def _lost(self, tax: TaxTerm, epoch: int, account: int, row: int) -> Live | None:
        """What equalisation takes of a tax, from a base or from what is due."""
        base = self._at("base", tax.name, epoch, account)
        due = self._at("due", tax.name, epoch, account)
        if base is None or due is None:
            return None
        kept, average = cell(row, RATES + 1), cell(row, RATES + 2)
        if tax.level is not None and tax.average_rate is not None:
            value = base.value * float(tax.level[epoch]) * float(tax.average_rate[epoch])
            return Live(f"={base.ref}*{kept}*{average}", value)
        if tax.retained is not None:
            return Live(f"={due.ref}*(1-{kept})", due.value * (1.0 - float(tax.retained[epoch])))
        return None

    def _payers(self) -> None:
        words = self.frame.words
        for lag in self.lags():
            for payer, name in enumerate(self.frame.payers):
                table = self._table()
                for epoch, account in self._lines():
                    if terms := self._paid(payer, lag, epoch, account):
                        table[epoch][account] = total(terms)
                said = words("Paid in all") if lag == 0 else words("Equalised away, paid later")
                self._block(("paid", lag, payer), (said, name), table)

    def _paid(self, payer: int, lag: int, epoch: int, account: int) -> Terms:
        terms: Terms = []
        for number in self._items[epoch][account] if lag == 0 else ():
            one = self.world.items[number]
            if one.kind == "payment":
                terms += self._entries(number, one, payer)
        for tax in self.world.taxes:
            due, lost = (self._at(k, tax.name, epoch, account) for k in ("due", "lost"))
            if due is not None and lag == 0:
                terms += _signed(due, payer, tax.paid_by, tax.received_by)
            if lost is not None and lag == tax.lag:
                terms += _signed(lost, payer, tax.received_by, tax.rest_to)
        return terms

    def _entries(self, number: int, one: Item, payer: int) -> Terms:
        terms: Terms = []
        if one.paid_by == payer:
            terms.append((1, self.amounts.net(number)))
        if one.reimbursed_by == payer:
            terms.append((1, self.amounts.reimbursed(number)))
        if one.received_by == payer:
            terms.append((-1, self.amounts.gross(number)))
        return terms

    def _displaced(self) -> None:
        """What one more in a job costs through those displaced."""
        one, words = self.world.displaced, self.frame.words
        assert one is not None
        share, local = self.frame.control(SHARE), self.frame.control(LOCAL)
        moves = {k: 1.0 for k in range(len(self.frame.payers))}  # the part of each in the rest
        if one.elsewhere is not None:
            moves[0] = 0.0
        for lag in self.lags():
            for payer, name in enumerate(self.frame.payers):
                table = self._table()
                for epoch in range(self.epochs):
                    for place in one.places:
                        found = self._each(payer, lag, epoch, place)
                        ref, value = found if found else ("0", 0.0)
                        rest, more = (ref, value) if moves[payer] else ("0", 0.0)
                        if payer == one.elsewhere and (own := self._each(0, lag, epoch, place)):
                            rest, more = f"({rest}+{own[0]})", more + own[1]
                        if ref == rest == "0":
                            continue
                        table[epoch][place] = Live(
                            f"={share}*({local}*{ref}+(1-{local})*{rest})",
                            one.share * (one.local * value + (1.0 - one.local) * more),
                        )
                self._block(
                    ("displaced", lag, payer),
                    (words("One more in a job, through the displaced"), name),
                    table,
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

    def _rest(self, kind: str) -> None:
        """Changes by payer; costs for each citizen by the part of the cost that they are."""
        words, found = self.frame.words, [i for i in self.world.items if i.kind == kind]
        names: list[int | str] = (
            list(range(len(self.frame.payers)))
            if kind == "change"
            else list(dict.fromkeys(one.label["en"] for one in found))
        )
        for name in names:
            table = self._table()
            for epoch, account in self._lines():
                terms: Terms = []
                for number in self._items[epoch][account]:
                    one = self.world.items[number]
                    if one.kind == "change" == kind and isinstance(name, int):
                        terms += self._entries(number, one, name)
                    elif one.kind == "cost" == kind and one.label["en"] == name:
                        terms.append((1, self.amounts.gross(number)))
                if terms:
                    table[epoch][account] = total(terms)
            title = words("Changed by the plan") if kind == "change" else words("Cost of the plan")
            whose = self.frame.payers[name] if isinstance(name, int) else name
            self._block((kind, 0, name), (title, whose), table)


def _signed(spot: Spot, payer: int, paid_by: int, received_by: int | None) -> Terms:
    terms: Terms = [(1, spot)] if payer == paid_by else []
    return [*terms, (-1, spot)] if payer == received_by else terms


def _equalisation(tax: TaxTerm, epochs: int) -> list[tuple[Value, ...]]:
    kept = tax.level if tax.level is not None else tax.retained
    rows: list[tuple[Value, ...]] = []
    for e in range(epochs):
        average = None if tax.average_rate is None else float(tax.average_rate[e])
        rows.append(
            (EMPTY, (None if kept is None else float(kept[e]), "share_in"), (average, "share_in"))
        )
    return rows
