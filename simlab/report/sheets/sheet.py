"""A sheet of the workbook: rows of values, each with the name of its format, and charts of them.

A value is a text, a number, or a `Live` formula with what it is when the file is written, for
readers that do not calculate. No text of a study is ever part of a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from simlab.words.phrases import is_figure


@dataclass(frozen=True, slots=True)
class Live:
    """A formula, and its value."""

    formula: str
    value: float | str


Value = tuple[str | float | Live | None, str]  # and its format; None stays empty
EMPTY: Value = (None, "text")
Range = tuple[int, int, int, int]  # first row and column, last row and column; 0 is the header


@dataclass(frozen=True, slots=True)
class Series:
    """A line or a row of columns in a chart; ``sheet`` None is the chart's own."""

    name: str
    x: Range
    y: Range
    color: str
    dashed: bool = False
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the spreadsheet's own, which follows its cells. ``at`` is its upper left cell."""

    kind: Literal["line", "column"]
    title: str
    y_title: str
    series: tuple[Series, ...]
    at: tuple[int, int]
    x_title: str | None = None
    y_format: str = "#,##0"
    is_dated: bool = False
    y_most: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A cell in which one of the texts of a range is chosen."""

    row: int
    column: int
    among: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns (title, width), and its rows."""

    name: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Value, ...], ...]
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    frozen: tuple[int, int] = (1, 1)


def text(said: str) -> Value:
    """A text, whatever it begins with."""
    return said, "text"


def number(x: float | None, how: str) -> Value:
    """A number, or an empty cell where there is none."""
    return (float(x), how) if is_figure(x) else (None, how)


def day(when: date) -> Value:
    """A day as the spreadsheet counts them, so that it can be computed with."""
    return float((when - date(1899, 12, 30)).days), "date"


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell(row: int, column: int, sheet: str | None = None) -> str:
    """$B$3, with the name of its sheet if it is another; the header is row 0."""
    quoted = "" if sheet is None else "'" + sheet.replace("'", "''") + "'!"
    return f"{quoted}${column_letters(column)}${row + 1}"


def cells(place: Range, sheet: str | None = None) -> str:
    """$B$3:$D$3"""
    return f"{cell(*place[:2], sheet)}:{cell(*place[2:])}"


def quoted(said: str) -> str:
    """A text of the program's own inside a formula."""
    return '"' + said.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell that a formula reads: where it is, and what it holds."""

    ref: str
    value: float


def total(terms: Sequence[tuple[int, Spot]]) -> Live:
    """The sum of cells with their signs."""
    formula = "".join(("+" if sign > 0 else "-") + spot.ref for sign, spot in terms)
    return Live("=" + formula.removeprefix("+"), sum(sign * spot.value for sign, spot in terms))
