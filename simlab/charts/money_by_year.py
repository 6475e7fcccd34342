"""What the plan costs and what it saves, year by year, for each payer.

Bars are means over the futures, cost downwards and saving upwards; whiskers run from the 10 % to
the 90 % quantile of the year, so that the year's amount is within them in 16 of 20 futures. Amounts
are undiscounted. A saving below zero is an additional expense.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.result.answer import YearOfPayer
from simlab.study.arguments import among, public
from simlab.words.account import perspective_name
from simlab.words.words import ENGLISH, Words, half_of_range, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Sequence[YearOfPayer]
WIDE = 0.4
LEAST = 0.5  # kr.: a payer who neither pays nor saves more in any year has no panel


def payers(rows: Rows) -> list[str]:
    """The payers whom the plan costs or saves anything, in their order."""
    moved = [
        row.payer
        for row in rows
        if max(map(abs, (row.cost.mean, row.saving.mean, row.saving.p10, row.saving.p90))) >= LEAST
    ]
    return list(dict.fromkeys(moved))


def _refuse_none(rows: Rows) -> None:
    if not rows:
        raise ValueError("rows holds no year")


@public
@style.as_shipped()
def cost_and_saving(
    rows: Rows, payer: str, *, ax: Axes | None = None, words: Words = ENGLISH
) -> Axes:
    """One payer's years; ``rows`` are the years of an answer."""
    _refuse_none(rows)
    among("payer", payer, list(dict.fromkeys(row.payer for row in rows)))
    ax = style.axes(ax, height_cm=9.5)
    own = [row for row in rows if row.payer == payer]
    unit, name = _unit(own, words)
    _draw(ax, own, unit, words)
    ax.set_ylabel(name, fontsize=style.SMALL, color=style.GREY)
    _key(ax, words)
    style.title(ax, _title(payer, own, words), pad=22.0)
    style.caption(ax, _sentence(words), below=24.0)
    return ax


@public
@style.as_shipped()
def cost_and_saving_figure(
    rows: Rows, *, first: str | None = None, words: Words = ENGLISH
) -> Figure:
    """A panel a payer over the same years; ``first`` is whose account the finding tells."""
    _refuse_none(rows)
    shown = payers(rows) or [rows[0].payer]
    shown.sort(key=lambda payer: payer != first)
    columns = min(2, len(shown))
    lines = -(-len(shown) // columns)
    figure = style.figure(height_cm=3.6 + 5.0 * lines)
    grid = figure.add_gridspec(lines + 1, columns, height_ratios=[0.08] + [1.0] * lines)
    for place, payer in enumerate(shown):
        ax = style.axes(figure.add_subplot(grid[1 + place // columns, place % columns]), 0.0)
        own = [row for row in rows if row.payer == payer]
        unit, name = _unit(own, words)
        _draw(ax, own, unit, words, most=12 // columns)
        who = perspective_name(payer, words)
        ax.set_title(
            f"{who[:1].upper()}{who[1:]} ({name})", loc="left", fontsize=style.TEXT,
            color=style.INK, parse_math=False,
        )  # fmt: skip
    key = figure.add_subplot(grid[0, :])
    key.set_axis_off()
    _key(key, words, loc="center left")
    own = [row for row in rows if row.payer == shown[0]]
    style.figure_title(figure, _title(shown[0], own, words))
    style.figure_caption(
        figure, f"{_sentence(words)} {words('The panels have scales of their own.')}"
    )
    return figure


def _draw(ax: Axes, rows: Rows, unit: float, words: Words, most: int = 12) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    x = np.arange(len(rows), dtype=float)
    for key, columns, sign, side, ground, hatch in (
        ("cost", [row.cost for row in rows], -1.0, -0.5, style.PALE, style.HATCH),
        ("saving", [row.saving for row in rows], 1.0, 0.5, style.SKY, ""),
    ):
        mean = sign * np.array([of.mean for of in columns]) / unit
        ends = sign * np.array([[of.p10, of.p90] for of in columns]) / unit
        edge = style.VERMILLION if key == "cost" else style.BLUE
        at = x + side * WIDE
        ax.bar(
            at, mean, WIDE, facecolor=ground, edgecolor=edge, hatch=hatch, linewidth=0.8,
            label=f"_{key}", zorder=2,
        )  # fmt: skip
        spread = np.abs(ends[:, 0] - ends[:, 1]) > 0.0
        ax.vlines(
            at[spread], ends[spread].min(axis=1), ends[spread].max(axis=1), color=style.INK,
            linewidth=1.1, zorder=3, label=f"_{key} range",
        )  # fmt: skip
    ax.axhline(0.0, color=style.INK, linewidth=0.8, zorder=4)
    every = -(-len(rows) // most)
    ax.set_xticks(x[::every], [words.year(row.year) for row in rows][::every])
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    low, high = ax.get_ylim()
    decimals = 0 if max(abs(low), abs(high)) >= 5 else 1
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: style.minus(words.number(value, decimals)))
    )


def _key(ax: Axes, words: Words, loc: str = "lower left") -> None:
    """What the bars and whiskers are."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=style.PALE, edgecolor=style.VERMILLION, hatch=style.HATCH),
        Patch(facecolor=style.SKY, edgecolor=style.BLUE),
        Line2D([], [], color=style.INK, linewidth=1.1),
    ]
    names = [
        words("cost of the plan (downwards)"),
        words("saving"),
        words("{percent} range", percent=words.percent(0.8)),
    ]
    place = {} if loc != "lower left" else {"bbox_to_anchor": (0, 1.0)}
    ax.legend(
        handles, names, loc=loc, ncols=3, frameon=False, fontsize=style.SMALL, borderaxespad=0.2,
        borderpad=0.2, handlelength=1.8, **place,
    )  # fmt: skip


def _unit(rows: Rows, words: Words) -> tuple[float, str]:
    """Kroner in one unit of the panel, and its name."""
    largest = max(
        abs(x)
        for row in rows
        for x in (row.cost.mean, row.cost.p90, row.saving.mean, row.saving.p10, row.saving.p90)
    )
    if largest >= 1e6:
        return 1e6, words("DKK million")
    if largest >= 1e4:
        return 1e3, words("DKK thousand")
    return 1.0, words("DKK")


def _title(payer: str, rows: Rows, words: Words) -> str:
    """The payer's balance at the end of the last year, with its range."""
    last = rows[-1]
    who = perspective_name(payer, words)
    mean, low, high = last.balance.mean, last.balance.p10, last.balance.p90
    uncertain = half_of_range(low, high)
    if mean < 0.0:  # what is lost has the range of the balance, turned around
        mean, low, high = -mean, -high, -low
    said = {
        "who": f"{who[:1].upper()}{who[1:]}",
        "money": words.money(mean, uncertain=uncertain),
        "year": words.year(last.year),
        "percent": words.percent(0.8),
        "low": words.money(low, uncertain=uncertain),
        "high": words.money(high, uncertain=uncertain),
    }
    if rounded(mean, uncertain) == 0.0:
        return words(
            "{who}: about as much saved as spent by the end of {year} "
            "({percent} range of what is lost or gained: {low} to {high})",
            **said
            | {
                "low": words.money(last.balance.p10, uncertain=uncertain),
                "high": words.money(last.balance.p90, uncertain=uncertain),
            },
        )
    if last.balance.mean < 0.0:
        return words(
            "{who}: {money} more spent than saved by the end of {year} "
            "({percent} range: {low} to {high})",
            **said,
        )
    return words(
        "{who}: {money} more saved than spent by the end of {year} "
        "({percent} range: {low} to {high})",
        **said,
    )


def _sentence(words: Words) -> str:
    return words(
        "In 16 of 20 futures the amount of a year lies within its line; bars are means. In the "
        "prices of the study, not discounted."
    )
