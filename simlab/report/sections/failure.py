"""What does it cost if it fails? What must be carried on the way, and how bad the worst is."""

from __future__ import annotations

from datetime import date

from simlab.report.parts import Section, Table
from simlab.result.answer import Answer
from simlab.words import Words, futures, phrases


def failure(answer: Answer, words: Words) -> Section:
    """Peak exposure, the expected shortfall, and the chance of never."""
    return Section(
        anchor="failure",
        heading=words("What does it cost if it fails?"),
        text=(_carried(answer, words), _never(answer, words), _worst(answer, words)),
        tables=_if_stopped(answer, words),
    )


def _if_stopped(answer: Answer, words: Words) -> tuple[Table, ...]:
    """A permanent plan has no end: what if it is stopped after some years?"""
    stopped = answer.if_stopped
    if not stopped:
        return ()
    horizon = answer.horizon_years
    rows = [
        (
            words("after {years}", years=words.years(years, digits=True)),
            phrases.payback_time(payback.median_years, horizon, words),
            phrases.chance(payback.never, words),
        )
        for years, payback in stopped.items()
    ]
    header = (words("Stopped"), words("Payback time, median"), words("Chance of never"))
    return (
        Table(
            caption=words("If the plan, which has no end, is stopped (without chance)"),
            header=header,
            rows=rows,
        ),
    )


def _carried(answer: Answer, words: Words) -> str:
    peak = answer.opening.peak_exposure
    if peak.median <= 0:
        return words(
            "In half of the futures or more nothing has to be carried on the way: the savings are "
            "ahead throughout. In one future of ten more than {high} has to be found.",
            high=phrases.exposure(peak.p90, peak, words),
        )
    said = {
        "median": phrases.exposure(peak.median, peak, words),
        "high": phrases.exposure(peak.p90, peak, words),
    }
    if peak.month:
        return words(
            "Until the savings catch up, the plan has to be carried. In the middle future the "
            "balance is {median} below zero at its deepest, typically in {month}; in one future "
            "of ten it is more than {high} below. This money has to be found, whatever comes back "
            "later.",
            **said,
            month=words.date(date.fromisoformat(f"{peak.month}-01")),
        )
    return words(
        "Until the savings catch up, the plan has to be carried. In the middle future the balance "
        "is {median} below zero at its deepest; in one future of ten it is more than {high} "
        "below. This money has to be found, whatever comes back later.",
        **said,
    )


def _never(answer: Answer, words: Words) -> str:
    never = answer.opening.payback.never
    return words(
        "In {futures} ({percent}) the money is not back within {years}.",
        futures=futures(never, words),
        percent=phrases.chance(never, words),
        years=words.years(answer.horizon_years, digits=True),
    )


def _worst(answer: Answer, words: Words) -> str:
    value = answer.opening.net_present_value
    shortfall = value.cvar5
    if not phrases.is_figure(shortfall):
        return words("There are too few draws to tell how bad the worst futures are.")
    said = {"percent": words.percent(0.05), "money": phrases.money(abs(shortfall), value, words)}
    if shortfall < 0:
        return words(
            "In the worst {percent} of the futures the loss is {money} on average.", **said
        )
    return words(
        "Even in the worst {percent} of the futures the net gain is {money} on average.", **said
    )
