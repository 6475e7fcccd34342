"""Evidence in every form, and the chances that people then move by (`model.rows`).

What a study says goes in as TOML; what comes out is read off the expected numbers of one citizen,
so that nothing between the two is taken for granted.
"""

import math

import numpy as np
import pytest
from agreement import check_means, check_variances
from scipy.optimize import brentq

import simlab
from simlab.study.errors import StudyError

PER_YEAR = {"week": 365.2425 / 7, "month": 12.0, "year": 1.0}


def study(evidence, step="month", years=2, more="", start='number = 1\nstate = "a"'):
    return simlab.loads(
        f"""
        start = "2020-01"
        years = {years}
        step = "{step}"
        states = ["a", "b", "c", "d"]
        [citizens.somebody]
        {start}
        {evidence}
        {more}
        """
    )


def walked(evidence, step="month", draws=1, future="baseline", **more):
    """(draws, steps + 1, 4) the chance that a citizen who started in a is in each state."""
    histories = simlab.simulate(study(evidence, step, **more), draws, engine="expected")
    return histories.people(future)


def chances(evidence, step="month", draws=1, **more):
    """The chances of the first step: {to: (draws,)}."""
    after = walked(evidence, step, draws, **more)[:, 1]
    return dict(zip("bcd", after[:, 1:].T, strict=True))


def intensities(evidence, step="month", **more):
    """The intensities of the first step, from its chances: a_j = p_j · A / (1 − e^−A)."""
    p = {to: float(chance[0]) for to, chance in chances(evidence, step, **more).items()}
    leave = sum(p.values())
    total = -math.log1p(-leave)
    return {to: chance * total / leave for to, chance in p.items()}


def scaled(evidence, draws=1, **more):
    histories = simlab.simulate(study(evidence, **more), draws, engine="expected")
    return histories.block.scaled


# ---- chances ------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["week", "month", "year"])
@pytest.mark.parametrize("p", [(0.03, 0.05, 0.001), (0.6, 0.3, 0.09999), (1e-9, 0.0, 0.5)])
def test_a_row_of_chances_is_reproduced_exactly(step, p):
    found = chances(f"[chance_per_{step}]\na = {{ b = {p[0]}, c = {p[1]}, d = {p[2]} }}", step)
    for to, chance in zip("bcd", p, strict=True):
        assert found[to][0] == pytest.approx(chance, rel=1e-13, abs=1e-300)


OTHER_FORMS = {
    "a rate": ("[rate_per_month]\na.c = 0.7", 0.7),
    "a yearly rate": ("[rate_per_year]\na.c = 6.0", 0.5),
    "a mean duration": ("[mean_months]\na.c = 4", 0.25),
    "a median duration": ("[median_years]\na.c = 1.5", math.log(2) / 18),
    "a share": ("[share_within]\na.c = { share = 0.6, months = 18 }", -math.log(0.4) / 18),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
@pytest.mark.parametrize("p", [(0.05, 0.0), (0.2, 0.1), (0.9, 0.0999), (1e-7, 0.0)])
def test_in_a_mixed_row_the_chances_hold_and_the_others_keep_their_intensity(form, p):
    text, other = OTHER_FORMS[form]
    found = chances(f"[chance_per_month]\na = {{ b = {p[0]}, d = {p[1]} }}\n{text}")
    # A > H solves Σp = (A − H)/A · (1 − e^−A)
    total = brentq(
        lambda a: (a - other) / a * -math.expm1(-a) - sum(p), other, 1e6, xtol=1e-15, rtol=1e-14
    )
    assert found["b"][0] == pytest.approx(p[0], rel=1e-11)
    assert found["d"][0] == pytest.approx(p[1], rel=1e-11)
    assert found["c"][0] == pytest.approx(other / total * -math.expm1(-total), rel=1e-10)


def test_two_other_forms_share_a_row_with_chances():
    found = intensities(
        "[chance_per_month]\na.b = 0.1\n[rate_per_month]\na.c = 0.2\n[mean_years]\na.d = 1"
    )
    assert found["c"] == pytest.approx(0.2, rel=1e-10)
    assert found["d"] == pytest.approx(1 / 12, rel=1e-10)
    assert chances("[chance_per_month]\na.b = 0.1\n[rate_per_month]\na.c = 0.2")["b"] == (
        pytest.approx(0.1, rel=1e-12)
    )


def test_chances_of_a_longer_unit_hold_over_that_unit():
    """A yearly row of chances under monthly steps: as crude chances, into absorbing states."""
    people = walked("[chance_per_year]\na = { b = 0.3, c = 0.2 }")
    np.testing.assert_allclose(people[0, 12], [0.5, 0.3, 0.2, 0.0], rtol=1e-12)
    np.testing.assert_allclose(people[0, 24], [0.25, 0.45, 0.3, 0.0], rtol=1e-12)


def test_a_mixed_row_of_a_longer_unit_holds_over_that_unit():
    people = walked("[chance_per_year]\na.b = 0.3\n[rate_per_month]\na.c = 0.05")
    assert people[0, 12, 1] == pytest.approx(0.3, rel=1e-11)
    left = -math.log(people[0, 12, 0])
    assert people[0, 12, 2] == pytest.approx(0.6 / left * (1 - people[0, 12, 0]), rel=1e-10)


# ---- other forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", PER_YEAR)
@pytest.mark.parametrize("unit", PER_YEAR)
def test_a_rate_is_the_same_per_year_whatever_the_step(unit, step):
    found = intensities(f"[rate_per_{unit}]\na = {{ b = 0.02, c = 0.03 }}", step)
    steps_per_unit = PER_YEAR[step] / PER_YEAR[unit]
    assert found["b"] == pytest.approx(0.02 / steps_per_unit, rel=1e-11)
    assert found["c"] == pytest.approx(0.03 / steps_per_unit, rel=1e-11)


@pytest.mark.parametrize("step", PER_YEAR)
@pytest.mark.parametrize("unit", PER_YEAR)
def test_a_mean_and_a_median_duration_are_turned_over(unit, step):
    steps = 30 * PER_YEAR[step] / PER_YEAR[unit]
    mean = intensities(f"[mean_{unit}s]\na.b = 30", step)
    assert mean["b"] == pytest.approx(1 / steps, rel=1e-10)
    median = intensities(f"[median_{unit}s]\na.b = 30", step)
    assert median["b"] == pytest.approx(math.log(2) / steps, rel=1e-10)


def test_half_have_moved_at_the_median():
    assert walked("[median_months]\na.b = 9")[0, 9, 1] == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(("length", "step", "when"), [
    ("months = 18", "month", 18),
    ("years = 1.5", "month", 18),
    ("years = 2", "year", 2),
    ("weeks = 40", "week", 40),
])  # fmt: skip
def test_a_share_within_a_time_has_moved_by_then_where_it_is_the_only_way_out(length, step, when):
    people = walked(f"[share_within]\na.b = {{ share = 0.6, {length} }}", step)
    assert people[0, when, 1] == pytest.approx(0.6, rel=1e-12)


def test_a_share_within_a_time_is_net_of_the_other_ways_out():
    found = intensities(
        "[share_within]\na.b = { share = 0.6, months = 18 }\n[rate_per_month]\na.c = 0.3"
    )
    assert found["b"] == pytest.approx(-math.log(0.4) / 18, rel=1e-11)
    assert found["c"] == pytest.approx(0.3, rel=1e-11)


def test_zero_evidence_moves_nobody():
    for text in ("[rate_per_month]\na.b = 0", "[share_within]\na.b = { share = 0, months = 3 }"):
        assert chances(text)["b"][0] == 0.0


# ---- counts -------------------------------------------------------------------------------------


def test_counts_are_a_dirichlet_with_half_a_count_more():
    draws = 4096
    found = chances("[count_per_month]\na = { a = 90, b = 6, c = 3, d = 0 }", draws=draws)
    alpha = np.array([6.5, 3.5, 0.5])
    size = alpha.sum() + 90.5
    mean = alpha / size
    variance = mean * (1 - mean) / (size + 1)
    sample = np.stack([found[to] for to in "bcd"], axis=1)
    check_means(sample * 1000, mean * 1000, variance * 1e6, "Dirichlet means")
    check_variances(sample * 1000, mean * 1000, variance * 1e6, "Dirichlet variances")
    covariance = -mean[0] * mean[1] / (size + 1)
    assert np.cov(sample[:, 0], sample[:, 1])[0, 1] == pytest.approx(covariance, abs=2e-5)


def test_point_takes_the_mean_of_the_counts():
    found = chances("[count_per_month]\na = { a = 90, b = 6, c = 3, d = 0, point = true }", draws=3)
    for to, alpha in zip("bcd", (6.5, 3.5, 0.5), strict=True):
        np.testing.assert_allclose(found[to], alpha / 101, rtol=1e-12)


def test_prior_0_takes_the_counts_raw():
    text = "[count_per_year]\na = { a = 1251, b = 350, c = 116, d = 17, prior = 0, point = true }"
    found = chances(text, step="year")
    for to, count in zip("bcd", (350, 116, 17), strict=True):
        assert found[to][0] == pytest.approx(count / 1734, rel=1e-13)
    uncertain = chances(text.replace(", point = true", ""), step="year", draws=1024)
    mean = 350 / 1734
    variance = mean * (1 - mean) / 1735
    sample = 1e3 * uncertain["b"][:, None]
    check_means(sample, np.array([1e3 * mean]), np.array([1e6 * variance]), "raw counts")


def test_a_count_of_0_without_a_prior_is_a_move_that_is_never_made():
    found = chances("[count_per_month]\na = { a = 9, b = 6, c = 0, prior = 0 }", draws=50)
    assert (found["c"] == 0).all()
    assert (found["b"] > 0).all()


def test_events_over_exposure_are_a_gamma():
    rate = "[rate_per_month]\na.b = { events = 37, exposure = 1_200 }"
    a = -np.log(walked(rate, draws=4096)[:, 1, :1])
    shape, scale = 37.5, 1e3 / 1200
    mean, variance = np.array([shape * scale]), np.array([shape * scale**2])
    check_means(1e3 * a, mean, variance, "events and exposure")
    check_variances(1e3 * a, mean, variance, "events and exposure")


def test_successes_in_trials_are_a_beta():
    found = chances("[chance_per_month]\na.b = { successes = 3, trials = 20 }", draws=4096)
    sample = 1e3 * found["b"][:, None]
    mean = 3.5 / 21
    variance = mean * (1 - mean) / 22
    check_means(sample, np.array([1e3 * mean]), np.array([1e6 * variance]), "trials")
    check_variances(sample, np.array([1e3 * mean]), np.array([1e6 * variance]), "trials")


# ---- rows that sum to more than 1 (to exactly 1: test_certain_rows) -----------------------------


def test_only_the_draws_whose_chances_sum_to_more_than_1_are_scaled():
    text = """
        [chance_per_month.a]
        b = { min = 0.0, max = 1.0, dist = "uniform" }
        c = { min = 0.0, max = 1.0, dist = "uniform" }
        """
    found, over = chances(text, draws=2000), scaled(text, draws=2000)
    leave = found["b"] + found["c"]
    assert 0.45 < over.mean() < 0.55
    np.testing.assert_allclose(leave[over], 1.0, rtol=1e-12)
    assert (leave[~over] < 1.0).all()


def test_a_row_of_chances_below_1_is_not_counted_as_scaled():
    assert not scaled("[chance_per_month]\na = { b = 0.5, c = 0.499 }").any()


# ---- bands --------------------------------------------------------------------------------------

CLOCK = "[clocks.support]\nstates = [{states}]\n"


def survival(evidence, step="month", **more):
    """The intensity of each step for those who are still in a."""
    people = walked(evidence, step, more=CLOCK.format(states='"a"'), **more)[0, :, 0]
    return -np.diff(np.log(people))


def test_bands_count_the_steps_on_the_clock():
    found = survival('[chance_per_month]\na.b = { "1-3" = 0.3, "4-6" = 0.2, "7+" = 0.1 }')
    expected = [-math.log(1 - p) for p in (0.3, 0.3, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1)]
    np.testing.assert_allclose(found[:8], expected, rtol=1e-12)


def test_the_stock_enters_the_bands_where_its_clock_stands():
    start = 'number = 1\nstate = "a"\nmonths_on_clock = 5'
    found = survival('[chance_per_month]\na.b = { "1-3" = 0.3, "4-6" = 0.2, "7+" = 0.1 }',
                     start=start)  # fmt: skip
    expected = [-math.log(1 - p) for p in (0.2, 0.2, 0.1, 0.1)]
    np.testing.assert_allclose(found[:4], expected, rtol=1e-12)


def test_yearly_bands_of_monthly_steps_change_after_twelve_months():
    found = survival('[rate_per_year]\na.b = { "1" = 1.2, "2+" = 0.6 }')
    np.testing.assert_allclose(found, [0.1] * 12 + [0.05] * 12, rtol=1e-12)


def test_a_step_that_crosses_a_band_takes_the_average_over_its_time():
    """Monthly bands of weekly steps: the intensity summed to any week is the integral to it."""
    found = survival('[rate_per_month]\na.b = { "1-3" = 0.4, "4-5" = 0.1, "6+" = 0.2 }', "week")
    months = np.arange(len(found) + 1) * 12 / PER_YEAR["week"]
    integral = 0.4 * np.minimum(months, 3)
    integral += 0.1 * np.clip(months - 3, 0, 2) + 0.2 * np.maximum(months - 5, 0)
    np.testing.assert_allclose(np.cumsum(found), integral[1:], rtol=1e-9)


def test_weekly_bands_of_yearly_steps_are_averaged_over_the_year():
    found = survival('[rate_per_week]\na.b = { "1-13" = 0.02, "14+" = 0.01 }', "year")
    weeks = PER_YEAR["week"]
    np.testing.assert_allclose(found, [0.02 * 13 + 0.01 * (weeks - 13), 0.01 * weeks], rtol=1e-12)


def test_a_row_is_solved_on_the_common_refinement_of_its_bands():
    """Each chance holds in each month, whatever the bands of the other entries."""
    text = """
        [chance_per_month.a]
        b = { "1-2" = 0.3, "3+" = 0.1 }
        c = { "1-3" = 0.05, "4+" = 0.2 }
        [rate_per_month.a]
        d = { "1-4" = 0.25, "5+" = 0.0 }
        """
    people = walked(text, more=CLOCK.format(states='"a"'))[0]
    moved = np.diff(people, axis=0) / people[:-1, :1]
    np.testing.assert_allclose(moved[:6, 1], [0.3, 0.3, 0.1, 0.1, 0.1, 0.1], rtol=1e-10)
    np.testing.assert_allclose(moved[:6, 2], [0.05, 0.05, 0.05, 0.2, 0.2, 0.2], rtol=1e-10)
    assert (moved[:4, 3] > 0.1).all()
    np.testing.assert_allclose(moved[4:, 3], 0.0, atol=1e-15)


def test_bands_of_different_units_meet_in_one_row():
    text = """
        [rate_per_month.a]
        b = { "1-6" = 0.1, "7+" = 0.05 }
        [rate_per_year.a]
        c = { "1" = 0.12, "2+" = 0.6 }
        """
    people = walked(text, more=CLOCK.format(states='"a"'))[0]
    total = -np.diff(np.log(people[:, 0]))
    np.testing.assert_allclose(total, [0.11] * 6 + [0.06] * 6 + [0.1] * 12, rtol=1e-12)


def test_bands_by_time_away_count_from_1():
    """Everybody leaves a at once; the way back is by months since they left."""
    text = """
        [rate_per_month]
        a.b = 400.0
        b.d = { "1" = 0.5, "2-3" = 0.2, "4+" = 0.1, by = "support.away" }
        """
    people = walked(text, more=CLOCK.format(states='"a"'))[0]
    found = -np.diff(np.log(people[1:, 1]))
    np.testing.assert_allclose(found[:5], [0.5, 0.2, 0.2, 0.1, 0.1], rtol=1e-10)


def test_who_never_was_there_has_been_away_for_ever():
    text = """
        [rate_per_month]
        a.b = 0.1
        b.d = { "1" = 0.5, "2-3" = 0.2, "4+" = 0.1, by = "support.away" }
        """
    start = 'number = 1\nstate = "b"'
    people = walked(text, more=CLOCK.format(states='"a"'), start=start)[0]
    np.testing.assert_allclose(-np.diff(np.log(people[:, 1])), 0.1, rtol=1e-12)


def test_bands_without_a_clock_are_refused():
    with pytest.raises(StudyError, match="has no clock"):
        study('[rate_per_month]\na.b = { "1-6" = 0.1, "7+" = 0.05 }')


# ---- dates and trends ---------------------------------------------------------------------------


def by_month(evidence, more=""):
    """The intensity of each step for those who are still in a, without a clock."""
    return -np.diff(np.log(walked(evidence, more=more)[0, :, 0]))


def test_a_dated_value_holds_from_the_first_step_that_starts_on_or_after_its_date():
    found = by_month(
        '[rate_per_month]\na.b = { "2020-01" = 0.1, "2020-07" = 0.2, "2020-09-02" = 0.3 }'
    )
    np.testing.assert_allclose(found, [0.1] * 6 + [0.2] * 3 + [0.3] * 15, rtol=1e-12)


def test_the_first_dated_value_holds_before_its_date_too():
    found = by_month('[rate_per_month]\na.b = { "2020-05" = 0.1, "2021-01" = 0.2 }')
    np.testing.assert_allclose(found, [0.1] * 12 + [0.2] * 12, rtol=1e-12)


def test_dates_and_bands_go_together():
    text = '[chance_per_month]\na.b = { "2020-01" = 0.1, "2020-04" = { "1-4" = 0.3, "5+" = 0.2 } }'
    found = survival(text)
    expected = [-math.log(1 - p) for p in [0.1] * 3 + [0.3] + [0.2] * 20]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_other_chances_of_a_row_hold_through_a_dated_change():
    text = '[chance_per_month.a]\nb = { "2020-01" = 0.1, "2020-04" = 0.6 }\nc = 0.2'
    people = walked(text)[0]
    moved = (np.diff(people, axis=0) / people[:-1, :1])[:8]
    np.testing.assert_allclose(moved[:, 2], 0.2, rtol=1e-10)
    np.testing.assert_allclose(moved[:, 1], [0.1] * 3 + [0.6] * 5, rtol=1e-10)


def test_a_trend_is_compounded_from_the_start():
    found = by_month("[rate_per_month]\na.b = 0.1", more='[trend_per_year]\n"a -> b" = 0.21')
    np.testing.assert_allclose(found, 0.1 * 1.21 ** (np.arange(24) / 12), rtol=1e-12)


# ---- segments -----------------------------------------------------------------------------------


def test_a_segment_s_hazard_ratio_acts_on_the_intensity_that_the_chance_means():
    more = '[segments.old.hazard_ratio]\n"a -> b" = 0.5'
    start = 'number = 1\nstate = "a"\nsegment = "old"'
    found = intensities("[chance_per_month]\na = { b = 0.3, c = 0.2 }", more=more, start=start)
    total = -math.log(0.5)
    assert found["b"] == pytest.approx(0.5 * 0.3 / 0.5 * total, rel=1e-12)
    assert found["c"] == pytest.approx(0.2 / 0.5 * total, rel=1e-12)


# ---- the plan's own evidence --------------------------------------------------------------------


def in_plan(evidence, more, **options):
    return {
        to: chance[0]
        for to, chance in zip(
            "bcd", walked(evidence, more=more, future="plan", **options)[:, 1, 1:].T, strict=True
        )
    }


def test_the_plan_s_evidence_replaces_the_moves_it_names_and_no_others():
    base = "[chance_per_month]\na = { b = 0.1, c = 0.2 }"
    found = in_plan(base, "[plan.chance_per_month]\na.b = 0.3")
    assert found == pytest.approx({"b": 0.3, "c": 0.2, "d": 0.0}, rel=1e-12)
    assert chances(base)["b"][0] == pytest.approx(0.1, rel=1e-12)


def test_the_plan_s_evidence_may_come_in_another_form():
    """The row is then a mixed one: c keeps its chance, b has the intensity 1/5."""
    base = "[chance_per_month]\na = { b = 0.1, c = 0.2 }"
    found = in_plan(base, "[plan.mean_months]\na.b = 5")
    leave = found["b"] + found["c"]
    assert found["c"] == pytest.approx(0.2, rel=1e-11)
    assert found["b"] / leave * -math.log1p(-leave) == pytest.approx(0.2, rel=1e-10)


def test_the_plan_may_open_a_move_that_the_baseline_does_not_have():
    found = in_plan("[chance_per_month]\na.b = 0.1", "[plan.chance_per_month]\na.d = 0.05")
    assert found == pytest.approx({"b": 0.1, "c": 0.0, "d": 0.05}, rel=1e-12)


def test_counts_keep_their_shares_when_the_plan_replaces_one_of_them():
    counts = "[count_per_year]\na = { a = 60, b = 30, c = 8, d = 2, prior = 0, point = true }"
    found = in_plan(counts, "[plan.chance_per_year]\na.b = 0.5", step="year")
    assert found == pytest.approx({"b": 0.5, "c": 0.08, "d": 0.02}, rel=1e-12)


def test_a_row_of_counts_in_the_plan_replaces_the_whole_row():
    base = "[chance_per_year]\na = { b = 0.1, c = 0.2, d = 0.3 }"
    counts = "[plan.count_per_year]\na = { a = 60, b = 30, c = 10, prior = 0, point = true }"
    assert in_plan(base, counts, step="year") == pytest.approx({"b": 0.3, "c": 0.1, "d": 0.0})


def test_a_plan_s_chance_per_year_in_a_row_of_chances_per_month_is_refused():
    base = "[chance_per_month]\na = { b = 0.1, c = 0.2 }"
    with pytest.raises(StudyError, match="chance per year in a row of chances per month"):
        in_plan(base, "[plan.chance_per_year]\na.b = 0.5")


def test_a_plan_s_row_of_counts_may_have_a_unit_of_its_own():
    """It is whole: nothing of the baseline's is left beside it."""
    base = "[chance_per_month]\na = { b = 0.1, c = 0.2 }"
    counts = "[plan.count_per_year]\na = { a = 1, b = 3, prior = 0, point = true }"
    people = walked(base, more=counts, future="plan")
    np.testing.assert_allclose(people[0, 12], [0.25, 0.75, 0.0, 0.0], rtol=1e-12, atol=1e-15)
