"""The engine ``expected`` against exact means by the oracle, which shares no code with it."""

import numpy as np
import pytest
import twins
from oracle.lives import BASELINE, PLAN
from twins import COLLECTION

import simlab

FUTURES = (BASELINE, PLAN)


@pytest.fixture(params=COLLECTION, ids=str)
def twin(request):
    return COLLECTION[request.param]


@pytest.mark.parametrize("future", FUTURES)
def test_expected_people_are_the_exact_means(twin, future):
    found = twins.histories(twin, 1, "expected")[future][0]
    mean = twin.means_and_variances(future).mean
    np.testing.assert_allclose(found, mean, rtol=1e-9, atol=1e-9)


def test_citizens_are_conserved_in_every_step(twin):
    found = twins.histories(twin, 1, "expected")
    segments = len(twin.segments) or 1
    each_month = segments * sum(twin.arrivals.values())
    for future, ratio in ((BASELINE, 1.0), (PLAN, twin.arrivals_ratio)):
        arrived = ratio * each_month * np.arange(twin.steps + 1)
        everyone = segments * sum(twin.start.values()) + arrived
        np.testing.assert_allclose(found[future][0].sum(axis=1), everyone, rtol=1e-12)


def test_an_absorbing_state_only_grows(twin):
    for people in twins.histories(twin, 1, "expected").values():
        last = people[0, :, -1]  # the pension, which nobody leaves
        assert (np.diff(last) >= -1e-14 * last[-1]).all()  # cells are added up in another order


def test_the_expected_saving_is_the_exact_one(twin):
    cash = simlab.cash_flow(simlab.simulate(twin.study, 1, engine="expected"))
    assert cash.saving.sum() == pytest.approx(twin.saving().mean, rel=1e-9)


def test_the_saving_of_the_reference_chain_is_172_million():
    cash = simlab.cash_flow(simlab.simulate(twins.jobs().study, 1, engine="expected"))
    assert cash.saving.sum() == pytest.approx(172.07e6, abs=0.005e6)


def test_an_absorbed_crowd_stays_to_the_last_digit():
    twin = twins.plain(start={("pension", 0): 1234})
    for people in twins.histories(twin, 1, "expected").values():
        assert (people[0] == [0, 0, 1234]).all()


def test_all_but_certain_moves_lose_nobody_to_rounding():
    twin = twins.certain_moves()
    found = twins.histories(twin, 1, "expected")
    for future in FUTURES:
        mean = twin.means_and_variances(future).mean
        np.testing.assert_allclose(found[future][0], mean, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found[future][0, 2:, 2], 75.0, rtol=1e-9)


def test_a_move_of_intensity_0_is_never_made():
    people = twins.histories(twins.impossible_moves(), 1, "expected")
    for future in FUTURES:
        assert (people[future][0, :, 2] == 0).all()  # nobody reaches the pension
        assert (np.diff(people[future][0, :, 1]) > 0).all()  # nobody leaves the job


def test_a_closed_move_adds_to_staying_from_its_date_on():
    twin = twins.plain(closed={("benefit", "job"): (4, None)}, rates={("benefit", "job"): 0.2},
                       start={("benefit", 0): 1000})  # fmt: skip
    people = twins.histories(twin, 1, "expected")[BASELINE][0, :, 0]
    left = 1000 * np.exp(-0.2 * np.minimum(np.arange(13), 3))
    np.testing.assert_allclose(people, left, rtol=1e-12)


def test_a_redirected_move_keeps_what_acts_on_it():
    """Those who would have made it, the plan's effect included, go to the other state."""
    twin = twins.plain(
        rates={("benefit", "job"): 0.2, ("benefit", "pension"): 0.05},
        hazard_ratio={("benefit", "pension"): 3.0},
        start={("benefit", 0): 1000},
    )
    moved = twin.replace(closed={("benefit", "pension"): (1, "job")})
    open_, redirected = (twins.histories(t, 1, "expected")[PLAN][0] for t in (twin, moved))
    np.testing.assert_allclose(redirected[:, 0], open_[:, 0], rtol=1e-12)
    np.testing.assert_allclose(redirected[:, 1], open_[:, 1] + open_[:, 2], rtol=1e-12)


def test_a_redirect_says_where_the_people_of_a_closed_move_go():
    twin = twins.plain(closed={("benefit", "pension"): (5, "job")})
    twice = twin.replace(more='[closed]\n"benefit -> pension" = "2020-05"')
    one, other = (twins.histories(t, 1, "expected") for t in (twin, twice))
    for future in FUTURES:
        assert (one[future] == other[future]).all()


def test_the_later_of_two_redirects_holds():
    later = '[[redirect]]\nmoves = ["benefit -> pension"]\nto = "benefit"\nsince = "2020-07"'
    twin = twins.plain(closed={("benefit", "pension"): (5, "job")})
    first, both = (
        twins.histories(t, 1, "expected")[PLAN][0] for t in (twin, twin.replace(more=later))
    )
    assert (both[:7] == first[:7]).all()
    assert (both[4:, 2] == first[4, 2]).all()
    assert both[7, 1] < first[7, 1]
    assert both[7, 0] > first[7, 0]


@pytest.mark.parametrize("to", ["activation", "job"])
def test_a_reform_moves_people_before_the_first_step_from_its_date(to):
    """Inside the clock's states the clock goes on; leaving them is the first step-end away."""
    twin = twins.by_the_clock(4).replace(reforms={7: ("benefit", to)})
    found, before = (twins.histories(t, 1, "expected") for t in (twin, twins.by_the_clock(4)))
    for future in FUTURES:
        mean = twin.means_and_variances(future).mean
        np.testing.assert_allclose(found[future][0], mean, rtol=1e-9, atol=1e-9)
        assert (found[future][0, :7] == before[future][0, :7]).all()
        assert (found[future][0, 7] != before[future][0, 7]).all()


def test_each_draw_is_computed_with_its_own_values():
    """Eight draws side by side, and any remainder, are what each draw gives alone."""
    text = twins.plain().text.replace("job = 0.15", "job = { p10 = 0.1, p90 = 0.2 }")
    study = simlab.loads(text)
    together = simlab.simulate(study, 19, engine="expected")
    assert len(np.unique(together.heads("plan")[:, -1, 0])) == 19
    for draw in (0, 7, 8, 15, 16, 18):
        alone = simlab.simulate(study, 1, engine="expected", first=draw)
        assert (alone.heads("plan")[0] == together.heads("plan")[draw]).all()
        assert (alone.heads("baseline")[0] == together.heads("baseline")[draw]).all()
