"""The first payer's money by budget line and year: the lines are the payer's money, to the øre."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_twins import random_twins

import simlab
from simlab.finance.budget_years import by_line, by_year, filled_posts, running_prices
from simlab.study.budget_lines import budget_lines

ORE = 0.005

RULES = """
    start = "2015-07"
    years = 3
    states = ["activity_ready", "job_ready", "job"]
    payers = ["municipality", "state", "citizen", "other_municipalities"]
    [clocks.support]
    states = ["activity_ready", "job_ready"]
    resets = { after_months = 12 }
    [citizens.activity_ready]
    number = { p10 = 80, p90 = 120 }
    [rate_per_month]
    activity_ready.job = { p10 = 0.01, p90 = 0.04 }
    job.job_ready = { by = "support.away", "1-3" = 0.09, "4+" = 0.03 }
    [payments.benefit]
    received_by = "citizen"
    taxed = true
    reimbursement = "ladder"
    amount.activity_ready = { "2015-01" = 1000, "2016-03" = { p10 = 1050, p90 = 1200 } }
    amount.job_ready = 900
    [payments.wage]
    paid_by = "citizen"
    taxed = true
    amount.job = -2000
    [payments.fee]
    paid_by = "citizen"
    received_by = "municipality"
    amount.job = 7
    [reimbursement.ladder]
    share = { "1-3" = 0.8, "4+" = 0.3 }
    [taxes.municipal]
    rate = 0.25
    retained = 0.4
    rest_to = "state"
    equalised_after_years = 1
    [one_off.clothes]
    moves = ["activity_ready -> job"]
    amount = 500
    [one_off.grant]
    moves = ["job -> job_ready"]
    amount = 30
    paid_by = "state"
    received_by = "municipality"
    [[plan.effect]]
    moves = ["activity_ready -> job"]
    hazard_ratio = 2
    cost_per_treated_per_month = 11
    [[plan.amount]]
    change = -20
    states = ["activity_ready"]
    [[plan.amount]]
    name = "copayment"
    change = 3
    payer = "citizen"
    received_by = "municipality"
    states = ["job"]
    [plan.cost.start]
    at_start = 5000
    [plan.cost.talks]
    2015 = 600
    2016 = 1200
    reimbursed = 0.5
    [plan.cost.gift]
    2015 = 100
    paid_by = "state"
    [plan.cost.loan]
    2016 = 100
    paid_by = "state"
    reimbursed = 0.1
    reimbursed_by = "municipality"
    [plan.cost_per_citizen.bus]
    states = ["job"]
    amount = 2
    [plan.displacement]
    share = 0.3
    local_share = 0.6
    states = ["job"]
    to = "job_ready"
    elsewhere = "other_municipalities"
    [budget]
    """


def histories(text, draws=20, engine="counts"):
    return simlab.simulate(simlab.loads(text), draws, engine=engine)


def named(found):
    """Line → (draws, years, 2)."""
    lines = budget_lines(found.study.form)
    return {line.name: by_line(found)[:, :, k] for k, line in enumerate(lines)}


def check_tie(found):
    """Net of the lines = what the first payer pays more, its cost included."""
    cash = simlab.cash_flow(found)
    net = by_line(found).sum(axis=(2, 3))
    paid = by_year(found.study, cash.spent - cash.spared)
    np.testing.assert_allclose(net, paid[:, 0].T, rtol=0, atol=ORE)
    assert np.abs(paid[:, :, 0]).max() > 1.0


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_the_lines_of_everything_that_can_be_paid_are_the_payers_money_to_the_ore(engine):
    check_tie(histories(RULES, engine=engine))


@pytest.mark.parametrize("counting", ["start", "mean"])
def test_the_lines_tie_however_people_are_counted(counting):
    check_tie(histories(f'counting = "{counting}"\n' + RULES))


def test_the_lines_of_a_plan_that_displaces_nobody_tie():
    before, _, rest = RULES.partition("[plan.displacement]")
    check_tie(histories(before + "[budget]" + rest.partition("[budget]")[2]))


@pytest.mark.parametrize("programme", ["hjoerring", "ips", "silkeborg", "caseload"])
def test_the_lines_of_a_shipped_programme_are_the_municipalitys_money_to_the_ore(programme):
    study = simlab.load(f"configs/programmes/{programme}.toml")
    check_tie(simlab.simulate(study, 16, engine="counts"))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(random_twins(), st.sampled_from(["expected", "counts"]))
def test_the_lines_of_any_study_are_the_payers_money(twin, engine):
    study = simlab.loads(twin.text + "\n[plan.cost.project]\nat_start = 100\n[budget]")
    check_tie(simlab.simulate(study, 4, engine=engine))


# ---- by hand ------------------------------------------------------------------------------------

CERTAIN = """
    start = "2015-01"
    years = 2
    states = ["benefit", "job"]
    payers = ["municipality", "state", "citizen"]
    price_level = 2015
    [index.rates]
    2015 = 100
    2016 = 102
    [citizens.benefit]
    number = 100
    [payments.help]
    received_by = "citizen"
    reimbursement = "half"
    amount.benefit = 1000
    [reimbursement.half]
    share = 0.2
    [plan.chance_per_month]
    benefit.job = 1.0
    [plan.cost.talks]
    2015 = 60_000
    [budget]
    """


def test_a_benefit_that_ends_is_less_expenditure_and_less_reimbursement_by_hand():
    """100 people leave in the first month: 12 · 100 · 1,000 kr. less a year, of which the state
    gave back a fifth."""
    lines = named(histories(CERTAIN, draws=1, engine="expected"))
    year = [-1_200_000.0, 240_000.0]
    np.testing.assert_allclose(lines["payments.help"][0], [year, year], atol=ORE)
    np.testing.assert_allclose(lines["plan.cost.talks"][0], [[60_000, 0], [0, 0]], atol=ORE)


def test_what_the_state_gives_back_of_the_plans_cost_is_income():
    study = CERTAIN.replace("2015 = 60_000", "2015 = 60_000\nreimbursed = 0.25")
    lines = named(histories(study, draws=1, engine="expected"))
    np.testing.assert_allclose(lines["plan.cost.talks"][0, 0], [60_000, -15_000], atol=ORE)


def test_what_somebody_else_pays_is_no_line_of_the_first_payer():
    study = simlab.loads(RULES)
    names = {line.name for line in budget_lines(study.form)}
    assert "payments.wage" not in names
    assert "plan.cost.gift" not in names
    assert {"plan.cost.loan", "payments.fee", "one_off.grant", "plan.amount.copayment"} <= names


def test_of_more_tax_the_municipality_keeps_what_equalisation_leaves():
    tax = """
    [payments.wage]
    paid_by = "citizen"
    taxed = true
    amount.job = -2000
    [taxes.municipal]
    rate = 0.25
    retained = 0.4
    rest_to = "state"
    [budget]
    """
    lines = named(histories(CERTAIN.replace("[budget]", tax), draws=1, engine="expected"))
    kept = 12 * 100 * 2000 * 0.25 * 0.4  # benefit is not taxed here
    np.testing.assert_allclose(lines["taxes.municipal"][0], [[0, -kept]] * 2, atol=ORE)


def test_a_displaced_citizen_is_in_the_lines_of_what_is_paid_for_him():
    """Of 100 extra jobs a half is taken from others, of whom 4 in 10 live here: 20 on benefit."""
    displaced = """
    [plan.displacement]
    share = 0.5
    local_share = 0.4
    states = ["job"]
    to = "benefit"
    elsewhere = "state"
    [budget]
    """
    lines = named(histories(CERTAIN.replace("[budget]", displaced), 1, "expected"))
    year = [-960_000.0, 192_000.0]
    np.testing.assert_allclose(lines["payments.help"][0], [year, year], atol=ORE)


def test_running_prices_are_fixed_prices_by_the_index():
    study = simlab.loads(CERTAIN.replace("[budget]", '[budget]\nindex = "rates"'))
    assert running_prices(study) == (1.0, 1.02)


def test_without_an_index_there_are_no_other_prices():
    assert running_prices(simlab.loads(CERTAIN)) is None


def test_indexed_amounts_in_running_prices_are_what_the_study_pays_in_current_prices():
    fixed = CERTAIN.replace("reimbursement =", 'indexed = "rates"\nreimbursement =').replace(
        "[budget]", '[budget]\nindex = "rates"'
    )
    factors = np.array(running_prices(simlab.loads(fixed)))
    found = named(histories(fixed, 1, "expected"))["payments.help"][0]
    current = named(histories('prices = "current"\n' + fixed, 1, "expected"))["payments.help"][0]
    np.testing.assert_allclose(found * factors[:, None], current, atol=ORE)


def test_posts_are_the_average_over_the_year_of_those_that_are_filled():
    caseload = """
    [plan.caseload]
    states = ["benefit"]
    workers = 5
    extra_workers = { "2015-01" = 4, "2016-07" = 2 }
    vacancy_months = 3
    cost_per_worker_per_year = 600_000
    [budget]
    """
    found = filled_posts(histories(CERTAIN.replace("[budget]", caseload), 1, "expected"))
    np.testing.assert_allclose(found, [[4 * 9 / 12, (4 * 6 + 2 * 6) / 12]], rtol=1e-12)
