"""Randomness is an address, not an order of calls.

Every stream of random numbers and every sequence of parameter values is found by a key,

    key = BLAKE2b-64( JSON [seed, part, part, …] ),

so a number depends on where it is used and on nothing else. JSON quotes each part, hence no two
addresses share an encoding: ("ab", "c") and ("a", "bc") differ.

Reference: Aumasson, Neves, Wilcox-O'Hearn & Winnerlein (2013), BLAKE2, RFC 7693.
"""

import json
from hashlib import blake2b
from operator import index


def key(seed: int, *address: str) -> int:
    """The 64-bit key of an address, 0 ≤ key < 2^64, the same on every platform.

    Any integer is a seed, 0 and negative ones included.

    >>> key(1, "lives", "job-ready", "together")
    18039004825639767977
    """
    encoding = json.dumps([index(seed), *address]).encode("ascii")
    return int.from_bytes(blake2b(encoding, digest_size=8).digest(), "little")
