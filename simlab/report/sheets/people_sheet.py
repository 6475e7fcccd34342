"""Person-years, outcomes, and heads per state at the end of each year, in both futures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simlab.report.sections.person_time import MONTHS, ever_there, futures, group_name
from simlab.report.sheets.sheet import Chart, Column, Row, Series, Sheet, Value, tails
from simlab.result.answer import Answer, People, PersonTime
from simlab.words import Words

FUTURES = ("baseline", "plan", "difference")
COLORS = ("#1F4E9E", "#B35900", "#2F7D4F", "#8064A2", "#7F7F7F")  # as many states are drawn


def people(answer: Answer, words: Words) -> Sheet:
    """Person-years, outcomes, then heads per state at the end of each year."""
    rows: list[Row] = []
    for name, time in answer.person_time.items():
        if ever_there(time):
            label = words("{name}, {person_years}", name=group_name(name, answer, words))
            rows += _futures(label, time, 1 / MONTHS, words)
    for outcome in answer.outcomes.values():
        rows += _futures(words.text(outcome.label), outcome, 1.0, words)
    begin = len(rows) + 1
    rows += _heads(answer, words)
    _, low, high = tails(words)
    columns = (
        Column(words("What"), 40),
        Column(words("When"), 18),
        Column(words("Future"), 20),
        *(Column(title, 14, "count") for title in (words("Mean"), low, high)),
    )
    return Sheet(words("People"), columns, rows, _charts(answer, begin, words))


def _future_names(words: Words) -> dict[str, str]:
    return {
        "baseline": words("without the plan"),
        "plan": words("with the plan"),
        "difference": words("difference"),
    }


def _futures(label: str, time: PersonTime, scale: float, words: Words) -> Iterator[Row]:
    for name, of in zip(_future_names(words).values(), futures(time), strict=True):
        spread = (scale * x for x in (of.mean, of.p10, of.p90))
        yield label, words("whole horizon"), name, *spread


def _shown(people: People) -> list[int]:
    """The states in which there is ever anybody."""
    both = (people.baseline, people.plan)
    return [s for s in range(len(people.states)) if any(one[:, :, s].any() for one in both)]


def _ends(answer: Answer) -> list[int]:
    """The start, and the end of every year and of the horizon, in steps."""
    last = answer.people.baseline.shape[1] - 1
    per_year = answer.payback[answer.perspective].steps_per_year
    return sorted({0, last, *(round(y * per_year) for y in range(1, int(last / per_year) + 1))})


def _charts(answer: Answer, begin: int, words: Words) -> tuple[Chart, ...]:
    """How the plan changes the states that it changes most; ``begin`` is the first row of heads."""
    people = answer.people
    if not people.states:
        return ()
    shown, ends = _shown(people), len(_ends(answer))
    change = np.abs(people.plan[1] - people.baseline[1]).max(axis=0)
    most = sorted(shown, key=lambda s: -change[s])[: len(COLORS)]
    series = []
    for color, state in zip(COLORS, most, strict=False):
        first = begin + (len(FUTURES) * shown.index(state) + FUTURES.index("difference")) * ends
        last = first + ends - 1
        label = words.text(people.labels[state])
        series.append(Series(label, (first, 1, last, 1), (first, 3, last, 3), color))
    title = words("More {people} with the plan than without it: means at the end of each year")
    many = words("Number of {people}")
    return (Chart("line", title, many, tuple(series), at=(1, 7), is_dated=True),)


def _heads(answer: Answer, words: Words) -> Iterator[Row]:
    """Heads of every state that is ever somebody's, the years of a future side by side."""
    for state in _shown(answer.people):
        label = words("{name}, {people}", name=words.text(answer.people.labels[state]))
        for future, name in _future_names(words).items():
            for t in _ends(answer):
                yield label, answer.dates[t], name, *_spread(answer.people, future, t, state)


def _spread(people: People, future: str, t: int, state: int) -> tuple[Value, ...]:
    """Mean, 10 % and 90 % quantile; of the difference only the mean is kept."""
    if future == "difference":
        return (float(people.plan[1, t, state] - people.baseline[1, t, state]),)
    low, mean, high = getattr(people, future)[:3, t, state].tolist()
    return mean, low, high
