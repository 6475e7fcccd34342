"""The checks of a certificate in words: what was compared, both figures, and how they came out.

`simlab verify` makes a certificate, and a run's answer may hold it (`result.certified`): the screen
and the report tell it alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from simlab.result.certified import Certified, Check
from simlab.verify.certificate import EXAMINATIONS
from simlab.verify.steps import halved
from simlab.words import Words

SMALL, LARGE = 1e-4, 1e15  # beyond which figures are written as 1e-9


def families(words: Words) -> dict[str, str]:
    """What the groups of checks are called, in their order."""
    return {
        "people": words("Numbers of {people}"),
        "chances": words("Chances of moving"),
        "plan": words("The two futures"),
        "money": words("Payments and accounts"),
        "risk": words("Payback and risk"),
        "clocks": words("Time on benefit"),
        "evidence": words("What the study says"),
        "engines": words("The engines"),
        "steps": words("Length of the steps"),
    }


def names(words: Words) -> dict[str, str]:
    """What each check says when it passes, by its key."""
    return {examination.key: words.say(examination.says) for examination in EXAMINATIONS}


def outcomes(words: Words) -> dict[str, str]:
    """What became of a check."""
    return {
        "passed": words("passed"),
        "failed": words("FAILED"),
        "absent": words("nothing here"),
        "unmade": words("could not be made"),
        "broken": words("BROKEN OFF"),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A check as a reader sees it."""

    key: str
    name: str
    found: str
    expected: str
    tolerance: str
    visible: str
    outcome: str
    where: str
    without: str


def lines(certificate: Certified, words: Words) -> list[Line]:
    """Every check of a certificate."""
    known, ends = names(words), outcomes(words)
    return [
        Line(
            key=check.key,
            name=known.get(check.key, check.key),
            found=in_words(check.found, check, words),
            expected=in_words(check.expected, check, words),
            tolerance=in_words(check.tolerance, check, words, 2),
            visible=in_words(check.visible, check, words, 2),
            outcome=ends[check.outcome],
            where="" if check.outcome in ("passed", "absent") else place(check.where, words),
            without=words("made without {parts}", parts=", ".join(check.without))
            if check.without
            else "",
        )
        for check in certificate.checks
    ]


def in_words(value: float | None, check: Check, words: Words, digits: int = 4) -> str:
    """A figure of a check, in its unit."""
    if check.outcome == "absent" or value is None:
        return ""
    if check.unit == "kr." and (abs(value) >= 1.0 or value == 0.0):
        return words.money(value, digits=digits)
    if value == 0.0:
        return "0"
    if value is check.visible and check.tolerance == 0.0 and value < SMALL:
        return words("any error")
    if check.unit == "kr.":
        return words("DKK {amount}", amount=short(value, words, digits))
    return short(value, words, digits)


def short(value: float, words: Words, significant: int = 4) -> str:
    """A few significant digits: 1,700.3 · 0.0123 · 1e-9"""
    if not SMALL <= abs(value) < LARGE:
        digits, _, power = f"{value:.0e}".partition("e")
        return f"{digits}e{int(power)}"
    decimals = max(significant - 1 - floor(log10(abs(value))), 0)
    rounded = round(value, decimals)
    while decimals and rounded == round(value, decimals - 1):
        decimals -= 1
    return words.number(rounded, decimals)


def place(where: Mapping[str, Any], words: Words) -> str:
    """Where a check failed: engine counts, draw 3, step 12; or why there is none."""
    futures = {
        "baseline": words("the future without the plan"),
        "plan": words("the future with the plan"),
    }
    known = {
        "engine": words("engine {value}", value=where.get("engine")),
        "future": futures.get(where.get("future", ""), ""),
        "draw": words("draw {value}", value=where.get("draw")),
        "step": words("step {value}", value=where.get("step")),
        "citizen": words("{citizen} number {value}", value=where.get("citizen")),
        "payer": words("payer number {value}", value=where.get("payer")),
        "cohort": words("the group {value}", value=where.get("cohort")),
        "perspective": words("the account of {value}", value=where.get("perspective")),
    }
    if "reason" in where:
        return str(where["reason"])
    return ", ".join(known.get(key) or f"{key} {value}" for key, value in where.items())


def verdict(certificate: Certified, words: Words) -> str:
    """How the checks came out, in a sentence or two."""
    ends = [check.outcome for check in certificate.checks]
    passed, failed, empty = (ends.count(end) for end in ("passed", "failed", "absent"))
    text = _verdict(passed, failed + ends.count("broken"), empty, words)
    if ends.count("broken"):
        text += " " + words(
            "Checks broken off by a mistake in the program: {n}.", n=ends.count("broken")
        )
    if ends.count("unmade"):
        text += " " + words(
            "Checks that could not be made of this study: {n}.", n=ends.count("unmade")
        )
    return text


def _verdict(passed: int, failed: int, empty: int, words: Words) -> str:
    if failed:
        return words.plural(
            "One of {all} checks failed. Something is wrong in the program or with the study; no "
            "figure should be used before it is understood.",
            "{n} of {all} checks failed. Something is wrong in the program or with the study; no "
            "figure should be used before it is understood.",
            failed,
            all=passed + failed,
        )
    if not empty:
        return words("All {n} checks passed.", n=passed)
    return words(
        "All {n} checks passed; {empty} more had nothing to compare in this study.",
        n=passed,
        empty=empty,
    )


def shown(certificate: Certified, words: Words) -> str:
    """What halving the steps does to the answer, which is no mistake."""
    for check in certificate.checks:
        if check.key == halved.key and check.found is not None and check.expected is not None:
            whole, in_halves = check.found, check.expected
            apart = abs(in_halves - whole) / abs(whole) if whole else 0.0
            return words(
                "With steps half as long the saving would be {share} different: that is what the "
                "length of the step does to the answer.",
                share=words.percent(apart, 1),
            )
    return ""
