"""The trend of the baseline, beside the one that a study states."""

from __future__ import annotations

import pytest
from observe.test_observables import ARRIVALS, BENEFIT, JOB, RATES, START, STUDY, path

from simlab.observe.trend import trends
from simlab.reading_back import reading_back
from simlab.study.errors import StudyError
from simlab.study.study import loads


def stating(per_year: float, more: str = "", states: str = '["benefit"]'):
    text = f"\n[[stated_trend]]\nstates = {states}\nper_year = {per_year}\n{more}"
    return loads(STUDY + text)


def test_the_implied_trend_is_that_of_the_baseline_and_not_of_the_plan():
    stock = path(RATES, START, ARRIVALS)[:, BENEFIT]
    found = trends(stating(0.0))[0]
    assert found.implied == pytest.approx((stock[36] / stock[0]) ** (1 / 3) - 1, rel=1e-12)


def test_a_trend_is_between_the_dates_that_it_names():
    stock = path(RATES, START, ARRIVALS)[:, [BENEFIT, JOB]].sum(axis=1)
    found = trends(stating(0.0, 'since = "2021"\nuntil = "2021"', '["benefit", "job"]'))[0]
    assert found.implied == pytest.approx(stock[24] / stock[12] - 1, rel=1e-12)
    assert (found.first, found.last) == pytest.approx((stock[12], stock[24]))


def test_uncertain_figures_stand_at_their_medians_and_the_cycle_stands_still():
    calm = trends(stating(0.0))[0].implied
    cycle = "[business_cycle]\nsd = 0.5\nhalf_life_months = 6\n"
    cycle += 'loading = { "benefit -> job" = 1.0 }\n'
    rates = "benefit.job = { median = 0.05, sigma = 0.8, dist = 'lognormal' }"
    text = STUDY.replace("benefit.job = 0.05", rates)
    moved = loads(text + f'\n{cycle}[[stated_trend]]\nstates = ["benefit"]\nper_year = 0.0\n')
    assert trends(moved)[0].implied == pytest.approx(calm, rel=1e-9)


@pytest.mark.parametrize(("apart", "warned"), [(0.029, False), (0.031, True), (-0.031, True)])
def test_check_warns_beyond_three_points_a_year(apart, warned):
    implied = trends(stating(0.0))[0].implied
    said = reading_back(stating(implied + apart))
    assert f"{implied:+.1%} a year; stated {implied + apart:+.1%} a year" in said
    assert ("more than 3 points apart" in said) == warned


def test_a_study_that_states_no_trend_is_told_none():
    assert trends(loads(STUDY)) == []
    assert "Trends without the plan" not in reading_back(loads(STUDY))


def test_a_trend_of_an_unknown_state_is_refused():
    with pytest.raises(StudyError, match=r"stated_trend\.0\.states\.0"):
        stating(0.0, states='["benefits"]')


@pytest.mark.parametrize(
    "span",
    [
        'since = "2021-06"\nuntil = "2020-12"',
        'since = "2022-12-15"',
        'since = "2021-03-02"\nuntil = "2021-03-20"',
    ],
)
def test_a_trend_over_no_step_is_refused(span):
    with pytest.raises(StudyError, match=r"stated_trend\.0\.since.*no step starts"):
        stating(0.0, span)


def test_a_trend_over_the_last_step_alone_is_that_step():
    stock = path(RATES, START, ARRIVALS)[:, BENEFIT]
    found = trends(stating(0.0, 'since = "2022-12"'))[0]
    assert found.implied == pytest.approx((stock[36] / stock[35]) ** 12 - 1, rel=1e-9)
