"""The axis of time: a mark where a year ends, and the year's number in the middle of the year."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.words.calendar import position, year_ends
from simlab.words.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def steps(start: date | None, count: int, steps_per_year: float) -> np.ndarray:
    """(count,) the ends of the steps on the axis of time; the first is the start."""
    return position(start) + np.arange(count) / steps_per_year


def timeline(
    ax: Axes, start: date | None, horizon: float, words: Words, *, room: float = 0.0, most: int = 12
) -> None:
    """Years on the x axis, with ``room`` (a share of the horizon) for labels on the right.

    At most ``most`` years are numbered. A study without dates has its ends of years numbered.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator

    begins = position(start)
    edges = [begins, *(begins + end for end in year_ends(start, horizon))]
    numbered = [""] * len(edges)
    if start is None:
        every = ceil(len(edges) / (most + 1))
        numbered = [words.number(y) if i % every == 0 else "" for i, y in enumerate(edges)]
        style.axis_names(ax, x=words("years from the start"))
    else:
        # a year that is cut by the start or the horizon is numbered if most of it is there
        whole = [(a, b) for a, b in pairwise(edges) if b - a > 0.7]
        spans = whole or list(pairwise(edges))
        middles = [(a + b) / 2 for a, b in spans[:: ceil(len(spans) / most)]]
        ax.xaxis.set_minor_locator(FixedLocator(middles))
        ax.xaxis.set_minor_formatter(FixedFormatter([words.year(int(y)) for y in middles]))
    ax.xaxis.set_major_locator(FixedLocator(edges))
    ax.xaxis.set_major_formatter(FixedFormatter(numbered))
    ax.tick_params(axis="x", which="minor", length=0, labelsize=style.SMALL, labelcolor=style.INK)
    ax.set_xlim(begins, begins + horizon * (1.0 + room))
    ax.spines["bottom"].set_bounds(begins, begins + horizon)
