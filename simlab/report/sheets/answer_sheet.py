"""The first sheet: the finding, and the figures of every perspective."""

from __future__ import annotations

from collections.abc import Iterator

from simlab.report.sheets.sheet import Column, Row, Sheet, Value, tails, typed
from simlab.result.answer import Answer, PerspectiveFigures
from simlab.words import Words, phrases
from simlab.words.first_sentence import first_sentence


def summary(answer: Answer, words: Words) -> Sheet:
    """Label, value, 10 % and 90 % quantile, and Monte Carlo standard error."""
    sentence = first_sentence(answer, words)
    rows: list[Row] = [
        (words.text(answer.title),),
        (sentence,),
        (words("Draws"), (float(answer.draws), "money")),
        (words("Seed"), (float(answer.seed), "whole")),
        (words("Engine"), answer.engine),
    ]
    for name in sorted(answer.perspectives, key=lambda name: name != answer.perspective):
        account = answer.perspectives[name]
        whom = phrases.perspective_name(name, words, account.label)
        rows += [(), (words("In the account of {whom}", whom=whom),)]
        rows += [
            (label, *(typed(value, kind) for value in values))
            for label, kind, *values in _account(
                account, answer.horizon_years, words, phrases.is_discounted(answer, name)
            )
        ]
    _, low, high = tails(words)
    columns = (
        Column(words("Figure"), 60),
        Column(words("Value"), 22),
        Column(low, 22),
        Column(high, 22),
        Column(words("Standard error"), 16),
    )
    return Sheet(words("Answer"), columns, rows)


def _account(
    of: PerspectiveFigures, horizon: float, words: Words, discounted: bool
) -> Iterator[tuple[str, str, *tuple[Value, ...]]]:
    """Of one perspective: label, format, then value, 10 % and 90 % quantile, standard error."""
    payback, worth, peak = of.payback, of.net_present_value, of.peak_exposure
    errors, shares = of.standard_errors, of.variance_share

    def time(years: float | None) -> Value:
        never = (phrases.payback_time(None, horizon, words), "gap")
        return years if phrases.is_figure(years) else never

    early, median, late = map(time, (payback.p10_years, payback.median_years, payback.p90_years))
    yield words("Payback time, median, years"), "years", median, early, late, errors.median_years
    never = phrases.not_within(horizon, words)
    yield never, "share", payback.never, None, None, errors.never
    spread = (worth.mean, worth.p10, worth.p90)
    gain = words("Net gain, mean, DKK")
    if discounted:
        gain = words("Net gain in present value, mean, DKK")
    yield gain, "money", *spread, errors.net_present_value
    worst = words("Mean of the worst {percent}, DKK", percent=words.percent(0.05))
    yield worst, "money", worth.cvar5
    yield words("Saved per krone spent"), "years", of.benefit_cost_ratio
    yield words("Peak exposure, median, DKK"), "money", peak.median, None, peak.p90
    if peak.median > 0 and peak.month:
        yield words("Month of the peak exposure"), "text", peak.month
    yield words("Cost of the plan, mean, DKK"), "money", of.total.plan_cost
    for label, layer in (
        (words("Variance share: uncertainty in the parameters"), "parameters"),
        (words("Variance share: the business cycle"), "business_cycle"),
        (words("Variance share: chance in single lives"), "chance"),
    ):
        share, error = (getattr(of, layer) for of in (shares, shares.standard_error))
        yield label, "share", share, None, None, error
