"""A comparison: both figures, how far apart they may be, and whether they are.

An **exact** one compares what must be equal but for rounding: its tolerance is a few units in the
last place of the numbers that are added up, and an error below it cannot be seen. A **statistical**
one compares random figures: it may be off by the z limit of the false-alarm level, and sees with
chance 0.9 what is 1.28 standard errors more. What is **shown** has nothing to break, only a
threshold.

**Absent** is what the study has nothing of: no pair of figures, or nothing but zeros on both sides,
or what is said of things of which there are none. A comparison of nothing is never one that passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simlab.result.certified import Outcome, Unit
from simlab.verify.false_alarm import CERTIFICATE

ROUNDING = 1e-9  # relative: thousands of additions of numbers with sixteen digits


class Where:
    """Where figures are: what their axes are, and what is known beside them."""

    def __init__(self, *axes: str, **known: Any):
        self.axes, self.known = axes, known


NOWHERE = Where()


class Pairs(NamedTuple):
    """Pairs of figures that were compared, of which the worst is shown: as a `Check` has them."""

    outcome: Outcome
    unit: Unit = "number"
    found: float | None = None
    expected: float | None = None
    tolerance: float | None = None
    visible: float | None = None
    compared: int = 0
    where: dict[str, Any] = {}  # noqa: RUF012  (written into by nobody)
    without: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.outcome == "failed"

    def placed(self, axis: str, places: Sequence[Mapping[str, Any]]) -> Pairs:
        """Where they failed, with what is at the place on an axis instead of its number."""
        if axis not in self.where:
            return self
        others = {name: value for name, value in self.where.items() if name != axis}
        return self._replace(where=others | dict(places[self.where[axis]]))


ABSENT = Pairs("absent")


def passes(holds: bool) -> Outcome:
    """What becomes of a comparison that holds, or does not."""
    return "passed" if holds else "failed"


def exact(
    found: Any,
    expected: Any,
    unit: Unit,
    where: Where = NOWHERE,
    *,
    rounding: float = ROUNDING,
    scale: float | None = None,
    smallest: float | None = None,
    of: Any = None,
) -> Pairs:
    """Figures that must be equal but for ``rounding`` times their ``scale``, the largest of them.

    Arrays are compared element by element; ``where`` names the place of the worst. A figure that is
    not a number is wrong. ``smallest`` is the least error there can be, where figures are whole.
    ``of`` is what is spoken of, where it must be zero: without any of it nothing is compared.
    """
    a, b = np.broadcast_arrays(
        np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    )
    if a.size == 0 or not (np.any(a) or np.any(b) or np.any(of)):
        return ABSENT
    size = float(np.abs(b[np.isfinite(b)]).max(initial=0.0)) if scale is None else scale
    tolerance = rounding * max(size, 1.0) if rounding else 0.0
    with np.errstate(invalid="ignore"):
        apart = np.where(a == b, 0.0, np.abs(a - b))
    apart = np.where(np.isfinite(apart), apart, np.inf)
    # Where all are equal the largest figures are shown.
    worst = _worst(apart if apart.max() > 0.0 else np.abs(b))
    least = smallest or smallest_step(tolerance, size, whole=unit == "people" and rounding == 0.0)
    pairs = _shown(a, b, worst, bool(apart[worst] <= tolerance), unit, where)
    return pairs._replace(tolerance=tolerance, visible=least)


def _worst(how_far: np.ndarray) -> tuple[Any, ...]:
    """The place of the largest."""
    return np.unravel_index(int(np.argmax(how_far)), how_far.shape)


def _shown(
    a: np.ndarray, b: np.ndarray, worst: tuple[Any, ...], holds: bool, unit: Unit, where: Where
) -> Pairs:
    """The pair at a place, which is named where it fails."""
    place = {} if holds else {name: int(i) for name, i in zip(where.axes, worst, strict=False)}
    pairs = Pairs(passes(holds), unit, float(a[worst]), float(b[worst]), compared=a.size)
    return pairs._replace(where=where.known | place)


def smallest_step(tolerance: float, size: float, *, whole: bool) -> float:
    """The smallest error that is seen of exact figures: one person, the tolerance, the last bit."""
    if whole:
        return 1.0
    return tolerance or float(np.spacing(max(size, 1.0)))


def statistical(
    found: Any,
    expected: Any,
    standard_error: Any,
    unit: Unit,
    where: Where = NOWHERE,
    *,
    limit: Callable[[int], float] = CERTIFICATE.z_limit,
) -> Pairs:
    """Random figures with known standard errors; what cannot vary must be hit but for rounding."""
    a, b, e = np.broadcast_arrays(
        *(np.asarray(x, dtype=np.float64) for x in (found, expected, standard_error))
    )
    if not (np.any(a) or np.any(b) or np.any(e)):
        return ABSENT
    allowed = limit(a.size) * e + ROUNDING * np.maximum(np.abs(b), 1.0)
    excess = np.abs(a - b) / allowed
    excess = np.where(np.isfinite(excess), excess, np.inf)
    worst = _worst(excess)
    seen = CERTIFICATE.smallest_visible_error(float(e[worst]), a.size)
    pairs = _shown(a, b, worst, bool(excess[worst] <= 1.0), unit, where)
    return pairs._replace(tolerance=float(allowed[worst]), visible=seen)


def worst_of(comparisons: Iterable[Pairs]) -> Pairs:
    """Several comparisons as one: the first that fails, else the one that is closest to failing;
    absent where all are."""
    there = [pairs for pairs in comparisons if pairs.outcome != "absent"]
    if not there:
        return ABSENT

    def closeness(pairs: Pairs) -> float:
        apart = abs((pairs.found or 0.0) - (pairs.expected or 0.0))
        return apart / pairs.tolerance if pairs.tolerance else apart

    failed = [pairs for pairs in there if pairs.failed]
    worst = failed[0] if failed else max(there, key=closeness)
    without = dict.fromkeys(path for pairs in there for path in pairs.without)
    return worst._replace(compared=sum(x.compared for x in there), without=tuple(without))
