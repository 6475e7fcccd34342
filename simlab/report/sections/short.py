"""The first page: the four questions that a council asks, and an answer to each.

When is the money back · how sure is it · what is the worst · what does it hang on most.
"""

from __future__ import annotations

from simlab.charts.what_matters import measure_of, that_matter
from simlab.report import phrases
from simlab.report.key_figures import ASKED
from simlab.report.parts import KeyFigure, Section
from simlab.report.sections.drivers import then
from simlab.risk.result import Result
from simlab.words import Words, futures
from simlab.words.calendar import by, month_of
from simlab.words.figure_name import figure_name


def short(result: Result, words: Words) -> Section:
    """The answers, each with the figure that is read first and a sentence below it."""
    asked = (_when, _sure, _worst, hangs)
    answers = tuple(answer for one in asked if (answer := one(result, words)) is not None)
    return Section(anchor="short", heading=words("In short"), answers=answers)


def _when(result: Result, words: Words) -> KeyFigure:
    """The median, and what the 80 % range says of luck and misfortune."""
    question = words("When is the money back, most likely?")
    of, horizon = phrases.opening(result)["payback"], result.summary["horizon_years"]
    start, years = phrases.start_of(result), words.years(horizon)
    middle, early, late = (of[key] for key in ("median_years", "p10_years", "p90_years"))
    if not phrases.is_figure(middle):
        said = words(
            "In most futures the savings have not caught up with the cost after {years}.",
            years=years,
        )
        return KeyFigure(question, words("Not within {years}", years=years), (said,))
    if middle == 0:
        said = words("In half of the futures or more, the savings are ahead from the start.")
        return KeyFigure(question, words("From the start"), (said,))

    def moment(after: float) -> str:
        if start is None or after == 0:
            return phrases.payback_time(after, horizon, words)
        return words.date(month_of(start, after))

    soon = words("In 1 of 10 futures it is back by {moment} already", moment=moment(early))
    slow = (
        words("in 1 of 10 it takes until {moment} or longer.", moment=moment(late))
        if phrases.is_figure(late)
        else words(
            "in {futures} it is never back within {years}.",
            futures=futures(of["never"], words),
            years=years,
        )
    )
    half = words(
        "Half of the futures are back by then, {time} after the start.",
        time=phrases.payback_time(middle, horizon, words),
    )
    said = moment(middle)
    return KeyFigure(
        question,
        said[:1].upper() + said[1:],
        (half, words("{one}; {other}", one=soon, other=slow)),
    )


def _sure(result: Result, words: Words) -> KeyFigure:
    """The chance within five years, or within the horizon where that is shorter."""
    of, start = phrases.opening(result)["payback"], phrases.start_of(result)
    asked = [y for y in ASKED if y in of["within"]] or list(of["within"])[-1:]
    if not asked:
        return KeyFigure(words("How sure is it?"), phrases.chance(1 - of["never"], words), ())
    first, *rest = asked
    chance = of["within"][first]["chance"]
    lines = [
        words(
            "In {futures} the money is back {by}.",
            futures=futures(chance, words),
            by=by(start, float(first), words),
        )
    ]
    lines += [
        words(
            "Within {years}: {chance}.",
            years=words.years(float(y)),
            chance=phrases.chance(of["within"][y]["chance"], words),
        )
        for y in rest
    ]
    question = words("How sure is it within {years}?", years=words.years(float(first)))
    return KeyFigure(question, phrases.chance(chance, words), (" ".join(lines),))


def _worst(result: Result, words: Words) -> KeyFigure:
    """Never, with what is lost then, and what has to be carried on the way."""
    of = phrases.opening(result)
    worst, peak = of["net_present_value"]["cvar5"], of["peak_exposure"]["p90"]
    years = words.years(result.summary["horizon_years"])
    if worst < 0:
        value = words("A loss of {money}", money=words.money(-worst, 3))
        said = words(
            "That is the average of the worst 1 of 20 futures, after {years}.", years=years
        )
    else:
        value = words("A gain of {money}", money=words.money(worst, 3))
        said = words(
            "Even the worst 1 of 20 futures gain so much on average, after {years}.", years=years
        )
    lines = [said]
    if peak > 0:
        lines.append(
            words(
                "On the way {money} or more has to be carried in 1 of 10 futures, whatever comes "
                "back later.",
                money=words.money(peak, 3),
            )
        )
    return KeyFigure(words("What is the worst that can happen?"), value, (" ".join(lines),))


def hangs(result: Result, words: Words) -> KeyFigure | None:
    """The figure that the answer is most sensitive to, and what it would be where that is low."""
    of = phrases.opening(result)
    measure = measure_of(of)
    rows = that_matter(of, measure) if measure is not None else []
    if not rows or measure is None:
        return None
    way = rows[0]["direction"]
    name = figure_name(way["path"], result.labels, words)
    low, high = (then(way[end], measure, result, words) for end in ("low", "high"))
    ends = words("If it is low, {low}; if it is high, {high}.", low=low, high=high)
    known = next((one for one in result.assumptions if one.path == way["path"]), None)
    lines = [ends]
    if known is None or known.tag in (None, "assumption"):
        lines.append(words("Nobody has measured it; it is an assumption."))
    return KeyFigure(
        words("What does the answer hang on most?"), name[:1].upper() + name[1:], tuple(lines)
    )
