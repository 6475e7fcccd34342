"""How many people are in a state, without and with the plan.

Lines are means over the draws; bands run from the 10 % to the 90 % quantile at each point in time,
so that the number is inside in 16 of 20 futures. The two futures hold the same people, and so the
bands may overlap widely where the difference between them is nearly certain.
"""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import scales, style
from simlab.charts.timeline import steps, timeline
from simlab.result.answer import People
from simlab.study.arguments import among, at_least, between, public
from simlab.words.calendar import month_of, position
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 9
_LOW, _MEAN, _HIGH = 0, 1, 2


@public
@style.as_shipped()
def people_by_state(
    people: People,
    state: int | str,
    *,
    steps_per_year: float,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
) -> Axes:
    """One state, by its index or name, in both futures."""
    between("steps_per_year", steps_per_year, 1, 366)
    if isinstance(state, str):
        among("state", state, people.states)
    else:
        between("state", state, 0, len(people.states) - 1)
    index = people.states.index(state) if isinstance(state, str) else state
    ax = style.axes(ax, height_cm=9.0)
    horizon = _draw(ax, people, index, steps_per_year, start, words)
    timeline(ax, start, horizon, words, room=0.2)
    _names(ax, people, index, position(start, horizon) + 0.015 * horizon, words)
    style.axis_names(ax, y=words("{people}"))
    style.title(ax, _title(people, index, start, horizon, words))
    style.caption(
        ax,
        words("In 16 of 20 futures the number of {people} is within the band."),
        words("Lines are means."),
    )
    return ax


@public
@style.as_shipped()
def people_figure(
    people: People,
    *,
    steps_per_year: float,
    words: Words = ENGLISH,
    start: date | None = None,
    most: int = MOST,
) -> Figure:
    """The states in small panels over a shared time axis, the largest difference first."""
    between("steps_per_year", steps_per_year, 1, 366)
    at_least("most", most, 1)
    shown = people.by_difference()[:most]
    columns = min(3, len(shown))
    figure, panels, key = style.panels(len(shown), columns, 4.4, share="x")
    for ax, index in zip(panels, shown, strict=True):
        horizon = _draw(ax, people, index, steps_per_year, start, words)
        timeline(ax, start, horizon, words, most=12 // columns)
        more = round(float(people.difference[-1, index]))
        signed = ("+" if more > 0 else "") + words.number(more)
        text = style.minus(f"{words.text(people.labels[index])} ({signed})")
        style.panel_title(ax, style.wrap(text, style.LINE / columns - 48, style.TEXT))
    handles, names = panels[0].get_legend_handles_labels()
    style.legend(key, handles, names, loc="center left", ncols=2, handlelength=2.6)
    style.figure_title(figure, _finding(people, shown, start, horizon, words))
    style.figure_caption(
        figure,
        words(
            "In 16 of 20 futures the number of {people} is within the band; lines are means. "
            "In brackets: the difference at the end."
        ),
    )
    return figure


def _draw(
    ax: Axes, people: People, index: int, steps_per_year: float, start: date | None, words: Words
) -> float:
    """Lines and bands of both futures; returns the horizon, years."""
    baseline, plan = people.baseline[:, :, index], people.plan[:, :, index]
    x = steps(start, baseline.shape[1], steps_per_year)
    edged: style.Looks = {"facecolor": "#E4E4E4", "edgecolor": style.GREY, "linewidth": 0.5}
    light: style.Looks = {"facecolor": style.SKY, "alpha": 0.45, "linewidth": 0}
    ax.fill_between(x, baseline[_LOW], baseline[_HIGH], zorder=1, label="_baseline band", **edged)
    ax.fill_between(x, plan[_LOW], plan[_HIGH], zorder=2, label="_plan band", **light)
    dashed: style.Looks = {"color": style.INK, "linewidth": 1.3, "linestyle": style.DASHES}
    ax.plot(x, baseline[_MEAN], zorder=3, label=words("without the plan"), **dashed)
    ax.plot(x, plan[_MEAN], color=style.BLUE, linewidth=1.8, zorder=4, label=words("with the plan"))
    _count_axis(ax, words)
    return (baseline.shape[1] - 1) / steps_per_year


def _count_axis(ax: Axes, words: Words) -> None:
    """From zero, unless that would leave more than half of the panel empty."""
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom if bottom > 0.5 * top else 0.0, max(top, 1.0))
    scales.numbers(ax.yaxis, words, inf, nbins=4, integer=True)


def _names(ax: Axes, people: People, index: int, x: float, words: Words) -> None:
    plan, baseline = (float(future[_MEAN, -1, index]) for future in (people.plan, people.baseline))
    named = [
        (plan, words("with the plan"), style.BLUE),
        (baseline, words("without\nthe plan"), style.INK),
    ]
    style.names(ax, x, named, gap=0.09)


def _title(people: People, index: int, start: date | None, horizon: float, words: Words) -> str:
    def ranged(future: np.ndarray) -> dict[str, str]:
        low, mean, high = (words.number(value) for value in future[:3, -1, index])
        return {"mean": mean, "low": low, "high": high}

    plan, baseline = ranged(people.plan), ranged(people.baseline)
    when = (
        words("after {years}", years=words.years(horizon))
        if start is None
        else words.date(month_of(start, horizon))
    )
    return words(
        "{state}, {when}: {mean} with the plan ({percent} range: {low} to {high}), "
        "{mean_without} without ({low_without} to {high_without})",
        state=words.text(people.labels[index]),
        when=when,
        percent=words.percent(0.8),
        **plan,
        **{f"{name}_without": value for name, value in baseline.items()},
    )


def _finding(
    people: People, shown: list[int], start: date | None, horizon: float, words: Words
) -> str:
    """The state that gains most people by the horizon, and the one that loses most."""
    gain = people.difference[-1]
    most, least = (choose(shown, key=gain.__getitem__) for choose in (max, min))
    when = (
        words("After {years}", years=words.years(horizon))
        if start is None
        else words("By {month}", month=words.date(month_of(start, horizon)))
    )
    if max(gain[most], -gain[least]) < 0.5:
        return words("{when}: as many {people} in each state with the plan as without", when=when)
    gaps = {
        "when": when,
        "more": words.number(gain[most]),
        "gains": words.text(people.labels[most]),
        "fewer": words.number(-gain[least]),
        "loses": words.text(people.labels[least]),
    }
    if gain[most] < 0.5:
        return words("{when}: {fewer} fewer {people} in “{loses}”", **gaps)
    if gain[least] > -0.5:
        return words("{when}: {more} more {people} in “{gains}”", **gaps)
    return words("{when}: {more} more {people} in “{gains}”, {fewer} fewer in “{loses}”", **gaps)
