"""What if it is seen otherwise? The reader moves horizon, account, discount rate and certainty.

The script (``report/explore.js``) reckons with the run's own draws and says what it finds in the
words that are handed to it here: sentences with their gaps, and every phrase of time ready made.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from simlab.report import phrases
from simlab.report.packed import draws_in_page, packed, whole_flows
from simlab.report.parts import Explorer, Section
from simlab.risk.estimate import REPLICATES, T_975
from simlab.risk.payback import ZERO
from simlab.risk.result import Result
from simlab.words import Words, futures, of_them
from simlab.words.calendar import by, month_of, position, year_ends

MOST_PERCENT = 10.0  # a year, the highest rate that the reader can ask for
GAPS = {
    name: f"{{{name}}}"
    for name in ("all", "amount", "by", "chance", "futures", "high", "list", "low", "money", "n",
                 "number", "others", "percent", "some", "years")
}  # fmt: skip
SURE = {"least": 50, "most": 95, "step": 5, "at_first": 80}  # percent


def explore(result: Result, words: Words) -> Section | None:
    """The part of the page that follows its reader; None where a run has nothing for it."""
    if result.perspective not in result.discount:
        return None
    return Section(
        anchor="explore",
        heading=words("Try it yourself"),
        explorer=Explorer(labels=_labels(words), content=_content(result, words)),
    )


def _labels(words: Words) -> dict[str, str]:
    return {
        "horizon": words("Counted over"),
        "perspective": words("In the account of"),
        "rate": words("Discount rate a year"),
        "sure": words("How sure it has to be"),
        "reset": words("Back to the report"),
        "asleep": words("This part works only where the browser may run the page's script."),
        "intro": words(
            "Move what the answer depends on. The sentence, the curve and the figures follow: they "
            "are reckoned anew from the simulated futures, here in the page."
        ),
    }


def _content(result: Result, words: Words) -> dict[str, Any]:
    """All that the script reads, as JSON can hold it."""
    opening = result.payback[result.perspective]
    steps, per_year = opening.balance.shape[1], opening.steps_per_year
    others = (n for n in result.payback if n in result.discount and n != result.perspective)
    names = [result.perspective, *others]
    draws = draws_in_page(opening.draws, steps * len(names))
    flows, accounts = [], []
    for name in names:
        payback, discount = result.payback[name], result.discount[name]
        whole, unit = whole_flows(payback, discount, draws)
        flows.append(whole)
        cost = np.diff(payback.cost[:draws].mean(axis=0), prepend=0.0) / discount
        accounts.append(
            {
                "name": phrases.perspective_name(name, words),
                "unit": unit,
                "discount": discount.tolist(),
                "cost": cost.tolist(),
                "percent": _percent(discount, per_year),
            }
        )
    start = phrases.start_of(result)
    return {
        "language": words.lang,
        "draws": draws,
        "steps_per_year": per_year,
        "flows": packed(np.stack(flows)),
        "accounts": accounts,
        "horizons": [_horizon(t, per_year, start, words) for t in _ends(steps - 1, per_year)],
        "by": [by(start, t / per_year, words) for t in range(steps)],
        "months": [
            words.date(month_of(start, t / per_year)) if start else "" for t in range(steps)
        ],
        "sure": SURE,
        "most_percent": MOST_PERCENT,
        "zero": ZERO,
        "replicates": REPLICATES,
        "t": T_975,
        "says": _says(words),
        "futures": _counts(futures, words),
        "of_them": _counts(of_them, words),
        "from": _from(draws, result.summary["draws"], words),
    }


def _percent(discount: np.ndarray, per_year: float) -> float:
    """The rate of the first year in percent: what the reader is shown as the study's own."""
    return round(100.0 * (float(discount[0] / discount[1]) ** per_year - 1.0), 6)


def _ends(steps: int, per_year: float) -> list[int]:
    """The steps at which whole years end, and the last."""
    whole = range(1, int(steps / per_year - 0.05) + 1)
    return [*(round(years * per_year) for years in whole), steps]


def _horizon(step: int, per_year: float, start: date | None, words: Words) -> dict[str, Any]:
    """A horizon: in words, with the moments that a sentence may name, and the axis of time."""
    years = step / per_year
    moments = [0.0, *year_ends(start, years)]
    said = [words("from the start"), *(by(start, moment, words) for moment in moments[1:])]
    return {
        "step": step,
        "number": words.number(years),
        "said": words.years(years),
        "moments": moments,
        "by": said,
        "marks": _marks(moments, start, words),
    }


def _marks(moments: list[float], start: date | None, words: Words) -> list[tuple[float, str]]:
    """Where on the axis a year has its number: in its middle, or at its end without a calendar."""
    if start is None:
        return [(moment, words.number(moment)) for moment in moments]
    whole = [(a, b) for a, b in pairwise(moments) if b - a > 0.7] or list(pairwise(moments))
    return [((a + b) / 2, words.year(int(position(start, (a + b) / 2)))) for a, b in whole]


def _counts(said: Any, words: Words) -> dict[str, Any]:
    """A phrase for each natural frequency, as ``words/frequency.py`` chooses it."""
    return {
        "none": said(0.0, words),
        "few": said(0.01, words),
        "counts": [said(n / 20, words) for n in range(1, 20)],
        "many": said(0.99, words),
        "almost": said(0.999, words),
        "all": said(1.0, words),
    }


def _from(draws: int, of: int, words: Words) -> str:
    """Which futures these are."""
    if draws == of:
        return words("From the {n} futures of the report.", n=words.number(draws))
    return words(
        "From the first {n} of the report's {of} futures, so a figure may differ a little from "
        "the one above.",
        n=words.number(draws),
        of=words.number(of),
    )


def _says(words: Words) -> dict[str, str]:
    """The script's messages in this language, their gaps left open."""
    return {
        # the finding, as words/finding.py has it
        "free": words("The plan costs nothing, so there is nothing to pay back.", **GAPS),
        "free_but": words(
            "The plan itself costs nothing, but in {futures} it has lost money after {years}.",
            **GAPS,
        ),
        "never": words("In no simulated future are the {money} back within {years}.", **GAPS),
        "mostly_not": words(
            "In {futures} the {money} are not back within {years}; in {some} they are back {by}.",
            **GAPS,
        ),
        "ahead": words(
            "In {futures} the savings stay ahead of the {money} from the start.", **GAPS
        ),
        "ahead_or_back": words(
            "In {futures} the savings stay ahead of the {money} from the start, "
            "and in every simulated future they have caught up {all}.",
            **GAPS,
        ),
        "ahead_or_never": words(
            "In {futures} the savings stay ahead of the {money} from the start; "
            "in {others} they never catch up within {years}.",
            **GAPS,
        ),
        "back": words("In {futures} the {money} are back {by}.", **GAPS),
        "back_always": words(
            "In {futures} the {money} are back {by}, and in every simulated future {all}.", **GAPS
        ),
        "back_or_never": words(
            "In {futures} the {money} are back {by}; in {others} they never are within {years}.",
            **GAPS,
        ),
        # the demand on certainty
        "sure": words("With {percent} certainty the money is back {by}.", **GAPS),
        "not_sure": words(
            "{percent} certainty is not reached within {years}: the money is back in {chance} of "
            "the futures.",
            **GAPS,
        ),
        # the figures, as key_figures.py has them
        "median": words("Payback time, median"),
        "within": words("Chance that the money is back within {n} years", **GAPS),
        "sure_of": words("Back with {percent} certainty", **GAPS),
        "value": words("Net present value, mean"),
        "exposure": words("Peak exposure, median"),
        "ratio": words("Saved per krone spent"),
        "time": words("{n} years", **GAPS),
        "not_within": words("not within {n} years", **GAPS),
        "from_the_start": words("from the start"),
        "range": words("{percent} range: {low} to {high}", **GAPS),
        "points": words("± {n} percentage points", **GAPS),
        "above": words("in 1 of 10 futures above {money}", **GAPS),
        "benefit_cost": words("benefit–cost ratio"),
        "none": words("none"),
        "no_cost": words("no plan cost"),
        # numbers
        "percent": words("{number}%", **GAPS),
        "under": words("under {percent}", **GAPS),
        "over": words("over {percent}", **GAPS),
        "below_percent": words("below {percent}", **GAPS),
        "above_percent": words("above {percent}", **GAPS),
        "kroner": words("DKK {amount}", **GAPS),
        "million": words("DKK {amount} million", **GAPS),
        "billion": words("DKK {amount} billion", **GAPS),
        # the curve
        "curve": words("The chance that the money is back: {list}.", **GAPS),
        "at": words("{by} {percent}", **GAPS),
        "not_back": words("not back {percent}", **GAPS),
        "bar_back": words("back\n{percent}", **GAPS),
        "bar_never": words("never within\n{years}\n{percent}", **GAPS),
        "demand": words("{percent} certainty", **GAPS),
        "axis": words("chance that the money is back"),
        # the rate
        "own_rate": words("{percent} as in the report", **GAPS),
    }
