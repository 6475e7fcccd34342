"""Rules with a date in the reader's language: as lines of a screen, as a page, and for machines.

A rule is told by what it is of, its date, its figure with the unit and who gets it, how sure that
is, and where it comes from. Below them stand the older figures that a plan uses in place of none
later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from simlab.reading_back.lines import exact, per
from simlab.study.dated_rules import DatedRule
from simlab.study.key_path import dotted, keys_of_path
from simlab.study.labels import labels
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import looks_like_date
from simlab.study.values import looks_like_band
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantity_name


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as it is told: each part a text, empty where there is nothing."""

    rule: DatedRule
    what: str
    value: str
    unit: str
    on_average: str
    sure: str
    source: str
    note: str


def told(study: Study, rules: Sequence[DatedRule], words: Words) -> list[Told]:
    """Each rule in words."""
    named = labels(study)
    return [
        Told(
            rule,
            _begun(_what(study, rule, named, words)),
            _value(study, rule, words),
            _unit(study, rule, words),
            _on_average(rule.share, words),
            phrases.tag_name(rule.tag, words) if rule.tag or rule.figure else "",
            words.say(rule.source) if rule.source else "",
            words.say(rule.note) if rule.note else "",
        )
        for rule in rules
    ]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _what(study: Study, rule: DatedRule, named: dict[str, dict[str, str]], words: Words) -> str:
    """What a rule is of."""
    keys = keys_of_path(rule.path)
    if keys[0] == "payments":
        payment, state = dotted("payments", keys[1]), str(keys[3])
        label = named.get(payment)
        of = words.text(study.label(state))
        name = words.text(label) if label else str(keys[1])
        return name if name == of else words("{payment}, for: {state}", payment=name, state=of)
    if keys[0] == "index":
        label = named.get(dotted("index", keys[1]))
        return words.text(label) if label else str(keys[1])
    if keys[0] == "rules":
        label = named.get(dotted("rules", keys[1]))
        return words.text(label) if label else str(keys[1])
    if keys[0] == "states":
        return words.text(study.label(str(keys[1])))
    if keys[0] in ("closed", "redirect", "convert"):
        return rule.path
    name = quantity_name(rule.path, named, words)
    if keys[0] == "taxes" and keys[2] == "equalised":
        scheme = study.form.taxes[str(keys[1])].equalised_label.get(str(keys[3]))
        return f"{name}: {words.say(scheme) if scheme else keys[3]}"
    band = str(keys[-1])
    if keys[0] != "reimbursement" or looks_like_date(band) or not looks_like_band(band):
        return name
    if study.form.reimbursement[str(keys[1])].per == "week":
        return words("{what}, week {band}", what=name, band=band)
    return words("{what}, month {band}", what=name, band=band)


def _value(study: Study, rule: DatedRule, words: Words) -> str:
    """What a rule says, in figures or in words."""
    keys = keys_of_path(rule.path)
    if rule.figure is not None:
        return _figure(rule.figure, words)
    if rule.amount is not None and rule.says is not None:
        amount = exact(rule.amount.value, words)
        return words("{amount}: {says}", amount=amount, says=words.say(rule.says))
    if keys[0] == "states" and keys[2] == "closed":
        states = study.form.states
        state = states[str(keys[1])] if isinstance(states, dict) else None
        others = [
            words.text(study.label(name)) for name in (state.still_open_from if state else [])
        ]
        if others:
            return words("nobody enters, but from: {others}", others=", ".join(others))
        return words("nobody enters")
    if rule.says is None:
        return words("in force")
    if keys[0] == "states":
        return words("read as: {says}", says=words.say(rule.says))
    return words.say(rule.says)


def _on_average(share: Quantity | None, words: Words) -> str:
    """What of an amount is paid on average: to a part of the people, or of a highest rate."""
    if share is None:
        return ""
    low, high = (words.percent(share.quantile(q)) for q in (0.1, 0.9))
    if low == high:
        return words("on average {share} of it", share=low)
    return words("on average {low} to {high} of it", low=low, high=high)


def _figure(quantity: Quantity, words: Words) -> str:
    if quantity.is_uncertain:
        return words.say(quantity.in_words())
    value = quantity.mean()
    return words.percent(value, 1) if quantity.domain == "chance" else exact(value, words)


def _unit(study: Study, rule: DatedRule, words: Words) -> str:
    keys = keys_of_path(rule.path)
    if rule.amount is not None:
        return words.say(rule.amount.unit)
    if keys[0] == "payments":
        unit = per(study.form.payments[str(keys[1])].per, words)
        return words("kr. {per}", per=unit)
    if keys[0] == "index":
        return words("level of the index")
    if rule.figure is not None and rule.figure.domain == "chance":
        return words("share")
    return ""


def parted(rows: Sequence[Told], since: date) -> tuple[list[Told], list[Told]]:
    """Those from a date on, and the older ones."""
    new = [row for row in rows if row.rule.since >= since]
    return new, [row for row in rows if row.rule.since < since]


def lines(rows: Sequence[Told], since: date, at: date, words: Words) -> list[str]:
    """The rules as lines of a screen: a heading a date, and a star before what is used."""
    new, old = parted(rows, since)
    found, last = [], None
    for row in new:
        if row.rule.since != last:
            last = row.rule.since
            found += ["", words("From {date}", date=_day(last))]
        found.append(_line(row, words))
        found += [f"      {row.source}"] if row.source else []
    found += ["", words("Older figures that are used")] if old else []
    found += [f"{_line(row, words)}; {_day(row.rule.since)}" for row in old]
    key = words("* used by a plan that starts in {date}", date=_day(at))
    return [key, *found]


def _line(row: Told, words: Words) -> str:
    value = f"{row.value} {row.unit}" if row.rule.figure is not None else row.value
    if row.rule.amount is not None:
        value = f"{row.value} ({row.unit})"
    value = "; ".join(filter(None, [value.strip(), row.on_average]))
    star = "*" if row.rule.used else " "
    sure = f" [{row.sure}]" if row.sure else ""
    until = words(", until {date}", date=_day(row.rule.until)) if _ends(row) else ""
    return f"  {star} {row.what}: {value}{until}{sure}"


def _ends(row: Told) -> bool:
    """Whether a rule in words ends; a figure does where the next begins."""
    return row.rule.until is not None and row.rule.figure is None


def page(rows: Sequence[Told], since: date, at: date, made: str, words: Words) -> str:
    """The rules as a page in Markdown; ``made`` is the command that writes it."""
    new, old = parted(rows, since)
    plan = words("Plan from {date}", date=_day(at))
    head = (
        words("from"),
        words("rule"),
        words("value"),
        words("unit"),
        words("how sure"),
        words("source"),
        plan,
    )
    parts = [
        f"# {words('Rules with a date from {date} on', date=_day(since))}",
        words(
            "Written by `{command}` from the study files, and not by hand. A **placeholder** is a "
            "figure that exists and was not found: a wide range stands in its place, and every run "
            "that reads it says so. What a plan uses is what is in force when it starts; what is "
            "dated later it meets on its way.",
            command=made,
        ),
        _table(head, new, words),
    ]
    if old:
        parts += [f"## {words('Older figures that are used')}", _table(head, old, words)]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Told], words: Words) -> str:
    found = [head, ["---"] * len(head)]
    for row in rows:
        since = _day(row.rule.since)
        if _ends(row) and row.rule.until is not None:
            since = words("{first} to {last}", first=since, last=_day(row.rule.until))
        sure = f"**{row.sure}**" if row.rule.tag == "placeholder" else row.sure
        used = words("in force") if row.rule.used else words("not in force")
        if row.rule.expected:
            used = words("expected")
        if row.rule.figure is not None:
            used = words("uses it") if row.rule.used else words("does not use it")
        source = "; ".join(filter(None, [row.source, row.note]))
        value = "; ".join(filter(None, [row.value, row.on_average]))
        cells = (since, row.what, value, row.unit, sure, source, used)
        found.append([cell.replace("|", "\\|") for cell in cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in found)


def _day(day: date | None) -> str:
    """A month, as study files write it; the day where it is neither the first nor the last."""
    if day is None:
        return ""
    whole = day.day == 1 or (day + timedelta(days=1)).day == 1
    return f"{day:%Y-%m}" if whole else f"{day:%Y-%m-%d}"


def for_machines(rows: Sequence[Told]) -> list[dict[str, Any]]:
    """Each rule as plain values."""
    return [
        {
            "path": row.rule.path,
            "what": row.what,
            "since": str(row.rule.since),
            "until": None if row.rule.until is None else str(row.rule.until),
            "value": None if row.rule.figure is None else row.rule.figure.mean(),
            "p10": None if row.rule.figure is None else row.rule.figure.quantile(0.1),
            "p90": None if row.rule.figure is None else row.rule.figure.quantile(0.9),
            "text": row.value,
            "unit": row.unit,
            "on_average": row.on_average,
            "tag": row.rule.tag,
            "source": row.source,
            "note": row.note,
            "used": row.rule.used,
            "expected": row.rule.expected,
        }
        for row in rows
    ]
