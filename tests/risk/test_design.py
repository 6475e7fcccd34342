"""Errors from the design of draws: replicates in any order, and weights."""

from datetime import date
from io import BytesIO

import numpy as np
import pytest
from false_alarm import threshold
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from simlab.model.sequences import REPLICATES, uniforms
from simlab.result.draw_table import DrawTable
from simlab.result.figures import figures, variance_shares
from simlab.risk.design import Design, WeightedDrawsError
from simlab.risk.estimate import (
    T_975,
    Estimate,
    chance,
    chances_by_step,
    estimate,
    estimate_quantile,
    estimate_shortfall,
    jackknife,
)
from simlab.risk.payback import from_balance
from simlab.risk.sensitivity import fits

DRAWS, SEEDS, SHIFT = 1_024, 400, 0.7
TAIL = float(norm.ppf(0.1))

# What is estimated of z, standard normal, from draws of N(−0.7, 1) that weigh φ(z)/φ(z + 0.7).
ESTIMATORS = {
    "the mean": (lambda z, d: estimate(z, d), 0.0),
    "a chance": (lambda z, d: chance(z < -0.5, d), norm.cdf(-0.5)),
    "a small chance": (lambda z, d: chance(z < TAIL, d), 0.1),
    "a chance by a step": (
        lambda z, d: at_step(1, chances_by_step(np.where(z < 0.0, 1.0, np.inf), 3, d)),
        0.5,
    ),
    "the median": (lambda z, d: estimate_quantile(z, 0.5, d), 0.0),
    "p10": (lambda z, d: estimate_quantile(z, 0.1, d), TAIL),
    "the worst tenth": (lambda z, d: estimate_shortfall(z, 0.1, d), -norm.pdf(TAIL) / 0.1),
}


def at_step(step, found):
    return Estimate(*(float(part[step]) for part in found))


def drawn(seed):
    """Draws of another distribution than the one they stand for, and their weights."""
    z = norm.ppf(uniforms(seed, "z", 0, DRAWS)) - SHIFT
    return z, np.exp(SHIFT * z + SHIFT**2 / 2)


@pytest.fixture(scope="module")
def held():
    """Estimator → in how many of the seeds its interval holds the truth, with weights and not."""
    count = {name: np.zeros(2, dtype=int) for name in ESTIMATORS}
    for seed in range(SEEDS):
        z, weight = drawn(seed)
        designs = (Design.of(DRAWS).weighted(weight), Design.of(DRAWS))
        for name, (estimator, truth) in ESTIMATORS.items():
            for k, design in enumerate(designs):
                found = estimator(z, design)
                count[name][k] += abs(found.value - truth) <= T_975 * found.standard_error
    return count


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_interval_of_weighted_draws_holds_the_truth_as_often_as_it_says(held, name):
    least = binom.ppf(threshold(1), SEEDS, 0.92)  # fewer draws count than there are
    assert held[name][0] >= least, f"{name}: {held[name][0]} of {SEEDS}"


@pytest.mark.parametrize("name", ESTIMATORS)
def test_whoever_leaves_the_weights_out_misses_the_truth(held, name):
    assert held[name][1] < 0.2 * SEEDS, f"{name}: {held[name][1]} of {SEEDS}"


values = st.lists(st.floats(-1e6, 1e6), min_size=64, max_size=200).map(np.array)


@settings(max_examples=50, deadline=None)
@given(values, st.floats(1e-3, 1e3))
def test_constant_weights_are_no_weights(x, weight):
    plain = Design.of(len(x))
    same = plain.weighted(np.full(len(x), weight))
    for estimator in (lambda d: estimate(x, d), lambda d: chance(x > 0.0, d),
                      lambda d: estimate_quantile(x, 0.3, d)):  # fmt: skip
        one, other = estimator(plain), estimator(same)
        assert (one.value, one.standard_error) == pytest.approx(
            (other.value, other.standard_error), nan_ok=True, rel=0.0, abs=0.0
        )


@settings(max_examples=50, deadline=None)
@given(values, st.booleans(), st.integers(0, 2**32 - 1))
def test_the_order_in_which_draws_lie_changes_nothing(x, is_weighted, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    weight = rng.uniform(0.1, 2.0, len(x)) if is_weighted else None
    design = Design.of(len(x)).weighted(weight)
    other = Design.by(design.replicate[order], None if weight is None else weight[order])
    for estimator in (lambda x, d: estimate(x, d), lambda x, d: chance(x > 0.0, d),
                      lambda x, d: estimate_quantile(x, 0.5, d),
                      lambda x, d: estimate_shortfall(x, 0.5, d)):  # fmt: skip
        one, two = estimator(x, design), estimator(x[order], other)
        size = max(np.abs(x).max(), 1.0)
        assert one.value == pytest.approx(two.value, abs=1e-9 * size)
        assert one.standard_error == pytest.approx(two.standard_error, abs=1e-9 * size, nan_ok=True)


def test_a_draw_that_weighs_twice_is_two_draws():
    """Of a value, a share and the quantiles; their errors know that it is one."""
    x = np.arange(64.0)
    weight = np.where(x < 32, 2.0, 1.0)
    design = Design.of(64).weighted(weight)
    twice = np.concatenate([x, x[:32]])
    assert estimate(x, design).value == pytest.approx(twice.mean())
    assert chance(x < 16, design).value == pytest.approx((twice < 16).mean())
    for q in (0.1, 0.5, 0.9):
        assert estimate_quantile(x, q, design).value == np.sort(twice)[int(np.ceil(q * 96)) - 1]
    assert design.size == pytest.approx(96**2 / (32 * 4 + 32))


def test_the_design_of_a_part_of_a_run_knows_its_replicates():
    whole, part = Design.of(100), Design.of(60, first=40)
    assert part.replicate.tolist() == whole.replicate[40:].tolist()
    assert whole.head(37).replicate.tolist() == whole.replicate[:37].tolist()
    by = Design.by(whole.replicate, np.arange(1.0, 101.0))
    assert by.head(37).replicate.tolist() == whole.replicate[:37].tolist()
    assert by.head(37).weight.tolist() == list(range(1, 38))
    assert (
        DrawTable({"x": np.ones(60)}, first=40).design.replicate.tolist() == part.replicate.tolist()
    )


@pytest.mark.parametrize(
    "weight", [[1.0, -1.0], [0.0, 0.0], [1.0, np.nan], [1.0, np.inf], [1.0], [[1.0, 1.0]]]
)
def test_what_are_no_weights_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        Design.of(2).weighted(np.array(weight))


def test_a_replicate_that_is_none_is_refused():
    with pytest.raises(ValueError, match="replicate"):
        Design.by(np.array([0, REPLICATES]))


def test_what_is_told_of_equal_draws_alone_refuses_others():
    x = np.random.default_rng(1).normal(size=(256, 25))
    design = Design.of(256).weighted(np.linspace(1.0, 2.0, 256))
    payback = from_balance(x, np.zeros_like(x), 12.0, "council", design)
    assert payback.never().value == chance(np.isinf(payback.years), design).value
    assert "256 draws" in repr(payback)
    for refused in (
        lambda: payback.quantile(0.1),
        lambda: figures(payback, [date(2020, 1, 1)] * 25),
        lambda: variance_shares(x[:, 0], x[:, 1], x[:, 2], design),
        lambda: jackknife(lambda i: float(i.mean()), design),
        lambda: fits({"a": x[:, 0]}, x[:, 1:2], design),
    ):
        with pytest.raises(WeightedDrawsError, match="weigh the same"):
            refused()


def test_where_a_replicate_has_no_draws_no_error_is_told():
    x = np.arange(64.0)
    some = Design.by(np.arange(64) % (REPLICATES - 1))
    for found in (estimate(x, some), chance(x < 9, some), estimate_quantile(x, 0.5, some)):
        assert np.isfinite(found.value) and np.isnan(found.standard_error)


def test_weights_are_not_lost_on_the_way_to_a_table_of_all_draws_or_to_the_disk():
    heavy = DrawTable({"x": np.ones(3)}, weight=np.arange(3.0))
    for lost in (lambda: heavy.room(3).put(heavy), lambda: heavy.save(BytesIO())):
        with pytest.raises(WeightedDrawsError):
            lost()
