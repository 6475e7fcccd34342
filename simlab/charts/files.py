"""Charts as files for a memo, and as SVG for a page.

The same figure gives the same bytes: ids in the SVG come from a fixed salt, and no date is
written. Text is drawn as outlines, so that a chart looks the same where the font is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from simlab.charts import style
from simlab.charts.balance_fan import balance_fan
from simlab.charts.lives import lives_figure
from simlab.charts.money_by_year import cost_and_saving_figure, payers
from simlab.charts.payback_curve import payback_curve
from simlab.charts.payback_dots import payback_dots
from simlab.charts.people_by_state import people_figure
from simlab.charts.variance_sources import variance_sources
from simlab.charts.what_matters import what_matters
from simlab.result.answer import Answer
from simlab.study.arguments import public
from simlab.words.first_sentence import first_sentence
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 200
_LONG = re.compile(r"-?\d+\.\d{3,}")
_SPACE = re.compile(r"\s*\n\s*|(?<=[A-Z]) ")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPOKEN = ("title", "caption", "note")


@public
def all_charts(answer: Answer, words: Words = ENGLISH) -> dict[str, Figure]:
    """The charts of a run in its opening perspective, by name; those that a run has nothing for
    are left out."""
    payback = answer.payback[answer.perspective]
    certain = answer.without_chance.get(answer.perspective)
    start = answer.dates[0]
    sentence = first_sentence(answer, words)
    axes = {
        "payback-curve": payback_curve(
            payback,
            words=words,
            start=start,
            without_chance=certain,
            if_nothing=answer.if_nothing,
            sentence=sentence,
        ),
        "payback-dots": payback_dots(payback, words=words, start=start, sentence=sentence),
        "balance": balance_fan(payback, words=words, start=start),
        **_of_uncertainty(answer, words),
    }
    drawn = {name: style.figure_of(ax) for name, ax in axes.items()}
    years = answer.years
    if payers(years):
        drawn["cost-and-saving"] = cost_and_saving_figure(
            years, first=answer.perspective, words=words
        )
    if answer.people.states:
        drawn["people"] = people_figure(
            answer.people, steps_per_year=payback.steps_per_year, words=words, start=start
        )
    if answer.lives is not None:
        drawn["lives"] = lives_figure(
            answer.lives,
            labels=dict(zip(answer.people.states, answer.people.labels, strict=True)),
            steps_per_year=payback.steps_per_year,
            words=words,
            start=start,
        )
    return drawn


def _of_uncertainty(answer: Answer, words: Words) -> dict[str, Axes]:
    """Where the uncertainty comes from, and which figures matter."""
    figures, drawn = answer.opening, {}
    if any(figures.variance_share.known.values()):
        drawn["variance-sources"] = variance_sources(figures.variance_share, words=words)
    if figures.drivers.measure is not None:
        drawn["what-matters"] = what_matters(
            figures.drivers, horizon=answer.horizon_years, labels=answer.labels, words=words
        )
    return drawn


@public
def save_charts(answer: Answer, folder: Path, words: Words = ENGLISH) -> dict[str, Path]:
    """Draw every chart into ``folder`` as .svg and .png; file name → where it lies."""
    return save(all_charts(answer, words), folder)


@public
def save(figures: dict[str, Figure], folder: Path) -> dict[str, Path]:
    """Write figures that are drawn already; file name → where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for name, figure in figures.items():
        vector, pixels = folder / f"{name}.svg", folder / f"{name}.png"
        vector.write_text(svg(figure, name), encoding="utf-8", newline="\n")
        pixels.write_bytes(png(figure))
        written |= {vector.name: vector, pixels.name: pixels}
    return written


@public
def svg(figure: Figure, name: str = "chart") -> str:
    """The figure as an ``<svg>`` element, ready for HTML or a file of its own.

    ``name`` precedes every id, so that several charts share a page; title and sentence are there
    for those who listen.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    page = StringIO()
    with (
        style.as_shipped(**{"svg.hashsalt": "simlab", "svg.fonttype": "path"}),
        _drawn_once(figure, 72),
    ):
        FigureCanvasSVG(figure).print_svg(page, metadata={"Date": None, "Creator": None})
    element = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", page.getvalue())
    element = element[element.index("<svg") :]
    element = re.sub(r"\s*<metadata>.*?</metadata>", "", element, count=1, flags=re.DOTALL)
    element = _short(element)
    element = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", element)
    spoken = escape(_NOT_XML.sub("", " ".join(alternative(figure))), quote=True)
    return element.replace("<svg ", f'<svg role="img" aria-label="{spoken}" ', 1)


def _short(element: str) -> str:
    """The same drawing in half the bytes: places to a hundredth of a point, and no empty lines."""
    return re.sub(r' d="[^"]*"', lambda path: _SPACE.sub("", _rounded(path[0])), element)


def _rounded(text: str) -> str:
    return _LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text)


def png(figure: Figure) -> bytes:
    """The figure as pixels, for a document that takes no drawings."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    pixels = BytesIO()
    with style.as_shipped(), _drawn_once(figure, DPI):
        FigureCanvasAgg(figure).print_png(pixels, metadata={"Software": None})
    return pixels.getvalue()


@contextmanager
def _drawn_once(figure: Figure, dpi: float) -> Iterator[None]:
    """Drawn by a canvas itself, where ``Figure.savefig`` would draw twice. The layout, half of the
    work, is kept from the first drawing on."""
    from matplotlib.text import Text

    canvas, before = figure.canvas, figure.dpi
    figure.dpi = dpi
    for text in figure.findobj(Text):
        text.set_parse_math(False)  # names of a study are no mathematics, whatever signs they hold
    try:
        yield
    finally:
        figure.dpi = before
        figure.set_canvas(canvas)
        figure.set_layout_engine("none")


def alternative(figure: Figure) -> list[str]:
    """What the chart says in words: its title, its sentence, its note."""
    from matplotlib.text import Text

    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    spoken = {text.get_gid(): " ".join(text.get_text().split()) for text in texts}
    return [spoken[gid] for gid in _SPOKEN if gid in spoken]
