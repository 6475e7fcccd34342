"""The recursion in the open against the oracle: two plain programs that share nothing."""

import numpy as np
import pytest
import twins
from oracle import exact
from oracle.lives import BASELINE, PLAN

from simlab.verify import slow_twin, steps
from simlab.verify.case import Case

COSTS = np.array([10.0, 12.0, -3.0, 15.0])
MORE, FEE = -2.0, ("benefit", "job")  # what the plan changes everywhere, and a move with a price


def outlined(twin):
    case = Case(twin.study)
    case.__dict__["draws"] = 1
    return case, slow_twin.outline(case.compiled)


@pytest.mark.parametrize("make", [twins.jobs, twins.by_time_away])
def test_expected_people_are_those_of_the_oracle(make):
    twin = make()
    case, chain = outlined(twin)
    state = case.compiled.state_of_account
    for future in (BASELINE, PLAN):
        heads = sum(slow_twin.expected_heads(chain, c, 0, future) for c in case.block.cohorts)
        found = np.zeros((len(heads), len(twin.states)))
        np.add.at(found.T, state, heads.T)
        oracle = sum(exact.head_counts(one, twin.steps, future).mean for one in twin.chains)
        np.testing.assert_allclose(found, oracle, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(
    "more", [{}, {"arrivals": {("benefit", 3): 2.0}, "arrivals_ratio": 0.5}], ids=["", "arrivals"]
)
def test_the_moments_of_the_saving_are_those_of_the_oracle(more):
    """What people cost in a state differs between the futures, and a move has its own price."""
    twin = twins.by_time_away().replace(**more)
    case, chain = outlined(twin)
    cost = dict(zip(twin.states, COSTS, strict=False))
    heads = np.zeros((2, twin.steps + 1, len(case.compiled.accounts)))
    for f in (0, 1):
        heads[f, 1:] = [cost[a.state] + f * MORE for a in case.compiled.accounts]
    moves = np.zeros((twin.steps + 1, len(case.compiled.flows)))
    moves[1:, case.compiled.flows.index(FEE)] = 7.0
    paid = slow_twin.Paid(heads, moves)
    found = [slow_twin.moments(chain, c, 0, paid) for c in case.block.cohorts]

    def by_cell(before, after, step, future):
        fee = 7.0 if before and (before.state, after.state) == FEE else 0.0
        return cost[after.state] + fee + (MORE if future == PLAN else 0.0)

    oracle = [exact.saving(one, twin.steps, by_cell) for one in twin.chains]
    for k, future in enumerate((BASELINE, PLAN)):
        own = [exact.total_paid(one, twin.steps, by_cell, future) for one in twin.chains]
        assert sum(m.mean[k] for m in found) == pytest.approx(sum(o.mean for o in own), rel=1e-10)
        variance = sum(o.variance for o in own)
        assert sum(m.variance[k] for m in found) == pytest.approx(variance, rel=1e-9)
    assert sum(m.mean[2] for m in found) == pytest.approx(sum(o.mean for o in oracle), rel=1e-9)
    variance = sum(o.variance for o in oracle)
    assert sum(m.variance[2] for m in found) == pytest.approx(variance, rel=1e-9)


def test_the_number_of_pairs_that_part_is_that_of_the_oracle():
    twin = twins.jobs()
    case, chain = outlined(twin)
    shape = (twin.steps + 1, len(case.compiled.accounts))
    paid = slow_twin.Paid(np.zeros((2, *shape)), np.zeros((shape[0], len(case.compiled.flows))))
    found = sum(slow_twin.moments(chain, c, 0, paid).parted for c in case.block.cohorts)
    (one,) = twin.chains
    ((place, people),) = one.stock.items()
    last = exact.pair_layers(one, place, twin.steps)[-1]
    assert found == pytest.approx(people * sum(p for pair, p in last.items() if pair.parted))


def test_a_step_in_many_parts_nears_continuous_time():
    from scipy.linalg import expm

    twin = twins.jobs()
    case, chain = outlined(twin)
    cohort = case.block.cohorts[0]
    (one,) = twin.chains
    q = np.zeros((len(one.states),) * 2)
    for i, state in enumerate(one.states):
        for to, rate in one.intensity(state, 0, 0, 1, BASELINE).items():
            q[i, one.states.index(to)] += rate
            q[i, i] -= rate
    start = np.zeros(len(one.states))
    for place, people in one.stock.items():
        start[one.states.index(place[0])] += people
    limit = start @ expm(twin.steps * q)
    errors = [
        np.abs(steps.cut_cohort(chain, cohort, 0, BASELINE, parts).heads[-1] - limit).max()
        for parts in (1, 2, 4)
    ]
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.1)
    assert errors[2] == pytest.approx(errors[1] / 2, rel=0.1)
