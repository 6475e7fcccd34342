"""Shares at a date: with the ratios that are found, as many are there as was told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import simlab
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.model.shares import solve, wanted
from simlab.result.warnings import study_warnings
from simlab.study.errors import StudyError

DRAWS = 32
STUDY = """
start = "2015-01"
years = 6
seed = 7
payers = ["m"]
states = ["benefit", "job", "other_job", "out"]
[citizens.near]
state = "benefit"
segment = "near"
number = { p10 = 400, p90 = 700 }
arrivals_per_month = 5
[citizens.far]
state = "benefit"
segment = "far"
number = 300
[segments.near]
[segments.far.hazard_ratio]
"benefit -> job" = 0.4
[chance_per_month.benefit]
job = { p10 = 0.002, p90 = 0.01 }
other_job = 0.01
out = 0.002
[chance_per_month.job]
benefit = 0.04
[trend_per_year]
"benefit -> job" = -0.03
[payments.support]
amount.benefit = 10_000
"""
EFFECTS = """
[[plan.effect]]
name = "jobs"
moves = ["benefit -> job"]
share = "work"
delay_months = 3
ramp_months = 30
coverage = 0.8
until = "2018-06"
fades.half_life_months = 24
[[plan.effect]]
name = "other"
moves = ["benefit -> other_job"]
hazard_ratio = 1.3
"""

INVERSE = 'moves = ["benefit -> job"]\ninverse = true'


def share(*lines, name="work", states='["job"]', moves='["benefit -> job"]', at="at_months = 48"):
    told = [f'name = "{name}"', 'definition = "full time"', f"states = {states}"]
    return "\n".join(("[[shares]]", *told, f"moves = {moves}", at, *lines)) + "\n"


def told(*lines, effects=EFFECTS, more="", **of):
    return simlab.loads(STUDY + share(*lines, **of) + effects + more)


def led(study, **settings):
    """The shares of those there at the start, by draw: without the plan and with it."""
    nobody = study.replace({"citizens.near.arrivals_per_month": 0.0, **settings})
    compiled = compile_study(nobody)
    block = compiled.block_of(sample(nobody, 0, DRAWS), None, whole=False)
    histories = simulate_block(compiled, block, "expected")
    return block, {future: histories.people(future) for future in ("baseline", "plan")}


def at(people, states=("job",), step=48):
    names = ["benefit", "job", "other_job", "out"]
    inside = people[:, step, [names.index(s) for s in states]].sum(axis=1)
    return inside / people[:, 0].sum(axis=1)


@pytest.mark.parametrize(
    ("lines", "without", "with_plan"),
    [
        (("without_plan = 0.05", "with_plan = 0.075"), 0.05, 0.075),
        (("with_plan = 0.075", "risk_ratio = 1.5"), 0.05, 0.075),
        (("with_plan = 0.075", "percentage_points = 0.025"), 0.05, 0.075),
        (("without_plan = 0.05", "risk_ratio = 1.5"), 0.05, 0.075),
        (("without_plan = 0.05", "percentage_points = -0.02"), 0.05, 0.03),
    ],
)
def test_of_two_figures_both_shares_come_out_as_the_plan_runs(lines, without, with_plan):
    _, people = led(told(*lines))
    np.testing.assert_allclose(at(people["baseline"]), without, rtol=1e-9)
    np.testing.assert_allclose(at(people["plan"]), with_plan, rtol=1e-9)


def test_a_ratio_on_another_level_is_another_number_of_people():
    few = at(led(told("without_plan = 0.049", "risk_ratio = 1.5"))[1]["plan"]) - 0.049
    many = at(led(told("without_plan = 0.154", "risk_ratio = 1.5"))[1]["plan"]) - 0.154
    np.testing.assert_allclose(few, 0.0245, rtol=1e-8)
    np.testing.assert_allclose(many, 0.0770, rtol=1e-8)


def test_uncertain_figures_are_met_in_every_draw():
    study = told("with_plan = { ci95 = [0.05, 0.10] }", "risk_ratio = { p10 = 1.1, p90 = 1.9 }")
    block, people = led(study)
    without, with_plan = wanted(study.form.shares[0], block.values)
    assert without.std() > 0.005
    np.testing.assert_allclose(at(people["baseline"]), without, rtol=1e-9)
    np.testing.assert_allclose(at(people["plan"]), with_plan, rtol=1e-9)


def test_one_ratio_for_all_effects_that_name_the_share_and_jobs_can_last_longer():
    last = '[[plan.effect]]\nname = "last"\nmoves = ["job -> benefit"]\nshare = "work"\n'
    lines = ("without_plan = 0.05", "risk_ratio = 1.5")
    block, people = led(told(*lines, effects=EFFECTS + last + "inverse = true\n"))
    np.testing.assert_allclose(at(people["plan"]), 0.075, rtol=1e-9)
    found, cohort = block.values.found.effect["work"], block.cohorts[0]
    jobs, lasting = (cohort.components[f"plan.effect.{name}"] for name in ("jobs", "last"))
    np.testing.assert_allclose(np.exp(jobs.log_ratio), found)
    np.testing.assert_allclose(np.exp(lasting.log_ratio), 1.0 / found)
    assert (found < led(told(*lines))[0].values.found.effect["work"]).all()


def test_no_difference_is_a_ratio_of_exactly_one():
    alone = EFFECTS.partition('[[plan.effect]]\nname = "other"')[0]
    block, people = led(told("without_plan = 0.05", "risk_ratio = 1.0", effects=alone))
    assert (block.values.found.effect["work"] == 1.0).all()
    assert (people["plan"] == people["baseline"]).all()


def test_several_shares_hold_together():
    other = share(
        "without_plan = 0.2", "risk_ratio = 1.1", name="other", states='["other_job"]',
        moves='["benefit -> other_job"]', at='at = "2017-12"',
    )  # fmt: skip
    effects = EFFECTS.replace("hazard_ratio = 1.3", 'share = "other"')
    study = simlab.loads(STUDY + share("with_plan = 0.075", "risk_ratio = 1.5") + other + effects)
    _, people = led(study)
    np.testing.assert_allclose(at(people["baseline"]), 0.05, rtol=1e-8)
    np.testing.assert_allclose(at(people["plan"]), 0.075, rtol=1e-8)
    np.testing.assert_allclose(at(people["baseline"], ("other_job",), 36), 0.2, rtol=1e-8)
    np.testing.assert_allclose(at(people["plan"], ("other_job",), 36), 0.22, rtol=1e-8)


def test_shares_that_leave_hardly_anybody_behind_hold_together():
    """Each takes its people from the other: one after the other would creep there."""
    other = share(
        "without_plan = 0.1", "with_plan = 0.58", name="other", states='["other_job"]',
        moves='["benefit -> other_job"]',
    )  # fmt: skip
    effects = EFFECTS.replace("hazard_ratio = 1.3", 'share = "other"')
    many = share("without_plan = 0.1", "with_plan = 0.36")
    study = simlab.loads(STUDY.replace("out = 0.002", "out = 0.0005") + many + other + effects)
    block, people = led(study)
    assert not block.capped.any()
    np.testing.assert_allclose(at(people["plan"]), 0.36, rtol=1e-8)
    np.testing.assert_allclose(at(people["plan"], ("other_job",)), 0.58, rtol=1e-8)


def test_a_group_alone_is_followed_and_its_segment_alone_is_levelled():
    study = told("without_plan = 0.05", "risk_ratio = 1.5", 'of = ["far"]')
    block, _ = led(study)
    own = {c.cohort.segment: c.laws[0].base[0, 0, 0] for c in block.cohorts}
    plain = {c.cohort.segment: c.laws[0].base[0, 0, 0] for c in led(told_nothing())[0].cohorts}
    assert own["near"] == plain["near"]
    assert own["far"] != plain["far"]
    _, people = led(study, **{"citizens.near.number": 0})
    np.testing.assert_allclose(at(people["baseline"]), 0.05, rtol=1e-9)
    np.testing.assert_allclose(at(people["plan"]), 0.075, rtol=1e-9)


def told_nothing():
    return simlab.loads(STUDY + EFFECTS.replace('share = "work"', "hazard_ratio = 1.5"))


def test_places_and_programmes_are_resolved_on_the_way():
    places = EFFECTS.replace("coverage = 0.8", "places = 200")
    _, people = led(told("without_plan = 0.05", "risk_ratio = 1.2", effects=places))
    np.testing.assert_allclose(at(people["plan"]), 0.06, rtol=1e-8)
    programme = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 24\nplaces = 150\n'
    enrolled = EFFECTS.replace("coverage = 0.8", 'while = "enrolled"') + programme
    _, people = led(told("without_plan = 0.05", "risk_ratio = 1.2", effects=enrolled))
    np.testing.assert_allclose(at(people["baseline"]), 0.05, rtol=1e-9)
    np.testing.assert_allclose(at(people["plan"]), 0.06, rtol=1e-8)


def test_a_move_that_only_the_plan_makes_possible_is_there_while_the_ratio_is_found():
    school = '[[plan.effect]]\nname = "school"\n[plan.effect.chance_per_month.job]\nout = 0.05\n'
    _, people = led(told("without_plan = 0.05", "risk_ratio = 1.2", more=school))
    np.testing.assert_allclose(at(people["plan"]), 0.06, rtol=1e-9)


def test_shares_that_cannot_hold_together_are_capped():
    """Of one move two levels at two dates: each is met alone, and the search ends between them."""
    year_before = share("without_plan = 0.048", name="before", at="at_months = 46")
    block, people = led(told("without_plan = 0.05", "risk_ratio = 1.2", more=year_before))
    missed = ~np.isclose(at(people["baseline"]), 0.05, rtol=1e-6)
    missed |= ~np.isclose(at(people["baseline"], step=46), 0.048, rtol=1e-6)
    assert missed.any()
    assert (block.capped >= missed).all()


@pytest.mark.parametrize(
    "varied", [{"plan.scale": 0.5}, {"plan.later_months": 12}, {"plan.effect_years": 2}]
)
def test_another_plan_keeps_the_ratio_of_the_plan_that_was_measured(varied):
    study = told("without_plan = 0.05", "risk_ratio = 1.5")
    own = led(study)[0].values.found
    block, people = led(study, **varied)
    for name in ("level", "effect"):
        found, kept = (getattr(x, name)["work"] for x in (block.values.found, own))
        np.testing.assert_allclose(found, kept, rtol=1e-9)
    assert (at(people["plan"]) < 0.074).all()


def test_what_no_ratio_attains_is_capped_and_counted():
    uncertain = 'with_plan = { dist = "uniform", min = 0.3, max = 0.95 }'
    block, people = led(told("without_plan = 0.05", uncertain))
    found = at(people["plan"])
    met = np.isclose(found, block.values[block_share(block)], rtol=1e-8)
    assert 0 < block.capped.sum() < DRAWS
    assert (met == ~block.capped).all()


def block_share(block):
    (path,) = (p for p in block.values.figures if p.endswith("with_plan"))
    return block.values.figures[path]


def test_figures_that_do_not_fit_together_are_capped():
    block, _ = led(told("with_plan = 0.02", "percentage_points = 0.03"))
    assert block.capped.all()


def test_a_draw_knows_nobody_beside_it():
    study = told("with_plan = { ci95 = [0.05, 0.10] }", "risk_ratio = { p10 = 1.1, p90 = 1.9 }")
    compiled = compile_study(study)
    whole = compiled.block(0, DRAWS).values.found
    parts = [compiled.block(a, b).values.found for a, b in ((0, 5), (5, DRAWS))]
    for name in ("level", "effect"):
        joined = np.concatenate([getattr(part, name)["work"] for part in parts])
        assert (joined == getattr(whole, name)["work"]).all()


def test_the_business_cycle_moves_no_ratio():
    cycle = '[business_cycle]\nsd = 1.0\nhalf_life_months = 24\nloading."benefit -> job" = 0.3\n'
    study = told("without_plan = 0.05", "risk_ratio = 1.5", more=cycle)
    compiled, values = compile_study(study), sample(study, 0, DRAWS)
    found = [compiled.block_of(values, name).values.found for name in ("one", "another", None)]
    for other in found[1:]:
        assert (other.effect["work"] == found[0].effect["work"]).all()


@given(
    goal=st.floats(1e-6, 1 - 1e-6),
    start=st.floats(-3, 3),
    steepness=st.floats(0.2, 3.0),
    least=st.floats(0.0, 0.5),
    most=st.floats(0.6, 1.0),
)
@example(goal=1e-6, start=2.0, steepness=2.75, least=0.0, most=1.0)  # a line that leads nowhere
def test_the_search_finds_what_there_is_and_caps_the_rest(goal, start, steepness, least, most):
    def rising(u):
        return least + (most - least) / (1.0 + np.exp(-steepness * u))

    (u,), (capped,) = solve(lambda u, _: rising(u), np.array([goal]), np.array([start]))
    low, high = rising(np.array([-np.log(1e4), np.log(1e4)]))
    if low * (1 + 1e-5) + 1e-9 < goal < high * (1 - 1e-5) - 1e-9:
        assert not capped
        assert rising(np.array([u]))[0] == pytest.approx(goal, rel=1e-9)
    elif not low * (1 - 1e-5) < goal < high * (1 + 1e-5):
        assert capped


@pytest.mark.parametrize(
    ("lines", "of", "message"),
    [
        (("risk_ratio = 1.5",), {}, "A ratio needs its level"),
        ((), {}, "says nothing of how large it is"),
        (("without_plan = 0.05", "with_plan = 0.1", "risk_ratio = 2.0"), {}, "needs its level"),
        (("without_plan = 0.05",), {}, '"work" says nothing of the plan'),
        (("without_plan = 5", "risk_ratio = 1.5"), {}, "shares.work.without_plan"),
        (("without_plan = 0.05", "risk_ratio = 1.5"), {"at": ""}, "needs one time"),
        (("without_plan = 0.05", "risk_ratio = 1.5"), {"at": "at_months = 90"}, "after the horiz"),
        (("without_plan = 0.05", "risk_ratio = 1.5"), {"name": "job"}, 'unknown share "work"'),
        (("without_plan = 0.05", "risk_ratio = 1.5"), {"states": '["jobb"]'}, "did you mean"),
        (("without_plan = 0.05", "risk_ratio = 1.5"), {"moves": '["job -> out"]'}, "no move"),
        (("without_plan = 0.05", "risk_ratio = 1.5", 'of = ["out"]'), {}, "nobody starts"),
        (
            ("without_plan = 0.05", "risk_ratio = 1.5"),
            {"moves": '["job -> benefit"]'},
            "leads out of the states",
        ),
    ],
)
def test_what_does_not_say_a_share_is_refused(lines, of, message):
    with pytest.raises(StudyError, match=message):
        told(*lines, **of)


def test_a_share_is_of_those_there_at_the_start():
    lines = ("without_plan = 0.05", "risk_ratio = 1.5")
    with pytest.raises(StudyError, match=r"effect.jobs.reach .* those there at the start"):
        told(*lines, effects=EFFECTS.replace("coverage = 0.8", 'reach = "newcomers"'))
    nobody = {f"citizens.{name}.number": 0 for name in ("near", "far")}
    with pytest.raises(StudyError, match="nobody is there at the start"):
        told(*lines).replace({**nobody, "citizens.far.arrivals_per_month": 5})


@pytest.mark.parametrize("lines", ['moves = ["job -> benefit"]', INVERSE])
def test_an_effect_that_would_make_fewer_of_more_is_refused(lines):
    effect = EFFECTS.replace('moves = ["benefit -> job"]', lines, 1)
    with pytest.raises(StudyError, match="the states of the share"):
        told("without_plan = 0.05", "risk_ratio = 1.5", effects=effect)


def test_what_is_set_of_a_measured_plan_is_warned_of():
    study = told("without_plan = 0.05", "risk_ratio = 1.5")

    def warned(values):
        return [w.paths for w in study_warnings(study.replace(values)) if w.what == "found anew"]

    assert warned({"plan.effect.jobs.coverage": 0.4}) == [("plan.effect.jobs.coverage",)]
    assert warned({"plan.scale": 0.5, "citizens.near.number": 100}) == []


def test_inverse_belongs_to_a_share():
    with pytest.raises(StudyError, match="belongs to share"):
        told("without_plan = 0.1", effects=EFFECTS.replace('share = "work"', "inverse = true"))
