"""A reform at a date, and whom a step's payments are for: people at its start are those after it.

Everything here is one hundred people who stay where they are, until a reform moves them; what is
paid is counted on the fingers.
"""

import numpy as np
import pytest

import simlab
from simlab.engine.simulate import simulate_block
from simlab.finance.central_world import central_world
from simlab.model.compiled import compile_study
from simlab.result.draws import draws_of
from simlab.verify.certificate import verify

ENGINES = ("expected", "counts", "citizens")
REFORM = 6  # the first step after 2000-07-01, from 0


def study(counting="end", plan="", more="", at="2000-07", a="1", b="1000"):
    return simlab.loads(
        f"""
        start = "2000-01"
        years = 1
        counting = "{counting}"
        states = ["a", "b", "c"]
        {more}
        [citizens.a]
        number = 100
        [chance_per_month]
        a.c = 0
        b.c = 0
        [[convert]]
        states = ["a"]
        to = "b"
        at = "{at}"
        [payments.x]
        amount = {{ a = {a}, b = {b} }}
        [outcomes.years]
        amount.b = 1
        {plan}
        """
    )


def cash(asked, engine="expected"):
    return simlab.cash_flow(simlab.simulate(asked, 1, engine=engine))


@pytest.mark.parametrize("counting", ["end", "start", "mean"])
@pytest.mark.parametrize("engine", ENGINES)
def test_those_whom_a_reform_moves_are_paid_in_their_new_state_from_its_date(engine, counting):
    paid = cash(study(counting), engine).paid_in("baseline")[0, 1:, 0]
    assert paid.tolist() == [100.0] * REFORM + [100_000.0] * (12 - REFORM)


@pytest.mark.parametrize("counting", ["end", "start", "mean"])
def test_outcomes_and_person_months_count_a_reform_from_its_date(counting):
    compiled = compile_study(study(counting))
    found = draws_of(simlab.cash_flow(simulate_block(compiled, compiled.block(0, 1), "counts")))
    np.testing.assert_allclose(found.outcomes["years"], [[50.0, 50.0]], rtol=1e-12)
    assert found.months("baseline").tolist() == [[600.0, 600.0, 0.0]]


@pytest.mark.parametrize("counting", ["end", "start", "mean"])
def test_what_the_plan_costs_a_citizen_follows_a_reform_from_its_date(counting):
    plan = '[plan.cost_per_citizen.talks]\nstates = ["b"]\namount = 5\n'
    plan += '[[plan.amount]]\nchange = 7\nstates = ["b"]'
    found = cash(study(counting, plan))
    assert found.cost[0, :, 0].tolist() == [0.0] * (REFORM + 1) + [500.0] * 6
    more = (found.paid_in("plan") - found.paid_in("baseline"))[0, :, 0]
    assert more.tolist() == [0.0] * (REFORM + 1) + [700.0] * 6


@pytest.mark.parametrize("counting", ["end", "start", "mean"])
def test_the_treated_and_the_places_are_of_those_there_after_a_reform(counting):
    plan = (
        '[[plan.effect]]\nmoves = ["b -> c"]\nhazard_ratio = 2\n'
        "cost_per_treated_per_month = 10\nplaces = 25"
    )
    asked = study(counting, plan)
    assert cash(asked).cost[0, :, 0].tolist() == [0.0] * (REFORM + 1) + [250.0] * 6
    coverage = compile_study(asked).block(0, 1).coverage[0][0]
    assert coverage.tolist() == [1.0] * REFORM + [0.25] * 6


def test_a_programme_takes_in_those_whom_a_reform_has_made_eligible_in_its_step():
    plan = (
        '[plan.enrolment]\nstates = ["b"]\nmonths_in_programme = 3\nplaces = 40\nends_in = []\n'
        "cost_per_enrolled_per_month = 10"
    )
    assert cash(study(plan=plan)).cost[0, REFORM + 1, 0] == pytest.approx(400.0)


def test_a_reform_of_people_by_their_time_on_a_clock_is_counted_rung_by_rung():
    more = '[clocks.k]\nstates = ["a", "b"]'
    start = cash(study("start", more=more, a="1", b='{ "1-6" = 10, "7+" = 1000 }'))
    # on the clock for 1 month at the start, for 7 as the seventh step begins
    assert start.paid_in("baseline")[0, 1:, 0].tolist() == [100.0] * 6 + [100_000.0] * 6


def test_two_reforms_on_one_day_follow_each_other():
    more = '[[convert]]\nstates = ["b"]\nto = "c"\nat = "2000-07"'
    asked = study("start", more)
    assert cash(asked).paid_in("baseline")[0, 1:, 0].tolist() == [100.0] * REFORM + [0.0] * 6


def test_a_reform_on_the_first_day_moves_those_who_are_there_at_the_start():
    before = cash(study("start", at="2000-01")).paid_in("baseline")
    assert before[0, 1:, 0].tolist() == [100_000.0] * 12


def test_the_budget_counts_those_whom_a_reform_moves_as_payments_do():
    plan = "[[plan.effect]]\nchance_per_month.a.c = 0.5\n[plan.cost.x]\nat_start = 1\n[budget]"
    for counting in ("start", "mean", "end"):
        asked = study(counting, plan)
        compiled = compile_study(asked)
        found = draws_of(simlab.cash_flow(simulate_block(compiled, compiled.block(0, 2), "counts")))
        money = simlab.cash_flow(simlab.simulate(asked, 2, engine="counts"))
        more = (money.paid_in("plan") - money.paid_in("baseline") + money.cost)[:, :, 0].sum(axis=1)
        np.testing.assert_allclose(found.lines.sum(axis=(1, 2, 3)), more, atol=1e-6)


@pytest.mark.parametrize("counting", ["end", "start", "mean"])
def test_a_workbook_knows_who_is_there_as_a_step_with_a_reform_begins(counting):
    world = central_world(compile_study(study(counting)))
    assert {t: people.tolist() for t, people in world.reformed.items()} == {
        REFORM + 1: [[0.0, 100.0, 0.0]] * 2
    }


def test_verify_counts_a_reform_by_hand():
    plan = (
        '[plan.cost.c]\nat_start = 1\n[[plan.effect]]\nmoves = ["b -> c"]\nhazard_ratio = 2\n'
        "cost_per_treated_per_month = 10\nplaces = 25"
    )
    asked = study("mean", plan).replace({"chance_per_month.b.c": 0.1, "chance_per_month.a.c": 0.05})
    assert [check.key for check in verify(asked).checks if check.failed] == []
