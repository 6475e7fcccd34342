"""Sums whose order of adding is known.

numpy adds along an axis in an order that depends on how an array lies in memory, and so on how many
draws stand beside each other: the last digit of a draw would know of its neighbours.
"""

from __future__ import annotations

import math

import numpy as np

from simlab.kernel.compiled import kernel


def sum_in_order(array: np.ndarray, axis: int) -> np.ndarray:
    """The sum along an axis, one term after the other."""
    terms = np.moveaxis(array, axis, 0)
    total = np.zeros(terms.shape[1:], np.result_type(array.dtype, np.int64))
    for term in terms:
        total += term
    return total


def sum_over_runs(array: np.ndarray, first: np.ndarray) -> np.ndarray:
    """(runs, …) sums over runs of the first axis, one term after the other.

    first : (runs + 1,) the first term of each run, and the one after the last
    """
    total = np.zeros((len(first) - 1, *array.shape[1:]))
    width = math.prod(array.shape[1:])
    terms = np.ascontiguousarray(array).reshape(len(array), width)
    add_runs(terms, first, total.reshape(len(total), width))
    return total


def total_over_time(flow: np.ndarray) -> np.ndarray:
    """(…) the sum over the first axis, one term after the other."""
    return sum_over_runs(flow, np.array([0, len(flow)]))[0]


@kernel
def add_runs(terms: np.ndarray, first: np.ndarray, total: np.ndarray) -> None:
    """Add terms : (terms, n) to total : (runs, n)."""
    for r in range(total.shape[0]):
        for i in range(first[r], first[r + 1]):
            own, there = terms[i], total[r]
            for d in range(len(there)):
                there[d] += own[d]
