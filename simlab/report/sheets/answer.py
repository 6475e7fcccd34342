"""The first sheet: the finding, and the figures of every perspective."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.report import phrases
from simlab.report.sheets.sheet import EMPTY, Sheet, Value, number, text
from simlab.risk.result import Result
from simlab.words import Words, finding


def answer(result: Result, words: Words) -> Sheet:
    """Label, value, 10 % and 90 % quantile, and Monte Carlo standard error."""
    start = phrases.start_of(result)
    sentence = finding(result.payback[result.perspective], start, words)
    found = result.summary["perspectives"]
    order = sorted(found, key=lambda name: name != result.perspective)
    rows: list[tuple[Value, ...]] = [
        (text(words.text(result.title)),),
        (text(sentence),),
        (text(words("Draws")), (float(result.summary["draws"]), "money")),
        (text(words("Seed")), (float(result.summary["seed"]), "whole")),
        (text(words("Engine")), text(result.summary["engine"])),
    ]
    horizon = result.summary["horizon_years"]
    for name in order:
        who = phrases.perspective_name(name, words, found[name].get("label"))
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
    of: dict[str, Any], who: str, horizon: float, words: Words
) -> Iterator[tuple[Any, ...]]:
    """The figures of one perspective: label, value, 10 % and 90 % quantile, standard error."""
    payback, value, peak = of["payback"], of["net_present_value"], of["peak_exposure"]
    errors = of.get("standard_errors", {})

    def years(x: float | None) -> Value:
        if phrases.is_figure(x):
            return float(x), "years"
        return phrases.payback_time(None, horizon, words), "gap"

    yield (words("In the account of {whom}", whom=who),)
    yield (
        words("Payback time, median, years"),
        years(payback.get("median_years")),
        years(payback.get("p10_years")),
        years(payback.get("p90_years")),
        number(errors.get("median_years"), "years"),
    )
    yield (
        words("Chance that it is not back within {n} years", n=words.number(horizon)),
        number(payback["never"], "share"), EMPTY, EMPTY, number(errors.get("never"), "share"),
    )  # fmt: skip
    yield (
        words("Net present value, mean, DKK"),
        *(number(value.get(key), "money") for key in ("mean", "p10", "p90")),
        number(errors.get("net_present_value.mean"), "money"),
    )
    yield words("Mean of the worst {percent}, DKK", percent=words.percent(0.05)), number(
        value.get("cvar5"), "money")  # fmt: skip
    yield words("Saved per krone spent"), number(of.get("benefit_cost_ratio"), "years")
    yield (
        words("Peak exposure, median, DKK"),
        number(peak["median"], "money"), EMPTY, number(peak["p90"], "money"),
    )  # fmt: skip
    if peak["median"] > 0 and peak.get("month"):
        yield words("Month of the peak exposure"), text(peak["month"])
    if of.get("total"):
        yield words("Cost of the plan, mean, DKK"), number(of["total"]["plan_cost"], "money")
    shares = of.get("variance_share") or {}
    error = shares.get("standard_error", {})
    for layer, label in (
        ("parameters", words("Variance share: uncertainty in the parameters")),
        ("business_cycle", words("Variance share: the business cycle")),
        ("chance", words("Variance share: chance in single lives")),
    ):
        if layer in shares:
            yield (
                label, number(shares[layer], "share"), EMPTY, EMPTY,
                number(error.get(layer), "share"),
            )  # fmt: skip
