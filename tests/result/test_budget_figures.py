"""What can be budgeted, what a person-year costs, and the people by quarter, by hand."""

import numpy as np
import pytest

import simlab
from simlab.result.budget_figures import budget, cost_per_person_year
from simlab.result.draws import draws_of
from simlab.result.figures import Spread
from simlab.risk.design import Design
from simlab.risk.estimate import ratio_of_means

STUDY = """
    start = "2015-01"
    years = 6
    states = { benefit = { roles = ["support"] }, course = { roles = ["support"] }, job = {} }
    price_level = 2015
    [index.rates]
    2015 = 100
    2020 = 110
    [citizens.benefit]
    number = 100
    [payments.help]
    amount.benefit = 1000
    [plan.chance_per_month]
    benefit.job = 1.0
    [plan.cost.talks]
    2015 = 60_000
    2016 = 30_000
    [budget]
    """
DRAWS = 100


def tallied(text=STUDY, draws=DRAWS):
    return draws_of(simlab.cash_flow(simlab.simulate(simlab.loads(text), draws, engine="expected")))


def with_savings(savings, text=STUDY):
    """The budget where a draw saves so much each year, and the plan costs nothing."""
    one = tallied(text, len(savings))
    lines = np.zeros_like(one.lines)
    lines[:, :, 0, 0] = -np.asarray(savings, float)[:, None]
    return budget(one.with_columns({"budget:lines": lines}))


def test_a_study_without_a_budget_has_no_page():
    text = STUDY.replace("[budget]", "")
    assert budget(tallied(text)) is None


def test_the_page_sums_the_lines_to_net_cost_and_saving_by_hand():
    """Benefit for 100 people and 12 months is spared; talks cost 60,000 kr. the first year."""
    found = budget(tallied()).prices["fixed"].years[0]
    assert found.expenditure == pytest.approx(60_000 - 1_200_000)
    assert found.income == 0.0
    assert found.net.mean == pytest.approx(-1_140_000)
    assert found.inside.mean == pytest.approx(60_000)
    assert found.outside.mean == pytest.approx(-1_200_000)
    assert found.cost.mean == pytest.approx(60_000)
    assert found.saving.mean == pytest.approx(1_200_000)


def test_with_80_percent_certainty_is_what_all_but_20_of_100_futures_save():
    found = with_savings(np.arange(1, 101)).prices["fixed"]
    assert found.years[0].assured.value == 20.0  # 19 futures save less
    assert found.together.assured.value == 4 * 20.0
    assert found.years[0].net_assured.value == -21.0


def test_the_chance_of_less_is_against_the_mean_or_what_the_study_budgets():
    stated = STUDY + "saving.2016 = 31\n"
    found = with_savings(np.arange(1, 101), stated).prices["fixed"]
    first, second = found.years[:2]
    assert (first.budgeted, first.budgeted_stated) == (50.5, False)
    assert first.chance_of_less.value == 0.5
    assert (second.budgeted, second.budgeted_stated) == (31.0, True)
    assert second.chance_of_less.value == 0.3
    assert not found.together.budgeted_stated


def test_the_budgeted_years_are_promised_together_where_each_of_them_is():
    stated = STUDY + "saving = { 2015 = 1, 2016 = 2, 2017 = 3, 2018 = 4 }\n"
    found = with_savings(np.arange(1, 101), stated).prices["fixed"].together
    assert (found.budgeted, found.budgeted_stated) == (10.0, True)
    assert found.chance_of_less.value == 0.02  # 4 · 1 and 4 · 2 are below 10


def test_a_budget_has_a_budget_year_three_estimate_years_and_the_horizon():
    found = budget(tallied())
    assert found.budget_years == (2015, 2016, 2017, 2018)
    assert found.years == (2015, 2016, 2017, 2018, 2019, 2020)


def test_running_prices_follow_the_index_and_so_does_the_budgeted_amount():
    text = STUDY.replace("[budget]", '[budget]\nindex = "rates"') + "saving.2020 = 100\n"
    found = budget(tallied(text))
    fixed, running = (found.prices[name].years for name in ("fixed", "current"))
    assert running[0] == fixed[0]
    assert running[5].saving.mean == pytest.approx(1.1 * fixed[5].saving.mean)
    assert running[5].budgeted == pytest.approx(110.0)
    assert running[5].chance_of_less == fixed[5].chance_of_less
    assert found.index.known_until == 2020


def test_prices_that_stand_still_are_shown_once():
    text = STUDY.replace("2020 = 110", "").replace("[budget]", '[budget]\nindex = "rates"')
    assert list(budget(tallied(text)).prices) == ["fixed"]


def test_a_study_in_current_prices_is_turned_back_into_fixed_ones():
    text = STUDY.replace("[budget]", '[budget]\nindex = "rates"').replace(
        "amount.benefit", 'indexed = "rates"\namount.benefit'
    )
    found = budget(tallied('prices = "current"\n' + text)).prices
    assert list(found) == ["current", "fixed"]
    assert found["fixed"].years[5].saving.mean == pytest.approx(1_200_000)
    assert found["current"].years[5].saving.mean == pytest.approx(1.1 * 1_200_000)


def test_posts_are_stated_or_what_a_line_costs_over_what_a_post_does():
    line = '[budget.lines.talks]\nof = ["plan.cost.talks"]\n'
    (priced,) = budget(tallied(STUDY + line + "cost_per_post = 50_000")).staff
    assert list(priced.years) == pytest.approx([1.2, 0.6, 0, 0, 0, 0])
    (stated,) = budget(tallied(STUDY + line + "staff = { 2015 = 1, 2017 = 2 }")).staff
    assert list(stated.years) == [1.0, 0.0, 2.0, 0.0, 0.0, 0.0]


# ---- a person-year off support ------------------------------------------------------------------


def person_years(years, cost, **more):
    """The price where each draw has so many years fewer on support, at such a cost."""
    one = tallied(draws=len(years), **more)
    money = np.zeros_like(one.year_cost)
    money[:, 0, 0] = cost
    months = {name: np.zeros(len(years)) for name in one.table.columns if "months." in name}
    months["months.benefit.baseline"] = 12.0 * np.asarray(years, float)
    return cost_per_person_year(
        one.with_columns(months | {"year:cost": money, "year:saving": 0.0 * money})
    )


def test_a_person_year_costs_the_ratio_of_means_not_the_mean_of_ratios():
    """Draws with 1 and 3 years at 60 kr. each: 60 / 2 = 30 kr., where the ratios' mean is 40."""
    found = person_years([1.0, 3.0] * 50, 60.0)
    assert found.cost.value == pytest.approx(30.0)
    assert (found.p10, found.p90) == pytest.approx((20.0, 60.0))
    assert found.none.value == 0.0


def test_where_the_plan_gives_no_years_in_some_futures_they_are_beyond_every_price():
    found = person_years([-1.0] * 20 + [4.0] * 80, 60.0)
    assert found.cost.value == pytest.approx(60.0 / 3.0)
    assert found.none.value == 0.2
    assert found.p10 == pytest.approx(15.0)
    assert found.p90 is None


@pytest.mark.parametrize("years", [[-1.0, 1.0] * 50, [-2.0] * 100, [0.0] * 100])
def test_where_the_mean_is_not_surely_above_none_there_is_no_price(years):
    found = person_years(years, 60.0)
    assert found.cost is None


def test_a_plan_that_costs_the_payer_nothing_has_no_price():
    assert person_years([1.0] * 100, 0.0) is None


def test_the_error_of_a_ratio_is_that_of_independent_replications():
    rng = np.random.default_rng(5)
    below = rng.gamma(4.0, 1.0, (400, 1_600))
    above = 2.0 * below + rng.normal(0.0, 3.0, below.shape)
    ratios = above.mean(axis=1) / below.mean(axis=1)
    lines = [
        ratio_of_means(a, b, Design.of(len(a))).standard_error
        for a, b in zip(above, below, strict=True)
    ]
    assert np.mean(lines) == pytest.approx(ratios.std(), rel=0.1)


# ---- people by quarter --------------------------------------------------------------------------


def test_people_by_quarter_are_the_average_of_the_ends_of_its_months_without_the_plan():
    one = tallied(STUDY.replace("2015-01", "2015-02"))
    months = np.arange(one.people("baseline").shape[1], dtype=np.float32)
    people = np.zeros_like(one.people("baseline"))
    people[:, :, 0], people[:, :, 2] = months, 1_000.0  # those in a job are not on support
    found = budget(one.with_columns({"people:baseline": people})).quarters
    assert [state.name for state in found.states] == ["benefit"]
    lines = [(r.year, r.quarter, r.all.mean) for r in found.rows[:3]]
    assert lines == [(2015, 1, 1.5), (2015, 2, 4.0), (2015, 3, 7.0)]


def test_quarters_add_up_the_states_of_support_with_their_own_range():
    one = tallied()
    people = np.zeros_like(one.people("baseline"))
    people[:, :, 0] = np.arange(1, 101)[:, None]
    people[:, :, 1] = np.arange(100, 0, -1)[:, None]
    found = budget(one.with_columns({"people:baseline": people})).quarters.rows[0]
    assert found.all == Spread(101.0, 101.0, 101.0)
    assert found.states[0] == Spread(50.5, 10.0, 90.0)


def test_yearly_steps_have_years_in_place_of_quarters():
    text = STUDY.replace("years = 6", 'years = 6\nstep = "year"').replace("per_month", "per_year")
    rows = budget(tallied(text)).quarters.rows
    assert [(row.year, row.quarter) for row in rows] == [(y, None) for y in range(2015, 2021)]
