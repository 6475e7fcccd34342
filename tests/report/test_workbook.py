"""The workbook, read back from its own XML."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from report.sample import ASSUMPTIONS, LIFE_YEARS, sample

from simlab.report import write_workbook
from simlab.report.workbook import _name
from simlab.result.answer import Answer, Assumption
from simlab.study.key_path import dotted
from simlab.words import Words

WORDS = Words("en")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Rows = list[list[str | float | None]]


def read(file: Path) -> dict[str, Rows]:
    """Sheet name → rows of texts and numbers; fails on a formula, which there must not be."""
    with zipfile.ZipFile(file) as parts:
        texts = [
            "".join(t.text or "" for t in one.iter(f"{MAIN}t"))
            for one in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
        ]
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        names = [sheet.get("name") or "" for sheet in book.iter(f"{MAIN}sheet")]
        return {
            name: rows(ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{i}.xml")), texts)
            for i, name in enumerate(names, start=1)
        }


def rows(sheet: ElementTree.Element, texts: list[str]) -> Rows:
    assert sheet.find(f".//{MAIN}f") is None, "a formula"
    assert sheet.find(f".//{MAIN}hyperlink") is None, "a link"
    found: Rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells: list[str | float | None] = []
        for cell in row:
            column = ord(re.match("[A-Z]", cell.get("r") or "").group()) - ord("A")
            value = cell.findtext(f"{MAIN}v") or ""
            cells += [None] * (column - len(cells))
            cells.append(texts[int(value)] if cell.get("t") == "s" else float(value))
        found.append(cells)
    return found


def book(result: Answer, folder: Path) -> dict[str, Rows]:
    file = folder / "workbook.xlsx"
    write_workbook(result, file, WORDS)
    return read(file)


@pytest.fixture(scope="module")
def result() -> Answer:
    return sample()


@pytest.fixture(scope="module")
def sheets(result, tmp_path_factory) -> dict[str, Rows]:
    return book(result, tmp_path_factory.mktemp("book"))


def row_of(rows: Rows, *begins: str) -> list[str | float | None]:
    """The first row that begins so."""
    return next(row for row in rows if row[: len(begins)] == list(begins))


def test_a_question_has_a_sheet(sheets):
    assert list(sheets) == [
        "Answer", "Chances by year", "Balance by step", "Money by year", "People", "Assumptions",
    ]  # fmt: skip


def test_the_answer_has_the_figures_of_the_summary(result, sheets):
    of = result.opening
    value, payback = of.net_present_value, of.payback
    assert row_of(sheets["Answer"], "Net gain, mean, DKK")[1:] == pytest.approx(
        [value.mean, value.p10, value.p90, of.standard_errors.net_present_value], rel=1e-12
    )
    median = row_of(sheets["Answer"], "Payback time, median, years")
    assert median[1:3] == pytest.approx([payback.median_years, payback.p10_years], rel=1e-12)
    assert median[3:] == ["not within 10 years", pytest.approx(of.standard_errors.median_years)]
    peak = row_of(sheets["Answer"], "Peak exposure, median, DKK")
    assert peak[2] is None
    assert peak[1::2] == pytest.approx([of.peak_exposure.median, of.peak_exposure.p90], rel=1e-12)


def test_the_chance_of_every_year_and_perspective_has_a_row(result, sheets):
    body = sheets["Chances by year"][1:]
    assert len(body) == 20
    for name, label in (("municipality", "the municipality"), ("public", "the public sector")):
        within = result.perspectives[name].payback.within
        mine = [row for row in body if row[0] == label]
        assert [row[1] for row in mine] == list(range(1, 11))
        assert [row[2] for row in mine] == [one.chance for one in within.values()]
        assert all(row[4] <= row[2] <= row[5] for row in mine)


def test_the_money_of_every_year_and_payer_has_a_row(result, sheets):
    body = sheets["Money by year"][1:]
    assert len(body) == len(result.years) == 20
    for row, year in zip(body, result.years, strict=True):
        assert row[1] == year.year
        assert row[2::3] == pytest.approx([year.cost.mean, year.saving.mean, year.balance.mean])
        assert row[9:] == pytest.approx([year.balance.p10, year.balance.p90])


def test_person_months_become_person_years(result, sheets):
    job = row_of(sheets["People"], "Job, person-years", "whole horizon", "without the plan")
    assert job[3] == pytest.approx(result.person_time["job"].baseline.mean / 12)


def test_heads_are_counted_at_the_start_and_at_every_year_end(result, sheets):
    jobs = [row for row in sheets["People"] if row[0] == "ordinary job, people"]
    with_plan = [row for row in jobs if row[2] == "with the plan"]
    start = date(1899, 12, 30)  # from which the days of a spreadsheet count
    days = [start + timedelta(days=row[1]) for row in with_plan[:2]]
    assert days == [date(2015, 1, 1), date(2015, 12, 31)]
    assert len(with_plan) == 11
    assert with_plan[-1][3:] == pytest.approx([result.people.plan[i, 120, 2] for i in (1, 0, 2)]), (
        "the columns are mean, 10 % and 90 %"
    )


def test_the_years_of_a_payer_stand_together(tmp_path, result):
    by_year = sorted(result.years, key=lambda row: row.year)
    shuffled = replace(result, years=tuple(by_year))
    body = book(shuffled, tmp_path)["Money by year"][1:]
    assert [row[0] for row in body] == ["the municipality"] * 10 + ["the state"] * 10
    assert [row[1] for row in body] == 2 * list(range(2015, 2025))


def test_the_balance_of_every_step_has_mean_and_quantiles(result, sheets):
    body, payback = sheets["Balance by step"][1:], result.payback["public"]
    assert len(body) == 121
    columns = sheets["Balance by step"][0]
    mean = columns.index("Balance of the public sector, DKK: mean")
    assert body[60][mean] == pytest.approx(payback.balance[:, 60].mean(), rel=1e-9)
    low, high = np.quantile(payback.balance[:, 60], [0.1, 0.9])
    assert body[60][mean + 1 : mean + 3] == pytest.approx([low, high], rel=1e-2)


def drawn(file: Path, sheet: str) -> list[list[list[float]]]:
    """The numbers behind the charts of a sheet: chart, series, value."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(file)
    found = []
    for chart in book[sheet]._charts:
        found.append([])
        for series in chart.series:
            where, cells = series.val.numRef.f.rsplit("!", 1)
            assert where.strip("'") == sheet
            found[-1].append([row[0].value for row in book[sheet][cells.replace("$", "")]])
    return found


def test_charts_draw_the_figures_that_they_name(tmp_path, result):
    file = tmp_path / "workbook.xlsx"
    write_workbook(result, file, WORDS)
    within = result.opening.payback.within
    (curve,) = drawn(file, "Chances by year")
    assert curve[0] == [one.chance for one in within.values()]
    own = [row for row in result.years if row.payer == "municipality"]
    both, every = drawn(file, "Money by year")
    for found, what in zip(both, ("cost", "saving"), strict=True):
        assert found == pytest.approx([getattr(row, what).mean for row in own], rel=1e-12)
    assert every[0] == both[1] and len(every) == 2
    (fan,) = drawn(file, "Balance by step")
    balance = result.payback["municipality"].balance
    assert fan[0] == pytest.approx(balance.mean(axis=0).tolist(), rel=1e-9)
    (change,) = drawn(file, "People")
    people = result.people
    found = {round(series[-1], 6) for series in change}
    assert found <= {round(x, 6) for x in (people.plan[1] - people.baseline[1])[-1].tolist()}


def test_every_assumption_has_a_row_with_its_source(sheets):
    body = sheets["Assumptions"][1:]
    assert [row[1] for row in body] == [one.path for one in ASSUMPTIONS]
    assert [row[5] for row in body] == [one.source or "no source" for one in ASSUMPTIONS]
    names = [row[0] for row in body]
    assert names[0] == "Number at the start: Cash benefit, activity-ready"
    assert len(set(names)) == len(names)


def test_texts_that_look_like_formulas_and_links_stay_texts(tmp_path):
    texts = ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "{=A1}", "https://example.org", "-2", "12")
    hostile = sample(
        title={"en": "=HYPERLINK(1)"},
        assumptions=tuple(Assumption(dotted(t), t, t, t, True, t) for t in texts),
    )
    found = book(hostile, tmp_path)
    assert found["Answer"][1][0] == "=HYPERLINK(1)"
    rows = found["Assumptions"][1:]
    assert [row[1] for row in rows] == [dotted(text) for text in texts]
    assert [row[2] for row in rows] == list(texts)
    assert all(row[2] == row[5] == row[6] for row in rows)
    assert [row[0] for row in rows][:4] == [row[1] for row in rows][:4], "a name made of a path too"


def test_a_label_in_a_chart_that_looks_like_a_formula_stays_a_label(tmp_path, result):
    labels = tuple({"en": f"={label['en']}"} for label in result.people.labels)
    file = tmp_path / "workbook.xlsx"
    write_workbook(replace(result, people=replace(result.people, labels=labels)), file, WORDS)
    with zipfile.ZipFile(file) as parts:
        charts = [parts.read(n).decode() for n in parts.namelist() if "charts/chart" in n]
    assert any("=ordinary job" in chart for chart in charts)
    for chart in charts:
        assert all("!$" in where for where in re.findall("<c:f>(.*?)</c:f>", chart))


@pytest.mark.parametrize("said", ["=x()", "cmd|' /C calc'!A0", "a!$B$1", "-2+3+cmd|' /C x'!A0"])
def test_a_name_in_a_chart_is_never_a_formula(said):
    import xlsxwriter

    chart = xlsxwriter.Workbook("unwritten.xlsx", {"in_memory": True}).add_chart({"type": "line"})
    assert chart._process_names(said, None)[1] is not None or said == "=x()"
    assert chart._process_names(_name(said), None) == (_name(said), None)


def test_a_text_longer_than_a_cell_is_cut(tmp_path):
    long = Assumption("a", "x" * 40_000, None, None, False)
    assert len(book(sample(assumptions=(long,)), tmp_path)["Assumptions"][1][2]) == 32_767


def test_a_summary_without_its_optional_parts_gives_the_same_sheets(tmp_path, sheets):
    bare = sample(assumptions=(), years=(), person_time={}, claims=())
    one = {"municipality": bare.opening}
    people = replace(bare.people, states=(), labels=())
    found = book(replace(bare, perspectives=one, people=people), tmp_path)
    assert list(found) == list(sheets)
    assert len(found["Money by year"]) == len(found["People"]) == 1


def test_outcomes_stand_among_the_people(tmp_path):
    found = sample(outcomes=LIFE_YEARS)
    life = row_of(book(found, tmp_path)["People"], "life years", "whole horizon", "with the plan")
    assert life[3] == pytest.approx(8.937)


def test_the_same_result_gives_the_same_bytes(tmp_path, result):
    once, again = tmp_path / "once.xlsx", tmp_path / "again.xlsx"
    write_workbook(result, once, WORDS)
    write_workbook(result, again, WORDS)
    assert once.read_bytes() == again.read_bytes()


def test_excel_readers_read_the_same(tmp_path, result):
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "workbook.xlsx"
    write_workbook(result, file, WORDS)
    page = openpyxl.load_workbook(file)["Assumptions"]
    assert page.freeze_panes == "B2"
    assert page["A2"].data_type == "s"
