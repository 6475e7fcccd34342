"""The balance over time: what has been saved less what has been spent.

A fan of pointwise quantiles, as central banks draw their forecasts (Britton, Fisher & Whitley
1998, Bank of England Quarterly Bulletin 38, 30–37), with a few whole futures across it, because a
band is not a path: single futures cross it. Quantiles are not interpolated. The dashed line is the
money spent so far, where the balance would be if the plan had no effect.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from simlab.charts import scales, style
from simlab.charts.timeline import steps, timeline
from simlab.result.figures import Spread
from simlab.risk.payback import ZERO, Payback, quantile
from simlab.study.arguments import public
from simlab.words.calendar import month_of, position
from simlab.words.finding import between_once
from simlab.words.frequency import futures
from simlab.words.phrases import money, uncertain, unit_of_money
from simlab.words.words import ENGLISH, Words, half_of_range, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PATHS = 8
DEEP = "#004B75"
BANDS = {0.95: "#DCEBF5", 0.80: "#A9CFE8", 0.50: "#5FA5D0"}  # wide and light to narrow


@public
@style.as_shipped()
def balance_fan(
    payback: Payback, *, ax: Axes | None = None, words: Words = ENGLISH, start: date | None = None
) -> Axes:
    """The fan of the balance, the median, sample paths, and the planned investment."""
    ax = style.axes(ax, height_cm=10.5)
    horizon = payback.horizon_years
    end = position(start, horizon)
    x = steps(start, payback.balance.shape[1], payback.steps_per_year)
    unit, unit_name, _ = unit_of_money([payback.largest], words)

    ax.hlines([0.0], x[0], end, color=style.INK, linewidth=0.9, zorder=3)
    mean, spent = payback.mean_balance / unit, -payback.mean_cost / unit
    marks = [(mean[-1], words("mean"), DEEP)]
    for share in BANDS:
        low, high = payback.middle(share)
        looks: style.Looks = {"facecolor": BANDS[share], "linewidth": 0, "zorder": 1}
        ax.fill_between(x, low / unit, high / unit, label=f"_{share:.0%}", **looks)
        if high[-1] > low[-1]:
            name = words("{percent} of futures", percent=words.percent(share))
            marks.insert(1, (high[-1] / unit, name, style.GREY))
    thin: style.Looks = {"color": style.INK, "linewidth": 0.5, "alpha": 0.45, "zorder": 2}
    for path in payback.sample(PATHS):
        ax.plot(x, path / unit, label="_path", **thin)
    ax.plot(x, mean, color=DEEP, linewidth=2.0, zorder=4, label="_mean")
    if payback.cost.any():
        ax.plot(x, spent, linewidth=1.4, zorder=4, label="_spent", **style.SPENT)
        marks.insert(0, (spent[-1], words("plan cost"), style.VERMILLION))

    timeline(ax, start, horizon, words, room=0.22)
    scales.balance(ax, unit_name, words)
    style.names(ax, end + 0.015 * horizon, marks)
    style.title(ax, _title(payback, start, words))
    note = words(
        "Bands hold {bands} of {futures} at each time; thin lines: {paths} of them.",
        bands=_bands(words),
        futures=words.simulated(payback.draws),
        paths=words.number(min(PATHS, payback.draws)),
    )
    style.caption(ax, _sentence(payback, words), note)
    return ax


def _bands(words: Words) -> str:
    narrow, middle, wide = (words.percent(share) for share in reversed(BANDS))
    return words("{narrow}, {middle} and {wide}", narrow=narrow, middle=middle, wide=wide)


def _title(payback: Payback, start: date | None, words: Words) -> str:
    """As in "DKK 64 million ahead on average by the end of December 2024 (80% range: …)"."""
    value, horizon = Spread.of(payback.balance[:, -1]), payback.horizon_years
    if start is None:
        when = words("after {years}", years=words.years(horizon))
    else:
        when = words("by the end of {month}", month=words.date(month_of(start, horizon)))
    low, high = (money(end, value, words) for end in (value.p10, value.p90))
    span = between_once(low, high, words)
    gaps = {"when": when, "percent": words.percent(0.8), "span": span}
    if rounded(value.mean, uncertain(value)) == 0.0:
        return words("Just even on average {when} ({percent} range: {span})", **gaps)
    gaps["amount"] = money(abs(value.mean), value, words)
    if value.mean < 0.0:
        return words("{amount} behind on average {when} ({percent} range: {span})", **gaps)
    return words("{amount} ahead on average {when} ({percent} range: {span})", **gaps)


def _sentence(payback: Payback, words: Words) -> str:
    deepest, deep = (quantile(payback.peak, q) for q in (0.5, 0.9))
    gaps = {
        "futures": futures(payback.ahead().value, words),
        "years": words.years(payback.horizon_years),
    }
    if deepest <= ZERO:
        return words("In {futures} the plan has paid for itself after {years}.", **gaps)
    return words(
        "In {futures} the plan has paid for itself after {years}. On the way, half of the "
        "futures are at some point at least {money} short.",
        **gaps,
        money=words.money(deepest, uncertain=half_of_range(0.0, deep)),
    )
