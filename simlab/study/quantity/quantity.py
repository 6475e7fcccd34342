"""One number of a study: a certain or an uncertain value, and what it means.

Any number of a study may be written as

    0.002                                             certain
    { value = 0.002, source = "…", tag = "…" }        certain, with its source
    { p10 = 1.22, p90 = 1.84 }                        any two quantiles
    { min = 0.95, mode = 1.0, max = 1.2 }             PERT
    { mean = 0.3, sd = 0.1 }
    { ci95 = [1.2, 1.9], estimate = 1.5 }             as a paper reports it
    { events = 37, exposure = 1_200 }                 Gamma(events + ½, exposure)
    { successes = 3, trials = 20 }                    Beta(successes + ½, failures + ½)
    { dist = "gamma", shape = 4, rate = 2 }           a family and its parameters
    { none = 0.2, else = { p10 = 1.22, p90 = 1.84 } } nothing with chance 0.2
    { mixture = [{ weight = 0.3, value = 1 }, { weight = 0.7, value = { mean = 2, sd = 1 } }] }
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from simlab.study.families import Distribution, Floats, Point
from simlab.study.message import Message, Text
from simlab.study.quantity.keys import Domain
from simlab.study.quantity.words import in_words, one_line


class WrittenTable(dict[str, Any]):
    """A table as it was written, read-only and hashable; json writes it like any dict."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a written value does not change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (WrittenTable, (dict(self),))


Written = int | float | str | bool | tuple[Any, ...] | WrittenTable


def as_written(value: object) -> Written:
    """A checked TOML value, unchangeable: tables read-only, lists as tuples."""
    if isinstance(value, Mapping):
        return WrittenTable({key: as_written(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(as_written(item) for item in value)
    if isinstance(value, str | bool):
        return value
    return int(value) if isinstance(value, numbers.Integral) else float(cast(float, value))


@dataclass(frozen=True, slots=True, repr=False)
class Quantity:
    """One number of a study, certain or uncertain. Made by `read_quantity`, never changed.

    ``written``       the value as the study wrote it (number, or read-only table); hashable, and
                      json writes it
    ``domain``        "chance" (0 to 1), "positive" or "free"
    ``distribution``  what it means
    ``source``, ``tag``, ``note``  where it comes from; None where the study does not say
    ``conversion``    how the written form became the distribution; "" where nothing was converted
    ``remark``        what a reader of the distribution should know beside it; mostly None
    ``path``          its key path in the study that it is of; "" where it is of none
    """

    written: Written
    domain: Domain
    distribution: Distribution
    source: Text | None = None
    tag: str | None = None
    note: Text | None = None
    conversion: str = ""
    remark: Message | None = None
    path: str = ""

    @property
    def is_uncertain(self) -> bool:
        """Whether two draws can differ."""
        return not isinstance(self.distribution, Point)

    def ppf(self, u: Floats) -> Floats:
        """Values at uniform numbers u in [0, 1]: float64, the shape of u, finite, in the domain.

        Rises with u; in a mixture, u first chooses the component (in the order written, "nothing"
        first) and then rises within it. Raises ValueError for u outside [0, 1] or NaN.
        """
        return self.distribution.ppf(u)

    def mean(self) -> float:
        """The expectation."""
        return self.distribution.mean()

    def median(self) -> float:
        """The median, of a mixture as a whole too."""
        return self.distribution.quantile(0.5)

    def quantile(self, q: float) -> float:
        """The smallest value that is not exceeded with chance q, of a mixture as a whole too."""
        return self.distribution.quantile(q)

    def in_words(self) -> Message:
        """What it means in one line, for any language."""
        line = in_words(self.distribution)
        return one_line([line, self.remark]) if self.remark else line

    def describe(self) -> str:
        """One line: "lognormal, median 1.50, 80 % between 1.22 and 1.84"."""
        return str(self.in_words())

    def __str__(self) -> str:
        return self.describe()

    def __repr__(self) -> str:
        return f"<Quantity: {self.describe()}>"
