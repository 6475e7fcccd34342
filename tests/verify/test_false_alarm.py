"""What a statistical check may see, and how seldom it cries wolf."""

import numpy as np
import pytest
from scipy.stats import norm

from simlab.verify.comparison import ABSENT, Where, exact, statistical, worst_of
from simlab.verify.engines import bennett_width
from simlab.verify.false_alarm import CERTIFICATE, POWER, FalseAlarm


def test_the_smallest_visible_error_is_seen_with_the_stated_chance():
    one = FalseAlarm(checks=7, level=0.01)
    bias = one.smallest_visible_error(2.0)
    beyond = norm.sf((one.z_limit() * 2.0 - bias) / 2.0)
    assert beyond == pytest.approx(POWER, rel=1e-9)


def test_all_checks_together_cry_wolf_at_the_stated_level():
    one = FalseAlarm(checks=20, level=1e-6)
    each = 2.0 * norm.sf(one.z_limit(5))
    assert 20 * 5 * each == pytest.approx(1e-6, rel=1e-9)


def test_as_many_statistical_checks_as_the_level_is_split_over():
    from simlab.verify.certificate import EXAMINATIONS

    kinds = [examination.kind for examination in EXAMINATIONS]
    assert 0 < kinds.count("statistical") <= CERTIFICATE.checks


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1.0 + 1e-6])
def test_an_exact_check_fails_on_what_is_off_or_not_a_number(wrong):
    check = exact([1.0, wrong], [1.0, 1.0], "chances", Where("row"))
    assert check.failed
    assert check.where == {"row": 1}


def test_a_statistical_check_fails_beyond_its_limit_and_on_what_cannot_vary():
    limit = CERTIFICATE.z_limit()
    assert not statistical(0.99 * limit, 0.0, 1.0, "number").failed
    assert statistical(1.01 * limit, 0.0, 1.0, "number").failed
    assert statistical(1.001, 1.0, 0.0, "number").failed


def test_several_comparisons_fail_as_one_when_one_does():
    good, bad = (exact(a, 1.0, "number", Where(draw=i)) for i, a in enumerate((1.0, 2.0)))
    assert worst_of([good, bad, ABSENT]).where == {"draw": 1}
    assert worst_of([good, bad]).compared == 2
    assert worst_of([ABSENT]).outcome == "absent"


def test_the_bound_on_counts_holds_however_rare_what_is_counted():
    from scipy.stats import poisson

    for mean in (1e-6, 0.01, 1.0, 30.0, 1e4):
        width = float(bennett_width(np.array(mean), 1))
        assert poisson.sf(mean + width, mean) <= CERTIFICATE.threshold() / 2
