"""The figures a council asks for, each with its range and its Monte Carlo error."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from simlab.report.parts import KeyFigure
from simlab.result.answer import Answer
from simlab.result.figures import Figures, PaybackFigures, PeakExposure, Worth
from simlab.words import Words, phrases
from simlab.words.calendar import month_of

ASKED = (5, 10)  # years; the horizon stands in where it is shorter


def key_figures(
    of: Figures, horizon: float, start: date | None, words: Words, *, discounted: bool = False
) -> tuple[KeyFigure, ...]:
    """The key figures of one perspective."""
    errors = of.standard_errors
    payback = of.payback
    return (
        _median(payback, errors.median_years, horizon, start, words),
        *(_within(years, payback, words) for years in asked(payback)),
        KeyFigure(
            phrases.not_within(horizon, words),
            phrases.chance(payback.never, words),
            _lines(phrases.error_of_chance(payback.never, errors.never, words)),
        ),
        _value(of.net_present_value, errors.net_present_value, words, discounted),
        _exposure(of.peak_exposure, words),
        _ratio(of.benefit_cost_ratio, words),
    )


def asked(payback: PaybackFigures) -> list[int]:
    """The years whose chance is told: 5 and 10, or the last there is."""
    have = payback.within
    return [y for y in ASKED if y in have] or list(have)[-1:]


def opening_figures(answer: Answer, words: Words) -> tuple[KeyFigure, ...]:
    """The key figures of the perspective that the report opens with."""
    of, horizon = answer.opening, answer.horizon_years
    cost = KeyFigure(
        words("Cost of the plan, mean"),
        words.money(of.total.plan_cost, 3),
        (words("over the whole horizon"),),
    )
    start = phrases.start_of(answer)
    discounted = phrases.is_discounted(answer, answer.perspective)
    figures = key_figures(of, horizon, start, words, discounted=discounted)
    if answer.hinge is not None and (without := answer.hinge.if_nothing) is not None:
        bare = key_figures(without.figures, horizon, start, words)
        figures = tuple(_beside(*both, words) for both in zip(figures, bare, strict=True))
    return (*figures, cost)


def _beside(figure: KeyFigure, bare: KeyFigure, words: Words) -> KeyFigure:
    """A figure with what it would be if the effect that the answer hangs on did nothing."""
    said = words("if the effect is nothing: {value}", value=bare.value)
    return replace(figure, beside=(*figure.beside, said))


def _median(
    payback: PaybackFigures,
    error: float | None,
    horizon: float,
    start: date | None,
    words: Words,
) -> KeyFigure:
    middle, low, high = payback.median_years, payback.p10_years, payback.p90_years
    month, plus_minus = "", ""
    if phrases.is_figure(middle):
        plus_minus = phrases.error_of_years(error, words)
        month = words.date(month_of(start, middle)) if start and middle > 0 else ""
    span = words("in more than 9 of 10 futures")
    if phrases.is_figure(low):
        first, last = (phrases.payback_time(end, horizon, words) for end in (low, high))
        span = phrases.range_of(first, last, words)
    value = phrases.payback_time(middle, horizon, words)
    return KeyFigure(words("Payback time, median"), value, _lines(month, span, plus_minus))


def _within(years: int, payback: PaybackFigures, words: Words) -> KeyFigure:
    found = payback.within[years]
    return KeyFigure(
        phrases.within(years, words),
        phrases.chance(found.chance, words),
        _lines(phrases.error_of_chance(found.chance, found.standard_error, words)),
    )


def _value(value: Worth, error: float | None, words: Words, discounted: bool) -> KeyFigure:
    name = words("Net gain, mean")
    if discounted:
        name = words("Net gain in present value, mean")
    return KeyFigure(
        name,
        phrases.money(value.mean, value, words),
        _lines(phrases.range_of_money(value, words), phrases.error_of_money(error, words)),
    )


def _exposure(peak: PeakExposure, words: Words) -> KeyFigure:
    month = peak.month if peak.median > 0 else None  # nothing is at no time
    when = words.date(date.fromisoformat(f"{month}-01")) if month else ""
    return KeyFigure(
        words("Peak exposure, median"),
        phrases.exposure(peak.median, peak, words),
        _lines(
            words("in {month}", month=when) if when else "",
            words(
                "in 1 of 10 futures above {money}",
                money=phrases.exposure(peak.p90, peak, words),
            ),
        ),
    )


def _ratio(ratio: float | None, words: Words) -> KeyFigure:
    if ratio is None:
        return KeyFigure(words("Saved per krone spent"), words("none"), (words("no plan cost"),))
    return KeyFigure(
        words("Saved per krone spent"), words.number(ratio, 2), (words("benefit–cost ratio"),)
    )


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
