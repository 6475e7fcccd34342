"""The finding in a headline and a sentence.

The headline names the median and the 80 % range (the 10 % and 90 % quantiles), where "never" is
an answer. The sentence names the end of the year whose chance is nearest to 70 %, and how often
the money never comes back. Where more than a quarter never pay back that year would tell little
more than the horizon does, and it is the year of 70 % of those that do; where most never pay back,
the sentence says that first.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from simlab.risk.payback import Payback
from simlab.words.calendar import by, month_of, year_ends, year_of
from simlab.words.frequency import futures, of_them
from simlab.words.words import ENGLISH, Words

_FREE = 0.5  # kr.: a plan that costs less is free


def headline(payback: Payback, start: date | None, words: Words = ENGLISH) -> str:
    """As in "Back in 2021 (80% range: 2018 to never)"."""
    never = payback.never().value
    horizon = words.years(payback.horizon_years)
    low, middle, high = (payback.quantile(q) for q in (0.1, 0.5, 0.9))
    if _cost(payback) < _FREE:
        return words("Nothing to pay back")
    if np.isinf(low):
        return words(
            "Not back within {years} in {futures}", years=horizon, futures=futures(never, words)
        )
    if high == 0.0:
        return words(
            "Ahead from the start in {futures}",
            futures=futures(payback.chance_within(0.0).value, words),
        )
    # where a year says nothing, the month may
    monthly = start is not None and _when(low, start, words) == _when(high, start, words)
    first, found, last = (_when(y, start, words, monthly) for y in (low, middle, high))
    if np.isinf(middle):
        found = words("Not back within {years} in most futures", years=horizon)
    elif middle == 0.0:
        found = words("Ahead from the start")
    elif start is None:
        found = words("Back after {when}", when=found)
    else:
        found = words("Back in {when}", when=found)
    span = between_once(first, last, words)
    return words(
        "{found} ({percent} range: {span})", found=found, span=span, percent=words.percent(0.8)
    )


def finding(payback: Payback, start: date | None, words: Words = ENGLISH) -> str:
    """As in "In 14 of 20 futures the DKK 125 million are back by the end of 2021; in 2 of 20 they
    never are within ten years."."""
    never = payback.never().value
    years = words.years(payback.horizon_years)
    cost = _cost(payback)
    if cost < _FREE:
        return _free(never, years, words)
    money = words.money(cost, digits=3)
    if never == 1.0:
        return words(
            "In no simulated future are the {money} back within {years}.", money=money, years=years
        )
    if never > 0.5:
        moment = _moment(payback, start)
        some = of_them(payback.chance_within(moment).value, words)
        return words(
            "In {futures} the {money} are not back within {years}; in {some} they are back {by}.",
            futures=futures(never, words),
            money=money,
            years=years,
            some=some,
            by=_by(moment, start, words),
        )
    moment = _moment(payback, start)
    if moment == 0.0:
        return _ahead(payback, start, money, words)
    chance = payback.chance_within(moment).value
    text = {"futures": futures(chance, words), "money": money, "by": _by(moment, start, words)}
    if chance == 1.0:
        return words("In {futures} the {money} are back {by}.", **text)
    if never == 0.0:
        return words(
            "In {futures} the {money} are back {by}, and in every simulated future {all}.",
            **text,
            all=_by(_last(payback, start), start, words),
        )
    return words(
        "In {futures} the {money} are back {by}; in {others} they never are within {years}.",
        **text,
        others=of_them(never, words),
        years=years,
    )


def named(
    payback: Payback, start: date | None, words: Words
) -> tuple[float, dict[str, str]] | None:
    """The moment that the sentence names, and what it says of it; None where it names none."""
    moment, cost = _moment(payback, start), _cost(payback)
    if cost < _FREE or moment == 0.0:
        return None
    return moment, {
        "futures": futures(payback.chance_within(moment).value, words),
        "money": words.money(cost, digits=3),
        "by": _by(moment, start, words),
        "years": words.years(payback.horizon_years),
    }


def between_once(first: str, last: str, words: Words) -> str:
    """A range in the middle of a sentence, and what both of its ends are only once."""
    return first if first == last else words("{first} to {last}", first=first, last=last)


def _cost(payback: Payback) -> float:
    """The plan cost to the horizon, the mean over draws, kr."""
    return float(payback.cost[:, -1].mean())


def _moment(payback: Payback, start: date | None) -> float:
    """The end of the year, or the start (0), that the sentence names: the one whose chance of
    payback is nearest to 70 %, or, where more than a quarter never pay back, to 70 % of the rest.
    """
    never = payback.never().value
    aim = 0.7 if never <= 0.25 else 0.7 * (1.0 - never)
    moments = [0.0, *year_ends(start, payback.horizon_years)]
    chances = np.array([np.mean(payback.years <= moment + 1e-9) for moment in moments])
    # where nobody is back yet there is nothing to tell, however near
    distance = np.where(chances > 0.0, np.abs(chances - aim), np.inf)
    return moments[int(np.argmin(distance))]


def _last(payback: Payback, start: date | None) -> float:
    """The end of the year by which every draw is back."""
    ends = year_ends(start, payback.horizon_years)
    return next(end for end in ends if end + 1e-9 >= payback.years.max())


def _by(moment: float, start: date | None, words: Words) -> str:
    return by(start, moment, words) if moment > 0.0 else words("from the start")


def _when(years: float, start: date | None, words: Words, monthly: bool = False) -> str:
    if np.isinf(years):
        return words("never")
    if years == 0.0:
        return words("the start")
    if start is None:
        return words.years(years)
    if monthly:
        return words.date(month_of(start, years))
    return words.year(year_of(start, years))


def _ahead(payback: Payback, start: date | None, money: str, words: Words) -> str:
    chance, never = payback.chance_within(0.0).value, payback.never().value
    text = {"futures": futures(chance, words), "money": money}
    if chance == 1.0:
        return words("In {futures} the savings stay ahead of the {money} from the start.", **text)
    if never == 0.0:
        return words(
            "In {futures} the savings stay ahead of the {money} from the start, "
            "and in every simulated future they have caught up {all}.",
            **text,
            all=_by(_last(payback, start), start, words),
        )
    return words(
        "In {futures} the savings stay ahead of the {money} from the start; "
        "in {others} they never catch up within {years}.",
        **text,
        others=of_them(never, words),
        years=words.years(payback.horizon_years),
    )


def _free(never: float, years: str, words: Words) -> str:
    if never == 0.0:
        return words("The plan costs nothing, so there is nothing to pay back.")
    return words(
        "The plan itself costs nothing, but in {futures} it has lost money after {years}.",
        futures=futures(never, words),
        years=years,
    )
