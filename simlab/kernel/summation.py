"""Sums whose order of adding is known.

numpy adds along an axis in an order that depends on how an array lies in memory, and so on how many
draws stand beside each other: the last digit of a draw would know of its neighbours.
"""

from __future__ import annotations

import numpy as np


def sum_in_order(array: np.ndarray, axis: int) -> np.ndarray:
    """The sum along an axis, one term after the other."""
    terms = np.moveaxis(array, axis, 0)
    total = np.zeros(terms.shape[1:], np.result_type(array.dtype, np.int64))
    for term in terms:
        total += term
    return total
