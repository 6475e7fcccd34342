"""A study that follows families speaks of families, and nowhere of citizens."""

import re

import pytest

import simlab
from simlab.reading_back import reading_back
from simlab.report.html import report
from simlab.report.workbook import write_workbook
from simlab.runs.run import run
from simlab.words import Words

FAMILIES = """
    title = "One door for each family"
    start = "2020-01"
    years = 3
    draws = 32
    states = ["many_services", "few_services"]
    payers = ["municipality", "foundation"]
    [unit]
    one  = { en = "family", da = "familie" }
    many = { en = "families", da = "familier" }
    [citizens.many_services]
    number = 62
    [rate_per_month]
    many_services.few_services = { p10 = 0.01, p90 = 0.03 }
    [payments.services]
    amount.many_services = 20_000
    [plan.cost]
    staff = { 2020 = 600_000, 2021 = 600_000 }
    gift  = { 2020 = 500_000, paid_by = "foundation" }
    [plan.caseload]
    states = ["many_services"]
    workers = 2
    extra_workers = 2
    vacancy_months = 6
    [[plan.effect]]
    moves = ["many_services -> few_services"]
    hazard_ratio_per_halving = { p10 = 1.0, p90 = 2.0 }
    """


@pytest.fixture(scope="module")
def found():
    study = simlab.loads(FAMILIES)
    result = run(study, engine="counts").answer
    return result, Words().following(result.unit)


def visible(page):
    page = re.sub(r"<(style|script).*?</\1>|<!--.*?-->", " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", page)


def test_the_report_speaks_of_families(found):
    text = visible(report(*found))
    assert "families" in text and "family-years" in text
    before_figures = text.split("citizens.many_services")[0]  # the key path of an assumption
    assert not re.search(r"\b(citizens?|people|persons?)\b", before_figures)


def test_the_workbook_counts_families(found, tmp_path):
    from openpyxl import load_workbook

    write_workbook(found[0], tmp_path / "w.xlsx", found[1])
    sheet = load_workbook(tmp_path / "w.xlsx")["People"]
    names = {row[0] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert {"many services, families", "many services, family-years"} <= names


def test_check_names_the_unit_and_the_caseload():
    text = reading_back(simlab.loads(FAMILIES))
    assert "what is followed is a family, many are families" in text
    assert "\nFamilies\n" in text
    assert "2020-01: 31.0 without the plan, 31.0 with it (0 of its posts filled)" in text
    assert re.search(r"2021-01: \d+\.\d without the plan, .* \(2 of its posts filled\)", text)


def test_words_for_citizens_stay_where_a_study_names_no_unit():
    words = Words()
    message = "as many {people} as {citizens}, each {person} a {citizen}"
    assert words(message) == "as many people as citizens, each person a citizen"
    families = words.following(({"en": "family"}, {"en": "families"}))
    assert families(message) == "as many families as families, each family a family"
    assert words.following(None) is words
