"""The memo as a document that a word processor opens, for whoever has to change a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlab.charts.style import minus
from simlab.memo.content import Memo
from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import spoken
from simlab.words import Words

if TYPE_CHECKING:
    from docx.document import Document

LOCALES = {"en": "en-GB", "da": "da-DK"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(memo: Memo, path: Path, words: Words, images: Mapping[str, Path]) -> None:
    """Write the memo to ``path``; ``images`` are the charts by name, as PNG."""
    document = _empty(memo, words)
    document.add_paragraph(_text(memo.to))
    document.add_heading(_text(memo.title), level=1)
    first, second = memo.pages
    for section in first:
        _add(document, section, images)
    document.add_paragraph().paragraph_format.page_break_before = True
    for section in second:
        _add(document, section, images)
    document.save(str(path))


def _empty(memo: Memo, words: Words) -> Document:
    """A page of A4 with the memo's language, and type small enough for two pages."""
    from docx import Document as new
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = new()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(16)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(9.5)
    normal.paragraph_format.space_after = Pt(4)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {})
    language.set(qn("w:val"), LOCALES[words.lang])
    normal.element.get_or_add_rPr().append(language)
    about = document.core_properties
    about.title, about.author, about.language = _text(memo.title), "simlab", LOCALES[words.lang]
    if memo.when is not None:
        about.created = about.modified = datetime.combine(memo.when, time(), UTC)
    return document


def _add(document: Document, section: Section, images: Mapping[str, Path]) -> None:
    """A section: its sentences, charts, tables and points."""
    document.add_heading(_text(section.heading), level=2)
    for said in section.text:
        document.add_paragraph(_text(said))
    for name, picture in zip(PICTURES, section.pictures, strict=False):
        if name in images:
            _add_picture(document, images[name], picture)
    for table in section.tables:
        _add_table(document, table)
    for point in section.points:
        document.add_paragraph(_text(point), style="List Bullet")


PICTURES = ("payback-curve",)  # those of a memo, in their order


def _add_picture(document: Document, image: Path, picture: Picture) -> None:
    from docx.shared import Mm

    shape = document.add_picture(str(image), width=Mm(125))
    shape._inline.docPr.set("descr", spoken(picture.svg))


def _add_table(document: Document, table: Table) -> None:
    """The header repeats where a table goes on; numbers stand to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document.add_paragraph().add_run(_text(_caption(table))).bold = True
    laid = document.add_table(rows=1, cols=len(table.header), style="Light List Accent 1")
    rows: list[Any] = [[Cell(name) for name in table.header], *table.rows]
    for number, row in enumerate(rows):
        cells = laid.rows[0].cells if number == 0 else laid.add_row().cells
        for column, (cell, of) in enumerate(zip(cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if column in table.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(_text(of.text))
            run.font.size, run.bold = Pt(8), number == 0
            if of.beside:
                small = paragraph.add_run("\n" + _text(of.beside))
                small.font.size, small.bold = Pt(7), False
    header = laid.rows[0]._tr.get_or_add_trPr()
    repeated = header.makeelement(qn("w:tblHeader"), {})
    repeated.set(qn("w:val"), "true")
    header.append(repeated)
    document.add_paragraph()


def _caption(table: Table) -> str:
    return f"{table.caption} ({table.unit})" if table.unit else table.caption


def _text(said: str) -> str:
    """As XML can hold it, with a minus where a number is negative."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", minus(said))
