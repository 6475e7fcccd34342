"""The balance by step in every perspective: mean and quantiles over all simulated futures."""

from __future__ import annotations

import numpy as np

from simlab.report.sheets.sheet import Chart, Column, Row, Series, Sheet, tails
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
    titles = (*tails(words), *([words("central world")] if answer.central else []))
    columns = [Column(words("Step"), 7, "whole"), Column(words("Until"), 12)]
    for name in names:
        whom = phrases.perspective_name(name, words)
        columns += [
            Column(words("Balance of {whom}, DKK: {what}", whom=whom, what=what), 18, "money")
            for what in titles
        ]
    table = np.concatenate([_of(answer, name) for name in names])
    rows: list[Row] = [(t, when, *table[:, t].tolist()) for t, when in enumerate(answer.dates)]
    chart = _chart(answer, len(columns) + 1, phrases.perspective_name(own, words), words)
    return Sheet(words("Balance by step"), columns, rows, (chart,), frozen=(1, LEAD))


def _of(answer: Answer, name: str) -> np.ndarray:
    """(columns, steps + 1) of a perspective."""
    balance = answer.payback[name].balance
    columns = [balance.mean(axis=0), *quantiles(balance, (0.1, 0.9))]
    if answer.central is not None:
        saving, cost = (money[0] for money in answer.central.cash.seen_by(name))
        columns.append(np.cumsum(saving) - np.cumsum(cost))
    return np.stack(columns)


def _chart(answer: Answer, place: int, whom: str, words: Words) -> Chart:
    last = len(answer.dates)
    mean, low, high = tails(words)
    looks = (
        (MEAN, mean, "#1F4E9E", False),
        (P10, low, "#B35900", True),
        (P90, high, "#2F7D4F", True),
    )
    return Chart(
        "line",
        words("Balance in the account of {whom}", whom=whom),
        words("DKK"),
        tuple(
            Series(title, (1, 1, last, 1), (1, LEAD + k, last, LEAD + k), color, dashed)
            for k, title, color, dashed in looks
        ),
        at=(1, place),
        is_dated=True,
    )
