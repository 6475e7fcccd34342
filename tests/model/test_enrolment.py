"""Enrolment in a programme: who is in it, for how long, and that it parts nobody by itself."""

import math

import numpy as np
import pytest
import twins
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.lives import BASELINE, PLAN
from random_twins import random_twins

import simlab
from simlab.model.compiled import compile_study
from simlab.model.enrolment import DROPS, ENROLS

ENGINES = ("expected", "counts", "citizens")

steady = settings(derandomize=True, deadline=None, max_examples=40)


def study(enrolment, more="", rates="benefit.job = 0.0", years=1, step="month", number=100):
    return simlab.loads(
        f"""
        start = "2020-01"
        years = {years}
        step = "{step}"
        states = ["benefit", "job", "pension"]
        [citizens.benefit]
        number = {number}
        [rate_per_{step}]
        {rates}
        benefit.pension = 0.0
        [plan.enrolment]
        states = ["benefit"]
        cost_per_enrolled_per_month = 1_000
        {enrolment}
        {more}
        """
    )


def enrolled(asked, draws=1, engine="expected"):
    """(draws, steps + 1) people in the programme at the end of each step."""
    found = simlab.simulate(asked, draws, engine=engine)
    inside = [a for a, one in enumerate(found.compiled.accounts) if one.among("enrolled")]
    return found.heads("plan")[:, :, inside].sum(axis=2)


def chances(asked):
    """(steps,) the chance that someone eligible is enrolled in each step."""
    return compile_study(asked).block(0, 1).shares[0, :, ENROLS]


# ---- who is in it -------------------------------------------------------------------------------


def test_a_citizen_is_in_it_for_its_months_from_the_step_of_her_enrolment_on():
    found = enrolled(study('months_in_programme = 3\nstart = "2020-04"'))[0]
    np.testing.assert_allclose(found, [0] * 4 + [100] * 3 + [0] * 6)


def test_nobody_is_enrolled_twice():
    assert enrolled(study("months_in_programme = 3\nintake_per_month = 20"))[0, 8:].sum() < 1e-9


def test_intake_by_date_is_nothing_before_its_first_date():
    asked = study(
        'months_in_programme = 12\nintake_per_month = { "2020-03" = 4, "2020-05" = 1 }'
    )  # fmt: skip
    np.testing.assert_allclose(enrolled(asked)[0, :8], [0, 0, 0, 4, 8, 9, 10, 11], rtol=1e-12)


def test_places_that_are_left_are_filled_anew():
    found = enrolled(study("months_in_programme = 3\nintake_per_month = 10\nplaces = 25"))[0]
    # The first ten leave as step 4 begins, the next ten as step 5 does, then five, …
    np.testing.assert_allclose(found[:10], [0, 10, 20, 25, 25, 25, 25, 25, 25, 25], rtol=1e-12)


def test_those_who_drop_out_leave_as_a_step_begins():
    found = enrolled(study("months_in_programme = 4\ndropout_per_month = 0.1"))[0]
    np.testing.assert_allclose(found[:6], [0, 100, 90, 81, 72.9, 0], rtol=1e-12)


def test_the_last_intake_falls_in_the_last_month_of_intake():
    found = chances(study('months_in_programme = 2\nuntil = "2020-03"\nintake_per_month = 5'))
    assert (found[:3] > 0).all()
    assert (found[3:] == 0).all()


def test_a_plan_that_ends_takes_nobody_in_and_pays_for_nobody():
    asked = study("months_in_programme = 12\nintake_per_month = 5", '[plan]\nuntil = "2020-03"')
    cash = simlab.cash_flow(simlab.simulate(asked, 1, engine="expected"))
    np.testing.assert_allclose(cash.cost[0, :, 0], [0, 5000, 10_000, 15_000] + [0] * 9)


def test_a_state_that_ends_it_ends_it_with_the_step():
    asked = study('months_in_programme = 12\nends_in = ["job"]', rates="benefit.job = 0.1")
    found = enrolled(asked)[0]
    np.testing.assert_allclose(found[1:], 100 * np.exp(-0.1 * np.arange(1, 13)), rtol=1e-12)


def test_only_those_with_a_job_stay_in_it_until_its_months_are_over():
    asked = study("months_in_programme = 5\nends_in = []", rates="benefit.job = 0.1")
    np.testing.assert_allclose(enrolled(asked)[0], [0] + [100] * 5 + [0] * 7, rtol=1e-12)


def test_in_weeks_it_lasts_as_long():
    asked = study("months_in_programme = 6", step="week")
    found = enrolled(asked)[0]
    assert found.sum() / 100 == round(6 * 365.2425 / 12 / 7)


def test_dropping_out_by_the_week_leaves_as_many_after_a_year():
    asked = study("months_in_programme = 24\ndropout_per_month = 0.1", step="week", years=1)
    share = compile_study(asked).block(0, 1).shares[0, 0, DROPS]
    assert (1 - share) ** (365.2425 / 7) == pytest.approx(0.9**12, rel=1e-12)


def test_only_the_stock_or_only_newcomers_are_enrolled():
    for reach, expected in (("stock", [100.0] * 4), ("newcomers", [0.0, 7.0, 14.0, 21.0])):
        asked = study(f'months_in_programme = 12\nreach = "{reach}"').replace(
            {"citizens.benefit.arrivals_per_month": 7}
        )
        np.testing.assert_allclose(enrolled(asked)[0, 1:5], expected, rtol=1e-12)


def test_segments_share_the_places():
    twin = twins.segments().replace(
        enrolment=twins.Enrolment(("benefit",), 30, places=10.0, cost=1.0), arrivals={}
    )
    found = enrolled(twin.study)[0, 1:]
    np.testing.assert_allclose(found, 10.0, rtol=1e-12)


@steady
@given(random_twins(citizens=(1, 50, 3000)))
def test_expected_places_and_intake_are_never_exceeded(twin):
    if twin.enrolment is None:
        return
    asked = twin.replace(enrolment=twins.replace(twin.enrolment, cost=1.0))
    found = enrolled(asked.study)[0]
    assert (found <= twin.enrolment.places * (1 + 1e-9)).all()
    into = np.diff(found)
    most = [twin.enrolment.intake_in(t) for t in range(1, twin.steps + 1)]
    assert (into <= np.array(most) * (1 + 1e-9) + 1e-9 * found.max()).all()


# ---- it parts nobody by itself ------------------------------------------------------------------


@steady
@given(random_twins(citizens=(1, 50)), st.sampled_from(ENGINES))
def test_a_programme_without_effect_saves_exactly_nothing(twin, engine):
    if twin.enrolment is None:
        return
    bare = twins.replace(twin.enrolment, ratio={}, cost=7.0)
    asked = twin.replace(enrolment=bare, hazard_ratio={}, arrivals_ratio=1.0)
    cash = simlab.cash_flow(simlab.simulate(asked.study, 10, engine=engine))
    assert (cash.saving == 0.0).all()


@steady
@given(random_twins(citizens=(1, 50, 3000)))
def test_the_baseline_is_what_it_is_without_the_programme(twin):
    if twin.enrolment is None:
        return
    with_it = twins.histories(twin, 1, "expected")[BASELINE]
    without = twins.histories(twin.replace(enrolment=None), 1, "expected")[BASELINE]
    np.testing.assert_allclose(with_it, without, rtol=1e-11, atol=1e-13 * without.max())


# ---- what it does -------------------------------------------------------------------------------


def people(asked, state="benefit", future=PLAN):
    found = simlab.simulate(asked, 1, engine="expected")
    return found.people(future)[0, :, found.study.names.states.index(state)]


def test_an_effect_while_enrolled_acts_in_exactly_its_months():
    asked = study(
        'months_in_programme = 3\nstart = "2020-03"',
        '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 4\nwhile = "enrolled"',
        rates="benefit.job = 0.05",
    )
    hazard = np.cumsum([0, 0.05, 0.05, 0.2, 0.2, 0.2] + [0.05] * 7)
    np.testing.assert_allclose(people(asked), 100 * np.exp(-hazard), rtol=1e-12)


def test_an_effect_from_enrolment_on_outlasts_the_programme():
    asked = study(
        'months_in_programme = 3\nstart = "2020-03"',
        '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio = 4\nwhile = "ever_enrolled"',
        rates="benefit.job = 0.05",
    )
    hazard = np.cumsum([0, 0.05, 0.05] + [0.2] * 10)
    np.testing.assert_allclose(people(asked), 100 * np.exp(-hazard), rtol=1e-12)


def test_a_trial_of_the_enrolled_is_reproduced_by_those_who_are_enrolled():
    """Ten per cent within six months without it, twice as many of those who are in it for three."""
    asked = study(
        "months_in_programme = 3",
        """[[plan.effect]]
        moves = ["benefit -> job"]
        risk_ratio = 2
        at_months = 6
        while = "enrolled" """,
        rates=f"benefit.job = {-math.log(0.9) / 6!r}",
    )
    assert people(asked)[6] == pytest.approx(100 - 20, rel=1e-9)
    # after the third month the hazard is the baseline's again
    np.testing.assert_allclose(people(asked)[4:] / people(asked)[3:-1], 0.9 ** (1 / 6), rtol=1e-12)


def test_evidence_of_its_own_replaces_the_baselines_for_the_enrolled():
    asked = study(
        "months_in_programme = 2",
        '[[plan.effect]]\nwhile = "enrolled"\n[plan.effect.rate_per_month.benefit]\njob = 0.3',
        rates="benefit.job = 0.05",
    )
    hazard = np.cumsum([0, 0.3, 0.3] + [0.05] * 10)
    np.testing.assert_allclose(people(asked), 100 * np.exp(-hazard), rtol=1e-12)


def test_a_move_that_the_programme_makes_possible_is_made_by_the_enrolled_alone():
    asked = study(
        "months_in_programme = 2\nintake_per_month = 50",
        '[[plan.effect]]\nwhile = "enrolled"\n[plan.effect.rate_per_month.benefit]\njob = 0.3',
    )
    left = 100 - people(asked)
    assert left[1] == pytest.approx(50 * -math.expm1(-0.3), rel=1e-12)
    assert (people(asked, future=BASELINE) == 100).all()
    np.testing.assert_allclose(np.diff(left)[3:], 0, atol=1e-9)


# ---- cells --------------------------------------------------------------------------------------


def cells_of(twin):
    return len(compile_study(twin.study).space)


def test_a_programme_that_only_marks_its_people_takes_no_cell_for_each_month():
    ratio = {("benefit", "job"): (1.0, 2.0)}
    plain = twins.by_the_clock(3)
    only_ever = plain.replace(enrolment=twins.Enrolment(("benefit",), 9, ratio=ratio))
    endless = plain.replace(enrolment=twins.Enrolment(("benefit",), 99, ratio=ratio, places=5.0))
    asked = plain.replace(enrolment=twins.Enrolment(("benefit",), 9, ratio=ratio, cost=1.0))
    assert cells_of(only_ever) <= 2 * cells_of(plain)
    assert cells_of(endless) <= 3 * cells_of(plain)
    assert cells_of(asked) > 5 * cells_of(plain)


def test_staying_leads_to_the_next_cell_also_in_a_programme():
    """Else every step of the engines would jump about in memory."""
    cells = compile_study(twins.programme().replace(steps=60).study).cells
    assert len(cells.turns) < len(cells.stay) / 2
