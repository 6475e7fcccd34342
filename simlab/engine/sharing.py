"""Work of one block that threads share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np

from simlab.kernel.memory import on_lines

PAGE = 512  # numbers of 64 bits
T = TypeVar("T")


def on_threads(do: Callable[[int, int], T], things: int, threads: int, unit: int = 1) -> list[T]:
    """What ``do`` gives for each thread's things, from its first number to before its second;
    shared out evenly, in whole units.
    """
    units = -(-things // unit)
    threads = max(1, min(threads, units))
    ends = [min(units * part // threads * unit, things) for part in range(threads + 1)]
    own, *others = pairwise(ends)
    with ThreadPoolExecutor(max(threads - 1, 1)) as pool:
        there = [pool.submit(do, *span) for span in others]
        return [do(*own), *(part.result() for part in there)]


def zeros(shape: tuple[int, ...], kind: type, threads: int) -> np.ndarray:
    """Zeros, of which each thread has touched a part.

    Memory is given by the page when it is first touched; two threads that touch the same new page
    at once both make it, and wait for each other.
    """
    array = on_lines(shape, kind)
    flat = array.reshape(-1)

    def touch(first: int, stop: int) -> None:
        flat[first:stop:PAGE] = 0

    if threads > 1:
        on_threads(touch, len(flat), threads)
    return array
