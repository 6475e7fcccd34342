"""Discounting, and what a perspective makes of the payers."""

import numpy as np
import pytest

import simlab
from simlab.finance.discounting import factors


def study(discount, step="month", years=4, weights="{ municipality = 1 }"):
    return simlab.loads(
        f"""
        start = "2015-01"
        years = {years}
        step = "{step}"
        states = ["benefit", "job"]
        [citizens.benefit]
        number = 10
        [rate_per_month]
        benefit.job = 0.1
        [payments.benefit]
        amount.benefit = 100
        received_by = "citizen"
        [[plan.effect]]
        moves = ["benefit -> job"]
        hazard_ratio = 2
        [plan.cost.project]
        at_start = 500
        per_year = 100
        [perspectives.council]
        weights = {weights}
        discount_per_year = {discount}
        """
    )


def curve(discount, **more):
    made = study(discount, **more)
    return factors(made.perspectives["council"].discount_per_year, made.timeline)


@pytest.mark.parametrize(("step", "two_years"), [("month", 24), ("year", 2)])
def test_1000_after_two_years_is_1000_over_1_plus_r_squared(step, two_years):
    v = curve(0.035, step=step)
    assert 1000 * v[two_years] == pytest.approx(1000 / 1.035**2, rel=1e-13)
    assert v[0] == 1.0


def test_a_rate_of_0_is_undiscounted_to_the_last_digit():
    assert (curve(0.0) == 1.0).all()


def test_a_curve_by_year_of_the_study_changes_rate_with_the_year():
    v = curve('{ "1-2" = 0.035, "3" = 0.025, "4+" = 0.015 }')
    assert v[24] == pytest.approx(1.035**-2, rel=1e-13)
    assert v[36] == pytest.approx(1.035**-2 / 1.025, rel=1e-13)
    assert v[48] == pytest.approx(1.035**-2 / 1.025 / 1.015, rel=1e-13)
    np.testing.assert_allclose(v[25:36] / v[24:35], 1.025 ** (-1 / 12), rtol=1e-13)


def test_a_curve_by_date_changes_rate_with_the_first_step_from_the_date():
    v = curve('{ "2010" = 0.03, "2016-07" = 0.0 }')
    assert v[18] == pytest.approx(1.03**-1.5, rel=1e-13)
    assert (v[18:] == v[18]).all()


def test_weekly_steps_discount_by_their_length_in_years():
    v = curve(0.05, step="week", years=10)  # 522 weeks
    assert v[-1] == pytest.approx(1.05 ** -(522 * 7 / 365.2425), rel=1e-12)


def test_a_perspective_weights_the_payers_and_discounts_saving_and_cost_alike():
    weights = "{ municipality = 0.5, citizen = 2 }"
    cash = simlab.cash_flow(simlab.simulate(study(0.04, weights=weights), 3, engine="counts"))
    saving, cost = cash.seen_by("council")
    v = 1.04 ** -(np.arange(49) / 12)
    np.testing.assert_allclose(
        saving, (0.5 * cash.saving[:, :, 0] + 2 * cash.saving[:, :, 3]) * v, rtol=1e-12
    )
    np.testing.assert_allclose(cost, 0.5 * cash.cost[:, :, 0] * v, rtol=1e-12)
    totals = cash.totals("council")
    np.testing.assert_allclose(totals[:, 0] - totals[:, 1], saving.sum(axis=1), atol=1e-8)
    np.testing.assert_allclose(totals[:, 2], cost.sum(axis=1), rtol=1e-12)


def test_cost_at_the_start_is_not_discounted():
    cash = simlab.cash_flow(simlab.simulate(study(0.5), 1, engine="expected"))
    assert cash.seen_by("council")[1][0, 0] == 500.0


def test_a_perspective_of_all_payers_sees_no_transfer():
    weights = "{ municipality = 1, state = 1, region = 1, citizen = 1 }"
    cash = simlab.cash_flow(simlab.simulate(study(0.0, weights=weights), 5, engine="counts"))
    assert (cash.seen_by("council")[0] == 0.0).all()


def test_an_unknown_perspective_is_named_with_those_there_are():
    cash = simlab.cash_flow(simlab.simulate(study(0.0), 1, engine="expected"))
    with pytest.raises(ValueError, match='perspective is "society"; known: council'):
        cash.seen_by("society")


def test_a_higher_rate_never_makes_a_stream_of_payments_dearer():
    rates = [-0.02, 0.0, 0.015, 0.035, 0.2]
    worth = [curve(rate).sum() for rate in rates]
    assert worth == sorted(worth, reverse=True)
    assert len(set(worth)) == len(rates)
