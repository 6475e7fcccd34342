"""The Monte Carlo error, the only uncertainty that more computing removes.

Draw d belongs to replicate d mod 16. The replicates are independent randomised sequences, so the
standard deviation between their figures, divided by √16, is the standard error of the figure
(Student's t with 15 degrees of freedom). A chance that is estimated as 0 or 1 shows no spread at
all; its error is floored at 3/n, the "rule of three" (Hanley & Lippman-Hand 1983, JAMA 249).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REPLICATES = 16
T_975 = 2.131449545559323  # the 97.5 % quantile of Student's t with 15 degrees of freedom


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its Monte Carlo standard error, in the unit of the figure (nan: too few)."""

    value: float
    standard_error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Monte Carlo interval."""
        half = T_975 * self.standard_error
        return self.value - half, self.value + half

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"Estimate({self.value:.4g}, standard_error={self.standard_error:.2g})"


def estimate(values: np.ndarray, statistic: Callable[[np.ndarray], float] = np.mean) -> Estimate:
    """A statistic of ``values : (draws,)``, with the error seen between the 16 replicates.

    The error is nan with fewer than two draws a replicate, or where a replicate's own statistic
    is not finite (a median of payback times that is never, say).
    """
    figure = float(statistic(values))
    if len(values) < 2 * REPLICATES:
        return Estimate(figure, float("nan"))
    parts = np.array([statistic(values[r::REPLICATES]) for r in range(REPLICATES)])
    if not (np.isfinite(parts).all() and np.isfinite(figure)):
        return Estimate(figure, float("nan"))
    return Estimate(figure, float(parts.std(ddof=1) / np.sqrt(REPLICATES)))


def chance(happened: np.ndarray) -> Estimate:
    """The chance of an event, from ``happened : (draws,) bool``."""
    found = estimate(happened.astype(float))
    if found.value in (0.0, 1.0):
        return Estimate(found.value, 3.0 / len(happened))
    return found
