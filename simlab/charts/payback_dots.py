"""Fifty futures as fifty dots, stacked on the year in which the money is back.

A quantile dotplot: dot i stands at the quantile (i − ½)/50 of the payback time, so that each dot
is 1 of 50 equally likely futures and a chance is a count of dots. Of the displays tried with lay
readers it gives the most consistent estimates and decisions (Kay et al. 2016, CHI '16, 5092–5103;
Fernandes et al. 2018, CHI '18, paper 144). The dots that never pay back stand apart.
"""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.risk.payback import Payback
from simlab.words.calendar import year_ends, year_of
from simlab.words.finding import finding, headline
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS = 50


def quantiles(payback: Payback, dots: int = DOTS) -> np.ndarray:
    """(dots,) payback times of equally likely futures, in order; inf = never."""
    ranks = np.ceil((np.arange(dots) + 0.5) / dots * payback.draws - 1e-9).astype(int)
    return np.sort(payback.years)[np.maximum(ranks, 1) - 1]


def columns(
    payback: Payback, start: date | None, words: Words = ENGLISH
) -> list[tuple[str, int]]:
    """Name and number of dots of each column: from the start (if any), every year, never."""
    years = quantiles(payback)
    first = year_of(start, min(year_ends(start, payback.horizon_years)))
    last = year_of(start, payback.horizon_years)
    ends = [year_of(start, y) for y in years if 0.0 < y < np.inf]
    at_once = int((years == 0.0).sum())
    counted = [(words("from the\nstart"), at_once)] if at_once else []
    counted += [(words.year(year), ends.count(year)) for year in range(first, last + 1)]
    return [*counted, (words("never"), int(np.isinf(years).sum()))]


def payback_dots(
    payback: Payback, *, ax: Axes | None = None, words: Words = ENGLISH, start: date | None = None
) -> Axes:
    """The quantile dotplot of the payback year, with a column of "never"."""
    from matplotlib.patches import Circle, Rectangle

    ax = style.axes(ax, height_cm=9.5)
    counted = columns(payback, start, words)
    centres = [float(i) for i in range(len(counted))]
    centres[-1] += 1.0  # never stands apart
    # room for the dots, in columns; the axes then keep dots round whatever their true shape
    across = centres[-1] + 1.7
    high = across * _shape(ax)
    most = max(count for _, count in counted)
    wide, size = _packing(most, high - 0.8)

    never = centres[-1]
    ax.add_patch(Rectangle((never - 0.8, 0), 1.6, high, facecolor=style.PALE, linewidth=0,
                           zorder=0, label="_ground"))  # fmt: skip
    for centre, (_, count) in zip(centres, counted, strict=True):
        lost = centre == never
        for x, y in _stack(count, wide, size):
            ax.add_patch(Circle((centre + x, y), 0.44 * size, linewidth=0.9,
                                facecolor="white" if lost else style.BLUE,
                                edgecolor=style.VERMILLION if lost else style.BLUE,
                                hatch=2 * style.HATCH if lost else None,
                                label="_never" if lost else "_back"))  # fmt: skip
        top = ceil(count / wide) * size
        if count or lost:
            style.label(ax, centre, top, words.number(count), ha="center", va="bottom",
                        offset=(0, 2), color=style.VERMILLION if lost else style.GREY,
                        fontweight="bold" if lost else "normal")  # fmt: skip
    style.label(ax, never, high, words("never within\n{years}",
                years=words.years(payback.horizon_years)), ha="center", va="top", offset=(0, -3),
                color=style.VERMILLION, fontweight="bold")  # fmt: skip

    # limits that may grow (auto): equal scales widen one of the two to fit the axes
    ax.set_xlim(-0.85, never + 0.85, auto=True)
    ax.set_ylim(0, high, auto=True)
    ax.set_aspect("equal", adjustable="datalim")
    _names(ax, centres, [name for name, _ in counted], start, words)
    style.title(ax, headline(payback, start, words))
    style.caption(ax, finding(payback, start, words), words(
        "Each dot is 1 of {dots} equally likely futures, placed at the year in which the money is "
        "back.", dots=DOTS), below=34.0 if start is None or "\n" in counted[0][0] else 24.0)  # fmt: skip
    return ax


def _shape(ax: Axes) -> float:
    """Height over width of the axes, less what title and caption will take of a figure."""
    box = ax.get_window_extent()
    return float(0.83 * box.height / box.width)


def _packing(most: int, high: float) -> tuple[int, float]:
    """Dots side by side in a column, and the size of a dot, that fill the height best."""
    sizes = {w: min(0.84 / w, high / ceil(most / w), 0.5) for w in range(1, 8)}
    wide = max(sizes, key=lambda w: sizes[w])
    return wide, sizes[wide]


def _stack(count: int, wide: int, size: float) -> list[tuple[float, float]]:
    """Centres of a column's dots, row by row from the ground."""
    return [((i % wide - (wide - 1) / 2) * size, (i // wide + 0.5) * size) for i in range(count)]


def _names(
    ax: Axes, centres: list[float], names: list[str], start: date | None, words: Words
) -> None:
    every = ceil(len(names) / 17)
    kept = {i for i in range(0, len(names) - 1, every)} | {len(names) - 1}
    ax.set_xticks(centres, [name if i in kept else "" for i, name in enumerate(names)],
                  fontsize=style.SMALL, parse_math=False)  # fmt: skip
    ax.tick_params(axis="x", length=0)
    ax.get_xticklabels()[-1].set(color=style.VERMILLION, fontweight="bold")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    if start is None:
        ax.set_xlabel(words("year of the plan"), fontsize=style.SMALL, color=style.GREY)
