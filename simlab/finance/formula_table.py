"""The formulas of a study's amounts (`formulas`), as they are written down, and their values.

What a study pays is some hundred of them, and most are the same in many places: a formula is
written once, whoever reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simlab.finance.formulas import Formulas, Sums, fill
from simlab.finance.prices import ONE, Factor, power
from simlab.model.parameters import Values
from simlab.study.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a formula reads it: itself, or (1 + it)^years where it is a yearly growth."""

    quantity: Quantity
    years: int = 0

    def of(self, values: Values) -> np.ndarray:
        """(draws,) what is multiplied."""
        value = values[self.quantity]
        return value if self.years == 0 else power(value, self.years)


Terms = tuple[tuple[int, float], ...]  # (figure or amount, weight)


@dataclass(slots=True)
class Table:
    """Formulas as they are written down; figure 0 is the number 1."""

    figures: dict[tuple[str, int], Figure] = field(default_factory=dict)  # by key path and years
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    written: dict[tuple[float, Terms, Terms, Terms], int] = field(default_factory=dict)

    def figure(self, quantity: Quantity, years: int = 0) -> int:
        """The number of a figure."""
        key = quantity.path, years
        self.figures.setdefault(key, Figure(quantity, years))
        return self.numbers.setdefault(key, len(self.figures))

    def add(
        self,
        price: float = 1.0,
        shares: Terms = (),
        times: Sequence[Quantity] = (),
        amounts: Terms = (),
        rise: Factor = ONE,
    ) -> int:
        """The number of a formula; ``rise`` : the growth of prices, its ratio apart."""
        factors = tuple((self.figure(quantity), 1.0) for quantity in times)
        if rise.grows is not None:
            factors += ((self.figure(rise.grows, rise.years), 1.0),)
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


def amounts_of(formulas: Formulas, figures: Sequence[Figure], values: Values) -> np.ndarray:
    """(formulas, draws) every amount; figures : the first of them is number 1."""
    known = np.ones((1 + len(figures), values.draws))
    for row, figure in zip(known[1:], figures, strict=True):
        row[:] = figure.of(values)
    out = np.empty((len(formulas.price), values.draws))
    fill(formulas, known, np.empty(values.draws), out)
    return out
