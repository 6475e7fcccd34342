"""One false-alarm level for all statistical tests of the suite.

A right program fails somewhere in the suite with chance LEVEL at most, over all seeds. The level is
split evenly over CHECKS (Bonferroni), so each check fails only on decisive evidence, and must have
the sample to see an error that matters: `smallest_visible_error` says how small a bias a check can
see. Raise CHECKS when the suite grows past it.
"""

from scipy.stats import norm

LEVEL = 1e-6
CHECKS = 2000  # 1,300 are in use


def threshold() -> float:
    """The p-value below which one check fails."""
    return LEVEL / CHECKS


def check_p_value(p: float, what: str) -> None:
    """Fail where p, two-sided or from a chi-square, is below the threshold or not a number."""
    assert p >= threshold(), f"{what}: p = {p:.3g}, below {threshold():.3g}"


def z_limit(values: int = 1) -> float:
    """What |z| may reach in one two-sided check; the largest of several `values` counts as one."""
    return float(norm.isf(threshold() / values / 2))


def smallest_visible_error(standard_error: float) -> float:
    """The bias that a z-check with this standard error finds with 90 % power."""
    return (z_limit() + 1.2816) * standard_error
