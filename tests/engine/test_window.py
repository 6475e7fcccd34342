"""Clocks with a window in the engine ``citizens``: exact where a cell can hold only bounds.

The oracle's cells remember as many steps as the window looks back over, so that means, variances
and the joint law of both futures are exact here too.
"""

from collections import Counter

import numpy as np
import pytest
import twins
from agreement import check_law, check_means, check_variances
from oracle import exact
from oracle.ladder import share_paid, weeks_on_clock
from oracle.lives import BASELINE, PLAN
from twins import LOOKING_BACK

import simlab

DRAWS = 2048


@pytest.fixture(scope="module", params=LOOKING_BACK, ids=str)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def found(case):
    return simlab.simulate(LOOKING_BACK[case].study, DRAWS, engine="citizens")


@pytest.mark.parametrize("future", [BASELINE, PLAN])
def test_people_have_the_exact_means_and_variances(case, found, future):
    exactly = LOOKING_BACK[case].means_and_variances(future)
    check_means(found.people(future), *exactly, f"{case}, {future}")
    check_variances(found.people(future), *exactly, f"{case}, {future}")


def test_the_saving_has_the_exact_mean_and_variance(case, found):
    saving = simlab.cash_flow(found).saving.sum(axis=(1, 2))[:, None]
    mean, variance = (np.array([moment]) for moment in LOOKING_BACK[case].saving())
    check_means(saving, mean, variance, case)
    check_variances(saving, mean, variance, case)


def test_one_citizen_s_two_futures_have_the_exact_joint_law():
    twin = twins.looking_back(4, start={("benefit", 1): 1}, steps=7)
    (chain,) = twin.chains
    law: Counter = Counter()
    for pair, chance in exact.pair_layers(chain, ("benefit", 1), 7)[-1].items():
        law[pair.baseline.state, pair.plan.state] += chance
    people = twins.histories(twin, 16_384, "citizens")
    where = [
        tuple(twin.states[i] for i in pair)
        for pair in zip(*(people[f][:, 7].argmax(axis=1) for f in (BASELINE, PLAN)), strict=True)
    ]
    check_law(Counter(where), law, "a window, step 7")


def test_the_bounds_are_seen_to_be_wrong_by_the_same_check():
    """Else the tests above could pass whatever a life remembers."""
    twin = LOOKING_BACK["a window"]
    exactly = twin.means_and_variances(BASELINE)
    for forgets in (True, False):
        study = twin.study.replace({"clocks.support.forgets": forgets})
        people = simlab.simulate(study, DRAWS, engine="citizens").people(BASELINE)
        with pytest.raises(AssertionError):
            check_means(people, *exactly, "a bound")


def test_a_bound_that_the_study_asks_for_is_the_same_in_every_engine():
    study = LOOKING_BACK["a window"].study.replace({"clocks.support.forgets": True})
    means = [
        simlab.simulate(study, DRAWS, engine=engine).people(BASELINE).mean(axis=0)
        for engine in ("expected", "counts", "citizens")
    ]
    for mean in means[1:]:
        np.testing.assert_allclose(mean, means[0], atol=0.6)  # of 85 people, error below 0.1


def test_a_window_of_all_steps_is_the_clock_that_never_forgets():
    """What never leaves the window adds up as in a cell: life for life, with the same numbers."""
    wide = twins.looking_back(within=12)
    never = wide.study.replace({"clocks.support.forgets": False})
    exact_lives = simlab.simulate(wide.study, 64, engine="citizens")
    in_cells = simlab.simulate(never, 64, engine="citizens")
    for future in (BASELINE, PLAN):
        assert (exact_lives.people(future) == in_cells.people(future)).all()


def test_followed_lives_are_the_ones_that_were_counted():
    study = twins.looking_back(4, start={("benefit", 2): 30}).study
    found = simlab.simulate(study, 1, engine="citizens", lives=30)
    for future, path in ((BASELINE, found.lives.baseline), (PLAN, found.lives.plan)):
        counted = np.stack([(path == s).sum(axis=0) for s in range(4)], axis=1)
        assert (counted == found.people(future)[0]).all()


RUNGS = [(4, 0.8), (26, 0.4), (52, 0.3), (53, 0.2)]
WEEKLY = """
start = "2016-01-04"
years = 6
step = "week"
states = ["benefit", "job", "school", "pension"]
[citizens.benefit]
number = 150
weeks_on_clock = 30
arrivals_per_week = 0.5
[clocks.support]
states = ["benefit"]
resets = { after_weeks = 52, within_weeks = 156, self_support = ["job"] }
[chance_per_week.benefit]
job = 0.03
school = 0.004
[chance_per_week.job]
benefit = 0.02
school = 0.005
pension = 0.0005
[chance_per_week.school]
benefit = 0.02
[payments.benefit]
per = "week"
amount.benefit = { "1-4" = 0.2, "5-26" = 0.6, "27-52" = 0.7, "53+" = 0.8 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""


def test_a_weekly_ladder_is_paid_as_each_life_s_own_weeks_say():
    """Every life of a draw, its clock read from its own weeks by a function of ten lines."""
    study = simlab.loads(WEEKLY)
    found = simlab.simulate(study, 2, engine="citizens", lives=10_000)
    cash, lives = simlab.cash_flow(found), found.lives
    restarts = 0
    for future in (BASELINE, PLAN):
        paid = np.zeros((2, study.timeline.steps + 1))
        for draw, path in zip(lives.draw, getattr(lives, future), strict=True):
            entered = int(np.argmax(path >= 0))
            life = [study.names.states[k] for k in path[entered:]]
            clock = weeks_on_clock(life, {"benefit"}, {"job"}, used=0 if entered else 29)
            restarts += clock[1:].count(1)
            paid[draw, entered:] += [share_paid(k, RUNGS) if k else 0.0 for k in clock]
        np.testing.assert_allclose(cash.paid_in(future)[:, 1:, 0], paid[:, 1:], rtol=1e-9)
    assert restarts > 100  # after absences that add up, most of them


def test_the_weekly_ladder_is_not_paid_so_by_either_bound():
    study = simlab.loads(WEEKLY)
    exactly = simlab.cash_flow(simlab.simulate(study, 2, engine="citizens")).paid_in("baseline")
    for forgets in (True, False):
        bound = study.replace({"clocks.support.forgets": forgets})
        paid = simlab.cash_flow(simlab.simulate(bound, 2, engine="citizens")).paid_in("baseline")
        assert not np.allclose(paid, exactly)
