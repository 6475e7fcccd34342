"""Scores of a prediction against closed forms, and against what was worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from backtest.toy import TALKS
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from simlab.backtest.predict import Prediction, predict
from simlab.backtest.scores import Score, Scored, crps, interval_score, scale
from simlab.backtest.summary import (
    Row,
    clustered_share,
    coverage,
    log_ratio,
    misses,
    rows,
    sharpness,
    skill,
    unscored,
)
from simlab.study.study import loads

STUDY = TALKS.replace("400_000", "400_000_000").replace(
    'en = "Toy talks", da = "Legetøj"', 'en = "Toy talks, again", da = "Legetøj, igen"'
)
AT = 'states = ["job"]\nat = "2022-12"'
FIGURES = f"""
[[published]]
text = "More in a job"
kind = "effect"
design = "trial"
measure = "people"
future = "difference"
{AT}
value = 50
promised = 90

[[published]]
text = "Without the talks"
kind = "account"
design = "the usual help"
measure = "people"
future = "baseline"
{AT}
value = 200

[[published]]
text = "In a job, in all"
kind = "account"
measure = "people"
future = "plan"
{AT}
value = 240

[[published]]
text = "Ratio"
kind = "effect"
design = "trial"
measure = "people"
future = "ratio"
{AT}
value = 1.5
ci95 = [1.0, 2.25]

[[published]]
text = "The money back"
kind = "account"
measure = "payback"
counted = "forecast"
value = 2

[[published]]
text = "A hope"
kind = "expectation"
measure = "people"
future = "difference"
{AT}
value = 300

[[published]]
text = "Saved, nobody says against what"
kind = "account"
measure = "saving"
counted = "unknown"
value = 5_000_000

[[published]]
text = "What the study was made to agree with"
kind = "account"
measure = "people"
future = "plan"
{AT}
value = 250
calibrated = true
"""


@pytest.fixture(scope="module")
def toy() -> Prediction:
    return predict(loads(STUDY + FIGURES), draws=200)


# ── one score ──


@pytest.mark.parametrize("y", [-2.0, 0.0, 0.7, 3.0])
def test_the_crps_of_normal_draws_is_the_closed_form(y):
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    exact = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert crps(draws, y) == pytest.approx(exact, abs=1e-3)


def test_the_crps_of_few_draws_is_right_on_average():
    rng = np.random.default_rng(1)
    found = [crps(rng.standard_normal(3), 0.5) for _ in range(40_000)]
    exact = 0.5 * (2 * norm.cdf(0.5) - 1) + 2 * norm.pdf(0.5) - 1 / np.sqrt(np.pi)
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx(exact, abs=5 * error)
    assert 5 * error < 0.1 * exact


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=12), st.floats(-100, 100))
def test_the_crps_is_the_double_sum_over_pairs(draws, y):
    n = len(draws)
    pairs = sum(abs(a - b) for a in draws for b in draws) / (n * (n - 1))
    by_hand = sum(abs(a - y) for a in draws) / n - 0.5 * pairs
    assert crps(np.array(draws), y) == pytest.approx(by_hand, abs=1e-9)


def test_the_crps_of_a_point_is_its_distance():
    assert crps(np.array([3.0]), 5.0) == 2.0
    assert crps(np.full(50, 3.0), 5.0) == pytest.approx(2.0)


def test_two_points_alike_likely_half_a_step_away():
    assert crps(np.repeat([0.0, 1.0], 5_000), 0.0) == pytest.approx(0.25, abs=1e-4)


def test_the_interval_score_is_the_width_and_ten_times_the_miss():
    draws = np.arange(1.0, 101.0)  # 10 % at 10, 90 % at 90
    assert interval_score(draws, 50.0) == 80.0
    assert interval_score(draws, 95.0) == pytest.approx(80.0 + 10 * 5)
    assert interval_score(draws, 7.0) == pytest.approx(80.0 + 10 * 3)
    assert interval_score(np.array([3.0]), 5.0) == pytest.approx(20.0)


def test_what_is_without_bound_is_scored_within_bounds():
    assert scale(np.array([2.0, np.inf]), "years", 10.0).tolist() == [2.0, 10.0]
    assert scale(np.array([0.0, 1.0, 3.0, np.inf]), "ratio", 10.0).tolist() == [0, 0.5, 0.75, 1]
    assert scale(np.array([-5.0, 5.0]), "kr", 10.0).tolist() == [-5.0, 5.0]


# ── the rivals of a row ──


def test_no_effect_of_a_difference_is_nothing_and_a_promise_is_a_point(toy):
    first = toy.scores[0]
    assert first.nothing == Scored(50.0, 500.0)
    assert first.promise == Scored(40.0, pytest.approx(400.0))
    assert toy.scores[2].promise is None


def test_a_figure_of_the_baseline_has_no_rival_that_leaves_out_the_plan(toy):
    assert toy.scores[1].nothing is None


def test_no_effect_of_a_level_is_the_level_without_the_plan(toy):
    level, without = toy.scores[2], toy.claims[2].without
    assert without is not None
    width = without.p90 - without.p10
    missed = max(240 - without.p90, 0)
    assert level.nothing.interval == pytest.approx(width + 10 * missed)


def test_no_effect_of_a_ratio_is_one_with_the_error_of_the_measurement(toy):
    sd = np.log(2.25) / (2 * 1.959963984540054)
    spread = np.exp(sd * norm.ppf((np.arange(2_000) + 0.5) / 2_000))
    exact = crps(spread / (1 + spread), 1.5 / 2.5)
    assert toy.scores[3].nothing.crps == pytest.approx(exact, rel=0.15)
    assert exact < 0.8 * abs(0.6 - 0.5), "the error of measurement helps the rival"


def test_no_effect_of_a_trial_is_a_difference_by_chance_alone():
    figure = f"""
[[published]]
text = "In a job"
kind = "effect"
design = "trial"
measure = "share"
future = "difference"
sample = [60, 90]
{AT}
value = 0.1
"""
    fixed = STUDY.replace("{ p10 = 0.02, p90 = 0.04 }", "0.03")
    (found,) = predict(loads(fixed + figure), draws=400).scores
    p = 1 - 0.97**36
    sd = np.sqrt(p * (1 - p) * (1 / 60 + 1 / 90))
    by_chance = crps(sd * norm.ppf((np.arange(2_000) + 0.5) / 2_000), 0.1)
    assert found.nothing.crps == pytest.approx(by_chance, rel=0.1)
    assert by_chance < 0.7 * 0.1, "a point at 0 would be that much worse"


def test_a_payback_that_never_comes_is_scored_as_the_horizon(toy):
    money = toy.scores[4]
    assert toy.claims[4].found.median is None
    assert money.prediction.crps == money.nothing.crps == 1.0, "two years, of a horizon of three"


def test_a_width_is_told_of_the_figure_and_of_a_ratio_s_distance_from_one(toy):
    ratio, people = toy.claims[3].found, toy.claims[0].found
    assert toy.scores[3].width == pytest.approx((ratio.p90 - ratio.p10) / 0.5)
    assert toy.scores[0].width == pytest.approx((people.p90 - people.p10) / 50)


# ── over programmes ──


def test_a_hope_a_sum_of_unknown_rule_and_what_was_known_are_shown_and_not_scored(toy):
    assert len(toy.claims) == len(toy.scores) == 8
    assert [row.claim.text["en"] for row in rows([toy])] == [
        "More in a job", "Without the talks", "In a job, in all", "Ratio", "The money back",
    ]  # fmt: skip
    assert toy.scores[5:] == (None, None, None)
    assert unscored([toy]) == list(toy.claims[5:])
    assert coverage(rows([toy])).rows == 5


def test_two_studies_of_one_programme_are_one(toy):
    other = replace(toy, name="b", title={"en": "Toy talks", "da": "Legetøj"})
    assert coverage(rows([toy, other])).programmes == 1
    third = replace(toy, title={"en": "Other talks"})
    assert coverage(rows([toy, third])).programmes == 2


def test_an_interval_of_a_share_knows_that_rows_of_a_programme_are_alike():
    # p = 5/8; y − 2 p: 0.75, −0.25, −1.25, 0.75, squares 2.75; v = 4/3 · 2.75 / 64 = 0.057292;
    # p (1 − p) / v = 4.0909; (t_7 / t_3)² = (2.364624 / 3.182446)² = 0.552085; n* = 2.258530
    from scipy.stats import beta

    n, x = 2.258530, 5 / 8 * 2.258530
    by_hand = (beta.ppf(0.025, x, n - x + 1), beta.ppf(0.975, x + 1, n - x))
    found = clustered_share([[1, 1], [1, 0], [0, 0], [1, 1]])
    assert found == pytest.approx(by_hand, abs=1e-5)
    assert 0.02 < found[0] < 0.1, "so that a wrong n* is seen"


def test_rows_that_differ_within_programmes_count_as_so_many_rows():
    alike = clustered_share([[1, 1], [1, 1], [1, 1], [0, 0]] * 3)
    mixed = clustered_share([[1, 0], [1, 1], [1, 0], [1, 1]] * 3)
    assert alike[1] - alike[0] > mixed[1] - mixed[0]
    # as many inside in each: as wide as for independent rows, of which there are 24
    assert mixed == pytest.approx(clustered_share([[1, 0], [1, 1], [1, 1], [1, 0]] * 3))
    assert clustered_share([[1, 1]] * 6) == pytest.approx(clustered_share([[1]] * 6))


def test_one_programme_tells_nothing_of_others():
    assert clustered_share([[1, 0, 1]]) == (0.0, 1.0)


def row_of(toy: Prediction, programme: str, own: float, rival: float | None, **claim) -> Row:
    other = None if rival is None else Scored(rival, rival)
    return Row(programme, replace(toy.claims[0], **claim), Score(Scored(own, own), other, None, 2))


def test_skill_is_one_less_the_geometric_mean_over_programmes(toy):
    scored = [
        row_of(toy, "a", 1, 2), row_of(toy, "a", 1, 8), row_of(toy, "b", 1, 1),
        row_of(toy, "c", 1, 4), row_of(toy, "d", 1, 1), row_of(toy, "e", 1, None),
    ]  # fmt: skip
    found = skill(scored, "nothing", "crps")
    # a: the mean of log ½ and log ⅛ is log ¼, as c; b and d: 0. Their mean is log ½, each log 2
    # away from it: a deviation of log 2 · √(4/3), an error of half of that, and t_3 = 3.1824
    assert (found.rows, found.programmes) == (5, 4)
    assert found.value == pytest.approx(0.5)
    half = 3.182446305 * np.log(2) * np.sqrt(4 / 3) / 2
    assert found.interval == pytest.approx((1 - 0.5 * np.exp(half), 1 - 0.5 * np.exp(-half)))
    assert skill(scored[:4], "nothing", "crps").interval is None, "three programmes are too few"
    assert skill(scored, "promise", "crps") is None


def test_a_rival_that_hits_by_luck_counts_a_hundredfold_at_most(toy):
    assert log_ratio(row_of(toy, "a", 1, 0).score, "nothing", "crps") == pytest.approx(np.log(100))
    assert log_ratio(row_of(toy, "a", 0, 1).score, "nothing", "crps") == pytest.approx(-np.log(100))
    assert log_ratio(row_of(toy, "a", 0, 0).score, "nothing", "crps") == 0.0


def test_the_direction_of_misses_is_counted_from_the_claim_s_side(toy):
    scored = [
        row_of(toy, "a", 1, 1, verdict="far above", direction=1),
        row_of(toy, "a", 1, 1, verdict="below", direction=-1),
        row_of(toy, "a", 1, 1, verdict="below", direction=1),
        row_of(toy, "a", 1, 1, verdict="above", direction=0),
        row_of(toy, "a", 1, 1, verdict="within", direction=1),
    ]
    found = misses(scored)
    assert (found.beyond, found.short, found.unclaimed, found.all) == (2, 1, 1, 4)


def test_sharpness_is_the_middle_width_and_counts_those_beyond_the_figure(toy):
    widths = [0.5, 0.8, 3.0, None]
    score = rows([toy])[0].score
    scored = [replace(rows([toy])[0], score=replace(score, width=width)) for width in widths]
    found = sharpness(scored)
    assert (found.median, found.wider, found.rows) == (0.8, 1, 3)
