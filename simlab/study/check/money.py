"""Money: payers, payments, what is given back of them, taxes, outcomes, perspectives."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.grammar import Payment, Tax
from simlab.study.key_path import KeyPath
from simlab.study.values import Varying


def money(c: Checker) -> None:
    form = c.form
    _hours(c)
    for name, payment in form.payments.items():
        _payment(c, ("payments", name), payment)
    for name, reimbursement in form.reimbursement.items():
        c.payers(("reimbursement", name), reimbursement, "paid_by")
    for name, tax in form.taxes.items():
        _tax(c, ("taxes", name), tax)
    for name, one_off in form.one_off.items():
        path: KeyPath = ("one_off", name)
        c.match((*path, "moves"), one_off.moves)
        c.payers(path, one_off, "paid_by", "received_by")
        c.by_date(path, one_off, "amount")
    for name, outcome in form.outcomes.items():
        path = ("outcomes", name)
        if not outcome.amount and not outcome.moves:
            c.add(path, "counts nothing: give amount, or moves")
        c.match((*path, "moves"), outcome.moves)
        c.amounts((*path, "amount"), outcome.amount)
        _discount(c, path, outcome.discount_per_year)
    for name, perspective in form.perspectives.items():
        path = ("perspectives", name)
        for payer in perspective.weights:
            c.one_of((*path, "weights", payer), "payer", payer, form.payers)
        _discount(c, path, perspective.discount_per_year)
    perspective_named(c, ("perspective",), form.perspective)


def perspective_named(c: Checker, path: KeyPath, name: str | None) -> None:
    """A perspective of the study; without any it is that of the first payer."""
    c.one_of(path, "perspective", name, list(c.form.perspectives) or c.form.payers[:1])


def _hours(c: Checker) -> None:
    for table in ("payments", "outcomes"):
        for name, one in getattr(c.form, table).items():
            for key in one.amount if one.per == "hour" else ():
                for state in c.names.known([key]):
                    if state not in c.form.hours_per_month:
                        text = f'is per hour, but [hours_per_month] has no "{state}"'
                        c.add((table, name, "amount", key), text)
    for state in c.form.hours_per_month:
        c.state(("hours_per_month", state), state)


def _payment(c: Checker, path: KeyPath, payment: Payment) -> None:
    c.payers(path, payment, "paid_by", "received_by")
    c.amounts((*path, "amount"), payment.amount)
    if payment.told_for_each is not None:
        _told_for_each(c, (*path, "told_for_each"), payment)
    path, ladder = (*path, "reimbursement"), payment.reimbursement
    if c.one_of(path, "reimbursement", ladder, c.form.reimbursement) and ladder is not None:
        share = c.form.reimbursement[ladder].share  # whose bands count the clock of each state
        all(c.by_clock(path, share, state) for state in c.names.known(payment.amount))


def _told_for_each(c: Checker, path: KeyPath, payment: Payment) -> None:
    """It is told by the person-year, of a payment that is due as it is written."""
    if payment.per != "year":
        c.add(
            path, f'is told by the person-year, and the payment is per {payment.per}: per = "year"'
        )
    if payment.share is not None or payment.reimbursement is not None or payment.taxed:
        c.add(path, "is told of a payment without share, reimbursement and tax")


def _tax(c: Checker, path: KeyPath, tax: Tax) -> None:
    c.payers(path, tax, "paid_by", "received_by", "rest_to")
    for index, name in enumerate(tax.of):
        at: KeyPath = (*path, "of", index)
        if c.one_of(at, "payment", name, c.form.payments) and not c.form.payments[name].taxed:
            c.add(at, f'"{name}" is not taxed; mark it with taxed = true')
    c.by_date(path, tax, "rate", "retained", "average_rate")
    for name, share in tax.equalised.items():
        if share.is_banded:
            c.add((*path, "equalised", name), "has bands; it varies by date alone")
    c.one_of((*path, "equalisation"), "equalisation", tax.equalisation, tax.equalised)
    for name in tax.equalised_label:
        c.one_of((*path, "equalised_label", name), "equalised_label", name, tax.equalised)
    if tax.equalised and tax.equalisation is None:
        known = ", ".join(tax.equalised)
        c.add((*path, "equalisation"), f"is missing: which of {known}?")
    if tax.equalisation is not None and not tax.equalised:
        c.add((*path, "equalised"), "is missing: the levels that equalisation chooses from")
    if tax.equalised and tax.average_rate is None:
        c.add((*path, "average_rate"), "is missing: equalisation takes its level of this rate")
    if tax.equalised and tax.retained is not None:
        c.add((*path, "retained"), "is given twice: equalised and equalisation say it already")
    if (tax.retained is not None or tax.equalised) and tax.rest_to is None:
        c.add((*path, "rest_to"), "is missing: who gets what is equalised away?")


def _discount(c: Checker, path: KeyPath, rates: Varying) -> None:
    """A curve of certain rates; at −1 a year hence would be worth all that there is."""
    for key, quantity in rates.quantities():
        if quantity.is_uncertain or not -0.5 < quantity.mean() < 1:
            text = f"{key.strip('.') or 'it'} must be a certain rate between -0.5 and 1"
            c.add((*path, "discount_per_year"), text)
