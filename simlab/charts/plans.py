"""Plans compared: the chance that the money is back, by time, a curve for each plan.

One axis, and each curve named at its end, with what it reaches: what it lacks to 100 % is never
back within the horizon. The plans met the same futures, so what differs is the plans'; which plan
is sooner in one future is not to be read from two curves, and stands in the sentence.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from simlab.charts import scales, style
from simlab.charts.timeline import steps, timeline
from simlab.result.comparison import Comparison
from simlab.study.arguments import public
from simlab.words.calendar import position
from simlab.words.plans_compared import all_sooner_or_later, headline
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours of Okabe & Ito that are far apart in grey too, and a line style each.
LINES: tuple[tuple[str, Any, float], ...] = (
    (style.BLUE, "-", 2.2),
    (style.VERMILLION, (0, (5, 1.5)), 1.7),
    ("#007A5A", (0, (1.2, 1.2)), 2.0),
    ("#8C4A78", (0, (6, 1.5, 1.2, 1.5)), 1.6),
    ("#222222", "-", 0.9),
    ("#8A6D00", (0, (2.5, 1.2)), 1.3),
)
ROOM = 0.42  # for the names, a share of the horizon
NAME = 112.0  # points of a line of a name


@public
@style.as_shipped()
def plans(
    comparison: Comparison,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
    perspective: str | None = None,
) -> Axes:
    """The S-curves of all plans on one axis, with direct labels; the first is drawn solid."""
    ax = style.axes(ax, height_cm=10.5)
    name = comparison.perspective if perspective is None else perspective
    horizon = comparison.study.timeline.years
    end = position(start, horizon)
    scales.chances(ax, position(start), end, words)
    reached = []
    for k, plan in enumerate(comparison.plans):
        color, dashes, wide = LINES[k % len(LINES)]
        payback = plan.payback(name)
        chance = payback.curve().chance
        x = steps(start, len(chance), payback.steps_per_year)
        line: style.Looks = {
            "color": color,
            "linestyle": dashes,
            "linewidth": wide,
            "zorder": 4 - 0.1 * k,
        }
        ax.step(x, chance, where="post", clip_on=False, label=f"_{plan.name}", **line)
        reached.append(float(chance[-1]))
    _names(ax, comparison, reached, end, horizon, words)
    timeline(ax, start, horizon, words, room=ROOM)
    style.title(ax, headline(comparison, words, perspective))
    note = words(
        "From {futures}, the same ones for each plan.", futures=words.simulated(comparison.draws)
    )
    if len(comparison.others) == 1:  # the title says it all
        style.caption(ax, note)
    else:
        style.caption(ax, all_sooner_or_later(comparison, words, perspective), note)
    return ax


def _names(
    ax: Axes,
    comparison: Comparison,
    reached: list[float],
    end: float,
    horizon: float,
    words: Words,
) -> None:
    """Each plan's name beside the end of its curve, moved apart where ends meet."""
    names = [
        words("{name}: {percent}", name=plan.name, percent=words.percent(chance))
        for plan, chance in zip(comparison.plans, reached, strict=True)
    ]
    texts = [style.wrap(name, NAME, style.SMALL, "bold") for name in names]
    tall = 0.045 * max(text.count("\n") + 1 for text in texts) + 0.02
    places = style.apart(reached, tall, 0.0, 1.05)
    for k, (text, chance, y) in enumerate(zip(texts, reached, places, strict=True)):
        color = LINES[k % len(LINES)][0]
        lead: style.Looks = {"linewidth": 0.7, "clip_on": False, "label": "_lead"}
        ax.plot([end, end + 0.035 * horizon], [chance, y], color=color, **lead)
        style.label(ax, end + 0.045 * horizon, y, text, ha="left", color=color, fontweight="bold")
