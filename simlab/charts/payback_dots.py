"""Fifty futures as fifty dots, stacked on the year in which the money is back.

A quantile dotplot: dot i stands at the quantile (i − ½)/50 of the payback time, so that each dot
is 1 of 50 equally likely futures and a chance is a count of dots. Of the displays tried with lay
readers it gives the most consistent estimates and decisions (Kay et al. 2016, CHI '16, 5092–5103;
Fernandes et al. 2018, CHI '18, paper 144). The dots that never pay back stand apart.
"""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.charts import style
from simlab.risk.payback import Payback
from simlab.study.arguments import public
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


def columns(payback: Payback, start: date | None, words: Words = ENGLISH) -> list[tuple[str, int]]:
    """Name and number of dots of each column: from the start (if any), every year, never."""
    years = quantiles(payback)
    first = year_of(start, min(year_ends(start, payback.horizon_years)))
    last = year_of(start, payback.horizon_years)
    ends = [year_of(start, y) for y in years if 0.0 < y < np.inf]
    at_once = int((years == 0.0).sum())
    counted = [(words("from the\nstart"), at_once)] if at_once else []
    counted += [(words.year(year), ends.count(year)) for year in range(first, last + 1)]
    never = words("never within\n{years}", years=words.years(payback.horizon_years))
    return [*counted, (never, int(np.isinf(years).sum()))]


@public
@style.as_shipped()
def payback_dots(
    payback: Payback, *, ax: Axes | None = None, words: Words = ENGLISH, start: date | None = None
) -> Axes:
    """The quantile dotplot of the payback year, with a column of "never"."""
    ax = style.axes(ax, height_cm=9.5)
    counted = columns(payback, start, words)
    style.title(ax, _title(payback, start, words))
    style.caption(
        ax,
        finding(payback, start, words),
        words(
            "Each dot is 1 of {dots} equally likely futures, "
            "placed at the year in which the money is back.",
            dots=DOTS,
        ),
        below=34.0 if start else 46.0,
    )
    centres, wide = _columns_axis(ax, counted, start, words)
    _dots(ax, centres, [count for _, count in counted], wide, words)
    return ax


def _title(payback: Payback, start: date | None, words: Words) -> str:
    """How many dots are back and in which year most are; the headline where years say little."""
    years = quantiles(payback)
    ends = [year_of(start, y) for y in years if 0.0 < y < np.inf]
    never = int(np.isinf(years).sum())
    if start is None or len(ends) < DOTS - never or not ends:
        return headline(payback, start, words)
    most = max(ends.count(year) for year in ends)
    often = [words.year(year) for year in sorted(set(ends)) if ends.count(year) == most]
    named = often[0]
    for year in often[1:]:
        named = words("{a} and {b}", a=named, b=year)
    if never == 0:
        return words(
            "Back in all of {dots} futures, most often in {years_of_most}",
            dots=DOTS,
            years_of_most=named,
        )
    return words(
        "Back in {back} of {dots} futures, most often in {years_of_most}; {never} are not back "
        "within {years}",
        back=len(ends),
        dots=DOTS,
        years_of_most=named,
        never=never,
        years=words.years(payback.horizon_years),
    )


def _columns_axis(
    ax: Axes, counted: list[tuple[str, int]], start: date | None, words: Words
) -> tuple[list[float], float]:
    """A unit of width for every year, and for never as much as its name needs."""
    last = len(counted) - 1
    name = style.width(counted[-1][0].split("\n")[0], style.SMALL, "bold")
    part = min(1.2 * name / style.room(ax), 0.5)
    wide = max(1.6, part * (last + 0.5) / (1 - part))
    empty = max(0.0, 7.0 - last) / 2  # a year or two shall not fill the width
    left, right = -0.6 - empty, last + empty + wide
    centres = [*(float(i) for i in range(last)), right - wide / 2]
    ax.set_xlim(left, right)
    every = ceil(last / 14)
    ax.set_xticks(
        centres,
        [text if i % every == 0 or i == last else "" for i, (text, _) in enumerate(counted)],
        fontsize=style.SMALL,
        parse_math=False,
    )
    ax.tick_params(axis="x", length=0)
    ax.get_xticklabels()[-1].set(color=style.VERMILLION, fontweight="bold")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    if start is None:
        ax.set_xlabel(words("year of the plan"), fontsize=style.SMALL, color=style.GREY)
    return centres, wide


def _dots(ax: Axes, centres: list[float], counts: list[int], ground: float, words: Words) -> None:
    from matplotlib.patches import Rectangle

    # lay out the words first: how high the dots may pile depends on the room that is left
    style.figure_of(ax).draw_without_rendering()
    box = ax.get_window_extent()
    left, right = ax.get_xlim()
    high = (right - left) * box.height / box.width
    point = (right - left) / style.room(ax)
    wide, size = _packing(max(counts), high - 1.8 * style.SMALL * point, least=8 * point)
    ax.set_ylim(0, high)

    never = centres[-1]
    ax.add_patch(
        Rectangle(
            (never - ground / 2, 0),
            ground,
            high,
            linewidth=0,
            facecolor=style.PALE,
            zorder=0,
            label="_ground",
        )
    )
    back = [
        (centre + x, y)
        for centre, count in zip(centres[:-1], counts[:-1], strict=True)
        for x, y in _stack(count, wide, size)
    ]
    lost = [(never + x, y) for x, y in _stack(counts[-1], wide, size)]
    _circles(ax, back, size, "_back", facecolor=style.BLUE, edgecolor=style.BLUE)
    _circles(
        ax,
        lost,
        size,
        "_never",
        facecolor="white",
        edgecolor=style.VERMILLION,
        hatch=2 * style.HATCH,
    )
    for centre, count in zip(centres[:-1], counts[:-1], strict=True):
        if count:
            style.label(
                ax,
                centre,
                ceil(count / wide) * size,
                words.number(count),
                ha="center",
                va="bottom",
                offset=(0, 2),
                color=style.GREY,
            )
    share = words("{n} of {of}", n=counts[-1], of=sum(counts))
    ax.annotate(
        share,
        (never, ceil(counts[-1] / wide) * size),
        (0, 2),
        ha="center",
        va="bottom",
        textcoords="offset points",
        color=style.VERMILLION,
        fontweight="bold",
        fontsize=style.SMALL,
        parse_math=False,
    )


def _circles(ax: Axes, at: list[tuple[float, float]], size: float, label: str, **how: Any) -> None:
    """Dots measured along x in both directions: round in axes of any shape."""
    from matplotlib.collections import EllipseCollection

    if at:
        across = [0.88 * size] * len(at)
        ax.add_collection(
            EllipseCollection(
                across,
                across,
                [0.0] * len(at),
                units="x",
                offsets=at,
                offset_transform=ax.transData,
                linewidth=0.9,
                label=label,
                **how,
            ),
            autolim=False,
        )


def _packing(most: int, high: float, least: float) -> tuple[int, float]:
    """Dots side by side in a column, and the size of a dot: one by one, unless that makes them
    smaller than ``least`` and more side by side makes them larger."""
    sizes = {w: min(0.84 / w, high / ceil(most / w)) for w in range(1, 8)}
    enough = min(least, max(sizes.values()))
    wide = next(w for w, size in sizes.items() if size >= enough)
    return wide, sizes[wide]


def _stack(count: int, wide: int, size: float) -> list[tuple[float, float]]:
    """Centres of a column's dots, row by row from the ground, the last row in the middle."""
    rows = [min(wide, count - below) for below in range(0, count, wide)]
    return [
        ((i - (n - 1) / 2) * size, (row + 0.5) * size)
        for row, n in enumerate(rows)
        for i in range(n)
    ]
