"""The answer for those who live in Excel: numbers as numbers, and a study's text as text.

A title that begins with ``=`` is a title: every text goes through ``write_string``, and the
workbook turns no string into a formula or a link. Formulas are `Live` cells, made of cell
references and words of the program's own. The same result gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

from simlab.report.sheets import sheets
from simlab.report.sheets.sheet import Chart, Column, Live, Sheet, Typed
from simlab.result.answer import Answer
from simlab.words import Words

FIGURES = {
    "count": "#,##0.0",
    "money": "#,##0",
    "exact": "#,##0.00",
    "share": "0.00%",
    "years": "0.00",
    "whole": "0",
    "factor": "0.0000",
}
FORMATS: dict[str, dict[str, Any]] = {
    **{name: {"num_format": how, "valign": "top"} for name, how in FIGURES.items()},
    # typed in, and there to be changed
    **{
        f"{name}_in": {"num_format": how, "valign": "top", "font_color": "#1F4E9E"}
        for name, how in FIGURES.items()
    },
    "text": {"text_wrap": True, "valign": "top"},
    "line": {"valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top", "align": "center"},
    "choice": {"bold": True, "font_color": "#1F4E9E", "bg_color": "#FFF4CC", "border": 1},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1},
    "strong": {"bold": True, "text_wrap": True, "valign": "top"},
    "strong_right": {"bold": True, "text_wrap": True, "valign": "bottom", "align": "right"},
    "strong_year": {"bold": True, "num_format": "0", "bottom": 1},
    "gap": {"text_wrap": True, "valign": "top", "italic": True, "font_color": "#8A3B00"},
}
LONGEST = 32_767  # characters in a cell of Excel
LINE, TALLEST = 15.0, 409.0  # points: of a line, and of a row in Excel
WIDEST = 420.0  # characters on a page across that can still be read
_FORMULA = re.compile(r"=|[^!]+!\$?[A-Z]+\$?\d")
CHART = {"width": 760, "height": 380}  # pixels
INK, GRID = "#333333", "#D9D9D9"


def write_workbook(answer: Answer, path: Path, words: Words) -> None:
    """Write the workbook to ``path``."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        # a fixed day, so that the same result is the same file
        workbook.set_properties({"created": datetime(2000, 1, 1), "author": "simlab"})
        formats = {name: workbook.add_format(how) for name, how in FORMATS.items()}
        for sheet in sheets(answer, words):
            page = workbook.add_worksheet(sheet.name)
            _write(page, sheet, formats)
            for chart in filter(lambda chart: chart.series, sheet.charts):  # none: nothing changes
                page.insert_chart(*chart.at, _drawn(workbook, chart, sheet.name), {"x_offset": 8})


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, formats["head"])
    page.freeze_panes(*sheet.frozen)
    page.set_landscape()
    page.set_paper(9)  # A4
    if sum(column.width for column in sheet.columns) > WIDEST:
        page.set_print_scale(45)
        page.repeat_columns(0, sheet.frozen[1] - 1)
    else:
        page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    _heighten(page, 0, [(column.title, "head") for column in sheet.columns], sheet.columns)
    for line, row in enumerate(sheet.cells(), start=1):
        _heighten(page, line, row, sheet.columns)
        for place, value in enumerate(row):
            _put(page, line, place, value, formats)
    for choice in sheet.choices:
        allowed = {"validate": "list", "source": f"={choice.among}"}
        page.data_validation(choice.row, choice.column, choice.row, choice.column, allowed)


def _heighten(page: Any, line: int, row: Sequence[Typed], columns: Sequence[Column]) -> None:
    """Make room for texts of several lines: not every reader does so by itself."""
    most = 1
    for (value, how), column in zip(row, columns, strict=False):
        if isinstance(value, str) and FORMATS[how].get("text_wrap"):
            bold = 1.1 if FORMATS[how].get("bold") else 1.0
            broken = (
                ceil(bold * len(text) / (1.05 * column.width))
                for text in value[:LONGEST].split("\n")
            )
            most = max(most, sum(max(lines, 1) for lines in broken))
    if most > 1:
        page.set_row(line, min(most * LINE, TALLEST))


def _put(page: Any, line: int, column: int, value: Typed, formats: dict[str, Any]) -> None:
    match value:
        case (None, _):
            return
        case (Live(formula=formula, value=known), how):
            page.write_formula(line, column, formula, formats[how], known)
        case (str(text), how):
            page.write_string(line, column, text[:LONGEST], formats[how])
        case (number, how):
            page.write_number(line, column, number, formats[how])


def _drawn(workbook: Any, chart: Chart, own: str) -> Any:
    """A chart with its series; names that begin with = stay names."""
    drawn = workbook.add_chart({"type": chart.kind})
    for series in chart.series:
        sheet = series.sheet or own
        line = {"color": series.color, "width": 2.0}
        if series.dashed:
            line["dash_type"] = "dash"
        look = {"line": line} if chart.kind == "line" else {"fill": {"color": series.color}}
        drawn.add_series(
            {
                "name": _name(series.name),
                "categories": [sheet, *series.x],
                "values": [sheet, *series.y],
                **look,
            }
        )
    font = {"name": "Calibri", "size": 10, "color": INK, "bold": False}
    drawn.set_title({"name": _name(chart.title), "name_font": {**font, "size": 12, "bold": True}})
    axis: dict[str, Any] = {"num_font": font, "label_position": "low", "line": {"color": INK}}
    if chart.x_title is not None:
        axis |= {"name": _name(chart.x_title), "name_font": font}
    if chart.is_dated:
        axis |= {"date_axis": True, "num_format": "yyyy", "major_unit": 1}
        axis |= {"major_unit_type": "years"}
    drawn.set_x_axis(axis)
    upright: dict[str, Any] = {"num_font": font, "num_format": chart.y_format, "name_font": font}
    upright |= {
        "name": _name(chart.y_title),
        "major_gridlines": {"visible": True, "line": {"color": GRID}},
    }
    if chart.y_most is not None:
        upright |= {"min": 0, "max": chart.y_most}
    drawn.set_y_axis(upright)
    drawn.set_legend({"position": "bottom", "font": font})
    drawn.set_size(CHART)
    return drawn


def _name(name: str) -> str:
    """A name in a chart as XlsxWriter takes it for a text, not for a formula.

    "=x" it takes for one, and so "cmd|' /C calc'!A0" without any sign before it, which Excel would
    offer to run.
    """
    return f" {name.replace('!', '! ')}" if _FORMULA.match(name) else name
