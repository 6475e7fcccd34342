"""How figures are said: ranges, Monte Carlo errors, and names that a study may have made up.

A ± is the half width of the 95 % Monte Carlo interval, t₀.₉₇₅(15) · standard error (see
``risk/estimate.py``). An 80 % range runs from the 10 % to the 90 % quantile of the draws. The
first shrinks with more draws, the second does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import isfinite
from typing import Protocol, TypeGuard

from simlab.result.answer import Answer, Assumption
from simlab.result.figures import PeakExposure
from simlab.risk.estimate import T_975
from simlab.words import Words, half_of_range
from simlab.words.account import perspective_name as perspective_name
from simlab.words.finding import between_once

MILLION, THOUSAND = 1e6, 1e3


class Range(Protocol):
    """What has an 80 % range."""

    @property
    def p10(self) -> float: ...

    @property
    def p90(self) -> float: ...


def start_of(answer: Answer) -> date | None:
    """The first day of the study; None where the study has no calendar."""
    return answer.dates[0] if answer.dates else None


def is_discounted(answer: Answer, perspective: str) -> bool:
    """Whether later years count less in a perspective: only then is a gain a present value."""
    factors = answer.discount.get(perspective)
    return factors is not None and bool((factors != 1.0).any())


def is_figure(x: object) -> TypeGuard[float]:
    """False for None and for nan and inf, which JSON cannot hold."""
    return isinstance(x, int | float) and isfinite(x)


def payback_time(years: float | None, horizon: float, words: Words) -> str:
    """A payback time as "5.3 years", or that it is not within the horizon."""
    if years is None or not isfinite(years):
        return words("not within {years}", years=words.years(horizon, digits=True))
    return words("{n} years", n=words.number(years, 1))


def within(years: float, words: Words) -> str:
    """The label of a chance of payback."""
    horizon = words.years(years, digits=True)
    return words("Chance that the money is back within {years}", years=horizon)


def not_within(horizon: float, words: Words) -> str:
    """The label of the chance of never."""
    years = words.years(horizon, digits=True)
    return words("Chance that it is not back within {years}", years=years)


def chance(share: float | None, words: Words) -> str:
    """A chance with one decimal; a rare thing is not an impossible one."""
    if share is None or not isfinite(share):
        return words("unknown")
    if 0.0 < share < 0.0005:
        return words("below {percent}", percent=words.percent(0.001, 1))
    if 0.9995 < share < 1.0:
        return words("above {percent}", percent=words.percent(0.999, 1))
    return words.percent(share, 1)


def error_of_chance(share: float | None, standard_error: float | None, words: Words) -> str:
    """The ± of a chance, empty where there are too few draws to tell.

    Where it would reach below 0 or above 1, the interval that it leaves: a chance lies within both.
    Without a ``share`` it is the half width.
    """
    if standard_error is None or not isfinite(standard_error):
        return ""
    half = T_975 * standard_error
    if share is not None and half > min(share, 1.0 - share):
        return between(
            chance(max(share - half, 0.0), words), chance(min(share + half, 1.0), words), words
        )
    points = 100 * half
    return words("± {n} percentage points", n=words.number(points, 1 if points >= 0.05 else 2))


def error_of_years(standard_error: float | None, words: Words) -> str:
    if standard_error is None or not isfinite(standard_error):
        return ""
    return words("± {n} years", n=words.number(T_975 * standard_error, 2))


def error_of_money(standard_error: float | None, words: Words) -> str:
    if standard_error is None or not isfinite(standard_error):
        return ""
    return words("± {money}", money=words.money(T_975 * standard_error, 2))


def uncertain(spread: Range) -> float:
    """By how much a figure is uncertain, and so to which digit it is told: half its 80 % range."""
    return half_of_range(spread.p10, spread.p90)


def money(kr: float, spread: Range, words: Words) -> str:
    """An amount of which ``spread`` is the 80 % range, as far as that bears it."""
    return words.money(kr, uncertain=uncertain(spread))


def found_money(kr: float, standard_error: float | None, words: Words) -> str:
    """An amount that is itself an end of a range, as far as its Monte Carlo error bears it."""
    return words.money(kr, uncertain=T_975 * (standard_error or 0.0))


def exposure(kr: float, peak: PeakExposure, words: Words) -> str:
    """A balance at its deepest, which lies between nothing and little more than ``p90``."""
    return words.money(kr, uncertain=half_of_range(0.0, peak.p90))


def range_of(low: str, high: str, words: Words) -> str:
    """The range as "80% range: 4.1 years to not within 10 years"; one end where both are alike."""
    span = between_once(low, high, words)
    return words("{percent} range: {span}", percent=words.percent(0.8), span=span)


def range_of_money(spread: Range, words: Words) -> str:
    low, high = (money(end, spread, words) for end in (spread.p10, spread.p90))
    return range_of(low, high, words)


def between(low: str, high: str, words: Words) -> str:
    """The range below a figure in a table, which has said what the range is."""
    return words("{low} to {high}", low=low, high=high)


def unit_of_money(amounts: Iterable[float], words: Words) -> tuple[float, str, int]:
    """A divisor, its name and the decimals, so that the largest of ``amounts`` is easy to read."""
    largest = max(map(abs, amounts), default=0.0)
    if largest >= MILLION:
        return MILLION, words("DKK million"), 1
    if largest >= 10 * THOUSAND:
        return THOUSAND, words("DKK thousand"), 1
    return 1.0, words("DKK"), 0


def tag_name(tag: str | None, words: Words) -> str:
    """How sure a figure is, as the study's author marked it."""
    known = {
        "published": words("published"),
        "derived": words("derived"),
        "case document": words("the plan's own document"),
        "commonly known": words("commonly known"),
        "assumption": words("assumption"),
        "placeholder": words("placeholder"),
    }
    return words("not stated") if tag is None else known.get(tag, tag)


def varies(figure: Assumption, words: Words) -> str:
    """Whether a figure differs from future to future, and whether anything follows from it."""
    if not figure.used:
        return words("not used")
    return words("uncertain") if figure.uncertain else words("fixed")
