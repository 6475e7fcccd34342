"""The balance of one future, over the range of all of them.

The band holds the middle 80 % of the futures at each point in time; the line is this one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.charts.timeline import steps, timeline
from simlab.risk.payback import Payback
from simlab.words.calendar import month_of, position
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.as_shipped()
def one_future(
    payback: Payback,
    band: tuple[np.ndarray, np.ndarray],
    name: str,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
) -> Axes:
    """``payback`` of a single draw; ``band`` the 10 % and 90 % quantiles : (steps + 1,) of all."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax = style.axes(ax, height_cm=9.5)
    balance, horizon = payback.balance[0], payback.horizon_years
    x, end = steps(start, len(balance), payback.steps_per_year), position(start, horizon)
    unit = 1e6 if max(np.abs(balance).max(), *(np.abs(b).max() for b in band)) >= 1e6 else 1e3
    low, high = band
    ax.fill_between(x, low / unit, high / unit, facecolor=style.FAINT, linewidth=0, zorder=1)
    ax.hlines([0.0], x[0], end, color=style.INK, linewidth=0.9, zorder=3)
    ax.plot(x, -payback.cost[0] / unit, color=style.VERMILLION, linewidth=1.3,
            linestyle=(0, (4, 2)), zorder=3)  # fmt: skip
    ax.plot(x, balance / unit, color=style.BLUE, linewidth=2.0, zorder=4)
    years = float(payback.years[0])
    if np.isfinite(years) and years > 0:
        ax.plot([position(start, years)], [0.0], marker="o", markersize=6, color=style.BLUE,
                markeredgecolor="white", zorder=5)  # fmt: skip
    timeline(ax, start, horizon, words, room=0.24)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=7))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: style.minus(words.number(v))))
    million = words("DKK million") if unit == 1e6 else words("DKK thousand")
    ax.set_ylabel(words("balance, {unit}", unit=million), fontsize=style.SMALL, color=style.GREY)
    _names(ax, payback, (low, high), unit, end + 0.015 * horizon, words)
    style.title(ax, f"{name}: {_finding(payback, start, words)}")
    style.caption(
        ax,
        words("The grey band holds the balance in 16 of 20 futures; the blue line is this one."),
        below=24.0 if start else 36.0,
    )
    return ax


def _names(
    ax: Axes, payback: Payback, band: tuple[np.ndarray, np.ndarray], unit: float, x: float,
    words: Words,
) -> None:  # fmt: skip
    bottom, top = ax.get_ylim()
    named = [
        (payback.balance[0, -1] / unit, words("this future"), style.BLUE),
        (-payback.cost[0, -1] / unit, words("plan cost"), style.VERMILLION),
        (band[1][-1] / unit, words("{percent} of futures", percent=words.percent(0.8)), style.GREY),
    ]
    places = style.apart([y for y, _, _ in named], 0.07 * (top - bottom), bottom, top)
    for place, (_, text, color) in zip(places, named, strict=True):
        style.label(ax, x, place, text, ha="left", color=color, fontweight="bold")


def _finding(payback: Payback, start: date | None, words: Words) -> str:
    years = float(payback.years[0])
    if np.isinf(years):
        return words("not back within {years}", years=words.years(payback.horizon_years))
    if years == 0:
        return words("ahead from the start")
    if start is None:
        return words("back after {years}", years=words.years(years))
    return words("back in {month}", month=words.date(month_of(start, years)))
