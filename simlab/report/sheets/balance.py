"""The balance by step in every perspective: mean and quantiles over all simulated futures."""

from __future__ import annotations

import numpy as np

from simlab.report.sheets.sheet import Chart, Series, Sheet, Value, day
from simlab.result.answer import Answer
from simlab.risk.payback import quantiles
from simlab.words import Words, phrases

LEAD = 2  # columns before the first perspective: step, date
MEAN, P10, P90, CENTRAL = range(4)  # the columns of a perspective
COLUMNS = 4


def balance(answer: Answer, words: Words) -> Sheet:
    """A row a step; the perspective that the report opens with first."""
    own = answer.perspective
    names = [own, *(name for name in answer.payback if name != own)]
    titles = (
        words("mean"),
        words("{percent} quantile", percent=words.percent(0.1)),
        words("{percent} quantile", percent=words.percent(0.9)),
        words("central world"),
    )[: COLUMNS if answer.central else CENTRAL]
    columns = [(words("Step"), 7.0), (words("Until"), 12.0)]
    for name in names:
        who = phrases.perspective_name(name, words)
        columns += [
            (words("Balance of {whom}, DKK: {what}", whom=who, what=what), 18.0) for what in titles
        ]
    tables = [_of(answer, name) for name in names]
    rows: list[tuple[Value, ...]] = [
        (
            (float(t), "whole"),
            day(when),
            *((x, "money") for table in tables for x in table[:, t].tolist()),
        )
        for t, when in enumerate(answer.dates)
    ]
    chart = _chart(answer, columns, phrases.perspective_name(own, words), words)
    return Sheet(words("Balance by step"), tuple(columns), tuple(rows), (chart,), frozen=(1, LEAD))


def _of(answer: Answer, name: str) -> np.ndarray:
    """(columns, steps + 1) of a perspective."""
    found = answer.payback[name].balance
    columns = [found.mean(axis=0), *quantiles(found, (0.1, 0.9))]
    if answer.central is not None:
        saving, cost = (money[0] for money in answer.central.cash.seen_by(name))
        columns.append(np.cumsum(saving) - np.cumsum(cost))
    return np.stack(columns)


def _chart(answer: Answer, columns: list[tuple[str, float]], who: str, words: Words) -> Chart:
    last = len(answer.dates)
    low, high = (words("{percent} quantile", percent=words.percent(q)) for q in (0.1, 0.9))
    looks = (
        (MEAN, words("mean"), "#1F4E9E", False),
        (P10, low, "#B35900", True),
        (P90, high, "#2F7D4F", True),
    )
    return Chart(
        "line",
        words("Balance in the account of {whom}", whom=who),
        words("DKK"),
        tuple(
            Series(said, (1, 1, last, 1), (1, LEAD + k, last, LEAD + k), color, dashed)
            for k, said, color, dashed in looks
        ),
        at=(1, len(columns) + 1),
        is_dated=True,
    )
