"""Amounts in kr. of their own year, in the kr. of one year or of the year of payment (`prices`)."""

import numpy as np
import pytest

import simlab
from simlab.finance.prices import level
from simlab.reading_back import reading_back
from simlab.study.futures import FUTURES

BASE = """
    start = "2015-01"
    years = 4
    step = "year"
    states = ["benefit", "job"]
    price_level = 2015
    [index.rates]
    2015 = 100
    2016 = 110
    2018 = 121
    [citizens.benefit]
    number = 1
    [rate_per_year]
    benefit.job = 0
    """
DATED = """
    [payments.benefit]
    per = "year"
    indexed = "rates"
    amount.benefit = { "2015-01" = 1000, "2016-01" = 1100, "2017-01" = 1210 }
    """
UNDATED = '[payments.benefit]\nper = "year"\nindexed = "rates"\namount.benefit = 1000'


def study(money, prices="fixed", base=BASE):
    return simlab.loads(f'prices = "{prices}"\n{base}{money}')


def paid(money, prices="fixed", part="baseline", base=BASE):
    cash = simlab.cash_flow(simlab.simulate(study(money, prices, base), 1, engine="expected"))
    money = cash.paid_in(part) if part in FUTURES else getattr(cash, part)
    return money[0, 1:, 0]


def test_known_years_are_read_gaps_grow_evenly_and_the_ends_are_held():
    index = study(UNDATED).form.index["rates"]
    assert [level(index, year) for year in (2014, 2015, 2016, 2018, 2030)] == [
        100, 100, 110, 121, 121,
    ]  # fmt: skip
    assert level(index, 2017) == pytest.approx((110 * 121) ** 0.5)


GROWING = BASE.replace("2018 = 121", "2016.5 = 0").replace("2016.5 = 0", "grows_per_year = 0.1")


def test_after_its_known_years_an_index_grows_by_its_own_figure():
    # Known until 2016 (110), then 10 % a year: 121 in 2017 and 133.1 in 2018.
    np.testing.assert_allclose(paid(UNDATED, "current", base=GROWING), [1000, 1100, 1210, 1331])
    of_2018 = '[payments.benefit]\nper = "year"\nindexed = "rates"\namount.benefit = { "2015-01" '
    of_2018 += '= 0, "2018-01" = 1331 }'
    np.testing.assert_allclose(paid(of_2018, base=GROWING), [0, 0, 0, 1000])


def test_the_price_level_is_a_ratio_after_the_known_years_too():
    text = DATED + "\n" + '[plan.cost]\nindexed = "rates"\nproject = { 2016 = 500, 2018 = 100 }'
    later = GROWING.replace("price_level = 2015", "price_level = 2019")
    for part in ("baseline", "cost"):
        both = [paid(text, part=part, base=base) for base in (GROWING, later)]
        np.testing.assert_allclose(both[1], both[0] * 1.1 * 1.1**3, rtol=1e-12)


def test_a_budget_of_later_years_is_in_the_kr_of_a_later_price_level():
    # Known until 2016, then 10 % a year: 121 kr. of 2017 are 146.41 of 2019, and 100 of the level.
    later = GROWING.replace("price_level = 2015", "price_level = 2019")
    plan = '[plan.cost]\nindexed = "rates"\nproject = { 2017 = 121, 2018 = 133.1 }\n'
    np.testing.assert_allclose(paid(plan, part="cost", base=later), [0, 0, 146.41, 146.41])
    start = '[plan.cost]\nindexed = "rates"\nproject = { at_start = 146.41 }\n'
    cash = simlab.cash_flow(simlab.simulate(study(start, "current", later), 1, engine="expected"))
    np.testing.assert_allclose(cash.cost[0, 0, 0], 100)  # due at the start of 2015


def test_growth_that_is_uncertain_is_drawn_as_any_other_figure():
    growth = "grows_per_year = { dist = 'uniform', min = 0.0, max = 0.1 }"
    base = GROWING.replace("grows_per_year = 0.1", growth)
    cash = simlab.cash_flow(simlab.simulate(study(UNDATED, "current", base), 64, engine="expected"))
    drawn = cash.histories.block.values.sampled["index.rates.grows_per_year"]
    assert 0.0 < drawn.min() < 0.02 < 0.08 < drawn.max() < 0.1
    found = cash.paid_in("baseline")[:, 1:, 0]
    np.testing.assert_allclose(found[:, 1], 1100, rtol=1e-12)
    np.testing.assert_allclose(found[:, 3], 1100 * (1 + drawn) ** 2, rtol=1e-12)


def test_an_index_that_does_not_grow_changes_nothing():
    still = GROWING.replace("grows_per_year = 0.1", "grows_per_year = 0")
    held = GROWING.replace("    grows_per_year = 0.1\n", "")
    for prices in ("fixed", "current"):
        np.testing.assert_array_equal(
            paid(DATED, prices, base=still), paid(DATED, prices, base=held)
        )


def test_a_price_level_beyond_an_index_needs_its_growth_and_has_an_end():
    later = GROWING.replace("price_level = 2015", "price_level = 2019")
    assert study(UNDATED, base=later).form.price_level == 2019
    for broken, said in (
        (later.replace("    grows_per_year = 0.1\n", ""), "or grows_per_year after that"),
        (later.replace("= 2019", "= 2047"), "for at most 30 years after 2016"),
    ):
        with pytest.raises(simlab.StudyError, match=said):
            study(UNDATED, base=broken)


def test_an_amount_published_by_year_is_reckoned_in_kr_of_one_year():
    # 1000 of 2015; 1100 of 2016 · 100/110; 1210 of 2017 · 100/115.37, held in real terms in 2018
    of_2017 = 1210 * 100 / (110 * 121) ** 0.5
    np.testing.assert_allclose(paid(DATED), [1000, 1000, of_2017, of_2017], rtol=1e-12)


def test_in_current_prices_an_amount_is_as_published_and_follows_its_index_after_that():
    found = paid(DATED, prices="current")
    np.testing.assert_allclose(found, [1000, 1100, 1210, 1210 * (121 / 110) ** 0.5], rtol=1e-12)


def test_an_amount_without_a_date_is_in_kr_of_the_price_level():
    np.testing.assert_allclose(paid(UNDATED), [1000] * 4, rtol=1e-12)
    found = paid(UNDATED, prices="current")
    np.testing.assert_allclose(found, [1000, 1100, 10 * (110 * 121) ** 0.5, 1210], rtol=1e-12)


def test_another_price_level_multiplies_all_indexed_amounts_alike():
    text = DATED + "\n" + '[plan.cost]\nindexed = "rates"\nproject = { 2016 = 500, 2018 = 100 }'
    other = BASE.replace("price_level = 2015", "price_level = 2018")
    for part in ("baseline", "cost"):
        both = [paid(text, part=part, base=base) for base in (BASE, other)]
        np.testing.assert_allclose(both[1], both[0] * 1.21, rtol=1e-12)


def test_amounts_without_an_index_stay_as_they_are_written():
    plain = (
        '[payments.benefit]\nper = "year"\namount.benefit = { "2015-01" = 900, "2017-01" = 990 }'
    )
    for prices in ("fixed", "current"):
        mixed = plain + "\n" + UNDATED.replace("payments.benefit", "payments.other")
        rest = paid(mixed, prices) - paid(UNDATED, prices)
        np.testing.assert_allclose(rest, [900, 900, 990, 990], rtol=1e-12)


def test_a_plan_s_budget_is_kr_of_the_years_that_it_is_spent_in():
    plan = '[plan.cost]\nindexed = "rates"\nproject = { 2015 = 50, 2016 = 110 }\n'
    lasting = '[plan.cost]\nindexed = "rates"\nproject = { per_year = 50 }\n'
    np.testing.assert_allclose(paid(plan, part="cost"), [50, 100, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(paid(plan, "current", "cost"), [50, 110, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(paid(lasting, part="cost"), [50] * 4, rtol=1e-12)
    found = paid(lasting, "current", "cost")
    np.testing.assert_allclose(found[[0, 1, 3]], [50, 55, 60.5], rtol=1e-12)


def test_costs_per_citizen_and_one_off_amounts_are_indexed_too():
    plan = """
        [plan.cost_per_citizen.talks]
        states = ["benefit"]
        per = "year"
        indexed = "rates"
        amount = { "2016-01" = 11 }
        since = "2016-01"
        """
    np.testing.assert_allclose(paid(plan, part="cost")[1:], [10] * 3, rtol=1e-12)
    np.testing.assert_allclose(paid(plan, "current", "cost")[[1, 3]], [11, 12.1], rtol=1e-12)
    moving = BASE.replace("benefit.job = 0", "benefit.job = 0.5")
    bonus = '[one_off.bonus]\nmoves = ["benefit -> job"]\nindexed = "rates"\namount = 100'
    fixed, current = (paid(bonus, prices, base=moving) for prices in ("fixed", "current"))
    np.testing.assert_allclose((current / fixed)[[0, 1, 3]], [1, 1.1, 1.21], rtol=1e-12)


def test_within_a_month_by_month_year_prices_change_in_january():
    monthly = BASE.replace('step = "year"', 'step = "month"').replace("years = 4", "years = 2")
    money = '[payments.benefit]\nindexed = "rates"\namount.benefit = 100'
    found = paid(money, "current", base=monthly)
    np.testing.assert_allclose(found, [100] * 12 + [110] * 12, rtol=1e-12)


# ---- prices of the plan -------------------------------------------------------------------------

PARTS = {
    "citizen": '[plan.cost_per_citizen.a]\nstates = ["benefit"]\nper = "year"\namount = {}',
    "treated": '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2\n'
    "cost_per_treated_per_month = {}",
    "enrolled": '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 48\n'
    "cost_per_enrolled_per_month = {}",
    "caseworkers": '[plan.caseload]\nstates = ["benefit"]\nworkers = 20\nextra_workers = 1\n'
    "cost_per_worker_per_year = {}",
    "amount": '[[plan.amount]]\nstates = ["benefit"]\nper = "year"\nchange = -{}',
}
A_YEAR = {"treated": 12, "enrolled": 12}
OF_2017 = 10 * (110 * 121) ** 0.5  # what 1000 of 2015 is in 2017


def of_part(part, price, prices):
    """Kr. a year of a part of the plan that is indexed, for one citizen or post."""
    text = PARTS[part].replace("{}", price) + '\nindexed = "rates"'
    return paid(text, prices, "saving" if part == "amount" else "cost") / A_YEAR.get(part, 1)


@pytest.mark.parametrize("part", PARTS)
def test_a_price_of_the_plan_without_a_date_follows_its_index_in_current_prices(part):
    np.testing.assert_allclose(of_part(part, "1000", "fixed"), [1000] * 4, rtol=1e-12)
    found = of_part(part, "1000", "current")
    np.testing.assert_allclose(found, [1000, 1100, OF_2017, 1210], rtol=1e-12)


@pytest.mark.parametrize("part", ["citizen", "treated", "enrolled", "caseworkers"])
def test_a_price_of_the_plan_is_of_the_price_level_of_its_date_and_known_before_it(part):
    found = of_part(part, '{ "2016-01" = 1100, "2018-01" = 2420 }', "fixed")
    np.testing.assert_allclose(found, [1000, 1000, 1000, 2000], rtol=1e-12)
    found = of_part(part, '{ "2016-01" = 1100, "2018-01" = 2420 }', "current")
    np.testing.assert_allclose(found, [1000, 1100, OF_2017, 2420], rtol=1e-12)


def test_what_the_plan_changes_is_of_the_price_level_of_its_date():
    text = """
        [[plan.amount]]
        states = ["benefit"]
        per = "year"
        change = { "2016-01" = -1100, "2018-01" = -2420 }
        indexed = "rates"
        received_by = "citizen"
        """
    np.testing.assert_allclose(paid(text, "fixed", "saving"), [1000] * 3 + [2000], rtol=1e-12)
    cash = simlab.cash_flow(simlab.simulate(study(text, "current"), 1, engine="expected"))
    found = cash.saving[0, 1:, 0]
    np.testing.assert_allclose(found, [1000, 1100, OF_2017, 2420], rtol=1e-12)
    np.testing.assert_allclose(cash.saving.sum(axis=2), 0.0, atol=1e-9)


def test_check_says_which_prices_of_the_plan_are_not_indexed():
    text = UNDATED + "\n" + PARTS["enrolled"].replace("{}", "5") + "\n" + PARTS["amount"]
    plain = study(text.replace("{}", "5"))
    said = "not indexed, taken as kr. of the study: plan.enrolment, plan.amount.0"
    assert said in reading_back(plain)
    assert said not in reading_back(plain.replace({"plan.enrolment.indexed": "rates"}))
