"""Another plan on the same draws costs the plan alone, and is what a fresh simulation gives."""

from dataclasses import replace

import numpy as np
import pytest

import simlab
from simlab.engine import simulate
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import compile_study
from simlab.result.draws import draws_of
from simlab.study.errors import StudyError

STUDY = """
start = "2026-01"
years = 3
states = ["benefit", "activation", "job", "pension"]
payers = ["municipality", "state", "elsewhere"]
price_level = 2026
[index.rates]
2026 = 100
2028 = 104
[clocks.support]
states = ["benefit", "activation"]
[business_cycle]
sd = { p10 = 0.1, p90 = 0.2 }
half_life_months = 18
loading = { "* -> job" = 1 }
[citizens.benefit]
number = { p10 = 60, p90 = 90 }
arrivals_per_month = { p10 = 2, p90 = 3 }
[rate_per_month.benefit]
job = { "1-6" = { p10 = 0.05, p90 = 0.1 }, "7+" = 0.03 }
activation = 0.1
pension = 0.002
[rate_per_month.activation]
benefit = 0.2
job = { p10 = 0.02, p90 = 0.1 }
[rate_per_month.job]
benefit = 0.03
[payments.benefit]
reimbursement = "ladder"
indexed = "rates"
amount = { benefit = { p10 = 11_000, p90 = 13_000 }, activation = 14_000 }
[payments.pension]
amount.pension = 19_000
[payments.wage]
amount.job = -9_000
[one_off.start]
moves = ["* -> job"]
amount = 3_000
[reimbursement.ladder]
share = { "1-2" = 0.8, "3+" = 0.3 }
paid_by = "state"
[outcomes.years_in_job]
per = "year"
amount.job = 1
[plan.cost]
talks = { 2026 = { p10 = 400_000, p90 = 600_000 }, 2027 = 300_000 }
more = { per_year = 100_000 }
[plan.cost_per_citizen.coach]
states = ["activation"]
amount = { p10 = 800, p90 = 1200 }
[[plan.effect]]
name = "talks"
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.5, p90 = 2.5 }
coverage = { p10 = 0.5, p90 = 0.8 }
cost_per_treated_per_month = 900
[plan.displacement]
states = ["job"]
to = "benefit"
share = { p10 = 0.1, p90 = 0.3 }
local_share = 0.7
elsewhere = "elsewhere"
[budget]
"""
DRAWS = 9
PLANS = {
    "a stronger effect": {"plan.effect.talks.hazard_ratio": {"p10": 2.0, "p90": 3.0}},
    "a certain effect": {"plan.effect.talks.hazard_ratio": 1.8},
    "another price": {"plan.effect.talks.cost_per_treated_per_month": 1_500},
    "another budget": {"plan.cost.talks.2027": 10_000},
    "a later start": {"plan.later_months": 7},
    "half a plan": {"plan.scale": 0.5},
    "an effect that ends": {"plan.effect_years": 1},
    "no effect": {"plan.effect": []},
    "nobody displaced": {"plan.displacement": None},
    "an amount": {"plan.amount": [{"change": 500, "states": ["job"]}]},
    "places": {"plan.effect.talks.places": 12},
}


@pytest.fixture(scope="module")
def study():
    return simlab.loads(STUDY)


def money_of(study, engine, first=0):
    return simlab.cash_flow(simlab.simulate(study, DRAWS, engine=engine, first=first))


def check_same(found, fresh, rtol):
    assert found.study is fresh.study or found.study.form == fresh.study.form
    assert found.histories.scaled == fresh.histories.scaled
    for name, column in draws_of(fresh).table.columns.items():
        other = draws_of(found).table[name]
        if rtol:
            np.testing.assert_allclose(other, column, rtol, atol=1e-3, err_msg=name)
        else:
            np.testing.assert_array_equal(other, column, err_msg=name)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_another_plan_is_what_a_fresh_simulation_of_it_gives(study, plan, engine):
    other = study.replace(PLANS[plan])
    found = money_of(study, engine, 40).with_plan(other)
    check_same(found, money_of(other, engine, 40), rtol=0)


def test_a_plan_after_a_plan_is_the_same_plan(study):
    money = money_of(study, "expected")
    for plan in PLANS.values():
        money = money.with_plan(study.replace(plan))
    check_same(money.with_plan(study), money_of(study, "expected"), rtol=0)


def test_the_baseline_is_neither_led_nor_paid_again(study, monkeypatch):
    money, alone = money_of(study, "expected"), []
    right = simulate.run_expected

    def seen(compiled, cohort, out, plan_alone, threads):
        alone.append(plan_alone)
        return right(compiled, cohort, out, plan_alone, threads)

    monkeypatch.setattr(simulate, "run_expected", seen)
    money.with_plan(study.replace(PLANS["half a plan"]))
    assert alone
    assert all(alone)


def test_a_plan_that_reads_another_clock_is_led_through_other_cells(study):
    """Both futures anew: the same numbers up to rounding."""
    ladder = {"1-9": 700, "10+": 300}
    other = study.replace({"plan.cost_per_citizen.coach.amount": ladder})
    money = money_of(study, "expected")
    found, fresh = money.with_plan(other), money_of(other, "expected")
    assert len(found.histories.compiled.accounts) > len(money.histories.compiled.accounts)
    check_same(found, fresh, rtol=1e-9)


def test_figures_of_both_studies_keep_the_values_that_they_had(study):
    """Also where somebody has set them."""
    compiled = compile_study(study)
    path = "payments.benefit.amount.benefit"
    values = compiled.block(0, DRAWS).values.replaced({path: np.linspace(1e4, 2e4, DRAWS)})
    before = cash_flow(simulate_block(compiled, compiled.block_of(values, whole=False), "expected"))
    found = before.with_plan(study.replace(PLANS["a certain effect"]))
    assert (found.histories.block.values.sampled[path] == values.sampled[path]).all()
    assert (found.paid_in("baseline") == before.paid_in("baseline")).all()
    assert (found.paid_in("plan") != before.paid_in("plan")).any()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"payments.wage.amount.job": -8_000}, "payments.wage"),
        ({"rate_per_month.job.benefit": 0.04}, "rate_per_month.job"),
        ({"citizens.benefit.number": 50}, "citizens.benefit"),
        ({"clocks.support.states": ["benefit", "activation", "job"]}, "clocks.support"),
        ({"business_cycle.sd": 0.3}, "business_cycle"),
        ({"years": 2}, "years"),
        ({"seed": 7}, "seed"),
    ],
)
def test_another_baseline_is_refused_by_name(study, values, named):
    with pytest.raises(StudyError, match=named):
        money_of(study, "expected").with_plan(study.replace(values))


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_draws_that_are_not_the_studys_own_are_refused(study, engine):
    """Nothing in the study tells that these had no business cycle, or other people."""
    compiled = compile_study(study)
    own = compiled.block(0, 4)
    calm = compiled.block_of(own.values, cycle=None)
    more = own.with_people(one.people._replace(start=2.0 * one.people.start) for one in own.cohorts)
    for block in (calm, more):
        money = cash_flow(simulate_block(compiled, block, engine))
        with pytest.raises(ValueError, match="not that of the study"):
            money.with_plan(study.replace(PLANS["half a plan"]))


def test_a_title_is_no_part_of_a_baseline(study):
    other = study.replace({"title": "Another"})
    check_same(money_of(study, "expected").with_plan(other), money_of(other, "expected"), rtol=0)


def test_what_was_known_before_is_left_as_it_was(study):
    money = money_of(study, "expected")
    before = replace(money).paid.copy()
    money.with_plan(study.replace(PLANS["a stronger effect"]))
    assert (money.paid == before).all()
