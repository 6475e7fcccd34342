"""What a date means: a value of the world holds before its first date, the plan begins with it."""

import numpy as np
import pytest

import simlab
from simlab.model.caseload import planned_posts
from simlab.model.dated import by_date, lasting, planned
from simlab.model.parameters import Values

STUDY = """
    start = "2020-01"
    years = 1
    states = ["benefit", "job", "dead"]
    [citizens.benefit]
    number = 100
    [rate_per_month]
    benefit.job = 0.0
    job.benefit = 0.0
    """
DATED = '{ "2020-04" = 2, "2020-07" = 6 }'
HOLDS, BEGINS = [2] * 6 + [6] * 6, [0] * 3 + [2] * 3 + [6] * 6


def found(plan, head=""):
    study = simlab.loads(f"{head}\n{STUDY}\n{plan}")
    return study, simlab.simulate(study, 1, engine="expected")


def cost(plan, head=""):
    return simlab.cash_flow(found(plan, head)[1]).cost[0, 1:, 0]


def one(text):
    study, _ = found(f'[plan.cost_per_citizen.m]\nstates = ["benefit"]\namount = {text}')
    return study, Values.at_means(study), study.form.plan.cost_per_citizen["m"].amount


def test_a_value_of_the_world_holds_its_first_version_before_its_date():
    study, values, varying = one(DATED)
    np.testing.assert_array_equal(by_date(study, values, varying)[0], HOLDS)


def test_what_the_plan_does_begins_at_its_first_date():
    study, values, varying = one(DATED)
    np.testing.assert_array_equal(planned(study, values, varying)[0], BEGINS)


@pytest.mark.parametrize("day", ["2020-03-01", "2020-03-02", "2020-03-31"])
def test_a_date_within_a_step_ends_with_that_step_and_begins_with_the_next(day):
    study, _, _ = one(1)
    when = simlab.loads(STUDY.replace("2020-01", day)).form.start
    first = 3 if when.day == 1 else 4
    np.testing.assert_array_equal(np.flatnonzero(lasting(study, start=when)) + 1, range(first, 13))
    np.testing.assert_array_equal(np.flatnonzero(lasting(study, until=when)) + 1, range(1, 4))


def test_the_plan_s_end_ends_all_its_parts():
    study, _ = found('[plan]\nuntil = "2020-05"')
    late = simlab.loads(STUDY.replace("2020-01", "2020-09")).form.start
    np.testing.assert_array_equal(np.flatnonzero(lasting(study, until=late)) + 1, range(1, 6))


MENTOR = '[plan.cost_per_citizen.mentor]\nstates = ["benefit"]\n'
PROGRAMME = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 24\n'
POSTS = '[plan.caseload]\nstates = ["benefit"]\n'


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (f"{MENTOR}amount = {DATED}", HOLDS),
        (f"{PROGRAMME}cost_per_enrolled_per_month = {DATED}", HOLDS),
        (
            '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 2\n'
            f"cost_per_treated_per_month = {DATED}",
            HOLDS,
        ),
        (
            f"{POSTS}workers = 1\nextra_workers = 1200\ncost_per_worker_per_year = {DATED}",
            HOLDS,
        ),
        (f"{POSTS}workers = 1\nextra_workers = {DATED}\ncost_per_worker_per_year = 1200", BEGINS),
        (f"[plan.cost.a]\nper_year = {DATED}", np.array(BEGINS) / 1200),
    ],
)
def test_prices_hold_before_their_first_date_and_amounts_in_all_begin_with_it(plan, expected):
    np.testing.assert_allclose(cost(plan), np.array(expected) * 100, rtol=1e-12)


def test_posts_that_are_there_hold_and_posts_that_the_plan_opens_begin():
    study, _ = found(f"{POSTS}workers = {DATED}\nextra_workers = {DATED}")
    workers, extra = planned_posts(study, Values.at_means(study))
    np.testing.assert_array_equal(workers[0], HOLDS)
    np.testing.assert_array_equal(extra[0], BEGINS)


def test_arrivals_hold_before_their_first_date():
    text = STUDY.replace("number = 100", f"arrivals_per_month = {DATED}")
    people = simlab.simulate(simlab.loads(text), 1, engine="expected").people("baseline")
    np.testing.assert_allclose(np.diff(people[0, :, 0]), HOLDS, rtol=1e-9)


def test_a_share_that_is_given_back_holds_before_its_first_date():
    line = f'{MENTOR}amount = 10\nreimbursed = {{ "2020-04" = 0.2, "2020-07" = 0.6 }}'
    np.testing.assert_allclose(1000 - cost(line), np.array(HOLDS) * 100, rtol=1e-12)
