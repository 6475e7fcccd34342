"""The look that the charts share: a figure as wide as the text of a memo (16 cm), light, and
readable in grey.

Colours are those of Okabe & Ito (2008, "Color Universal Design"), which the common kinds of
colour blindness keep apart; what a colour says is also said by a hatch, a line style or a marker.
Every chart is drawn as matplotlib ships (`as_shipped`), whatever a user's settings are, and leaves
these as they were. Text is never parsed as mathematics, since studies come with $ signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Looks: TypeAlias = dict[str, Any]  # what matplotlib draws a thing with

WIDTH_CM = 16.0
INCH_CM = 2.54
LINE = WIDTH_CM / INCH_CM * 72 - 16  # points of text across a whole figure

TITLE, TEXT, SMALL = 11.0, 9.0, 8.0  # points

BLUE = "#0072B2"  # the plan, and money that is back
SKY = "#56B4E9"
VERMILLION = "#D55E00"  # never
INK = "#222222"
GREY = "#595959"  # second text; 7:1 on white
FAINT = "#D9D9D9"
PALE = "#FBE9DD"  # vermillion, thinned to a ground
HATCH = "////"
DASHES = (0, (4, 2))
DOTS = (0, (1, 1.2))
SPENT: Looks = {"color": VERMILLION, "linestyle": DASHES}  # the line of the plan's cost
NEVER: Looks = {
    "facecolor": PALE,
    "edgecolor": VERMILLION,
    "hatch": HATCH,
    "linewidth": 1.0,
}
ABOVE: Looks = {  # where a key stands between the axes and the title
    "loc": "lower left",
    "bbox_to_anchor": (0, 1.0),
    "ncols": 3,
    "borderaxespad": 0.2,
    "borderpad": 0.2,
}
GROUND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.4}  # below a word

HEADING: Looks = {  # the look of the finding
    "fontsize": TITLE,
    "fontweight": "bold",
    "color": INK,
    "parse_math": False,
    "gid": "title",
}


@contextmanager
def as_shipped(**more: Any) -> Iterator[None]:
    """Within, and in functions that it decorates, matplotlib's own settings hold: none of a
    matplotlibrc, a style or a notebook. ``more`` is set beside them.

    What is no matter of looks, the backend above all, stays the user's.
    """
    import matplotlib.style

    with matplotlib.style.context(["default", more]):
        yield


def figure(height_cm: float) -> Figure:
    """An empty figure of memo width, outside pyplot's list of figures."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    size = (WIDTH_CM / INCH_CM, height_cm / INCH_CM)
    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
    return Figure(figsize=size, layout=layout, facecolor="white")


def panels(
    count: int, columns: int, row_cm: float, *, key: float = 0.08, share: str = ""
) -> tuple[Figure, list[Axes], Axes]:
    """A figure of so many panels in ``columns``, and below its title the thin axes of their key.

    key : its height, in panels    share : the axis that the panels have in common, x or y
    """
    rows = -(-count // columns)
    whole = figure(height_cm=3.6 + row_cm * rows)
    grid = whole.add_gridspec(rows + 1, columns, height_ratios=[key] + [1.0] * rows)
    drawn: list[Axes] = []
    for place in range(count):
        common = {f"share{share}": drawn[0]} if share and drawn else {}
        ax = whole.add_subplot(grid[1 + place // columns, place % columns], **common)
        drawn.append(axes(ax, 0.0))
    of_key = whole.add_subplot(grid[0, :])
    of_key.set_axis_off()
    return whole, drawn, of_key


def panel_title(ax: Axes, text: str) -> None:
    """What one panel of several shows."""
    ax.set_title(text, loc="left", fontsize=TEXT, color=INK, parse_math=False)


def axis_names(ax: Axes, x: str = "", y: str = "", **how: Any) -> None:
    """What the axes count, where it has to be said."""
    for text, name in ((x, ax.set_xlabel), (y, ax.set_ylabel)):
        if text:
            name(text, fontsize=SMALL, color=GREY, parse_math=False, **how)


def legend(ax: Axes, handles: Sequence[Any], names: Sequence[str], **how: Any) -> None:
    """A key to lines and grounds, without a frame."""
    spaced = {"borderaxespad": 0, "frameon": False, "fontsize": SMALL}
    ax.legend(handles, names, **spaced | how)


def mark(ax: Axes, x: float, y: float, fill: str, edge: str, **how: Any) -> None:
    """A dot, or another ``marker``, filled and edged."""
    shape: Looks = {"marker": "o", "markersize": 6.0, "linestyle": "none"}
    ax.plot([x], [y], markerfacecolor=fill, markeredgecolor=edge, **shape | how)


def axes(ax: Axes | None, height_cm: float) -> Axes:
    """The given axes, or those of a new figure, dressed."""
    if ax is None:
        ax = figure(height_cm).add_subplot()
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(color=GREY, linewidth=0.8)
    ax.tick_params(labelsize=SMALL, colors=GREY, labelcolor=INK, width=0.8, length=3)
    ax.set_facecolor("white")
    return ax


def minus(text: str) -> str:
    """A minus sign where a hyphen stands for one."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def title(ax: Axes, text: str, pad: float = 8.0) -> None:
    """The finding, above the axes, in as many lines as it needs."""
    lines = balanced(minus(text), room(ax), TITLE, "bold")
    ax.set_title(lines, loc="left", pad=pad, **HEADING)


def caption(ax: Axes, sentence: str, note: str = "", below: float = 24.0) -> None:
    """The sentence below the axes, ``below`` points down or by a line more where the axis has a
    name, and a smaller note under it."""
    below += 12.0 if ax.get_xlabel() else 0.0
    lines = wrap(minus(sentence), room(ax), TEXT)
    _under(ax, lines, below, TEXT, INK, "caption")
    if note:
        below += 1.25 * TEXT * (lines.count("\n") + 1) + 3
        _under(ax, wrap(minus(note), room(ax), SMALL), below, SMALL, GREY, "note")


def figure_of(ax: Axes) -> Figure:
    """The figure the axes are in, subfigures or not."""
    found = ax.get_figure(root=True)
    assert found is not None, "the axes were removed from their figure"
    return found


def figure_title(figure: Figure, text: str) -> None:
    """The finding above all panels."""
    lines = balanced(minus(text), LINE, TITLE, "bold")
    figure.suptitle(lines, x=8 / (LINE + 16), ha="left", **HEADING)


def figure_caption(figure: Figure, text: str) -> None:
    """The sentence below all panels."""
    # hinting draws letters a little wider than they are
    lines = wrap(minus(text), 0.96 * LINE, TEXT)
    looks: Looks = {"fontsize": TEXT, "color": INK, "parse_math": False, "gid": "caption"}
    figure.supxlabel(lines, x=8 / (LINE + 16), ha="left", **looks)


def _under(ax: Axes, text: str, below: float, size: float, color: str, gid: str) -> None:
    placed: Looks = {"xycoords": "axes fraction", "offset": (0, -below), "va": "top", "ha": "left"}
    label(ax, 0, 0, text, fontsize=size, color=color, gid=gid, bbox=None, **placed)


def room(ax: Axes) -> float:
    """Points of text that the axes have room for, before layout: they span nearly the figure
    when alone, and their own share of it beside others."""
    grid = ax.get_gridspec()
    columns = grid.ncols if grid else 1
    return figure_of(ax).get_figwidth() * 72 * 0.85 / columns


def balanced(text: str, points: float, size: float, weight: str = "normal") -> str:
    """The text in as few lines as ``wrap`` needs, of nearly equal length: no last word alone."""
    lines = wrap(text, points, size, weight)
    for part in range(60, 100, 4):
        narrower = wrap(text, points * part / 100, size, weight)
        if narrower.count("\n") == lines.count("\n"):
            return narrower
    return lines


def wrap(text: str, points: float, size: float, weight: str = "normal") -> str:
    """The text in lines no longer than ``points``; an amount of money is never split."""
    lines: list[str] = []
    held = re.sub(r"\bDKK (\S+) (million|billion|thousand)", "DKK\u00a0\\1\u00a0\\2", text)
    for word in held.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= points:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines).replace("\u00a0", " ")


def cut(text: str, points: float, size: float) -> str:
    """The text, or as many whole words of it as ``points`` have room for and an ellipsis."""
    if width(text, size) <= points:
        return text
    words = text.split(" ")
    while len(words) > 1 and width(" ".join(words) + " …", size) > points:
        words.pop()
    return " ".join(words).rstrip(",:;") + " …"


@lru_cache(maxsize=4096)
def width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a line of text, points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def label(ax: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """A word beside the thing it names, on a white ground where it crosses a line."""
    offset = how.pop("offset", (0, 0))
    looks: Looks = {"fontsize": SMALL, "color": INK, "va": "center", "bbox": GROUND} | how
    placed: Looks = {"xytext": offset, "textcoords": "offset points", "annotation_clip": False}
    ax.annotate(minus(text), (x, y), parse_math=False, **placed, **looks)


def names(
    ax: Axes, x: float, named: Sequence[tuple[float, str, str]], *, gap: float = 0.065
) -> None:
    """Names (height, text, colour) of what ends there, moved apart where they would collide by
    less than ``gap`` of the height of the axes."""
    bottom, top = ax.get_ylim()
    places = apart([height for height, *_ in named], gap * (top - bottom), bottom, top)
    for place, (_, text, color) in zip(places, named, strict=True):
        weight = "normal" if color in (GREY, INK) else "bold"
        label(ax, x, place, text, ha="left", color=color, fontweight=weight)


def apart(values: list[float], gap: float, low: float, high: float) -> list[float]:
    """The values moved as little as needed to stand ``gap`` apart between ``low`` and ``high``, in
    the same order.

    Neighbours that are too close become one group around their common centre (the pool-adjacent-
    violators algorithm of isotonic regression).
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    groups: list[tuple[float, int]] = []  # sum of the values, members

    def centre(total: float, members: int) -> float:
        room = gap * members / 2
        return max(min(total / members, high - room), low + room)

    for i in order:
        total, members = values[i], 1
        while groups and (
            centre(total, members) - centre(*groups[-1]) < gap * (members + groups[-1][1]) / 2
        ):
            more, others = groups.pop()
            total, members = total + more, members + others
        groups.append((total, members))
    moved = [centre(s, n) + gap * (k - (n - 1) / 2) for s, n in groups for k in range(n)]
    places = dict(zip(order, moved, strict=True))
    return [places[i] for i in range(len(values))]
