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
from simlab.report.script_words import labels, says
from simlab.risk.estimate import REPLICATES, T_975
from simlab.risk.payback import ZERO
from simlab.risk.result import Result
from simlab.words import Words, futures, of_them
from simlab.words.calendar import by, month_of, position, year_ends

MOST_PERCENT = 10.0  # a year, the highest rate that the reader can ask for
SURE = {"least": 50, "most": 95, "step": 5, "at_first": 80}  # percent


def explore(result: Result, words: Words) -> Section | None:
    """The part of the page that follows its reader; None where a run has nothing for it."""
    if result.perspective not in result.discount:
        return None
    return Section(
        anchor="explore",
        heading=words("Try it yourself"),
        explorer=Explorer(labels=labels(words), content=_content(result, words)),
    )


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
        "says": says(words),
        "futures": _counts(futures, words),
        "of_them": _counts(of_them, words),
        "from": _from(draws, result.summary["draws"], words),
    }


def _month(start: date | None, years: float, words: Words) -> str:
    return words.date(month_of(start, years)) if start else ""


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
