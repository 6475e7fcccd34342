"""What the report is made of: sections of sentences, key figures, pictures and tables.

They hold finished text. The template decides how they look, and escapes every word of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup


def capital(text: str) -> str:
    """A phrase as a cell or a line begins with it."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> str:
    """A text that stays on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure or a text in a table; ``beside`` stands small below it.

    gap: something is missing here · code: a path or a hash · key: the colour it has in a picture
    """

    text: str
    beside: str = ""
    gap: bool = False
    code: bool = False
    key: str = ""


Row = Sequence[Cell | str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, or of plain texts; the first of a row is its heading.

    numbers : the columns of figures    width : how the columns share the page
    """

    caption: str
    header: tuple[str, ...]
    rows: Sequence[Row]
    numbers: range = range(1, 100)  # all but the first
    unit: str = ""
    width: Literal["", "even", "labels", "list", "narrow", "wide"] = ""

    def __post_init__(self) -> None:
        cells = tuple(
            tuple(Cell(cell) if isinstance(cell, str) else cell for cell in row)
            for row in self.rows
        )
        object.__setattr__(self, "rows", cells)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The value that is read first, and the lines that say how sure it is."""

    label: str
    value: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG drawing that can stand in a page."""

    svg: Markup
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Explorer:
    """What a page needs to compute anew what its reader asks; see ``explore.js``.

    labels : the words of the form · content : what the script reads, as JSON can hold it
    """

    labels: dict[str, str]
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, in the order of the fields."""

    anchor: str
    heading: str
    text: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    answers: tuple[KeyFigure, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    explorer: Explorer | None = None  # on a screen only
