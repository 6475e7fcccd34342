"""What a plan does to moves: each kind of effect, and when, for whom and how strongly it acts.

Where one move leads out of one state, the intensity of each step can be read off the expected
people, so that an effect is seen as what the plan's future does, whatever was computed on the way.
"""

import math

import numpy as np
import pytest
from oracle import exact
from oracle.lives import PLAN, Chain, Clock

import simlab
from simlab.model.compiled import compile_study
from simlab.study.errors import StudyError

BASE = 0.04  # the intensity of the baseline's only move


def study(effect, plan="", years=2, step="month", number=1, people="", evidence=None, more=""):
    rate = f"[rate_per_month]\nbenefit.job = {BASE!r}" if evidence is None else evidence
    return simlab.loads(
        f"""
        start = "2020-01"
        years = {years}
        step = "{step}"
        states = ["benefit", "job", "pension"]
        [citizens.benefit]
        number = {number}
        {people}
        {rate}
        {more}
        [plan]
        {plan}
        {effect}
        """
    )


def histories(effect, draws=1, **more):
    return simlab.simulate(study(effect, **more), draws, engine="expected")


def felt(effect, draws=1, **more):
    """(draws, steps) the plan's intensity over the baseline's, for those still on benefit."""
    people = histories(effect, draws, **more)
    survival = [people.people(future)[:, :, 0] for future in ("plan", "baseline")]
    plan, baseline = (-np.diff(np.log(s), axis=1) for s in survival)
    return plan / baseline


def on_job(*lines):
    return "\n".join(["[[plan.effect]]", 'moves = ["benefit -> job"]', *lines])


def first_chances(effect, **more):
    """The plan's chances of the first step: (job, pension)."""
    return histories(effect, **more).people("plan")[0, 1, 1:]


TWO_WAYS = "[rate_per_month]\nbenefit = { job = 0.2, pension = 0.1 }"

# ---- kinds of effect ----------------------------------------------------------------------------


def test_a_hazard_ratio_multiplies_the_intensity():
    np.testing.assert_allclose(felt(on_job("hazard_ratio = 1.7")), 1.7, rtol=1e-10)


def test_a_hazard_ratio_leaves_the_other_moves_intensity_alone():
    job, pension = first_chances(on_job("hazard_ratio = 1.5"), evidence=TWO_WAYS)
    leave = -math.expm1(-0.4)
    assert job == pytest.approx(0.3 / 0.4 * leave, rel=1e-12)
    assert pension == pytest.approx(0.1 / 0.4 * leave, rel=1e-12)


def test_a_chance_ratio_multiplies_the_chance_and_takes_it_from_staying():
    before = histories("", evidence=TWO_WAYS).people("plan")[0, 1]
    job, pension = first_chances(on_job("chance_ratio = 0.509"), evidence=TWO_WAYS)
    assert job == pytest.approx(0.509 * before[1], rel=1e-12)
    assert pension == pytest.approx(before[2], rel=1e-12)


def test_hazard_ratios_come_first_and_then_multipliers_of_chances():
    both = on_job("chance_ratio = 1.2") + "\n" + on_job("hazard_ratio = 1.5")
    job, pension = first_chances(both, evidence=TWO_WAYS)
    leave = -math.expm1(-0.4)
    assert job == pytest.approx(1.2 * 0.3 / 0.4 * leave, rel=1e-12)
    assert pension == pytest.approx(0.1 / 0.4 * leave, rel=1e-12)


def test_chances_that_a_multiplier_would_lift_above_1_are_scaled_and_counted():
    evidence = "[chance_per_month]\nbenefit = { job = 0.6, pension = 0.3 }"
    found = histories(on_job("chance_ratio = 2"), evidence=evidence)
    job, pension = found.people("plan")[0, 1, 1:]
    assert job == pytest.approx(1.2 / 1.5, rel=1e-12)
    assert pension == pytest.approx(0.3 / 1.5, rel=1e-12)
    assert found.scaled_rows == 24
    assert histories(on_job("chance_ratio = 1.1"), evidence=evidence).scaled_rows == 0


def test_effects_multiply():
    both = on_job("hazard_ratio = 1.5") + "\n" + on_job("hazard_ratio = 0.8")
    np.testing.assert_allclose(felt(both), 1.2, rtol=1e-10)


def test_a_pattern_names_every_move_that_it_matches():
    effect = '[[plan.effect]]\nmoves = ["benefit -> *"]\nhazard_ratio = 2.0'
    job, pension = first_chances(effect, evidence=TWO_WAYS)
    leave = -math.expm1(-0.6)
    assert (job, pension) == pytest.approx((0.4 / 0.6 * leave, 0.2 / 0.6 * leave), rel=1e-12)


REPLACED = "[[plan.effect]]\n{lines}\n[plan.effect.rate_per_month]\nbenefit.job = 0.1"


def test_a_value_replaces_the_baseline_s():
    np.testing.assert_allclose(felt(REPLACED.format(lines="")), 0.1 / BASE, rtol=1e-10)


def test_a_replacing_chance_holds_beside_the_others_of_its_row():
    evidence = "[chance_per_month]\nbenefit = { job = 0.2, pension = 0.1 }"
    effect = "[[plan.effect]]\n[plan.effect.chance_per_month]\nbenefit.job = 0.5"
    assert first_chances(effect, evidence=evidence) == pytest.approx([0.5, 0.1], rel=1e-12)


def test_a_replacing_value_rises_with_its_ramp_on_the_log_scale():
    found = felt(REPLACED.format(lines="ramp_months = 4"))[0]
    expected = (0.1 / BASE) ** np.array([0.125, 0.375, 0.625, 0.875, 1.0])
    np.testing.assert_allclose(found[:5], expected, rtol=1e-10)


def test_a_move_that_the_baseline_does_not_have_rises_from_nothing_with_its_strength():
    effect = "[[plan.effect]]\nramp_months = 4\n[plan.effect.rate_per_month]\nbenefit.pension = 0.1"
    people = histories(effect).people("plan")[0]
    total = -np.diff(np.log(people[:, 0]))
    expected = BASE + 0.1 * np.array([0.125, 0.375, 0.625, 0.875, 1.0])
    np.testing.assert_allclose(total[:5], expected, rtol=1e-10)


def test_a_move_that_the_plan_stops_is_stopped():
    effect = "[[plan.effect]]\ncoverage = 0.75\n[plan.effect.rate_per_month]\nbenefit.job = 0"
    np.testing.assert_allclose(felt(effect), 0.25, rtol=1e-10)


# ---- ratios as a trial reports them -------------------------------------------------------------

BANDED = """
    [clocks.support]
    states = ["benefit"]
    [rate_per_month.benefit]
    job = { "1-3" = 0.15, "4-9" = 0.08, "10+" = 0.02 }
    pension = { "1-6" = 0.01, "7+" = 0.05 }
    """


def first_exit(h, months, start):
    """F(h) by the oracle: the chance that the first exit within n months is into a job."""

    def by_clock(clock, bands):
        return next(value for low, value in bands if clock >= low)

    def intensity(state, clock, away, step, future):
        if state != "benefit":
            return {}
        job = by_clock(clock, [(10, 0.02), (4, 0.08), (1, 0.15)])
        return {"job": h * job, "pension": by_clock(clock, [(7, 0.05), (1, 0.01)])}

    law = Clock(("benefit",), largest_edge=10, resets_after=1)
    chain = Chain(("benefit", "job", "pension"), intensity, (law,))
    total = 0.0
    for clock, share in start.items():
        layer = exact.layers(chain, ("benefit", clock), months, PLAN)[-1]
        total += share * exact.by_state(chain, layer)[1]
    return total


STARTS = {
    "all new": ("", {1: 1.0}),
    "long on the clock": ("months_on_clock = 8", {8: 1.0}),
    "mixed": ('months_on_clock = { "1" = 0.4, "5" = 0.6 }', {1: 0.4, 5: 0.6}),
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("months", "ratio"), [(12, 1.3), (18, 0.6), (1, 1.1), (7, 0.01)])
def test_a_risk_ratio_at_n_months_gives_that_share(start, months, ratio):
    people, shares = STARTS[start]
    effect = on_job(f"risk_ratio = {ratio}", f"at_months = {months}")
    found = histories(effect, evidence=BANDED, people=people, number=10)
    job = found.people("plan")[0, months, 1] / 10
    f0 = first_exit(1.0, months, shares)
    assert found.people("baseline")[0, months, 1] / 10 == pytest.approx(f0, rel=1e-12)
    assert job == pytest.approx(ratio * f0, rel=1e-9, abs=1e-12)
    # and it is one hazard ratio that does it, the same in every month
    h = float(np.exp(found.block.cohorts[0].components["plan.effect.0 from benefit"].log_ratio[0]))
    assert first_exit(h, months, shares) == pytest.approx(ratio * f0, rel=1e-9, abs=1e-12)


def test_a_trial_s_hazard_ratio_is_the_draw_s_own_whatever_draws_stand_beside_it():
    effect = on_job("risk_ratio = { p10 = 0.8, p90 = 1.6 }", "at_months = 9")
    compiled = compile_study(study(effect, evidence=BANDED, number=10))

    def ratios(start, stop):
        (cohort,) = compiled.block(start, stop).cohorts
        return cohort.components["plan.effect.0 from benefit"].log_ratio

    together = ratios(0, 40)
    assert [ratios(d, d + 1)[0] for d in range(40)] == together.tolist()


@pytest.mark.parametrize("points", [0.134, -0.05])
def test_percentage_points_at_n_months_are_added_to_that_share(points):
    effect = on_job(f"percentage_points = {points}", "at_months = 18")
    found = histories(effect, evidence=BANDED, number=1)
    f0 = first_exit(1.0, 18, {1: 1.0})
    assert found.people("plan")[0, 18, 1] == pytest.approx(f0 + points, rel=1e-9)


def test_a_trial_of_several_moves_counts_them_together():
    effect = '[[plan.effect]]\nmoves = ["benefit -> *"]\nrisk_ratio = 1.2\nat_months = 12'
    found = histories(effect, evidence=BANDED)
    off = [1.0 - found.people(future)[0, 12, 0] for future in ("baseline", "plan")]
    assert off[1] == pytest.approx(1.2 * off[0], rel=1e-9)


def test_a_trial_in_years_or_weeks_counts_the_study_s_steps():
    twelve = felt(on_job("risk_ratio = 1.3", "at_months = 12"))
    assert (felt(on_job("risk_ratio = 1.3", "at_years = 1")) == twelve).all()
    weekly = histories(on_job("risk_ratio = 1.3", "at_weeks = 10"), step="week")
    off = [1.0 - weekly.people(future)[0, 10, 0] for future in ("baseline", "plan")]
    assert off[1] == pytest.approx(1.3 * off[0], rel=1e-9)


@pytest.mark.parametrize("lines", ["risk_ratio = 1.0", "percentage_points = 0.0"])
def test_no_ratio_is_a_hazard_ratio_of_exactly_1(lines):
    found = histories(on_job(lines, "at_months = 12"), evidence=BANDED)
    assert (found.heads("plan") == found.heads("baseline")).all()
    assert not found.block.capped.any()


@pytest.mark.parametrize(
    ("lines", "capped"),
    [
        ("risk_ratio = 1.5", False),
        ("risk_ratio = 9", True),
        ("percentage_points = 0.9", True),
        ("percentage_points = -0.9", True),
    ],
)
def test_a_share_that_no_hazard_ratio_attains_is_capped_and_counted(lines, capped):
    found = histories(on_job(lines, "at_months = 12"), evidence=BANDED, draws=3)
    assert (found.block.capped == capped).all()
    share = found.people("plan")[0, 12, 1]
    if lines == "percentage_points = -0.9":
        assert share == pytest.approx(0.0, abs=1e-12)
    elif capped:
        assert 0.99 < share <= 1.0


def test_points_on_a_move_that_nobody_makes_are_counted_as_unattainable():
    evidence = "[rate_per_month]\nbenefit = { job = 0.0, pension = 0.1 }"
    found = histories(on_job("percentage_points = 0.1", "at_months = 12"), evidence=evidence)
    assert found.block.capped.all()
    assert (found.heads("plan") == found.heads("baseline")).all()


def test_only_the_draws_that_are_out_of_reach_are_counted_as_capped():
    lines = ('risk_ratio = { min = 1.0, max = 4.0, dist = "uniform" }', "at_months = 12")
    found = histories(on_job(*lines), evidence=BANDED, draws=64)
    f0, most = first_exit(1.0, 12, {1: 1.0}), first_exit(1e4, 12, {1: 1.0})
    ratio = found.block.values.sampled["plan.effect.0.risk_ratio"]
    assert (found.block.capped == (ratio * f0 > most)).all()
    assert 0 < found.block.capped.sum() < 64


def test_a_trial_s_ratio_is_that_of_the_baseline_whatever_else_the_plan_does():
    """F0 is of the baseline: a second effect changes the people, not the hazard ratio."""
    trial = on_job("risk_ratio = 1.3", "at_months = 12")
    other = "[plan.rate_per_month]\nbenefit.pension = 0.4"
    ratios = [
        simlab.simulate(study(trial, evidence=TWO_WAYS, more=more), 1, engine="expected")
        .block.cohorts[0]
        .components["plan.effect.0 from benefit"]
        .log_ratio[0]
        for more in ("", other)
    ]
    assert ratios[0] == ratios[1]


def test_a_closed_exit_does_not_compete_in_a_trial():
    trial = on_job("risk_ratio = 1.05", "at_months = 12")
    more = '[closed]\n"benefit -> pension" = "2019-06"'
    people = histories(trial, evidence=TWO_WAYS, more=more)
    job = [people.people(future)[0, 12, 1] for future in ("baseline", "plan")]
    assert job[1] == pytest.approx(1.05 * job[0], rel=1e-9)


# ---- time ---------------------------------------------------------------------------------------


def strength(*lines, h=2.0, **more):
    """How much of the log effect is felt in each month."""
    return np.log(felt(on_job(f"hazard_ratio = {h}", *lines), **more)) / math.log(h)


def test_an_effect_begins_with_the_first_step_from_its_start():
    np.testing.assert_allclose(strength('start = "2020-04"')[0], [0] * 3 + [1] * 21, atol=1e-9)
    np.testing.assert_allclose(strength('start = "2020-04-15"')[0], [0] * 4 + [1] * 20, atol=1e-9)


def test_a_ramp_is_averaged_over_each_step():
    found = strength('start = "2020-03"', "ramp_months = 4")[0]
    expected = [0, 0, 0.125, 0.375, 0.625, 0.875] + [1] * 18
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_ramp_of_a_step_and_a_half_is_integrated_exactly():
    found = strength("ramp_months = 1.5")[0]
    # ∫ of t/1.5 over the first step; of the rest of the ramp and the full half step in the second
    second = (1.5**2 - 1) / 3 + 0.5
    np.testing.assert_allclose(found[:3], [1 / 3, second, 1.0], atol=1e-9)


def test_a_ramp_that_began_before_the_study_is_under_way_at_its_start():
    found = strength('start = "2019-07"', "ramp_months = 12")[0]
    expected = np.minimum((np.arange(24) + 6.5) / 12, 1.0)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_delay_moves_the_beginning_by_parts_of_a_step():
    found = strength("delay_months = 2.25")[0]
    np.testing.assert_allclose(found[:5], [0, 0, 0.75, 1, 1], atol=1e-9)


def test_an_uncertain_delay_is_each_draw_s_own():
    lines = ("hazard_ratio = 2", 'delay_months = { min = 0, max = 6, dist = "uniform" }')
    found = felt(on_job(*lines), draws=50)
    delay = study(on_job(*lines)).uncertain["plan.effect.0.delay_months"]
    assert delay.mean() == 3
    total = (np.log(found) / math.log(2)).sum(axis=1)
    assert total.max() - total.min() > 5
    assert total.mean() == pytest.approx(24 - 3, abs=0.2)


def test_an_effect_ends_after_its_last_month():
    np.testing.assert_allclose(strength('until = "2020-05"')[0], [1] * 5 + [0] * 19, atol=1e-9)
    np.testing.assert_allclose(strength('until = "2020"')[0], [1] * 12 + [0] * 12, atol=1e-9)


def test_the_plan_s_end_ends_every_effect():
    found = strength('until = "2021-06"', plan='until = "2020-05"')[0]
    np.testing.assert_allclose(found, [1] * 5 + [0] * 19, atol=1e-9)


def test_a_fading_effect_halves_its_logarithm_every_half_life():
    found = strength('until = "2020-05"', "fades = { half_life_months = 3 }")[0]
    np.testing.assert_allclose(found[:5], 1.0, atol=1e-9)
    rate = math.log(2) / 3
    k = np.arange(19)
    average = np.exp(-rate * k) * -np.expm1(-rate) / rate  # ∫ 2^(−s/3) over each step
    np.testing.assert_allclose(found[5:], average, atol=1e-9)
    np.testing.assert_allclose(found[8:] / found[5:-3], 0.5, atol=1e-8)


def test_an_effect_that_ends_within_its_ramp_fades_from_where_it_stood():
    found = strength("ramp_months = 10", 'until = "2020-05"', "fades = { half_life_months = 4 }")
    rate = math.log(2) / 4
    np.testing.assert_allclose(found[0, :5], [0.05, 0.15, 0.25, 0.35, 0.45], atol=1e-9)
    assert found[0, 5] == pytest.approx(0.5 * -math.expm1(-rate) / rate, abs=1e-9)


def test_yearly_steps_average_a_ramp_of_months():
    found = strength("ramp_months = 18", step="year", years=3)[0]
    np.testing.assert_allclose(found, [1 / 3, (1.5**2 - 1) / 3 + 0.5, 1.0], atol=1e-9)


# ---- for whom -----------------------------------------------------------------------------------


def test_coverage_thins_the_effect():
    np.testing.assert_allclose(felt(on_job("hazard_ratio = 1.5", "coverage = 0.3")), 1.15,
                               rtol=1e-10)  # fmt: skip


def test_coverage_thins_the_effect_as_far_as_it_has_risen():
    found = felt(on_job("hazard_ratio = 1.5", "coverage = 0.3", "ramp_months = 2"))[0]
    expected = 1 + 0.3 * (1.5 ** np.array([0.25, 0.75, 1.0]) - 1)
    np.testing.assert_allclose(found[:3], expected, rtol=1e-10)


def test_a_fixed_coverage_splits_people_once_and_for_all():
    effect = on_job("hazard_ratio = 1.5", "coverage = 0.3", 'coverage_is = "fixed"')
    people = histories(effect, number=10).people("plan")[0, :, 0]
    t = np.arange(25)
    expected = 3 * np.exp(-1.5 * BASE * t) + 7 * np.exp(-BASE * t)
    np.testing.assert_allclose(people, expected, rtol=1e-10)


@pytest.mark.parametrize("coverage", [0.45, 0.05, 0.15, 0.35, 1 / 3])
@pytest.mark.parametrize("number", [1, 10, 30, 33, 70])
def test_a_fixed_coverage_loses_nobody_to_rounding(coverage, number):
    effect = on_job("hazard_ratio = 1.5", f"coverage = {coverage}", 'coverage_is = "fixed"')
    other = on_job("hazard_ratio = 0.5", f"coverage = {coverage}", 'coverage_is = "fixed"')
    for effects in (effect, effect + "\n" + other):
        found = histories(effects, number=number)
        assert found.people("plan")[0, 0].sum() == number
        np.testing.assert_allclose(found.people("plan")[0].sum(axis=1), number, rtol=1e-12)


def test_two_fixed_coverages_are_independent_of_each_other():
    one = on_job("hazard_ratio = 2", "coverage = 0.5", 'coverage_is = "fixed"')
    other = on_job("hazard_ratio = 3", "coverage = 0.2", 'coverage_is = "fixed"')
    people = histories(one + "\n" + other, number=100).people("plan")[0, :, 0]
    t = np.arange(25)
    expected = sum(
        share * np.exp(-h * BASE * t) for share, h in ((10, 6), (40, 2), (10, 3), (40, 1))
    )
    np.testing.assert_allclose(people, expected, rtol=1e-10)


ARRIVALS = "arrivals_per_month = 2.0"


def everyone(h_stock, h_new, number=10):
    """Those on benefit, month by month, when stock and newcomers leave by their own ratios."""
    t = np.arange(25)
    stock = number * np.exp(-h_stock * BASE * t)
    new = [2.0 * sum(math.exp(-h_new * BASE * (now - came)) for came in range(1, now + 1))
           for now in t]  # fmt: skip
    return stock + new


@pytest.mark.parametrize(
    ("reach", "ratios"), [("all", (1.5, 1.5)), ("stock", (1.5, 1.0)), ("newcomers", (1.0, 1.5))]
)
def test_an_effect_reaches_the_stock_the_newcomers_or_both(reach, ratios):
    effect = on_job("hazard_ratio = 1.5", f'reach = "{reach}"')
    found = histories(effect, number=10, people=ARRIVALS)
    np.testing.assert_allclose(found.people("plan")[0, :, 0], everyone(*ratios), rtol=1e-10)
    np.testing.assert_allclose(found.people("baseline")[0, :, 0], everyone(1, 1), rtol=1e-10)


def test_an_effect_reaches_the_segments_it_names():
    more = """
        [segments.young]
        [segments.old.hazard_ratio]
        "benefit -> job" = 0.5
        [citizens.young]
        state = "benefit"
        segment = "young"
        number = 20
        [citizens.old]
        state = "benefit"
        segment = "old"
        number = 40
        """
    effect = on_job("hazard_ratio = 3", 'segments = ["old"]')
    people = histories(effect, number=10, more=more).people("plan")[0, :, 0]
    t = np.arange(25)
    expected = 30 * np.exp(-BASE * t) + 40 * np.exp(-1.5 * BASE * t)
    np.testing.assert_allclose(people, expected, rtol=1e-10)


def test_arrivals_are_multiplied_for_the_groups_named_and_as_the_effect_rises():
    more = '[citizens.others]\nstate = "pension"\narrivals_per_month = 5.0'
    effect = '[[plan.effect]]\narrivals = ["benefit"]\narrivals_ratio = 0.8\nramp_months = 2'
    found = histories(effect, number=0, people=ARRIVALS, more=more)
    arrived = np.diff(found.people("plan")[0].sum(axis=1))
    expected = 5 + 2 * 0.8 ** np.array([0.25, 0.75, 1.0])
    np.testing.assert_allclose(arrived[:3], expected, rtol=1e-10)
    np.testing.assert_allclose(np.diff(found.people("baseline")[0].sum(axis=1)), 7.0, rtol=1e-10)


# ---- numbers of people --------------------------------------------------------------------------


def recursion(coverage_of, h=1.5, number=100, arrivals=0.0, steps=24):
    """Those on benefit in the plan's future when coverage follows their number a step before."""
    here, found = float(number), [float(number)]
    for _ in range(steps):
        here = here * math.exp(-BASE * (1 + coverage_of(here) * (h - 1))) + arrivals
        found.append(here)
    return found


def test_places_cover_what_they_can_of_those_eligible_a_step_before():
    effect = on_job("hazard_ratio = 1.5", "places = 30")
    found = histories(effect, number=100).people("plan")[0, :, 0]
    np.testing.assert_allclose(found, recursion(lambda n: min(1.0, 30 / n)), rtol=1e-9)


def test_places_never_cover_more_than_the_coverage():
    effect = on_job("hazard_ratio = 1.5", "places = 30", "coverage = 0.4")
    found = histories(effect, number=100, people=ARRIVALS)
    expected = recursion(lambda n: min(0.4, 30 / n), arrivals=2.0)
    np.testing.assert_allclose(found.people("plan")[0, :, 0], expected, rtol=1e-9)
    assert found.block.coverage[0].max() == pytest.approx(0.4)
    assert found.block.coverage[0].min() < 0.35


def test_places_are_shared_by_all_segments():
    more = """
        [segments.old]
        [citizens.old]
        state = "benefit"
        segment = "old"
        number = 60
        """
    effect = on_job("hazard_ratio = 1.5", "places = 30")
    found = histories(effect, number=40, more=more).people("plan")[0, :, 0]
    np.testing.assert_allclose(found, recursion(lambda n: min(1.0, 30 / n)), rtol=1e-9)


def test_places_are_for_those_whom_the_effect_reaches():
    effect = on_job("hazard_ratio = 1.5", "places = 30", 'reach = "stock"')
    found = histories(effect, number=100, people=ARRIVALS)
    stock = np.array(recursion(lambda n: min(1.0, 30 / n)))
    newcomers = everyone(1, 1, number=0)
    np.testing.assert_allclose(found.people("plan")[0, :, 0], stock + newcomers, rtol=1e-9)


def caseload(workers, extra, per_halving=1.4, plan=""):
    return (
        on_job(f"hazard_ratio_per_halving = {per_halving}")
        + f'\n[plan.caseload]\nstates = ["benefit"]\nworkers = {workers}\nextra_workers = {extra}'
        + plan
    )


def test_a_caseload_acts_by_halvings_of_cases_for_each_worker():
    """L is people on benefit a step before, over caseworkers; both futures have their own."""
    found = histories(caseload(10, 6), number=300)
    baseline, plan = [300.0], [300.0]
    for _ in range(24):
        halvings = math.log2((baseline[-1] / 10) / (plan[-1] / 16))
        baseline.append(baseline[-1] * math.exp(-BASE))
        plan.append(plan[-1] * math.exp(-BASE * 1.4**halvings))
    np.testing.assert_allclose(found.people("plan")[0, :, 0], plan, rtol=1e-9)
    np.testing.assert_allclose(found.people("baseline")[0, :, 0], baseline, rtol=1e-9)
    assert plan[-1] < 0.8 * baseline[-1]


def test_doubling_the_caseworkers_is_one_halving_at_first():
    found = felt(caseload(10, 10), number=300)[0]
    assert found[0] == pytest.approx(1.4, rel=1e-10)
    assert (np.diff(found) > 0).all()  # fewer cases in the plan's future ease it further


def test_an_equal_caseload_is_exactly_1():
    found = histories(caseload(10, 0), number=300)
    assert (found.heads("plan") == found.heads("baseline")).all()


def test_extra_workers_come_and_go_at_their_dates():
    extra = '{ "2020-03" = 10, "2020-05" = 0 }'
    found = felt(caseload(10, extra), number=300)[0]
    assert (found[:2] == 1.0).all()
    assert found[2] == pytest.approx(1.4, rel=1e-10)
    assert found[3] > 1.4
    assert 1.0 < found[4] < 1.05  # fewer cases are left, for as many workers


def test_the_plan_s_end_takes_the_extra_workers_with_it():
    found = felt(caseload(10, 10), number=300, plan='until = "2020-04"')[0]
    assert (found[:4] > 1.39).all()
    np.testing.assert_allclose(found[4:], 1.0, rtol=1e-12)


# ---- uncertain effects --------------------------------------------------------------------------


def test_an_effect_that_is_nothing_with_a_chance_is_exactly_nothing_in_those_draws():
    ratio = "hazard_ratio = { none = 0.25, else = { p10 = 1.2, p90 = 1.8 } }"
    found = histories(on_job(ratio), draws=1600)
    same = (found.heads("plan") == found.heads("baseline")).all(axis=(1, 2))
    assert same.mean() == pytest.approx(0.25, abs=1e-3)
    assert (felt(on_job(ratio), draws=1600)[~same] != 1.0).all()


def test_a_named_effect_is_found_by_its_name():
    effect = on_job('name = "coach"', "hazard_ratio = { p10 = 1.2, p90 = 1.8 }")
    assert list(study(effect).uncertain) == ["plan.effect.coach.hazard_ratio"]
    assert len(np.unique(felt(effect, draws=20)[:, 0].round(6))) == 20


def test_an_effect_on_an_unknown_move_is_refused():
    with pytest.raises(StudyError, match="no move"):
        study('[[plan.effect]]\nmoves = ["job -> pension"]\nhazard_ratio = 2')
