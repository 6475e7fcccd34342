"""Plans compared: what each is worth more, or less, than the first, as twenty futures.

A row for each plan, and twenty dots in it: the net present value of the plan less that of the
first, at the middles of twenty equal parts of the draws. One dot is 1 of 20 futures; those right
of zero are futures in which the plan is worth more. Filled and hollow say it again without colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.result.comparison import Against, Comparison
from simlab.risk.payback import ZERO, quantile
from simlab.study.arguments import public
from simlab.words.frequency import futures
from simlab.words.plans_compared import difference_headline, gained
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS = 20
COLUMNS = 44  # places for dots across the axis
TALL = 0.085  # of a row, from dot to dot, where few stand on each other
MILLION = 1e6


def twenty(gain: np.ndarray) -> np.ndarray:
    """(20,) equally likely futures, in order: as many of them worth less, and more, as a count of
    20 says, each group at the middles of equal parts of its draws."""
    groups = gain[gain < -ZERO], gain[np.abs(gain) <= ZERO], gain[gain > ZERO]
    worse, better = (round(DOTS * len(groups[k]) / len(gain)) for k in (0, 2))
    counts = worse, DOTS - worse - better, better
    return np.concatenate(
        [
            [quantile(group, (i + 0.5) / count) for i in range(count)]
            for group, count in zip(groups, counts, strict=True)
            if count
        ]
    )


@public
@style.as_shipped()
def plan_difference(
    comparison: Comparison,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    perspective: str | None = None,
) -> Axes:
    """The difference of each plan to the first in net present value, twenty dots a row."""
    found = [comparison.against(plan.name, perspective) for plan in comparison.others]
    ax = style.axes(ax, height_cm=4.6 + 2.5 * len(found))
    dots = [twenty(against.gain) / MILLION for against in found]
    low, high = _range(np.concatenate(dots))
    ax.axvline(0.0, color=style.INK, linewidth=0.9, zorder=1)
    for row, (against, values) in enumerate(zip(found, dots, strict=True)):
        _row(ax, len(found) - 1 - row, against, values, low, high, words)
    ax.set_xlim(low, high)
    ax.set_ylim(-0.28, len(found) - 0.1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(
        lambda x, _: style.minus(words.number(x, 0 if high - low >= 8 else 1))
    )
    ax.tick_params(axis="x", labelsize=style.SMALL)
    ax.set_xlabel(
        words("net present value less that of “{name}”, DKK million", name=comparison.first.name),
        fontsize=style.SMALL, color=style.GREY, parse_math=False,
    )  # fmt: skip
    style.title(ax, difference_headline(comparison, words, perspective))
    note = words("Each dot is 1 of 20 futures; the bar is the {percent} range.",
                 percent=words.percent(0.8))  # fmt: skip
    style.caption(ax, note, below=38.0)
    return ax


def _range(values: np.ndarray) -> tuple[float, float]:
    """The axis: all dots, and zero."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    wide = max(high - low, 1e-3)
    return low - 0.06 * wide, high + 0.06 * wide


def _row(
    ax: Axes, y: int, against: Against, values: np.ndarray, low: float, high: float, words: Words
) -> None:
    """One plan: its dots stacked over a bar from the 10 % to the 90 % quantile."""
    wide = (high - low) / COLUMNS
    # columns never straddle zero: a dot stands on the side that it belongs to
    columns = [int(np.floor(v / wide)) if abs(v) * MILLION > ZERO else 0 for v in values]
    tall = min(TALL, 0.6 / max(columns.count(column) for column in columns))
    for i, (value, column) in enumerate(zip(values, columns, strict=True)):
        level = columns[:i].count(column)
        better = value * MILLION > ZERO
        worse = value * MILLION < -ZERO
        x = (column + 0.5) * wide if better or worse else 0.0
        ax.plot(
            [x], [y + 0.06 + tall * level], marker="o", markersize=6.0, linestyle="none",
            color=style.BLUE if better else style.VERMILLION,
            markerfacecolor=style.BLUE if better else "white",
            markeredgewidth=1.2, zorder=4, label="_dot",
        )  # fmt: skip
    gain = against.gained
    p10, p90 = gain.p10 / MILLION, gain.p90 / MILLION
    ax.plot([p10, p90], [y - 0.06, y - 0.06], color=style.GREY, linewidth=2.4, zorder=3)
    ax.plot([gain.mean / MILLION], [y - 0.06], marker="|", markersize=9.0,
            markeredgewidth=1.8, color=style.INK, zorder=5)  # fmt: skip
    named = words(
        "{name}: {money} on average; worth more in {futures}",
        name=against.other,
        money=gained(gain.mean, against, words),
        futures=futures(float(against.worth["other"].mean()), words),
    )
    style.label(ax, low, y + 0.78, named, ha="left", fontweight="bold")
