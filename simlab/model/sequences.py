"""Low-discrepancy draws of the uncertain parameters.

Each parameter has its own sequence, keyed by (seed, name, replicate):

    u(i) = scramble( φ2( shuffle(i) ) ),      φ2 = van der Corput's radical inverse in base 2

`shuffle` and `scramble` are Owen's nested permutations (1995): each binary digit is flipped or
not by a coin that depends on all digits before it. The first 2^k points of a replicate, and every
later aligned block of 2^k, fall one in each interval [i/2^k, (i+1)/2^k), so the mean of a smooth
function of one parameter has variance O(n^-3) instead of O(n^-1). Shuffling the index makes
different parameters independent of each other; what only two parameters together explain is not
stratified and keeps about the error of plain Monte Carlo.

Draw d is point d div 16 of replicate d mod 16. The 16 replicates are independent, and their spread
is the Monte Carlo error. Draws extend without changing earlier ones; a new name moves no other.

References: Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences. Burley (2020),
Practical hash-based Owen scrambling, JCGT 9(4). The hash is Vegdahl's (2021, "Building a better LK
hash"): the one of Laine & Karras (2011) leaves the places within neighbouring intervals
correlated, so that its replicates understate the error.
"""

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
    if not 0 <= start <= stop <= REPLICATES * POINTS:
        raise ValueError(
            f"draws {start} to {stop} of {name!r} are not in 0 … {REPLICATES * POINTS}"
        )
    keys = np.array(
        [key(seed, "parameter", name, str(replicate)) for replicate in range(REPLICATES)],
        dtype=np.uint64,
    )
    draw = np.arange(start, stop, dtype=np.int64)
    replicate_key = keys[draw % REPLICATES]
    index = (draw // REPLICATES).astype(np.uint32)
    shuffled = nested_permutation(index, (replicate_key & 0xFFFFFFFF).astype(np.uint32))
    scrambled = nested_permutation(reversed_bits(shuffled), (replicate_key >> 32).astype(np.uint32))
    return (scrambled.astype(np.float64) + 0.5) / POINTS


def nested_permutation(x: Words, seed: Words) -> Words:
    """Owen's scrambling of the 32 binary digits of x, the highest first; shapes alike."""
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
