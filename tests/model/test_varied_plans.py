"""A plan later, smaller, or with effects that are lost: held against the same plan written so."""

from __future__ import annotations

import numpy as np
import pytest

import simlab
from simlab.study.errors import StudyError
from simlab.study.study import Study, loads

BASE = """
title  = "Talks"
start  = "2026-01"
years  = 6
states = ["benefit", "job"]
draws  = 16
payers = ["municipality"]
[citizens.benefit]
number = 400
arrivals_per_month = 5
[chance_per_month]
benefit.job = { p10 = 0.01, p90 = 0.02 }
job.benefit = 0.02
[payments.benefit]
amount.benefit = 12_000
"""
PLAN = """
[plan.cost]
unit = 1_000
overrun = { p10 = 0.9, p90 = 1.3 }
talks = { 2026 = 2_500, 2027 = 1_200, 2028-07 = 90 }
desks = { at_start = 300 }
rent  = { per_year = { "2026-01" = 100, "2027-06" = 250 } }
[[plan.effect]]
moves        = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 2.0 }
ramp_months  = 6
until        = "2027-12"
"""
LATER = """
[plan.cost]
unit = 1_000
overrun = { p10 = 0.9, p90 = 1.3 }
talks = { 2027 = 2_500, 2028 = 1_200, 2029-07 = 90 }
desks = { "2027-01" = 300 }
rent  = { per_year = { "2027-01" = 100, "2028-06" = 250 } }
[[plan.effect]]
moves        = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 2.0 }
ramp_months  = 6
start        = "2027-01"
until        = "2028-12"
"""


def study(plan: str, **values: object) -> Study:
    return loads(BASE + plan).replace(values)


def cash(of: Study) -> simlab.finance.cash_flow.CashFlow:
    return simlab.cash_flow(simlab.simulate(of, engine="expected"))


def test_a_plan_a_year_later_is_the_plan_with_every_date_a_year_on():
    written, moved = cash(study(LATER)), cash(study(PLAN, **{"plan.later_months": 12}))
    np.testing.assert_allclose(moved.saving, written.saving, rtol=1e-12, atol=1e-6)
    # what is paid at the start falls at the end of the twelfth month, not in the thirteenth
    shifted, text = moved.cost[:, :, 0].copy(), written.cost[:, :, 0]
    desks = shifted[:, 12].copy()
    shifted[:, 12] -= desks
    shifted[:, 13] += desks
    np.testing.assert_allclose(shifted, text, rtol=1e-12, atol=1e-6)


@pytest.mark.parametrize("months", [1, 7, 30])
def test_a_later_plan_costs_the_same_so_many_months_later(months):
    now = cash(study(PLAN)).cost[:, :, 0]
    moved = cash(study(PLAN, **{"plan.later_months": months})).cost[:, :, 0]
    np.testing.assert_allclose(moved[:, months:], now[:, :-months], rtol=1e-12, atol=1e-6)
    assert (moved[:, :months] == 0.0).all()


def test_until_a_later_plan_begins_both_futures_are_one():
    histories = simlab.simulate(study(PLAN, **{"plan.later_months": 9}), engine="expected")
    same = (histories.heads("plan") == histories.heads("baseline")).all(axis=(0, 2))
    assert same[:10].all()
    assert not same[10]


def test_half_the_budget_costs_half_and_reaches_half():
    whole, half = cash(study(PLAN)), cash(study(PLAN, **{"plan.scale": 0.5}))
    np.testing.assert_array_equal(half.cost, 0.5 * whole.cost)
    covered = cash(study(PLAN, **{"plan.effect.0.coverage": 0.5}))
    np.testing.assert_array_equal(half.saving, covered.saving)


def test_half_a_plan_without_effect_moves_the_balance_by_half_the_cost():
    without = PLAN.replace("{ p10 = 1.1, p90 = 2.0 }", "1.0")
    whole, half = (
        simlab.payback(cash(study(without, **{"plan.scale": scale}))).balance
        for scale in (1.0, 0.5)
    )
    np.testing.assert_array_equal(half, 0.5 * whole)


def test_half_the_posts_and_places_are_half():
    more = """
[plan.enrolment]
states = ["benefit"]
places = 40
intake_per_month = 10
months_in_programme = 6
cost_per_enrolled_per_month = 5_000
[[plan.effect]]
moves = ["benefit -> job"]
while = "enrolled"
hazard_ratio = 1.5
"""
    whole, half = (
        simlab.simulate(study(more, **{"plan.scale": scale}), engine="expected")
        for scale in (1.0, 0.5)
    )
    inside = [a for a, account in enumerate(whole.compiled.accounts) if account.among("enrolled")]
    enrolled, fewer = (h.heads("plan")[:, :, inside].sum(axis=2) for h in (whole, half))
    assert (enrolled[:, 12:] > 20).all()
    np.testing.assert_allclose(fewer, 0.5 * enrolled, rtol=1e-9, atol=1e-9)


def test_an_effect_lost_after_a_year_is_one_that_ends_after_a_year():
    lost = cash(study(PLAN, **{"plan.effect_years": 1}))
    ends = cash(study(PLAN, **{"plan.effect.0.until": "2026-12"}))
    np.testing.assert_allclose(lost.saving, ends.saving, rtol=1e-12, atol=1e-6)
    np.testing.assert_array_equal(lost.cost, ends.cost)


def test_what_fades_is_lost_too():
    fading = PLAN + "fades = { half_life_months = 24 }\n"
    lost, never_faded = (
        cash(study(plan, **{"plan.effect_years": 2})).saving for plan in (fading, PLAN)
    )
    np.testing.assert_array_equal(lost, never_faded)
    assert (cash(study(fading)).saving != lost).any()


def test_a_changed_amount_is_scaled_and_lost():
    plan = '[[plan.amount]]\nstates = ["benefit"]\nchange = -100\n'
    whole = cash(study(plan)).saving
    np.testing.assert_allclose(cash(study(plan, **{"plan.scale": 0.25})).saving, 0.25 * whole)
    lost = cash(study(plan, **{"plan.effect_years": 2})).saving
    np.testing.assert_array_equal(lost[:, :25], whole[:, :25])
    assert (lost[:, 25:] == 0.0).all()


def test_an_amount_of_the_enrolled_is_not_scaled_once_more():
    """Half as many are enrolled, and each of them gets the whole change."""
    plan = """
[plan.enrolment]
states = ["benefit"]
intake_per_month = 2
months_in_programme = 6
[[plan.amount]]
states = ["benefit"]
while  = "enrolled"
change = -100
"""
    whole, half = (cash(study(plan, **{"plan.scale": scale})).saving for scale in (1.0, 0.5))
    assert (whole[:, 12:] > 0).all()
    np.testing.assert_allclose(half, 0.5 * whole, rtol=1e-9, atol=1e-6)


def test_every_figure_keeps_its_draws():
    """Key paths stay, so that a varied plan meets the same futures as the plan itself."""
    one, two = (
        simlab.simulate(study(PLAN, **values)).block.values.sampled
        for values in ({}, {"plan.later_months": 12, "plan.scale": 0.5, "plan.effect_years": 2})
    )
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[path], two[path]) for path in one)


def test_the_resolved_study_says_what_was_varied():
    varied = study(PLAN, **{"plan.later_months": 12, "plan.scale": 0.5, "plan.effect_years": 2})
    again = loads(varied.resolved_toml())
    assert again.form == varied.form
    assert again.form.plan.scale == 0.5


@pytest.mark.parametrize(
    ("plan", "values", "path", "told"),
    [
        (PLAN, {"plan.later_months": 72}, "plan.later_months", "begin after the horizon"),
        (PLAN, {"plan.later_months": -1}, "plan.later_months", "greater than or equal to 0"),
        (PLAN, {"plan.scale": 2}, "plan.scale", "less than or equal to 1"),
        (PLAN, {"plan.scale": 0}, "plan.scale", "greater than 0"),
        (PLAN, {"plan.effect_years": 0}, "plan.effect_years", "greater than 0"),
        (
            "[plan.chance_per_month]\nbenefit.job = 0.03\n",
            {"plan.scale": 0.5},
            "plan.scale",
            "holds for good and for all",
        ),
        (
            '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 6\n',
            {"plan.scale": 0.5},
            "plan.scale",
            "enrols all who are eligible",
        ),
    ],
)
def test_a_plan_that_cannot_be_varied_so_is_refused(plan, values, path, told):
    with pytest.raises(StudyError) as refused:
        study(plan, **values)
    assert [p.path for p in refused.value.problems] == [path]
    assert told in refused.value.problems[0].message
