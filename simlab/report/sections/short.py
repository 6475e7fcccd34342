"""The first page: the questions that a council asks, and an answer to each.

When is the money back · how sure is it · what is the gain · how bad can it get · what does it hang
on most. Each answer can stand alone in a memo: it says in how many futures, and of what. Above them
stands what the study is warned of: it may turn any of them around.
"""

from __future__ import annotations

import numpy as np

from simlab.report.key_figures import asked
from simlab.report.parts import KeyFigure, Section, capital
from simlab.report.sections.drivers import at_the_ends, paths_of
from simlab.result.answer import Answer
from simlab.risk.payback import ZERO
from simlab.words import Words, futures, phrases
from simlab.words.calendar import by
from simlab.words.first_sentence import effect_name
from simlab.words.quantity_name import quantities_name
from simlab.words.strength import strength


def short(answer: Answer, words: Words) -> Section:
    """The answers, each with the figure that is read first and sentences below it."""
    questions = (_when, _sure, _gain, _worst, hangs)
    answers = tuple(text for one in questions if (text := one(answer, words)) is not None)
    warnings = tuple(words.say(warning.message) for warning in answer.warnings)
    return Section(anchor="short", heading=words("In short"), warnings=warnings, answers=answers)


def _when(answer: Answer, words: Words) -> KeyFigure:
    """The median, and what the 80 % range says of luck and misfortune."""
    question = words("When is the money back?")
    of, horizon = answer.opening.payback, answer.horizon_years
    start, years = phrases.start_of(answer), words.years(horizon)
    middle, early, late = of.median_years, of.p10_years, of.p90_years
    never = words(
        "In {futures} it is not back within {years}.",
        futures=futures(of.never, words),
        years=years,
    )
    if not phrases.is_figure(middle):
        return KeyFigure(
            question, words("Not within {years}, in most futures", years=years), (never,)
        )
    if middle == 0:
        said = words("In half of the futures or more, the savings are ahead from the start.")
        lines = (said, never) if of.never > 0.0 else (said,)
        return KeyFigure(question, words("From the start"), lines)
    half = words("{by}, in half of the futures", by=capital(by(start, middle, words)))
    time = words(
        "That is {time} after the start. The other half are later, or never.",
        time=phrases.payback_time(middle, horizon, words),
    )
    often = of.never > 0.0
    early = 0.0 if early is None else early  # no later than the median
    soon = words("In 1 of 10 futures it is back {by} already.", by=by(start, early, words))
    slow = never
    if phrases.is_figure(late):
        slow = words("In 9 of 10 it is back {by}.", by=by(start, late, words))
        if often:
            slow = f"{slow} {never}"
        else:
            time = words(
                "That is {time} after the start. The other half are later.",
                time=phrases.payback_time(middle, horizon, words),
            )
    return KeyFigure(question, half, (time, f"{soon} {slow}" if early > 0 else slow))


def _sure(answer: Answer, words: Words) -> KeyFigure:
    """The chance within five years, or within the horizon where that is shorter."""
    of, start = answer.opening.payback, phrases.start_of(answer)
    years = asked(of)
    if not years:
        return KeyFigure(words("How sure is it?"), phrases.chance(1 - of.never, words))
    first, *rest = years
    said = words("So often the money is back {by}, and stays back.", by=by(start, first, words))
    lines = [said]
    lines += [
        words(
            "Within {years}: {chance}.",
            years=words.years(y),
            chance=words.percent(of.within[y].chance),
        )
        for y in rest
    ]
    if answer.hinge is not None and (without := answer.hinge.if_nothing) is not None:
        lines += [
            words(
                "If {effect} is nothing: {chance} within {years}.",
                effect=effect_name(answer, answer.hinge.path, words),
                chance=phrases.chance(without.figures.payback.within[first].chance, words),
                years=words.years(first),
            )
        ]
    question = words("How likely is it back within {years}?", years=words.years(first))
    value = words("{chance} of the futures", chance=words.percent(of.within[first].chance))
    return KeyFigure(question, value, (" ".join(lines),))


def _gain(answer: Answer, words: Words) -> KeyFigure:
    """The net present value: its mean, its range, and what a krone gives."""
    of = answer.opening
    value, ratio = of.net_present_value, of.benefit_cost_ratio
    question = words("What is gained after {years}?", years=words.years(answer.horizon_years))
    said = words(
        "In 8 of 10 futures it is between {low} and {high}, the cost of the plan taken off.",
        low=phrases.money(value.p10, value, words),
        high=phrases.money(value.p90, value, words),
    )
    lines = [said]
    if ratio is not None and ratio > 0:
        lines.append(
            words(
                "For each krone that the plan costs, {n} kr. are saved, before the cost is taken "
                "off.",
                n=words.number(ratio, 2),
            )
        )
    if phrases.is_discounted(answer, answer.perspective):
        lines.append(words("Amounts of later years are discounted."))
    apart = tuple(words.say(one.told) for one in answer.marginal)
    return KeyFigure(
        question,
        words("{money} on average", money=phrases.money(value.mean, value, words)),
        (" ".join(lines), *apart),
    )


def _worst(answer: Answer, words: Words) -> KeyFigure:
    """The mean of the worst twentieth, whether it is harm, and what must be carried."""
    of = answer.opening
    worst, peak = of.net_present_value.cvar5, of.peak_exposure.p90
    money = phrases.money(abs(worst), of.net_present_value, words)
    value = words("The worst 1 of 20 futures lose {money} on average", money=money)
    if worst >= 0:
        value = words("The worst 1 of 20 futures gain {money} on average", money=money)
    worst_of_all = float(answer.payback[answer.perspective].balance[:, -1].min())
    least = phrases.money(abs(worst_of_all), of.net_present_value, words)
    # Of futures that are all alike none is worse than their mean.
    lines = [words("Single ones are worse.")] if worst_of_all < worst and least != money else []
    if worst < 0 and _harms(answer):
        lines.append(
            words(
                "More is lost than the plan costs: in these futures it does harm, and more is "
                "paid than without it."
            )
        )
    if peak > 0:
        lines.append(
            words(
                "On the way, in 1 of 10 futures, at least {money} more has been spent than saved.",
                money=phrases.exposure(peak, of.peak_exposure, words),
            )
        )
    return KeyFigure(words("How bad can it get?"), value, (" ".join(lines),))


def _harms(answer: Answer) -> bool:
    """Whether, in the worst twentieth of the futures, more is paid than without the plan."""
    seen = answer.payback[answer.perspective]
    value = seen.balance[:, -1]
    saving = value + seen.cost[:, -1]
    worst = np.argsort(value, kind="stable")[: max(round(0.05 * len(value)), 1)]
    return bool(saving[worst].mean() < -ZERO)


def hangs(answer: Answer, words: Words) -> KeyFigure | None:
    """The figure that the answer is most sensitive to, and what it would be where that is low."""
    found = answer.opening.drivers
    if not found.that_matter:
        return None
    first = found.that_matter[0]
    way = first.direction
    name = quantities_name(paths_of(first), answer.labels, words)
    low, high = at_the_ends(way, answer, words)
    at_low, at_high = (strength(way.path, end.value, words) for end in (way.low, way.high))
    ends = words(
        "If it is low ({at_low}), {low}; if it is high ({at_high}), {high}.",
        at_low=at_low,
        at_high=at_high,
        low=low,
        high=high,
    )
    lines = [ends]
    known = next((one for one in answer.assumptions if one.path == way.path), None)
    if known is None or known.is_guessed:
        lines.append(words("It has not been measured; it is an assumption."))
    question = words("What does the answer hang on most?")
    return KeyFigure(question, capital(name), (" ".join(lines),))
