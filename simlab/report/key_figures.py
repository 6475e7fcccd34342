"""The figures a council asks for, each with its range and its Monte Carlo error."""

from __future__ import annotations

from datetime import date
from typing import Any

from simlab.report import phrases
from simlab.report.parts import KeyFigure
from simlab.risk.result import Result
from simlab.words import Words
from simlab.words.calendar import month_of

ASKED = ("5", "10")  # years; the horizon stands in where it is shorter


def key_figures(
    of: dict[str, Any], horizon: float, start: date | None, words: Words
) -> tuple[KeyFigure, ...]:
    """The key figures of one perspective (``of`` is its part of ``Result.summary``)."""
    errors = of.get("standard_errors", {})
    payback = of["payback"]
    return (
        _median(payback, errors.get("median_years"), horizon, start, words),
        *(_within(years, payback, words) for years in asked(payback)),
        KeyFigure(
            words("Chance that it is not back within {n} years", n=words.number(horizon)),
            phrases.chance(payback["never"], words),
            _lines(phrases.error_of_chance(payback["never"], errors.get("never"), words)),
        ),
        _value(of["net_present_value"], errors.get("net_present_value.mean"), words),
        _exposure(of["peak_exposure"], words),
        _ratio(of.get("benefit_cost_ratio"), words),
        *_cost(of.get("total"), words),
    )


def asked(payback: dict[str, Any]) -> list[str]:
    """The years whose chance is told: 5 and 10, or the last there is."""
    have = payback["within"]
    return [y for y in ASKED if y in have] or list(have)[-1:]


def opening_figures(result: Result, words: Words) -> tuple[KeyFigure, ...]:
    """The key figures of the perspective that the report opens with."""
    horizon = result.summary["horizon_years"]
    return key_figures(phrases.opening(result), horizon, phrases.start_of(result), words)


def _median(
    payback: dict[str, Any],
    error: float | None,
    horizon: float,
    start: date | None,
    words: Words,
) -> KeyFigure:
    middle, low, high = (payback.get(key) for key in ("median_years", "p10_years", "p90_years"))
    month, plus_minus = "", ""
    if phrases.is_figure(middle):
        plus_minus = phrases.error_of_years(error, words)
        month = words.date(month_of(start, middle)) if start and middle > 0 else ""
    span = phrases.range_of(
        phrases.payback_time(low, horizon, words),
        phrases.payback_time(high, horizon, words),
        words,
    )
    value = phrases.payback_time(middle, horizon, words)
    return KeyFigure(words("Payback time, median"), value, _lines(month, span, plus_minus))


def _within(years: str, payback: dict[str, Any], words: Words) -> KeyFigure:
    found = payback["within"][years]
    return KeyFigure(
        phrases.within(years, words),
        phrases.chance(found["chance"], words),
        _lines(phrases.error_of_chance(found["chance"], found.get("standard_error"), words)),
    )


def _value(value: dict[str, float], error: float | None, words: Words) -> KeyFigure:
    return KeyFigure(
        words("Net present value, mean"),
        phrases.money(value["mean"], value, words),
        _lines(phrases.range_of_money(value, words), phrases.error_of_money(error, words)),
    )


def _exposure(peak: dict[str, Any], words: Words) -> KeyFigure:
    month = peak.get("month") if peak["median"] > 0 else None  # nothing is at no time
    when = words.date(date.fromisoformat(f"{month}-01")) if month else ""
    return KeyFigure(
        words("Peak exposure, median"),
        phrases.exposure(peak["median"], peak, words),
        _lines(
            words("in {month}", month=when) if when else "",
            words(
                "in 1 of 10 futures above {money}",
                money=phrases.exposure(peak["p90"], peak, words),
            ),
        ),
    )


def _ratio(ratio: float | None, words: Words) -> KeyFigure:
    if ratio is None:
        return KeyFigure(words("Saved per krone spent"), words("none"), (words("no plan cost"),))
    return KeyFigure(
        words("Saved per krone spent"), words.number(ratio, 2), (words("benefit–cost ratio"),)
    )


def _cost(total: dict[str, float] | None, words: Words) -> tuple[KeyFigure, ...]:
    if not total:
        return ()
    cost = words.money(total["plan_cost"], 3)
    return (KeyFigure(words("Cost of the plan, mean"), cost, (words("over the whole horizon"),)),)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
