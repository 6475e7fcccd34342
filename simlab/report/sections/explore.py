"""What if it is seen otherwise? The reader moves horizon, account, discount rate and certainty.

At the study's own rate the page says what all draws of the run say, for each horizon and account:
these figures are handed to it. At another rate the script (``report/explore.js``) adds what the
rate changes in the draws that fit into the page, the same draws at both rates (a control variate),
so that nothing moves but by the rate. It speaks in the words that are handed to it here: sentences
with their gaps, and every phrase of time ready made.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from simlab.report.packed import draws_in_page, packed, whole_flows
from simlab.report.parts import Explorer, Section
from simlab.report.script_words import labels, says
from simlab.result.answer import Answer
from simlab.result.figures import Spread
from simlab.risk.estimate import T_975
from simlab.risk.payback import ZERO, Payback, peak_exposure, quantile
from simlab.words import Words, futures, of_them, phrases
from simlab.words.calendar import by, month_of, position, year_ends
from simlab.words.first_sentence import under_assumption

MOST_PERCENT = 10.0  # a year, the highest rate that the reader can ask for
SURE = {"least": 50, "most": 95, "step": 5, "at_first": 80}  # percent


def explore(answer: Answer, words: Words) -> Section | None:
    """The part of the page that follows its reader; None where a run has nothing for it."""
    if answer.perspective not in answer.discount:
        return None
    return Section(
        anchor="explore",
        heading=words("Try it yourself"),
        text=under_assumption(answer, words),
        explorer=Explorer(labels=labels(words), content=_content(answer, words)),
    )


def _content(answer: Answer, words: Words) -> dict[str, Any]:
    """All that the script reads, as JSON can hold it."""
    opening, start = answer.payback[answer.perspective], phrases.start_of(answer)
    steps, per_year = opening.balance.shape[1], opening.steps_per_year
    others = (n for n in answer.payback if n in answer.discount and n != answer.perspective)
    names = [answer.perspective, *others]
    draws = draws_in_page(opening.draws, steps * len(names))
    ends = _ends(steps - 1, per_year)
    flows, accounts = [], []
    for name in names:
        payback, discount = answer.payback[name], answer.discount[name]
        whole, unit = whole_flows(payback, discount, draws)
        flows.append(whole)
        cost = np.diff(payback.cost.mean(axis=0), prepend=0.0) / discount
        accounts.append(
            {
                "name": phrases.perspective_name(name, words),
                "unit": unit,
                "discount": discount.tolist(),
                "cost": cost.tolist(),
                "percent": _percent(discount, per_year),
                "found": _found(payback, ends),
            }
        )
    return {
        "language": words.lang,
        "draws": opening.draws,
        "held": draws,
        "steps_per_year": per_year,
        "flows": packed(np.stack(flows)),
        "accounts": accounts,
        "horizons": [_horizon(t, per_year, start, words) for t in ends],
        "by": [by(start, t / per_year, words) for t in range(steps)],
        "months": [
            words.date(month_of(start, t / per_year)) if start else "" for t in range(steps)
        ],
        "sure": SURE,
        "most_percent": MOST_PERCENT,
        "zero": ZERO,
        "t": T_975,
        "says": says(words),
        "futures": _counts(futures, words),
        "of_them": _counts(of_them, words),
        "from": _from(draws, answer.draws, words),
    }


def _found(payback: Payback, ends: list[int]) -> list[dict[str, Any]]:
    """What all draws give at the study's own rate, a table for each horizon.

    counts, errors : by step, in how many draws the money is back, and the error of their share
    value : mean, 10 % and 90 % quantile of the balance at the end    depth : its 50 % and 90 %
    """
    found = []
    for t in ends:
        curve, until = payback.curve(t / payback.steps_per_year), payback.balance[:, : t + 1]
        value, (depth, _) = Spread.of(until[:, t]), peak_exposure(until)
        found.append(
            {
                "counts": np.rint(curve.chance * payback.draws).astype(int).tolist(),
                "errors": [
                    float(f"{e:.4g}") if np.isfinite(e) else None for e in curve.standard_error
                ],
                "value": [value.mean, value.p10, value.p90],
                "depth": [quantile(depth, 0.5), quantile(depth, 0.9)],
            }
        )
    return found


def _percent(discount: np.ndarray, per_year: float) -> float:
    """The rate of the first year in percent: what the reader is shown as the study's own."""
    return float(round(100.0 * (float(discount[0] / discount[1]) ** per_year - 1.0), 6))


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
        "within": phrases.within(years, words),
        "not_within": phrases.payback_time(None, years, words),
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
        return words.plural(
            "From the {n} future of the report.", "From the {n} futures of the report.", draws
        )
    return words(
        "From the {of} futures of the report. What another discount rate changes is taken from the "
        "first {n} of them.",
        n=words.number(draws),
        of=words.number(of),
    )
