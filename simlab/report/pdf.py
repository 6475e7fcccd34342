"""The report on paper: the same sections as the page, set by Typst into a PDF.

Typst (typst.app, Apache licence) is a typesetter in one wheel: no browser, no TeX. It draws our
charts as lines, not pixels, embeds the fonts that matplotlib ships, and tags what it sets
(PDF/UA-1), so that a screen reader finds headings, tables and the words of a chart. ``report.typ``
is the look alone; all text is handed over as JSON, and a string is never read as markup. The same
result gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from simlab.charts.style import minus
from simlab.report.html import about
from simlab.report.parts import Section
from simlab.report.pictures import alone, pictures, spoken
from simlab.report.sections import sections
from simlab.result.answer import Answer
from simlab.words import Words
from simlab.words.first_sentence import first_sentence

TEMPLATE = Path(__file__).parent / "report.typ"
NOT_ON_PAPER = {"anchor", "explorer"}  # fields of a section that need a screen
WHOLE = {"language", "title", "page", "spoken"}  # texts that are not broken within a word
UNKNOWN = "\ufffd"
_LONG = re.compile(r"\S{18,}")
_JOINT = re.compile(r"(?<=[._/:,=-])(?=\w)")  # where a path or an address may be broken
# Danish compounds are broken where their words meet, which no patterns of syllables know
_COMPOUND = re.compile(
    r"(?i)((?:afklarings|aktivitets|arbejds|beregnings|beskæftigelses|betalings|dagpenge|fleks"
    r"|forløbs|forsørgelses|forsørger|fortrængnings|førtids|fuldtids|handicap|integrations|kontant"
    r"|ledigheds|lognormal|ressource|sagsbehandler|sammenlignings|service|syge|uddannelses|udgifts"
    r"|udviklings|virksomheds))(?=\w{4})"
)


def write_pdf(
    answer: Answer,
    path: Path,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    drawn: Mapping[str, str] | None = None,
) -> None:
    """Write the report to ``path`` as PDF; ``drawn`` the charts by name if they are drawn."""
    shown = pictures(answer, words, drawn)
    path.write_bytes(pdf(answer, sections(answer, shown, provenance or {}, words), words))


def pdf(answer: Answer, parts: list[Section], words: Words) -> bytes:
    """The sections under the finding; what needs a screen is left out."""
    paper = [section for section in parts if section.explorer is None]
    sentence = first_sentence(answer, words)
    content = {
        "language": words.lang,
        "title": words.text(answer.title).strip() or sentence,
        "finding": sentence,
        "about": about(answer, words),
        "page": words("page {n} of {of}", n="{n}", of="{of}"),
        "sections": [as_read(section) for section in paper],
        "footer": words("Computed by simlab, a Monte Carlo simulator of municipal investments."),
    }
    return typeset(TEMPLATE, content)


def typeset(template: Path, content: Mapping[str, Any], **inputs: str) -> bytes:
    """The PDF that a template makes of its content, and of ``inputs`` beside it."""
    import typst

    return bytes(typst.compile(pdf_standards=["ua-1"], **_asked(template, content, inputs)))


def pages_of(template: Path, content: Mapping[str, Any], **inputs: str) -> int:
    """How many pages that would be, as the template notes at its ``<end>``."""
    import typst

    said = typst.query(
        selector="<end>", field="value", one=True, **_asked(template, content, inputs)
    )
    return int(json.loads(said))


def _asked(template: Path, content: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, Any]:
    """What Typst is asked to set, with the fonts that matplotlib brings and no others."""
    return {
        "input": str(template),
        "root": str(template.parents[1]),
        "font_paths": [str(_fonts())],
        "ignore_system_fonts": True,
        "sys_inputs": {"report": json.dumps(_on_paper(content), default=list), **inputs},
    }


def as_read(section: Section) -> dict[str, Any]:
    """A section as the template reads it."""
    text = {name: of for name, of in asdict(section).items() if name not in NOT_ON_PAPER}
    text["pictures"] = [
        {"svg": alone(each.svg), "spoken": spoken(each.svg), "caption": each.caption}
        for each in section.pictures
    ]
    return text


def _on_paper(content: Any, name: str = "") -> Any:
    """Texts as paper takes them: minus signs, places to break what is long, known characters."""
    if isinstance(content, dict):
        return {key: _on_paper(value, key) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_on_paper(value, name) for value in content]
    if not isinstance(content, str) or name == "svg":
        return content
    text = "".join(c if ord(c) in _characters() else UNKNOWN for c in minus(content))
    if name in WHOLE:
        return text
    text = _LONG.sub(lambda long: _JOINT.sub("\u200b", long[0]), text)
    return _COMPOUND.sub("\\1\u00ad", text)


@cache
def _characters() -> frozenset[int]:
    """What can be shown: what has a glyph, and turns no other words around."""
    from matplotlib.ft2font import FT2Font

    known = set(FT2Font(str(_fonts() / "DejaVuSans.ttf")).get_charmap()) | {ord("\n")}
    return frozenset(known.difference(range(0x202A, 0x202F), range(0x2066, 0x206A)))


def _fonts() -> Path:
    """The folder of the fonts that matplotlib brings, DejaVu Sans among them."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
