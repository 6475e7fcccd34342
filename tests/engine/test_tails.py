"""Binomial and Poisson counts far out in their tails, for crowds of up to 10^9.

What the samplers compute is compared with the laws without drawing anything: the rejection's ratio
of chances with exact ones, and with scipy's; the search's steps with scipy's distribution function.
(Scipy's logpmf is off by 5e-6 at n = 10^9, and so is its Poisson pmf; its binomial pmf is right.)
Then numbers are drawn, and the rarest are counted.
"""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from false_alarm import check_p_value
from numba import config, njit
from scipy import stats

from simlab.engine.chance import (
    REJECTION_FROM,
    binomial,
    by_rejection,
    hat,
    log_ratio,
    open_stream,
    poisson,
    search,
    stirling_tail,
    stream_key,
    uniform,
)

SAMPLE = 4_000 if config.DISABLE_JIT else 1_000_000
CHANCES = (1e-9, 2e-8, 1e-6, 1e-4, 1e-3, 0.02, 0.1, 0.3, 0.5)
CROWDS = (1, 10, 25, 200, 1_000, 10**4, 10**6, 10**9)
REJECTED = [(n, p) for n in CROWDS for p in CHANCES if n * p >= REJECTION_FROM]
SEARCHED = [(n, p) for n in CROWDS for p in CHANCES if n * p < REJECTION_FROM]
LARGE_MEANS = (10.0, 10.7, 12.3, 50.0, 1e3, 1e6, 1e9)
SMALL_MEANS = (1e-9, 1e-4, 0.3, 1.0, 4.2, 9.999)


# ---- exact chances ------------------------------------------------------------------------------

PI = Decimal("3.14159265358979323846264338327950288419716939937510")
SERIES = [1 / Decimal(c) for c in (12, -360, 1260, -1680, 1188)] + [Decimal(-691) / 360360]


def log_factorial(k: int) -> Decimal:
    if k < 1_000:
        return Decimal(math.factorial(k)).ln()
    correction = sum(c / Decimal(k) ** (2 * i + 1) for i, c in enumerate(SERIES))
    return Decimal(k) * Decimal(k).ln() - k + (2 * PI * k).ln() / 2 + correction


def log_binomial(k: int, n: int, p: float) -> Decimal:
    chosen = log_factorial(n) - log_factorial(k) - log_factorial(n - k)
    return chosen + k * Decimal(p).ln() + (n - k) * (1 - Decimal(p)).ln()


def log_poisson(k: int, mean: float) -> Decimal:
    return k * Decimal(mean).ln() - Decimal(mean) - log_factorial(k)


def far_and_near(law, mean: float) -> list[int]:
    """Counts from the law's middle to where its chances are 1e-15 of themselves, and beyond."""
    spread = law.std()
    low, high = max(mean - 9 * spread, law.support()[0]), min(mean + 11 * spread, law.support()[1])
    tails = [law.ppf(1e-15), law.ppf(1e-9), law.isf(1e-9), law.isf(1e-15)]
    return sorted({int(k) for k in [*np.linspace(low, high, 31), *tails]})


@pytest.fixture(autouse=True)
def forty_digits():
    with localcontext() as context:
        context.prec = 40
        yield


# ---- the rejection ------------------------------------------------------------------------------


def test_the_stirling_tail_is_exact():
    for k in [*range(40), 100, 10**4, 10**9]:
        formula = (2 * PI).ln() / 2 + (k + Decimal("0.5")) * Decimal(k + 1).ln() - (k + 1)
        assert abs(Decimal(stirling_tail(k)) + formula - log_factorial(k)) < Decimal("7e-15")


@pytest.mark.parametrize(("n", "p"), REJECTED)
def test_ratios_of_binomial_chances_are_exact_into_the_tails(n, p):
    law, mode = stats.binom(n, p), int(n * p + p)
    at_the_mode, error = log_binomial(mode, n, p), 1e-14 * (10 + law.std())
    for k in far_and_near(law, n * p):
        found = log_ratio(k, mode, n * p, p, n)
        assert found == pytest.approx(float(log_binomial(k, n, p) - at_the_mode), abs=error, rel=0)
        scipys = law.pmf(k) / law.pmf(mode)
        assert math.exp(found) == pytest.approx(scipys, rel=2 * error + 1e-12)


@pytest.mark.parametrize("mean", LARGE_MEANS)
def test_ratios_of_poisson_chances_are_exact_into_the_tails(mean):
    law, mode = stats.poisson(mean), int(mean)
    at_the_mode, error = log_poisson(mode, mean), 1e-14 * (10 + law.std())
    for k in far_and_near(law, mean):
        found = log_ratio(k, mode, mean, 0.0, 0)
        assert found == pytest.approx(float(log_poisson(k, mean) - at_the_mode), abs=error, rel=0)


@njit
def first_trials(mean, p, n, key, u, v, k, taken):
    """What a first trial draws, what the rejection gives, and whether that is the first trial's."""
    state = np.empty(4, np.uint64)
    for i in range(u.size):
        open_stream(key, i, state)
        then = state.copy()
        u[i], v[i] = uniform(then) - 0.5, uniform(then)
        k[i] = by_rejection(mean, p, n, state)
        taken[i] = np.all(state == then)


@pytest.mark.parametrize(
    ("n", "p"), [(20, 0.5), (40, 0.26), (150, 0.4), (10**4, 0.001), (10**6, 0.3), (10**9, 0.5)]
)
def test_the_rejection_takes_what_is_under_the_law_and_nothing_else(n, p):
    # Squeeze or not: a trial is taken where v · height / (a/s² + b) ≤ f(k) / f(mode).
    mean, mode, size = n * p, int(n * p + p), SAMPLE // 5
    u, v, k, taken = np.empty(size), np.empty(size), np.empty(size, int), np.empty(size, bool)
    first_trials(mean, p, n, np.uint64(stream_key(1, "trials")), u, v, k, taken)
    a, b, height, _ = hat(mean, p)
    s = 0.5 - np.abs(u)
    proposed = np.floor((2 * a / s + b) * u + mean + 0.5)
    law = stats.binom(n, p)
    over = v * height / (a / s**2 + b) - law.pmf(proposed) / law.pmf(mode)
    assert np.abs(over[taken != (over <= 0)]).max(initial=0) < 1e-9
    assert np.array_equal(k[taken], proposed[taken])
    assert 0.7 < taken.mean() < 0.95


# ---- the search ---------------------------------------------------------------------------------


def ends(first: float, a: float, b: float, most: int) -> list[float]:
    """For k = 0, 1, … the largest uniform with which the search ends at k or before."""
    found = []
    for k in range(most):
        low, high = 0.0, 1.0 - 2.0**-53
        if search(first, a, b, high) <= k:
            break
        for _ in range(1_100):
            middle = (low + high) / 2
            if not low < middle < high:
                break
            low, high = (middle, high) if search(first, a, b, middle) <= k else (low, middle)
        found.append(low)
    return found


def assert_cumulated(found: list[float], law) -> None:
    """They are the distribution function, and nothing that a uniform can reach is missing."""
    assert law.sf(len(found)) < 4e-16
    for k, end in enumerate(found):
        assert end == pytest.approx(law.cdf(k), rel=6e-15, abs=0)
        assert 1 - end == pytest.approx(law.sf(k), rel=6e-15, abs=3e-15)


@pytest.mark.parametrize(("n", "p"), SEARCHED)
def test_the_search_cumulates_the_binomial_law(n, p):
    odds = p / (1 - p)
    found = ends(math.exp(n * math.log1p(-p)), -odds, (n + 1) * odds, min(n, 80))
    assert_cumulated(found, stats.binom(n, p))


@pytest.mark.parametrize("mean", SMALL_MEANS)
def test_the_search_cumulates_the_poisson_law(mean):
    assert_cumulated(ends(math.exp(-mean), 0.0, mean, 80), stats.poisson(mean))


# ---- from a uniform to a count ------------------------------------------------------------------


def aimed(u: float) -> np.ndarray:
    """A state whose next uniform is u, up to 2^-53.

    xoshiro256++ gives rotl(s0 + s3, 23) + s0; here s0 is 0, and s3 decides.
    """
    bits = min(int(u * 2**52), 2**52 - 1) << 12
    return np.array([0, 1, 1, (bits >> 23 | bits << 41) & (2**64 - 1)], np.uint64)


LEVELS = [2.0**-53, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 0.37, 0.5, 0.8, 0.99]
LEVELS = [*LEVELS, *(1 - level for level in LEVELS[:6])]


@pytest.mark.parametrize(("n", "p"), SEARCHED)
def test_a_count_is_the_quantile_of_its_uniform_to_the_end_of_the_tails(n, p):
    law = stats.binom(n, p)
    for level in LEVELS:
        u = uniform(aimed(level))
        assert u == pytest.approx(level, rel=0, abs=2.0**-52)
        k = binomial(n, p, aimed(level))
        assert 0 <= k <= n
        assert law.cdf(k - 1) <= u * (1 + 1e-14)
        assert u <= law.cdf(k) * (1 + 1e-14)


@pytest.mark.parametrize(("n", "p"), SEARCHED + REJECTED)
def test_those_who_are_missed_are_drawn_as_those_who_are_hit(n, p):
    often = 1 - p if p < 0.5 else 0.75  # 1 - often is exact
    state, other = np.empty(4, np.uint64), np.empty(4, np.uint64)
    for draw in range(50):
        open_stream(stream_key(1, "opposite"), draw, state)
        open_stream(stream_key(1, "opposite"), draw, other)
        assert binomial(n, often, state) == n - binomial(n, 1 - often, other)
        assert np.array_equal(state, other)


# ---- drawn --------------------------------------------------------------------------------------


@njit
def fill_binomial(n, p, state, out):
    for i in range(out.size):
        out[i] = binomial(n, p, state)


@njit
def fill_poisson(mean, state, out):
    for i in range(out.size):
        out[i] = poisson(mean, state)


def fit(sample: np.ndarray, law) -> float:
    """p-value of a chi-square with cells of 25 and more, as far out as 1e-4 of the law."""
    far = np.array([1e-4, 1e-3, 0.01])
    edges = law.ppf(np.concatenate([far, np.linspace(0.05, 0.95, 31), 1 - far]))
    edges = np.unique(edges[(edges >= 0) & (edges <= law.support()[1])])
    seen = np.bincount(np.searchsorted(edges, sample), minlength=edges.size + 1)
    expected = sample.size * np.diff(np.concatenate([[0], law.cdf(edges), [1]]))
    expected[-1] = sample.size * law.sf(edges[-1])
    large = expected >= 25
    statistic = ((seen - expected)[large] ** 2 / expected[large]).sum()
    rest, rest_seen = expected[~large].sum(), seen[~large].sum()
    if rest >= 1:
        statistic += (rest_seen - rest) ** 2 / rest
    else:  # hardly ever: the chance of so many
        assert stats.poisson.sf(rest_seen - 1, rest) > 1e-9
    cells = int(large.sum() + (rest >= 1))
    return float(stats.chi2.sf(statistic, cells - 1)) if cells > 1 else 1.0


@pytest.mark.parametrize("n", CROWDS)
def test_binomial_counts_are_as_rare_as_they_should_be_in_both_tails(n):
    state = np.empty(4, np.uint64)
    out = np.empty(SAMPLE, np.int64)
    for p in (1e-9, 1e-6, 1e-4, 0.02, 0.3, 0.5, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9):
        law = stats.binom(n, p)
        if SAMPLE * min(law.sf(0), law.cdf(n - 1)) > 25:
            open_stream(stream_key(1, "tails", str(n), str(p)), 0, state)
            fill_binomial(n, p, state, out)
            check_p_value(fit(out, law), f"binomial({n}, {p})")


@pytest.mark.parametrize("mean", [1e-4, 0.3, 4.2, 9.999, 10.0, 12.3, 50.0, 1e4, 1e9])
def test_poisson_counts_are_as_rare_as_they_should_be_in_both_tails(mean):
    state = np.empty(4, np.uint64)
    open_stream(stream_key(1, "tails", str(mean)), 0, state)
    out = np.empty(SAMPLE, np.int64)
    fill_poisson(mean, state, out)
    check_p_value(fit(out, stats.poisson(mean)), f"poisson({mean})")
