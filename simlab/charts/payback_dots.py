"""Fifty futures as fifty dots, stacked on the year in which the money is back.

A quantile dotplot: dot i stands at the quantile (i − ½)/50 of the payback time, so that each dot
is 1 of 50 equally likely futures and a chance is a count of dots. Of the displays tried with lay
readers it gives the most consistent estimates and decisions (Kay et al. 2016, CHI '16, 5092–5103;
Fernandes et al. 2018, CHI '18, paper 144). The dots that never pay back stand apart.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import reduce
from math import ceil, inf
from typing import TYPE_CHECKING, Any

from simlab.charts import style
from simlab.risk.payback import Payback
from simlab.study.arguments import public
from simlab.words.calendar import year_ends, year_of
from simlab.words.finding import finding, headline
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS = 50


def columns(payback: Payback, start: date | None, words: Words = ENGLISH) -> list[tuple[str, int]]:
    """Name and number of dots of each column: from the start (if any), every year, never."""
    at_once, ends, never = _ends(payback, start)
    first = year_of(start, min(year_ends(start, payback.horizon_years)))
    last = year_of(start, payback.horizon_years)
    counted = [(words("from the\nstart"), at_once)] if at_once else []
    counted += [(words.year(year), ends[year]) for year in range(first, last + 1)]
    name = words("never within\n{years}", years=words.years(payback.horizon_years))
    return [*counted, (name, never)]


def _ends(payback: Payback, start: date | None) -> tuple[int, Counter[int], int]:
    """How many dots are back from the start, in each year, and never."""
    years = payback.equally_likely(DOTS).tolist()
    ends = Counter(year_of(start, y) for y in years if 0.0 < y < inf)
    return years.count(0.0), ends, years.count(inf)


@public
@style.as_shipped()
def payback_dots(
    payback: Payback,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
    sentence: str | None = None,
) -> Axes:
    """The quantile dotplot of the payback year, with a column of "never"; ``sentence`` is what is
    said below, if not the finding."""
    ax = style.axes(ax, height_cm=9.5)
    counted = columns(payback, start, words)
    centres, wide = _columns_axis(ax, counted, start, words)
    style.title(ax, _title(payback, start, words))
    note = words(
        "Each dot is 1 of {dots} equally likely futures, "
        "placed at the year in which the money is back.",
        dots=DOTS,
    )
    said = finding(payback, start, words) if sentence is None else sentence
    style.caption(ax, said, note, below=34.0)
    _dots(ax, centres, [count for _, count in counted], wide, words)
    return ax


def _title(payback: Payback, start: date | None, words: Words) -> str:
    """How many dots are back and in which year most are; the headline where years say little."""
    at_once, ends, never = _ends(payback, start)
    if start is None or at_once or not ends:
        return headline(payback, start, words)
    often = [words.year(year) for year in sorted(ends) if ends[year] == max(ends.values())]
    named = reduce(lambda a, b: words("{a} and {b}", a=a, b=b), often)
    gaps = {"dots": str(DOTS), "years_of_most": named}
    if never == 0:
        return words("Back in all of {dots} futures, most often in {years_of_most}", **gaps)
    return words(
        "Back in {back} of {dots} futures, most often in {years_of_most}; {never} are not back "
        "within {years}",
        **gaps,
        back=ends.total(),
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
    shown = [text if i % every == 0 or i == last else "" for i, (text, _) in enumerate(counted)]
    ax.set_xticks(centres, shown, fontsize=style.SMALL, parse_math=False)
    ax.tick_params(axis="x", length=0)
    ax.get_xticklabels()[-1].set(color=style.VERMILLION, fontweight="bold")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    if start is None:
        style.axis_names(ax, x=words("year of the plan"))
    return centres, wide


def _dots(ax: Axes, centres: list[float], counts: list[int], ground: float, words: Words) -> None:
    # lay out the words first: how high the dots may pile depends on the room that is left
    style.figure_of(ax).draw_without_rendering()
    box = ax.get_window_extent()
    left, right = ax.get_xlim()
    high = (right - left) * box.height / box.width
    point = (right - left) / style.room(ax)
    wide, size = _packing(max(counts), high - 1.8 * style.SMALL * point, least=8 * point)
    ax.set_ylim(0, high)

    never = centres[-1]
    looks: style.Looks = {"color": style.PALE, "linewidth": 0, "zorder": 0, "label": ["_ground"]}
    ax.bar(never, high, ground, **looks)
    back = [
        (centre + x, y)
        for centre, count in zip(centres[:-1], counts[:-1], strict=True)
        for x, y in _stack(count, wide, size)
    ]
    lost = [(never + x, y) for x, y in _stack(counts[-1], wide, size)]
    _circles(ax, back, size, "_back", facecolor=style.BLUE, edgecolor=style.BLUE)
    hollow = {"facecolor": "white", "edgecolor": style.VERMILLION, "hatch": 2 * style.HATCH}
    _circles(ax, lost, size, "_never", **hollow)
    for centre, count in zip(centres, counts, strict=True):
        top, named = ceil(count / wide) * size, {"ha": "center", "va": "bottom", "offset": (0, 2)}
        if centre == never:
            share = words("{n} of {of}", n=count, of=sum(counts))
            bare = {"color": style.VERMILLION, "fontweight": "bold", "bbox": None}
            style.label(ax, centre, top, share, **named, **bare)
        elif count:
            style.label(ax, centre, top, words.number(count), color=style.GREY, **named)


def _circles(ax: Axes, at: list[tuple[float, float]], size: float, label: str, **how: Any) -> None:
    """Dots measured along x in both directions: round in axes of any shape."""
    from matplotlib.collections import EllipseCollection

    if at:
        across, turned = [0.88 * size] * len(at), [0.0] * len(at)
        placed: style.Looks = {"units": "x", "offsets": at, "offset_transform": ax.transData}
        dots = EllipseCollection(
            across, across, turned, linewidth=0.9, label=label, **placed, **how
        )
        ax.add_collection(dots, autolim=False)


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
