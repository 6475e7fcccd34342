"""The money: prices, payments, taxes, perspectives."""

from __future__ import annotations

from datetime import date

from simlab.reading_back.lines import (
    below,
    clocks_of,
    exact,
    keyed,
    length,
    per,
    sourced,
    stated,
    worded,
)
from simlab.study.grammar import Payment
from simlab.study.key_path import KeyPath
from simlab.study.study import Study
from simlab.study.values import Varying
from simlab.words import Words

KR = "kr."


def money(study: Study, words: Words) -> list[str]:
    """What is paid by whom, and how it is counted."""
    lines = [words("payers: {names}", names=", ".join(study.payers)), *_prices(study, words)]
    for name, payment in study.form.payments.items():
        lines += _payment(name, payment, words)
    for state, hours in study.form.hours_per_month.items():
        lines.append(words("hours a month in {state}: {n}", state=state, n=worded(hours, words)))
    for name, ladder in study.form.reimbursement.items():
        text = words(
            "reimbursement {name}, from the {payer}, by time {per} on the clock",
            name=name,
            payer=ladder.paid_by,
            per=per(ladder.per, words),
        )
        lines += [text, *stated(ladder, words, ("per", "paid_by"))]
    lines += _taxes(study, words)
    for name, one_off in study.form.one_off.items():
        moves = ", ".join(one_off.moves)
        text = words("one-off {name}, for each who moves {moves}", name=name, moves=moves)
        lines += [text, *stated(one_off, words, ("moves",), KR)]
    for name, perspective in study.perspectives.items():
        weights = ", ".join(f"{p} {words.plain(w)}" for p, w in perspective.weights.items())
        rates = ", ".join(
            f"{key.strip('.') or words('always')} {words.percent(q.mean(), 1)}"
            for key, q in perspective.discount_per_year.quantities()
        )
        text = words(
            "perspective {name}: {weights}; discounted {rates}",
            name=name,
            weights=weights,
            rates=rates,
        )
        lines.append(sourced(text, perspective.source, words))
    if len(study.perspectives) > 1:
        lines.append(words("opens with the perspective {name}", name=study.perspective))
    return below(words("Money"), lines)


def outcomes(study: Study, words: Words) -> list[str]:
    """What is counted that is not money."""
    lines = []
    for name, outcome in study.form.outcomes.items():
        time = per(outcome.per, words)
        text = words("{name}, {per} in a state, or for each move", name=name, per=time)
        lines += [text, *stated(outcome, words, ("per",))]
    return below(words("Outcomes that are not money"), lines)


def _payment(name: str, payment: Payment, words: Words) -> list[str]:
    parts, lines = [name, per(payment.per, words)], []
    if payment.reimbursement:
        parts.append(words("reimbursed by {name}", name=payment.reimbursement))
    if payment.taxed:
        parts.append(words("taxed"))
    if payment.indexed:
        parts.append(words("indexed by {name}", name=payment.indexed))
    if payment.share is not None:
        share = worded(payment.share, words)
        lines.append(words("the share of it that is paid on average: {share}", share=share))
    for state, amount in payment.amount.items():
        figures = amount.quantities()
        lines += [f"{state}{key}: {worded(quantity, words, KR)}" for key, quantity in figures]
        lines += [f"{state}.by: {clock}" for clock in sorted(clocks_of(amount))]
    in_text = ("per", "share", "indexed", "reimbursement", "taxed", "amount")
    lines += stated(payment, words, in_text, indent=0)
    return [", ".join(parts), *(f"  {line}" for line in lines)]


def _prices(study: Study, words: Words) -> list[str]:
    """In whose kr. the money is, and what is done beyond the tables of prices."""
    form = study.form
    if form.price_level is None:
        return [words("in one price level, as the amounts are written")]
    year = words.year(form.price_level)
    lines = [
        words("in kr. of {year}", year=year)
        if form.prices == "fixed"
        else words("in kr. of the year of payment, without a date kr. of {year}", year=year)
    ]
    for name, index in form.index.items():
        known = index.levels
        gaps = [str(y) for y in range(min(known), max(known)) if y not in known]
        first, last = words.year(min(known)), words.year(max(known))
        named = {"name": name, "first": first, "last": last}
        if gaps:
            text = words(
                "index {name}: {first} to {last}; {gaps} filled by even growth",
                **named,
                gaps=", ".join(gaps),
            )
        else:
            text = words("index {name}: {first} to {last}", **named)
        if index.grows_per_year is None:
            beyond = words("held before and after")
        else:
            growth = worded(index.grows_per_year, words)
            beyond = words("held before; grows a year after by {growth}", growth=growth)
        levels = ", ".join(f"{year} {exact(known[year], words)}" for year in known)
        lines += below(f"{text}; {beyond}", [sourced(levels, index.source, words)])
    plain = [name for name, payment in form.payments.items() if payment.indexed is None]
    if form.plan.cost.lines and form.plan.cost.indexed is None:
        plain.append("plan.cost")
    plain += [".".join(map(str, path)) for path, index in priced_plan(study) if index is None]
    if plain:
        lines.append(
            words("not indexed, taken as kr. of the study: {names}", names=", ".join(plain))
        )
    return lines


def priced_plan(study: Study) -> list[tuple[KeyPath, str | None]]:
    """The plan's amounts of money at a price, by key path, with the index of each."""
    indexes = []
    for path, expense in study.form.plan.expenses.items():
        priced = [
            key for key in type(expense).model_fields if key.startswith(("cost_per", "amount"))
        ]
        if any(getattr(expense, key) is not None for key in priced):
            indexes.append((path, expense.indexed))
    amounts = enumerate(study.form.plan.amount)
    return indexes + [(("plan", "amount", n), amount.indexed) for n, amount in amounts]


def _dates(*values: Varying) -> list[date | None]:
    """The dates from which any of them is another; the first holds before its own."""
    begins = min((value.begins for value in values if value.begins), default=None)
    return [begins, *sorted({day for value in values for day in value.changes})]


def _middle(value: Varying, when: date) -> float:
    return value.at(when).bands[0].value.median()


BESIDE_TAX = ("of", "rate", "received_by", "equalised_label", "equalised_after_years")


def _taxes(study: Study, words: Words) -> list[str]:
    """Each tax, and what equalisation leaves of it by date."""
    lines = []
    for name, tax in study.form.taxes.items():
        of = ", ".join(tax.of) if tax.of else words("all taxed payments")
        text = words(
            "tax {name} on {payments}: {rate}; received by {payer}",
            name=name,
            payments=of,
            rate=keyed(tax.rate, words),
            payer=tax.received_by,
        )
        lines.append(text)
        lines += stated(tax, words, BESIDE_TAX)
        if tax.equalisation is not None and tax.average_rate is not None:
            level, average = tax.equalised[tax.equalisation], tax.average_rate
            for since in _dates(level, average, tax.rate):
                when = since or date.min
                rate = _middle(tax.rate, when)
                left = 1 - _middle(level, when) * _middle(average, when) / rate
                named = tax.equalisation
                if label := tax.equalised_label.get(named):
                    named = f"{named} ({words.say(label)})"
                if since is not None:
                    named = words("{name} from {date}", name=named, date=f"{since:%Y-%m}")
                text = words(
                    "equalisation {name}: {left} of the tax is left, {income} of the income",
                    name=named,
                    left=words.percent(left, 1),
                    income=words.percent(left * rate, 1),
                )
                lines.append(f"  {text}")
        if tax.equalised_after_years:
            years = length(tax.equalised_after_years, "years", words)
            lines.append("  " + words("equalised {years} later", years=years))
    return lines
