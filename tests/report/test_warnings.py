"""What a study is warned of is told by every door, in the same words, in both languages."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import shipped
from pypdf import PdfReader

import simlab
from simlab.batch.table import rows
from simlab.cli.comparison_screen import comparison_screen
from simlab.cli.run_screen import screen_summary
from simlab.cli.terminal import plain
from simlab.reading_back import reading_back
from simlab.report.comparison import comparison_report
from simlab.report.html import report
from simlab.report.pdf import pdf
from simlab.report.sections import sections
from simlab.result.plain import plain as plain_of
from simlab.result.plain import plain_comparison, recorded
from simlab.result.warnings import study_warnings
from simlab.runs.run import run
from simlab.study.reading import shipped_configs
from simlab.words import LANGUAGES, Words

CONFIGS = shipped_configs()
QUICK = ("programmes/caseload.toml", "reference/closed-form.toml", "template.toml")
SHIPPED = shipped.studies()
WARNED = """
    start = "2026-01"
    years = 4
    states = ["benefit", "job"]
    [citizens.benefit]
    number = { value = 100, source = "a register" }
    [chance_per_month]
    benefit.job = { value = 0.02, source = "a register" }
    [payments.benefit]
    amount.benefit = { value = 12_000, source = "the law" }
    [plan.caseload]
    states = ["benefit"]
    workers = { value = 2, source = "the staff" }
    extra_workers = { value = 1, source = "the budget" }
    vacancy_months = { value = 6, source = "the staff" }
    cost_per_worker_per_year = { value = 600_000, source = "the staff" }
"""


def bare(text: str) -> str:
    """Letters and digits alone: paper breaks lines, and a page writes some signs its own way."""
    return re.sub(r"\W", "", text)


def told_by_check(said: str) -> list[str]:
    return [line.removeprefix("  ! ") for line in said.splitlines() if line.startswith("  ! ")]


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in SHIPPED],
)
def test_every_warning_of_check_stands_on_the_screen_and_on_page_one(name):
    study = simlab.load(CONFIGS / name)
    result = run(study, draws=4, engine="expected").answer
    for words in map(Words, LANGUAGES):
        words = words.following(result.unit)
        warned = told_by_check(reading_back(study, words))
        assert len(warned) == len(result.warnings)
        screen = screen_summary(result, words)
        shown = sections(result, {}, {}, words)
        page = report(result, words, {}, {})
        paper = PdfReader(BytesIO(pdf(result, shown, words))).pages[0].extract_text()
        for one in warned:
            assert f"  ! {plain(one)}" in screen.splitlines()
            assert one in shown[0].warnings
            assert bare(one) in bare(re.sub(r"&#39;|&#34;", "", page))
            assert bare(one) in bare(paper)


def test_a_comparison_tells_the_warnings_of_its_plans_and_whose_they_are():
    study = simlab.loads(WARNED)
    filled = study.replace({"plan.caseload.vacancy_months.value": 0})
    (warning,) = study_warnings(study)
    words = Words("en")
    found = simlab.compare({"slow": study, "at once": filled}, draws=4, engine="expected")
    assert f"  ! slow: {plain(words.say(warning.message))}" in comparison_screen(found, words)
    page = comparison_report(found, words)
    assert bare(f"slow: {words.say(warning.message)}") in bare(page)
    lines = [plan["warnings"] for plan in plain_comparison(found)["plans"]]
    assert lines == [[plain_of(warning)], []]
    same = simlab.compare({"one": study, "two": study}, draws=4, engine="expected")
    assert f"  ! {plain(words.say(warning.message))}" in comparison_screen(same, words)


def test_a_batch_counts_the_warnings_of_each_run():
    study = simlab.loads(WARNED)
    summary = recorded(run(study, draws=4, engine="expected").answer)
    assert {row["warnings"] for row in rows("mine", {}, summary)} == {1}


def test_posts_that_stand_empty_are_told_with_what_they_would_cost_if_they_were_filled():
    """One post for four years at 600,000 kr. is 2.4 m; half a year of it stands empty: 2.1 m."""
    (warning,) = study_warnings(simlab.loads(WARNED))
    assert (warning.what, warning.paths) == ("vacancy", ("plan.caseload.vacancy_months",))
    said = Words("en").say(warning.message)
    assert "for 6.0 months" in said
    assert "would cost DKK 2.40 million, and not DKK 2.10 million" in said
    da = Words("da").say(warning.message).replace("\u00a0", " ")
    assert "ville de koste 2,40 mio. kr. og ikke 2,10 mio. kr." in da


def test_a_part_of_the_plan_that_its_dates_keep_out_of_the_horizon_is_told():
    dates = {"2016": 6, "2018": 0}
    idle = simlab.loads(WARNED).replace({"plan.caseload.extra_workers": dates})
    assert ("idle", ("plan.caseload.extra_workers",)) in [
        (one.what, one.paths) for one in study_warnings(idle)
    ]
