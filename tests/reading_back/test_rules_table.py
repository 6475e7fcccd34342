"""Every rule with a date: what is told of it, what a plan uses, and the page that is written so.

`simlab rules --markdown` writes docs/rules.md anew.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

import simlab
from simlab.cli import group
from simlab.cli.ending import ended
from simlab.reading_back.rules_table import page, told
from simlab.study.dated_rules import read_system
from simlab.study.values import Varying
from simlab.words import Words

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
TEXT = """
    start = "2026-01"
    years = 3
    [states]
    benefit = { renamed = { since = "2026-07", read_as = "support", tag = "S", source = "act" } }
    course = { closed = "2026-02", still_open_from = ["benefit"] }
    [citizens.benefit]
    number = 1
    [rate_per_month]
    benefit.course = 0
    [rules.cap]
    says   = "no more than so much"
    since  = "2023-01"
    until  = "2026-06"
    of     = ["states.course.closed"]
    tag    = "B"
    source = "the bill"
    [payments.benefit]
    share = 0.5
    [payments.benefit.amount.benefit]
    "2020-01" = { value = 10, tag = "S", source = "then" }
    "2025-01" = { value = 11, tag = "S", source = "now" }
    "2027-01" = { min = 10, mode = 12, max = 20, tag = "P", source = "not found" }
    [reimbursement.back]
    share."2016-01" = { "1-2" = 0.5, "3+" = 0.2 }
    [reimbursement.of_activation]
    share = { "2011-01" = 0.5, "2019-01" = 0 }
    [taxes.local]
    rate = 0.25
    average_rate = 0.25
    rest_to = "state"
    equalisation = "most"
    equalised.most = { "2011-01" = 0.61, "2025-01" = 0.75 }
    equalised.poor = { "2011-01" = 0.61, "2025-01" = 0.95 }
    equalised_label.poor = "towns of little"
    [rules.word]
    says     = "the word goes"
    since    = "2026-07"
    expected = true
    of       = ["states.benefit.renamed"]
"""


def by_path(since="2024", at="2026-06"):
    return {rule.path: rule for rule in simlab.rules(simlab.loads(TEXT), since, at)}


def called(monkeypatch, capsys, *words) -> str:
    monkeypatch.setattr(sys, "argv", ["simlab", *words])
    assert ended(group) == 0, words
    return str(capsys.readouterr().out)


def test_of_a_dated_amount_the_version_in_force_is_used():
    for at, used in (("2024-12", 10), ("2025-01", 11), ("2026-12", 11), ("2027-01", 13)):
        versions = [r for p, r in by_path(at=at).items() if p.startswith("payments.") and r.used]
        assert [round(rule.figure.mean()) for rule in versions] == [used]


def test_older_figures_are_told_where_they_are_used_and_not_else():
    now = by_path()
    assert "payments.benefit.amount.benefit.2020-01" not in now
    assert now["payments.benefit.amount.benefit.2025-01"].until == date(2027, 1, 1)
    bands = [path for path in now if path.startswith("reimbursement.back")]
    assert bands == ["reimbursement.back.share.2016-01.1-2", "reimbursement.back.share.2016-01.3+"]
    assert "rules.cap" not in now  # a rule in words of before


def test_a_rule_in_words_lends_its_source_to_what_does_as_it_says():
    closed = by_path()["states.course.closed"]
    assert (closed.since, closed.used, closed.tag) == (date(2026, 2, 1), True, "commonly known")
    assert closed.source.en == "the bill"
    cap = by_path(since="2023")["rules.cap"]
    assert (cap.until, cap.used) == (date(2026, 6, 30), True)
    assert not by_path(since="2023", at="2026-07")["rules.cap"].used
    name = by_path()["states.benefit.renamed"]
    assert (name.says.en, name.used, name.tag) == ("support", False, "published")


def test_of_levels_of_equalisation_the_one_that_a_study_chose_is_used_and_each_is_told_apart():
    study = simlab.loads(TEXT)
    rows = told(study, simlab.rules(study, "2024", "2026-06"), Words("en"))
    levels = [(row.what, row.rule.used) for row in rows if row.rule.path.startswith("taxes.")]
    assert levels == [
        ("Equalisation of the municipality's tax: most", True),
        ("Equalisation of the municipality's tax: towns of little", False),
    ]


def test_a_date_is_no_band_of_a_reimbursement():
    study = simlab.loads(TEXT)
    rows = told(study, simlab.rules(study, "2024", "2026-06"), Words("en"))
    (name,) = (row.what for row in rows if row.rule.path.endswith("of_activation.share.2019-01"))
    assert name == "Reimbursement: activation"


def test_what_is_only_expected_is_not_told_to_be_in_force():
    study = simlab.loads(TEXT)
    rows = told(study, simlab.rules(study, "2024", "2027-01"), Words("en"))
    written = page(rows, date(2024, 1, 1), date(2027, 1, 1), "simlab rules", Words("en"))
    for what in ("| Benefit | read as: support ", "| Word | the word goes "):
        (line,) = (line for line in written.splitlines() if what in line)
        assert line.endswith("| expected |")


def test_a_date_that_is_none_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["simlab", "rules", "--at", "soon"])
    assert ended(group) == 2
    assert '"soon" is not a date' in capsys.readouterr().err


def test_the_page_of_rules_is_what_the_command_writes(monkeypatch, capsys):
    written = called(monkeypatch, capsys, "rules", "--markdown")
    assert PAGE.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("lang", ["en", "da"])
def test_every_danish_rule_from_2024_on_is_told_with_its_certainty_and_source(
    lang, monkeypatch, capsys
):
    rows = json.loads(called(monkeypatch, capsys, "rules", "--json", "--lang", lang))
    new = [row for row in rows if row["since"] >= "2024"]
    assert [row["path"] for row in new if not (row["tag"] and row["source"])] == []
    paths = {row["path"]: row for row in new}
    rate = paths["payments.cash_benefit.amount.on_cash_benefit.2025-07"]
    assert (rate["tag"], rate["used"]) == ("placeholder", True)
    assert not paths["payments.cash_benefit.amount.on_cash_benefit.2024-01"]["used"]
    assert paths["states.resource_course.closed"]["since"] == "2026-02-01"
    assert "10.602" in paths["rules.mentor_cap"]["note"].replace(",", ".")
    assert [row["path"] for row in new if row["expected"]] == [
        path for path, row in paths.items() if row["since"] == "2027-01-01"
    ]
    screen = called(monkeypatch, capsys, "rules", "--lang", lang)
    assert all(f"{row['text']}" in screen for row in new if row["path"].startswith("rules."))


def test_the_rules_of_a_study_are_those_of_its_system(monkeypatch, capsys):
    programme = "configs/programmes/caseload.toml"
    study = {rule.path for rule in simlab.rules(Path(__file__).parents[2] / programme)}
    assert {rule.path for rule in simlab.rules()} == study


def test_a_layer_is_read_as_it_lies_over_the_danish_system():
    systems = Path(__file__).parents[2] / "configs" / "systems"
    weeks = {rule.path for rule in simlab.rules(systems / "denmark-by-week.toml")}
    months = {rule.path for rule in simlab.rules()}
    assert weeks - months == {
        f"reimbursement.{ladder}.share.2016-01-04.{band}"
        for ladder in ("ladder", "ladder_of_flex_job", "ladder_of_early_pension")
        for band in ("1-4", "5-26", "27-52", "53+")
    }
    assert len(simlab.rules(systems / "denmark-integration.toml")) > len(months)


def test_no_dated_figure_of_the_danish_system_from_2024_on_is_left_out():
    form = read_system().form
    dated = {
        quantity.path
        for payment in form.payments.values()
        for varying in payment.amount.values()
        if isinstance(varying, Varying)
        for since, bands in varying.versions
        if since is not None and since >= date(2024, 1, 1)
        for quantity in (band.value for band in bands.bands)
    }
    assert len(dated) > 14
    assert dated <= {rule.path for rule in simlab.rules()}
