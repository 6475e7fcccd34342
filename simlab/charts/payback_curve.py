"""The chance that the money is back, by time: F(t) = P(payback ≤ t).

A step function, since payback happens at the ends of steps, with its 95 % Monte Carlo band. What
F lacks to 1 at the horizon is the chance of "never", drawn beside the curve so that nobody reads a
curve that flattens at 80 % as one that is on its way to 100 %.
"""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any

from simlab.charts import scales, style
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
    if_nothing: Payback | None = None,
    sentence: str | None = None,
) -> Axes:
    """The S-curve of payback, with "never" beside it; ``without_chance`` is drawn dashed.

    if_nothing : the payback if the effect that it hangs on did nothing
    sentence   : what is said below, if not the finding
    """
    ax = style.axes(ax, height_cm=10.0)
    horizon = payback.horizon_years
    end = position(start, horizon)
    curve = payback.curve()
    x = steps(start, len(curve.chance), payback.steps_per_year)

    scales.chances(ax, x[0], end, words)
    keys: list[Any] = []
    if curve.band is not None:
        ground: style.Looks = {"facecolor": style.SKY, "alpha": 0.6, "linewidth": 0, "zorder": 2}
        keys.append(ax.fill_between(x, *curve.band, step="post", label="_band", **ground))
    line: style.Looks = {"color": style.BLUE, "linewidth": 1.8, "zorder": 4, "clip_on": False}
    keys += ax.step(x, curve.chance, where="post", label="_chance", **line)
    names = [words("all uncertainty") if if_nothing is None else words("the effect as assumed")]
    lines: list[Any] = [tuple(keys)]
    certain = None if without_chance is None else without_chance.curve()
    apart = certain is not None and curve.distance(certain) > SEEN
    if if_nothing is not None:
        bare = if_nothing.curve()
        red: style.Looks = {
            "color": style.VERMILLION,
            "linewidth": 1.8,
            "linestyle": style.DOTS,
            "zorder": 4,
        }
        lines += ax.step(x, bare.chance, where="post", label="_if nothing", clip_on=False, **red)
        names.append(words("if it is nothing"))
    if certain is not None and apart:
        thin: style.Looks = {
            "color": style.INK,
            "linewidth": 0.9,
            "linestyle": style.DASHES,
            "zorder": 5,
        }
        lines += ax.step(x, certain.chance, where="post", label="_without chance", **thin)
        names.append(words("without chance in single lives"))
    if len(lines) > 1:
        style.legend(ax, lines, names, handlelength=2.2, **style.ABOVE)

    _milestones(ax, payback, start, words)
    _never(ax, float(curve.chance[-1]), end, horizon, words)
    timeline(ax, start, horizon, words, room=0.22)
    style.title(ax, headline(payback, start, words), pad=22.0 if len(lines) > 1 else 8.0)
    error = None if curve.band is None else float(curve.half.max())
    note = _note(payback, error, words)
    if if_nothing is not None:
        beside = words("Without the effect: {futures}.", futures=words.simulated(if_nothing.draws))
        note = f"{note} {beside}"
    style.caption(ax, finding(payback, start, words) if sentence is None else sentence, note)
    return ax


def _milestones(ax: Axes, payback: Payback, start: date | None, words: Words) -> None:
    """When the 10 %, the median and the 90 % futures are back, named on the curve."""
    seen: set[float] = set()
    for q in (0.5, 0.1, 0.9):
        years = payback.quantile(q)
        if not 0.0 < years < inf or years in seen:
            continue
        seen.add(years)
        when = words.years(years) if start is None else words.date(month_of(start, years))
        name = (
            words("half by {when}", when=when)
            if q == 0.5
            else words("{percent} by {when}", percent=words.percent(q), when=when)
        )
        x, late = position(start, years), years > 0.6 * payback.horizon_years
        dot: style.Looks = {"markersize": 4.5, "markeredgewidth": 0.8, "zorder": 6}
        style.mark(ax, x, q, style.BLUE, "white", **dot)
        beside: style.Looks = (
            {"ha": "right", "offset": (-6, 7)} if late else {"ha": "left", "offset": (6, -8)}
        )
        style.label(ax, x, q, name, zorder=7, **beside)


def _never(ax: Axes, back: float, end: float, horizon: float, words: Words) -> None:
    """The whole as one bar beside the curve: back, and never."""
    left, wide = end + 0.025 * horizon, 0.035 * horizon
    text = left + wide + 0.012 * horizon
    named: style.Looks = {"ha": "left", "fontweight": "bold"}
    if back > 0.0:
        ax.bar(left, back, wide, align="edge", color=style.BLUE, linewidth=0, label=["_back"])
    if back < 1.0:
        ax.bar(left, 1 - back, wide, back, align="edge", label=["_never"], **style.NEVER)
        years, percent = words.years(horizon), _share(1 - back, words)
        name = words("never within\n{years}\n{percent}", years=years, percent=percent)
        y = min(max((1 + back) / 2, 0.1), 0.92)
        style.label(ax, text, y, name, color=style.VERMILLION, **named)
    if back > 0.0:
        name = words("back\n{percent}", percent=_share(back, words))
        style.label(ax, text, min(max(back / 2, 0.05), 0.5), name, color=style.BLUE, **named)


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
