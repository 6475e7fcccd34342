"""The formulas of a study's amounts (`formulas`), as they are written down, and their values.

What a study pays is some hundred of them, and most are the same in many places: a formula is
written once, whoever reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simlab.finance.formulas import Formulas, Sums, fill
from simlab.model.parameters import Values
from simlab.study.quantity import Quantity

Terms = tuple[tuple[int, float], ...]  # (figure or amount, weight)


@dataclass(slots=True)
class Table:
    """Formulas as they are written down; figure 0 is the number 1."""

    figures: dict[str, Quantity] = field(default_factory=dict)  # by key path
    numbers: dict[str, int] = field(default_factory=dict)
    written: dict[tuple[float, Terms, Terms, Terms], int] = field(default_factory=dict)

    def figure(self, quantity: Quantity) -> int:
        """The number of a figure."""
        self.figures.setdefault(quantity.path, quantity)
        return self.numbers.setdefault(quantity.path, len(self.figures))

    def add(
        self,
        price: float = 1.0,
        shares: Terms = (),
        times: Sequence[Quantity] = (),
        amounts: Terms = (),
    ) -> int:
        """The number of a formula."""
        factors = tuple((self.figure(quantity), 1.0) for quantity in times)
        return self.written.setdefault((price, shares, factors, amounts), len(self.written))

    def compiled(self) -> Formulas:
        """The formulas as arrays."""
        price, *factors = zip(*self.written, strict=True) if self.written else ((), (), (), ())
        return Formulas(np.array(price, dtype=float), *map(_sums, factors))


def _sums(terms: Sequence[Terms]) -> Sums:
    each = [term for some in terms for term in some]
    first = np.cumsum([0, *map(len, terms)])
    which, weight = zip(*each, strict=True) if each else ((), ())
    return Sums(first, np.array(which, dtype=np.int64), np.array(weight, dtype=float))


def amounts_of(formulas: Formulas, figures: Sequence[Quantity], values: Values) -> np.ndarray:
    """(formulas, draws) every amount; figures : the first of them is number 1."""
    known = np.ones((1 + len(figures), values.draws))
    for row, quantity in zip(known[1:], figures, strict=True):
        row[:] = values[quantity]
    out = np.empty((len(formulas.price), values.draws))
    fill(formulas, known, np.empty(values.draws), out)
    return out
