"""The studies that ship: every figure says how sure it is, each runs, and each says what it says.

What the figures are is the configs' own affair; what they must do is here.
"""

import tomllib
from functools import cache
from pathlib import Path
from textwrap import wrap

import numpy as np
import pytest
import shipped

import simlab
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import compile_study
from simlab.observe.published import observed
from simlab.observe.trend import trends
from simlab.reading_back import reading_back
from simlab.result.warnings import study_warnings
from simlab.study.reading import shipped_configs
from simlab.study.study import Study
from simlab.words import LANGUAGES, Words

CONFIGS = shipped_configs()
DRAWS = 64
TAGS = {"published", "derived", "case document", "commonly known", "assumption", "placeholder"}


def files(folder: str) -> list[str]:
    return [name.removesuffix(".toml") for name in shipped.studies(folder)]


PROGRAMMES, BACKTESTS = files("programmes"), files("backtest")
TO_RUN = [*PROGRAMMES, *files("municipalities")]
EVERY = [*TO_RUN, *BACKTESTS]


def path_of(name: str) -> Path:
    return CONFIGS / f"{name}.toml"


@cache
def study(name: str) -> Study:
    return simlab.load(path_of(name))


@cache
def cash(name: str):
    return cash_flow(simlab.simulate(study(name), DRAWS, engine="expected"))


def found(name: str, text: str) -> np.ndarray:
    """(draws,) what is found for the published figure whose text begins so."""
    numbers = [
        k for k, one in enumerate(study(name).form.published) if one.text.en.startswith(text)
    ]
    assert len(numbers) == 1
    return observed(cash(name)).found[:, numbers[0]]


# ---- how sure the figures are -------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_has_a_source_and_one_of_the_six_tags(name):
    quantities = study(name).quantities
    assert {path: q.tag for path, q in quantities.items() if q.tag not in TAGS} == {}
    assert [path for path, q in quantities.items() if not q.source] == []


@pytest.mark.parametrize("name", EVERY)
def test_every_published_figure_has_a_source_and_a_tag(name):
    for one in study(name).form.published:
        assert one.source, one.text.en
        assert one.tag in {"S", "D", "SEED"}, one.text.en


@pytest.mark.parametrize("name", TO_RUN)
def test_check_reads_a_study_back_without_an_unsourced_figure(name):
    text = reading_back(study(name))
    assert study(name).form.title.en in text
    assert "without a source" not in text


@pytest.mark.parametrize("name", PROGRAMMES)
def test_an_effect_that_is_assumed_is_called_unproven(name):
    for effect in study(name).form.plan.effect:
        for kind in ("hazard_ratio", "hazard_ratio_per_halving", "risk_ratio"):
            figure = getattr(effect, kind)
            if figure is not None:
                assert (figure.tag == "assumption") == (effect.evidence == "unproven"), effect.name


# ---- they run -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TO_RUN)
def test_a_shipped_study_runs_and_loses_nobody(name):
    flow = cash(name)
    for future in ("baseline", "plan"):
        people = flow.histories.people(future)
        assert np.isfinite(people).all()
        assert (people > -1e-9).all()
    both = [flow.histories.people(future).sum(2) for future in ("baseline", "plan")]
    np.testing.assert_allclose(*both, rtol=1e-9)
    assert (flow.cost.sum((1, 2)) > 0).all()
    assert simlab.payback(flow).years.shape == (DRAWS,)


@pytest.mark.parametrize("name", EVERY)
def test_the_stock_without_the_plan_falls_as_the_countrys_did(name):
    for one in trends(study(name)):
        assert one.agrees, f"{one.implied:.1%} a year, stated {one.stated.per_year:.1%}"


# ---- what could be known beforehand -------------------------------------------------------------


# Trials and efforts that no programme file is of, and the people whom most of them are about.
BY_THEMSELVES = {"activity-ready", "ips-ma", "ips-norway", "odense", "vordingborg"}
OF_PROGRAMMES = [b for b in BACKTESTS if b.removeprefix("backtest/") not in BY_THEMSELVES]


@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_a_backtest_is_of_the_programme_with_its_name(name):
    programme = study(name.replace("backtest/", "programmes/"))
    assert study(name).timeline == programme.timeline
    assert study(name).form.plan.cost == programme.form.plan.cost


def test_every_programme_with_a_history_has_a_backtest():
    nobodys = {"caseload", "flex-job", "sick-listed", "young"}
    readings = {"opgang-til-opgang-as-reported", "opgang-til-opgang-children"}  # of another
    not_scored = {"aabenraa-both-groups"}  # its one account does not say what it is set against
    without = nobodys | readings | not_scored
    names = {name.removeprefix("programmes/") for name in PROGRAMMES}
    assert {b.removeprefix("backtest/") for b in BACKTESTS} == (names - without) | BY_THEMSELVES


# ---- what single studies say --------------------------------------------------------------------


def test_ips_gives_back_the_trial_that_it_is_built_on():
    ratio = {"plan.effect.ips.risk_ratio": 1.29}
    certain = study("programmes/ips").replace(ratio)
    seen = observed(cash_flow(simlab.simulate(certain, DRAWS, engine="expected"))).found
    usual, more = np.median(seen[:, 0]), np.median(seen[:, 1])
    assert usual == pytest.approx(0.465, abs=0.03)
    # those who come back and go again are in "ever" too, and none of them in the first exit
    assert more / usual == pytest.approx(0.29, abs=0.03)


def test_opgang_as_reported_gives_back_the_counts():
    name = "programmes/opgang-til-opgang-as-reported"
    for begins, counted in {"17%": 0.173, "35%": 0.347, "21%": 0.21}.items():
        assert np.median(found(name, begins)) == pytest.approx(counted, abs=0.012), begins


def test_opgang_as_reported_is_met_but_where_too_many_have_left():
    """Three shares that compete for all who stay: one after the other, a tenth were given up."""
    block = compile_study(study("programmes/opgang-til-opgang-as-reported")).block(0, 256)
    assert 0.0 < block.capped.mean() < 0.06


def test_opgang_cannot_have_saved_15_million_after_its_cost():
    for name in ("programmes/opgang-til-opgang", "programmes/opgang-til-opgang-as-reported"):
        net = found(name, "At least 15 million")
        assert (net < 15_000_000).mean() > 0.9, name


def test_a_foundations_money_is_not_the_municipalitys():
    for name in ("programmes/reconnect", "programmes/opgang-til-opgang"):
        flow = cash(name)
        foundation = flow.payers.index("foundation")
        assert (flow.cost[:, :, foundation].sum(1) > 15e6).all(), name
    own = study("programmes/reconnect").replace({"perspective": "municipality"})
    alone = cash_flow(simlab.simulate(own, DRAWS, engine="expected"))
    assert (alone.cost[:, :, alone.payers.index("municipality")] == 0).all()


def test_a_silkeborg_that_does_nothing_moves_no_more_than_was_counted_with_the_programme():
    name = "programmes/silkeborg"
    without = observed(cash(name)).without
    assert np.median(without[:, 0]) <= 0.061  # the upper end of 20 of 500


@pytest.mark.parametrize(
    ("layer", "own"),
    [("integration", "integration_benefit"), ("flex-job", "flex_job_benefit")],
)
def test_a_layer_of_the_system_adds_one_state_to_those_on_support(layer, own):
    """It writes the whole list, since lists are replaced: a new state belongs there too."""
    texts = [
        (CONFIGS / "systems" / f"{name}.toml").read_text(encoding="utf-8")
        for name in ("denmark", f"denmark-{layer}")
    ]
    system, told_apart = (tomllib.loads(text)["groups"]["support"]["states"] for text in texts)
    assert told_apart == [*system, own]


def test_aabenraas_second_group_has_its_own_part_of_the_money():
    """129 million on both groups, 68 of it on the activity-ready: 61 are left for integration."""
    lines = study("programmes/aabenraa-both-groups").form.plan.cost.lines
    spent = {name: sum(year.mean() for year in lines[name].budget.values()) for name in lines}
    assert spent == pytest.approx({"effort": 68, "integration": 61})


def test_half_the_cases_cost_as_many_caseworkers_again():
    """12.5 posts at 600,000 kr. are 7.5 million a year, but for vacancies in the first."""
    of_2020 = study("programmes/caseload").replace({"price_level": 2020})
    flow = cash_flow(simlab.simulate(of_2020, DRAWS, engine="expected"))
    last_year = flow.cost[:, -12:, :].sum((1, 2))
    assert np.median(last_year) == pytest.approx(7.5e6, rel=0.03)


def test_the_example_municipality_is_ten_lines_on_a_programmes_evidence():
    name = "municipalities/example"
    text = path_of(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 10
    assert tomllib.loads(text)["extends"] == ["../programmes/ips.toml"]
    effect, evidence = (study(n).form.plan.effect for n in (name, "programmes/ips"))
    assert effect == evidence


def test_the_plan_of_2027_shows_all_its_warnings_on_one_screen():
    """24 lines of 100 columns, and each in two lines, in both languages."""
    warnings = study_warnings(study("municipalities/plan-2027"))
    assert {"closed", "renamed", "placeholder"} <= {one.what for one in warnings}
    for words in map(Words, LANGUAGES):
        lines = [wrap(f"  ! {words.say(one.message)}", 100) for one in warnings]
        assert max(map(len, lines)) <= 2
        assert sum(map(len, lines)) + 2 <= 24


def test_the_plan_of_2027_is_six_posts_of_600_000_kr_for_three_years():
    """Filled at once they cost 6 · 600,000 · 3 = 10.8 million kr. of 2027, at growth 0."""
    plan = study("municipalities/plan-2027")
    still = {f"index.{name}.grows_per_year": 0 for name in plan.form.index}
    asked = plan.replace({"plan.caseload.vacancy_months": 0, **still})
    paid = cash_flow(simlab.simulate(asked, 4, engine="expected")).cost[:, :, 0]
    np.testing.assert_allclose(paid.sum(axis=1), 10.8e6, rtol=1e-12)
    assert (paid[:, 37:] == 0).all()
    assert sum(group.number.mean() for group in plan.form.citizens.values()) == 430
