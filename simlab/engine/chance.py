"""Chance: streams of random numbers found by address, and the laws drawn from them.

A stream belongs to a key (`stream_key`: seed, stream name, segment, role, …) and a draw. Inside it
numbers are sequential; outside it nothing moves them. The state is a uint64 array of shape (4,)
that the caller owns, and every kernel here changes nothing else:

    state = np.empty(4, np.uint64)
    open_stream(stream_key(1, "lives", segment, "together"), draw, state)
    leavers = binomial(n, p, state)

Bits: xoshiro256++ (Blackman & Vigna 2021), its state filled by splitmix64. Counts: sequential
search where the mean is below 10, else transformed rejection (Hörmann 1993, algorithm BTRS). Both
are exact but for rounding: the search to 2e-15 in a cumulative chance, the rejection to
1e-14 (10 + σ) of each chance, σ the standard deviation.

The Poisson law is drawn as the limit n → ∞ of the binomial, by the same two algorithms. Hörmann's
own constants for it (PTRS) let the law rise above its hat by up to 0.56 % at means below 1,400;
the binomial's hat covers both laws everywhere, which the tests check step by step.

References: Hörmann, The generation of binomial random variates, J. Stat. Comput. Simul. 46 (1993).
Kachitvichyanukul & Schmeiser, Binomial random variate generation, CACM 31 (1988). Davis, The
computer generation of multinomial random variates, Comput. Stat. Data Anal. 16 (1993).
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simlab.kernel import splitmix
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.splitmix import GOLDEN, MASK
from simlab.model.addresses import key as stream_key

__all__ = [
    "binomial",
    "fill_uniform",
    "multinomial",
    "next_u64",
    "open_stream",
    "poisson",
    "stream_key",
    "uniform",
]

State = NDArray[np.uint64]  # (4,)

REJECTION_FROM = 10.0  # the mean from which BTRS holds
NEGLIGIBLE = 1e-18  # far below the rounding of a uniform

# log k! less Stirling's formula at k + 1, for k = 0 … 9
STIRLING_TAIL = (
    0.08106146679532726,
    0.0413406959554093,
    0.02767792568499834,
    0.020790672103765093,
    0.016644691189821193,
    0.013876128823070748,
    0.01189670994589177,
    0.010411265261972096,
    0.009255462182712733,
    0.00833056343336287,
)


mix = inline(splitmix.mix)


@kernel
def fill_uniform(state: State, count: int, out: NDArray[np.float64]) -> None:
    """The next ``count`` uniforms at once: the same numbers, with the state kept in registers."""
    s0, s1, s2, s3 = int(state[0]), int(state[1]), int(state[2]), int(state[3])
    for i in range(count):
        total = (s0 + s3) & MASK
        bits = (((total << 23 & MASK) | (total >> 41)) + s0) & MASK
        out[i] = ((bits >> 12) + 0.5) * 2.0**-52
        t = s1 << 17 & MASK
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = (s3 << 45 & MASK) | (s3 >> 19)
    state[0], state[1], state[2], state[3] = s0, s1, s2, s3


# The signature is given because a bare Python int would be taken as int64, which half the keys are
# too large for.
@njit("void(uint64, int64, uint64[::1])", cache=True, _nrt=False)
def open_stream(key: int, draw: int, state: State) -> None:
    """Fill `state`, uint64 (4,), with the start of the stream of `key` (64 bits) and `draw` ≥ 0.

    Each word is splitmix64 at place `draw`, run from an origin of its own that is hashed from the
    key: two addresses share a stream only if all four words meet.
    """
    origin = int(np.uint64(key))
    steps = int(np.uint64(draw)) * GOLDEN & MASK
    for i in range(4):
        origin = mix((origin + GOLDEN) & MASK)
        state[i] = mix((origin + steps) & MASK)


@inline
def next_u64(state: State) -> int:
    """The next 64 bits: xoshiro256++."""
    s0, s1, s2, s3 = int(state[0]), int(state[1]), int(state[2]), int(state[3])
    total = (s0 + s3) & MASK
    s2 ^= s0
    s3 ^= s1
    state[0] = s0 ^ s3
    state[1] = s1 ^ s2
    state[2] = s2 ^ (s1 << 17 & MASK)
    state[3] = (s3 << 45 & MASK) | (s3 >> 19)
    return (((total << 23 & MASK) | (total >> 41)) + s0) & MASK


@inline
def uniform(state: State) -> float:
    """A uniform on the open interval (0, 1): an odd multiple of 2^-53, symmetric about 1/2."""
    return ((next_u64(state) >> 12) + 0.5) * 2.0**-52


@kernel
def binomial(n: int, p: float, state: State) -> int:
    """How many of n ≤ 2^53 citizens are hit, each with chance p; p ≤ 0 gives 0, p ≥ 1 gives n.

    Raises ValueError where p is not a number.
    """
    if math.isnan(p):
        raise ValueError("binomial: the chance is not a number")
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    rare = min(p, 1.0 - p)
    if n * rare < REJECTION_FROM:
        none = math.exp(n * math.log1p(-rare))
        odds = rare / (1.0 - rare)
        hits = min(n, search(none, -odds, (n + 1) * odds, uniform(state)))
    else:
        hits = by_rejection(n * rare, rare, n, state)
    return hits if p <= 0.5 else n - hits


@kernel
def poisson(mean: float, state: State) -> int:
    """A Poisson count; mean ≤ 0 gives 0. Raises ValueError where mean is not below 2^53."""
    if not mean < 2.0**53:
        raise ValueError("poisson: the mean is not a number below 2**53")
    if mean <= 0.0:
        return 0
    if mean < REJECTION_FROM:
        return search(math.exp(-mean), 0.0, mean, uniform(state))
    return by_rejection(mean, 0.0, np.int64(0), state)  # a plain 0 would be compiled apart


@kernel
def multinomial(n: int, weights: NDArray[np.float64], out: NDArray[np.int64], state: State) -> None:
    """Share n citizens among the cells in proportion to ``weights`` : (cells,), out : (cells,).

    Conditional binomials; the last cell with a weight takes what is left. A cell without a weight
    gets nobody. Raises ValueError where there are citizens and no cell has a weight.
    """
    rest, last = 0.0, -1
    for cell in range(weights.shape[0]):
        if weights[cell] > 0.0:
            rest += weights[cell]
            last = cell
    if last < 0 and n > 0:
        raise ValueError("multinomial: no cell has a weight")
    left = n
    for cell in range(weights.shape[0]):
        weight = weights[cell]
        if left <= 0 or weight <= 0.0:
            taken = 0
        elif cell == last or weight >= rest:  # rounding may leave a rest below the weight, or 0
            taken = left
        else:
            taken = binomial(left, weight / rest, state)
        out[cell] = taken
        left -= taken
        rest -= weight


@kernel
def search(first: float, a: float, b: float, u: float) -> int:
    """The smallest k whose cumulative chance reaches u, where f(0) = first, f(k)/f(k-1) = a + b/k.

    This recursion (Panjer's class) holds for the binomial and the Poisson law. Means are below 10,
    so f(0) > 1e-7 and f falls below NEGLIGIBLE only far out in the upper tail, where what is left
    of u is rounding.
    """
    k = 0
    chance = first
    while u > chance and chance > NEGLIGIBLE:
        u -= chance
        k += 1
        chance *= a + b / k
    return k


@kernel
def hat(mean: float, p: float) -> tuple[float, float, float, float]:
    """BTRS's constants: (a, b) shape the proposal, then the hat's height and the squeeze."""
    spread = math.sqrt(mean * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    return a, b, (2.83 + 5.1 / b) * spread, 0.92 - 4.2 / b


@kernel
def by_rejection(mean: float, p: float, n: int, state: State) -> int:
    """BTRS for mean = n·p ≥ 10 and p ≤ 1/2; n = 0 stands for the Poisson law, with p = 0."""
    a, b, height, squeeze = hat(mean, p)
    mode = int(mean + p)
    above = n + 1.0 if n > 0 else 2.0**62
    while True:
        u = uniform(state) - 0.5
        v = uniform(state)
        edge = 0.5 - abs(u)
        x = (2.0 * a / edge + b) * u + mean + 0.5
        if not 0.0 <= x < above:
            continue
        k = int(x)
        if edge >= 0.07 and v <= squeeze:
            return k
        if math.log(v * height / (a / (edge * edge) + b)) <= log_ratio(k, mode, mean, p, n):
            return k


@kernel
def log_ratio(k: int, mode: int, mean: float, p: float, n: int) -> float:
    """log f(k)/f(mode), by log1p of the distance: right to 1e-14 (10 + σ), so 2e-10 at n = 1e9."""
    away = k - mode
    ratio = stirling_tail(mode) - stirling_tail(k) - (k + 0.5) * math.log1p(away / (mode + 1))
    if n == 0:
        return ratio + away * (1.0 + math.log(mean / (mode + 1)))
    rest = n - mode
    ratio += stirling_tail(rest) - stirling_tail(n - k)
    ratio -= (n - k + 0.5) * math.log1p(-away / (rest + 1))
    return ratio + away * math.log(p / (1.0 - p) * ((rest + 1) / (mode + 1)))


@kernel
def stirling_tail(k: int) -> float:
    """log k! - log √(2π) - (k + 1/2) log(k + 1) + (k + 1), to 7e-15.

    Two more terms of the series than in Hörmann (1993), whose error at k = 10 is 3e-11.
    """
    if k < len(STIRLING_TAIL):
        return STIRLING_TAIL[k]
    inverse = 1.0 / (k + 1)
    square = inverse * inverse
    series = 1.0 / 1260.0 - (1.0 / 1680.0 - square / 1188.0) * square
    return (1.0 / 12.0 - (1.0 / 360.0 - series * square) * square) * inverse
