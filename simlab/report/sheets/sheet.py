"""A sheet of the workbook: columns of a kind, rows of values, and charts of them.

A value is a text, a number, a day, a `Spread` (its mean and 80 % range, a column each), or a `Live`
formula with what it is when the file is written, for readers that do not calculate. It has the
format of its column unless it brings its own. No text of a study is ever part of a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from simlab.result.figures import Spread
from simlab.words import Words
from simlab.words.phrases import is_figure


@dataclass(frozen=True, slots=True)
class Live:
    """A formula, and its value."""

    formula: str
    value: float | str


Typed = tuple[str | float | Live | None, str]  # a value and its format; None stays empty
Value: TypeAlias = "str | float | date | Live | Spread | Typed | None"
Row = tuple[Value, ...]
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


class Column(NamedTuple):
    """A column: its title, its width in characters, and the format of its values."""

    title: str
    width: float
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, and its rows."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    frozen: tuple[int, int] = (1, 1)

    def cells(self) -> Iterator[list[Typed]]:
        """The rows, every value with its format."""
        kinds = [column.kind for column in self.columns]
        for row in self.rows:
            values = [x for value in row for x in _parts(value)]
            yield [typed(x, kind) for x, kind in zip(values, kinds, strict=False)]


def _parts(value: Value) -> tuple[Value, ...]:
    return (value.mean, value.p10, value.p90) if isinstance(value, Spread) else (value,)


def typed(value: Value, kind: str) -> Typed:
    """A value in a format; a text is a text whatever it begins with, and no figure stays empty."""
    match value:
        case tuple():
            return value
        case date():  # as the spreadsheet counts days, so that it can be computed with
            return float((value - date(1899, 12, 30)).days), "date"
        case str():
            return value, "text"
        case Live():
            return value, kind
    return (float(value), kind) if is_figure(value) else (None, kind)


def tails(words: Words) -> tuple[str, str, str]:
    """What the columns of a `Spread` are called."""
    low, high = (words("{percent} quantile", percent=words.percent(q)) for q in (0.1, 0.9))
    return words("mean"), low, high


def spread_columns(name: str, width: float, kind: str, words: Words) -> list[Column]:
    """A column each for the mean and both ends of the range of something."""
    ends = (words("mean"), words.percent(0.1), words.percent(0.9))
    return [Column(f"{name}: {end}", width, kind) for end in ends]


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


def total(terms: Sequence[tuple[int, Spot]]) -> Live | None:
    """The sum of cells with their signs; None where there are none."""
    if not terms:
        return None
    formula = "".join(("+" if sign > 0 else "-") + spot.ref for sign, spot in terms)
    return Live("=" + formula.removeprefix("+"), sum(sign * spot.value for sign, spot in terms))
