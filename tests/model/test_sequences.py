"""The sequences are stratified, extend, and replicates and names are independent."""

import numpy as np
import pytest
from false_alarm import check_p_value, smallest_visible_error, z_limit
from scipy.stats import chisquare

from simlab.model.addresses import key
from simlab.model.sequences import REPLICATES, keys_of, reversed_bits, uniforms, uniforms_of

NAMES = [f"rates.{number}" for number in range(2_000)]


def replicates(seed: int, name: str, points: int) -> np.ndarray:
    """(points, REPLICATES): each column is a sequence of its own."""
    return uniforms(seed, name, 0, points * REPLICATES).reshape(points, REPLICATES)


@pytest.fixture(scope="module")
def many() -> np.ndarray:
    """(names × replicates, 16): the first 16 points of many sequences."""
    return np.concatenate([replicates(1, name, 16).T for name in NAMES])


def test_the_key_of_an_address_never_changes():
    assert key(1, "lives", "job-ready", "together") == 18039004825639767977
    assert key(0, "ø") == 12885582907104720934


@pytest.mark.parametrize(
    "other",
    [
        *((seed, "a", "b") for seed in (2, 0, -1, 11, 1 + 2**64)),
        *((1, "ab"), (1, "", "ab"), (1, "a", "b", ""), (1, "b", "a"), (1, "a,b"), (1, 'a", "b')),
    ],
)
def test_different_addresses_have_different_keys(other):
    assert key(*other) != key(1, "a", "b")


def test_a_seed_is_an_integer():
    assert key(np.int64(5), "a") == key(5, "a")
    with pytest.raises(TypeError):
        key(5.0, "a")


def test_reversed_bits_is_the_radical_inverse():
    points = reversed_bits(np.arange(8, dtype=np.uint32)) / 2**32
    assert points.tolist() == [0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]


@pytest.mark.parametrize("seed", [0, 1, -7, 2**70])
@pytest.mark.parametrize("log_points", [0, 1, 3, 8, 12])
def test_each_interval_holds_one_point_of_every_aligned_block(seed, log_points):
    points = 2**log_points
    blocks = replicates(seed, "rate", 3 * points).reshape(3, points, REPLICATES)
    stratum = np.sort((blocks * points).astype(int), axis=1)
    assert np.array_equal(stratum, np.broadcast_to(np.arange(points)[:, None], blocks.shape))


@pytest.mark.parametrize("seed", [0, 1, 5])
def test_all_replicates_together_are_stratified_at_the_size_of_the_largest_reference(seed):
    u = uniforms(seed, "plan.chance_per_month.benefit.job", 0, 2**18)
    assert np.array_equal(np.sort((u * 2**18).astype(int)), np.arange(2**18))


def test_values_are_inside_the_open_interval():
    u = uniforms(1, "rate", 0, 2**20)
    assert u.min() >= 2.0**-33
    assert u.max() <= 1 - 2.0**-33
    assert np.array_equal(u * 2**33 % 2, np.ones(2**20))


def test_the_values_of_an_address_never_change():
    expected = [0.22159734240267426, 0.5447758381487802, 0.9002493479056284, 0.47167350712697953]
    assert uniforms(1, "rates.job", 0, 4).tolist() == expected


def test_draws_extend_without_changing_earlier_ones():
    whole = uniforms(1, "rate", 0, 1_000)
    parts = [uniforms(1, "rate", a, b) for a, b in ((0, 7), (7, 7), (7, 500), (500, 1_000))]
    assert np.array_equal(whole, np.concatenate(parts))


def test_the_last_draw_can_be_asked_for_and_none_beyond():
    last = REPLICATES * 2**32
    assert uniforms(1, "rate", last - 3, last).shape == (3,)
    for start, stop in ((-1, 3), (last, last + 1), (5, 4)):
        with pytest.raises(ValueError, match="draws"):
            uniforms(1, "rate", start, stop)


def test_another_seed_or_name_gives_other_values():
    u = uniforms(1, "rate", 0, 64)
    for other in (uniforms(0, "rate", 0, 64), uniforms(1, "Rate", 0, 64)):
        assert not np.any(u == other)


def test_every_draw_is_uniform(many):
    for point in (0, 1, 5, 15):
        counts = np.bincount((many[:, point] * 1_000).astype(int), minlength=1_000)
        check_p_value(chisquare(counts).pvalue, f"point {point}")


def test_all_orders_of_the_first_four_points_are_equally_likely(many):
    # With index bits (i1, i0), the interval's high bit is i0 ^ G(i1) and its low bit i1 ^ B(high):
    # 4 functions G of one bit times 4 functions B give 16 of the 24 orders.
    order = (many[:, :4] * 4).astype(int) @ [64, 16, 4, 1]
    _, counts = np.unique(order, return_counts=True)
    assert counts.size == 16
    check_p_value(chisquare(counts).pvalue, "orders")


def test_places_within_neighbouring_intervals_are_uncorrelated(many):
    # Laine and Karras's hash fails here, at more than 100 standard errors.
    by_interval = np.sort(many, axis=1) * 16 % 1
    correlation = np.corrcoef(by_interval.T)[np.triu_indices(16, 1)]
    z = correlation * np.sqrt(len(many))
    assert np.abs(z).max() < z_limit(z.size)
    assert smallest_visible_error(1 / np.sqrt(len(many))) < 0.05


def test_a_mean_varies_as_much_as_owen_says(many):
    # Independent places in each of n intervals: var = 1/(12 n^3). The replicates' spread is the
    # Monte Carlo error that is reported, so too small a spread is as wrong as too large a one.
    ratio = (many.mean(axis=1) - 0.5) ** 2 * 12 * 16**3
    error = ratio.std() / np.sqrt(ratio.size)
    assert abs(ratio.mean() - 1) < z_limit() * error
    assert smallest_visible_error(error) < 0.1


def test_replicates_are_independent():
    means = np.array([replicates(3, name, 64).mean(axis=0) for name in NAMES])
    z = np.corrcoef(means.T)[np.triu_indices(REPLICATES, 1)] * np.sqrt(len(NAMES))
    assert np.abs(z).max() < z_limit(z.size)


def test_names_are_independent():
    u = np.array([uniforms(4, name, 0, 256) for name in NAMES]) - 0.5
    products = 12 * (u[0::2] * u[1::2]).mean(axis=1)
    error = products.std() / np.sqrt(products.size)
    assert abs(products.mean()) < z_limit() * error
    # What two parameters explain together is not stratified: about plain Monte Carlo's 1/256.
    assert 0.5 < 256 * products.var() < 2.5


def test_a_smooth_function_is_integrated_far_better_than_by_plain_monte_carlo():
    draws = 4_096
    exact = (np.exp(2) - 1) / 2
    variance = (np.exp(4) - 1) / 4 - exact**2
    means = [np.exp(2 * uniforms(5, name, 0, draws)).mean() for name in NAMES[:200]]
    square_error = np.mean((np.array(means) - exact) ** 2)
    assert square_error < 1e-4 * variance / draws


def test_an_additive_function_of_many_parameters_keeps_the_gain():
    draws, parameters = 1_024, 20
    errors = [
        sum((uniforms(seed, name, 0, draws) ** 2).mean() - 1 / 3 for name in NAMES[:parameters])
        for seed in range(100)
    ]
    assert np.mean(np.square(errors)) < 1e-3 * parameters * (4 / 45) / draws


def test_parameters_drawn_side_by_side_are_those_drawn_alone():
    together = uniforms_of(keys_of(7, NAMES[:5]), 100, 400)
    assert together.tolist() == [uniforms(7, name, 100, 400).tolist() for name in NAMES[:5]]
