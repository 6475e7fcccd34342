"""The charts of a run as drawings that stand in the page itself.

The same figures as in the folder of charts. Inside HTML an ``<svg>`` needs no namespaces and no
style sheet of its own (it would reach out over the whole page), so both are taken away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from markupsafe import Markup

from simlab.charts import all_charts, svg
from simlab.report.parts import Picture
from simlab.result.answer import Answer
from simlab.words import Words

_SHEET = re.compile(r"<style\b.*?</style>", re.DOTALL)
_NAMESPACE = re.compile(r'\sxmlns(:\w+)?="[^"]*"')


def pictures(
    answer: Answer, words: Words, drawn: Mapping[str, str] | None = None
) -> dict[str, Picture]:
    """Name → drawing: payback-curve, payback-dots, balance, people.

    ``drawn`` holds the drawings by name where they have been made already.
    """
    if drawn is None:
        drawn = {name: svg(figure, name) for name, figure in all_charts(answer, words).items()}
    return {name: Picture(inline(element)) for name, element in drawn.items()}


def inline(element: str) -> Markup:
    """An ``<svg>`` element from matplotlib, which escapes every text it writes, for a page."""
    opening, rest = _SHEET.sub("", element).split(">", 1)
    return Markup(f"{_NAMESPACE.sub('', opening)}>{rest}")


def alone(element: Markup) -> str:
    """The drawing as a document of its own again, with namespaces, and ends of lines as drawn."""
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return str(element).replace("<svg ", f'<svg {spaces} stroke-linejoin="round" ', 1)


def spoken(element: Markup) -> str:
    """What the drawing says in words."""
    found = re.search(r'aria-label="([^"]*)"', element)
    return unescape(found[1]) if found else ""


def shown(drawn: Mapping[str, Picture], *names: str) -> tuple[Picture, ...]:
    """Those of the named pictures that there are."""
    return tuple(drawn[name] for name in names if name in drawn)
