"""Plans compared on the same draws and the same chance."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

import simlab
from simlab.cli.compare import _by_plan
from simlab.cli.comparison_screen import comparison_screen
from simlab.engine.simulate import simulate
from simlab.folders.comparison_folder import about, write_comparison_folder
from simlab.report.comparison import comparison_report
from simlab.runs.options import RunOptions
from simlab.study.errors import StudyError
from simlab.study.study import Study, loads
from simlab.words import Words
from simlab.words.plans_compared import of_twenty_in_all

BASE = """
title  = "Talks"
start  = "2026-01"
years  = 6
states = ["benefit", "job"]
draws  = 64
[citizens.benefit]
number = { p10 = 80, p90 = 120 }
arrivals_per_month = 2
[chance_per_month]
benefit.job = { p10 = 0.01, p90 = 0.02 }
job.benefit = 0.02
[business_cycle]
sd = 0.2
half_life_months = 18
loading = { "benefit -> job" = 1 }
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
unit = 1_000
talks = { 2026 = 800, 2027 = 800 }
[[plan.effect]]
moves        = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 2.0 }
"""
VARIANTS: dict[str, dict[str, object]] = {
    "later": {"plan.later_months": 12},
    "half": {"plan.scale": 0.5},
    "lost": {"plan.effect_years": 2},
}


@pytest.fixture(scope="module")
def today() -> Study:
    return loads(BASE)


@pytest.fixture(scope="module")
def found(today):
    plans = {"today": today} | {name: today.replace(v) for name, v in VARIANTS.items()}
    return simlab.compare(plans)


def test_a_plan_against_itself_is_the_same_in_every_draw(today):
    against = simlab.compare({"one": today, "other": today}).against("other")
    assert (against.gain == 0.0).all()
    assert not against.outcomes["first"].any()
    assert not against.outcomes["other"].any()
    assert against.worth["equal"].all()


def test_plans_of_the_same_citizens_share_every_life_without_a_plan(found):
    assert [found.same_lives(plan.name) for plan in found.others] == [1.0, 1.0, 1.0]


def test_a_plan_that_reaches_only_newcomers_shares_the_lives_too(today):
    newcomers = today.replace({"plan.effect.0.reach": "newcomers"})
    assert simlab.compare({"all": today, "newcomers": newcomers}).same_lives("newcomers") == 1.0


def test_a_plan_that_keeps_newcomers_away_shares_the_lives_too(today):
    effect = {"arrivals": ["benefit"], "arrivals_ratio": 0.6}
    away = today.replace({"plan.effect": [effect]})
    assert simlab.compare({"all": today, "away": away}).same_lives("away") == 1.0


def test_plans_with_other_programmes_or_none_share_the_lives_too(today):
    programme = {
        "states": ["benefit"],
        "intake_per_month": 4,
        "months_in_programme": 6,
        "dropout_per_month": 0.05,
    }
    effect = {"moves": ["benefit -> job"], "while": "enrolled", "hazard_ratio": 2.0}
    many, few = (
        today.replace({"plan.enrolment": programme | {"places": places}, "plan.effect": [effect]})
        for places in (30, 12)
    )
    found = simlab.compare({"none": today, "many": many, "few": few})
    assert [found.same_lives(name) for name in ("many", "few")] == [1.0, 1.0]
    gains = [found.against(name).value for name in ("many", "few")]
    assert (gains[0] != gains[1]).any()


def test_other_random_numbers_are_seen_in_the_marks_of_the_baseline(today):
    plans = {"today": today, "half": today.replace({"plan.scale": 0.5})}
    in_law_only = simlab.compare(plans, engine="counts")
    assert in_law_only.same_lives("half") < 0.5


def test_plans_draw_the_same_values_of_what_they_share(found):
    for plan in found.others:
        same, of = found.shared(plan.name)
        assert same == of > 2
    for path, values in found.first.parameters.items():
        assert all(np.array_equal(plan.parameters[path], values) for plan in found.others)


def test_every_draw_has_one_outcome_and_one_worth(found):
    for plan in found.others:
        against = found.against(plan.name)
        for events in (against.outcomes, against.worth):
            assert (np.sum(list(events.values()), axis=0) == 1).all()


def test_the_plan_by_itself_is_what_its_own_run_finds(today, found):
    alone = simlab.payback(simlab.cash_flow(simulate(today, engine="citizens")))
    np.testing.assert_array_equal(found.first.payback(found.perspective).years, alone.years)


def test_a_plan_that_costs_less_for_the_same_is_worth_the_difference(today):
    cheap = today.replace({"plan.cost.talks": {"2026": 400, "2027": 500}})
    against = simlab.compare({"today": today, "cheap": cheap}).against("cheap")
    np.testing.assert_allclose(against.gain, 700_000.0, rtol=1e-9)
    assert against.worth["other"].all()
    assert not against.outcomes["first"].any()


def test_the_same_futures_make_the_difference_surer(today, found):
    """Against a run on another seed, which has nothing in common but the law."""
    against, name = found.against("half"), found.perspective
    other = simlab.compare(
        {"one": today.replace({"seed": 2, **VARIANTS["half"]}), "two": today.replace({"seed": 2})}
    )
    apart = other.first.balances.net_present_value(name) - found.first.balances.net_present_value(
        name
    )
    assert np.var(against.gain) < 0.6 * np.var(apart)
    text = against.figures()
    assert text.variance_left < 0.6
    assert text.if_independent == pytest.approx(np.std(apart), rel=0.35)


def test_neither_block_nor_thread_changes_a_figure(today, found):
    half = today.replace(VARIANTS["half"])
    again = simlab.compare({"today": today, "half": half}, options=RunOptions(threads=2, block=7))
    one, two = (c.against("half").figures() for c in (again, found))
    assert one == two


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"citizens.benefit.number": 200}, "citizens.benefit.number"),
        ({"start": "2027-01", "plan.cost.talks": {"2027": 1}}, "start"),
        ({"years": 5}, "years"),
        ({"payments.benefit.amount.benefit": 9_000}, "payments.benefit.amount.benefit"),
    ],
)
def test_plans_of_different_citizens_are_refused_by_name(today, values, told):
    with pytest.raises(StudyError) as refused:
        simlab.compare({"today": today, "other": today.replace(values)})
    assert told in [problem.path for problem in refused.value.problems]


def test_other_citizens_are_compared_only_when_asked_and_said_aloud(today):
    other = today.replace({"citizens.benefit.number": 200})
    found = simlab.compare({"today": today, "other": other}, any_baseline=True)
    assert "citizens.benefit.number" in found.notes[0]
    assert "not of the same citizens" in comparison_screen(found, Words("en"))
    with pytest.raises(StudyError, match="years"):
        simlab.compare({"today": today, "other": today.replace({"years": 5})}, any_baseline=True)


def test_sources_and_notes_do_not_make_other_citizens(today):
    text = today.replace({"chance_per_month.job.benefit": {"value": 0.02, "source": "a register"}})
    assert simlab.compare({"one": today, "other": text}).notes == ()


def test_one_plan_cannot_be_compared(today):
    with pytest.raises(ValueError, match="two or more"):
        simlab.compare({"today": today})


def test_twenty_futures_are_always_twenty():
    rng = np.random.default_rng(1)
    for chances in rng.dirichlet([0.5, 0.5, 0.5, 0.5], size=200):
        counts = of_twenty_in_all(list(chances))
        assert sum(counts) == 20
        assert all(abs(n - 20 * c) < 1 for n, c in zip(counts, chances, strict=True))


def test_the_folder_holds_all_that_was_found(found, tmp_path):
    write_comparison_folder(found, tmp_path, about(found, tmp_path), "da")
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert names == {
        "report.html", "comparison.json", "draws.parquet", "provenance.json",
        "charts/plans.svg", "charts/plans.png", "charts/difference.svg", "charts/difference.png",
        "studies/1-today.toml", "studies/2-later.toml", "studies/3-half.toml",
        "studies/4-lost.toml",
    }  # fmt: skip
    text = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    half = text["perspectives"][found.perspective]["against"]["half"]
    table = pq.read_table(tmp_path / "draws.parquet").to_pandas()
    name = f"{found.perspective}.net_present_value"
    gain = table[f"half: {name}"] - table[f"today: {name}"]
    assert half["net_present_value"]["mean"] == pytest.approx(gain.mean(), rel=1e-12)
    assert sum(one["chance"] for one in half["sooner"].values()) == pytest.approx(1.0)


def test_the_report_says_what_half_the_budget_is_taken_to_buy(found):
    page = comparison_report(found, Words("en"))
    assert "reaches 50% of the people" in page
    assert "12 months later" in page
    assert "http" not in page.split("</style>")[1].replace("http://www.w3.org", "")


def test_a_setting_with_a_name_is_of_that_plan():
    everywhere, own = _by_plan(("draws=64", "a year later: plan.later_months = 12", "b: c.d=x:y"))
    assert everywhere == ("draws=64",)
    assert own == {"a year later": ["plan.later_months = 12"], "b": ["c.d=x:y"]}


CLAIM = """
[budget.lines.talks]
of = ["plan.cost.talks"]
[[published]]
text = "Ten more in jobs in 2030"
kind = "expectation"
measure = "people"
states = ["job"]
at = "2030-12"
value = 10
"""


def test_plans_over_fewer_years_say_what_was_published_of_later_ones_once():
    shorter = loads(BASE + CLAIM).replace({"years": 3})
    later = shorter.replace({"plan.later_months": 12})
    screen = comparison_screen(simlab.compare({"a": shorter, "b": later}, draws=16), Words("en"))
    assert screen.count("Left out, since it lies after the horizon: published.0") == 1


def test_a_plan_without_a_cost_that_a_budget_names_is_compared_on_the_same_citizens_and_says_so():
    study = loads(BASE + CLAIM)
    without = study.replace({"plan.cost.talks": None})
    found = simlab.compare({"paid": study, "for nothing": without}, draws=16)
    screen = comparison_screen(found, Words("en"))
    assert "for nothing: Left out, since what it speaks of is not there: budget.lines.talks." in (
        " ".join(screen.split())
    )
    assert found.against("for nothing") is not None
