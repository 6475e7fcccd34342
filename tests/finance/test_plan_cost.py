"""What a plan costs: budgets by date, per person, per treated and per caseworker."""

import numpy as np
import pytest

import simlab


def study(plan, start="2015-01", years=3, step="month", more=""):
    return simlab.loads(
        f"""
        start = "{start}"
        years = {years}
        step = "{step}"
        states = ["benefit", "job"]
        [citizens.benefit]
        number = 1000
        [rate_per_month]
        benefit.job = 0.02
        {more}
        {plan}
        """
    )


def cost(plan, draws=1, **more):
    """(draws, steps + 1) kr. of the municipality, which pays alone."""
    cash = simlab.cash_flow(simlab.simulate(study(plan, **more), draws, engine="expected"))
    assert (cash.cost[:, :, 1:] == 0.0).all()
    return cash.cost[:, :, 0]


def by_payer(plan, **more):
    cash = simlab.cash_flow(simlab.simulate(study(plan, **more), 1, engine="expected"))
    return {payer: cash.cost[0, :, k] for k, payer in enumerate(cash.payers)}


# ---- budget lines -------------------------------------------------------------------------------


def test_a_yearly_budget_falls_in_equal_steps_of_its_year():
    found = cost("[plan.cost.project]\n2015 = 12\n2016 = 24")[0]
    np.testing.assert_allclose(found, [0] + [1] * 12 + [2] * 12 + [0] * 12, rtol=1e-12)


def test_the_budget_of_the_first_year_falls_on_what_is_left_of_it():
    found = cost("[plan.cost.project]\n2015 = 12\n2016 = 24", start="2015-10")[0]
    np.testing.assert_allclose(found[1:16], [4] * 3 + [2] * 12, rtol=1e-12)


def test_what_a_budget_spends_after_the_horizon_is_left_out():
    found = cost("[plan.cost.project]\n2016 = 24", start="2015-07", years=1)[0]
    np.testing.assert_allclose(found, [0] * 7 + [2] * 6, rtol=1e-12)


def test_a_yearly_budget_under_weekly_steps_is_spent_to_the_last_krone():
    found = cost("[plan.cost.project]\n2015 = 12\n2016 = 24", step="week", years=2.5)[0]
    assert found.sum() == pytest.approx(36, rel=1e-12)
    assert len(np.unique(found.round(9))) == 3


def test_a_yearly_budget_under_yearly_steps_falls_in_its_year():
    found = cost("[plan.cost.project]\n2015 = 12\n2017 = 24", step="year")[0]
    np.testing.assert_allclose(found, [0, 12, 0, 24], rtol=1e-12)


def test_a_month_s_budget_falls_in_that_month_and_the_start_s_at_t_0():
    found = cost('[plan.cost.project]\n"2015-03" = 7\nat_start = 100')[0]
    np.testing.assert_allclose(found, [100, 0, 0, 7] + [0] * 33, rtol=1e-12)


def test_a_budget_per_year_runs_to_the_horizon_and_from_its_first_date():
    np.testing.assert_allclose(cost("[plan.cost.p]\nper_year = 12")[0, 1:], 1.0)
    found = cost('[plan.cost.p]\nper_year = { "2015-04" = 12, "2016-01" = 24 }')[0]
    np.testing.assert_allclose(found[1:], [0] * 3 + [1] * 9 + [2] * 24)


def test_the_unit_and_the_overrun_multiply_every_line():
    plan = "[plan.cost]\nunit = 1_000_000\noverrun = 1.5\na = { 2015 = 12 }\nb = { at_start = 2 }"
    found = cost(plan)[0]
    np.testing.assert_allclose(found, [3e6] + [1.5e6] * 12 + [0] * 24, rtol=1e-12)


def test_an_uncertain_overrun_is_the_same_for_all_lines_of_a_draw():
    plan = """
        [plan.cost]
        overrun = { min = 0.95, mode = 1.0, max = 1.2 }
        a = { 2015 = 12, 2016 = 12 }
        b = { at_start = 2 }
        """
    found = cost(plan, draws=64)
    assert (found[:, 1:25] == found[:, 1:2]).all()
    np.testing.assert_allclose(found[:, 0], 2 * found[:, 1], rtol=1e-12)
    assert 0.95 <= found[:, 1].min() < found[:, 1].max() <= 1.2


def test_budget_lines_sum_to_the_total():
    lines = ["a = { 2015 = 12 }", "b = { at_start = 2, per_year = 5 }", 'c = { "2015-05" = 3 }']
    together = cost("[plan.cost]\noverrun = 1.1\n" + "\n".join(lines))
    alone = sum(cost(f"[plan.cost]\noverrun = 1.1\n{line}") for line in lines)
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_a_line_is_paid_by_whoever_pays_it():
    found = by_payer('[plan.cost.a]\n2015 = 12\n[plan.cost.b]\n2015 = 24\npaid_by = "region"')
    assert found["municipality"].sum() == pytest.approx(12)
    assert found["region"].sum() == pytest.approx(24)


def test_what_is_reimbursed_goes_to_the_other_payer_by_date():
    line = 'per_year = 12\nat_start = 10\nreimbursed = { "2015-01" = 0.4, "2016-01" = 0.1 }'
    found = by_payer(f"[plan.cost.a]\n{line}")
    np.testing.assert_allclose(found["state"], [4] + [0.4] * 12 + [0.1] * 24, rtol=1e-12)
    np.testing.assert_allclose(found["municipality"], [6] + [0.6] * 12 + [0.9] * 24, rtol=1e-12)


PARTS = {
    "citizen": '[plan.cost_per_citizen.a]\nstates = ["benefit"]\namount = 30',
    "treated": '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2\n'
    "cost_per_treated_per_month = 50",
    "enrolled": '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 6\nends_in = []\n'
    "cost_per_enrolled_per_month = 70",
    "caseworkers": '[plan.caseload]\nstates = ["benefit"]\nworkers = 20\nextra_workers = 6\n'
    "cost_per_worker_per_year = 600_000",
}


@pytest.mark.parametrize("part", PARTS)
def test_of_every_part_of_the_cost_a_share_is_given_back_by_date(part):
    whole = by_payer(PARTS[part])
    assert whole["municipality"][1:7].min() > 0
    shared = by_payer(PARTS[part] + '\nreimbursed = { "2015-01" = 0.4, "2015-04" = 0.1 }')
    share = np.array([0.4] * 4 + [0.1] * 33)
    np.testing.assert_allclose(shared["state"], share * whole["municipality"], rtol=1e-12)
    total = shared["state"] + shared["municipality"]
    np.testing.assert_allclose(total, whole["municipality"], rtol=1e-12)
    other = by_payer(PARTS[part] + '\nreimbursed = 0.4\nreimbursed_by = "region"')
    np.testing.assert_allclose(other["region"], 0.4 * whole["municipality"], rtol=1e-12)
    assert (other["state"] == 0).all()


def test_the_plan_s_end_ends_its_budget():
    found = cost('[plan]\nuntil = "2015-06"\n[plan.cost.a]\nper_year = 12\nat_start = 5')[0]
    np.testing.assert_allclose(found, [5] + [1] * 6 + [0] * 30)


# ---- per person ---------------------------------------------------------------------------------

LEFT = 1000 * np.exp(-0.02 * np.arange(37))  # on benefit without an effect


def test_a_cost_per_citizen_follows_those_in_its_states():
    found = cost('[plan.cost_per_citizen.mentor]\nstates = ["benefit"]\namount = 30')[0]
    np.testing.assert_allclose(found[1:], 30 * LEFT[1:], rtol=1e-10)
    assert found[0] == 0.0


@pytest.mark.parametrize("counting", ["start", "mean"])
def test_a_cost_per_citizen_is_counted_as_payments_are(counting):
    text = 'plan.cost_per_citizen.mentor = { states = ["benefit"], amount = 30 }'
    made = simlab.loads(
        f'start = "2015-01"\nyears = 3\ncounting = "{counting}"\nstates = ["benefit", "job"]\n'
        f"{text}\n[citizens.benefit]\nnumber = 1000\n[rate_per_month]\nbenefit.job = 0.02"
    )
    found = simlab.cash_flow(simlab.simulate(made, 1, engine="expected")).cost[0, 1:, 0]
    here = LEFT[:-1] if counting == "start" else (LEFT[:-1] + LEFT[1:]) / 2
    np.testing.assert_allclose(found, 30 * here, rtol=1e-10)


def test_a_cost_per_citizen_follows_the_plan_s_people_dates_and_unit():
    plan = """
        [plan.cost_per_citizen.mentor]
        states = ["benefit"]
        amount = { "2015-01" = 120, "2016-01" = 240 }
        per = "year"
        since = "2015-04"
        until = "2016-06"
        paid_by = "region"
        [[plan.effect]]
        moves = ["benefit -> job"]
        hazard_ratio = 2
        """
    found = by_payer(plan)["region"]
    left = 1000 * np.exp(-0.04 * np.arange(37))
    each = np.array([0] * 4 + [10] * 9 + [20] * 6 + [0] * 18)
    np.testing.assert_allclose(found, each * left, rtol=1e-10)


def test_a_cost_per_citizen_may_follow_the_clock():
    plan = '[plan.cost_per_citizen.m]\nstates = ["benefit"]\namount = { "1-6" = 30, "7+" = 10 }'
    found = cost(plan, more='[clocks.support]\nstates = ["benefit"]')[0, 1:]
    each = np.array([30] * 5 + [10] * 31)  # at the end of step 1 the clock is 2
    np.testing.assert_allclose(found, each * LEFT[1:], rtol=1e-10)


EFFECT = '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2\n'


def test_a_cost_per_treated_follows_those_eligible_times_coverage():
    found = cost(EFFECT + "coverage = 0.3\ncost_per_treated_per_month = 50")[0]
    left = 1000 * np.exp(-0.02 * 1.3 * np.arange(37))
    np.testing.assert_allclose(found[1:], 50 * 0.3 * left[:-1], rtol=1e-10)


def test_a_cost_per_treated_begins_and_ends_with_the_effect():
    lines = 'start = "2015-03"\nuntil = "2015-08"\ncost_per_treated_per_month = 50'
    found = cost(EFFECT + lines)[0]
    assert (found[:3] == 0).all()
    assert (found[3:9] > 0).all()
    assert (found[9:] == 0).all()
    assert found[3] == pytest.approx(50 * LEFT[2], rel=1e-10)


def test_a_ramp_costs_in_full_for_those_treated_though_it_does_not_act_in_full():
    found = cost(EFFECT + "ramp_months = 6\ncost_per_treated_per_month = 50")[0]
    assert found[1] == pytest.approx(50 * 1000, rel=1e-12)


def test_places_bound_the_cost_per_treated():
    found = cost(EFFECT + "places = 120\ncost_per_treated_per_month = 50")[0]
    np.testing.assert_allclose(found[1:13], 50 * 120, rtol=1e-10)


def test_a_fixed_coverage_pays_for_the_treated_part_alone():
    lines = 'coverage = 0.3\ncoverage_is = "fixed"\ncost_per_treated_per_month = 50'
    found = cost(EFFECT + lines)[0]
    treated = 300 * np.exp(-0.04 * np.arange(37))
    np.testing.assert_allclose(found[1:], 50 * treated[:-1], rtol=1e-10)


def test_only_the_segments_treated_are_paid_for():
    more = """
        [segments.old]
        [citizens.old]
        state = "benefit"
        segment = "old"
        number = 500
        """
    found = cost(EFFECT + 'segments = ["old"]\ncost_per_treated_per_month = 50', more=more)[0]
    np.testing.assert_allclose(found[1:], 50 * 500 * np.exp(-0.04 * np.arange(36)), rtol=1e-10)


def test_with_chance_the_treated_are_those_who_are_really_eligible():
    plan = EFFECT + "coverage = 0.5\ncost_per_treated_per_month = 50"
    histories = simlab.simulate(study(plan), 20, engine="counts")
    eligible = histories.people("plan")[:, :, 0]
    found = simlab.cash_flow(histories).cost[:, 1:, 0]
    np.testing.assert_allclose(found, 25.0 * eligible[:, :-1], rtol=1e-12)


def test_extra_caseworkers_cost_their_posts():
    plan = """
        [plan.caseload]
        states = ["benefit"]
        workers = 20
        extra_workers = { "2015-03" = 6, "2016-01" = 3 }
        cost_per_worker_per_year = 600_000
        """
    found = cost(plan)[0]
    np.testing.assert_allclose(found[1:], [0] * 2 + [300_000] * 10 + [150_000] * 24, rtol=1e-12)


VACANCY = """
    [plan.caseload]
    states = ["benefit"]
    workers = 20
    extra_workers = { "2015-03" = 6, "2016-01" = 3 }
    cost_per_worker_per_year = 600_000
    vacancy_months = MONTHS
    """


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("0", [0] * 2 + [6] * 10 + [3] * 24),
        ("2", [0] * 4 + [6] * 8 + [3] * 24),
        ("1.5", [0] * 3 + [3] + [6] * 8 + [3] * 24),  # half of the fourth month
        ("40", [0] * 36),
    ],
)
def test_a_new_post_is_empty_for_the_vacancy_and_a_closed_one_at_once(months, expected):
    found = cost(VACANCY.replace("MONTHS", months))[0]
    np.testing.assert_allclose(found[1:], np.array(expected) * 50_000, rtol=1e-12)


def test_an_empty_post_has_no_effect_either():
    effect = '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio_per_halving = 1.5\n'
    later = VACANCY.replace('"2015-03" = 6, "2016-01" = 3', '"2015-03" = 6, "2030-01" = 6')
    dated = later.replace("2015-03", "2015-05").replace("vacancy_months = MONTHS", "")
    people = [
        simlab.simulate(study(effect + plan), 1, engine="expected").people("plan")
        for plan in (later.replace("MONTHS", "2"), dated)
    ]
    np.testing.assert_allclose(people[0], people[1], rtol=1e-12)
    baseline = simlab.simulate(study(effect + dated), 1, engine="expected").people("baseline")
    assert (people[0][0, :5] == baseline[0, :5]).all()
    assert people[0][0, 6, 1] > baseline[0, 6, 1]


def test_an_uncertain_vacancy_is_one_figure_a_draw():
    plan = VACANCY.replace("MONTHS", "{ min = 0, mode = 3, max = 6 }")
    found = cost(plan, draws=32)
    spent = found.sum(axis=1)
    assert len(np.unique(spent)) == 32
    # what is not paid: six posts, each empty for so long
    text = study(plan)
    months = simlab.simulate(text, 32, engine="expected").block.values.sampled[
        "plan.caseload.vacancy_months"
    ]
    np.testing.assert_allclose(spent, (6 * 10 + 3 * 24 - 6 * months) * 50_000, rtol=1e-9)


def test_a_foundation_s_money_is_society_s_and_not_the_municipality_s():
    text = simlab.loads(
        """
        start = "2015-01"
        years = 3
        states = ["benefit", "job"]
        payers = ["municipality", "foundation"]
        [citizens.benefit]
        number = 10
        [rate_per_month]
        benefit.job = 0.02
        [perspectives.municipality]
        weights = { municipality = 1 }
        [perspectives.society]
        weights = { municipality = 1, foundation = 1 }
        [plan.cost]
        own = { 2015 = 120 }
        theirs = { 2015 = 240, paid_by = "foundation" }
        """
    )
    cash = simlab.cash_flow(simlab.simulate(text, 1, engine="expected"))
    seen = {name: cash.seen_by(name)[1].sum() for name in ("municipality", "society")}
    assert seen == pytest.approx({"municipality": 120, "society": 360})
