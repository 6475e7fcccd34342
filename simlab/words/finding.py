"""The finding in a headline and a sentence.

The headline names the median and the 80 % range (the 10 % and 90 % quantiles), where "never" is
an answer. The sentence names the end of the year whose chance is nearest to 70 %, and how often
the money never comes back; where most futures never pay back it says that first, and the year is
that of 70 % of those that do.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from simlab.risk.payback import Payback
from simlab.words.calendar import by, year_ends, year_of
from simlab.words.frequency import futures, of_them
from simlab.words.words import ENGLISH, Words

_FREE = 0.5  # kr.: a plan that costs less is free


def headline(payback: Payback, start: date | None, words: Words = ENGLISH) -> str:
    """"Back in 2021 (80% range: 2018 to never)"."""
    never = payback.never().value
    horizon = words.years(payback.horizon_years)
    low, middle, high = (payback.quantile(q) for q in (0.1, 0.5, 0.9))
    if _cost(payback) < _FREE:
        return words("Nothing to pay back")
    if np.isinf(low):
        return words("Not back within {years} in {futures}",
                     years=horizon, futures=futures(never, words))  # fmt: skip
    if high == 0.0:
        return words("Ahead from the start in {futures}",
                     futures=futures(payback.chance_within(0.0).value, words))  # fmt: skip
    if np.isinf(middle):
        found = words("Not back within {years} in most futures", years=horizon)
    elif middle == 0.0:
        found = words("Ahead from the start")
    elif start is None:
        found = words("Back after {when}", when=_when(middle, start, words))
    else:
        found = words("Back in {when}", when=when(middle))
    return words("{found} ({percent} range: {range})", found=found,
                 percent=words.percent(0.8), range=_range(when(low), when(high), words))  # fmt: skip


def _range(first: str, last: str, words: Words) -> str:
    return first if first == last else words("{first} to {last}", first=first, last=last)


def finding(payback: Payback, start: date | None, words: Words = ENGLISH) -> str:
    """"In 14 of 20 futures the DKK 125 million are back by the end of 2021; in 2 of 20 they never
    are within ten years.", and what else may be true."""
    never = payback.never().value
    years = words.years(payback.horizon_years)
    cost = _cost(payback)
    if cost < _FREE:
        return _free(never, years, words)
    money = words.money(cost, digits=3)
    if never == 1.0:
        return words("In no simulated future are the {money} back within {years}.",
                     money=money, years=years)  # fmt: skip
    if never > 0.5:
        moment = _moment(payback, start, 0.7 * (1.0 - never))
        chance = of_them(payback.chance_within(moment).value, words)
        return words(
            "In {futures} the {money} are not back within {years}; in {some} they are back {by}.",
            futures=futures(never, words), money=money, years=years,
            some=chance, by=_by(moment, start, words),
        )  # fmt: skip
    moment = _moment(payback, start, 0.7)
    if moment == 0.0:
        return _ahead(payback, start, money, words)
    chance = payback.chance_within(moment).value
    gaps = {"futures": futures(chance, words), "money": money, "by": _by(moment, start, words)}
    if chance == 1.0:
        return words("In {futures} the {money} are back {by}.", **gaps)
    if never == 0.0:
        return words("In {futures} the {money} are back {by}, and in every simulated future {all}.",
                     **gaps, all=_by(_last(payback, start), start, words))  # fmt: skip
    return words(
        "In {futures} the {money} are back {by}; in {others} they never are within {years}.",
        **gaps, others=of_them(never, words), years=years,
    )  # fmt: skip


def _cost(payback: Payback) -> float:
    """The plan cost to the horizon, the mean over draws, kr."""
    return float(payback.cost[:, -1].mean())


def _moment(payback: Payback, start: date | None, chance: float) -> float:
    """The end of the year (or the start, 0) whose chance of payback is nearest to ``chance``."""
    moments = [0.0, *year_ends(start, payback.horizon_years)]
    chances = np.array([np.mean(payback.years <= moment + 1e-9) for moment in moments])
    # where nobody is back yet there is nothing to tell, however near the chance
    distance = np.where(chances > 0.0, np.abs(chances - chance), np.inf)
    return moments[int(np.argmin(distance))]


def _last(payback: Payback, start: date | None) -> float:
    """The end of the year by which every draw is back."""
    ends = year_ends(start, payback.horizon_years)
    return next(end for end in ends if end + 1e-9 >= payback.years.max())


def _by(moment: float, start: date | None, words: Words) -> str:
    return by(start, moment, words) if moment > 0.0 else words("from the start")


def _when(years: float, start: date | None, words: Words) -> str:
    if np.isinf(years):
        return words("never")
    if years == 0.0:
        return words("the start")
    return words.years(years) if start is None else words.year(year_of(start, years))


def _ahead(payback: Payback, start: date | None, money: str, words: Words) -> str:
    chance, never = payback.chance_within(0.0).value, payback.never().value
    gaps = {"futures": futures(chance, words), "money": money}
    if chance == 1.0:
        return words("In {futures} the savings stay ahead of the {money} from the start.", **gaps)
    if never == 0.0:
        return words(
            "In {futures} the savings stay ahead of the {money} from the start, "
            "and in every simulated future they have caught up {all}.",
            **gaps, all=_by(_last(payback, start), start, words),
        )  # fmt: skip
    return words(
        "In {futures} the savings stay ahead of the {money} from the start; "
        "in {others} they never catch up within {years}.",
        **gaps, others=of_them(never, words), years=words.years(payback.horizon_years),
    )  # fmt: skip


def _free(never: float, years: str, words: Words) -> str:
    if never == 0.0:
        return words("The plan costs nothing, so there is nothing to pay back.")
    return words("The plan itself costs nothing, but in {futures} it has lost money after {years}.",
                 futures=futures(never, words), years=years)  # fmt: skip
