"""The report on paper: what stands where, what a listener finds, and what a hostile study does."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from report.sample import LIFE_YEARS, PROVENANCE, sample

from simlab.charts import all_charts, svg
from simlab.charts.style import minus
from simlab.report import write_pdf
from simlab.report.parts import Section
from simlab.report.pdf import NOT_ON_PAPER, TEMPLATE, _on_paper, pdf
from simlab.report.pictures import pictures
from simlab.report.sections import sections
from simlab.words import LANGUAGES, Words, finding

MEGABYTE = 1_000_000
ODD = "Ω 中 \x07 \ud800 \u202e #let x = 1 *b* $x$ @ref `raw` ] </script> {n} \\"


@pytest.fixture(scope="module", params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


@pytest.fixture(scope="module")
def result() -> Any:
    return sample(outcomes=LIFE_YEARS)


@pytest.fixture(scope="module")
def drawn(result, words) -> dict[str, str]:
    return {name: svg(figure, name) for name, figure in all_charts(result, words).items()}


@pytest.fixture(scope="module")
def parts(result, words, drawn) -> Any:
    return sections(result, pictures(result, words, drawn), PROVENANCE, words)


@pytest.fixture(scope="module")
def content(result, words, parts) -> bytes:
    return pdf(result, parts, words)


@pytest.fixture(scope="module")
def paper(content) -> PdfReader:
    return PdfReader(BytesIO(content))


@pytest.fixture(scope="module")
def pages(paper) -> list[str]:
    """The words of each page."""
    return [bare(page.extract_text()) for page in paper.pages]


def text_of(paper: PdfReader, pages: list[str]) -> str:
    """All words but the pages' feet."""
    return "".join(page[: page.rindex(bare(paper.metadata.title))] for page in pages)


def bare(text: str) -> str:
    """Without spaces and hyphens, at which a line may end."""
    return re.sub(r"[\s\u200b\xad-]", "", minus(text))


def objects(paper: PdfReader, key: str) -> list[Any]:
    """Every dictionary of the file that has a key."""
    found = (paper.get_object(n) for n in range(1, paper.trailer["/Size"]))
    return [one for one in found if isinstance(one, dict) and key in one]


def test_the_first_page_has_the_finding_and_the_answers(result, words, paper, pages, parts):
    first = pages[0]
    assert bare(words.text(result.title)) in first
    assert bare(finding(result.payback[result.perspective], date(2015, 1, 1), words)) in first
    assert bare(parts[0].heading) in first
    assert len(parts[0].answers) == 5
    for answer in parts[0].answers:
        assert bare(answer.label) in first
        assert bare(answer.value) in first
        assert all(bare(line) in first for line in answer.beside)
    pictures_on = [one["/Pg"]["/StructParents"] for one in objects(paper, "/Alt")]
    assert pictures_on[0] <= paper.pages[1]["/StructParents"]


def test_every_section_table_and_sentence_is_on_paper(paper, pages, parts):
    said = text_of(paper, pages)
    for section in (s for s in parts if s.explorer is None):
        texts = [section.heading, *section.text, *section.warnings, *section.points]
        texts += [t.caption for t in section.tables] + [f.value for f in section.figures]
        texts += [row[0].text for t in section.tables for row in t.rows]
        assert [text for text in texts if bare(text) not in said] == []


def test_what_needs_a_screen_is_left_out(paper, pages, parts):
    (moving,) = [section for section in parts if section.explorer is not None]
    assert bare(moving.heading) not in text_of(paper, pages)


def test_paper_knows_every_field_of_a_section():
    shown = set(re.findall(r"section\.(\w+)", TEMPLATE.read_text(encoding="utf-8")))
    assert shown == {field.name for field in fields(Section)} - NOT_ON_PAPER


def test_pages_are_a4_and_numbered(paper, pages, words):
    count = len(paper.pages)
    assert count > 3
    for number, page in enumerate(paper.pages, 1):
        assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
        assert bare(words("page {n} of {of}", n=number, of=count)) in pages[number - 1]


def test_the_file_is_small_and_the_same_every_time(result, words, parts, content, tmp_path, drawn):
    assert len(content) < 2 * MEGABYTE
    write_pdf(result, tmp_path / "report.pdf", words, PROVENANCE, drawn)
    assert (tmp_path / "report.pdf").read_bytes() == content


def test_fonts_are_in_the_file(paper):
    fonts = objects(paper, "/FontName")
    assert fonts
    for font in fonts:
        assert {"/FontFile2", "/FontFile3"} & set(font), font


def test_a_listener_finds_title_language_headings_tables_and_pictures(
    paper, words, result, parts, drawn
):
    root = paper.trailer["/Root"]
    assert root["/Lang"] == words.lang
    assert root["/MarkInfo"]["/Marked"]
    assert paper.metadata.title == words.text(result.title)
    kinds = [one["/S"] for one in objects(paper, "/S") if one.get("/Type") == "/StructElem"]
    on_paper = [section for section in parts if section.explorer is None]
    assert kinds.count("/H1") + kinds.count("/H2") >= len(on_paper)
    assert kinds.count("/Table") >= sum(len(section.tables) for section in on_paper)
    spoken = [one["/Alt"] for one in objects(paper, "/Alt")]
    shown = pictures(result, words, drawn).values()
    assert len(spoken) == len(shown) and all(len(text) > 40 for text in spoken)


def test_every_string_of_a_study_is_text_and_unknown_signs_are_shown_as_unknown():
    found, words = sample(), Words()
    odd = replace(
        found,
        title={"en": ODD},
        notes=(ODD,),
        assumptions=tuple(replace(a, source=ODD, reads=ODD) for a in found.assumptions[:2]),
    )
    paper = PdfReader(BytesIO(pdf(odd, sections(odd, {}, {ODD: ODD}, words), words)))
    said = "".join(bare(page.extract_text()) for page in paper.pages)
    for text in ("#letx=1*b*$x$@ref`raw`]</script>{n}\\", "�"):
        assert said.count(text) >= 4


def test_a_study_without_a_title_is_named_by_its_finding():
    found, words = sample(title={"en": "  "}), Words()
    paper = PdfReader(BytesIO(pdf(found, [], words)))
    assert paper.metadata.title == finding(found.payback["municipality"], found.dates[0], words)


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("ledighedsydelse", "ledigheds\xadydelse"),
        ("Ressourceforløbsydelse", "Ressource\xadforløbs\xadydelse"),
        ("kontanthjælp", "kontant\xadhjælp"),
        ("services", "services"),
    ],
)
def test_danish_compounds_are_broken_where_their_words_meet(word, broken):
    assert _on_paper([{"text": word}]) == [{"text": broken}]
    assert _on_paper({"title": word}) == {"title": word}
