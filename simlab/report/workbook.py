"""The answer for those who live in Excel: numbers as numbers, and a study's text as text.

A title that begins with ``=`` is a title: every text goes through ``write_string``, and the
workbook turns no string into a formula or a link. The same result gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from simlab.report.sheets import sheets
from simlab.report.sheets.sheet import Sheet
from simlab.risk.result import Result
from simlab.words import Words

FORMATS = {
    "text": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0.0", "valign": "top"},
    "money": {"num_format": "#,##0", "valign": "top"},
    "share": {"num_format": "0.00%", "valign": "top"},
    "years": {"num_format": "0.00", "valign": "top"},
    "whole": {"num_format": "0", "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1},
    "gap": {"text_wrap": True, "valign": "top", "italic": True, "font_color": "#8A3B00"},
}
LONGEST = 32_767  # characters in a cell of Excel


def write_workbook(result: Result, path: Path, words: Words) -> None:
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
        for sheet in sheets(result, words):
            _write(workbook.add_worksheet(sheet.name), sheet, formats)


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for column, (title, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, title, formats["head"])
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for line, row in enumerate(sheet.rows, start=1):
        for column, (value, how) in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                page.write_string(line, column, value[:LONGEST], formats[how])
            else:
                page.write_number(line, column, value, formats[how])
