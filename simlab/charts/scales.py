"""The scales that charts share: numbers as the reader writes them, and chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simlab.charts import style
from simlab.words.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

SMALL = 5.0  # an axis that reaches less has a decimal
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def numbers(axis: Axis, words: Words, reach: float, **ticks: Any) -> None:
    """Numbers along an axis that reaches so far; ``ticks`` says where matplotlib may put them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    decimals = 0 if reach >= SMALL else 1
    if ticks:
        axis.set_major_locator(MaxNLocator(**ticks))
    axis.set_major_formatter(FuncFormatter(lambda x, _: style.minus(words.number(x, decimals))))


def amounts(ax: Axes, words: Words, **ticks: Any) -> None:
    """Amounts upwards, in the unit that the axis is named with."""
    numbers(ax.yaxis, words, max(map(abs, ax.get_ylim())), **ticks)


def balance(ax: Axes, unit: str, words: Words) -> None:
    """The balance upwards, and zero with it."""
    bottom, top = ax.get_ylim()
    ax.set_ylim(min(bottom, -1e-9), max(top, 1e-9))
    amounts(ax, words, nbins=7)
    style.axis_names(ax, y=words("balance, {unit}", unit=unit))


def chances(ax: Axes, begins: float, end: float, words: Words) -> None:
    """The chance that the money is back, upwards, with a line at each quarter."""
    ax.hlines(QUARTERS[1:], begins, end, color=style.FAINT, linewidth=0.6, zorder=0)
    ax.set_ylim(0, 1.03)
    ax.spines["left"].set_bounds(0, 1)
    ax.set_yticks(QUARTERS, quarters(words), parse_math=False)
    style.axis_names(ax, y=words("chance that the money is back"))


def quarters(words: Words) -> list[str]:
    """The names of the quarters."""
    return [words.percent(quarter) for quarter in QUARTERS]
