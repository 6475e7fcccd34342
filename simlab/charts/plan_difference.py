"""Plans compared: what each is worth more, or less, than the first, as twenty futures.

A row for each plan, and twenty dots in it: the net present value of the plan less that of the
first, at the middles of twenty equal parts of the draws. One dot is 1 of 20 futures; those right
of zero are futures in which the plan is worth more. Filled and hollow say it again without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from simlab.charts import scales, style
from simlab.result.comparison import Against, Comparison
from simlab.risk.payback import ZERO
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
    others = [comparison.against(plan.name, perspective) for plan in comparison.others]
    ax = style.axes(ax, height_cm=4.6 + 2.5 * len(others))
    dots = [against.equally_likely(DOTS) / MILLION for against in others]
    low, high = _range([float(dot) for row in dots for dot in row])
    ax.axvline(0.0, color=style.INK, linewidth=0.9, zorder=1)
    for row, (against, values) in enumerate(zip(others, dots, strict=True)):
        _row(ax, len(others) - 1 - row, against, values.tolist(), low, high, words)
    ax.set_xlim(low, high)
    ax.set_ylim(-0.28, len(others) - 0.1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    scales.numbers(ax.xaxis, words, high - low)
    ax.tick_params(axis="x", labelsize=style.SMALL)
    name = words("net gain less that of “{name}”, DKK million", name=comparison.first.name)
    style.axis_names(ax, x=name)
    style.title(ax, difference_headline(comparison, words, perspective))
    percent = words.percent(0.8)
    note = words("Each dot is 1 of 20 futures; the bar is the {percent} range.", percent=percent)
    style.caption(ax, note, below=26.0)
    return ax


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The axis: all dots, and zero."""
    low, high = min(*values, 0.0), max(*values, 0.0)
    wide = max(high - low, 1e-3)
    return low - 0.06 * wide, high + 0.06 * wide


def _row(
    ax: Axes, y: int, against: Against, values: list[float], low: float, high: float, words: Words
) -> None:
    """One plan: its dots stacked over a bar from the 10 % to the 90 % quantile."""
    wide = (high - low) / COLUMNS
    # columns never straddle zero: a dot stands on the side that it belongs to
    columns = [floor(v / wide) if abs(v) * MILLION > ZERO else 0 for v in values]
    tall = min(TALL, 0.6 / max(columns.count(column) for column in columns))
    for i, (value, column) in enumerate(zip(values, columns, strict=True)):
        better, worse = value * MILLION > ZERO, value * MILLION < -ZERO
        x = (column + 0.5) * wide if better or worse else 0.0
        above = y + 0.06 + tall * columns[:i].count(column)
        fill, edge = (style.BLUE, style.BLUE) if better else ("white", style.VERMILLION)
        style.mark(ax, x, above, fill, edge, markeredgewidth=1.2, zorder=4, label="_dot")
    gain, below = against.gained, y - 0.06
    p10, mean, p90 = (kr / MILLION for kr in (gain.p10, gain.mean, gain.p90))
    ax.plot([p10, p90], [below, below], color=style.GREY, linewidth=2.4, zorder=3)
    line: style.Looks = {"marker": "|", "markersize": 9.0, "markeredgewidth": 1.8, "zorder": 5}
    style.mark(ax, mean, below, style.INK, style.INK, **line)
    named = words(
        "{name}: {money} on average; worth more in {futures}",
        name=against.other,
        money=gained(gain.mean, against, words),
        futures=futures(float(against.worth["other"].mean()), words),
    )
    style.label(ax, low, y + 0.78, named, ha="left", fontweight="bold")
