"""One citizen's life in both futures: a bar for each stay, above each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from simlab.charts import style
from simlab.charts.timeline import timeline
from simlab.words.calendar import position
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# light to dark, so that neighbours differ in grey too; a hatch marks every second
FILLS = ("#F0E442", "#56B4E9", "#CC79A7", "#0072B2", "#E69F00", "#009E73", "#999999", "#FFFFFF")


class Bar(NamedTuple):
    """A stay: from and until, years after the start, in a state."""

    since: float
    until: float
    state: str


@style.as_shipped()
def one_life(
    bars: Mapping[str, Sequence[Bar]],
    labels: Mapping[str, str],
    name: str,
    horizon: float,
    *,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
    note: str = "",
) -> Axes:
    """``bars`` by future (baseline, plan); ``labels`` of the states in the reader's language;
    ``note`` says which life it is."""
    from matplotlib.patches import Patch

    ax = style.axes(ax, height_cm=6.8)
    begins = position(start)
    states = list(dict.fromkeys(bar.state for one in bars.values() for bar in one))
    edge: style.Looks = {"edgecolor": style.INK, "linewidth": 0.7}
    for row, future in enumerate(("plan", "baseline")):
        for bar in bars[future]:
            span = [(begins + bar.since, bar.until - bar.since)]
            look = edge | _look(states.index(bar.state))
            ax.broken_barh(span, (row - 0.36, 0.72), label=f"_{future}", **look)
    timeline(ax, start, horizon, words)
    ax.set_ylim(-0.6, 1.6)
    ax.set_yticks([1, 0], [words("without the plan"), words("with the plan")])
    ax.tick_params(axis="y", length=0, labelsize=style.SMALL)
    ax.spines["left"].set_visible(False)
    keys = [Patch(**edge | _look(place)) for place in range(len(states))]
    below: style.Looks = {"loc": "upper left", "bbox_to_anchor": (0, -0.2), "handlelength": 1.4}
    style.legend(ax, keys, [labels[state] for state in states], ncols=3, **below)
    if note:
        style.caption(ax, note, below=24.0 + 16.0 * (1 + len(states) // 3) + 10.0)
    style.title(ax, f"{name}: {_finding(bars, words)}")
    return ax


def _look(place: int) -> style.Looks:
    again = place >= len(FILLS)
    return {"facecolor": FILLS[place % len(FILLS)], "hatch": "...." if again else ""}


def _finding(bars: Mapping[str, Sequence[Bar]], words: Words) -> str:
    if list(bars["plan"]) == list(bars["baseline"]):
        return words("the same life with the plan as without")
    return words("another life with the plan than without")
