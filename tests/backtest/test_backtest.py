"""The backtest: a toy programme of which the answer is known, and what it leaves."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from backtest.toy import TALKS
from click.testing import CliRunner

from simlab.backtest.page import findings, headline, outcomes, page, why
from simlab.backtest.predict import Prediction, disbelieved, predict, shipped
from simlab.charts import style
from simlab.charts.predictions import predictions as draw
from simlab.cli import group
from simlab.cli.backtest_screen import screen
from simlab.model.effects import own_key
from simlab.runs.run import run
from simlab.study.grammar import KINDS_OF_EFFECT
from simlab.study.key_path import entry_path
from simlab.study.moves import TABLES
from simlab.study.quantity import Quantity
from simlab.study.study import Study, load, loads
from simlab.words import Words

WORDS = Words("en")
TOY = (
    TALKS
    + """
[[published]]
text = "In a job after a year"
kind = "effect"
design = "trial"
measure = "share"
of = ["benefit"]
states = ["job"]
at_months = 12
value = 0.35
sample = 120

[[published]]
text = "Half of them gone"
kind = "account"
design = "before and after"
measure = "change"
states = ["benefit"]
at = "2022-12"
value = -0.5

[[published]]
text = "A hundred million saved"
kind = "expectation"
measure = "saving"
value = 100_000_000

[[published]]
text = "Fewer in a job, it was feared"
kind = "expectation"
measure = "people"
states = ["job"]
at = "2022-12"
value = -390
"""
)


@pytest.fixture(scope="module")
def toy() -> Prediction:
    return predict(loads(TOY), draws=300, threads=2)


def test_a_prediction_is_what_a_run_finds_of_the_same_study(toy):
    found = run(loads(TOY), draws=300, engine=toy.engine).answer.claims
    assert toy.claims == found


def test_neither_threads_nor_blocks_change_a_prediction(toy):
    assert predict(loads(TOY), draws=300, threads=1) == toy


def test_the_headline_counts_outcomes_and_no_hopes(toy):
    assert [row.verdict for row in toy.claims] == ["within", "above", "far above", "far below"]
    assert headline([toy], WORDS) == (
        "1 of 2 outcomes from 1 programme lie in the 80% range of the prediction (95% interval: "
        "0% to 100%)"
    )
    other = replace(toy, title={"en": "Other talks"})
    assert headline([toy, other], WORDS).startswith("2 of 4 outcomes from 2 programmes lie in")
    hopes = replace(toy, claims=toy.claims[2:], scores=toy.scores[2:])
    assert headline([hopes], WORDS) == "No outcome was published that could be predicted"


def test_the_findings_are_counted_from_the_rows(toy):
    said = " ".join(findings([toy], WORDS))
    assert "2 published figures are shown and not scored: 2 are hopes, of which 0 lie" in said
    assert "Outside the range: 1, of which 0 on the claim's side, 1 short of it" in said
    assert "They do not lean to the claim's side" in said
    assert "The predictions of 0 of 2 outcomes lean on" in said
    told = replace(toy.claims[1], verdict="below", leakage={"en": "jobs of 2020"})
    said = " ".join(findings([replace(toy, claims=(toy.claims[0], told, *toy.claims[2:]))], WORDS))
    assert "of which 1 on the claim's side, 0 short of it" in said
    assert "The rows cannot tell these apart." in said
    assert "The predictions of 1 of 2 outcomes lean on" in said


def test_what_a_prediction_leans_on_stands_in_its_row(toy):
    claims = (replace(toy.claims[0], leakage={"en": "jobs of 2020"}), *toy.claims[1:])
    written = page([replace(toy, claims=claims)], "p.png", "", WORDS)
    rows = [line for line in written.splitlines() if line.startswith("| Toy talks | ")]
    assert [" | jobs of 2020 | " in line for line in rows[1:]] == [True, False, False, False]


def test_what_is_disbelieved_was_claimed_and_is_hardly_reached(toy):
    doubted = [row.text["en"] for row in disbelieved(toy)]
    assert doubted == ["A hundred million saved", "Fewer in a job, it was feared"]
    fell = toy.claims[1]
    assert fell.direction == -1
    assert fell.chance_reached > 0.95, "the fall is larger than was claimed, trend included"
    (programme, reasons), *more = why([toy], WORDS)
    assert programme == "Toy talks"
    assert more == []
    assert "Even if all of the plan's effects were ten times as strong" in reasons[0]
    assert "they would not give it." in reasons[0]


def test_an_account_that_is_not_reached_tells_what_it_would_show_without_the_plan():
    asked = loads(TOY.replace("value = -0.5", "value = -0.9"))
    one = predict(asked, draws=200)
    row = one.claims[1]
    text = dict(why([one], WORDS))["Toy talks"][0]
    assert "Without the plan the same account would show −" in text
    assert row.without.median > row.found.median > -0.9


def test_the_screen_and_the_page_tell_every_figure_with_its_prediction(toy):
    said = screen([toy], WORDS)
    written = page([toy], "p.png", "Written today.", WORDS)
    for row in toy.claims:
        assert f"  {row.text['en']} (" in said
        assert f"| {row.text['en']} |" in written
    assert 'nobody has measured the effect of "0"' in said
    assert "published 35.0%, predicted" in said
    table = [line for line in written.splitlines() if line.startswith("| Toy talks")][1:]
    assert len(table) == 4
    assert all(line.count("|") == 14 for line in table)
    assert [line.count("| not scored |") for line in table] == [0, 0, 1, 1]
    assert "| effects | 1 | 1 | 1 | 0% to 100% |" in written
    assert "| in all | 1 | 2 | 1 |" in written


def test_a_bar_in_a_table_of_the_page_cannot_open_a_cell(toy):
    claims = (replace(toy.claims[0], text={"en": "a | b"}),)
    written = page([replace(toy, claims=claims, scores=toy.scores[:1])], "p.png", "", WORDS)
    assert "a \\| b" in written


def test_the_chart_shows_each_figure_on_a_scale_of_its_own(toy):
    shown = outcomes([toy], WORDS)
    ax = draw(shown, headline([toy], WORDS))
    marks = [line for line in ax.lines if line.get_marker() in ("o", "s", "D")][: len(shown)]
    assert [line.get_marker() for line in marks] == ["o", "s", "D", "D"]
    hollow = [line.get_markerfacecolor() == "white" for line in marks]
    assert hollow == [not one.inside for one in shown]
    places = [float(line.get_xdata()[0]) for line in marks]
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 9]
    for one, place, (low, high) in zip(shown, places, bars, strict=True):
        assert (low <= place <= high) == (one.low <= one.value <= one.high)
    colours = [line.get_color() for line in ax.lines if line.get_linewidth() == 9]
    assert colours == [style.SKY if one.scored else style.FAINT for one in shown]
    assert [one.scored for one in shown] == [True, True, False, False]
    assert "1 of 2 outcomes" in " ".join(ax.get_title(loc="left").split())


def test_a_payback_that_is_never_in_nearly_all_futures_lies_at_the_far_end(toy):
    never = replace(outcomes([toy], WORDS)[0], value=2.0, low=None, median=None, high=None)
    ax = draw([never], "title")
    (bar,) = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 9]
    (mark,) = [line for line in ax.lines if line.get_marker() in ("o", "s", "D")]
    assert mark.get_xdata()[0] < bar[0] < bar[1]


def test_a_payback_of_never_reaches_to_the_end_of_its_scale(toy):
    never = replace(outcomes([toy], WORDS)[0], value=5.0, low=2.0, median=4.0, high=None)
    ax = draw([never], "title")
    (bar,) = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 9]
    assert np.isclose(bar[1], 0.70)


def test_the_command_writes_page_chart_and_figures(tmp_path):
    study = tmp_path / "toy.toml"
    study.write_text(TOY, encoding="utf-8")
    folder = tmp_path / "found"
    asked = ["backtest", str(study), "--draws", "100", "-o", str(folder), "--threads", "1"]
    ended = CliRunner().invoke(group, asked)
    assert ended.exit_code == 0, ended.output
    assert "lie in the 80% range of the prediction" in ended.output
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert files == [
        "backtest.json", "backtest.md", "pictures/backtest.png", "pictures/backtest.svg",
    ]  # fmt: skip
    figures = json.loads((folder / "backtest.json").read_text(encoding="utf-8"))
    assert len(figures["programmes"][0]["rows"]) == 4
    assert str(tmp_path) not in (folder / "backtest.md").read_text(encoding="utf-8")


def test_an_unknown_name_is_refused_with_the_nearest_one():
    ended = CliRunner().invoke(group, ["backtest", "hjorring"])
    assert ended.exit_code == 2
    assert 'did you mean "hjoerring"?' in ended.output


def test_a_study_without_published_figures_is_refused(tmp_path):
    study = tmp_path / "bare.toml"
    study.write_text(TOY.partition("[[published]]")[0], encoding="utf-8")
    ended = CliRunner().invoke(group, ["backtest", str(study)])
    assert ended.exit_code == 2
    assert "[[published]]" in ended.output


# ── what is shipped ─────────────────────────────────────────────────────────────────────────────

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_the_docs_holds_every_figure_of_every_shipped_backtest():
    _, _, text = (DOCS / "backtest.md").read_text(encoding="utf-8").partition("## Every outcome")
    held = [tuple(line.split(" | ")[:2]) for line in text.splitlines() if line.startswith("| ")]
    wanted = [
        (f"| {study.title['en']}", one.text.en)
        for study in map(load, shipped().values())
        for one in study.form.published
    ]
    assert [row for row in wanted if row not in held] == []
    known = {title for title, _ in wanted}
    assert [row for row in held if row[0] in known] == wanted


def test_the_figures_of_the_docs_are_of_every_shipped_backtest():
    text = (DOCS / "backtest.json").read_text(encoding="utf-8")
    held = {
        one["name"]: [(row["text"]["en"], row["source"]) for row in one["rows"]]
        for one in json.loads(text)["programmes"]
    }
    studies = {name: load(path) for name, path in shipped().items()}
    assert list(held) == list(studies)
    assert held == {
        name: [(one.text.en, one.source.by_language()) for one in study.form.published]
        for name, study in studies.items()
    }


def sizes(study: Study) -> dict[str, Quantity]:
    """Key path → figure of all that tells how much the plan does: effects and changed amounts."""
    plan = study.form.plan
    owners = [own_key(study, number) for number in range(len(plan.effect))]
    said = (*KINDS_OF_EFFECT, *TABLES, "share_within")
    below = [f"{owner}.{kind}" for owner in ("plan", *owners) for kind in said]
    below += [
        f"{entry_path('amount', number, one.name)}.change" for number, one in enumerate(plan.amount)
    ]
    return {
        path: figure
        for path, figure in study.quantities.items()
        if any(path == one or path.startswith((f"{one}.", f"{one}@")) for one in below)
    }


def measured(study: Study) -> dict[str, str]:
    """Key path → figure, of the effects and amounts that are more than assumptions."""
    return {
        path: figure.describe()
        for path, figure in sizes(study).items()
        if figure.tag != "assumption"
    }


CASELOAD = "[plan.caseload]\nstates = ['benefit']\nworkers = 10\nextra_workers = 10\n"
MOVES = "[[plan.effect]]\nmoves = ['benefit -> job']\n"


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        (f"{MOVES}hazard_ratio = FIGURE", "plan.effect.0.hazard_ratio"),
        (f"{MOVES}chance_ratio = FIGURE", "plan.effect.0.chance_ratio"),
        (f"{MOVES}risk_ratio = FIGURE\nat_months = 12", "plan.effect.0.risk_ratio"),
        (f"{MOVES}percentage_points = FIGURE\nat_months = 12", "plan.effect.0.percentage_points"),
        (f"{CASELOAD}{MOVES}hazard_ratio_per_halving = FIGURE",
         "plan.effect.0.hazard_ratio_per_halving"),
        ("[[plan.effect]]\narrivals = ['later']\narrivals_ratio = FIGURE",
         "plan.effect.0.arrivals_ratio"),
        ("[[plan.effect]]\n[plan.effect.chance_per_month.benefit]\njob = FIGURE",
         "plan.effect.0.chance_per_month.benefit.job"),
        ("[plan.chance_per_month.benefit]\njob = FIGURE", "plan.chance_per_month.benefit.job"),
        ("[[plan.amount]]\nchange = FIGURE", "plan.amount.0.change"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["S", "A"])
def test_every_kind_of_effect_is_seen_to_be_measured_or_assumed(plan, path, tag):
    before, _, _ = TOY.partition("[[plan.effect]]")
    later = '[citizens.later]\nstate = "benefit"\narrivals_per_month = 1\n'
    figure = f'{{ value = 0.5, tag = "{tag}", source = "a trial" }}'
    study = loads(before + later + plan.replace("FIGURE", figure))
    assert list(measured(study)) == ([path] if tag == "S" else [])
    assert path in sizes(study)


@pytest.mark.parametrize("name", sorted({*shipped()} - {"activity-ready"}))  # it has no plan
def test_a_shipped_backtest_believes_no_effect_that_was_measured_in_its_programme(name):
    path = shipped()[name]
    study = load(path)
    assert study.form.published
    assert sizes(study), "a backtest without an effect predicts the baseline"
    assert measured(study) == {}
    bases = tomllib.loads(path.read_text(encoding="utf-8"))["extends"]
    programmes = [load(path.parent / base) for base in bases if "/programmes/" in base]
    learnt = {figure for programme in programmes for figure in measured(programme).values()}
    assert [one for one, q in sizes(study).items() if q.describe() in learnt] == []
