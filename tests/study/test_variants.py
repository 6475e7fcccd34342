"""A variant of a study has other values, and says what it cannot have with them."""

import numpy as np
import pytest

import simlab
from simlab.model.parameters import sample
from simlab.study.errors import StudyError
from simlab.study.identity import study_hash
from simlab.study.study import load
from simlab.study.variant import described

TALKS = """
title = "Talks"
start = "2026-01"
years = 10
states = ["benefit", "job"]
[citizens.benefit]
number = { p10 = 400, p90 = 600 }
[chance_per_month]
benefit.job = { successes = 118, trials = 12_000 }
job.benefit = { p10 = 0.015, p90 = 0.025 }
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
unit = 1_000_000
talks = { 2026 = { p10 = 2, p90 = 3 }, 2027 = { p10 = 2, p90 = 3 } }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { ci95 = [1.1, 2.05], estimate = 1.5 }
until = "2027-12"
"""
TWO_COSTS_TOGETHER = """
[[correlation]]
between = ["plan.cost.talks.2026", "plan.cost.talks.2027"]
value = 0.8
"""
SEEN_LATER = """
[[published]]
text = "Twenty more in jobs in 2028"
kind = "expectation"
measure = "people"
states = ["job"]
at = "2028-12"
value = 20
[[published]]
text = "Thirty more in jobs in 2034"
kind = "expectation"
measure = "people"
states = ["job"]
at = "2034-12"
value = 30
[[stated_trend]]
states = ["benefit"]
per_year = -0.05
until = "2034"
"""
LATER_EFFECT = """
[[plan.effect]]
moves = ["benefit -> job"]
start = "2033-01"
hazard_ratio = { ci95 = [1.1, 1.9], estimate = 1.4 }
cost_per_treated_per_month = 100
[[plan.effect]]
moves = ["job -> benefit"]
hazard_ratio = { ci95 = [0.7, 0.9], estimate = 0.8 }
until = "2027-12"
"""


def paths(study) -> list[str]:
    return [one.path for one in study.left_out]


def test_a_shorter_horizon_leaves_out_what_was_published_of_later_years_and_says_so():
    study = simlab.loads(TALKS + SEEN_LATER)
    shorter = study.replace({"years": 5})
    assert [one.value for one in shorter.form.published] == [20]
    assert shorter.form.stated_trend == []
    assert paths(shorter) == ["published.1", "stated_trend.0"]
    (sentence,) = map(str, described(shorter.left_out))
    assert sentence == (
        "Left out, since it lies after the horizon: "
        "published.1 (“Thirty more in jobs in 2034”), stated_trend.0."
    )
    assert study.left_out == ()
    assert len(study.form.published) == 2


def test_a_study_that_needs_nothing_left_out_leaves_nothing_out():
    assert simlab.loads(TALKS + SEEN_LATER).replace({"seed": 3, "years": 12}).left_out == ()


def test_what_was_left_out_is_remembered_by_every_later_variant():
    shorter = simlab.loads(TALKS + SEEN_LATER).replace({"years": 5}).replace({"draws": 16})
    assert paths(shorter) == ["published.1", "stated_trend.0"]


def test_a_variant_is_another_study_and_its_resolved_file_is_the_variant():
    study = simlab.loads(TALKS + SEEN_LATER + TWO_COSTS_TOGETHER)
    for values in ({"years": 5}, {"plan": None}, {"plan.cost.talks": None}):
        variant = study.replace(values)
        again = simlab.loads(variant.resolved_toml())
        assert study_hash(variant) != study_hash(study)
        assert study_hash(again) == study_hash(variant)
        assert again.form == variant.form
        assert again.left_out == ()


def test_a_variant_without_a_cost_has_no_correlation_with_it_and_no_line_of_the_budget():
    lines = '[budget.lines.t]\nof = ["plan.cost.talks"]\n'
    study = simlab.loads(TALKS + TWO_COSTS_TOGETHER + lines)
    without = study.replace({"plan.cost": {"unit": 1_000_000}})
    assert without.form.correlation == []
    assert without.form.budget.lines == {}
    assert paths(without) == ["budget.lines.t", "correlation.0"]
    assert "is not there" in str(described(without.left_out)[0])


def test_a_line_of_the_budget_keeps_what_is_still_paid():
    more = TALKS.replace("talks = {", "places = { at_start = 1 }\ntalks = {")
    study = simlab.loads(more + '[budget.lines.t]\nof = ["plan.cost.talks", "plan.cost.places"]\n')
    without = study.replace({"plan.cost.talks": None})
    assert without.form.budget.lines["t"].of == ["plan.cost.places"]
    assert paths(without) == ["budget.lines.t.of.0"]


def test_years_of_a_budget_after_the_horizon_are_not_paid_and_those_before_are():
    short = simlab.loads(TALKS).replace({"years": 1})
    assert list(short.form.plan.cost.lines["talks"].budget) == ["2026"]
    assert paths(short) == ["plan.cost.talks.2027"]
    longer = TALKS.replace("talks = {", "late = { 2030 = 5 }\ntalks = {")
    assert "late" not in simlab.loads(longer).replace({"years": 3}).form.plan.cost.lines


def test_an_effect_that_would_begin_after_the_horizon_changes_nothing_at_its_place():
    study = simlab.loads(TALKS + LATER_EFFECT)
    short = study.replace({"years": 5})
    assert paths(short) == ["plan.effect.1"]
    assert len(short.form.plan.effect) == 3
    first, other = (sample(one, 0, 64).sampled for one in (study, short))
    assert set(first) - set(other) == {"plan.effect.1.hazard_ratio"}
    for path, values in other.items():
        assert np.array_equal(values, first[path]), path
    whole, cut = (simlab.simulate(one, 16, engine="counts") for one in (study, short))
    assert np.array_equal(whole.people("plan")[:, :61], cut.people("plan"))


def test_a_published_sum_that_goes_to_the_horizon_is_not_held_against_fewer_years():
    sums = """
[[published]]
text = "Five million saved"
kind = "expectation"
measure = "saving"
value = 5_000_000
"""
    study = simlab.loads(TALKS + sums)
    assert paths(study.replace({"years": 5})) == ["published.0"]
    longer = study.replace({"years": 12})
    one = longer.form.published[0]
    assert longer.left_out == ()
    assert one.last_step(longer.timeline) == 120


def test_a_payback_that_was_hoped_for_after_the_horizon_cannot_be_missed():
    hoped = '[[published]]\ntext = "Back"\nkind = "expectation"\nmeasure = "payback"\n'
    for when in ('by = "2033"', "value = 7"):
        study = simlab.loads(TALKS + hoped + when)
        assert paths(study.replace({"years": 5})) == ["published.0"]
        assert study.replace({"years": 8}).left_out == ()


def test_a_plan_may_end_after_the_horizon_and_is_then_not_permanent():
    ends = TALKS.replace("[plan.cost]", '[plan]\nuntil = "2033"\n[plan.cost]')
    short = simlab.loads(ends).replace({"years": 5})
    assert short.form.plan.until.year == 2033
    assert short.left_out == ()


def test_what_was_asked_for_is_never_left_out():
    study = simlab.loads(TALKS + SEEN_LATER)
    for values, path in (
        ({"published.0.at": "2040-12"}, "published.0.at"),
        ({"years": 5, "published.1.at": "2033-12"}, "published.1.at"),
        ({"plan.cost.talks.2040": 3}, "plan.cost.talks.2040"),
        ({"plan.effect.0.start": "2040-01"}, "plan.effect.0.start"),
        ({"correlation": [{"between": ["a", "b"], "value": 0.5}]}, "correlation.0.between"),
    ):
        with pytest.raises(StudyError) as error:
            study.replace(values)
        assert path in [problem.path for problem in error.value.problems]


def test_money_before_a_later_start_is_never_left_out():
    with pytest.raises(StudyError, match="before the start"):
        simlab.loads(TALKS).replace({"start": "2027-01"})


def test_a_file_that_is_wrong_by_itself_is_refused_with_any_setting(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(TALKS + SEEN_LATER.replace("2034-12", "2044-12"), encoding="utf-8")
    with pytest.raises(StudyError, match="after the horizon"):
        load(wrong, {"years": 5})


def test_a_setting_of_the_command_line_makes_the_same_variant(tmp_path):
    path = tmp_path / "talks.toml"
    path.write_text(TALKS + SEEN_LATER, encoding="utf-8")
    assert paths(load(path, {"years": 5})) == ["published.1", "stated_trend.0"]
    assert load(path, {"years": 5}).form == load(path).replace({"years": 5}).form


def test_a_file_that_lacks_what_a_setting_gives_is_a_study(tmp_path):
    path = tmp_path / "open.toml"
    path.write_text(TALKS.replace("years = 10\n", ""), encoding="utf-8")
    assert load(path, {"years": 3}).timeline.years == 3


LATER_PROGRAMME = """
[plan.enrolment]
states = ["benefit"]
start = "2033-01"
months_in_programme = 6
intake_per_month = 3
cost_per_enrolled_per_month = 1_000
[[plan.effect]]
moves = ["benefit -> job"]
while = "enrolled"
hazard_ratio = 1.4
[[plan.amount]]
name = "housing"
states = ["benefit"]
start = "2033-01"
change = { p10 = -300, p90 = -100 }
[[plan.amount]]
states = ["benefit"]
while = "enrolled"
change = 50
[[plan.effect]]
start = "2033-01"
chance_per_month.benefit.job = 0.05
"""


def test_a_programme_that_would_begin_after_the_horizon_takes_what_is_of_it_along():
    study = simlab.loads(TALKS + LATER_PROGRAMME)
    short = study.replace({"years": 5})
    assert paths(short) == [
        "plan.amount.housing", "plan.amount.1", "plan.effect.1", "plan.effect.2", "plan.enrolment",
    ]  # fmt: skip
    whole, cut = (simlab.simulate(one, 16, engine="expected") for one in (study, short))
    assert np.allclose(whole.people("plan")[:, :61], cut.people("plan"), rtol=1e-12)
    money = [simlab.cash_flow(one) for one in (whole, cut)]
    assert np.allclose(money[0].saving[:, :61], money[1].saving, rtol=1e-9)
    assert np.allclose(money[0].cost[:, :61], money[1].cost, rtol=1e-9)


def test_a_plan_that_would_begin_after_the_horizon_is_no_plan_and_that_is_said():
    later = simlab.loads(TALKS).replace({"plan.later_months": 24})
    short = later.replace({"years": 2})
    assert paths(short) == ["plan"]
    assert short.form.plan.effect == []
    with pytest.raises(StudyError, match="begin after the horizon"):
        simlab.loads(TALKS).replace({"years": 2, "plan.later_months": 24})


def test_a_reform_after_the_horizon_never_comes():
    reform = '[[convert]]\nstates = ["job"]\nto = "benefit"\nat = "2034-01"\n'
    assert paths(simlab.loads(TALKS + reform).replace({"years": 5})) == ["convert.0"]
