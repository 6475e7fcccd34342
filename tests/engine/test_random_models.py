"""All three engines on random small studies, against exact moments and joint laws.

The moments are the oracle's. That a figure of ``counts`` or ``citizens`` is within its exact
standard error is judged by bounds that hold for any sum of independent lives, rare or frequent, so
that nothing has to be left out.
"""

from collections import Counter

import numpy as np
import twins
from agreement import check_exact_variances, check_exchangeable, check_law, check_sums
from false_alarm import smallest_visible_error
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import exact
from oracle.lives import BASELINE, PLAN
from random_twins import random_twins

import simlab

FUTURES = (BASELINE, PLAN)
ENGINES = ("counts", "citizens")
EXAMPLES = 60

steady = settings(derandomize=True, deadline=None, max_examples=EXAMPLES)


def draws_of(twin) -> int:
    """Enough to see something, and half a million lives at most."""
    everybody = sum(twin.start.values()) + twin.steps * sum(twin.arrivals.values())
    return int(np.clip(5e5 / everybody, 20, 500))


def total(histories) -> np.ndarray:
    """(draws,) the saving of all steps, at the end of which payments fall."""
    return simlab.cash_flow(histories).saving.sum(axis=(1, 2))


# ---- one by one ---------------------------------------------------------------------------------


@steady
@given(random_twins(citizens=(1, 50, 10**7)))
def test_expected_numbers_are_the_exact_means(twin):
    found = twins.histories(twin, 1, "expected")
    for future in FUTURES:
        mean = twin.means_and_variances(future).mean
        people = mean.sum(axis=1).max()
        np.testing.assert_allclose(found[future][0], mean, rtol=1e-10, atol=2e-14 * people)


def check_one_engine(twin, found, engine: str) -> None:
    draws = found.draws
    for future in FUTURES:
        people, exactly = found.people(future), twin.cumulants(future)
        what = f"{engine}, {future}"
        check_sums(people.sum(axis=0), draws * exactly.mean, draws * exactly.variance, 1.0, what)
        check_exact_variances(people, exactly, what)
        assert (people >= 0).all()
        if not twin.arrivals:
            assert (people.sum(axis=2) == sum(twin.start.values())).all()
        assert (np.diff(people[:, :, -1], axis=1) >= 0).all()  # the pension, which nobody leaves
    mean, variance = twin.saving()
    costs = list(twin.cost.values())
    one_life = twin.steps * (max(costs) - min(costs) + max(map(abs, costs))) + 1.0
    saved = total(found).sum()
    check_sums(
        np.array([saved]),
        np.array([draws * mean]),
        np.array([draws * variance]),
        2.0 * one_life,
        f"saving, {engine}",
    )


@steady
@given(random_twins())
def test_lives_have_the_exact_moments_and_both_engines_the_same_law(twin):
    found = {e: simlab.simulate(twin.study, draws_of(twin), engine=e) for e in ENGINES}
    for engine, histories in found.items():
        check_one_engine(twin, histories, engine)
    check_alike(twin, *found.values())


def check_alike(twin, one, other) -> None:
    """Whole draws of both engines could be swapped: savings, their squares, and cross products."""
    mean = twin.saving().mean
    features = []
    for histories in (one, other):
        b, p = (histories.people(f)[:, 1:] - twin.means_and_variances(f).mean[1:] for f in FUTURES)
        saving = total(histories)[:, None] - mean
        flat = [x.reshape(len(x), -1) for x in (b, p, b * b, p * p, b * p, b * np.roll(p, 1, 2))]
        features.append(np.concatenate([*flat, saving, saving**2], axis=1))
    if (features[0] != features[1]).any():
        check_exchangeable(*features, "counts against citizens")


@steady
@given(random_twins(citizens=(1,)), st.integers(0, 2))
def test_one_citizen_has_the_exact_joint_law(twin, place):
    places = list(twin.start)
    twin = twin.replace(start={places[place % len(places)]: 1}, arrivals={}, arrivals_ratio=1.0)
    (chain,) = twin.chains
    law: Counter = Counter()
    for pair, chance in exact.pair_layers(chain, next(iter(chain.stock)), twin.steps)[-1].items():
        law[pair.baseline.state, pair.plan.state] += chance
    for engine in ENGINES:
        found = twins.histories(twin, 1000, engine)
        last = (found[f][:, -1].argmax(axis=1) for f in FUTURES)
        seen = Counter(tuple(twin.states[i] for i in pair) for pair in zip(*last, strict=True))
        assert sum(chance for pair, chance in law.items() if pair in seen) > 0.5
        if sorted(law.values())[-2:-1] > [0.025]:
            check_law(seen, law, engine)


# ---- crowds -------------------------------------------------------------------------------------


@settings(steady, max_examples=15)
@given(random_twins(citizens=(10**7, 3)))
def test_ten_million_citizens_move_as_the_exact_moments_say(twin):
    found = simlab.simulate(twin.study, 200, engine="counts")
    check_one_engine(twin, found, "counts")


def test_ten_million_citizens_live_one_by_one():
    twin = twins.by_the_clock(3).replace(start={("benefit", 1): 10**7}, steps=6)
    check_one_engine(twin, simlab.simulate(twin.study, 1, engine="citizens"), "citizens")


# ---- can these tests fail? ----------------------------------------------------------------------


def test_the_random_studies_show_all_that_they_promise():
    """Else the tests above might look at nothing."""
    kinds: Counter = Counter()

    @settings(steady, max_examples=EXAMPLES)
    @given(random_twins())
    def look(twin):
        values = [rate for _, rate in twin._values()]
        kinds.update(
            {
                "eight states": len(twin.states) == 8,
                "bands": any(isinstance(v, twins.By) and v.away is None for v in values),
                "bands by time away": any(isinstance(v, twins.By) and v.away for v in values),
                "dated changes": any(isinstance(r, twins.Since) for r in twin.rates.values()),
                "reforms": bool(twin.reforms),
                "closed moves": bool(twin.closed),
                "newcomers": bool(twin.arrivals),
                "a plan": any(h != 1.0 for h in twin.hazard_ratio.values()),
                "resume": any(isinstance(t.resets, int) for t in twin.clocks.values()),
                "nothing": 0.0 in values,
                "near 0": 1e-9 in values,
                "near certainty": any(isinstance(v, float) and v > 20 for v in values),
                "one citizen": sum(twin.start.values()) == 1,
                "a programme": twin.enrolment is not None,
                "dropouts": twin.enrolment is not None and twin.enrolment.dropout > 0,
                "places": twin.enrolment is not None and twin.enrolment.places < 100,
            }
        )

    look()
    assert min(kinds.values()) >= 2, kinds
    assert len(kinds) == 16


def test_a_bias_of_a_fiftieth_would_be_seen():
    """In a random study with 3,000 citizens and their 166 draws."""
    twin = twins.plain(start={("benefit", 0): 3000})
    people = twins.histories(twin, draws_of(twin), "citizens")[PLAN]
    mean, variance, _ = twin.cumulants(PLAN)
    draws = len(people)
    wrong = mean[1:, 1] * 1.02
    error = np.sqrt(variance[1:, 1] / draws)
    assert (smallest_visible_error(error) < 0.02 * mean[1:, 1]).all()
    try:
        check_sums(people[:, 1:, 1].sum(axis=0), draws * wrong, draws * variance[1:, 1], 1.0, "")
    except AssertionError:
        return
    raise AssertionError("a bias of 2 % passed")
