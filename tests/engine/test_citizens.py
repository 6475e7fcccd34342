"""The engine ``citizens``: every life has an address, and nobody else's life moves it.

All that is said here holds bit for bit. That the lives have the right law is said in
`test_with_chance`, `test_random_models` and `test_three_engines`.
"""

import numpy as np
import pytest
import twins
from oracle.lives import BASELINE, PLAN
from twins import COLLECTION, Twin

import simlab
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study

FUTURES = (BASELINE, PLAN)
BUSY = [
    "bands by time away",
    "two clocks",
    "dated changes and reforms",
    "redirected moves",
    "newcomers on the clock, fewer with the plan",
    "newcomers, more with the plan",
    "segments with hazard ratios",
]
ONE_OFFS = """
    [one_off.start]
    moves = ["* -> job", "job -> *"]
    amount = 5
    """


def uncertain(twin: Twin) -> Twin:
    """With a business cycle, an uncertain effect, and moves that are counted."""
    cycle = '[business_cycle]\nsd = 0.3\nhalf_life_months = 4\nloading = { "* -> job" = 1 }'
    effect = '[[plan.effect]]\nmoves = ["job -> *"]\nhazard_ratio = { p10 = 0.5, p90 = 1.2 }'
    return twin.replace(more="\n\n".join([cycle, effect, ONE_OFFS]))


def everything(histories) -> list[np.ndarray]:
    return [
        histories.heads("baseline"),
        histories.heads("plan"),
        histories.flows("baseline"),
        histories.flows("plan"),
    ]


def same(one, other) -> bool:
    return all((a == b).all() for a, b in zip(everything(one), everything(other), strict=True))


# ---- however it is computed ---------------------------------------------------------------------


@pytest.mark.parametrize("name", BUSY)
def test_no_number_of_threads_changes_a_life(name):
    compiled = compile_study(uncertain(COLLECTION[name]).study)
    block = compiled.block(3, 9)
    alone = simulate_block(compiled, block, "citizens")
    assert any((f > 0).any() for f in (alone.flows("baseline"), alone.flows("plan")))
    for threads in (2, 3, 7):
        together = simulate_block(compiled, block, "citizens", threads=threads)
        assert same(alone, together), threads
        assert together.scaled_rows == alone.scaled_rows


def test_more_threads_than_citizens_do_no_harm():
    compiled = compile_study(twins.plain(start={("benefit", 0): 2}).study)
    block = compiled.block(0, 20)
    one, many = (simulate_block(compiled, block, "citizens", threads=n) for n in (1, 5))
    assert same(one, many)


@pytest.mark.parametrize("name", BUSY)
@pytest.mark.parametrize("cut", [1, 5])
def test_draws_are_addresses(name, cut):
    study = uncertain(COLLECTION[name]).study
    whole = simlab.simulate(study, 8, engine="citizens")
    parts = [
        simlab.simulate(study, cut, engine="citizens"),
        simlab.simulate(study, 8 - cut, engine="citizens", first=cut),
    ]
    for array, *pieces in zip(everything(whole), *map(everything, parts), strict=True):
        assert (array == np.concatenate(pieces)).all()


def test_more_lives_than_there_are_slots_are_led_like_few():
    """5,000 newcomers and a stock of 3,000 fill the slots several times over."""
    twin = twins.newcomers().replace(
        start={("benefit", 1): 3000, ("job", 0): 1024}, arrivals={("benefit", 3): 420.0}
    )
    compiled = compile_study(twin.study)
    block = compiled.block(0, 3)
    parts = [simulate_block(compiled, block, "citizens", threads=n) for n in (1, 2, 5)]
    assert same(parts[0], parts[1])
    assert same(parts[0], parts[2])


# ---- whoever else is there ----------------------------------------------------------------------


def added(number: int, start: dict, more: int, draws: int = 40) -> dict[str, np.ndarray]:
    """{future: (draws, steps + 1, states)} what ``more`` citizens add to ``number``."""
    few, many = (
        twins.histories(
            twins.by_the_clock(3).replace(start={**start, ("benefit", 1): n}), draws, "citizens"
        )
        for n in (number, number + more)
    )
    return {future: many[future] - few[future] for future in FUTURES}


@pytest.mark.parametrize("number", [1, 30, 1023, 1024, 1025])
def test_one_more_citizen_changes_nobody_else_s_life(number):
    """What is added is one life: in one state at a time, in either future."""
    for future, life in added(number, {("job", 0): 7}, 1).items():
        assert ((life == 0) | (life == 1)).all(), future
        assert (life.sum(axis=2) == 1).all(), future
        assert len(np.unique(life, axis=0)) > 5  # and not the same life in every draw


def test_the_citizen_who_is_added_is_no_copy_of_another():
    b = np.stack([added(n, {}, 1, draws=200)[BASELINE] for n in (1, 2, 3)])
    met = [(b[i] == b[j]).all(axis=(1, 2)).mean() for i, j in ((0, 1), (0, 2), (1, 2))]
    assert max(met) < 0.2


def test_newcomers_change_nobody_s_life():
    with_, without = (
        twins.histories(
            twins.newcomers().replace(arrivals=arrivals, arrivals_ratio=1.0), 30, "citizens"
        )
        for arrivals in ({("benefit", 3): 1.5}, {})
    )
    for future in FUTURES:
        arrived = with_[future] - without[future]
        assert (arrived >= 0).all()
        assert (np.diff(arrived.sum(axis=2), axis=1) >= 0).all()


@pytest.mark.parametrize("name", BUSY)
def test_as_many_arrive_as_in_counts(name):
    one, other = (twins.histories(COLLECTION[name], 50, e) for e in ("counts", "citizens"))
    for future in FUTURES:
        assert (one[future].sum(axis=2) == other[future].sum(axis=2)).all()


# ---- whatever the plan is -----------------------------------------------------------------------

PLANS = {
    "none": "",
    "more jobs": '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 1.5',
    "fewer jobs": '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 0.2',
    "jobs that last": '[[plan.effect]]\nmoves = ["job -> *"]\nhazard_ratio = 0.5\nramp_months = 6',
    "a replacement": "[plan.rate_per_month]\nbenefit = { job = 0.9 }",
    "chances": '[[plan.effect]]\nmoves = ["* -> job"]\nchance_ratio = 0.7',
    "fewer newcomers": '[[plan.effect]]\narrivals = ["everyone_3"]\narrivals_ratio = 0.4',
    "more newcomers": '[[plan.effect]]\narrivals = ["everyone_3"]\narrivals_ratio = 2.5',
}


def test_plans_that_are_compared_share_one_baseline():
    found = {}
    for name, plan in PLANS.items():
        twin = twins.newcomers().replace(hazard_ratio={}, arrivals_ratio=1.0, more=plan)
        found[name] = simlab.simulate(twin.study, 30, engine="citizens")
    for name, histories in found.items():
        assert (histories.heads("baseline") == found["none"].heads("baseline")).all(), name
        moved = (histories.heads("plan") != found["none"].heads("plan")).any(axis=(1, 2))
        assert moved.mean() > 0.8 or name == "none", name


def test_a_plan_that_keeps_newcomers_away_shares_the_lives_of_the_stock():
    """Nobody's life depends on who else arrives."""
    twin = twins.newcomers().replace(hazard_ratio={}, arrivals_ratio=0.5)
    nobody = twin.replace(arrivals={}, arrivals_ratio=1.0)
    kept, none = (twins.histories(t, 30, "citizens")[BASELINE] for t in (twin, nobody))
    assert ((kept - none) >= 0).all()


def test_a_plan_that_starts_late_changes_nothing_before():
    twin = twins.by_the_clock(3).replace(
        hazard_ratio={},
        more='[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 4.0\ndelay_months = 7',
    )
    found = simlab.simulate(twin.study, 100, engine="citizens")
    assert (found.heads("plan")[:, :8] == found.heads("baseline")[:, :8]).all()
    assert (found.heads("plan")[:, 8] != found.heads("baseline")[:, 8]).any(axis=1).mean() > 0.9


def test_a_longer_horizon_changes_no_earlier_step():
    twin = COLLECTION["dated changes and reforms"]
    short, long = (twins.histories(twin.replace(steps=n), 20, "citizens") for n in (11, 19))
    for future in FUTURES:
        assert (long[future][:, :12] == short[future]).all()


def test_moves_are_counted_as_people_make_them():
    """Nobody leaves a job here, so those who have one are the moves so far."""
    moves = ONE_OFFS.replace(', "job -> *"', "")
    twin = twins.plain(rates={("benefit", "job"): 0.2, ("benefit", "pension"): 0.1}, more=moves)
    found = simlab.simulate(twin.study, 50, engine="citizens")
    for future, flows in ((BASELINE, found.flows("baseline")), (PLAN, found.flows("plan"))):
        in_jobs = found.people(future)[:, :, 1]
        assert (flows.sum(axis=2)[:, 1:] == np.diff(in_jobs, axis=1)).all()
        assert flows.sum() > 0


# ---- life stories -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUSY)
def test_the_stories_of_everybody_add_up_to_the_people(name):
    """Those who are followed are the very citizens that were counted."""
    study = uncertain(COLLECTION[name]).study
    found = simlab.simulate(study, 2, lives=2000)
    lives = found.lives
    assert len(lives) < 2000  # everybody
    for future, paths in ((BASELINE, lives.baseline), (PLAN, lives.plan)):
        people = found.people(future)
        for draw in (0, 1):
            states = paths[lives.draw == draw]
            for i in range(people.shape[2]):
                assert ((states == i).sum(axis=0) == people[draw, :, i]).all()


def test_a_story_is_that_of_the_pair_and_not_of_two_strangers():
    """Whom the plan does not part has the same story in both futures."""
    twin = twins.plain(start={("benefit", 0): 300}, hazard_ratio={("benefit", "job"): 1.02})
    lives = simlab.simulate(twin.study, 1, lives=300).lives
    alike = (lives.baseline == lives.plan).all(axis=1)
    assert 0.85 < alike.mean() < 1.0
