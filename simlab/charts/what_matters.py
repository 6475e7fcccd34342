"""Which uncertain figures matter: what happens to the outcome when each is low and when it is high.

A dumbbell a figure (Cleveland 1984, "Graphical methods for data presentation"): the median
payback time in the fifth of the futures with its lowest values, and in the fifth with its highest.
Beside it the share of the spread that the figure explains, with its error (`risk.sensitivity`).
Where that cannot tell both ends apart (most often: never at both), the chance that the money is
back stands in its place, and where it is never back in any future, the net gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlab.charts import scales, style
from simlab.risk.sensitivity import LEAST, Direction, Driver, Drivers, End, Measure, Share, Told
from simlab.study.arguments import between, public
from simlab.words.frequency import futures
from simlab.words.quantity_name import Labels, quantities_name
from simlab.words.strength import strength_in_short
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 0.88  # of the axes: the room of a name, beside which the shares stand
NEVER = 1.15  # where "not back" stands on the axis, in horizons
REST = {"facecolor": "white", "hatch": style.HATCH}  # the bar of what no single figure explains
BARS = (1.0, 0.26)  # the shares beside the axes: where they begin, and how wide they are


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what is explained; ``direction`` where it is told what follows at either end."""

    name: str
    explains: Share
    direction: Direction | None = None


@public
@style.as_shipped()
def what_matters(
    drivers: Drivers,
    *,
    horizon: float,
    labels: Labels,
    ax: Axes | None = None,
    words: Words = ENGLISH,
) -> Axes:
    """Dumbbells and shares; ``drivers`` are those of a perspective, ``horizon`` is in years."""
    between("horizon", horizon, 0.0, 1_000.0)
    measure = drivers.measure
    if measure is None:
        raise ValueError("drivers explain nothing: no figure varies, or the draws are too few")
    shown, told = drivers.that_matter, drivers.told
    rows = [_told(one, measure, labels, words) for one in shown]
    rows += _rest(drivers, measure, words)
    title = _title(rows[: len(shown)], measure, words)
    lines = style.balanced(title, 0.85 * style.LINE, style.TITLE, "bold").count("\n") + 1
    ax = style.axes(ax, height_cm=4.4 + 0.5 * lines + 1.15 * len(rows))
    for place, row in enumerate(rows):
        _dumbbell(ax, row, -place, told, horizon, words)
    ax.set_ylim(-len(rows) + 0.45, 0.85)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    axis = {"median": _axis_of_years, "chance": _axis_of_chances, "worth": _axis_of_money}[told]
    axis(ax, horizon, words)
    _shares(ax, rows, words)
    style.title(ax, title)
    style.caption(ax, _sentence(shown, horizon, words), _note(told, words), below=38.0)
    return ax


def _told(one: Driver, measure: Measure, labels: Labels, words: Words) -> Line:
    first = one.direction.path
    name = quantities_name([first, *(path for path in one.paths if path != first)], labels, words)
    return Line(name[:1].upper() + name[1:], one.of(measure), one.direction)


def _rest(drivers: Drivers, measure: Measure, words: Words) -> list[Line]:
    """The figures without a row of their own, and what no single figure explains."""
    left, (number, others) = drivers.not_explained, drivers.others
    together = None if left is None else left.together_and_chance.of(measure)
    if together is None or together.share is None:
        return []  # a group whose share could not be told, and so no rest either
    name = words.plural("The other figure", "{n} other figures together", number)
    alone = words("No single one: several at once, the business cycle, chance")
    return [*([Line(name, others)] if number else []), Line(alone, together)]


def _dumbbell(ax: Axes, row: Line, y: float, told: Told, horizon: float, words: Words) -> None:
    """The name of the figure, and below it the outcome where it is low and where it is high."""
    name = style.cut(row.name, NAMED * style.room(ax), style.TEXT)
    color, above = (style.INK, 0.4) if row.direction else (style.GREY, 0.0)
    named: style.Looks = {"xycoords": ax.get_yaxis_transform(), "fontsize": style.TEXT, "zorder": 7}
    style.label(ax, 0, y + above, name, color=color, ha="left", **named)
    if row.direction is None:
        return
    ends = (row.direction.low, row.direction.high)
    left, right = (_place(end, told, horizon) for end in ends)
    ax.plot([left, right], [y, y], color=style.GREY, linewidth=1.6, zorder=3, label="_between")
    dot: style.Looks = {"markersize": 7.5, "markeredgewidth": 1.6, "zorder": 5}
    style.mark(ax, left, y, "white", style.BLUE, label="_low", **dot)
    style.mark(ax, right, y, style.BLUE, style.BLUE, label="_high", **dot)
    for place, end, text in zip((left, right), ends, (words("low"), words("high")), strict=True):
        outward = place > min(left, right) or (left == right and end is ends[1])
        beside: style.Looks = (
            {"ha": "left", "offset": (8, 0)} if outward else {"ha": "right", "offset": (-8, 0)}
        )
        value = strength_in_short(row.direction.path, end.value, words)
        style.label(ax, place, y, f"{text} ({value})", **beside)


def _place(end: End, told: Told, horizon: float) -> float:
    if told == "worth":
        return end.net_present_value / 1e6
    if told == "chance":
        return 1.0 - end.never
    return NEVER * horizon if end.median_years is None else end.median_years


def _axis_of_years(ax: Axes, horizon: float, words: Words) -> None:
    every = next(n for n in (1, 2, 5, 10, 20, 50) if horizon / n <= 10)
    ticks = [float(y) for y in range(0, int(horizon) + 1, every)]
    names = [*(words.number(y) for y in ticks), words("not\nback")]
    ax.set_xticks([*ticks, NEVER * horizon], names, parse_math=False)
    ax.axvline(NEVER * horizon, color=style.PALE, linewidth=16, zorder=0)
    ax.vlines(ticks, *ax.get_ylim(), color=style.FAINT, linewidth=0.5, zorder=0)
    ax.set_xlim(-0.26 * horizon, 1.62 * horizon)
    ax.spines["bottom"].set_bounds(0, horizon)
    style.axis_names(ax, x=words("median payback time, years from the start"))


def _axis_of_chances(ax: Axes, horizon: float, words: Words) -> None:
    ax.set_xticks(scales.QUARTERS, scales.quarters(words), parse_math=False)
    ax.vlines(scales.QUARTERS, *ax.get_ylim(), color=style.FAINT, linewidth=0.5, zorder=0)
    ax.set_xlim(-0.26, 1.30)
    ax.spines["bottom"].set_bounds(0, 1)
    years = words.years(horizon)
    style.axis_names(ax, x=words("chance that the money is back within {years}", years=years))


def _axis_of_money(ax: Axes, horizon: float, words: Words) -> None:
    low, high = ax.get_xlim()
    ax.set_xlim(low - 0.35 * (high - low), high + 0.35 * (high - low))
    scales.numbers(ax.xaxis, words, high - low, nbins=6)
    style.axis_names(ax, x=words("net gain, DKK million"))


def _shares(ax: Axes, rows: Sequence[Line], words: Words) -> None:
    """The share that each row explains, as bars beside the dumbbells."""
    beside = ax.inset_axes((BARS[0], 0.0, BARS[1], 1.0), sharey=ax)
    style.axes(beside, 0.0)
    for place, row in enumerate(rows):
        share, half = row.explains.share or 0.0, row.explains.half
        look: style.Looks = {"facecolor": style.SKY} if row.direction else REST
        edge: style.Looks = {"edgecolor": style.GREY, "linewidth": 0.8, "label": "_share"}
        beside.barh(-place, max(share, 0.0), height=0.42, **look, **edge)
        beside.hlines(-place, share - half, share + half, color=style.INK, linewidth=1.2)
        percent, end = _percent(share, words), max(share + half, 0.0)
        style.label(beside, end, -place, percent, ha="left", offset=(4, 0))
    beside.set_xlim(0, 1.45)
    for side in ("left", "bottom"):
        beside.spines[side].set_visible(False)
    beside.axvline(0.0, color=style.GREY, linewidth=0.8)
    beside.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    below: style.Looks = {
        "xycoords": "axes fraction",
        "offset": (0, -12),
        "color": style.GREY,
        "bbox": None,
    }
    style.label(beside, 0, 0, words("share of the spread"), ha="left", **below)


def _percent(share: float, words: Words) -> str:
    if share < 0.005:
        return words("under {percent}", percent=words.percent(0.01))
    return words.percent(share)


def _title(shown: Sequence[Line], measure: Measure, words: Words) -> str:
    if not shown:
        return words("No single uncertain figure decides the result")
    first = shown[0]
    low, high = first.explains.interval
    said = {
        "share": words.percent(first.explains.share or 0.0),
        "low": words.percent(low),
        "high": words.percent(high),
        "name": first.name,
    }
    if measure == "net_present_value":
        return words(
            "{share} ({low} to {high}) of the spread of the net gain follows “{name}”",
            **said,
        )
    return words(
        "{share} ({low} to {high}) of the spread of the payback time follows “{name}”", **said
    )


def _sentence(shown: Sequence[Driver], horizon: float, words: Words) -> str:
    if not shown:
        return words("No figure by itself explains as much as {share}.", share=words.percent(LEAST))
    way = shown[0].direction
    return words(
        "Where the first figure is low, the money is back within {years} in {low}; where it is "
        "high, in {high}.",
        years=words.years(horizon),
        low=futures(1.0 - way.low.never, words),
        high=futures(1.0 - way.high.never, words),
    )


def _note(told: Told, words: Words) -> str:
    if told != "worth":
        return words(
            "Low and high: the fifth of the futures with the lowest values of the figure (open, "
            "with its middle value) and with the highest (filled). Lines across the bars: the "
            "{percent} simulation error.",
            percent=words.percent(0.95),
        )
    return words(
        "Low and high: the mean in the fifth of the futures with the lowest values of the figure "
        "(open, with its middle value) and with the highest (filled). Lines across the bars: the "
        "{percent} simulation error.",
        percent=words.percent(0.95),
    )
