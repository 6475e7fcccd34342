"""The balance over time: what has been saved less what has been spent.

A fan of pointwise quantiles, as central banks draw their forecasts (Britton, Fisher & Whitley
1998, Bank of England Quarterly Bulletin 38, 30–37), with a few whole futures across it, because a
band is not a path: single futures cross it. Quantiles are not interpolated. The dashed line is the
money spent so far, where the balance would be if the plan had no effect.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.charts.timeline import steps, timeline
from simlab.result.figures import Spread
from simlab.risk.payback import ZERO, Payback, quantile, quantiles
from simlab.study.arguments import public
from simlab.words.calendar import month_of, position
from simlab.words.frequency import futures
from simlab.words.words import ENGLISH, Words, half_of_range, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PATHS = 8
DEEP = "#004B75"
BANDS = ((0.95, "#DCEBF5"), (0.80, "#A9CFE8"), (0.50, "#5FA5D0"))  # wide and light to narrow


def sample(balance: np.ndarray, paths: int = PATHS) -> np.ndarray:
    """Rows of ``balance`` to show: evenly spread over where the futures end, no dice."""
    order = np.argsort(balance[:, -1], kind="stable")
    count = min(paths, len(order))
    return order[((np.arange(count) + 0.5) / count * len(order)).astype(int)]


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
    unit = _unit(payback)

    ax.hlines([0.0], x[0], end, color=style.INK, linewidth=0.9, zorder=3)
    shares = [side for share, _ in BANDS for side in ((1 - share) / 2, (1 + share) / 2)]
    found = quantiles(payback.balance, shares) / unit
    lines = {  # name → height, words, colour
        "mean": payback.balance.mean(axis=0) / unit,
        "spent": -payback.cost.mean(axis=0) / unit,
    }
    marks: list[tuple[float, str, str]] = [(lines["mean"][-1], words("mean"), DEEP)]
    for (share, color), low, high in zip(BANDS, found[::2], found[1::2], strict=True):
        ax.fill_between(x, low, high, facecolor=color, linewidth=0, zorder=1, label=f"_{share:.0%}")
        if high[-1] > low[-1]:
            name = words("{percent} of futures", percent=words.percent(share))
            marks.insert(1, (high[-1], name, style.GREY))
    for row in sample(payback.balance):
        ax.plot(
            x,
            payback.balance[row] / unit,
            color=style.INK,
            linewidth=0.5,
            alpha=0.45,
            zorder=2,
            label="_path",
        )
    ax.plot(x, lines["mean"], color=DEEP, linewidth=2.0, zorder=4, label="_mean")
    if payback.cost.any():
        ax.plot(
            x,
            lines["spent"],
            color=style.VERMILLION,
            linewidth=1.4,
            linestyle=(0, (4, 2)),
            zorder=4,
            label="_spent",
        )
        marks.insert(0, (lines["spent"][-1], words("plan cost"), style.VERMILLION))

    timeline(ax, start, horizon, words, room=0.22)
    _money_axis(ax, words("balance, {unit}", unit=_unit_name(unit, words)), words)
    _marks(ax, marks, end + 0.015 * horizon)
    style.title(ax, _title(payback, start, words))
    style.caption(
        ax,
        _sentence(payback, words),
        words(
            "Bands hold {bands} of {futures} at each time; thin lines: {paths} of them.",
            bands=_bands(words),
            futures=words.simulated(payback.draws),
            paths=words.number(min(PATHS, payback.draws)),
        ),
        below=24.0 if start else 36.0,
    )
    return ax


def _bands(words: Words) -> str:
    narrow, middle, wide = (words.percent(share) for share, _ in reversed(BANDS))
    return words("{narrow}, {middle} and {wide}", narrow=narrow, middle=middle, wide=wide)


def _unit(payback: Payback) -> float:
    """The kr. that are one in the chart."""
    largest = max(np.abs(payback.balance).max(), np.abs(payback.cost).max())
    return 1e6 if largest >= 1e6 else 1e3 if largest >= 1e4 else 1.0


def _unit_name(unit: float, words: Words) -> str:
    names = {1e6: words("DKK million"), 1e3: words("DKK thousand"), 1.0: words("DKK")}
    return names[unit]


def _money_axis(ax: Axes, name: str, words: Words) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    bottom, top = ax.get_ylim()
    ax.set_ylim(min(bottom, -1e-9), max(top, 1e-9))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=7))
    decimals = 0 if max(abs(bottom), abs(top)) >= 5 else 1
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: style.minus(words.number(value, decimals)))
    )
    ax.set_ylabel(name, fontsize=style.SMALL, color=style.GREY)


def _marks(ax: Axes, marks: list[tuple[float, str, str]], x: float) -> None:
    """The names of the lines, at their right ends, moved apart where they would collide."""
    bottom, top = ax.get_ylim()
    places = style.apart([height for height, _, _ in marks], 0.065 * (top - bottom), bottom, top)
    for place, (_, name, color) in zip(places, marks, strict=True):
        style.label(
            ax,
            x,
            place,
            name,
            ha="left",
            color=color,
            fontweight="normal" if color == style.GREY else "bold",
        )


def _title(payback: Payback, start: date | None, words: Words) -> str:
    """As in "DKK 64 million ahead on average by the end of December 2024 (80% range: …)"."""
    value = Spread.of(payback.balance[:, -1])
    mean, low, high = value.mean, value.p10, value.p90
    uncertain = half_of_range(low, high)
    when = (
        words("after {years}", years=words.years(payback.horizon_years))
        if start is None
        else words("by the end of {month}",
                   month=words.date(month_of(start, payback.horizon_years)))
    )  # fmt: skip
    first, last = (words.money(end, uncertain=uncertain) for end in (low, high))
    span = first if first == last else words("{first} to {last}", first=first, last=last)
    said = {"when": when, "percent": words.percent(0.8), "span": span}
    if rounded(mean, uncertain) == 0.0:
        return words("Just even on average {when} ({percent} range: {span})", **said)
    said["amount"] = words.money(abs(mean), uncertain=uncertain)
    if mean < 0.0:
        return words("{amount} behind on average {when} ({percent} range: {span})", **said)
    return words("{amount} ahead on average {when} ({percent} range: {span})", **said)


def _sentence(payback: Payback, words: Words) -> str:
    ahead = float(np.mean(payback.balance[:, -1] >= -ZERO))
    deepest, deep = (quantile(payback.peak, q) for q in (0.5, 0.9))
    gaps = {"futures": futures(ahead, words), "years": words.years(payback.horizon_years)}
    if deepest <= ZERO:
        return words("In {futures} the plan has paid for itself after {years}.", **gaps)
    return words(
        "In {futures} the plan has paid for itself after {years}. On the way, half of the "
        "futures are at some point at least {money} short.",
        **gaps,
        money=words.money(deepest, uncertain=half_of_range(0.0, deep)),
    )
