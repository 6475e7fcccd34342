"""Streams are addresses, and the counts drawn from them follow their laws."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from false_alarm import check_p_value, smallest_visible_error, z_limit
from numba import config, njit
from scipy import stats

import simlab
from simlab.engine.chance import (
    GOLDEN,
    REJECTION_FROM,
    binomial,
    by_rejection,
    hat,
    log_ratio,
    mix,
    multinomial,
    next_u64,
    open_stream,
    poisson,
    search,
    stirling_tail,
    stream_key,
    uniform,
)

SAMPLE = 4_000 if config.DISABLE_JIT else 400_000


def stream(*address: str, draw: int = 0) -> np.ndarray:
    state = np.empty(4, np.uint64)
    open_stream(stream_key(1, *address), draw, state)
    return state


@njit
def fill_binomial(n, p, state, out):
    for i in range(out.size):
        out[i] = binomial(n, p, state)


@njit
def fill_poisson(mean, state, out):
    for i in range(out.size):
        out[i] = poisson(mean, state)


@njit
def fill_multinomial(n, chances, state, out):
    for i in range(out.shape[0]):
        multinomial(n, chances, out[i], state)


@njit
def fill_uniform(state, out):
    for i in range(out.size):
        out[i] = uniform(state)


@njit
def fill_first(keys, draws, out):
    state = np.empty(4, np.uint64)
    for i in range(out.size):
        open_stream(keys[i], draws[i], state)
        out[i] = next_u64(state)


def binomials(n: int, p: float) -> np.ndarray:
    out = np.empty(SAMPLE, np.int64)
    fill_binomial(n, p, stream("binomial", str(n), str(p)), out)
    return out


def poissons(mean: float) -> np.ndarray:
    out = np.empty(SAMPLE, np.int64)
    fill_poisson(mean, stream("poisson", str(mean)), out)
    return out


def fit(sample: np.ndarray, law) -> float:
    """p-value of a chi-square of the sample against the law, in some 60 cells of 25 or more."""
    chances = np.linspace(0, 1, 61)[1:-1]
    far = np.array([1e-4, 1e-3, 5e-3])
    edges = np.unique(law.ppf(np.concatenate([far, chances, 1 - far])))
    expected = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]])) * sample.size
    counts = np.bincount(np.searchsorted(edges, sample), minlength=edges.size + 1)
    cells, seen = [0.0], [0]
    for e, c in zip(expected, counts, strict=True):
        if cells[-1] >= 25:
            cells.append(0.0)
            seen.append(0)
        cells[-1] += e
        seen[-1] += c
    if cells[-1] < 25 and len(cells) > 1:
        last, count = cells.pop(), seen.pop()
        cells[-1] += last
        seen[-1] += count
    assert len(cells) > 1, "the sample is too small to see anything but one cell"
    return stats.chisquare(seen, np.array(cells) * (sum(seen) / sum(cells))).pvalue


# Bits and streams


def test_the_generator_is_xoshiro256_plus_plus():
    # The reference code's first numbers from the state (1, 2, 3, 4).
    state = np.arange(1, 5, dtype=np.uint64)
    expected = [41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205]
    assert [int(next_u64(state)) for _ in expected] == expected


def test_the_mixer_is_splitmix64():
    # The reference code's first numbers from the seed 1234567.
    step, mask = 0x9E3779B97F4A7C15, 2**64 - 1
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    word = int if config.DISABLE_JIT else np.uint64
    assert [mix(word(1234567 + i * step & mask)) for i in (1, 2, 3)] == expected


def test_the_numbers_of_an_address_never_change():
    state = stream("lives", "job-ready", "together", draw=7)
    expected = [14096780249772282498, 7947589034826045367, 13538948632613234921]
    assert [next_u64(state) for _ in expected] == expected


def test_a_stream_is_found_again_whatever_was_drawn_before():
    state = stream("lives", draw=3)
    first = [uniform(state) for _ in range(5)]
    open_stream(stream_key(1, "lives"), 4, state)
    open_stream(stream_key(1, "lives"), 3, state)
    assert [uniform(state) for _ in range(5)] == first


def test_nearby_addresses_share_no_word_of_their_states():
    words = []
    state = np.empty(4, np.uint64)
    for key in [*range(30), *(i * GOLDEN % 2**64 for i in range(30))]:
        for draw in range(30):
            open_stream(np.uint64(key), draw, state)
            words += state.tolist()
    streams_of_key_0 = 30 * 4  # it is in both lists
    assert len(words) - len(set(words)) == streams_of_key_0


PLAIN = """
import json
import numpy as np
from simlab.engine.chance import *

def numbers():
    state = np.empty(4, np.uint64)
    found = []
    for seed, draw in ((0, 0), (1, 2**40), (-5, 3)):
        open_stream(stream_key(seed, "lives", "job-ready"), draw, state)
        found += [int(next_u64(state)) for _ in range(20)]
        found += [float(uniform(state)).hex() for _ in range(20)]
        for n, p in ((1, 0.3), (50, 0.02), (50, 0.4), (10**9, 1e-9), (10**9, 0.7), (30, np.nan)):
            try:
                found += [int(binomial(n, p, state)) for _ in range(20)]
            except ValueError as error:
                found.append(str(error))
        for mean in (0.01, 5.0, 11.0, 1e6):
            found += [int(poisson(mean, state)) for _ in range(20)]
        out = np.empty(4, np.int64)
        for n in (0, 3, 10**6):
            multinomial(n, np.array([0.2, 0.5, 0.3, 0.0]), out, state)
            found += out.tolist()
    return json.dumps(found)
"""


def test_kernels_give_the_same_numbers_compiled_and_as_plain_python():
    here: dict = {}
    exec(PLAIN, here)
    root = str(Path(simlab.__file__).parents[1])
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLAIN + "\nprint(numbers())"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": root},
        capture_output=True,
        encoding="utf-8",
    )
    assert found.stderr == ""
    assert json.loads(found.stdout) == json.loads(here["numbers"]())


def test_uniforms_are_inside_the_open_interval_even_at_the_ends_of_the_bits():
    lowest = np.zeros(4, np.uint64)  # gives bits 00…0
    highest = np.array([2**64 - 1, 0, 0, 2**64 - 2**41], np.uint64)
    assert uniform(lowest) == 2.0**-53
    bits = int(next_u64(highest.copy()))
    assert uniform(highest) == ((bits >> 12) + 0.5) / 2**52 < 1.0
    assert (2**52 - 1 + 0.5) * 2.0**-52 == 1 - 2.0**-53  # the largest: exact, not rounded to 1


def test_uniforms_are_uniform():
    u = np.empty(SAMPLE)
    fill_uniform(stream("uniform"), u)
    check_p_value(stats.kstest(u, "uniform").pvalue, "uniforms")
    for lag in (1, 2, 3):
        z = np.corrcoef(u[lag:], u[:-lag])[0, 1] * np.sqrt(u.size)
        assert abs(z) < z_limit()


NEIGHBOURS = {
    "draws": lambda i: (np.full(i.size, stream_key(1, "lives"), np.uint64), i),
    "keys": lambda i: (i.astype(np.uint64), np.zeros(i.size, np.int64)),
    "keys one step apart": lambda i: (i.astype(np.uint64) * np.uint64(GOLDEN), 0 * i),
    "names": lambda i: (
        np.array([stream_key(1, "lives", str(j)) for j in i.tolist()], np.uint64),
        0 * i,
    ),
}


@pytest.mark.parametrize("which", NEIGHBOURS)
def test_neighbouring_streams_are_unrelated(which):
    size = min(SAMPLE, 100_000)
    first = np.empty(size, np.uint64)
    fill_first(*NEIGHBOURS[which](np.arange(size)), first)
    bits = np.unpackbits(first.view(np.uint8)).reshape(size, 64)
    balance = (bits.mean(axis=0) - 0.5) * 2 * np.sqrt(size)
    assert np.abs(balance).max() < z_limit(64)
    for distance in (1, 2, 16):
        flips = bits[distance:] ^ bits[:-distance]
        z = (flips.mean(axis=0) - 0.5) * 2 * np.sqrt(len(flips))
        assert np.abs(z).max() < z_limit(64)
    u = (first >> np.uint64(11)) * 2.0**-53
    check_p_value(stats.kstest(u, "uniform").pvalue, which)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) * np.sqrt(size) < z_limit()


# The binomial law


@pytest.mark.parametrize(
    ("n", "p", "expected"),
    [(0, 0.5, 0), (7, 0.0, 0), (7, -1e-17, 0), (7, 1.0, 7), (7, 1 + 1e-15, 7), (10**9, 1.0, 10**9)],
)
def test_a_certain_binomial_is_certain_and_uses_no_number(n, p, expected):
    state = stream("certain")
    before = state.copy()
    assert binomial(n, p, state) == expected
    assert np.array_equal(state, before)


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (12, 0.5), (40, 0.2), (900, 0.01), (10**9, 1e-9)])
def test_the_search_is_the_quantile_function(n, p):
    levels = [1e-9, 1e-5, 0.01, 0.1, 0.3, 0.5, 0.77, 0.9, 0.99, 1 - 1e-5, 1 - 1e-9, 1 - 1e-12]
    odds = p / (1 - p)
    found = [search(math.exp(n * math.log1p(-p)), -odds, (n + 1) * odds, u) for u in levels]
    assert [min(n, k) for k in found] == stats.binom.ppf(levels, n, p).astype(int).tolist()
    mean = n * p
    found = [search(math.exp(-mean), 0.0, mean, u) for u in levels]
    assert found == stats.poisson.ppf(levels, mean).astype(int).tolist()


def test_the_search_ends_where_rounding_leaves_something():
    almost = 1 - 2.0**-53
    for mean in (1e-12, 0.1, 1.0, 9.999):
        assert search(math.exp(-mean), 0.0, mean, almost) <= 60


@pytest.mark.parametrize("k", range(30))
def test_the_stirling_tail_completes_stirlings_formula(k):
    formula = 0.5 * math.log(2 * math.pi) + (k + 0.5) * math.log(k + 1) - (k + 1)
    assert formula + stirling_tail(k) == pytest.approx(math.lgamma(k + 1), abs=6e-11, rel=1e-14)


@pytest.mark.parametrize(
    ("n", "p", "away"),
    [(20, 0.5, 10), (200, 0.06, 12), (10**6, 0.3, 400), (10**9, 1e-8, 10), (10**9, 0.5, 2_000)],
)
def test_the_ratio_of_chances_is_the_product_of_its_steps(n, p, away):
    mode = int((n + 1) * p)
    steps = [math.log((n - k) / (k + 1) * p / (1 - p)) for k in range(mode - away, mode + away)]
    down, up = -math.fsum(steps[:away]), math.fsum(steps[away:])
    assert log_ratio(mode - away, mode, n * p, p, n) == pytest.approx(down, abs=2e-10)
    assert log_ratio(mode + away, mode, n * p, p, n) == pytest.approx(up, abs=2e-10)


@pytest.mark.parametrize(("mean", "away"), [(10.0, 10), (12.7, 5), (1e4, 300), (1e9, 2_000)])
def test_the_ratio_of_poisson_chances_is_the_product_of_its_steps(mean, away):
    mode = int(mean)
    steps = [math.log(mean / (k + 1)) for k in range(mode - away, mode + away)]
    down, up = -math.fsum(steps[:away]), math.fsum(steps[away:])
    assert log_ratio(mode - away, mode, mean, 0.0, 0) == pytest.approx(down, abs=2e-10)
    assert log_ratio(mode + away, mode, mean, 0.0, 0) == pytest.approx(up, abs=2e-10)


def acceptance(law, mean: float, p: float) -> tuple[float, float]:
    """The largest chance of acceptance in BTRS, and the least by which it tops the squeeze.

    The proposal x(u) is cut at whole numbers; on each piece the law is constant and the hat's
    inverse a/s² + b falls in s, the distance of u from its end, so pieces' ends hold the extremes.
    """
    a, b, height, squeeze = hat(mean, p)
    spread = math.sqrt(mean * (1 - p))
    reach = 12 * spread + 20
    low, high = math.floor(max(mean - reach, law.support()[0])), math.ceil(mean + reach)
    k = np.unique(np.linspace(low, min(high, law.support()[1]), 4_001).round())
    distances = []
    for edge in (k, k + 1):  # solve (2a/s + b)(1/2 - s) = |edge - mean - 1/2| for s
        c = abs(edge - mean - 0.5) + 2 * a - b / 2
        root = np.sqrt(c * c + 4 * a * b)
        distances.append(np.where(c > 0, 2 * a / (c + root), (root - c) / (2 * b)))
    nearest, farthest = np.minimum(*distances), np.maximum(*distances)
    farthest = np.where(np.abs(k - mean) <= 0.5, 0.5, farthest)
    law_over_height = np.exp(law.logpmf(k) - law.logpmf(math.floor(mean + p))) / height
    squeezed = farthest >= 0.07
    top = law_over_height * (a / nearest**2 + b)
    bottom = (law_over_height * (a / farthest**2 + b))[squeezed] - squeeze
    return top.max(), bottom.min()


def test_the_binomial_law_stays_between_squeeze_and_hat():
    for n in [*range(int(2 * REJECTION_FROM), 60), 80, 95, 150, 400, 10**3, 10**4, 10**6, 10**9]:
        least = REJECTION_FROM / n
        for p in {*np.linspace(least, 0.5, 9), *np.geomspace(least, 0.5, 9)}:
            top, bottom = acceptance(stats.binom(n, p), n * p, p)
            assert top <= 1, (n, p)
            assert bottom >= 0, (n, p)


def test_the_poisson_law_stays_between_squeeze_and_hat():
    for mean in [*np.arange(REJECTION_FROM, 40, 0.1), *np.geomspace(40, 1e9, 60)]:
        top, bottom = acceptance(stats.poisson(mean), mean, 0.0)
        assert top <= 1, mean
        assert bottom >= 0, mean


GRID = [
    *((1, p) for p in (0.01, 0.5, 0.9)),
    *((7, p) for p in (0.05, 0.5, 0.99)),
    *((20, p) for p in (0.499999, 0.5, 0.500001)),  # n·p around 10, p around 1/2
    *((100, p) for p in (0.01, 0.0999999, 0.1, 0.37, 0.9, 0.95)),
    *((5_000, p) for p in (0.0001, 0.00199, 0.002, 0.0021, 0.5, 0.998, 0.99999)),
    *((10**6, p) for p in (1e-6, 9.9e-6, 1.01e-5, 0.3, 0.9999)),
    *((10**9, p) for p in (1e-9, 9.99e-9, 1.001e-8, 0.001, 0.5, 0.75, 1 - 1e-9)),
]


@pytest.mark.parametrize(("n", "p"), GRID)
def test_binomial_counts_follow_their_law(n, p):
    sample = binomials(n, p)
    assert sample.min() >= 0
    assert sample.max() <= n
    check_p_value(fit(sample, stats.binom(n, p)), f"binomial({n}, {p})")


def test_a_chance_below_rounding_still_hits_a_vast_crowd():
    # 1 - p is 1 in floating point, and log(1 - p) would be 0.
    check_p_value(fit(binomials(2**53, 2.0**-54), stats.poisson(0.5)), "binomial(2^53, 2^-54)")


@pytest.mark.parametrize(
    ("n", "p", "least"),
    [
        *((1, 1e-3, 1), (1_000, 1e-6, 1), (10**9, 1e-12, 1), (50, 0.01, 5), (1_000, 0.005, 15)),
        *((1_000, 0.1, 135), (60, 0.5, 44), (10**9, 2e-8, 38), (10**9, 0.5, 500_055_000)),
    ],
)
def test_rare_binomial_events_are_as_rare_as_they_should_be(n, p, least):
    seen = int(np.sum(binomials(n, p) >= least))
    rarity = float(stats.binom.sf(least - 1, n, p))
    assert rarity < 2e-3
    check_p_value(stats.binomtest(seen, SAMPLE, rarity).pvalue, f"P(X ≥ {least})")


@pytest.mark.parametrize("p", [0.2, 0.8])
def test_means_and_variances_of_large_binomials_are_exact(p):
    n = 10**9
    z = (binomials(n, p) - n * p) / math.sqrt(n * p * (1 - p))
    error = 1 / math.sqrt(SAMPLE)
    assert abs(z.mean()) < z_limit() * error
    assert abs(np.mean(z * z) - 1) < z_limit() * error * math.sqrt(2)
    if SAMPLE >= 400_000:
        assert smallest_visible_error(error) < 0.012


def test_a_chance_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        binomial(10, math.nan, stream("refused"))


# The Poisson law


@pytest.mark.parametrize("mean", [0.01, 0.7, 4.2, 9.999, 10.0, 11.6, 13.25, 30.5, 1e3, 1e6, 1e9])
def test_poisson_counts_follow_their_law(mean):
    sample = poissons(mean)
    assert sample.min() >= 0
    check_p_value(fit(sample, stats.poisson(mean)), f"poisson({mean})")


@pytest.mark.parametrize(
    ("mean", "least"), [(1e-3, 1), (0.5, 5), (8.0, 19), (12.0, 25), (40.0, 62)]
)
def test_rare_poisson_events_are_as_rare_as_they_should_be(mean, least):
    seen = int(np.sum(poissons(mean) >= least))
    rarity = float(stats.poisson.sf(least - 1, mean))
    assert rarity < 2e-3
    check_p_value(stats.binomtest(seen, SAMPLE, rarity).pvalue, f"P(X ≥ {least})")


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_a_poisson_without_mean_is_zero_and_uses_no_number(mean):
    state = stream("none")
    before = state.copy()
    assert poisson(mean, state) == 0
    assert np.array_equal(state, before)


@pytest.mark.parametrize("mean", [math.nan, math.inf, 2.0**53])
def test_a_mean_that_is_no_number_is_refused(mean):
    with pytest.raises(ValueError, match="not a number"):
        poisson(mean, stream("refused"))


def test_rejection_alone_draws_the_law_from_its_smallest_mean():
    state = stream("rejection")
    sample = np.array([by_rejection(10.0, 0.5, 20, state) for _ in range(SAMPLE // 20)])
    check_p_value(fit(sample, stats.binom(20, 0.5)), "rejection")


# The multinomial law


def shares(n: int, chances: list[float]) -> np.ndarray:
    out = np.full((SAMPLE // 4, len(chances)), -1, np.int64)
    fill_multinomial(n, np.array(chances), stream("multinomial", str(n), str(chances)), out)
    return out


MIXES = [
    (3, [0.2, 0.3, 0.5]),
    (40, [0.7, 0.0, 0.25, 0.05, 0.0]),
    (10**6, [0.0, 1e-5, 0.98, 0.01999, 0.0]),
    (10**9, [0.999999998, 1e-9, 1e-9]),
]


@pytest.mark.parametrize(("n", "chances"), MIXES)
def test_every_citizen_is_placed_and_cells_without_a_chance_stay_empty(n, chances):
    out = shares(n, chances)
    assert out.min() == 0 or n > 1_000
    assert np.all(out.sum(axis=1) == n)
    assert not out[:, np.array(chances) == 0].any()


@pytest.mark.parametrize(("n", "chances"), MIXES)
def test_means_and_covariances_are_multinomial(n, chances):
    out = shares(n, chances)
    p = np.array(chances)
    open_cells = p > 0
    x = out[:, open_cells] - n * p[open_cells]
    p = p[open_cells]
    variance = n * p * (1 - p)
    z = x.mean(axis=0) / np.sqrt(variance / len(x))
    assert np.abs(z).max() < z_limit(z.size)
    covariance = n * (np.diag(p) - np.outer(p, p))
    products = x[:, :, None] * x[:, None, :]
    error = products.std(axis=0) / math.sqrt(len(x))
    z = (products.mean(axis=0) - covariance) / error
    assert np.abs(z).max() < z_limit(z.size)


@pytest.mark.parametrize(("n", "chances"), MIXES)
def test_each_cell_of_a_multinomial_is_binomial(n, chances):
    for cell, p in enumerate(chances):
        if p > 0:
            check_p_value(fit(shares(n, chances)[:, cell], stats.binom(n, p)), f"cell {cell}")


@pytest.mark.parametrize("chances", [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0, 0.0]])
def test_a_certain_cell_takes_everybody_and_uses_no_number(chances):
    state = stream("certain")
    before = state.copy()
    out = np.empty(len(chances), np.int64)
    multinomial(1_000, np.array(chances), out, state)
    assert out.tolist() == [1_000 * int(p) for p in chances]
    assert np.array_equal(state, before)


def test_nobody_is_placed_where_nobody_is_left():
    out = np.full(3, 9, np.int64)
    multinomial(0, np.array([0.2, 0.3, 0.5]), out, stream("nobody"))
    assert out.tolist() == [0, 0, 0]


@pytest.mark.parametrize("error", [-1e-4, -1e-15, 1e-15, 1e-4])
def test_everybody_is_placed_though_chances_do_not_quite_sum_to_one(error):
    chances = np.array([0.1] * 10 + [0.0])
    chances[3] += error
    out = np.empty(11, np.int64)
    state = stream("rounding")
    for n in (1, 10, 10**9):
        multinomial(n, chances, out, state)
        assert out.sum() == n
        assert out.min() >= 0
        assert out[-1] == 0


# Of 2^53 people, a rest that is 1e-16 too large would leave some unplaced.
@pytest.mark.parametrize("n", [1, 12, 10**9, 2**53])
def test_everybody_is_placed_whatever_rounding_makes_of_the_weights(n):
    rng = np.random.default_rng(1)
    state = stream("rounding", str(n))
    for cells in [1, 2, 3, 7, 40] * (2 if config.DISABLE_JIT else 200):
        weights = 10.0 ** rng.uniform(-20, 0, cells) * rng.choice([0.0, 1.0, 1.0], cells)
        weights[rng.integers(cells)] = rng.choice([1.0, 1 / 3, 1e-300])
        out = np.full(cells, -1, np.int64)
        multinomial(n, weights, out, state)
        assert out.sum() == n
        assert out.min() >= 0
        assert not out[weights == 0.0].any()
        multinomial(n, np.full(cells, 0.1), out, state)
        assert out.sum() == n


def test_weights_need_not_sum_to_one():
    chances = np.array([0.2, 0.0, 0.5, 0.3])
    one, other = np.empty(4, np.int64), np.empty(4, np.int64)
    for n in (5, 10**6):
        multinomial(n, chances, one, stream("scale"))
        for scale in (2.0**-60, 2.0**5):
            multinomial(n, chances * scale, other, stream("scale"))
            assert np.array_equal(one, other)


def test_citizens_without_any_open_cell_are_refused():
    with pytest.raises(ValueError, match="no cell"):
        multinomial(1, np.zeros(3), np.empty(3, np.int64), stream("refused"))
