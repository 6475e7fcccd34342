"""A hundred citizens as lives: a row a citizen, coloured by where she is, in both futures.

A sequence index plot (Scherer 2001, "Early career patterns", European Sociological Review 17). The
same citizens stand in the same order in both panels, those whose life is another with the plan at
the top. All stays of a colour are one shape, so that the drawing stays small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from simlab.charts import style
from simlab.charts.timeline import timeline
from simlab.observe.hundred_lives import Hundred
from simlab.study.arguments import between, public
from simlab.study.futures import Future
from simlab.words.calendar import position
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Labels = Mapping[str, Mapping[str, str]]  # state → its name by language

# kind → ground and hatch; told apart in grey by lightness, and where that is near by the hatch
LOOKS = {
    "support": ("#DDDDDD", ""),
    "work_beside_support": ("#F0E442", "////"),
    "work": (style.BLUE, ""),
    "education": (style.SKY, ""),
    "supported_work": ("#009E73", "\\\\\\\\"),
    "pension": ("#1A1A1A", ""),
    "out": ("white", ""),
}
OTHERS = (
    ("#E69F00", ""),
    ("#CC79A7", "////"),
    ("#999999", ""),
    ("white", "xxxx"),
    ("white", "----"),
)


@public
@style.as_shipped()
def lives(
    hundred: Hundred,
    future: Future,
    *,
    labels: Labels,
    steps_per_year: float,
    ax: Axes | None = None,
    words: Words = ENGLISH,
    start: date | None = None,
) -> Axes:
    """One future of them all; ``labels`` are the names of the states."""
    between("steps_per_year", steps_per_year, 1, 366)
    ax = style.axes(ax, height_cm=12.0)
    _draw(ax, hundred, future, steps_per_year, start, words)
    name = words("with the plan") if future == "plan" else words("without the plan")
    style.title(ax, f"{_title(hundred, words)}: {name}", pad=8.0)
    _key(ax, hundred, labels, words, loc="upper left", bbox_to_anchor=(0, -0.08))
    return ax


@public
@style.as_shipped()
def lives_figure(
    hundred: Hundred,
    *,
    labels: Labels,
    steps_per_year: float,
    words: Words = ENGLISH,
    start: date | None = None,
) -> Figure:
    """Both futures side by side."""
    between("steps_per_year", steps_per_year, 1, 366)
    figure, panels, key = style.panels(2, 2, 10.4, key=0.16, share="y")
    names: dict[Future, str] = {
        "baseline": words("Without the plan"),
        "plan": words("With the plan"),
    }
    for ax, (future, name) in zip(panels, names.items(), strict=True):
        _draw(ax, hundred, future, steps_per_year, start, words)
        style.panel_title(ax, name)
    panels[1].tick_params(labelleft=False)
    _key(key, hundred, labels, words, loc="center left")
    style.figure_title(figure, _title(hundred, words))
    style.figure_caption(figure, f"{_sentence(hundred, words)} {_note(hundred, words)}")
    return figure


def _draw(
    ax: Axes,
    hundred: Hundred,
    future: Future,
    steps_per_year: float,
    start: date | None,
    words: Words,
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = (hundred.plan if future == "plan" else hundred.baseline)[hundred.in_order(LOOKS)]
    count, steps = len(paths), paths.shape[1] - 1
    begins = position(start)
    box = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for kind, stays in hundred.stays(paths).items():
        corners = [
            (begins + step / steps_per_year, row + below)
            for row, since, until in stays.tolist()
            for step, below in ((since, 0), (until, 0), (until, 1), (since, 1), (since, 0))
        ]
        outline = Path(corners, box * len(stays), closed=False)
        look = _look(kind, hundred.kinds)
        ax.add_patch(PathPatch(outline, linewidth=0.0, label=f"_{kind}", zorder=2, **look))
    timeline(ax, start, steps / steps_per_year, words, most=6)
    if 0 < hundred.parted < count:
        line: style.Looks = {"color": style.VERMILLION, "linewidth": 1.6, "label": "_apart"}
        ax.axhline(hundred.parted, zorder=4, **line)
    ax.set_ylim(count, 0)
    marks = [mark for mark in range(0, 101, 20) if mark <= count]
    ax.set_yticks(marks, [words.number(mark) for mark in marks])
    ax.spines["left"].set_bounds(0, count)


def _look(kind: str, kinds: Sequence[str]) -> style.Looks:
    """Ground and hatch of a kind."""
    others = [other for other in dict.fromkeys(kinds) if other not in LOOKS]
    look = LOOKS.get(kind) or OTHERS[min(others.index(kind), len(OTHERS) - 1)]
    return {"facecolor": look[0], "hatch": look[1], "edgecolor": style.GREY}


def _key(ax: Axes, hundred: Hundred, labels: Labels, words: Words, **where: Any) -> None:
    from matplotlib.patches import Patch

    kinds = hundred.shown(LOOKS)
    handles = [Patch(**_look(kind, hundred.kinds)) for kind in kinds]
    names = [_name(kind, labels, words) for kind in kinds]
    spaced: style.Looks = {"ncols": min(3, len(kinds)), "handlelength": 1.4, "columnspacing": 1.2}
    style.legend(ax, handles, names, **spaced, **where)


def _name(kind: str, labels: Labels, words: Words) -> str:
    known = {
        "support": words("public support"),
        "work_beside_support": words("small job beside benefit"),
        "work": words("ordinary job"),
        "education": words("education"),
        "supported_work": words("flex job"),
        "pension": words("early pension"),
        "out": words("retired, moved or dead"),
    }
    if kind in known:
        return known[kind]
    return words.text(labels[kind]) if kind in labels else kind.replace("_", " ")


def _title(hundred: Hundred, words: Words) -> str:
    low, high = (words.number(end) for end in hundred.parted_interval())
    gaps = {"count": words.number(hundred.count), "high": high}
    if hundred.parted == 0:
        return words(
            "None of {count} {citizens} has another life with the plan (95% interval: 0 to {high})",
            **gaps,
        )
    return words.plural(
        "{n} of {count} {citizens} has another life with the plan (95% interval: {low} to {high})",
        "{n} of {count} {citizens} have another life with the plan (95% interval: {low} to {high})",
        hundred.parted,
        low=low,
        **gaps,
    )


def _sentence(hundred: Hundred, words: Words) -> str:
    """What the picture can bear: after they part, two lives are luck against luck."""
    if hundred.parted == 0:
        return words("Each of them lives the same life in both futures.")
    return words(
        "Of {count} {citizens} {same} live the same life in both futures. Those whose lives part "
        "have their own luck from then on, so one of them may fare worse with the plan; what it "
        "does on average, the other charts show.",
        count=words.number(hundred.count),
        same=words.number(hundred.count - hundred.parted),
    )


def _note(hundred: Hundred, words: Words) -> str:
    note = words.plural(
        "A row is {who} of {n} future, in the same place in both panels; above the line, those "
        "whose life is another.",
        "A row is {who}, one of each of {n} futures, in the same place in both panels; above the "
        "line, those whose life is another.",
        hundred.count,
        who=words("a {citizen} who comes in the course of the years")
        if hundred.newcomers
        else words("a {citizen} of the first day"),
    )
    if not hundred.fresh:
        return note
    return f"{note} {words('The lives are drawn for this picture, by the same chances.')}"
