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

from simlab.finance.parties import Parties, column, parties
from simlab.finance.prices import of_version, year_starts
from simlab.finance.taxes import ALL, TaxLine, TaxRates, bases_of, taxes
from simlab.model.accounts import Account
from simlab.model.parameters import Values
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
    first : (epochs + 1,) the first step of each epoch, and the step after the last
    """

    by_lag: dict[int, np.ndarray]
    first: np.ndarray


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
    in_epoch: tuple[tuple[float, Reading], ...]
    scale: float = 1.0

    def of(self, values: Values) -> Iterator[tuple[int, np.ndarray]]:
        """Each epoch with its amounts : (places, draws)."""
        for e, (price, amount) in enumerate(self.in_epoch):
            yield e, self.scale * price * amount.of(values)


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
    price: float  # of its kr. in the kr. of the study
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
        epochs: dict[tuple[int, int, float], list[int]] = {}
        for e, t in enumerate(first[:-1].tolist()):
            day = study.timeline.start_of(t)
            version = varying.version(day)
            share = ladder.share.version(day) if ladder else 0
            price = of_version(study, payment.indexed, varying, version, t)
            epochs.setdefault((version, share, price), []).append(e)
        for (version, share, price), at in epochs.items():
            whose = [accounts[a] for a in here] * len(at)
            if not whose:
                continue
            yield Line(
                stream,
                np.array([e * len(accounts) + a for e in at for a in here]),
                times,
                price,
                reading(study, varying, version, whose, unit),
                reading(study, ladder.share, share, whose, ladder.per) if ladder else None,
            )


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


# ── their numbers in a block of draws ──


@dataclass(frozen=True, slots=True)
class Entry:
    """What a payer pays and receives of one source for a citizen in some places.

    source : key path    payer : its column    lag : steps until it falls
    places : rows of the unit amounts, or a slice of them
    expenditure, income : (places, draws) kr. a step; income is received, or given back
    """

    source: str
    payer: int
    lag: int
    places: np.ndarray | slice
    expenditure: np.ndarray | None = None
    income: np.ndarray | None = None

    @property
    def net(self) -> np.ndarray:
        """(places, draws) expenditure less income; there is one of them at least."""
        if self.income is None:
            assert self.expenditure is not None
            return self.expenditure
        return -self.income if self.expenditure is None else self.expenditure - self.income


def unit_amounts(study: Study, values: Values, accounts: tuple[Account, ...]) -> UnitAmounts:
    """The unit amounts of every account, payer and epoch."""
    money, payers = money_lines(study, accounts), len(study.payers)
    epochs, people = len(money.first) - 1, len(accounts)
    by_lag = {lag: np.zeros((epochs * people, payers, values.draws)) for lag in money.lags}
    for entry in entries(study, values, accounts):
        unit = by_lag[entry.lag]
        unit[entry.places, entry.payer] += entry.net
    shape = (epochs, people, payers, values.draws)
    return UnitAmounts({lag: unit.reshape(shape) for lag, unit in by_lag.items()}, money.first)


def entries(study: Study, values: Values, accounts: tuple[Account, ...]) -> Iterator[Entry]:
    """All that is paid and received for people in some places: their sum is the unit amounts."""
    money = money_lines(study, accounts)
    epochs, people = len(money.first) - 1, len(accounts)
    bases = {ALL, *(tax.of for tax in taxes(study))}
    income = {base: np.zeros((epochs * people, values.draws)) for base in bases}
    for line in money.lines:
        yield from _pay(values, line, income)
    for tax in taxes(study):
        for e, t in enumerate(money.first[:-1].tolist()):
            here = slice(e * people, (e + 1) * people)
            taxed, rates = income[tax.of][here], tax.rates(study, values, t)
            due = taxed * rates.rate
            yield Entry(tax.path, tax.paid_by, 0, here, expenditure=due)
            yield Entry(tax.path, tax.received_by, 0, here, income=due)
            yield from _equalised(tax, rates, here, due, taxed)
            if tax.deducted:
                income[ALL][here] -= due


def _pay(values: Values, line: Line, income: dict[str, np.ndarray]) -> Iterator[Entry]:
    """The entries of a line; what is taxed of it is added to income : base → (places, draws)."""
    stream, places = line.stream, line.places
    payer, receiver = stream.parties.paid_by, stream.parties.received_by
    gross = stream.per_step * line.price * line.amount.of(values)
    for quantity in line.times:
        gross *= values[quantity]
    back = None
    if stream.repaid_by is not None and line.share is not None:
        back = gross * line.share.of(values)
        yield Entry(stream.path, stream.repaid_by, 0, places, expenditure=back)
    yield Entry(stream.path, payer, 0, places, expenditure=gross, income=back)
    if receiver is not None:
        yield Entry(stream.path, receiver, 0, places, income=gross)
    for base in stream.bases:
        # Without a receiver a negative amount is income to its payer, such as a wage.
        income[base][places] += gross if receiver is not None else -gross


def _equalised(
    tax: TaxLine, rates: TaxRates, here: slice, due: np.ndarray, taxed: np.ndarray
) -> Iterator[Entry]:
    """What is equalised away of a tax, of due and taxed : (places, draws): income that is lost."""
    if tax.rest_to is None:
        return
    if rates.level is not None and rates.average_rate is not None:
        lost = taxed * (rates.level * rates.average_rate)
    elif rates.retained is not None:
        lost = due * (1.0 - rates.retained)
    else:
        return
    yield Entry(tax.path, tax.received_by, tax.lag, here, income=-lost)
    yield Entry(tax.path, tax.rest_to, tax.lag, here, income=lost)
