"""What to write instead: the sentences that a mistake in the writing of a value is told in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from simlab.study.errors import ENDS
from simlab.study.quantity.forms import FORMS, UNIFORM, WITHIN, Form
from simlab.study.quantity.keys import ABOUT, KEYS, Domain, is_quantile, meant_quantile
from simlab.study.quantity.shown import cut, shown

LOW_HIGH = (
    "low/high says neither 90 % nor min/max; write {p10, p90}, {p05, p95} or {min, mode, max}"
)
PLACEHOLDER = (
    "a placeholder stands for a figure that was not found: write a wide range in place of the one "
    "number, and in source why it ends where it does"
)
RAW = "raw counts of none, or of all, are no certainty; leave prior out, or add point = true"
COMPONENT = "{ weight = …, value = … }"


def near(name: str, known: Iterable[str]) -> str:
    """'; did you mean "p90"?', or nothing."""
    close = difflib.get_close_matches(cut(name).casefold(), known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def listed(known: Iterable[object]) -> str:
    return ", ".join(map(str, known))


def unknown_name(what: str, name: str, known: Iterable[str], allowed: Iterable[str]) -> str:
    return f'unknown {what} "{cut(name)}"{near(name, known)}; allowed: {listed(allowed)}'


def unknown_key(key: object, form: Form | None, allowed: tuple[str, ...] = ()) -> str:
    """'unknown key "p9O"; did you mean "p90"?'"""
    if not isinstance(key, str):
        return f"unknown key, found {shown(key)}; keys are text"
    unknown = f'unknown key "{cut(key)}"'
    if key in (*ENDS, "until"):
        return (
            f"{unknown}; a value has no end: write until beside it, or by date, the last of them 0"
        )
    meant = meant_quantile(key)
    if not allowed and meant and is_quantile(meant):
        return f'{unknown}; did you mean "{meant}"?'
    known = allowed or (*KEYS, "p10", "p90")
    if question := near(key, known):
        return unknown + question
    if not allowed and form is not None:
        known = (*(form.keys or ("p10", "p90")), *form.optional, "dist", "point", *ABOUT)
    return f"{unknown}; allowed: {listed(known)}"


def not_together(present: list[str]) -> str:
    forms = dict.fromkeys(str(form) for key in present for form in FORMS if form.takes([key]))
    return f"{listed(present)} do not belong together; write one of {listed(forms)}"


def no_value(family: str | None) -> str:
    forms = [
        form for form in FORMS if family in form.families or (not family and not form.needs_dist)
    ]
    return f"has no value; write a number or one of {listed(forms)}"


def write_dist(form: Form) -> str:
    families = " or ".join(f'dist = "{family}"' for family in form.families)
    if form is UNIFORM:
        return f"min and max alone do not say what lies between; add mode, or {families}"
    return f"missing; {form} needs {families}"


def too_far(family: str, domain: Domain) -> str:
    """Why a family does not go with a domain that has ends."""
    leaves, whose = ("leaves 0 to 1", "a chance")
    if domain == "positive":
        leaves, whose = "falls below 0", "a positive number"
    return f"a {family} {leaves}; {whose} allows: {listed(WITHIN[domain])}"
