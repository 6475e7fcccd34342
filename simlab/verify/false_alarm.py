"""One false-alarm level for all statistical checks of a certificate, or of a test suite.

A right program fails somewhere with chance LEVEL at most, over all seeds. The level is split evenly
over the checks (Bonferroni), and within a check over the values that it compares, so that each
fails only on decisive evidence. What is lost is said: `smallest_visible_error` is the bias that a
check finds with chance POWER.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import norm

LEVEL = 1e-6
POWER = 0.9
SEEN = float(norm.ppf(POWER))  # standard errors beyond the limit, for that power


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A level split evenly over a number of checks.

    >>> round(FalseAlarm(checks=20).z_limit(), 2)
    5.45
    """

    checks: int
    level: float = LEVEL

    def threshold(self, values: int = 1) -> float:
        """The p-value below which one of ``values`` in a check fails it."""
        return self.level / self.checks / max(values, 1)

    def z_limit(self, values: int = 1) -> float:
        """What |z| may reach in a two-sided check; the largest of several counts as one."""
        return float(norm.isf(self.threshold(values) / 2))

    def smallest_visible_error(self, standard_error: float, values: int = 1) -> float:
        """The bias that a z-check with this standard error finds with chance POWER."""
        return (self.z_limit(values) + SEEN) * standard_error


CERTIFICATE = FalseAlarm(checks=20)  # 11 are in use
