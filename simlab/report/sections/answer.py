"""What is the answer, and when is the money back?"""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.key_figures import opening_figures
from simlab.report.parts import Picture, Section
from simlab.report.pictures import shown
from simlab.result.answer import Answer
from simlab.words import Words, futures, phrases
from simlab.words.calendar import month_of
from simlab.words.first_sentence import effect_name


def figures_section(answer: Answer, words: Words) -> Section:
    """The key figures of the opening perspective."""
    return Section(
        anchor="figures",
        heading=words("The figures"),
        figures=opening_figures(answer, words),
        fine=(
            words(
                "In eight of ten futures the result lies within the {percent} range; where it ends "
                "in “not within”, more than one in ten never gets there. ± is only the Monte Carlo "
                "error: how far a figure may move when as many futures are drawn again ({interval} "
                "interval). It says nothing of whether the assumptions are right.",
                percent=words.percent(0.8),
                interval=words.percent(0.95),
            ),
            *_if_nothing(answer, words),
        ),
    )


def _if_nothing(answer: Answer, words: Words) -> tuple[str, ...]:
    """What the figures beside the others are of, and how sure they are."""
    if answer.hinge is None or (without := answer.hinge.if_nothing) is None:
        return ()
    errors, share = without.figures.standard_errors, answer.hinge.share.share or 0.0
    return (
        words(
            "{share} of the spread of the payback time follows how strong {effect} is, which "
            "nobody has measured. What the figures would be if it were nothing was computed in the "
            "first {n} of the futures, everything else as it is in them ({error} on the chance of "
            "never).",
            share=words.percent(share),
            effect=effect_name(answer, answer.hinge.path, words),
            n=words.number(without.draws),
            error=phrases.error_of_chance(None, errors.never, words),
        ),
    )


def when(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section:
    """The payback curve and its dots."""
    return Section(
        anchor="when",
        heading=words("When is the money back?"),
        text=(
            _half(answer, words),
            words(
                "The money counts as back when the savings have caught up with the cost of the "
                "plan, and stay ahead of it to the end of the {years} that are simulated.",
                years=words.years(answer.horizon_years),
            ),
            *_relapse(answer, words),
        ),
        warnings=_losing(answer, words),
        pictures=shown(drawn, "payback-curve", "payback-dots"),
    )


def _half(answer: Answer, words: Words) -> str:
    median = answer.opening.payback.median_years
    horizon = answer.horizon_years
    if not phrases.is_figure(median):
        return words(
            "In fewer than half of the futures the money is back within {years}.",
            years=words.years(horizon, digits=True),
        )
    if median == 0:
        return words("In half of the futures or more, the savings are ahead from the start.")
    start = phrases.start_of(answer)
    time = phrases.payback_time(median, horizon, words)
    if start is None:
        return words("In half of the futures the money is back after {time} or sooner.", time=time)
    return words(
        "In half of the futures the money is back by {month} or sooner, {time} after the start.",
        month=words.date(month_of(start, median)),
        time=time,
    )


def _relapse(answer: Answer, words: Words) -> tuple[str, ...]:
    share = answer.opening.payback.relapse or 0.0
    if share < 0.005:
        return ()
    return (
        words(
            "In {futures} the balance reaches zero, falls below it again and recovers later or "
            "not at all. Such a future counts from the last time.",
            futures=futures(share, words),
        ),
    )


def _losing(answer: Answer, words: Words) -> tuple[str, ...]:
    if not answer.opening.payback.losing_at_horizon:
        return ()
    return (
        words(
            "Losing at the horizon: over the last year the plan costs more than it saves, on "
            "average. A future that is paid back by then may not stay so."
        ),
    )
