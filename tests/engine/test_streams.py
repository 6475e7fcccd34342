"""The streams as a run addresses them: a battery of small tests, at the size of a run.

A run opens a stream for each draw, or for each citizen of a draw, and takes a few numbers from it.
Each arrangement lays such beginnings out as one sequence of a million numbers, and each statistic
looks at every sequence. Numbers side by side are then numbers of neighbouring streams. So that no
statistic passes by being blind, each must also reject streams that are not mixed or come twice.

`benchmarks/randomness.py` gives the same arrangements to a real battery, at a thousand times the
size. References: L'Ecuyer & Simard, TestU01, ACM Trans. Math. Softw. 33 (2007); Marsaglia & Tsang,
Some difficult-to-pass tests of randomness, J. Stat. Softw. 7 (2002), for the birthday spacings;
Blackman & Vigna, Scrambled linear pseudorandom number generators, ACM Trans. Math. Softw. 47
(2021), for the Hamming weights.
"""

import math

import numpy as np
import pytest
from false_alarm import check_p_value, threshold
from numba import config, njit
from scipy import stats

from simlab.engine.chance import GOLDEN, next_u64, open_stream, stream_key

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="takes tens of millions of numbers")

SIZE = 1 << 20
LIVES = stream_key(1, "lives", "job-ready", "together")
ROLES = [stream_key(1, "lives", "job-ready", role) for role in ("together", "baseline", "plan")]


# ---- arrangements -------------------------------------------------------------------------------


@njit
def first_numbers(keys, draws, out):
    """The first numbers of each stream, into out : (streams, numbers)."""
    state = np.empty(4, np.uint64)
    for i in range(out.shape[0]):
        open_stream(keys[i], draws[i], state)
        for j in range(out.shape[1]):
            out[i, j] = next_u64(state)


def of_one_key(places):
    return np.full(places.size, LIVES, np.uint64), places


def of_three_roles(places):
    return np.array(ROLES, np.uint64)[places % 3], places // 3


def of_names(places):
    return np.array(
        [stream_key(1, "lives", f"{i}") for i in places.tolist()], np.uint64
    ), 0 * places


def of_seeds(places):
    return np.array([stream_key(i, "lives") for i in places.tolist()], np.uint64), 0 * places


def of_citizens(places):
    return keys_of_draws(np.full(places.size, 7)), places


def of_arrivals(places):
    """16 in each step: a citizen is numbered step · 2^32 + order."""
    return keys_of_draws(np.full(places.size, 7)), (places >> 4 << 32) | (places & 15)


def of_one_citizen(places):
    return keys_of_draws(places), np.full(places.size, 12)


def keys_of_draws(draws):
    """The keys under which each draw numbers its citizens: the first number of the draw."""
    keys = np.empty((draws.size, 1), np.uint64)
    first_numbers(*of_one_key(draws), keys)
    return keys[:, 0]


def beginnings(addresses, first, take=first_numbers):
    out = np.empty((SIZE // first, first), np.uint64)
    take(*addresses(np.arange(SIZE // first)), out)
    return out


ARRANGEMENTS = {
    "one stream": lambda: beginnings(of_one_key, SIZE),
    "1 of each draw": lambda: beginnings(of_one_key, 1),
    "2 of each draw": lambda: beginnings(of_one_key, 2),
    "8 of each draw": lambda: beginnings(of_one_key, 8),
    "64 of each draw": lambda: beginnings(of_one_key, 64),
    "64 of each draw, side by side": lambda: beginnings(of_one_key, 64).T,
    "1 of each draw, roles in turn": lambda: beginnings(of_three_roles, 1),
    "1 of each citizen": lambda: beginnings(of_citizens, 1),
    "8 of each citizen": lambda: beginnings(of_citizens, 8),
    "8 of each citizen, side by side": lambda: beginnings(of_citizens, 8).T,
    "8 of each who arrive": lambda: beginnings(of_arrivals, 8),
    "1 of a citizen in each draw": lambda: beginnings(of_one_citizen, 1),
    "64 of each name": lambda: beginnings(of_names, 64),
    "64 of each seed, side by side": lambda: beginnings(of_seeds, 64).T,
}


# ---- addresses that would be wrong --------------------------------------------------------------


@njit
def unmixed(keys, draws, out):
    """Streams are steps apart, and nothing mixes them."""
    state = np.empty(4, np.uint64)
    for i in range(out.shape[0]):
        open_stream(keys[i], 0, state)
        for word in range(4):
            state[word] += np.uint64(draws[i]) * np.uint64(GOLDEN)
        for j in range(out.shape[1]):
            out[i, j] = next_u64(state)


@njit
def overlapping(keys, draws, out):
    """Everybody reads the same stream, each from one number later."""
    state = np.empty(4, np.uint64)
    open_stream(keys[0], draws[0], state)
    for i in range(out.shape[0]):
        then = state.copy()
        for j in range(out.shape[1]):
            out[i, j] = next_u64(then)
        next_u64(state)


def of_half_the_draws(places):
    return of_one_key(places // 2)


# ---- statistics: from a sequence to the chance of anything as extreme --------------------------


def two_sided(below, above):
    return min(1.0, 2 * min(below, above))


def chi_square(seen, chances):
    expected = seen.sum() * chances
    statistic = ((seen - expected) ** 2 / expected).sum()
    return two_sided(*(f(statistic, seen.size - 1) for f in (stats.chi2.cdf, stats.chi2.sf)))


def largest_of(z):
    return min(1.0, 2 * z.size * stats.norm.sf(np.abs(z).max()))


def smallest_of(*p):
    return min(1.0, len(p) * min(p))


def cells(values, bits):
    return chi_square(np.bincount(values.astype(np.int64), minlength=1 << bits), 2.0**-bits)


def leading_bits(x):
    return cells(x >> np.uint64(48), 16)


def trailing_bits(x):
    return cells(x & np.uint64(0xFFFF), 16)


def pairs(x):
    """Serial test: 8 leading, and 8 trailing, bits of a number and of the next."""
    ends = (x >> np.uint64(56)).astype(np.int64), (x & np.uint64(0xFF)).astype(np.int64)
    return smallest_of(*(cells(end[::2] << 8 | end[1::2], 16) for end in ends))


@njit
def count_flips(x, distance, out):
    for i in range(x.size - distance):
        flips = x[i] ^ x[i + distance]
        for bit in range(64):
            out[bit] += (flips >> np.uint64(bit)) & np.uint64(1)


def flips(x):
    """Each bit differs from that of a number some places away in half of all cases."""
    z = []
    for distance in (1, 2, 8, 64):
        seen = np.zeros(64, np.uint64)
        count_flips(x, distance, seen)
        z.append((seen / (x.size - distance) - 0.5) * 2 * math.sqrt(x.size - distance))
    return largest_of(np.concatenate(z))


def correlations(x):
    """Of uniforms, and of their distances from 1/2, over some places."""
    u = (x >> np.uint64(12)) * 2.0**-52 - 0.5
    z = []
    for v in (u, np.abs(u) - 0.25):
        z += [v[d:] @ v[:-d] / (v @ v) * math.sqrt(v.size) for d in (1, 2, 8, 64)]
    return largest_of(np.array(z))


def birthday_spacings(x):
    """2^18 birthdays in a year of 2^50 days: spacings that are not the only ones of their size."""
    p = []
    for days in (x >> np.uint64(14), x & np.uint64(2**50 - 1)):
        spacings = np.sort(np.diff(np.sort(days.reshape(-1, 1 << 18), axis=1), axis=1), axis=1)
        twice = int((np.diff(spacings, axis=1) == 0).sum())
        law = stats.poisson(x.size / 2.0**18 * (2.0**18) ** 3 / (4 * 2.0**50))
        p.append(two_sided(law.cdf(twice), law.sf(twice - 1)))
    return smallest_of(*p)


def collisions(x):
    """Of the 32 leading, and of the 32 trailing, bits."""
    p = []
    for half in (x >> np.uint64(32), x & np.uint64(0xFFFFFFFF)):
        met = repeats(half)
        law = stats.poisson(x.size + 2.0**32 * math.expm1(x.size * math.log1p(-(2.0**-32))))
        p.append(two_sided(law.cdf(met), law.sf(met - 1)))
    return smallest_of(*p)


def hamming_weights(x):
    """Six numbers in a row, each with few, about 32, or many bits set."""
    few = stats.binom.cdf(29, 64, 0.5)
    chances = np.array([1.0])
    for _ in range(6):
        chances = np.outer(chances, [few, 1 - 2 * few, few]).ravel()
    weight = np.bitwise_count(x).astype(np.int64)
    kinds = (1 * (weight > 29) + (weight > 34))[: x.size // 6 * 6].reshape(-1, 6)
    return chi_square(np.bincount(kinds @ 3 ** np.arange(6), minlength=729), chances)


@njit
def count_ranks(x, out):
    """The ranks over GF(2) of 64 numbers at a time, by elimination."""
    rows = np.empty(64, np.uint64)
    for start in range(0, x.size - 63, 64):
        rows[:] = x[start : start + 64]
        rank = 0
        for i in range(64):
            pivot = rows[i]
            if pivot != np.uint64(0):
                rank += 1
                lowest = pivot & (~pivot + np.uint64(1))
                for j in range(i + 1, 64):
                    if rows[j] & lowest:
                        rows[j] ^= pivot
        out[rank] += 1


def chance_of_rank(r, n=64):
    """Of a matrix of n × n random bits."""
    return 2.0 ** (-((n - r) ** 2)) * math.prod(
        (1 - 2.0 ** (i - n)) ** 2 / (1 - 2.0 ** (i - r)) for i in range(r)
    )


def ranks(x):
    """Of matrices of 64 numbers: whether their bits are linear functions of each other."""
    seen = np.zeros(65, np.int64)
    count_ranks(x, seen)
    chances = np.array([chance_of_rank(r) for r in (64, 63, 62)])
    return chi_square(
        np.array([*seen[:61:-1], seen[:62].sum()]), np.array([*chances, 1 - chances.sum()])
    )


STATISTICS = [
    leading_bits,
    trailing_bits,
    pairs,
    flips,
    correlations,
    birthday_spacings,
    collisions,
    hamming_weights,
    ranks,
]


def repeats(x):
    """How many numbers have been there before; among 2^20 of 64 bits a chance of 3e-8."""
    return int((np.diff(np.sort(x, axis=None)) == 0).sum())


# ---- the tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_neighbouring_streams_look_like_one_random_sequence(name):
    numbers = ARRANGEMENTS[name]().ravel()
    for statistic in STATISTICS:
        check_p_value(statistic(numbers), f"{name}: {statistic.__name__}")


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_no_number_comes_twice(name):
    assert repeats(ARRANGEMENTS[name]()) == 0


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: beginnings(of_one_key, 1, unmixed), id="not mixed"),
        pytest.param(lambda: beginnings(of_half_the_draws, 1), id="twice"),
    ],
)
def test_each_statistic_rejects_streams_that_are(wrong, statistic):
    assert statistic(wrong().ravel()) < threshold()


@pytest.mark.parametrize("statistic", [pairs, birthday_spacings, collisions])
def test_streams_that_overlap_are_rejected(statistic):
    numbers = beginnings(of_one_key, 8, overlapping).ravel()
    assert statistic(numbers) < threshold()
    assert repeats(numbers) > SIZE // 2


# ---- states -------------------------------------------------------------------------------------


@njit
def open_all(keys, draws, words):
    for i in range(words.shape[0]):
        open_stream(keys[i], draws[i], words[i])


def states(addresses, streams=SIZE // 4):
    words = np.empty((streams, 4), np.uint64)
    open_all(*addresses(np.arange(streams)), words)
    return words


@pytest.mark.parametrize("addresses", [of_one_key, of_three_roles, of_citizens, of_arrivals])
def test_no_two_streams_of_a_run_share_a_word_of_their_states(addresses):
    assert repeats(states(addresses)) == 0
