"""What those in a programme cost, and amounts that the plan changes without anybody moving."""

import numpy as np
import pytest
import twins
from hypothesis import given, settings
from random_twins import random_twins

import simlab

steady = settings(derandomize=True, deadline=None, max_examples=30)


def study(plan, counting="end", step="month", benefit=""):
    return simlab.loads(
        f"""
        start = "2020-01"
        years = 1
        step = "{step}"
        counting = "{counting}"
        states = ["benefit", "job"]
        [clocks.support]
        states = ["benefit"]
        [citizens.benefit]
        number = 100
        {benefit}
        [rate_per_month]
        benefit.job = 0.0
        [payments.benefit]
        amount.benefit = 12_000
        received_by = "citizen"
        {plan}
        """
    )


PROGRAMME = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 3\nstart = "2020-02"\n'


def flows(plan, **more):
    """payer → (saving, cost), (steps + 1,) each."""
    asked = study(plan, **more)
    cash = simlab.cash_flow(simlab.simulate(asked, 1, engine="expected"))
    return {p: (cash.saving[0, :, k], cash.cost[0, :, k]) for k, p in enumerate(cash.payers)}


# ---- the cost of those in it --------------------------------------------------------------------


def test_those_in_a_programme_cost_what_their_months_in_it_do_to_the_oere():
    cost = 'cost_per_enrolled_per_month = 1234.56\npaid_by = "state"'
    saving, paid = flows(PROGRAMME + cost)["state"]
    np.testing.assert_allclose(paid, [0, 0] + [123_456.00] * 3 + [0] * 8, atol=0.005)
    assert (saving == 0.0).all()


@steady
@given(random_twins(citizens=(50, 3000)))
def test_the_cost_of_a_programme_is_its_people_times_its_price_in_every_study(twin):
    if twin.enrolment is None:
        return
    asked = twin.replace(enrolment=twins.replace(twin.enrolment, cost=1000.0)).study
    found = simlab.simulate(asked, 2, engine="counts")
    inside = [a for a, one in enumerate(found.compiled.accounts) if one.among("enrolled")]
    months = found.heads("plan")[:, 1:, inside].sum(axis=(1, 2))
    cost = simlab.cash_flow(found).cost[:, :, 0].sum(axis=1)
    np.testing.assert_allclose(cost, 1000.0 * months, atol=0.005)


def test_the_price_of_a_month_in_it_may_change():
    cost = 'cost_per_enrolled_per_month = { "2020-01" = 100, "2020-04" = 200 }'
    _, paid = flows(PROGRAMME + cost)["municipality"]
    np.testing.assert_allclose(paid[1:6], [0, 10_000, 10_000, 20_000, 0])


def test_a_month_in_it_costs_the_same_in_weekly_steps():
    plan = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 12\n'
    _, paid = flows(plan + "cost_per_enrolled_per_month = 100", step="week")["municipality"]
    assert paid.sum() == pytest.approx(100 * 100 * 12, rel=5e-3)  # 52 weeks of 52.18


# ---- changed amounts ----------------------------------------------------------------------------


def test_a_payer_who_pays_less_for_the_enrolled_saves_that_and_the_plan_costs_nothing():
    amount = '[[plan.amount]]\nchange = -500\nwhile = "enrolled"'
    saving, cost = flows(PROGRAMME + amount)["municipality"]
    np.testing.assert_allclose(saving, [0, 0] + [50_000] * 3 + [0] * 8)
    assert (cost == 0.0).all()


def test_an_amount_changed_from_enrolment_on_stays_changed():
    amount = '[[plan.amount]]\nchange = -12_000\nper = "year"\nwhile = "ever_enrolled"'
    saving, _ = flows(PROGRAMME + amount)["municipality"]
    np.testing.assert_allclose(saving, [0, 0] + [100_000] * 11)


def test_an_amount_changed_for_everyone_needs_no_programme_and_keeps_its_dates():
    amount = '[[plan.amount]]\nchange = -10\nstart = "2020-03"\nuntil = "2020-04"\npayer = "state"'
    found = flows(amount)
    np.testing.assert_allclose(found["state"][0], [0, 0, 0, 1000, 1000] + [0] * 8)
    assert (found["municipality"][0] == 0.0).all()


def test_an_amount_is_changed_in_the_states_that_are_named():
    amount = '[[plan.amount]]\nchange = -10\nstates = ["job"]'
    assert (flows(amount)["municipality"][0] == 0.0).all()


def test_without_states_an_amount_is_changed_wherever_somebody_may_still_leave():
    asked = simlab.loads(
        """
        start = "2020-01"
        years = 1
        states = ["benefit", "job", "dead", "moved"]
        [citizens.benefit]
        number = 100
        [citizens.job]
        number = 10
        [citizens.dead]
        number = 1000
        [citizens.moved]
        number = 10_000
        [rate_per_month]
        benefit.dead = 0.0
        job.moved = 0.0
        [[plan.amount]]
        change = -1
        """
    )
    found = simlab.cash_flow(simlab.simulate(asked, 1, engine="expected")).saving[0, :, 0]
    np.testing.assert_allclose(found, [0] + [110] * 12)
    named = asked.replace({"plan.amount.0.states": ["dead"]})
    found = simlab.cash_flow(simlab.simulate(named, 1, engine="expected")).saving[0, :, 0]
    np.testing.assert_allclose(found, [0] + [1000] * 12)


def test_an_amount_that_the_plan_raises_is_a_negative_saving():
    saving, cost = flows("[[plan.amount]]\nchange = 10")["municipality"]
    np.testing.assert_allclose(saving, [0] + [-1000] * 12)
    assert (cost == 0.0).all()


def test_what_a_payer_pays_less_is_real_for_all_payers_together():
    found = flows("[[plan.amount]]\nchange = -10")
    assert sum(saving.sum() for saving, _ in found.values()) == pytest.approx(12_000)


def test_less_paid_to_somebody_is_a_transfer_and_saves_nobody_else_anything():
    found = flows('[[plan.amount]]\nchange = -10\nreceived_by = "citizen"')
    np.testing.assert_allclose(found["municipality"][0], [0] + [1000] * 12)
    np.testing.assert_allclose(found["citizen"][0], [0] + [-1000] * 12)


def test_a_change_by_time_on_a_clock_and_by_date_is_read_as_a_payment_is():
    change = '{ "2020-01" = { "1-2" = -10, "3+" = -20 }, "2020-07" = -1 }'
    amount = f'[[plan.amount]]\nstates = ["benefit"]\nchange = {change}'
    saving, _ = flows(amount, benefit="months_on_clock = 1")["municipality"]
    np.testing.assert_allclose(saving, [0, 1000, 2000, 2000, 2000, 2000, 2000] + [100] * 6)


def test_a_plan_that_ends_changes_no_amount_any_more():
    saving, _ = flows('[[plan.amount]]\nchange = -10\n[plan]\nuntil = "2020-05"')["municipality"]
    np.testing.assert_allclose(saving, [0] + [1000] * 5 + [0] * 7)


@pytest.mark.parametrize("engine", ["counts", "citizens"])
def test_whole_people_save_what_their_months_do(engine):
    asked = study(PROGRAMME + '[[plan.amount]]\nchange = -500\nwhile = "enrolled"')
    found = simlab.cash_flow(simlab.simulate(asked, 3, engine=engine))
    np.testing.assert_allclose(found.saving[:, :, 0].sum(axis=1), 150_000)


def test_uncertain_changes_vary_from_draw_to_draw_and_are_named_by_their_path():
    asked = study('[[plan.amount]]\nname = "services"\nchange = { p10 = -20, p90 = -10 }')
    assert "plan.amount.services.change" in asked.uncertain
    found = simlab.cash_flow(simlab.simulate(asked, 64, engine="expected"))
    assert len(np.unique(found.saving[:, 1, 0])) == 64
    fixed = asked.replace({"plan.amount.services.change": -10})
    saved = simlab.cash_flow(simlab.simulate(fixed, 2, engine="expected")).saving
    np.testing.assert_allclose(saved[:, 1:, 0], 1000)
