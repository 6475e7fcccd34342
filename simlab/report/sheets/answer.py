"""The first sheet: the finding, and the figures of every perspective."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.report.sheets.sheet import EMPTY, Sheet, Value, number, text
from simlab.result.answer import Answer, PerspectiveFigures
from simlab.words import Words, finding, phrases


def summary(answer: Answer, words: Words) -> Sheet:
    """Label, value, 10 % and 90 % quantile, and Monte Carlo standard error."""
    start = phrases.start_of(answer)
    sentence = finding(answer.payback[answer.perspective], start, words)
    found = answer.perspectives
    order = sorted(found, key=lambda name: name != answer.perspective)
    rows: list[tuple[Value, ...]] = [
        (text(words.text(answer.title)),),
        (text(sentence),),
        (text(words("Draws")), (float(answer.draws), "money")),
        (text(words("Seed")), (float(answer.seed), "whole")),
        (text(words("Engine")), text(answer.engine)),
    ]
    horizon = answer.horizon_years
    for name in order:
        who = phrases.perspective_name(name, words, found[name].label)
        rows.append(())
        rows += [
            (text(label), *cells) for label, *cells in _account(found[name], who, horizon, words)
        ]
    return Sheet(
        words("Answer"),
        (
            (words("Figure"), 60),
            (words("Value"), 22),
            (words("{percent} quantile", percent=words.percent(0.1)), 22),
            (words("{percent} quantile", percent=words.percent(0.9)), 22),
            (words("Standard error"), 16),
        ),
        tuple(rows),
    )


def _account(
    of: PerspectiveFigures, who: str, horizon: float, words: Words
) -> Iterator[tuple[Any, ...]]:
    """The figures of one perspective: label, value, 10 % and 90 % quantile, standard error."""
    payback, value, peak = of.payback, of.net_present_value, of.peak_exposure
    errors = of.standard_errors

    def years(x: float | None) -> Value:
        if phrases.is_figure(x):
            return float(x), "years"
        return phrases.payback_time(None, horizon, words), "gap"

    yield (words("In the account of {whom}", whom=who),)
    yield (
        words("Payback time, median, years"),
        years(payback.median_years),
        years(payback.p10_years),
        years(payback.p90_years),
        number(errors.median_years, "years"),
    )
    yield (
        phrases.not_within(horizon, words),
        number(payback.never, "share"), EMPTY, EMPTY, number(errors.never, "share"),
    )  # fmt: skip
    yield (
        words("Net present value, mean, DKK"),
        *(number(x, "money") for x in (value.mean, value.p10, value.p90)),
        number(errors.net_present_value, "money"),
    )
    yield words("Mean of the worst {percent}, DKK", percent=words.percent(0.05)), number(
        value.cvar5, "money")  # fmt: skip
    yield words("Saved per krone spent"), number(of.benefit_cost_ratio, "years")
    yield (
        words("Peak exposure, median, DKK"),
        number(peak.median, "money"), EMPTY, number(peak.p90, "money"),
    )  # fmt: skip
    if peak.median > 0 and peak.month:
        yield words("Month of the peak exposure"), text(peak.month)
    yield words("Cost of the plan, mean, DKK"), number(of.total.plan_cost, "money")
    share, error = of.variance_share, of.variance_share.standard_error
    for label, x, e in (
        (words("Variance share: uncertainty in the parameters"), share.parameters,
         error.parameters),
        (words("Variance share: the business cycle"), share.business_cycle, error.business_cycle),
        (words("Variance share: chance in single lives"), share.chance, error.chance),
    ):  # fmt: skip
        yield label, number(x, "share"), EMPTY, EMPTY, number(e, "share")
