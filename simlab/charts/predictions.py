"""Published figures beside their predictions, a row each, each on a scale of its own.

A bar is the 80 % range of the prediction, its white line the median, and the mark is what was
published; a thin line through the mark is its 95 % interval. The mark's form tells what sort of
figure it is, and a hollow mark lies outside the range. Rows share no scale: kr., people and shares
stand beside each other, and the figures themselves at the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlab.charts import style
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = {"effect": "o", "account": "s", "expectation": "D"}
SIGNS = {"o": "●", "s": "■", "D": "◆"}
ROW_CM, HEAD_CM, LINE_CM = 0.95, 0.62, 0.36
LEFT, RIGHT = 0.41, 0.70  # where the scales begin and end, as shares of the axes


@dataclass(frozen=True, slots=True)
class Outcome:
    """One published figure and its prediction; None is beyond every scale (a payback, never).

    published, predicted : the figures in words
    """

    programme: str
    text: str
    kind: str
    published: str
    predicted: str
    value: float
    interval: tuple[float, float] | None
    low: float | None
    median: float | None
    high: float | None
    inside: bool
    scored: bool


@style.as_shipped()
def predictions(
    outcomes: Sequence[Outcome], title: str, *, ax: Axes | None = None, words: Words = ENGLISH
) -> Axes:
    """Every outcome in its order, under the name of its programme."""
    wide = (LEFT - 0.04) * style.LINE * 0.85
    texts = [style.wrap(outcome.text, wide, style.SMALL) for outcome in outcomes]
    rows = [max(ROW_CM, LINE_CM * (text.count("\n") + 1) + 0.15) for text in texts]
    height = sum(rows) + HEAD_CM * len({outcome.programme for outcome in outcomes})
    ax = style.axes(ax, height_cm=height + 4.2)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(height, 0))
    y, programme = 0.0, ""
    for outcome, text, row in zip(outcomes, texts, rows, strict=True):
        if outcome.programme != programme:
            programme = outcome.programme
            bold: style.Looks = {"fontweight": "bold", "fontsize": style.TEXT}
            style.label(ax, 0, y + 0.55 * HEAD_CM, programme, ha="left", **bold)
            y += HEAD_CM
        _row(ax, outcome, text, y + row / 2)
        y += row
    _key(ax, {outcome.kind for outcome in outcomes}, words)
    style.title(ax, title)
    style.caption(
        ax,
        words(
            "Bars are the 80% range of what was predicted from what could be known beforehand, the "
            "white line its median; marks are what was published."
        ),
        words(
            "Each row has its own scale. A hollow mark lies outside the range. What is grey is a "
            "hope, was known when the study was made, or was counted nobody knows how: it is not "
            "scored."
        ),
        below=22.0,
    )
    return ax


def _row(ax: Axes, outcome: Outcome, text: str, y: float) -> None:
    style.label(ax, 0, y, text, ha="left")
    place = _scale(outcome)
    ax.plot([LEFT, RIGHT], [y, y], color=style.FAINT, linewidth=0.8, zorder=1)
    low = RIGHT - 0.02 if outcome.low is None else place(outcome.low)  # never lies at the far end
    high = RIGHT if outcome.high is None else place(outcome.high)
    bar = style.SKY if outcome.scored else style.FAINT
    ax.plot([low, high], [y, y], color=bar, linewidth=9, solid_capstyle="butt", zorder=2)
    if outcome.median is not None:
        middle = place(outcome.median)
        ax.plot([middle, middle], [y - 0.17, y + 0.17], color="white", linewidth=1.8, zorder=3)
    if outcome.interval is not None:
        ends = [place(x) for x in outcome.interval]
        ax.plot(ends, [y, y], color=style.INK, linewidth=1.0, zorder=4)
    colour = style.INK if outcome.inside else style.VERMILLION
    colour = colour if outcome.scored else style.GREY
    dot: style.Looks = {
        "marker": MARKS[outcome.kind],
        "markersize": 6.5,
        "markeredgewidth": 1.5,
        "clip_on": False,
    }
    fill = colour if outcome.inside else "white"
    style.mark(ax, place(outcome.value), y, fill, colour, zorder=5, **dot)
    beside: style.Looks = {"ha": "left", "color": colour, "fontweight": "bold"}
    style.label(ax, RIGHT + 0.03, y - 0.22, outcome.published, **beside)
    style.label(ax, RIGHT + 0.03, y + 0.22, outcome.predicted, ha="left", color=style.GREY)


def _scale(outcome: Outcome) -> Callable[[float], float]:
    """From a figure of the row to its place between LEFT and RIGHT."""
    seen = [x for x in (outcome.low, outcome.median, outcome.high, outcome.value) if x is not None]
    seen += outcome.interval or ()
    first, last = min(seen), max(seen)
    margin = 0.06 * (last - first) or 1.0
    first, last = first - margin, last + (3 * margin if outcome.high is None else margin)

    def place(x: float) -> float:
        return LEFT + (RIGHT - LEFT) * (x - first) / (last - first)

    return place


def _key(ax: Axes, kinds: set[str], words: Words) -> None:
    """What the marks mean, in a line below the last row."""
    names = {
        "effect": words("an effect, measured against others"),
        "account": words("an account of before and after"),
        "expectation": words("an expectation"),
    }
    x = 0.01
    for kind, mark in MARKS.items():
        if kind not in kinds:
            continue
        for text, where, size in (
            (SIGNS[mark], x, style.TEXT),
            (names[kind], x + 0.025, style.SMALL),
        ):
            placed: style.Looks = {"xycoords": "axes fraction", "offset": (0, -9), "bbox": None}
            style.label(ax, where, 0, text, ha="left", fontsize=size, **placed)
        x += 1.12 * style.width(names[kind], style.SMALL) / style.room(ax) + 0.05
