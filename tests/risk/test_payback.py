"""Payback and its risk figures against `oracle.payback`, and the Monte Carlo error."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import payback as oracle
from scipy.stats import beta, norm

import simlab
from simlab.model.sequences import uniforms
from simlab.risk import estimate as estimators
from simlab.risk.design import Design
from simlab.risk.estimate import REPLICATES, T_975, Estimate
from simlab.risk.payback import (
    first_break_even,
    from_balance,
    last_break_even,
    peak_exposure,
    quantile,
    quantiles,
)


def of_a_run(estimator):
    """The estimator of the first draws of a run."""
    return lambda values, *more: estimator(values, *more, Design.of(len(values)))


chance = of_a_run(estimators.chance)
estimate = of_a_run(estimators.estimate)
estimate_shortfall = of_a_run(estimators.estimate_shortfall)

steady = settings(derandomize=True, deadline=None)

# The tolerance's edge, both sides of it, and amounts that are plainly negative or not.
amounts = st.sampled_from([-1e9, -3.0, -0.006, -0.0050001, -0.005, -0.004, 0.0, 0.004, 2.0, 1e9])
balances = st.integers(1, 12).flatmap(
    lambda steps: st.lists(
        st.lists(amounts, min_size=steps, max_size=steps), min_size=1, max_size=20
    )
)


@settings(steady, max_examples=200)
@given(balances)
def test_payback_is_the_oracle_s_for_every_balance(many):
    array = np.array(many)
    assert last_break_even(array).tolist() == [oracle.payback(one) for one in many]
    assert first_break_even(array).tolist() == [oracle.first_break_even(one) for one in many]
    depth, when = peak_exposure(array)
    for one, amount, step in zip(many, depth, when, strict=True):
        assert (amount, step if amount > 0 else None) == oracle.peak_exposure(one)


@settings(steady, max_examples=300)
@given(balances)
def test_a_relapse_is_a_negative_balance_after_the_first_break_even(many):
    flows = np.diff(np.array(many), axis=1, prepend=0.0)
    found = from_balance(flows, np.zeros_like(flows), 12.0, "council")
    walked = [list(one) for one in np.cumsum(flows, axis=1)]
    assert found.relapsed.tolist() == [oracle.relapse(one) for one in walked]
    assert (found.years * 12).tolist() == pytest.approx([oracle.payback(one) for one in walked])


@pytest.mark.parametrize(
    ("balance", "paid_back", "first", "relapsed"),
    [
        ([0, 0, 0], 0, 0, False),
        ([5, 4, 3], 0, 0, False),
        ([-5, -4, 0, 3], 2, 2, False),
        ([-5, 1, -1, 3], 3, 1, True),
        ([-5, 1, -1, -3], math.inf, 1, True),
        ([0, 1, -1, 2], 3, 3, False),
        ([-1, -1, -0.004, -0.0049], 2, 2, False),
        ([-1, -1, -1], math.inf, math.inf, False),
    ],
)
def test_payback_is_the_last_break_even(balance, paid_back, first, relapsed):
    found = from_balance(np.diff([balance], prepend=0.0), np.zeros((1, len(balance))), 1.0, "x")
    assert (found.years[0], found.first_years[0]) == (paid_back, first)
    assert found.relapsed[0] == relapsed


def test_the_balance_is_saving_less_cost_so_far():
    saving, cost = np.array([[0.0, 3.0, 3.0, 3.0]]), np.array([[5.0, 0.0, 1.0, 0.0]])
    found = from_balance(saving, cost, 12.0, "council")
    assert found.balance.tolist() == [[-5.0, -2.0, 0.0, 3.0]]
    assert found.cost.tolist() == [[5.0, 5.0, 6.0, 6.0]]
    assert found.years[0] == 2 / 12
    assert found.horizon_years == 3 / 12


times = st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, math.inf]), min_size=1, max_size=60)


@settings(steady, max_examples=300)
@given(times, st.integers(1, 100))
def test_a_quantile_is_the_smallest_time_that_the_share_reaches(paybacks, percent):
    found = quantile(np.array(paybacks), percent / 100)
    expected = oracle.quantile(paybacks, percent / 100)
    assert (None if math.isinf(found) else found) == expected


def test_a_median_that_half_the_draws_never_reach_is_never():
    assert math.isinf(quantile(np.array([1.0, 2.0, math.inf, math.inf, math.inf]), 0.5))
    assert quantile(np.array([1.0, 2.0, math.inf, math.inf]), 0.5) == 2.0


def test_the_chance_within_a_time_counts_the_end_of_its_last_step():
    balance = np.repeat([[-1.0, -1.0, 1.0]], 40, axis=0)
    balance[10:] = -1.0
    flows = np.diff(balance, axis=1, prepend=0.0)
    found = from_balance(flows, np.zeros_like(flows), 12.0, "council")
    assert found.chance_within(2 / 12).value == 0.25
    assert found.chance_within(1.9 / 12).value == 0.0
    assert found.never().value == 0.75
    assert "never within 0.166667 years 75.0%" in repr(found)


def test_a_curve_from_a_nearer_horizon_knows_nothing_of_what_comes_after_it():
    flow = np.random.default_rng(5).normal(size=(130, 25))
    payback = from_balance(flow, np.zeros_like(flow), 12.0, "municipality")
    near = from_balance(flow[:, :13], np.zeros((130, 13)), 12.0, "municipality")
    curve, band = payback.curve(1.0), np.array(payback.curve().band)
    assert curve.chance.tolist() == near.curve().chance.tolist()
    assert curve.standard_error.tolist() == near.curve().standard_error.tolist()
    assert curve.chance[-1] == pytest.approx(1.0 - near.never().value)
    assert (curve.chance >= payback.curve().chance[:13]).all(), "a relapse is yet to come"
    assert band.min() >= 0.0 and band.max() <= 1.0
    with pytest.raises(ValueError, match="years is 3; allowed: 0 to 2, the horizon"):
        payback.curve(3)


def test_curves_are_as_far_apart_as_where_they_are_farthest():
    never, halfway = np.zeros((4, 3)), np.zeros((4, 3))
    never[:, 0], halfway[:2, 0], halfway[:2, 2] = -1.0, -1.0, 1.0
    nothing, half = (from_balance(flow, 0.0 * flow, 1.0, "public") for flow in (never, halfway))
    assert half.curve().chance.tolist() == [0.5, 0.5, 1.0]
    assert nothing.curve().distance(half.curve()) == half.curve().distance(nothing.curve()) == 1.0
    assert half.curve().band is None, "four draws are too few for an error"
    assert (half.ahead().value, nothing.ahead().value) == (1.0, 0.0)


def test_the_middle_of_the_balances_nests_and_holds_its_share():
    flow = np.random.default_rng(5).normal(size=(200, 6))
    payback = from_balance(flow, np.ones_like(flow), 1.0, "public")
    (low, high), (inner, outer) = payback.middle(0.8), payback.middle(0.5)
    assert (low <= inner).all() and (inner <= outer).all() and (outer <= high).all()
    inside = (payback.balance >= low) & (payback.balance <= high)
    assert inside.mean() == pytest.approx(0.8, abs=0.01)
    assert payback.mean_cost.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert payback.mean_balance == pytest.approx(payback.balance.mean(axis=0))
    assert payback.largest == max(np.abs(payback.balance).max(), 6.0)


def test_shortfall_is_the_mean_of_the_worst_twentieth():
    values = np.arange(1000.0)
    np.random.default_rng(3).shuffle(values)
    assert estimate_shortfall(values, 0.05).value == np.arange(50).mean()
    assert estimate_shortfall(np.array([4.0, -2.0]), 0.05).value == -2.0


# ---- the Monte Carlo error ----------------------------------------------------------------------


def test_the_error_is_the_spread_of_the_sixteen_replicates_over_4():
    values = np.random.default_rng(1).normal(size=160)
    means = values.reshape(10, 16).mean(axis=0)  # draw d belongs to replicate d mod 16
    found = estimate(values)
    assert found.value == values.mean()
    assert found.standard_error == pytest.approx(means.std(ddof=1) / 4, rel=1e-12)
    low, high = found.interval
    assert (high - low) / 2 == pytest.approx(T_975 * found.standard_error, rel=1e-12)


def test_the_interval_is_student_s_with_15_degrees_of_freedom():
    from scipy.stats import t

    assert pytest.approx(t(REPLICATES - 1).ppf(0.975), rel=1e-12) == T_975


@pytest.mark.parametrize("draws", [1, 31])
def test_too_few_draws_have_no_error(draws):
    assert math.isnan(estimate(np.arange(float(draws))).standard_error)


@pytest.mark.parametrize("always", [False, True])
def test_a_chance_of_0_or_1_has_an_error_of_3_over_n(always):
    assert chance(np.full(400, always)) == Estimate(float(always), 3 / 400)


def test_intervals_from_independent_draws_hold_the_truth_19_times_in_20():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(2000):
        low, high = estimate(rng.normal(size=64)).interval
        inside += low <= 0.0 <= high
    assert abs(inside / 2000 - 0.95) < 5 * math.sqrt(0.95 * 0.05 / 2000)


@pytest.mark.parametrize("statistic", ["mean", "chance"])
def test_intervals_from_the_sequences_hold_the_truth_19_times_in_20(statistic):
    """Low-discrepancy draws have a far smaller error, and know it."""
    inside, errors = 0, []
    for seed in range(200):
        u = uniforms(seed, "x", 0, 512)
        if statistic == "mean":
            found, truth = estimate(norm.ppf(u)), 0.0
        else:
            found, truth = chance(beta(40, 960).ppf(u) > 0.03), beta(40, 960).sf(0.03)
        inside += found.interval[0] <= truth <= found.interval[1]
        errors.append(found.standard_error)
    assert abs(inside / 200 - 0.95) < 5 * math.sqrt(0.95 * 0.05 / 200)
    plain = (1.0 if statistic == "mean" else math.sqrt(truth * (1 - truth))) / math.sqrt(512)
    # of a chance never less than three draws, which are half of what independent ones would show
    assert np.mean(errors) < (0.5 if statistic == "mean" else 0.7) * plain


# ---- from a study -------------------------------------------------------------------------------


def test_payback_sees_the_perspective_that_is_asked_for():
    study = simlab.loads(
        """
        start = "2020-01"
        years = 3
        states = ["benefit", "job"]
        perspective = "state"
        [citizens.benefit]
        number = 100
        [rate_per_month]
        benefit.job = 0.02
        [payments.benefit]
        amount.benefit = 1000
        reimbursement = "half"
        [reimbursement.half]
        share = 0.75
        [plan.cost.project]
        at_start = 100_000
        [[plan.effect]]
        moves = ["benefit -> job"]
        hazard_ratio = 2
        [perspectives.municipality]
        weights = { municipality = 1 }
        [perspectives.state]
        weights = { state = 1 }
        [perspectives.both]
        weights = { municipality = 1, state = 1 }
        discount_per_year = 0.1
        """
    )
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    t = np.arange(37)
    saving = 100_000 * (np.exp(-0.02 * t) - np.exp(-0.04 * t))
    for name, share, rate in (("municipality", 0.25, 0), ("both", 1.0, 0.1)):
        balance = np.cumsum(share * saving * (1 + rate) ** (-t / 12)) - 100_000
        found = simlab.payback(cash, name)
        np.testing.assert_allclose(found.balance[0], balance, rtol=1e-9, atol=1e-4)
        assert found.years[0] * 12 == oracle.payback(list(balance))
    # The state pays nothing for the project, so its balance is never negative.
    assert simlab.payback(cash).perspective == "state"
    assert simlab.payback(cash).years[0] == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("draws", [1, 7, 130])
def test_the_quantiles_of_columns_are_those_of_each_column(draws, dtype):
    values = np.random.default_rng(3).normal(size=(draws, 5)).astype(dtype)
    before, qs = values.copy(), (0.9, 0.1, 0.5)
    expected = [[quantile(column, q) for column in values.T] for q in qs]
    assert quantiles(values, qs).tolist() == expected
    assert (values == before).all()
