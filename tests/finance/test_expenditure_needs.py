"""The grant for expenditure needs: lost when people leave support, and told where it is unknown."""

import numpy as np
import pytest

import simlab
from simlab.finance.marginal import lost
from simlab.report.sections.short import short
from simlab.result.draws import draws_of
from simlab.result.warnings import study_warnings
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.words import Words

STUDY = """
    start = "2015-01"
    years = 2
    step = "year"
    states = ["benefit", "job"]
    price_level = 2015
    payers = ["municipality", "others"]
    [index.rates]
    2015 = 100
    2016 = 110
    [citizens.benefit]
    number = 100
    [chance_per_year]
    benefit.job = 0.1
    [payments.benefit]
    per = "year"
    amount.benefit = 100_000
    [payments.needs]
    per = "year"
    paid_by = "others"
    received_by = "municipality"
    indexed = "rates"
    told_for_each = 10_000
    amount.benefit = { value = 0, tag = "A", note = "It falls" }
    [plan]
    chance_per_year.benefit.job = 0.3
    [plan.cost]
    project = { 2015 = 2_500_000 }
    """
DISPLACED = """
    [plan.displacement]
    share = { p10 = 0.1, p90 = 0.4 }
    local_share = 0.5
    states = ["job"]
    to = "benefit"
    elsewhere = "others"
    """


def cash(text=STUDY, draws=1, **changed):
    study = simlab.loads(text).replace(changed)
    return simlab.cash_flow(simlab.simulate(study, draws, engine="expected"))


def test_the_grant_is_lost_for_everybody_who_is_off_support():
    # On benefit at the ends of the years: 90 and 81 without the plan, 70 and 49 with it. 20 and 32
    # fewer lower a grant of 30,000 kr. by 600,000 and 960,000 kr.
    without, counted = cash(), cash(**{"payments.needs.amount.benefit": 30_000})
    np.testing.assert_allclose(without.saving[0, 1:], [[2_000_000, 0], [3_200_000, 0]], atol=1e-6)
    found = counted.saving[0, 1:]
    np.testing.assert_allclose(found, [[1_400_000, 600_000], [2_240_000, 960_000]], atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), [2_000_000, 3_200_000], atol=1e-6)


def test_each_ten_thousand_kroner_are_told_by_the_person_years_off_support():
    # 20 + 32 person-years of 10,000 kr., and from 2016 on 11,000 kr. in the prices of the year
    taken = lost(cash().histories, "needs")
    np.testing.assert_allclose(taken[1:, 0, 0], [200_000, 320_000], atol=1e-6)
    np.testing.assert_allclose(taken[1:, 1, 0], [-200_000, -320_000], atol=1e-6)
    current = lost(cash('prices = "current"' + STUDY).histories, "needs")
    np.testing.assert_allclose(current[1:, 0, 0], [200_000, 352_000], atol=1e-6)


@pytest.mark.parametrize("prices", ["fixed", "current"])
def test_what_is_told_is_what_setting_the_amount_gives(prices):
    curve = "[perspectives.municipality]\nweights.municipality = 1\ndiscount_per_year = 0.03\n"
    text = f'prices = "{prices}"\n' + STUDY + DISPLACED + curve
    without, counted = (
        cash(text, 64, **{"payments.needs.amount.benefit": amount}) for amount in (0, 10_000)
    )
    taken, years = draws_of(without).marginal("needs")
    assert taken.min() > 0 and np.ptp(taken) > 1
    both = [one.seen_by("municipality")[0].sum(axis=1) for one in (without, counted)]
    np.testing.assert_allclose(taken, both[0] - both[1], rtol=1e-9)
    np.testing.assert_array_equal(years, simlab.payback(counted).years)


def test_a_run_says_in_one_line_what_it_hangs_on_and_check_that_it_is_not_counted():
    study = simlab.loads(STUDY)
    answer = run(study, draws=16, engine="expected").answer
    (found,) = answer.marginal
    assert (found.lost.mean, found.lost.p10, found.lost.p90) == pytest.approx((520_000,) * 3)
    # 2,500,000 kr. are back in the second year, and with the grant's 520,000 off still:
    # 1,800,000 + 2,880,000 less 2,500,000.
    assert [chance.chance for chance in found.within[2]] == [1.0, 1.0]
    told = "needs: each DKK 10,000 a person-year takes DKK 520,000 from the saving of 2 years"
    assert str(answer.notes[0]).startswith(told)
    page_one = short(answer, Words("en"))
    assert any(line.startswith(told) for one in page_one.answers for line in one.beside)
    (said,) = (one for one in study_warnings(study) if one.what == "not counted")
    assert said.paths == ("payments.needs.amount.benefit",)
    assert str(said.message).startswith("Not counted: needs. It falls (payments.needs")
    counted = study_warnings(study.replace({"payments.needs.amount.benefit": 5_000}))
    assert any("Counted by a figure" in str(one.message) for one in counted)


def test_the_chance_of_payback_with_it_is_that_of_the_draws():
    # Back within two years without it (5,200,000 kr. of 5,000,000), and not with 520,000 kr. less.
    dear = STUDY.replace("2_500_000", "5_000_000")
    (found,) = run(simlab.loads(dear), draws=16, engine="expected").answer.marginal
    assert [chance.chance for chance in found.within[2]] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"per": "month"}, "per month"), ({"share": 0.5}, "without share"), ({"taxed": True}, "tax")],
)
def test_it_is_told_of_a_payment_by_the_person_year(change, said):
    study = simlab.loads(STUDY)
    with pytest.raises(StudyError, match=said):
        study.replace({f"payments.needs.{key}": value for key, value in change.items()})
