"""SplitMix64: the hash that turns a counter into random bits.

    bits(n) = mix(origin + n · GOLDEN)      mod 2^64

The same lines work on whole numbers, plain or compiled (`inline(mix)`), and on arrays of uint64.
Compiled, int() of a uint64 is a uint64 and the mask costs nothing; in plain Python it is exact
arithmetic mod 2^64. Constants are above 2^63, or numba would take them as int64, and int64 with
uint64 gives float64.

Reference: Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15  # 2^64 / golden ratio

Word = TypeVar("Word", int, np.ndarray)


def mix(z: Word) -> Word:
    """The finaliser: a bijection of 64 bits in which each bit moves every other."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)
