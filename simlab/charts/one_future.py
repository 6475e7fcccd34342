"""The balance of one future, over the range of all of them.

The band holds the middle 80 % of the futures at each point in time; the line is this one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import scales, style
from simlab.charts.timeline import steps, timeline
from simlab.risk.payback import Payback
from simlab.words.calendar import month_of, position
from simlab.words.phrases import unit_of_money
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
    ax = style.axes(ax, height_cm=9.5)
    horizon, years = payback.horizon_years, float(payback.years[0])
    x, end = steps(start, len(band[0]), payback.steps_per_year), position(start, horizon)
    unit, unit_name, _ = unit_of_money([payback.largest, *band[0], *band[1]], words)
    low, high, balance = band[0] / unit, band[1] / unit, payback.balance[0] / unit
    spent = -payback.cost[0] / unit
    ax.fill_between(x, low, high, facecolor=style.FAINT, linewidth=0, zorder=1)
    ax.hlines([0.0], x[0], end, color=style.INK, linewidth=0.9, zorder=3)
    ax.plot(x, spent, linewidth=1.3, zorder=3, **style.SPENT)
    ax.plot(x, balance, color=style.BLUE, linewidth=2.0, zorder=4)
    if 0.0 < years < float("inf"):
        style.mark(ax, position(start, years), 0.0, style.BLUE, "white", zorder=5)
    timeline(ax, start, horizon, words, room=0.24)
    scales.balance(ax, unit_name, words)
    named = [
        (balance[-1], words("this future"), style.BLUE),
        (spent[-1], words("plan cost"), style.VERMILLION),
        (high[-1], words("{percent} of futures", percent=words.percent(0.8)), style.GREY),
    ]
    style.names(ax, end + 0.015 * horizon, named)
    style.title(ax, f"{name}: {_finding(payback, start, words)}")
    style.caption(
        ax, words("The grey band holds the balance in 16 of 20 futures; the blue line is this one.")
    )
    return ax


def _finding(payback: Payback, start: date | None, words: Words) -> str:
    years = float(payback.years[0])
    if np.isinf(years):
        return words("not back within {years}", years=words.years(payback.horizon_years))
    if years == 0:
        return words("ahead from the start")
    if start is None:
        return words("back after {years}", years=words.years(years))
    return words("back in {month}", month=words.date(month_of(start, years)))
