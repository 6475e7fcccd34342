"""The chance of payback by year, in every perspective, with its Monte Carlo interval."""

from __future__ import annotations

from simlab.report.sheets.sheet import Chart, Series, Sheet, Value, number, text
from simlab.result.answer import Answer
from simlab.words import Words, phrases


def chances(answer: Answer, words: Words) -> Sheet:
    """A row a perspective and year; the interval is the Monte Carlo error's."""
    rows: list[tuple[Value, ...]] = []
    curve: tuple[int, int] = (1, 1)  # the first and last row of the perspective that is drawn
    found = answer.perspectives
    for name in sorted(found, key=lambda name: name != answer.perspective):
        of = found[name]
        if name == answer.perspective:
            curve = len(rows) + 1, len(rows) + len(of.payback.within)
        lives = of.without_chance.payback.within
        for years, within in of.payback.within.items():
            low, high = within.interval
            rows.append((
                text(phrases.perspective_name(name, words, of.label)),
                (float(years), "whole"),
                number(within.chance, "share"), number(within.standard_error, "share"),
                number(low, "share"), number(high, "share"),
                number(lives[years].chance, "share"),
            ))  # fmt: skip
    interval = words.percent(0.95)
    return Sheet(
        words("Chances by year"),
        (
            (words("Perspective"), 24),
            (words("Within years"), 14),
            (words("Chance that the money is back"), 18),
            (words("Standard error"), 16),
            (words("{percent} interval, low", percent=interval), 18),
            (words("{percent} interval, high", percent=interval), 18),
            (words("Without chance in single lives"), 20),
        ),
        tuple(rows),
        (_curve(answer, curve, words),),
    )


def _curve(answer: Answer, rows: tuple[int, int], words: Words) -> Chart:
    """The payback curve of the perspective that the report opens with."""
    first, last = rows
    looks = (
        (2, words("All uncertainty"), "#1F4E9E", False),
        (6, words("Without chance in single lives"), "#7F7F7F", True),
    )
    who = phrases.perspective_name(answer.perspective, words)
    return Chart(
        "line",
        words("Chance that the money is back, in the account of {whom}", whom=who),
        words("Chance"),
        tuple(
            Series(said, (first, 1, last, 1), (first, column, last, column), color, dashed)
            for column, said, color, dashed in looks
        ),
        at=(1, 8),
        x_title=words("Years from the start"),
        y_format="0%",
        y_most=1.0,
    )
