"""Person-years, outcomes, and heads per state at the end of each year, in both futures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.report.sections.outcomes import outcome_name
from simlab.report.sections.people import FUTURES, MONTHS, ever_there, group_name
from simlab.report.sheets.sheet import Sheet, Value, text
from simlab.risk.result import Result
from simlab.words import Words


def people(result: Result, words: Words) -> Sheet:
    """Person-years, outcomes, then heads per state at the end of each year."""
    rows: list[tuple[Value, ...]] = []
    for name, one in (result.summary.get("people") or {}).items():
        if not ever_there(one):
            continue
        label = words("{name}, {person_years}", name=group_name(name, result, words))
        rows += _futures(label, one, 1 / MONTHS, words)
    for name, one in (result.summary.get("outcomes") or {}).items():
        rows += _futures(outcome_name(name, one, words), one, 1.0, words)
    rows += _heads(result, words)
    return Sheet(
        words("People"),
        (
            (words("What"), 40),
            (words("When"), 18),
            (words("Future"), 20),
            (words("Mean"), 14),
            (words("{percent} quantile", percent=words.percent(0.1)), 14),
            (words("{percent} quantile", percent=words.percent(0.9)), 14),
        ),
        tuple(rows),
    )


def _future_names(words: Words) -> dict[str, str]:
    return {
        "baseline": words("without the plan"),
        "plan": words("with the plan"),
        "difference": words("difference"),
    }


def _futures(
    label: str, one: dict[str, Any], scale: float, words: Words
) -> Iterator[tuple[Value, ...]]:
    for future in FUTURES:
        yield (
            text(label),
            text(words("whole horizon")),
            text(_future_names(words)[future]),
            *((scale * one[future][key], "count") for key in ("mean", "p10", "p90")),
        )


def _heads(result: Result, words: Words) -> Iterator[tuple[Value, ...]]:
    people = result.people
    if not people.states:
        return
    per_year = result.payback[result.perspective].steps_per_year
    last = people.baseline.shape[1] - 1
    ends = sorted({0, last, *(round(y * per_year) for y in range(1, int(last / per_year) + 1))})
    for state, label in enumerate(people.labels):
        if not (people.baseline[:, :, state].any() or people.plan[:, :, state].any()):
            continue
        for t in ends:
            when = result.dates[t].isoformat() if t < len(result.dates) else str(t)
            for future in ("baseline", "plan"):
                low, mean, high = getattr(people, future)[:, t, state]
                yield (
                    text(words("{name}, {people}", name=words.text(label))),
                    text(when),
                    text(_future_names(words)[future]),
                    *((float(x), "count") for x in (mean, low, high)),
                )
