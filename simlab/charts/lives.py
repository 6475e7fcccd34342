"""A hundred citizens as lives: a row a citizen, coloured by where she is, in both futures.

A sequence index plot (Scherer 2001, "Early career patterns", European Sociological Review 17). The
same citizens stand in the same order in both panels, those whose life is another with the plan at
the top. All stays of a colour are one shape, so that the drawing stays small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

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
Z_975 = 1.96


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
    figure = style.figure(height_cm=14.0)
    grid = figure.add_gridspec(2, 2, height_ratios=[0.16, 1.0])
    panels: list[Axes] = []
    for place, (future, name) in enumerate(
        (("baseline", words("Without the plan")), ("plan", words("With the plan")))
    ):
        ax = figure.add_subplot(grid[1, place], sharey=panels[0] if panels else None)
        panels.append(style.axes(ax, 0.0))
        _draw(ax, hundred, "plan" if future == "plan" else "baseline", steps_per_year, start, words)
        ax.set_title(name, loc="left", fontsize=style.TEXT, color=style.INK, parse_math=False)
    panels[1].tick_params(labelleft=False)
    key = figure.add_subplot(grid[0, :])
    key.set_axis_off()
    _key(key, hundred, labels, words, loc="center left")
    style.figure_title(figure, _title(hundred, words))
    style.figure_caption(figure, f"{_sentence(hundred, words)} {_note(hundred, words)}")
    return figure


def in_order(hundred: Hundred) -> np.ndarray:
    """The lives from the top: those whom the plan gives another life, then by where they end in
    the baseline, and by how long they have been there."""
    of = [*LOOKS, *dict.fromkeys(k for k in hundred.kinds if k not in LOOKS)]
    code = np.array([of.index(kind) for kind in hundred.kinds])
    where = np.where(hundred.baseline < 0, -1, code[hundred.baseline])
    end = where[:, -1]
    stays = (where == end[:, None]).sum(axis=1)
    return np.lexsort((-stays, end, ~hundred.apart))


def _draw(
    ax: Axes, hundred: Hundred, future: Future, steps_per_year: float, start: date | None,
    words: Words,
) -> None:  # fmt: skip
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    order = in_order(hundred)
    paths = (hundred.plan if future == "plan" else hundred.baseline)[order]
    count, steps = len(paths), paths.shape[1] - 1
    begins = position(start)
    for kind, corners in _stays(paths, hundred.kinds).items():
        left, right = (begins + c / steps_per_year for c in (corners[:, 1], corners[:, 2]))
        top = corners[:, 0].astype(float)
        xs = np.stack([left, right, right, left, left], axis=1)
        ys = np.stack([top, top, top + 1, top + 1, top], axis=1)
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        outline = Path(
            np.stack([xs.ravel(), ys.ravel()], axis=1), np.tile(codes, len(corners)), closed=False
        )
        ground, hatch = look(kind, hundred.kinds)
        ax.add_patch(
            PathPatch(
                outline,
                facecolor=ground,
                hatch=hatch,
                linewidth=0.0,
                edgecolor=style.GREY,
                label=f"_{kind}",
                zorder=2,
            )
        )
    timeline(ax, start, steps / steps_per_year, words, most=6)
    apart = int(hundred.apart.sum())
    if 0 < apart < count:
        ax.axhline(apart, color=style.VERMILLION, linewidth=1.6, zorder=4, label="_apart")
    ax.set_ylim(count, 0)
    ax.set_yticks(
        [y for y in (0, 20, 40, 60, 80, 100) if y <= count],
        [words.number(y) for y in (0, 20, 40, 60, 80, 100) if y <= count],
    )
    ax.spines["left"].set_bounds(0, count)


def _stays(paths: np.ndarray, kinds: Sequence[str]) -> dict[str, np.ndarray]:
    """Kind → (stays, 3): the row, and the first step and the step after the last."""
    names = list(dict.fromkeys(kinds))
    code = np.array([names.index(kind) for kind in kinds])
    found: dict[str, list[tuple[int, int, int]]] = {}
    for row, path in enumerate(paths):
        shown = np.where(path < 0, -1, code[path])
        starts = [0, *(np.flatnonzero(np.diff(shown)) + 1)]
        for since, until in zip(starts, [*starts[1:], len(path)], strict=True):
            if shown[since] >= 0:
                stay = (row, int(since), min(int(until), len(path) - 1))
                found.setdefault(names[shown[since]], []).append(stay)
    return {kind: np.array(stays) for kind, stays in found.items()}


def look(kind: str, kinds: Sequence[str]) -> tuple[str, str]:
    """Ground and hatch of a kind."""
    if kind in LOOKS:
        return LOOKS[kind]
    others = [k for k in dict.fromkeys(kinds) if k not in LOOKS]
    return OTHERS[min(others.index(kind), len(OTHERS) - 1)]


def _key(ax: Axes, hundred: Hundred, labels: Labels, words: Words, **where: Any) -> None:
    from matplotlib.patches import Patch

    seen = np.unique(np.concatenate([hundred.baseline.ravel(), hundred.plan.ravel()]))
    there = {hundred.kinds[s] for s in seen if s >= 0}
    order = [k for k in (*LOOKS, *dict.fromkeys(hundred.kinds)) if k in there]
    handles = []
    for kind in dict.fromkeys(order):
        ground, hatch = look(kind, hundred.kinds)
        name = _name(kind, labels, words)
        handles.append(Patch(facecolor=ground, hatch=hatch, edgecolor=style.GREY, label=name))
    ax.legend(
        handles=handles, ncols=min(3, len(handles)), frameon=False, fontsize=style.SMALL,
        handlelength=1.4, borderaxespad=0, columnspacing=1.2, **where,
    )  # fmt: skip


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
    n, count = int(hundred.apart.sum()), len(hundred.baseline)
    if n == 0:
        return words(
            "None of {count} {citizens} has another life with the plan (95% interval: 0 to {high})",
            count=words.number(count),
            high=words.number(_interval(n, count)[1]),
        )
    low, high = _interval(n, count)
    said = {
        "count": words.number(count),
        "low": words.number(low),
        "high": words.number(high),
    }
    return words.plural(
        "{n} of {count} {citizens} has another life with the plan (95% interval: {low} to {high})",
        "{n} of {count} {citizens} have another life with the plan (95% interval: {low} to {high})",
        n,
        **said,
    )


def _interval(n: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was found as n of so many, in citizens of them."""
    z2, share = Z_975**2, n / count
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z_975 / (1 + z2 / count) * sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return count * max(middle - half, 0.0), count * min(middle + half, 1.0)


def _sentence(hundred: Hundred, words: Words) -> str:
    """What the picture can bear: after they part, two lives are luck against luck."""
    apart, count = int(hundred.apart.sum()), len(hundred.baseline)
    if apart == 0:
        return words("Each of them lives the same life in both futures.")
    return words(
        "Of {count} {citizens} {same} live the same life in both futures. Those whose lives part "
        "have their own luck from then on, so one of them may fare worse with the plan; what it "
        "does on average, the other charts show.",
        count=words.number(count),
        same=words.number(count - apart),
    )


def _note(hundred: Hundred, words: Words) -> str:
    note = words.plural(
        "A row is {who} of {n} future, in the same place in both panels; above the line, those "
        "whose life is another.",
        "A row is {who}, one of each of {n} futures, in the same place in both panels; above the "
        "line, those whose life is another.",
        len(hundred.baseline),
        who=words("a {citizen} who comes in the course of the years")
        if (hundred.baseline[:, 0] < 0).any()
        else words("a {citizen} of the first day"),
    )
    if not hundred.fresh:
        return note
    return f"{note} {words('The lives are drawn for this picture, by the same chances.')}"
