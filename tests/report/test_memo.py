"""The memo: two pages, of the answer's own figures, in sentences without a key path."""

import re
from datetime import date
from functools import cache
from io import BytesIO

import docx
import pypdf
import pytest
from report.sample import sample

from simlab.memo.content import Memo, memo
from simlab.memo.docx import write_docx
from simlab.memo.pdf import pdf
from simlab.report.pictures import pictures
from simlab.result.planned import planned
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.grammar import Memo as About
from simlab.study.reading import shipped_configs
from simlab.study.study import load
from simlab.words import Words

SIX = {
    "title": {"en": "Six more caseworkers", "da": "Seks ekstra sagsbehandlere"},
    "years": 8,
    "memo.to": {"en": "the employment committee", "da": "beskæftigelsesudvalget"},
    "memo.municipality": "Nyby",
    "memo.inhabitants": 45_000,
    "citizens.nearer.number": 215,
    "citizens.hard_to_move.number": 215,
    "plan.caseload.workers": 5,
    "plan.caseload.extra_workers": 6,
    "plan.caseload.until": "2022-12",
    "plan.caseload.cost_per_worker_per_year": 600_000,
    "plan.caseload.vacancy_months": 0,
}
KEY_PATH = re.compile(r"\b[a-z_]+\.[a-z_]+\.[a-z_0-9]")


@cache
def six():
    """430 people and six caseworkers at 600,000 kr. for three years."""
    return load(shipped_configs() / "programmes" / "caseload.toml").replace(SIX)


@cache
def answer():
    return run(six(), RunOptions(), draws=512, engine="expected").answer


def told(lang: str) -> Memo:
    words = Words(lang)
    return memo(
        answer(),
        words,
        about=six().form.memo,
        when=date(2026, 11, 30),
        drawn=pictures(answer(), words),
    )


def texts(of: Memo) -> str:
    """All sentences of a memo, and the cells of its tables."""
    said = [of.to, of.title]
    for section in (*of.pages[0], *of.pages[1]):
        said += [section.heading, *section.text, *section.points]
        for table in section.tables:
            said += [*table.header, *(f"{c.text} {c.beside}" for row in table.rows for c in row)]
    return "\n".join(said).replace("\N{NO-BREAK SPACE}", " ")


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]


def test_the_plan_is_what_the_study_says():
    plan = planned(six())
    assert plan.people == 430
    assert [plan.set_aside[year] for year in (2020, 2021, 2022)] == pytest.approx([3.6e6] * 3)
    assert plan.years == (2020, 2021, 2022)
    staff = plan.caseworkers
    assert staff is not None
    assert (staff.posts, staff.extra, staff.price) == (5.0, 6.0, 600_000.0)
    assert staff.cases == pytest.approx(430 / 5)
    assert staff.cases_with_plan == pytest.approx(430 / 11)
    assert plan.hangs_on_effects


def test_posts_that_stand_empty_are_set_aside_for_all_the_same():
    empty = planned(six().replace({"plan.caseload.vacancy_months": 3}))
    assert empty.set_aside[2020] == pytest.approx(3.6e6)
    assert empty.caseworkers is not None
    assert empty.caseworkers.vacancy_months == 3


def test_page_one_says_what_the_plan_is():
    said = texts(told("da"))
    for text in (
        "Notat til beskæftigelsesudvalget, 30. november 2026",
        "Nyby har 45.000 indbyggere og en kommuneskat på 25,1 pct. Indsatsen",
        "Indsatsen er for 430 personer ved start",
        "Der oprettes 6 ekstra årsværk til sagsbehandlere i 2020–2022.",
        "falder antallet af sager pr. sagsbehandler fra 86 til 39.",
        "Et årsværk koster 600.000 kr. om året.",
        "Der afsættes 3,6 mio. kr. om året i 2020–2022, i alt 10,8 mio. kr.",
        "Virker indsatsen slet ikke, er 10,8 mio. kr. brugt, og intet er sparet.",
    ):
        assert text in said, text
    assert "Memo to the employment committee, 30 November 2026" in texts(told("en"))


def test_the_answer_is_that_of_the_run():
    of, words = answer().opening.payback, Words("en")
    said = texts(told("en"))
    assert f"back within five years is {words.percent(of.within[5].chance, 1)}" in said
    for warning in answer().warnings:
        assert words.say(warning.message).split(" (")[0][:40] in said


def test_the_budget_adds_up():
    """Set aside; then the lines, which sum to the net, in each year and in all."""
    (section,) = [s for s in told("en").pages[1] if s.anchor == "money"]
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in section.tables[0].rows}
    assert rows["Set aside"] == ["3.6", "3.6", "3.6", "0.0", "10.8"]
    names = list(rows)
    lines = names[names.index("Set aside") + 1 : names.index("Net")]
    for column in range(5):
        total = sum(float(rows[name][column]) for name in lines)
        assert total == pytest.approx(float(rows["Net"][column]), abs=0.05 * len(lines))


@pytest.mark.parametrize("lang", ["en", "da"])
def test_two_pages_without_a_key_path(lang):
    found = pages(pdf(told(lang), Words(lang)))
    assert len(found) == 2
    assert not KEY_PATH.search("\n".join(found).replace("\u200b", ""))
    assert ("In short", "Kort fortalt")[lang == "da"] in found[0]
    assert ("Money in the budget", "Økonomi i budgettet")[lang == "da"] in "".join(found)


def test_the_same_answer_gives_the_same_bytes():
    assert pdf(told("da"), Words("da")) == pdf(told("da"), Words("da"))


def test_the_document_says_what_the_paper_says(tmp_path):
    of, words = told("da"), Words("da")
    write_docx(of, tmp_path / "memo.docx", words, {})
    document = docx.Document(str(tmp_path / "memo.docx"))
    said = {p.text for p in document.paragraphs}
    for section in (*of.pages[0], *of.pages[1]):
        wanted = {section.heading, *section.text, *section.points}
        assert {one.replace("-", "−") for one in wanted} <= {one.replace("-", "−") for one in said}
    laid = [[cell.text.split("\n")[0] for cell in row.cells] for row in document.tables[0].rows]
    assert laid[0] == list(of.pages[1][0].tables[0].header)
    assert len(laid) == 1 + len(of.pages[1][0].tables[0].rows)
    assert document.core_properties.language == "da-DK"


def test_an_answer_without_budget_or_plan_has_a_memo():
    words = Words("en")
    short = memo(sample(), words, about=About.model_validate({}))
    assert short.to == "Memo"
    assert len(pages(pdf(short, words))) <= 2


@pytest.mark.parametrize(
    "name", ["programmes/ips.toml", "programmes/reconnect.toml", "reference/hiv.toml"]
)
def test_other_studies_have_one_of_two_pages_at_most(name):
    study = load(shipped_configs() / name)
    found, words = run(study, RunOptions(), draws=32, engine="expected").answer, Words("da")
    words = words.following(found.unit)
    of = memo(found, words, about=study.form.memo, drawn=pictures(found, words))
    assert len(pages(pdf(of, words))) <= 2
