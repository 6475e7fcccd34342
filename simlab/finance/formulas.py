"""Amounts as a table of formulas, found for all draws at once.

    amount = price · (Σ share · figure) · Π figure · (Σ sign · amount before it)

A factor without terms is 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.compiled import kernel


class Sums(NamedTuple):
    """For each formula some terms: those from first[i] to before first[i + 1] are of formula i.

    first : (formulas + 1,)    which : (…,) a figure, or an amount    weight : (…,)
    """

    first: np.ndarray
    which: np.ndarray
    weight: np.ndarray


class Formulas(NamedTuple):
    """price : (formulas,) and the terms of each factor."""

    price: np.ndarray
    shares: Sums
    times: Sums
    amounts: Sums


@kernel
def fill(formulas: Formulas, figures: np.ndarray, total: np.ndarray, out: np.ndarray) -> None:
    """Fill out : (formulas, draws) from figures : (figures, draws); total : (draws,) is scratch."""
    times = formulas.times
    for i in range(out.shape[0]):
        own, price = out[i], formulas.price[i]
        add_up(formulas.shares, i, figures, own)
        for d in range(len(own)):
            own[d] *= price
        for j in range(times.first[i], times.first[i + 1]):
            multiply(figures[times.which[j]], own)
        add_up(formulas.amounts, i, out, total)
        multiply(total, own)


@kernel
def add_up(sums: Sums, i: int, of: np.ndarray, total: np.ndarray) -> None:
    """Fill total : (draws,) with the weighted sum of formula i, or with 1 where it has no terms."""
    begin, end = sums.first[i], sums.first[i + 1]
    for d in range(len(total)):
        total[d] = 1.0 if begin == end else 0.0
    for j in range(begin, end):
        each, weight = of[sums.which[j]], sums.weight[j]
        for d in range(len(total)):
            total[d] += weight * each[d]


@kernel
def multiply(factor: np.ndarray, own: np.ndarray) -> None:
    """Multiply own : (draws,) by factor : (draws,)."""
    for d in range(len(own)):
        own[d] *= factor[d]
