"""The engines ``counts`` and ``citizens`` against exact means, variances and joint laws.

Exact figures come from `oracle.exact`; where a whole distribution has no exact form, lives walked
one at a time by `oracle.lives` stand in for it. Both engines must pass every test. Seeds are
fixed: a red test means that the numbers moved.
"""

from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import twins
from agreement import check_law, check_means, check_same_law, check_variances
from false_alarm import check_p_value, smallest_visible_error, z_limit
from oracle import exact
from oracle.lives import BASELINE, PLAN, walk_cohort
from scipy.stats import binom, chi2, poisson
from twins import COLLECTION, Twin

import simlab
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study

FUTURES = (BASELINE, PLAN)
ENGINES = ("counts", "citizens")
DRAWS = 2048


@cache
def simulated(name: str, engine: str):
    return simlab.simulate(COLLECTION[name].study, DRAWS, engine=engine)


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(params=COLLECTION, ids=str)
def name(request):
    return request.param


# ---- exact moments ------------------------------------------------------------------------------


@pytest.mark.parametrize("future", FUTURES)
def test_people_have_the_exact_means_and_variances(name, future, engine):
    people = simulated(name, engine).people(future)
    exactly = COLLECTION[name].means_and_variances(future)
    check_means(people, *exactly, f"{name}, {future}, {engine}")
    check_variances(people, *exactly, f"{name}, {future}, {engine}")


def test_the_saving_has_the_exact_mean_and_variance(name, engine):
    saving = simlab.cash_flow(simulated(name, engine)).saving.sum(axis=(1, 2))[:, None]
    mean, variance = (np.array([moment]) for moment in COLLECTION[name].saving())
    check_means(saving, mean, variance, f"{name}, {engine}")
    check_variances(saving, mean, variance, f"{name}, {engine}")


def test_nobody_is_lost_and_nobody_is_halved(name, engine):
    found, twin = simulated(name, engine), COLLECTION[name]
    for future in FUTURES:
        people = found.people(future)
        assert people.dtype == np.int64
        assert (people >= 0).all()
        if not twin.arrivals:
            everyone = (len(twin.segments) or 1) * sum(twin.start.values())
            assert (people.sum(axis=2) == everyone).all()
        assert (np.diff(people[:, :, -1], axis=1) >= 0).all()  # nobody leaves the last state


def test_the_saving_of_the_reference_chain_spreads_by_14_65_million_and_not_by_36_15(engine):
    saving = simlab.cash_flow(simulated("the reference chain", engine)).saving.sum(axis=(1, 2))
    squares = (saving - 172.07e6) ** 2
    error = squares.std() / np.sqrt(DRAWS)  # of the variance
    assert abs(squares.mean() - 14.65e6**2) <= z_limit() * error
    # Independent futures would be far outside: the check sees less than a tenth of the way there.
    assert smallest_visible_error(error) < 0.2 * (36.15e6**2 - 14.65e6**2)


# ---- whole distributions ------------------------------------------------------------------------


def test_all_but_certain_moves_are_made_by_everybody(engine):
    for people in twins.histories(twins.certain_moves(), 64, engine).values():
        assert (people[:, 1] == [0, 60, 15]).all()
        assert (people[:, 2:] == [0, 0, 75]).all()


@pytest.mark.parametrize(("future", "ratio"), [(BASELINE, 1.0), (PLAN, 1.8)])
@pytest.mark.parametrize("people", [3, 40, 2500])
def test_those_still_there_are_binomial_in_each_future(people, future, ratio, engine):
    """The coupling leaves the law of each future as it is."""
    twin = Twin(
        states=("benefit", "job"),
        rates={("benefit", "job"): 0.06},
        start={("benefit", 0): people},
        cost={"benefit": 1.0},
        hazard_ratio={("benefit", "job"): 1.8},
    )
    still_there = twins.histories(twin, 8192, engine)[future][:, 6, 0]
    law = binom(people, np.exp(-0.06 * 6 * ratio))
    chances = dict(enumerate(law.pmf(np.arange(people + 1))))
    check_law(Counter(still_there.tolist()), chances, f"{people} people, {future}")


ONE_CITIZEN = {
    "no clock": ("benefit", 0),
    "a clock that restarts after three months away": ("benefit", 1),
    "bands by time away": ("job", 0),
    "impossible moves": ("benefit", 0),
    "near-certain moves": ("benefit", 0),
    "closed moves": ("benefit", 0),
    "redirected moves": ("activation", 2),
}


@pytest.mark.parametrize("case", ONE_CITIZEN)
@pytest.mark.parametrize("steps", [1, 3, 10])
def test_one_citizen_s_two_futures_have_the_exact_joint_law(case, steps, engine):
    place = ONE_CITIZEN[case]
    twin = COLLECTION[case].replace(start={place: 1}, steps=12)
    found = _one_citizen(case, engine)
    (chain,) = twin.chains
    law: Counter = Counter()
    for pair, chance in exact.pair_layers(chain, place, steps)[-1].items():
        law[pair.baseline.state, pair.plan.state] += chance
    where = [
        tuple(twin.states[i] for i in pair)
        for pair in zip(*(found[f][:, steps].argmax(axis=1) for f in FUTURES), strict=True)
    ]
    check_law(Counter(where), law, f"{case}, step {steps}, {engine}")


@cache
def _one_citizen(case: str, engine: str):
    twin = COLLECTION[case].replace(start={ONE_CITIZEN[case]: 1}, steps=12)
    return twins.histories(twin, 16_384, engine)


@cache
def savings_of_lives(case: str, cohorts: int, seed: int) -> np.ndarray:
    """The saving of small cohorts whose citizens are walked one at a time, futures coupled."""
    twin = SMALL[case]
    (chain,), rng = twin.chains, np.random.default_rng(seed)

    def paid(life, entered):
        if life is None:
            return 0.0
        arrival = twin.cost[life[0].state] if entered else 0.0
        return arrival + sum(twin.cost[after.state] for _, after in pairwise(life))

    return np.array(
        [
            sum(paid(one.baseline, one.entered) - paid(one.plan, one.entered) for one in cohort)
            for cohort in (walk_cohort(chain, rng, twin.steps) for _ in range(cohorts))
        ]
    )


SMALL = {
    "newcomers on the clock": twins.newcomers().replace(
        start={("benefit", 1): 2, ("job", 0): 1}, arrivals={("benefit", 3): 0.3}, steps=8
    ),
    "no clock": twins.plain(start={("benefit", 0): 3}, steps=10),
    "bands by time away": twins.by_time_away().replace(start={("benefit", 5): 4}, steps=8),
}


@pytest.mark.parametrize("case", SMALL)
def test_small_cohorts_save_as_single_lives_do(case, engine):
    saving = simlab.cash_flow(simlab.simulate(SMALL[case].study, 8192, engine=engine))
    walked = savings_of_lives(case, 2000, seed=21)
    check_same_law(saving.saving.sum(axis=(1, 2)).round(6), walked.round(6), case)


def test_the_check_against_single_lives_would_see_independent_futures():
    """Else the test above could pass whatever the coupling is."""
    walked = savings_of_lives("no clock", 2000, seed=22)
    paid = simlab.cash_flow(simlab.simulate(SMALL["no clock"].study, 8192, engine="counts"))
    independent = (paid.paid_in("baseline")[1:] - paid.paid_in("plan")[:-1]).sum(axis=(1, 2))
    with pytest.raises(AssertionError, match="p ="):
        check_same_law(independent.round(6), walked.round(6), "independent futures")


# ---- arrivals -----------------------------------------------------------------------------------


def arriving(ratio: float, engine: str) -> dict[str, np.ndarray]:
    """Newcomers into a state that nobody leaves: head counts are sums of arrivals."""
    twin = Twin(
        states=("job", "benefit"),
        rates={("job", "benefit"): 0.1},
        start={("job", 0): 1},
        cost={"benefit": 1.0},
        arrivals={("benefit", 0): 2.5},
        arrivals_ratio=ratio,
        steps=6,
    ).replace(start={})
    return {f: p[:, :, 1] for f, p in twins.histories(twin, 8192, engine).items()}


@pytest.mark.parametrize("ratio", [0.4, 1.0, 1.5])
def test_arrivals_are_poisson_in_each_future(ratio, engine):
    for future, people in arriving(ratio, engine).items():
        mean = 2.5 * (ratio if future == PLAN else 1.0)
        for t in (1, 4):
            law = dict(enumerate(poisson(mean).pmf(np.arange(60))))
            seen = Counter((people[:, t] - people[:, t - 1]).tolist())
            check_law(seen, law, f"arrivals in step {t}, {future}, ratio {ratio}")


@pytest.mark.parametrize("ratio", [0.4, 1.5])
def test_the_smaller_number_arrives_together_and_the_excess_alone(ratio, engine):
    found = arriving(ratio, engine)
    excess = (found[PLAN] - found[BASELINE])[:, -1] * np.sign(ratio - 1)
    law = dict(enumerate(poisson(6 * 2.5 * abs(ratio - 1)).pmf(np.arange(80))))
    check_law(Counter(excess.astype(int).tolist()), law, f"excess, ratio {ratio}")
    arrived = np.diff(found[BASELINE], axis=1)
    alone = np.diff(found[PLAN], axis=1) - arrived
    if ratio > 1:  # the excess is independent of those who arrive together
        r = np.corrcoef(arrived.ravel(), alone.ravel())[0, 1]
        assert abs(r) * np.sqrt(arrived.size) <= z_limit()


def test_arrivals_that_the_plan_leaves_alone_are_the_same_people(engine):
    found = arriving(1.0, engine)
    assert (found[BASELINE] == found[PLAN]).all()


# ---- when the plan has no effect ----------------------------------------------------------------

NO_EFFECT = {
    "an empty plan": "",
    "a hazard ratio of 1": '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 1.0',
    "a chance ratio of 1": '[[plan.effect]]\nmoves = ["* -> job"]\nchance_ratio = 1.0',
    "a coverage of 0": '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 3.0\ncoverage = 0',
    "no places": '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 3.0\nplaces = 0',
    "a risk ratio of 1":
        '[[plan.effect]]\nmoves = ["benefit -> job"]\nrisk_ratio = 1.0\nat_months = 6',
    "no percentage points":
        '[[plan.effect]]\nmoves = ["benefit -> job"]\npercentage_points = 0.0\nat_months = 6',
    "the baseline's own rate": "[plan.rate_per_month]\njob = { benefit = 0.25 }",
    "the baseline's own rate as an effect":
        "[[plan.effect]]\ncoverage = 0.3\n[plan.effect.rate_per_month]\njob = { benefit = 0.25 }",
    "an effect that has ended when it begins":
        '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 3.0\nuntil = "2020-01"\n'
        "delay_months = 1",
    "arrivals as before": '[[plan.effect]]\narrivals = ["everyone_0"]\narrivals_ratio = 1.0',
    "a caseload that nobody eases":
        '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio_per_halving = 1.5\n'
        '[plan.caseload]\nstates = ["benefit"]\nworkers = 7\nextra_workers = 0',
    "a hazard ratio of 1 for a fixed half":
        '[[plan.effect]]\nmoves = ["* -> job"]\nhazard_ratio = 1.0\ncoverage = 0.5\n'
        'coverage_is = "fixed"',
}  # fmt: skip


@pytest.mark.parametrize("engine", [*ENGINES, "expected"])
@pytest.mark.parametrize("case", NO_EFFECT)
def test_the_futures_coincide_exactly_when_the_plan_has_no_effect(case, engine):
    twin = twins.by_the_clock(4).replace(
        hazard_ratio={}, arrivals={("benefit", 1): 2.0}, more=NO_EFFECT[case]
    )
    found = simlab.simulate(twin.study, 64, engine=engine)
    assert (found.heads("baseline") == found.heads("plan")).all()
    assert (simlab.cash_flow(found).saving == 0.0).all()


def test_the_futures_part_in_most_draws_when_the_plan_has_an_effect(name, engine):
    found = simulated(name, engine)
    parted = (found.heads("baseline") != found.heads("plan")).any(axis=(1, 2))
    assert parted.mean() > 0.5


def test_the_smaller_the_effect_the_fewer_part(engine):
    """With a hazard ratio of 1 + ε only about ε of the movers part."""
    parted = {}
    for ratio in (1.01, 1.1):
        twin = twins.plain(hazard_ratio={("benefit", "job"): ratio}, steps=1)
        people = twins.histories(twin, 4096, engine)
        parted[ratio] = np.abs(people[PLAN] - people[BASELINE])[:, 1, 0].mean()
    leave = {r: -np.expm1(-0.15 * r - 0.02) for r in (1.0, 1.01, 1.1)}
    for ratio, found in parted.items():
        mean = 60 * (leave[ratio] - leave[1.0])
        assert abs(found - mean) <= z_limit() * np.sqrt(mean / 4096)


# ---- independence -------------------------------------------------------------------------------


def uncorrelated(one: np.ndarray, other: np.ndarray) -> bool:
    r = np.corrcoef(one, other)[0, 1]
    return abs(r) * np.sqrt(len(one)) <= z_limit()


def test_draws_are_independent(engine):
    last = simulated("no clock", engine).people(PLAN)[:, -1, 0]
    assert uncorrelated(last[:-1], last[1:])
    assert uncorrelated(last[:-16], last[16:])


def test_segments_are_independent(engine):
    twin = twins.segments().replace(arrivals={})
    lives = {
        segment: twins.histories(
            twin.replace(segments={segment: twin.segments[segment]}), DRAWS, "counts"
        )[PLAN][:, -1, 0]
        for segment in ("young", "old")
    }
    assert uncorrelated(lives["young"], lives["old"])


def test_another_seed_gives_other_lives_of_the_same_law(engine):
    twin = twins.plain()
    one = twins.histories(twin, DRAWS, engine)[PLAN][:, -1, 0]
    other = simlab.simulate(twin.study.replace({"seed": 2}), DRAWS, engine=engine)
    other = other.people(PLAN)[:, -1, 0]
    assert (one != other).mean() > 0.8
    assert uncorrelated(one, other)
    check_same_law(one, other, "another seed")


def test_parted_lives_go_their_ways_independently(engine):
    """All part in the first step; from then on the two futures know nothing of each other."""
    twin = Twin(
        states=("start", "north", "south"),
        rates={
            ("start", "north"): 200.0,
            ("start", "south"): 0.0001,
            ("north", "south"): 0.4,
            ("south", "north"): 0.4,
        },
        start={("start", 0): 200},
        cost={"north": 1.0},
        hazard_ratio={("start", "north"): 1e-6, ("start", "south"): 2e6},
        steps=10,
    )
    found = twins.histories(twin, DRAWS, engine)
    assert (found[BASELINE][:, 1, 1] > 195).all()
    assert (found[PLAN][:, 1, 2] > 195).all()
    assert uncorrelated(found[BASELINE][:, -1, 1], found[PLAN][:, -1, 1])


def test_given_the_draw_the_mean_over_lives_is_the_expected_number(engine):
    """Uncertain parameters, an uncertain number at the start, and a business cycle included."""
    cycle = (
        '[business_cycle]\nsd = 0.3\nhalf_life_months = 8\n[business_cycle.loading]\n"* -> job" = 1'
    )
    text = twins.plain(more=cycle).text.replace("number = 60", "number = { p10 = 30, p90 = 90 }")
    text = text.replace("hazard_ratio = 1.8", "hazard_ratio = { p10 = 1.2, p90 = 2.4 }")
    study = simlab.loads(text)
    lives = simlab.simulate(study, DRAWS, engine=engine)
    compiled = compile_study(study)
    means = simulate_block(compiled, compiled.block(0, DRAWS), "expected")  # of whole people
    assert (lives.people(PLAN)[:, 0] == means.people(PLAN)[:, 0]).all()
    assert (lives.people(PLAN)[:, 0] == lives.people(BASELINE)[:, 0]).all()
    for future in FUTURES:
        error = lives.people(future) - means.people(future)
        variance = error.var(axis=0)
        z = error.mean(axis=0)[1:] / np.sqrt(variance[1:] / DRAWS)
        assert np.abs(z).max() <= z_limit(z.size)
        # Chance alone is left: less than the spread of the draws, and uncorrelated with it.
        assert (variance[-1] < 0.6 * lives.people(future)[:, -1].var(axis=0)).all()


def test_the_movers_of_the_two_futures_have_the_exact_covariance(engine):
    """cov = n (P(there in both) − b p), P(there in both) = min(b, p), after one step."""
    twin = twins.plain(steps=1, start={("benefit", 0): 500})
    found = twins.histories(twin, 8192, engine)
    b = {"job": 0.15 / 0.17 * -np.expm1(-0.17), "pension": 0.02 / 0.17 * -np.expm1(-0.17)}
    p = {"job": 0.27 / 0.29 * -np.expm1(-0.29), "pension": 0.02 / 0.29 * -np.expm1(-0.29)}
    for i, state in ((1, "job"), (2, "pension")):
        in_baseline, in_plan = found[BASELINE][:, 1, i], found[PLAN][:, 1, i]
        covariance = 500 * (min(b[state], p[state]) - b[state] * p[state])
        products = (in_baseline - 500 * b[state]) * (in_plan - 500 * p[state])
        error = products.std() / np.sqrt(8192)
        assert abs(products.mean() - covariance) <= z_limit() * error


def test_the_variance_check_would_see_a_variance_that_is_a_fifth_too_large():
    people = simulated("no clock", "counts").people(PLAN)
    mean, variance = COLLECTION["no clock"].means_and_variances(PLAN)
    with pytest.raises(AssertionError, match="no clock"):
        check_variances(people, mean, 1.2 * variance, "no clock")
    with pytest.raises(AssertionError, match="no clock"):
        check_means(people, mean + 0.2 * np.sqrt(variance), variance, "no clock")


def test_the_sum_of_squares_of_a_binomial_is_chi_square(engine):
    """The variance once more, by the classical test, where people are many and so nearly normal."""
    twin = twins.plain(start={("benefit", 0): 5000}, steps=6)
    people = twins.histories(twin, 4096, engine)[PLAN][:, -1, 0]
    mean, variance = (m[-1, 0] for m in twin.means_and_variances(PLAN))
    statistic = ((people - mean) ** 2).sum() / variance
    check_p_value(2 * min(chi2.sf(statistic, 4096), chi2.cdf(statistic, 4096)), "chi square")
