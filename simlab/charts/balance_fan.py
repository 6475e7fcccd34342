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
from simlab.risk.payback import ZERO, Payback
from simlab.words.calendar import month_of, position
from simlab.words.frequency import futures
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PATHS = 8
BANDS = ((0.95, "#DCEBF5"), (0.80, "#A9CFE8"), (0.50, "#5FA5D0"))  # wide and light to narrow


def quantiles(values: np.ndarray, qs: list[float]) -> np.ndarray:
    """(len(qs), steps + 1) quantiles of ``values : (draws, steps + 1)``, one step at a time."""
    by_step = [np.quantile(column, qs, method="inverted_cdf") for column in values.T]
    return np.array(by_step).T


def sample(balance: np.ndarray, paths: int = PATHS) -> np.ndarray:
    """Rows of ``balance`` to show: evenly spread over where the futures end, no dice."""
    order = np.argsort(balance[:, -1], kind="stable")
    count = min(paths, len(order))
    return order[((np.arange(count) + 0.5) / count * len(order)).astype(int)]


def balance_fan(
    payback: Payback, *, ax: Axes | None = None, words: Words = ENGLISH, start: date | None = None
) -> Axes:
    """The fan of the balance, the median, sample paths, and the planned investment."""
    ax = style.axes(ax, height_cm=10.5)
    horizon = payback.horizon_years
    end = position(start, horizon)
    x = steps(start, payback.balance.shape[1], payback.steps_per_year)
    unit, name = _unit(payback, words)

    ax.hlines([0.0], x[0], end, color=style.INK, linewidth=0.9, zorder=3)
    marks: list[tuple[float, str, str]] = []  # height at the horizon, words, colour
    for share, color in BANDS:
        low, high = quantiles(payback.balance, [(1 - share) / 2, (1 + share) / 2]) / unit
        ax.fill_between(x, low, high, facecolor=color, linewidth=0, zorder=1,
                        label=f"_{share:.0%}")  # fmt: skip
        marks.append((high[-1], words("{percent} of futures", percent=words.percent(share)),
                      style.GREY))  # fmt: skip
    for row in sample(payback.balance):
        ax.plot(x, payback.balance[row] / unit, color=style.INK, linewidth=0.5, alpha=0.45,
                zorder=2, label="_path")  # fmt: skip
    median = quantiles(payback.balance, [0.5])[0]
    ax.plot(x, median / unit, color="#004B75", linewidth=2.0, zorder=4, label="_median")
    marks.append((median[-1] / unit, words("median"), "#004B75"))
    spent = -payback.cost.mean(axis=0)
    if spent[-1] < -0.5:
        ax.plot(x, spent / unit, color=style.VERMILLION, linewidth=1.4, linestyle=(0, (4, 2)),
                zorder=4, label="_spent")  # fmt: skip
        marks.append((spent[-1] / unit, words("spent on\nthe plan"), style.VERMILLION))

    timeline(ax, start, horizon, words, room=0.22)
    _money_axis(ax, name, words)
    _marks(ax, marks, end + 0.015 * horizon)
    style.title(ax, _title(payback, start, words))
    style.caption(ax, _sentence(payback, words), words(
        "Bands hold {bands} of {futures} at each point in time; thin lines are {paths} of them.",
        bands=_bands(words), futures=words.simulated(payback.draws),
        paths=words.number(min(PATHS, payback.draws)),
    ), below=24.0 if start else 36.0)  # fmt: skip
    return ax


def _bands(words: Words) -> str:
    narrow, middle, wide = (words.percent(share) for share, _ in reversed(BANDS))
    return words("{narrow}, {middle} and {wide}", narrow=narrow, middle=middle, wide=wide)


def _unit(payback: Payback, words: Words) -> tuple[float, str]:
    largest = max(np.abs(payback.balance).max(), payback.cost.max())
    if largest >= 1e6:
        return 1e6, words("balance, DKK million")
    if largest >= 1e4:
        return 1e3, words("balance, DKK thousand")
    return 1.0, words("balance, DKK")


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
    places = style.apart([height for height, _, _ in marks], 0.075 * (top - bottom))
    for place, (_, name, color) in zip(places, marks, strict=True):
        style.label(ax, x, place, name, ha="left", color=color,
                    fontweight="normal" if color == style.GREY else "bold")  # fmt: skip


def _title(payback: Payback, start: date | None, words: Words) -> str:
    last = payback.balance[:, -1]
    low, middle, high = np.quantile(last, [0.1, 0.5, 0.9], method="inverted_cdf")
    years = words.years(payback.horizon_years)
    when = words("After {years}", years=years) if start is None else words(
        "By {month}", month=words.date(month_of(start, payback.horizon_years)))  # fmt: skip
    message = "{when}: {amount} ahead ({percent} range: {low} to {high})"
    if middle < -ZERO:
        message = "{when}: {amount} behind ({percent} range: {low} to {high})"
    return words(message, when=when, amount=words.money(abs(middle), digits=3),
                 percent=words.percent(0.8), low=words.money(low, digits=3),
                 high=words.money(high, digits=3))  # fmt: skip


def _sentence(payback: Payback, words: Words) -> str:
    ahead = float(np.mean(payback.balance[:, -1] >= -ZERO))
    deepest = float(np.median(np.maximum(0.0, -payback.balance.min(axis=1))))
    years = words.years(payback.horizon_years)
    gaps = {"futures": futures(ahead, words), "years": years}
    if deepest <= ZERO:
        return words("In {futures} the plan has paid for itself after {years}.", **gaps)
    return words("In {futures} the plan has paid for itself after {years}. On the way there, "
                 "{money} are outstanding at the deepest point of the median future.",
                 **gaps, money=words.money(deepest, digits=3))  # fmt: skip
