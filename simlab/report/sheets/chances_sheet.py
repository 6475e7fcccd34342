"""The chance of payback by year, in every perspective, with its Monte Carlo interval."""

from __future__ import annotations

from simlab.report.sheets.sheet import Chart, Column, Row, Series, Sheet
from simlab.result.answer import Answer
from simlab.words import Words, phrases


def chances(answer: Answer, words: Words) -> Sheet:
    """A row a perspective and year; the interval is the Monte Carlo error's."""
    rows: list[Row] = []
    for name in sorted(answer.perspectives, key=lambda name: name != answer.perspective):
        account = answer.perspectives[name]
        whom = phrases.perspective_name(name, words, account.label)
        lives = account.without_chance.payback.within
        for years, within in account.payback.within.items():
            chance = (within.chance, within.standard_error, *within.interval)
            rows.append((whom, years, *chance, lives[years].chance))
    interval = words.percent(0.95)
    columns = (
        Column(words("Perspective"), 24),
        Column(words("Within years"), 14, "whole"),
        Column(words("Chance that the money is back"), 18, "share"),
        Column(words("Standard error"), 16, "share"),
        Column(words("{percent} interval, low", percent=interval), 18, "share"),
        Column(words("{percent} interval, high", percent=interval), 18, "share"),
        Column(words("Without chance in single lives"), 20, "share"),
    )
    return Sheet(words("Chances by year"), columns, rows, (_curve(answer, words),))


def _curve(answer: Answer, words: Words) -> Chart:
    """The payback curve of the perspective that the report opens with, whose rows come first."""
    last = max(len(answer.opening.payback.within), 1)
    looks = (
        (2, words("All uncertainty"), "#1F4E9E", False),
        (6, words("Without chance in single lives"), "#7F7F7F", True),
    )
    whom = phrases.perspective_name(answer.perspective, words)
    return Chart(
        "line",
        words("Chance that the money is back, in the account of {whom}", whom=whom),
        words("Chance"),
        tuple(
            Series(title, (1, 1, last, 1), (1, column, last, column), color, dashed)
            for column, title, color, dashed in looks
        ),
        at=(1, 8),
        x_title=words("Years from the start"),
        y_format="0%",
        y_most=1.0,
    )
