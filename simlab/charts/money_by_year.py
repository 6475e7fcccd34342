"""What the plan costs and what it saves, year by year, for each payer.

Bars are means over the futures, cost downwards and saving upwards; whiskers run from the 10 % to
the 90 % quantile of the year, so that the year's amount is within them in 16 of 20 futures. Amounts
are undiscounted. A saving below zero is an additional expense.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.charts import scales, style
from simlab.result.answer import YearOfPayer
from simlab.study.arguments import among, public
from simlab.words.account import perspective_name
from simlab.words.phrases import money, uncertain, unit_of_money
from simlab.words.words import ENGLISH, Words, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Sequence[YearOfPayer]
WIDE = 0.4
LOOKS: dict[str, style.Looks] = {
    "cost": {"facecolor": style.PALE, "edgecolor": style.VERMILLION, "hatch": style.HATCH},
    "saving": {"facecolor": style.SKY, "edgecolor": style.BLUE},
}
RANGE: style.Looks = {"color": style.INK, "linewidth": 1.1}


def payers(rows: Rows) -> list[str]:
    """The payers whom the plan costs or saves anything, in their order."""
    return list(dict.fromkeys(row.payer for row in rows if row.moves))


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
    style.axis_names(ax, y=name)
    _key(ax, words, **style.ABOVE)
    style.title(ax, _title(payer, own, words), pad=22.0)
    style.caption(ax, _sentence(words))
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
    figure, panels, key = style.panels(len(shown), columns, 5.0)
    for ax, payer in zip(panels, shown, strict=True):
        own = [row for row in rows if row.payer == payer]
        unit, name = _unit(own, words)
        _draw(ax, own, unit, words, most=12 // columns)
        style.panel_title(ax, f"{_capital(payer, words)} ({name})")
    _key(key, words, loc="center left", ncols=3, borderaxespad=0.2, borderpad=0.2)
    own = [row for row in rows if row.payer == shown[0]]
    style.figure_title(figure, _title(shown[0], own, words))
    style.figure_caption(
        figure, f"{_sentence(words)} {words('The panels have scales of their own.')}"
    )
    return figure


def _draw(ax: Axes, rows: Rows, unit: float, words: Words, most: int = 12) -> None:
    x = np.arange(len(rows), dtype=float)
    for key, columns, sign, side in (
        ("cost", [row.cost for row in rows], -1.0, -0.5),
        ("saving", [row.saving for row in rows], 1.0, 0.5),
    ):
        mean = sign * np.array([of.mean for of in columns]) / unit
        ends = sign * np.array([[of.p10, of.p90] for of in columns]) / unit
        at = x + side * WIDE
        ax.bar(at, mean, WIDE, linewidth=0.8, label=f"_{key}", zorder=2, **LOOKS[key])
        spread = np.abs(ends[:, 0] - ends[:, 1]) > 0.0
        low, high = ends[spread].min(axis=1), ends[spread].max(axis=1)
        ax.vlines(at[spread], low, high, zorder=3, label=f"_{key} range", **RANGE)
    ax.axhline(0.0, color=style.INK, linewidth=0.8, zorder=4)
    every = -(-len(rows) // most)
    ax.set_xticks(x[::every], [words.year(row.year) for row in rows][::every])
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    scales.amounts(ax, words, nbins=6, steps=[1, 2, 5, 10])


def _key(ax: Axes, words: Words, **where: Any) -> None:
    """What the bars and whiskers are."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(**LOOKS["cost"]), Patch(**LOOKS["saving"]), Line2D([], [], **RANGE)]
    names = [
        words("cost of the plan (downwards)"),
        words("saving"),
        words("{percent} range", percent=words.percent(0.8)),
    ]
    style.legend(ax, handles, names, handlelength=1.8, **where)


def _unit(rows: Rows, words: Words) -> tuple[float, str]:
    """Kroner in one unit of the panel, and its name."""
    ends = [(of.mean, of.p10, of.p90) for row in rows for of in (row.cost, row.saving)]
    unit, name, _ = unit_of_money([x for of in ends for x in of], words)
    return unit, name


def _capital(payer: str, words: Words) -> str:
    who = perspective_name(payer, words)
    return f"{who[:1].upper()}{who[1:]}"


def _title(payer: str, rows: Rows, words: Words) -> str:
    """The payer's balance at the end of the last year, with its range."""
    last = rows[-1]
    even = rounded(last.balance.mean, uncertain(last.balance)) == 0.0
    lost = last.balance.mean < 0.0 and not even
    shown = -last.balance if lost else last.balance
    gaps = {
        "who": _capital(payer, words),
        "money": money(shown.mean, shown, words),
        "year": words.year(last.year),
        "percent": words.percent(0.8),
        "low": money(shown.p10, shown, words),
        "high": money(shown.p90, shown, words),
    }
    if even:
        return words(
            "{who}: about as much saved as spent by the end of {year} "
            "({percent} range of what is lost or gained: {low} to {high})",
            **gaps,
        )
    if lost:
        return words(
            "{who}: {money} more spent than saved by the end of {year} "
            "({percent} range: {low} to {high})",
            **gaps,
        )
    return words(
        "{who}: {money} more saved than spent by the end of {year} "
        "({percent} range: {low} to {high})",
        **gaps,
    )


def _sentence(words: Words) -> str:
    return words(
        "In 16 of 20 futures the amount of a year lies within its line; bars are means. In the "
        "prices of the study, not discounted."
    )
