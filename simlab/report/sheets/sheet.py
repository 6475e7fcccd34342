"""A sheet of the workbook: rows of values, each with the name of its format."""

from __future__ import annotations

from dataclasses import dataclass

from simlab.report.phrases import is_figure

Value = tuple[str | float | None, str]  # a text or a number, and its format; None stays empty
EMPTY: Value = (None, "text")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns (title, width), and its rows."""

    name: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Value, ...], ...]


def text(said: str) -> Value:
    """A text, whatever it begins with."""
    return said, "text"


def number(x: float | None, how: str) -> Value:
    """A number, or an empty cell where there is none."""
    return (float(x), how) if is_figure(x) else (None, how)
