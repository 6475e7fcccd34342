"""When to stop drawing: a rule that keeps its 95 % however often it has looked.

Whoever looks at the error after every block, and stops at the first moment that it is small
enough, stops when the error happens to be estimated too small, and holds the truth less often than
is said. So the looks are few and told beforehand, n = 1,024, 2,048, 4,096 … to the cap, K in all,
and at each the interval is the wider one of level 1 − 0.05/K,

    figure ± t(15, 1 − 0.05/2K) · standard error

The chance that any of the K misses is at most 5 % (Bonferroni), whatever the looks have to do with
each other, so the one at which the run stops misses at most that often. The draws double, since
the sixteen sequences are even at powers of two (docs/decisions/0006). What repeated looks cost:
Armitage, McPherson & Rowe 1969, Journal of the Royal Statistical Society A 132; decision 0019.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import t as student

from simlab.risk.estimate import REPLICATES, Estimate
from simlab.risk.target import Target

LEVEL = 0.95
FIRST_LOOK = 64 * REPLICATES


def looks(cap: int) -> list[int]:
    """After how many draws the error is looked at; the last is the cap."""
    found = []
    draws = FIRST_LOOK
    while draws < cap:
        found.append(draws)
        draws *= 2
    return [*found, cap]


def widened(count: int) -> float:
    """What a standard error is multiplied with at each of ``count`` looks."""
    return float(student.isf((1.0 - LEVEL) / (2 * count), REPLICATES - 1))


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen after some draws.

    interval : half the width of the 95 % interval, for all looks together; nan with too few draws
    allowed  : what the target allows
    """

    target: Target
    draws: int
    count: int
    value: float
    interval: float
    allowed: float

    @property
    def met(self) -> bool:
        return self.interval <= self.allowed  # never of nan


def look(target: Target, found: Estimate, draws: int, count: int) -> Look:
    """Judge a figure after ``draws`` draws, at one of ``count`` looks."""
    half = widened(count) * found.standard_error
    return Look(target, draws, count, found.value, half, target.allowed(found))
