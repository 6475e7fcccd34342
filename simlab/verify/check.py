"""A check: what was compared, both figures, how far apart they may be, and whether they are.

An **exact** check compares what must be equal but for rounding: its tolerance is a few units in the
last place of the numbers that are added up, and an error below it cannot be seen. A **statistical**
check compares random figures: it may be off by the z limit of the false-alarm level, and sees with
chance 0.9 what is 1.28 standard errors more. What is **shown** has no law to break, only a
threshold.

**Absent** is what the study has nothing of: no pair of figures, or nothing but zeros on both sides,
or a law about things of which there are none. A comparison of nothing is never a check that passed.

**Unmade** is what cannot be looked at, since the study that it would be compared with cannot be
built. A check that ends in a mistake of the program is **broken**, and its certificate fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simlab.result.certified import Check, Kind, Outcome, Unit
from simlab.study.unexpected import unexpected
from simlab.verify.false_alarm import CERTIFICATE

ROUNDING = 1e-9  # relative: thousands of additions of numbers with sixteen digits


def passes(holds: bool) -> Outcome:
    """What becomes of a check that holds, or does not."""
    return "passed" if holds else "failed"


def absent(key: str, kind: Kind = "exact") -> Check:
    """The study has nothing of what would be compared."""
    return Check(key, kind, "absent")


def unmade(key: str, error: Exception) -> Check:
    """The study that would be compared cannot be built."""
    return Check(key, "exact", "unmade", where={"reason": " ".join(str(error).split())})


def broken(key: str, error: Exception) -> Check:
    """The check ended in a mistake of the program."""
    return Check(key, "exact", "broken", where={"reason": unexpected(error)})


def exact(
    key: str,
    found: Any,
    expected: Any,
    unit: Unit,
    *,
    rounding: float = ROUNDING,
    scale: float | None = None,
    smallest: float | None = None,
    of: Any = None,
    axes: Sequence[str] = (),
    **where: Any,
) -> Check:
    """Figures that must be equal but for ``rounding`` times their ``scale``, the largest of them.

    Arrays are compared element by element; ``axes`` name the place of the worst. A figure that is
    not a number is wrong. ``smallest`` is the least error there can be, where figures are whole.
    ``of`` is what the law is about, where it asks for zero: without any of it nothing is compared.
    """
    a, b = np.broadcast_arrays(
        np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    )
    if a.size == 0 or not (np.any(a) or np.any(b) or np.any(of)):
        return absent(key)
    size = float(np.abs(b[np.isfinite(b)]).max(initial=0.0)) if scale is None else scale
    tolerance = rounding * max(size, 1.0) if rounding else 0.0
    with np.errstate(invalid="ignore"):
        apart = np.where(a == b, 0.0, np.abs(a - b))
    apart = np.where(np.isfinite(apart), apart, np.inf)
    # Where all are equal the largest figures are shown.
    shown = apart if apart.max() > 0.0 else np.abs(b)
    worst = np.unravel_index(int(np.argmax(shown)), apart.shape)
    place = {name: int(i) for name, i in zip(axes, worst, strict=False)}
    outcome = passes(bool(apart[worst] <= tolerance))
    least = smallest or smallest_step(tolerance, size, whole=unit == "people" and rounding == 0.0)
    return Check(
        key, "exact", outcome, unit, float(a[worst]), float(b[worst]), tolerance, least,
        a.size, where | (place if outcome == "failed" else {}),
    )  # fmt: skip


def smallest_step(tolerance: float, size: float, *, whole: bool) -> float:
    """The smallest error that an exact check sees: one person, the tolerance, or the last bit."""
    if whole:
        return 1.0
    return tolerance or float(np.spacing(max(size, 1.0)))


def statistical(
    key: str,
    found: Any,
    expected: Any,
    standard_error: Any,
    unit: Unit,
    *,
    limit: Callable[[int], float] = CERTIFICATE.z_limit,
    axes: Sequence[str] = (),
    **where: Any,
) -> Check:
    """Random figures with known standard errors; what cannot vary must be hit but for rounding."""
    a, b, e = np.broadcast_arrays(
        *(np.asarray(x, dtype=np.float64) for x in (found, expected, standard_error))
    )
    if not (np.any(a) or np.any(b) or np.any(e)):
        return absent(key, "statistical")
    number = limit(a.size)
    allowed = number * e + ROUNDING * np.maximum(np.abs(b), 1.0)
    excess = np.abs(a - b) / allowed
    excess = np.where(np.isfinite(excess), excess, np.inf)
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    outcome = passes(bool(excess[worst] <= 1.0))
    place = {name: int(i) for name, i in zip(axes, worst, strict=False)}
    return Check(
        key, "statistical", outcome, unit, float(a[worst]), float(b[worst]),
        float(allowed[worst]), CERTIFICATE.smallest_visible_error(float(e[worst]), a.size),
        a.size, where | (place if outcome == "failed" else {}),
    )  # fmt: skip


def worst_of(checks: Sequence[Check]) -> Check:
    """Several comparisons of one law as one check: the first that fails, else the one that is
    closest to failing; absent where all are."""
    there = [c for c in checks if c.outcome != "absent"]
    if not there:
        return checks[0]
    compared = sum(c.compared for c in there)

    def closeness(c: Check) -> float:
        apart = abs((c.found or 0.0) - (c.expected or 0.0))
        return apart / c.tolerance if c.tolerance else apart

    failed = [c for c in there if c.failed]
    one = failed[0] if failed else max(there, key=closeness)
    return replace(one, compared=compared)
