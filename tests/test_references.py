"""Results known from outside: the studies under configs/reference against their printed figures.

The figures are derived once more, in the plainest way, in `oracle.references`; here the shipped
studies are run and compared with both.
"""

import math
from functools import cache

import numpy as np
import pytest
from false_alarm import smallest_visible_error, z_limit
from oracle import references
from oracle.lives import BASELINE

import simlab
from simlab.study.reading import shipped_configs

REFERENCES = shipped_configs() / "reference"
BLOCK = 2048  # draws at a time, so that fifty years of months fit in memory


def study(name, **settings):
    return simlab.load(REFERENCES / f"{name}.toml", {k.replace("__", "."): v
                                                     for k, v in settings.items()})  # fmt: skip


# ---- payback in closed form ---------------------------------------------------------------------

PRINTED = {12: 0.00817027, 24: 0.58775564, 36: 0.80334148, 60: 0.89064807, 120: 0.92063239}
NEVER, NEVER_IN_TEN_YEARS = 0.0743597, 0.07937


def paybacks(draws, engine, **settings):
    """(draws,) months to payback, computed block by block."""
    made, found = study("closed-form", **settings), []
    for first in range(0, draws, BLOCK):
        histories = simlab.simulate(made, min(BLOCK, draws - first), engine=engine, first=first)
        found.append(simlab.payback(simlab.cash_flow(histories)).years * 12)
    return np.concatenate(found).round(6)


@cache
def without_chance():
    return paybacks(2**14, "expected")


@pytest.mark.parametrize("month", PRINTED)
def test_the_chance_of_payback_without_chance_is_the_printed_one(month):
    """2^14 draws are 1,024 points in each of 16 replicates, one in each interval of 1/1024.

    So no replicate is wrong by more than 1/1024 in the chance of any interval of p₁, and the mean
    of all is far closer: its standard error is below 1/(2 · 1024 · √16).
    """
    found = (without_chance() <= month).mean()
    assert abs(found - PRINTED[month]) <= 1 / 1024
    assert abs(found - PRINTED[month]) <= z_limit() / (2 * 1024 * 4)


def test_the_chance_of_never_is_the_printed_one():
    times = without_chance()
    assert abs(np.isinf(times).mean() - NEVER) <= z_limit() / (2 * 1024 * 4)
    assert abs((times > 120).mean() - NEVER_IN_TEN_YEARS) <= z_limit() / (2 * 1024 * 4)


@pytest.mark.long
def test_with_2_18_draws_every_printed_chance_is_found_within_1e_5():
    times = paybacks(2**18, "expected")
    for month, printed in PRINTED.items():
        assert abs((times <= month).mean() - printed) <= 1e-5, month
    assert abs(np.isinf(times).mean() - NEVER) <= 1e-5
    assert abs((times > 120).mean() - NEVER_IN_TEN_YEARS) <= 1e-5


def test_each_draw_pays_back_when_its_own_exit_chance_says():
    """Draw by draw: the month from which p₁ is at least the chance that breaks even."""
    made = study("closed-form")
    histories = simlab.simulate(made, 1024, engine="expected")
    (exit_with,) = histories.block.values.sampled.values()
    months = simlab.payback(simlab.cash_flow(histories)).years * 12
    for p, month in list(zip(exit_with, months, strict=True))[::32]:
        if math.isinf(month):
            assert p < references.exit_chance_that_breaks_even(600)
            continue
        month = round(month)
        assert p >= references.exit_chance_that_breaks_even(month)
        assert p < references.exit_chance_that_breaks_even(month - 1)


def test_the_balance_is_that_of_the_closed_form_in_every_month():
    made = study("closed-form", plan__chance_per_month__benefit__off=0.04)
    cash = simlab.cash_flow(simlab.simulate(made, 1, engine="expected"))
    found = simlab.payback(cash)
    assert found.years[0] * 12 == pytest.approx(22)
    balance = references.expected_balance(0.04, 600)
    np.testing.assert_allclose(found.balance[0], balance, rtol=1e-9, atol=1e-3)


DRAWS_WITH_CHANCE = 2**15


@cache
def with_chance():
    return paybacks(DRAWS_WITH_CHANCE, "counts", years=10)


@pytest.mark.parametrize("month", references.CHANCE_OF_PAYBACK_WITH_CHANCE)
def test_a_hundred_real_citizens_pay_back_as_an_independent_simulation_found(month):
    printed, its_error = references.CHANCE_OF_PAYBACK_WITH_CHANCE[month]
    error = math.hypot(math.sqrt(printed * (1 - printed) / DRAWS_WITH_CHANCE), its_error)
    found = (with_chance() <= month).mean()
    assert abs(found - printed) <= z_limit() * error
    if month <= 24:  # and an engine without chance would be seen
        assert abs(printed - PRINTED[month]) > smallest_visible_error(error)


def test_a_hundred_real_citizens_do_not_pay_back_as_often():
    never = 1 - references.CHANCE_OF_PAYBACK_WITH_CHANCE[120][0]
    error = math.sqrt(never * (1 - never) / DRAWS_WITH_CHANCE)
    assert abs(np.isinf(with_chance()).mean() - never) <= z_limit() * error


# ---- HIV ----------------------------------------------------------------------------------------


@cache
def hiv():
    made = study("hiv")
    cash = simlab.cash_flow(simlab.simulate(made, 1, engine="expected"))
    without, with_plan, cost = cash.totals("health_service")[0]
    return (without, *cash.outcomes["life_years"][0], with_plan + cost)


def test_hiv_costs_and_life_years_are_the_published_ones():
    mono, mono_years, both_years, both = hiv()
    assert mono == pytest.approx(44_663.45, abs=0.005)
    assert mono_years == pytest.approx(7.991207, abs=5e-7)
    assert both == pytest.approx(50_601.65, abs=0.005)
    assert both_years == pytest.approx(8.937389, abs=5e-7)
    per_life_year = (both - mono) / (both_years - mono_years)
    assert per_life_year == pytest.approx(6_275.956, abs=5e-4)


def test_hiv_is_what_the_matrices_say_to_the_last_digits():
    mono, combination, per_life_year = references.hiv()
    found = hiv()
    assert found == pytest.approx(
        (mono.cost, mono.life_years, combination.life_years, combination.cost), rel=1e-12
    )
    assert (found[3] - found[0]) / (found[2] - found[1]) == pytest.approx(per_life_year, rel=1e-10)


def test_hiv_with_a_hazard_ratio_is_not_the_published_result():
    """The published multiplier acts on chances; on intensities it gives other figures."""
    made = study("hiv")
    effect = {k: v for k, v in made.tree.tables["plan"]["effect"][0].items() if k != "chance_ratio"}
    wrong = made.replace({"plan.effect": [{**effect, "hazard_ratio": 0.509}]})
    cash = simlab.cash_flow(simlab.simulate(wrong, 1, engine="expected"))
    assert abs(cash.outcomes["life_years"][0, 1] - 8.937389) > 0.001


def test_real_patients_live_as_long_on_average():
    made = study("hiv", citizens__A__number=100)
    cash = simlab.cash_flow(simlab.simulate(made, 2048, engine="counts"))
    years = cash.outcomes["life_years"] / 100
    error = years.std(axis=0) / math.sqrt(2048)
    assert (np.abs(years.mean(axis=0) - [7.991207, 8.937389]) <= z_limit(2) * error).all()


# ---- the reference chain ------------------------------------------------------------------------


def test_the_reference_chain_saves_172_million_in_the_mean():
    point = {
        f"count_per_month__{state}__point": True
        for state in ("job_ready", "activity_ready", "job", "education")
    }
    cash = simlab.cash_flow(simlab.simulate(study("jobs", **point), 1, engine="expected"))
    assert cash.saving.sum() == pytest.approx(172.07e6, abs=0.005e6)


def test_the_chances_of_the_reference_chain_are_dirichlet_about_its_own():
    """The mean number in each state after one month, from 1,700 activity-ready."""
    people = simlab.simulate(study("jobs"), 4096, engine="expected").people(BASELINE)[:, 1] / 1700
    row = np.array(references.JOBS_CHANCES[1])
    variance = row * (1 - row) / 201
    error = np.sqrt(variance / 4096)
    assert (np.abs(people.mean(axis=0) - row) <= z_limit(5) * error).all()
    np.testing.assert_allclose(people.var(axis=0), variance, rtol=0.15)
