"""A year's budget, whatever the steps, and a horizon that cuts it: whole years are paid whole."""

import numpy as np
import pytest

import simlab
from simlab.reading_back import reading_back


def paid(budget, years, step="month", start="2026-01-01", plan=""):
    """(steps + 1,) what a plan of one budget line costs."""
    study = simlab.loads(
        f"""
        start = "{start}"
        years = {years}
        step = "{step}"
        states = ["home", "work"]
        [citizens.home]
        number = 10
        [chance_per_month]
        home.work = 0.02
        [plan]
        {plan}
        cost.team = {budget}
        """
    )
    return simlab.cash_flow(simlab.simulate(study, 1, engine="expected")).cost[0, :, 0], study


@pytest.mark.parametrize("step", ["week", "month", "year"])
@pytest.mark.parametrize("years", [1, 2, 5, 8, 13, 20])
@pytest.mark.parametrize("first", [2023, 2026, 2027])
def test_whole_budgets_are_paid_whole_over_whole_years(step, years, first):
    budget = ", ".join(f"{first + k} = {1000 + k}" for k in range(years))
    cost, _ = paid(f"{{ {budget} }}", years, step, f"{first}-01-01")
    assert cost.sum() == pytest.approx(sum(1000 + k for k in range(years)), rel=1e-12)


@pytest.mark.parametrize(("years", "of_12"), [(0.25, 3), (0.5, 6), (0.75, 9), (1, 12)])
def test_a_horizon_that_cuts_the_first_year_pays_as_much_of_it_as_an_amount_per_year(years, of_12):
    for budget in ("{ 2026 = 12 }", "{ per_year = 12 }"):
        cost, _ = paid(budget, years)
        assert cost.sum() == pytest.approx(of_12, rel=1e-12)


def test_a_year_that_the_study_starts_in_has_all_of_it_from_the_start_on_and_is_cut_alike():
    cost, _ = paid("{ 2026 = 12 }", 2, start="2026-07-01")
    np.testing.assert_allclose(cost[1:8], [2.0] * 6 + [0.0])
    cost, _ = paid("{ 2026 = 12 }", 0.25, start="2026-07-01")
    np.testing.assert_allclose(cost[1:], [2.0] * 3)


def test_a_last_year_that_is_cut_is_paid_in_part_by_month_or_week():
    cost, _ = paid("{ 2026 = 12, 2027 = 12 }", 1.5)
    assert cost.sum() == pytest.approx(18.0, rel=1e-12)
    cost, _ = paid("{ 2026 = 12, 2027 = 12 }", 1.5, "week")
    assert cost.sum() == pytest.approx(12.0 + 12.0 * 25 / 52, rel=1e-12)  # 25 of 52 weeks begun


def test_check_says_how_much_of_a_cut_year_is_paid():
    _, study = paid("{ 2026 = 12, 2027 = 12 }", 1.5)
    assert "50.0% of 2027 falls within the horizon" in reading_back(study)
    assert "falls within" not in reading_back(paid("{ 2026 = 12, 2027 = 12 }", 2, "week")[1])
