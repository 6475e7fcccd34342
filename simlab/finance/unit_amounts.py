"""Unit amounts: what one citizen in an account costs each payer in one step.

Gross payments are split by the reimbursement in force at the account's rung of the ladder; what a
citizen receives as taxed income gives tax, of which equalisation leaves a share. A payment that
somebody receives enters that payer with the opposite sign, so transfers cancel in the sum over
payers. Every table is linear in people, so one multiplication by heads gives the cash flow.

An **epoch** is a run of steps between two dated changes of money, a **place** an account in an
epoch: place = epoch · accounts + account.

A payment per hour is multiplied by the hours worked in the state, and one that only a share of the
people gets by that share: both are one figure a draw, whichever payments read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simlab.finance.formula_table import Figure, Table, Terms, amounts_of
from simlab.finance.formulas import Formulas
from simlab.finance.parties import Parties, column, parties
from simlab.finance.pay import EXPENDITURE, INCOME, Entries, add_entries, pay
from simlab.finance.prices import Factor, of_version, year_starts
from simlab.finance.taxes import ALL, TaxLine, TaxRates, bases_of, taxes
from simlab.model.accounts import Account
from simlab.model.parameters import Values
from simlab.study.families import Point
from simlab.study.grammar import Payment
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.message import labelled
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.values import Varying


@dataclass(frozen=True)
class UnitAmounts:
    """by_lag : lag → (epochs, accounts, payers, draws) kr. a step and citizen

    An amount falls ``lag`` steps after the step that it is computed for (equalisation); most fall
    in it, with lag 0.
    first  : (epochs + 1,) the first step of each epoch, and the step after the last
    payers : the columns of those who pay or receive anything
    """

    by_lag: dict[int, np.ndarray]
    first: np.ndarray
    payers: np.ndarray

    def pay(self, people: np.ndarray, accounts: np.ndarray, out: np.ndarray) -> None:
        """Add what is paid for those in some accounts of people : (steps + 1, accounts, draws) to
        out : (steps + 1, payers, draws)."""
        for lag, unit in self.by_lag.items():
            pay(people, accounts, self.payers, unit, self.first, lag, out)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as some places read it: Σ_b shares[:, b] · band b.

    shares : (places, bands) the part of the step that lies in each band
    """

    bands: tuple[Quantity, ...]
    shares: np.ndarray

    def of(self, values: Values) -> np.ndarray:
        """(places, draws) the value; bands are added up in their order."""
        value = np.zeros((len(self.shares), values.draws))
        for quantity, share in zip(self.bands, self.shares.T, strict=True):
            if share.any():
                value += share[:, None] * values[quantity]
        return value


def money_epochs(study: Study, varyings: list[Varying]) -> np.ndarray:
    """(epochs + 1,) the first step of each run of steps between dated changes, and the end."""
    timeline = study.timeline
    firsts = {1} | {timeline.first_step_from(c) for v in varyings for c in v.changes}
    inside = sorted(t for t in firsts if t <= timeline.steps)
    return np.array([*inside, timeline.steps + 1], dtype=np.int64)


def reading(
    study: Study, varying: Varying, version: int, accounts: list[Account], unit: str
) -> Reading:
    """How people in some accounts read one version of a value."""
    bands = varying.versions[version][1]
    shares = np.array([a.weights(study, bands, unit) for a in accounts])
    return Reading(tuple(band.value for band in bands.bands), shares)


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of the plan for people in some accounts, as far as it lasts.

    first : (epochs + 1,) the first step of each epoch, and the step after the last
    in_epoch : (epochs) what a unit of it is in the kr. of the study, and how the places read it
    scale : the part of the people in these places whom it is for
    """

    first: np.ndarray
    places: list[int]
    in_epoch: tuple[tuple[Factor, Reading], ...]
    scale: float = 1.0

    def of(self, values: Values) -> Iterator[tuple[int, np.ndarray]]:
        """Each epoch with its amounts : (places, draws)."""
        for e, (price, amount) in enumerate(self.in_epoch):
            yield e, self.scale * price.of(values) * amount.of(values)


def span(
    study: Study,
    varying: Varying,
    unit: str,
    indexed: str | None,
    whose: tuple[list[int], list[Account]],
    lasts: tuple[int, int],
    scale: float = 1.0,
) -> Span:
    """An amount of the plan from a step to another, for the accounts ``whose``: for each of them,
    or on average where the plan reaches a part of them (``scale``)."""
    years = np.array(year_starts(study, indexed), dtype=np.int64)
    first = np.union1d(money_epochs(study, [varying]), years)
    places, accounts = whose
    in_epoch = []
    for t in first[:-1].tolist() if places else []:
        version = varying.version(study.timeline.start_of(t))
        price = of_version(study, indexed, varying, version, t)
        in_epoch.append((price, reading(study, varying, version, accounts, unit)))
    return Span(np.clip(first, *lasts), places, tuple(in_epoch), scale)


# ── the study's lines, without their numbers ──


@dataclass(frozen=True, slots=True)
class Stream:
    """A payment by whom and to whom; ``per_step`` : how often its amount is due in a step.

    repaid_by : the payer that reimburses it    bases : of taxes that it is in, by name
    """

    path: str
    label: dict[str, str]
    parties: Parties
    repaid_by: int | None
    per_step: float
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A payment under one version of its amount and of its reimbursement, where it is paid."""

    stream: Stream
    places: np.ndarray
    times: tuple[Quantity, ...]  # the hours worked, and the share who get it
    price: Factor  # of its kr. in the kr. of the study
    amount: Reading
    share: Reading | None  # of which somebody else pays


@dataclass(frozen=True, slots=True)
class Lines:
    """What is paid where: the money of a study as far as it is the same in all draws."""

    first: np.ndarray
    lines: tuple[Line, ...]
    lags: tuple[int, ...]  # steps until an amount falls, 0 the first


@once_a_study
def money_lines(study: Study, accounts: tuple[Account, ...]) -> Lines:
    """The lines of every payment, in the order in which they are written."""
    form = study.form
    varyings = [a for p in form.payments.values() for a in p.amount.values()]
    varyings += [r.share for r in form.reimbursement.values()]
    for written in form.taxes.values():
        rates = (written.rate, written.retained, written.average_rate)
        varyings += [varying for varying in rates if varying is not None]
        varyings += [written.equalised[written.equalisation]] if written.equalisation else []
    years = [t for p in form.payments.values() for t in year_starts(study, p.indexed)]
    first = np.union1d(money_epochs(study, varyings), np.array(years, dtype=np.int64))
    lags = tuple(sorted({0, *(tax.lag for tax in taxes(study))}))
    lines = tuple(
        line
        for name, payment in form.payments.items()
        for line in _lines(study, name, payment, accounts, first)
    )
    return Lines(first, lines, lags)


def _lines(
    study: Study, name: str, payment: Payment, accounts: tuple[Account, ...], first: np.ndarray
) -> Iterator[Line]:
    ladder = None
    if payment.reimbursement is not None:
        ladder = study.form.reimbursement[payment.reimbursement]
    stream = Stream(
        dotted("payments", name),
        labelled(payment.label, name),
        parties(study, payment.paid_by, payment.received_by),
        None if ladder is None else column(study, ladder.paid_by),
        study.timeline.in_step(payment.band_unit),
        bases_of(study, name) if payment.taxed else (),
    )
    for key, times, states in _multiplied(study, payment):
        varying, unit = payment.amount[key], payment.band_unit
        here = [a for a, account in enumerate(accounts) if account.state in states]
        epochs: dict[tuple[int, int, Factor], list[int]] = {}
        for e, t in enumerate(first[:-1].tolist()):
            day = study.timeline.start_of(t)
            version = varying.version(day)
            share = ladder.share.version(day) if ladder else 0
            price = of_version(study, payment.indexed, varying, version, t)
            epochs.setdefault((version, share, price), []).append(e)
        for (version, share, price), at in epochs.items():
            whose = [accounts[a] for a in here] * len(at)
            if not whose or _not_begun(varying, version):
                continue
            yield Line(
                stream,
                np.array([e * len(accounts) + a for e in at for a in here]),
                times,
                price,
                reading(study, varying, version, whose, unit),
                reading(study, ladder.share, share, whose, ladder.per) if ladder else None,
            )


def _not_begun(varying: Varying, version: int) -> bool:
    """Whether a dated amount is nothing until its second date: it is no figure of earlier years,
    nor is the share of the people who get it."""
    bands = varying.versions[0][1].bands
    none = all(band.value.distribution == Point(0.0) for band in bands)
    return none and version == 0 and len(varying.versions) > 1


def _multiplied(
    study: Study, payment: Payment
) -> Iterator[tuple[str, tuple[Quantity, ...], tuple[str, ...]]]:
    """Each key of the amounts with what multiplies them, and for which states."""
    times = () if payment.share is None else (payment.share,)
    for key in payment.amount:
        states = study.names.expand(key)
        if payment.per != "hour":
            yield key, times, states
            continue
        for state in states:
            yield key, (*times, study.form.hours_per_month[state]), (state,)


# ── the same as formulas ──


@dataclass(frozen=True, slots=True)
class Money:
    """What is paid for people, as formulas; by_lag : lag → the entries that fall so much later.

    first  : (epochs + 1,) the first step of each epoch, and the step after the last
    payers : the columns of those who pay or receive anything
    """

    first: np.ndarray
    figures: tuple[Figure, ...]
    formulas: Formulas
    by_lag: dict[int, Entries]
    sources: tuple[str, ...]
    payers: np.ndarray

    def amounts(self, values: Values) -> np.ndarray:
        """(formulas, draws) kr. a step."""
        return amounts_of(self.formulas, self.figures, values)


@once_a_study
def money(study: Study, accounts: tuple[Account, ...]) -> Money:
    """All that is paid and received for people: its sum is the unit amounts."""
    lines = money_lines(study, accounts)
    ledger = _Ledger(study, len(accounts))
    for line in lines.lines:
        ledger.pay(line)
    for tax in taxes(study):
        for epoch, step in enumerate(lines.first[:-1].tolist()):
            ledger.tax(tax, epoch, step)
    by_lag = {lag: ledger.of_lag(lag) for lag in lines.lags}
    table, sources = ledger.table, tuple(ledger.sources)
    payers = np.unique(np.concatenate([entries.payer for entries in by_lag.values()]))
    figures = tuple(table.figures.values())
    return Money(lines.first, figures, table.compiled(), by_lag, sources, payers)


Written = tuple[int, int, int, int, float, int, int]  # the columns of Entries


class _Ledger:
    """The entries as they are written.

    income : (base, place) → the amounts that are taxed there
    """

    def __init__(self, study: Study, accounts: int):
        self.study, self.accounts, self.table = study, accounts, Table()
        self.sources: dict[str, int] = {}
        self.written: dict[int, list[Written]] = {}
        self.income: dict[tuple[str, int], tuple[tuple[int, float], ...]] = {}

    def enter(
        self, source: str, place: int, payer: int, amount: int, sign: float, side: int, lag: int = 0
    ) -> None:
        """What a payer pays more, by a sign, for people in a place."""
        number = self.sources.setdefault(source, len(self.sources))
        epoch, account = divmod(place, self.accounts)
        entry = amount, epoch, account, payer, sign, number, side
        self.written.setdefault(lag, []).append(entry)

    def pay(self, line: Line) -> None:
        """A line; what is taxed of it is added to the income."""
        stream, receiver = line.stream, line.stream.parties.received_by
        path, payer = stream.path, stream.parties.paid_by
        for i, place in enumerate(line.places.tolist()):
            price, amount = stream.per_step * line.price.ratio, self._read(line.amount, i)
            gross = self.table.add(price, amount, line.times, rise=line.price)
            if stream.repaid_by is not None and line.share is not None:
                back = self.table.add(1.0, self._read(line.share, i), (), ((gross, 1.0),))
                self.enter(path, place, stream.repaid_by, back, 1.0, EXPENDITURE)
                self.enter(path, place, payer, back, -1.0, INCOME)
            self.enter(path, place, payer, gross, 1.0, EXPENDITURE)
            if receiver is not None:
                self.enter(path, place, receiver, gross, -1.0, INCOME)
            for base in stream.bases:
                # Without a receiver a negative amount is income to its payer, such as a wage.
                self._earn(base, place, gross, -1.0 if receiver is None else 1.0)

    def _read(self, reading: Reading, place: int) -> Terms:
        read = zip(reading.bands, reading.shares[place].tolist(), strict=True)
        shares = tuple((self.table.figure(band), share) for band, share in read if share)
        return shares or ((0, 0.0),)

    def _earn(self, base: str, place: int, amount: int, sign: float) -> None:
        self.income[base, place] = (*self.income.get((base, place), ()), (amount, sign))

    def tax(self, tax: TaxLine, epoch: int, step: int) -> None:
        """A tax on the income of everybody in an epoch, whose first step is ``step``."""
        rates = tax.rates(self.study, step)
        for place in range(epoch * self.accounts, (epoch + 1) * self.accounts):
            taxed = self.income.get((tax.of, place))
            if taxed is None:
                continue
            due = self.table.add(1.0, (), (rates.rate,), taxed)
            self.enter(tax.path, place, tax.paid_by, due, 1.0, EXPENDITURE)
            self.enter(tax.path, place, tax.received_by, due, -1.0, INCOME)
            lost = self._equalised(rates, due, taxed)
            if tax.rest_to is not None and lost is not None:
                self.enter(tax.path, place, tax.received_by, lost, 1.0, INCOME, tax.lag)
                self.enter(tax.path, place, tax.rest_to, lost, -1.0, INCOME, tax.lag)
            if tax.deducted:
                self._earn(ALL, place, due, -1.0)

    def _equalised(self, rates: TaxRates, due: int, taxed: Terms) -> int | None:
        """What is equalised away of a tax that is due: income that is lost."""
        if rates.level is not None and rates.average_rate is not None:
            return self.table.add(1.0, (), (rates.level, rates.average_rate), taxed)
        if rates.retained is not None:
            kept = ((0, 1.0), (self.table.figure(rates.retained), -1.0))
            return self.table.add(1.0, kept, (), ((due, 1.0),))
        return None

    def of_lag(self, lag: int) -> Entries:
        """Those that fall so much later, as arrays."""
        columns = list(zip(*self.written.get(lag, []), strict=True)) or [()] * 7
        kinds = (float if name == "sign" else np.int64 for name in Entries._fields)
        return Entries(*(np.array(c, dtype=kind) for c, kind in zip(columns, kinds, strict=True)))


# ── their numbers in a block of draws ──


def unit_amounts(study: Study, values: Values, accounts: tuple[Account, ...]) -> UnitAmounts:
    """The unit amounts of every account, payer and epoch."""
    known = money(study, accounts)
    amounts, by_lag = known.amounts(values), {}
    for lag, entries in known.by_lag.items():
        shape = len(known.first) - 1, len(accounts), len(study.payers), values.draws
        by_lag[lag] = np.zeros(shape)
        add_entries(entries, amounts, by_lag[lag])
    return UnitAmounts(by_lag, known.first, known.payers)
