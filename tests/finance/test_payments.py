"""What people cost: payments, reimbursement, tax and one-off amounts (`unit_amounts`, `cash_flow`).

Most studies here hold one citizen who stays where he is, so that every figure can be added up by
hand.
"""

import numpy as np
import pytest
import twins
from oracle import exact
from oracle.lives import BASELINE, PLAN

import simlab
from simlab.runs.run import run

PAYERS = ("municipality", "state", "region", "citizen")


def study(money, years=4, step="month", counting="end", moves="", more="", people=None):
    people = people or '[citizens.somebody]\nnumber = 1\nstate = "benefit"'
    return simlab.loads(
        f"""
        start = "2015-01"
        years = {years}
        step = "{step}"
        counting = "{counting}"
        states = ["benefit", "job", "pension"]
        {more}
        {people}
        [rate_per_{step}]
        {moves or "benefit.job = 0"}
        {money}
        """
    )


def paid(*args, future="baseline", draws=1, **more):
    """{payer: (steps + 1,)} kr. of the first draw."""
    cash = simlab.cash_flow(simlab.simulate(study(*args, **more), draws, engine="expected"))
    money = cash.paid_in(future)[0]
    return {payer: money[:, k] for k, payer in enumerate(cash.payers)}


# ---- payments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "per", "each"),
    [
        ("month", "month", 900.0),
        ("month", "year", 75.0),
        ("year", "month", 10_800.0),
        ("week", "month", 900 * 12 * 7 / 365.2425),
        ("month", "week", 900 * 365.2425 / 7 / 12),
    ],
)
def test_an_amount_is_per_its_own_unit_of_time(step, per, each):
    found = paid(f'[payments.benefit]\nper = "{per}"\namount.benefit = 900', step=step)
    np.testing.assert_allclose(found["municipality"][1:], each, rtol=1e-12)
    assert found["municipality"][0] == 0.0


def test_who_pays_and_who_receives_cancel():
    found = paid('[payments.benefit]\npaid_by = "state"\nreceived_by = "citizen"\n'
                 "amount.benefit = 900")  # fmt: skip
    np.testing.assert_allclose(found["state"][1:], 900.0)
    np.testing.assert_allclose(found["citizen"][1:], -900.0)
    assert (found["municipality"] == 0).all()


def test_amounts_follow_dates_bands_and_uncertainty():
    money = """
        [payments.benefit.amount.benefit]
        "2015-01" = 100
        "2016-01" = { "1-15" = 200, "16+" = 300 }
        """
    clock = '[clocks.support]\nstates = ["benefit"]'
    found = paid(money, more=clock)["municipality"]
    # at the end of step t the clock is t + 1
    expected = [100.0] * 12 + [200.0] * 2 + [300.0] * 34
    np.testing.assert_allclose(found[1:], expected)


def test_an_uncertain_amount_is_one_value_for_a_whole_draw():
    text = study("[payments.benefit]\namount.benefit = { p10 = 800, p90 = 1000 }")
    cash = simlab.cash_flow(simlab.simulate(text, 64, engine="expected"))
    money = cash.paid_in("baseline")[:, 1:, 0]
    assert (money == money[:, :1]).all()
    assert len(np.unique(money[:, 0])) == 64
    value = text.uncertain["payments.benefit.amount.benefit"]
    assert money[:, 0].mean() == pytest.approx(value.mean(), rel=0.01)


def test_a_group_of_states_is_paid_alike():
    found = paid(
        "[payments.benefit]\namount.support = 100", more='groups = { support = ["benefit", "job"] }'
    )
    np.testing.assert_allclose(found["municipality"][1:], 100.0)


# ---- the ladder of reimbursement ----------------------------------------------------------------

LADDER = """
    [clocks.support]
    states = ["benefit", "pension"]
    resets = { after_months = 12 }
    [payments.benefit]
    received_by = "citizen"
    reimbursement = "ladder"
    amount = { benefit = 1000, pension = 1000 }
    [reimbursement.ladder.share]
    "2011-01" = 0.35
    [reimbursement.ladder.share."2016-01"]
    "1" = 0.768
    "2-6" = 0.40
    "7-12" = 0.30
    "13+" = 0.20
    """
RUNGS = [0.232] + 5 * [0.6] + 6 * [0.7] + 24 * [0.8]  # what the municipality is left with


def test_36_months_on_benefit_cost_the_municipality_26_632_of_them():
    """One who enters in January 2016, and so is on the first rung at the end of that month."""
    found = paid(
        LADDER,
        moves='job.benefit = { "2015-01" = 0, "2016-01" = 1e4 }\nbenefit.job = 0',
        people='[citizens.somebody]\nnumber = 1\nstate = "job"',
    )
    assert (found["municipality"][:13] == 0).all()
    np.testing.assert_allclose(found["municipality"][13:] / 1000, RUNGS, rtol=1e-12)
    assert found["municipality"].sum() == pytest.approx(26_632.0, rel=1e-12)
    assert found["state"].sum() == pytest.approx(9_368.0, rel=1e-12)
    assert found["citizen"].sum() == pytest.approx(-36_000.0, rel=1e-12)


def test_the_old_rules_hold_until_the_date_of_the_new_and_the_clock_runs_through():
    """On benefit since 2015-01: 12 months at 35 %, then the ladder from the 13th rung on."""
    found = paid(LADDER)["municipality"] / 1000
    np.testing.assert_allclose(found[1:13], 0.65, rtol=1e-12)
    np.testing.assert_allclose(found[13:], 0.8, rtol=1e-12)


def test_the_stock_stands_on_the_rung_of_its_clock():
    people = '[citizens.somebody]\nnumber = 10\nstate = "benefit"\n'
    people += 'months_on_clock = { "1" = 0.5, "9" = 0.5 }'
    found = paid(LADDER.replace("2016-01", "2011-02"), people=people, counting="start")
    rungs = np.array(RUNGS)
    expected = [5 * rungs[k] + 5 * rungs[min(8 + k, 35)] for k in range(20)]
    np.testing.assert_allclose(found["municipality"][1:21] / 1000, expected, rtol=1e-12)


def test_moving_to_another_state_of_the_clock_keeps_the_rung():
    found = paid(LADDER, moves='benefit.pension = { "2015-01" = 0, "2016-06" = 1e4 }')
    np.testing.assert_allclose(found["municipality"][13:] / 1000, 0.8, rtol=1e-12)


# ---- tax ----------------------------------------------------------------------------------------

TAXED = """
    [payments.benefit]
    received_by = "citizen"
    taxed = true
    amount.benefit = 1000
    [payments.wage]
    paid_by = "citizen"
    taxed = true
    amount.job = -3000
    [taxes.municipal]
    rate = 0.25
    """


def test_benefits_and_wages_are_taxed_and_untaxed_payments_are_not():
    found = paid(TAXED + '[payments.help]\nreceived_by = "citizen"\namount.benefit = 100')
    np.testing.assert_allclose(found["municipality"][1:], 1000 - 250 + 100)
    np.testing.assert_allclose(found["citizen"][1:], -1000 + 250 - 100)


def test_a_job_gains_the_tax_on_the_wage_less_the_tax_on_the_benefit():
    at_work = '[citizens.somebody]\nnumber = 1\nstate = "job"'
    on_benefit, working = paid(TAXED), paid(TAXED, people=at_work)
    np.testing.assert_allclose(working["municipality"][1:], -750.0)
    np.testing.assert_allclose(working["citizen"][1:], -3000 + 750.0)
    saved = on_benefit["municipality"] - working["municipality"]
    np.testing.assert_allclose(saved[1:], 1000 + 0.25 * (3000 - 1000))


RETAINED = (
    TAXED
    + """
    retained = { "2011-01" = 0.4, "2016-01" = 0.25 }
    rest_to = "state"
    """
)


def test_equalisation_leaves_a_share_of_the_tax_by_date():
    found = paid(RETAINED)
    np.testing.assert_allclose(found["municipality"][1:13], 1000 - 0.4 * 250)
    np.testing.assert_allclose(found["municipality"][13:], 1000 - 0.25 * 250)
    np.testing.assert_allclose(found["state"][1:13], -0.6 * 250)
    np.testing.assert_allclose(found["citizen"][1:], -750.0)


def test_equalisation_comes_with_its_lag_and_at_the_share_of_the_year_it_is_for():
    """All the tax stays with the municipality at first; 18 months later the share is taken."""
    found = paid(RETAINED + "equalised_after_years = 1.5")
    kept = np.concatenate([[0] * 18, [0.6] * 12, [0.75] * 18])
    np.testing.assert_allclose(found["municipality"][1:], 1000 - 250 + 250 * kept)
    np.testing.assert_allclose(found["state"][1:], -250 * kept)


def test_a_run_says_that_what_is_equalised_after_the_horizon_is_not_counted():
    words = "Tax is equalised 1.5 years later"
    late = run(study(RETAINED + "equalised_after_years = 1.5"), draws=16, engine="counts")
    assert any(str(one.message).startswith(words) for one in late.answer.warnings)
    at_once = run(study(RETAINED), draws=16, engine="counts")
    assert not any("equalised" in str(one.message) for one in at_once.answer.warnings)


def test_two_taxes_may_be_equalised_at_different_times():
    money = (
        RETAINED
        + """
        equalised_after_years = 1
        [taxes.church]
        rate = 0.01
        retained = 0.5
        rest_to = "region"
        equalised_after_years = 2
        """
    )
    found = paid(money)
    lagged = np.arange(1, 49)
    np.testing.assert_allclose(found["region"][1:], np.where(lagged > 24, -5.0, 0.0))
    state = np.where(lagged > 24, -0.75 * 250, -0.6 * 250) * (lagged > 12)
    np.testing.assert_allclose(found["state"][1:], state)


def test_a_second_tax_goes_to_its_own_payer():
    found = paid(TAXED + '[taxes.state]\nrate = 0.1\nreceived_by = "state"')
    np.testing.assert_allclose(found["state"][1:], -100.0)
    np.testing.assert_allclose(found["citizen"][1:], -650.0)


# ---- one-off amounts ----------------------------------------------------------------------------


def test_a_one_off_amount_falls_on_every_move_in_the_step_in_which_it_is_made():
    money = """
        [one_off.bonus]
        moves = ["benefit -> job"]
        amount = { "2015-01" = 500, "2015-07" = 300 }
        paid_by = "state"
        received_by = "citizen"
        """
    found = paid(money, moves="benefit.job = 0.2\njob.benefit = 0.1")
    people = simlab.simulate(study("", moves="benefit.job = 0.2\njob.benefit = 0.1"), 1,
                             engine="expected").people(BASELINE)[0]  # fmt: skip
    moves = people[:-1, 0] * -np.expm1(-0.2)
    each = np.where(np.arange(48) < 6, 500.0, 300.0)
    np.testing.assert_allclose(found["state"][1:], moves * each, rtol=1e-10)
    np.testing.assert_allclose(found["citizen"][1:], -moves * each, rtol=1e-10)
    assert found["state"][0] == 0.0


def test_two_patterns_for_one_move_pay_it_once():
    once = '[one_off.bonus]\nmoves = ["benefit -> job"]\namount = 500'
    twice = '[one_off.bonus]\nmoves = ["benefit -> job", "* -> job"]\namount = 500'
    one, other = (paid(money, moves="benefit.job = 0.2") for money in (once, twice))
    assert (one["municipality"] == other["municipality"]).all()


# ---- per hour worked, and to a share of the people ----------------------------------------------

SMALL_JOB = """
    hours_per_month = { job = 30, pension = 10 }
    [payments.benefit]
    received_by = "citizen"
    taxed = true
    amount.benefit = 900
    [payments.deduction]
    per = "hour"
    received_by = "citizen"
    taxed = true
    amount.job = -20
    [payments.wage]
    per = "hour"
    paid_by = "citizen"
    taxed = true
    amount = { job = -100, pension = -50 }
    """


def test_benefit_beside_a_small_job_is_deducted_by_the_hours_worked():
    people = '[citizens.somebody]\nnumber = 1\nstate = "job"'
    more = SMALL_JOB.replace("amount.benefit = 900", "amount.job = 900")
    found = paid("", more=more, people=people)
    np.testing.assert_allclose(found["municipality"][1:], 900 - 30 * 20)
    np.testing.assert_allclose(found["citizen"][1:], -(900 - 30 * 20) - 30 * 100)


def test_hours_are_a_state_s_own_also_where_a_group_is_paid():
    people = '[citizens.somebody]\nnumber = 1\nstate = "pension"'
    more = SMALL_JOB + '\n[groups]\nworking = ["job", "pension"]\n'
    more = more.replace("amount = { job = -100, pension = -50 }", "amount.working = -100")
    assert paid("", more=more, people=people)["citizen"][1] == pytest.approx(-10 * 100)


def test_uncertain_hours_move_benefit_wage_and_tax_together():
    more = SMALL_JOB.replace("job = 30", "job = { min = 10, mode = 30, max = 60 }")
    tax = '[taxes.state]\nreceived_by = "state"\nrate = 0.5'
    people = '[citizens.somebody]\nnumber = 1\nstate = "job"'
    text = study(tax, more=more, people=people)
    cash = simlab.cash_flow(simlab.simulate(text, 16, engine="expected"))
    hours = cash.histories.block.values.sampled["hours_per_month.job"]
    assert len(np.unique(hours)) == 16
    money = dict(zip(cash.payers, cash.paid_in("baseline")[:, 1].T, strict=True))
    np.testing.assert_allclose(money["municipality"], -20 * hours, rtol=1e-12)
    np.testing.assert_allclose(money["state"], -0.5 * 80 * hours, rtol=1e-12)


def test_a_payment_to_a_share_of_the_people_is_that_share_of_it():
    found = paid("[payments.benefit]\nshare = 0.3\namount.benefit = { \"2015-01\" = 1000, "
                 '"2016-01" = 2000 }')  # fmt: skip
    np.testing.assert_allclose(found["municipality"][[1, 13]], [300, 600], rtol=1e-12)


# ---- taxes on some payments, and equalisation by name -------------------------------------------


def test_a_contribution_is_on_wages_alone_and_other_taxes_on_what_it_leaves():
    money = """
        [payments.benefit]
        received_by = "citizen"
        taxed = true
        amount.benefit = 500
        [payments.wage]
        paid_by = "citizen"
        taxed = true
        amount.benefit = -1000
        [taxes.municipal]
        rate = 0.25
        [taxes.contribution]
        of = ["wage"]
        deducted = true
        rate = 0.08
        received_by = "state"
        """
    found = paid(money)
    np.testing.assert_allclose(found["state"][1:], -80)
    np.testing.assert_allclose(found["municipality"][1:], 500 - 0.25 * (500 + 920))


EQUALISED = """
    [payments.wage]
    paid_by = "citizen"
    taxed = true
    amount.benefit = -1000
    [taxes.municipal]
    rate = 0.261
    average_rate = 0.2507
    rest_to = "state"
    equalisation = "MODE"
    [taxes.municipal.equalised]
    gross = 0
    equalised = { "2011-01" = 0.61, "2017-01" = 0.75 }
    poor = { "2011-01" = 0.61, "2017-01" = 0.95 }
    """


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        ("gross", 261.0, 261.0),
        ("equalised", 261 - 0.61 * 250.7, 261 - 0.75 * 250.7),
        ("poor", 261 - 0.61 * 250.7, 261 - 0.95 * 250.7),
    ],
)
def test_equalisation_takes_its_level_of_the_average_rate(mode, before, after):
    found = paid(EQUALISED.replace("MODE", mode))
    np.testing.assert_allclose(-found["municipality"][1:25], before, rtol=1e-12)
    np.testing.assert_allclose(-found["municipality"][25:], after, rtol=1e-12)
    np.testing.assert_allclose(found["citizen"][1:], -1000 + 261, rtol=1e-12)
    np.testing.assert_allclose(sum(found.values())[1:], -1000, rtol=1e-12)


def test_retained_by_hand_and_equalisation_by_name_are_one_rule():
    by_hand = (
        EQUALISED.split("average_rate")[0]
        + f"""
        rest_to = "state"
        equalised_after_years = 1
        retained = {1 - 0.75 * 0.2507 / 0.261}"""
    )
    by_name = EQUALISED.replace("MODE", "equalised").replace("0.61", "0.75")
    by_name = by_name.replace("rest_to", "equalised_after_years = 1\n    rest_to")
    one, other = paid(by_hand), paid(by_name)
    for payer in PAYERS:
        np.testing.assert_allclose(one[payer], other[payer], rtol=1e-9)
    assert other["municipality"][1] == pytest.approx(-261)  # and a year later what is left
    assert other["municipality"][13] == pytest.approx(-261 + 0.75 * 250.7)


# ---- counting -----------------------------------------------------------------------------------


def test_payments_follow_where_people_are_at_the_end_at_the_start_or_the_mean_of_both():
    money = "[payments.benefit]\namount.benefit = 100\n[payments.wage]\namount.job = -40"
    moves = "benefit.job = 0.2\njob.benefit = 0.1"
    people = simlab.simulate(study(money, moves=moves), 1, engine="expected").people(BASELINE)[0]
    here = people @ [100.0, -40.0, 0.0]
    found = {
        counting: paid(money, moves=moves, counting=counting)["municipality"][1:]
        for counting in ("end", "start", "mean")
    }
    np.testing.assert_allclose(found["end"], here[1:], rtol=1e-12)
    np.testing.assert_allclose(found["start"], here[:-1], rtol=1e-12)
    np.testing.assert_allclose(found["mean"], (here[1:] + here[:-1]) / 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("counting", "paid_as"),
    [("end", exact.at_end), ("start", exact.at_start), ("mean", exact.mean_of_both)],
)
def test_the_saving_is_the_oracle_s_however_it_is_counted(counting, paid_as):
    twin = twins.newcomers()
    (chain,) = twin.chains
    saving = exact.saving(chain, twin.steps, paid_as(lambda c, step, future: twin.cost[c.state]))
    text = f'counting = "{counting}"\n' + twin.text
    cash = simlab.cash_flow(simlab.simulate(simlab.loads(text), 1, engine="expected"))
    assert cash.saving.sum() == pytest.approx(saving.mean, rel=1e-9)


# ---- the sum over payers ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_payers_sum_to_what_people_cost_in_every_step(engine):
    """Transfers, reimbursement, tax and equalisation only move money between payers."""
    flat = """
        [payments.benefit]
        reimbursement = "ladder"
        taxed = true
        received_by = "citizen"
        amount = { benefit = 900, pension = 1500 }
        [payments.effort]
        reimbursement = "ladder"
        amount.benefit = 250
        [payments.wage]
        paid_by = "citizen"
        taxed = true
        amount.job = -2000
        [taxes.municipal]
        rate = 0.25
        retained = 0.4
        rest_to = "state"
        equalised_after_years = 1
        [reimbursement.ladder]
        share = { "1-3" = 0.8, "4+" = 0.3 }
        [clocks.support]
        states = ["benefit", "pension"]
        """
    moves = "benefit = { job = 0.2, pension = 0.05 }\njob.benefit = 0.1"
    effect = '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2'
    people = '[citizens.somebody]\nnumber = 50\nstate = "benefit"\narrivals_per_month = 2'
    histories = simlab.simulate(study(flat + effect, moves=moves, people=people), 20, engine=engine)
    cash = simlab.cash_flow(histories)
    for future in (BASELINE, PLAN):
        real = histories.people(future) @ [250.0, -2000.0, 0.0]  # what is not a transfer
        money = cash.paid_in(future).sum(axis=2)
        np.testing.assert_allclose(money[:, 1:], real[:, 1:], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(cash.saving, cash.paid_in("baseline") - cash.paid_in("plan"))


def test_unit_amounts_of_1_sum_to_person_time_and_of_0_to_nothing():
    twin = twins.newcomers()
    for amount in (1.0, 0.0):
        same = twin.replace(cost=dict.fromkeys(twin.states, amount))
        histories = simlab.simulate(same.study, 1, engine="expected")
        cash = simlab.cash_flow(histories)
        person_months = amount * histories.people(PLAN)[0, 1:].sum()
        assert cash.paid_in("plan").sum() == pytest.approx(person_months, rel=1e-12, abs=0)


# ---- outcomes -----------------------------------------------------------------------------------


def outcome(text, moves="benefit.job = 0.2", **more):
    histories = simlab.simulate(study(text, moves=moves, **more), 1, engine="expected")
    return simlab.cash_flow(histories).outcomes["time"][0], histories


def test_an_outcome_counts_time_in_its_own_unit():
    found, histories = outcome("[outcomes.time]\namount.job = 1")
    months = histories.people(BASELINE)[0, 1:, 1].sum()
    assert found[0] == pytest.approx(months / 12, rel=1e-12)
    found, _ = outcome('[outcomes.time]\nper = "month"\namount.job = 1')
    assert found[0] == pytest.approx(months, rel=1e-12)


def test_an_outcome_has_a_discount_curve_of_its_own():
    text = "[outcomes.time]\namount.benefit = 1\ndiscount_per_year = 0.03"
    found, _ = outcome(text, moves="", step="year")
    assert found[0] == pytest.approx(sum(1.03**-t for t in (1, 2, 3, 4)), rel=1e-12)
    money = "[perspectives.m]\nweights = { municipality = 1 }\ndiscount_per_year = 0.5"
    again, _ = outcome(text + "\n" + money, moves="", step="year")
    assert again[0] == found[0]


def test_an_outcome_may_count_moves_by_date():
    text = '[outcomes.time]\nmoves = { "benefit -> job" = { "2015-01" = 1, "2017-01" = 10 } }'
    found, histories = outcome(text)
    moved = np.diff(histories.people(BASELINE)[0, :, 1])
    assert found[0] == pytest.approx(moved[:24].sum() + 10 * moved[24:].sum(), rel=1e-10)


def test_an_outcome_of_the_plan_is_beside_that_of_the_baseline():
    effect = '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2'
    found, histories = outcome("[outcomes.time]\namount.job = 1\n" + effect)
    for k, future in enumerate((BASELINE, PLAN)):
        months = histories.people(future)[0, 1:, 1].sum()
        assert found[k] == pytest.approx(months / 12, rel=1e-12)
    assert found[1] > found[0]
