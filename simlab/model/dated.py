"""What is written by date, step by step. A date means one of two things.

Values of the world (arrivals, posts that are there, prices, rates, shares) hold their first version
also before its date: a price of 2019 is what is known of it in 2016 too (`by_date`).

How much the plan does, and spends in all (intake, places, posts that it opens, a budget per year),
is nothing before its first date, and nothing after the plan (`planned`). A plan that comes later
(``plan.later_months``) moves these dates, and no others.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

import numpy as np

from simlab.model.parameters import Values
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.time import after_months
from simlab.study.values import Varying


def by_date(study: Study, values: Values, varying: Varying, later: int = 0) -> np.ndarray:
    """(draws, steps) a value that no clock bands, in each step; its dates ``later`` months on."""
    each = [values[bands.bands[0].value] for _, bands in varying.versions]
    return np.stack(each, axis=1)[:, in_force(study, varying, later)]


def in_force(study: Study, varying: Varying, later: int = 0) -> np.ndarray:
    """(steps,) the version of each step, all dates ``later`` months on."""
    return _in_force(study, tuple(varying.changes), later)


@once_a_study
def _in_force(study: Study, changes: tuple[date, ...], later: int) -> np.ndarray:
    days = study.timeline.dates[:-1]
    return np.array([bisect_right(changes, after_months(day, -later)) for day in days])


def planned(
    study: Study,
    values: Values,
    varying: Varying,
    start: date | None = None,
    until: date | None = None,
) -> np.ndarray:
    """(draws, steps) how much the plan does in each step, from ``start`` to ``until``."""
    starts = [day for day in (start, varying.begins) if day is not None]
    lasts = lasting(study, max(starts, default=None), until)
    later = study.form.plan.later_months
    return np.where(lasts, by_date(study, values, varying, later), 0.0)


def lasting(study: Study, start: date | None = None, until: date | None = None) -> np.ndarray:
    """(steps,) bool, the steps in which a part of the plan is in force."""
    first, end = study.plan_span(start, until)
    t = np.arange(1, study.timeline.steps + 1)
    return (first <= t) & (t < end)
