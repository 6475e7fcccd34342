"""The checks of a certificate in words: what was compared, both figures, and how they came out.

`simlab verify` makes a certificate, and a run's answer may hold it (`result.certified`): the screen
and the report tell it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from simlab.result.certified import Certified, Check
from simlab.words import Words

FUTURES: dict[Any, Callable[[Words], str]] = {
    "baseline": lambda words: words("the future without the plan"),
    "plan": lambda words: words("the future with the plan"),
}
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
    return {
        "people.start": words("As many {people} at the start as the study says"),
        "people.newcomers": words("As many newcomers as the study says"),
        "people.occupancy": words("Everybody is somewhere, in every step"),
        "people.flow_balance": words("What changes in a state is who came less who left"),
        "people.absorbing": words("A state that nobody leaves only grows"),
        "people.clocks": words("Time on the clock at the start is as the study says"),
        "people.arrivals": words("Newcomers by state and step, in both futures"),
        "people.months": words("The time spent in each state, added up once more"),
        "chances.valid": words("Every chance lies between 0 and 1"),
        "chances.rows_sum": words("The chances of moving and staying sum to 1"),
        "chances.cumulative": words("The last move takes all that is left; no row has a hole"),
        "chances.once_more": words("The chances, worked out once more by hand"),
        "chances.scaled": words("Hardly any draw has chances that sum to more than 1"),
        "chances.evidence": words("Intensities in each step, from the evidence in force"),
        "chances.shared": words("Trends and the business cycle, worked out once more"),
        "chances.effects": words("What the plan does to each move, worked out once more"),
        "chances.trials": words("The hazard ratio of a trial gives the share that it found"),
        "chances.intake": words("Who is enrolled and who drops out, worked out once more"),
        "plan.no_effect": words("A plan without effect saves exactly nothing"),
        "plan.baseline_alone": words("Without the plan the baseline is the same"),
        "plan.swapped": words("Swapping the futures flips the sign"),
        "plan.stronger": words("A stronger effect towards the cheapest saves no less"),
        "money.person_time": words("If everything costs 1, the sum is the time people spend"),
        "money.nothing": words("If everything costs 0, nothing is paid"),
        "money.payers": words("What all payers pay sums to the total"),
        "money.budget": words("Budget lines sum to what the plan costs"),
        "money.horizon": words("A shorter horizon never holds more"),
        "money.payments": words("What each payer pays in each step, by a ledger of its own"),
        "money.plan_cost": words("What the plan costs in each step, by a ledger of its own"),
        "money.years": words("Savings and costs by year, added up once more"),
        "money.accounts": words("Lines of the budget sum to what the payer pays more"),
        "money.outcomes": words("What is counted beside money, added up by hand"),
        "money.discount": words("What DKK 1,000 of later years is worth today"),
        "money.no_discount": words("A discount rate of 0 changes nothing"),
        "money.weights": words("Each account is the weighted sum of its payers"),
        "money.payback": words("Payback times, found step by step by hand"),
        "risk.draws": words("Break-even and deepest balance of each draw, step by step"),
        "risk.times": words("Payback times, counted from the draws"),
        "risk.chances": words("Chances of payback, counted from the draws"),
        "risk.money": words("Value and exposure in the draws, counted from them"),
        "risk.errors": words("Standard errors, from the spread between replicates"),
        "risk.layers": words("What each layer of uncertainty explains, worked out once more"),
        "clocks.ladder": words("Reimbursement in single lives, time on benefit counted by hand"),
        "clocks.equal_bands": words("If chances never depend on time, clocks change nothing"),
        "evidence.round_trip": words("Intensities, turned back, are what the study says"),
        "evidence.quantiles": words("Uncertain figures have the quantiles asked for"),
        "evidence.means": words("Uncertain figures have the means asked for"),
        "evidence.correlated_quantiles": words("So have those that are correlated"),
        "evidence.correlations": words("Figures are as correlated as the study says"),
        "evidence.seed": words("The seed decides everything, and only the seed"),
        "engines.plain": words("Expected {people}, worked out once more by hand"),
        "engines.blocks": words("Blocks and threads change nothing, to the last bit"),
        "engines.groups": words("Groups of {people} sum to all, and none moves another"),
        "engines.people_counts": words("counts: {people} have the mean of their draw"),
        "engines.people_citizens": words("citizens: {people} have the mean of their draw"),
        "engines.saving_counts": words("counts: the saving has its exact mean"),
        "engines.saving_citizens": words("citizens: the saving has its exact mean"),
        "engines.variance_counts": words("counts: the saving varies as it should (ratio)"),
        "engines.variance_citizens": words("citizens: the saving varies as it should (ratio)"),
        "engines.coupling_counts": words("counts: both futures are of the same {people}"),
        "engines.coupling_citizens": words("citizens: both futures are of the same {people}"),
        "engines.distribution": words("counts and citizens: one distribution of the saving"),
        "steps.halved": words("With steps half as long, the saving converges"),
    }


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
    known = {
        "engine": words("engine {value}", value=where.get("engine")),
        "future": FUTURES[where["future"]](words) if where.get("future") in FUTURES else "",
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
    """What halving the steps does, which is no law."""
    for check in certificate.checks:
        if check.key == "steps.halved" and check.found is not None and check.expected is not None:
            found, halved = check.found, check.expected
            apart = abs(halved - found) / abs(found) if found else 0.0
            return words(
                "With steps half as long the saving would be {share} different: that is what the "
                "length of the step does to the answer.",
                share=words.percent(apart, 1),
            )
    return ""
