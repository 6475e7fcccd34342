"""Arrays that begin where a cache line does: a vector of numbers then lies in no line too many."""

from __future__ import annotations

import math

import numpy as np

LINE = 64  # bytes of a cache line


def on_lines(shape: tuple[int, ...], kind: type = np.float64) -> np.ndarray:
    """Zeros of 64 bits each."""
    size = math.prod(shape)
    space: np.ndarray = np.zeros(size + LINE // 8, kind)
    first = -space.ctypes.data % LINE // 8
    return space[first : first + size].reshape(shape)
