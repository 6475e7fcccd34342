"""Low-discrepancy draws of the uncertain parameters.

Each parameter has its own sequence, keyed by (seed, name, replicate):

    u(i) = scramble( φ2( shuffle(i) ) ),      φ2 = van der Corput's radical inverse in base 2

Both, shuffle and scramble, are Owen's nested permutations (1995): each binary digit is flipped or
not by a coin that depends on all digits before it. The first 2^k points of a replicate, and every
later aligned block of 2^k, fall one in each interval [i/2^k, (i+1)/2^k), so the mean of a smooth
function of one parameter has variance O(n^-3) instead of O(n^-1). Shuffling the index makes
different parameters independent of each other; what only two parameters together explain is not
stratified and keeps about the error of plain Monte Carlo.

Draw d is point d div 16 of replicate d mod 16. The 16 replicates are independent, and their spread
is the Monte Carlo error. Draws extend without changing earlier ones; a new name moves no other.

At 2^14 points a replicate has one point in each interval of width 2^-14, and there the sixteen keep
out of each other's way: their points differ in the next four digits (`apart`), so that 2^18 draws
fall one in each interval of width 2^-18 and a chance is found to 2^-18 instead of 2^-14/√16. Only
runs of that size notice; their spread overstates the error.

References: Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences. Burley (2020),
Practical hash-based Owen scrambling, JCGT 9(4). The hash is Vegdahl's (2021, "Building a better LK
hash"): the one of Laine & Karras (2011) leaves the places within neighbouring intervals
correlated, so that its replicates understate the error.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simlab.model.addresses import key

REPLICATES = 16
POINTS = 2**32  # in each replicate

Words = NDArray[np.uint32]

# (width, mask): neighbouring groups of `width` bits change places; the mask keeps the lower ones
SWAPS = np.array(
    [(1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF)],
    dtype=np.uint32,
)


def uniforms(seed: int, name: str, start: int, stop: int) -> NDArray[np.float64]:
    """The values of parameter `name` in draws start … stop − 1, uniform on the open (0, 1).

    Shape (stop − start,). Values are centres of cells of width 2^-32. Raises ValueError for draws
    below 0, or beyond the 16 · 2^32 that the sequences hold.
    """
    return uniforms_of(keys_of(seed, [name]), start, stop)[0]


def keys_of(seed: int, names: Sequence[str]) -> NDArray[np.uint64]:
    """(names, 17) the addresses of parameters: of each replicate, and one that they all share."""
    streams = [(str(replicate),) for replicate in range(REPLICATES)]
    return np.array(
        [[key(seed, "parameter", name, *stream) for stream in (*streams, ())] for name in names],
        dtype=np.uint64,
    ).reshape(-1, REPLICATES + 1)


def uniforms_of(keys: NDArray[np.uint64], start: int, stop: int) -> NDArray[np.float64]:
    """(parameters, stop − start), as `uniforms`: a row for each row of `keys_of`."""
    if not 0 <= start <= stop <= REPLICATES * POINTS:
        raise ValueError(f"draws {start} to {stop} are not in 0 … {REPLICATES * POINTS}")
    draw = np.arange(start, stop, dtype=np.int64)
    replicate = draw % REPLICATES
    replicate_key = keys[:, replicate]
    index = (draw // REPLICATES).astype(np.uint32)[None, :]
    shuffled = nested_permutation(index, (replicate_key & 0xFFFFFFFF).astype(np.uint32))
    scrambled = nested_permutation(reversed_bits(shuffled), (replicate_key >> 32).astype(np.uint32))
    shared = (keys[:, REPLICATES:] & 0xFFFFFFFF).astype(np.uint32)
    spread = apart(scrambled, index, replicate.astype(np.uint32), shared)
    return (spread.astype(np.float64) + 0.5) / POINTS


def apart(x: Words, index: Words, replicate: Words, seed: Words) -> Words:
    """Digits 15 to 18 of x, such that replicates that share the first 14 differ in these.

    They are the next 4 digits of van der Corput's point, flipped by a hash of the first 14 that all
    replicates share, and by the number of the replicate: still a nested permutation for each.
    """
    first = x >> np.uint32(18)
    flips = upward_hash(reversed_bits(first), seed) >> np.uint32(28)
    block = reversed_bits(index >> np.uint32(14)) >> np.uint32(28)
    digits = block ^ flips ^ replicate
    return (first << np.uint32(18)) | (digits << np.uint32(14)) | (x & np.uint32(0x3FFF))


def nested_permutation(x: Words, seed: Words) -> Words:
    """Owen's scrambling of the 32 binary digits of x, the highest first."""
    return reversed_bits(upward_hash(reversed_bits(x), seed))


def upward_hash(x: Words, seed: Words) -> Words:
    """Vegdahl's hash: whether a bit is flipped depends on the seed and the bits below it only."""
    x = x ^ x * np.uint32(0x3D20ADEA)
    x = (x + seed) * ((seed >> np.uint32(16)) | np.uint32(1))
    x = x ^ x * np.uint32(0x05526C56)
    return x ^ x * np.uint32(0x53A22864)


def reversed_bits(x: Words) -> Words:
    """The 32 bits in opposite order: over 2^32, van der Corput's point number x."""
    for width, mask in SWAPS:
        x = ((x >> width) & mask) | ((x & mask) << width)
    return x
