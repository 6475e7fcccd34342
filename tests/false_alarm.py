"""The one false-alarm level of the whole suite: `simlab.verify.false_alarm`, split over CHECKS.

Raise CHECKS when the suite grows past it.
"""

from simlab.verify.false_alarm import FalseAlarm

CHECKS = 2000  # 1,300 are in use
SUITE = FalseAlarm(CHECKS)

threshold = SUITE.threshold
z_limit = SUITE.z_limit
smallest_visible_error = SUITE.smallest_visible_error


def check_p_value(p: float, what: str) -> None:
    """Fail where p, two-sided or from a chi-square, is below the threshold or not a number."""
    assert p >= threshold(), f"{what}: p = {p:.3g}, below {threshold():.3g}"
