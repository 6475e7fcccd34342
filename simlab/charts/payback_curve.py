"""The chance that the money is back, by time: F(t) = P(payback ≤ t).

A step function, since payback happens at the ends of steps, with its 95 % Monte Carlo band. What
F lacks to 1 at the horizon is the chance of "never", drawn beside the curve so that nobody reads a
curve that flattens at 80 % as one that is on its way to 100 %.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import style
from simlab.charts.timeline import steps, timeline
from simlab.risk.payback import Payback
from simlab.study.arguments import public
from simlab.words.calendar import month_of, position
from simlab.words.finding import finding, headline
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN = 0.012  # of a chance: what is less is hidden by the line itself


@public
@style.as_shipped()
def payback_curve(
    payback: Payback,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
    without_chance: Payback | None = None,
) -> Axes:
    """The S-curve of payback, with "never" beside it; ``without_chance`` is drawn dashed."""
    ax = style.axes(ax, height_cm=10.0)
    horizon = payback.horizon_years
    end = position(start, horizon)
    found = payback.curve()
    x = steps(start, len(found.chance), payback.steps_per_year)

    ax.hlines([0.25, 0.5, 0.75, 1.0], x[0], end, color=style.FAINT, linewidth=0.6, zorder=0)
    banded = bool(np.isfinite(found.half).all())
    band = None
    if banded:
        band = ax.fill_between(
            x,
            *found.band,
            step="post",
            facecolor=style.SKY,
            alpha=0.6,
            linewidth=0,
            zorder=2,
            label="_band",
        )
    (curve,) = ax.step(
        x,
        found.chance,
        where="post",
        color=style.BLUE,
        linewidth=1.8,
        zorder=4,
        clip_on=False,
        label="_chance",
    )
    certain = None if without_chance is None else without_chance.curve().chance
    apart = certain is not None and float(np.abs(certain - found.chance).max()) > SEEN
    if without_chance is not None and certain is not None and apart:
        time = steps(start, len(certain), without_chance.steps_per_year)
        (dashed,) = ax.step(
            time,
            certain,
            where="post",
            color=style.INK,
            linewidth=0.9,
            linestyle=(0, (4, 2)),
            zorder=5,
            label="_without chance",
        )
        ax.legend(
            [(band, curve) if band else curve, dashed],
            [words("all uncertainty"), words("without chance in single lives")],
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=2,
            frameon=False,
            fontsize=style.SMALL,
            borderaxespad=0.2,
            borderpad=0.2,
            handlelength=2.2,
        )

    _milestones(ax, payback, start, words)
    _never(ax, float(found.chance[-1]), end, horizon, words)
    timeline(ax, start, horizon, words, room=0.22)
    ax.set_ylim(0, 1.03)
    ax.spines["left"].set_bounds(0, 1)
    ax.set_yticks(
        [0, 0.25, 0.5, 0.75, 1], [words.percent(q / 4) for q in range(5)], parse_math=False
    )
    ax.set_ylabel(words("chance that the money is back"), fontsize=style.SMALL, color=style.GREY)
    style.title(ax, headline(payback, start, words), pad=22.0 if apart else 8.0)
    style.caption(
        ax,
        finding(payback, start, words),
        _note(payback, float(found.half.max()) if banded else None, words),
        below=24.0 if start else 36.0,
    )
    return ax


def _milestones(ax: Axes, payback: Payback, start: date | None, words: Words) -> None:
    """When the 10 %, the median and the 90 % futures are back, named on the curve."""
    seen: set[float] = set()
    for q in (0.5, 0.1, 0.9):
        years = payback.quantile(q)
        if not np.isfinite(years) or years == 0.0 or years in seen:
            continue
        seen.add(years)
        when = words.years(years) if start is None else words.date(month_of(start, years))
        name = (
            words("half by {when}", when=when)
            if q == 0.5
            else words("{percent} by {when}", percent=words.percent(q), when=when)
        )
        x, late = position(start, years), years > 0.6 * payback.horizon_years
        ax.plot(
            [x],
            [q],
            marker="o",
            markersize=4.5,
            color=style.BLUE,
            markeredgecolor="white",
            markeredgewidth=0.8,
            linestyle="none",
            zorder=6,
        )
        style.label(
            ax,
            x,
            q,
            name,
            ha="right" if late else "left",
            offset=(-6, 7) if late else (6, -8),
            zorder=7,
        )


def _never(ax: Axes, back: float, end: float, horizon: float, words: Words) -> None:
    """The whole as one bar beside the curve: back, and never."""
    from matplotlib.patches import Rectangle

    left, wide = end + 0.025 * horizon, 0.035 * horizon
    text = left + wide + 0.012 * horizon
    if back > 0.0:
        ax.add_patch(
            Rectangle(
                (left, 0),
                wide,
                back,
                facecolor=style.BLUE,
                edgecolor="white",
                linewidth=0,
                label="_back",
            )
        )
    if back < 1.0:
        ax.add_patch(
            Rectangle(
                (left, back),
                wide,
                1 - back,
                facecolor=style.PALE,
                linewidth=1.0,
                edgecolor=style.VERMILLION,
                hatch=style.HATCH,
                label="_never",
            )
        )
        years = words.years(horizon)
        name = words(
            "never within\n{years}\n{percent}", years=years, percent=_share(1 - back, words)
        )
        style.label(
            ax,
            text,
            min(max((1 + back) / 2, 0.1), 0.92),
            name,
            ha="left",
            color=style.VERMILLION,
            fontweight="bold",
        )
    if back > 0.0:
        name = words("back\n{percent}", percent=_share(back, words))
        style.label(
            ax,
            text,
            min(max(back / 2, 0.05), 0.5),
            name,
            ha="left",
            color=style.BLUE,
            fontweight="bold",
        )


def _share(chance: float, words: Words) -> str:
    """A percentage that never rounds something to nothing."""
    if 0.0 < chance < 0.005:
        return words("under {percent}", percent=words.percent(0.01))
    if 0.995 < chance < 1.0:
        return words("over {percent}", percent=words.percent(0.99))
    return words.percent(chance)


def _note(payback: Payback, error: float | None, words: Words) -> str:
    futures = words.simulated(payback.draws)
    if error is None:
        return words("From {futures}.", futures=futures)
    if error < SEEN:
        return words(
            "From {futures}. The simulation error is thinner than the line.", futures=futures
        )
    return words(
        "From {futures}. The light band is the {percent} simulation error.",
        futures=futures,
        percent=words.percent(0.95),
    )
