"""Displacement: jobs that others would have had, had the plan not filled them.

With E the extra people in a job (plan less baseline), a share d of them has taken the job of
somebody who is in another state instead, with all that is paid for a person in both:

    displaced = d · E        plan += displaced · (amounts of `to` − amounts of the job)

A local part l of the displaced are the municipality's own citizens. For the rest another
municipality is in the place of the first payer. E may be negative; where both futures are alike
nobody is displaced. The displaced have no lives of their own: they count in money and in outcomes,
not in heads. One who stays without a job draws benefit at the last rung of its ladder.
"""

from __future__ import annotations

import numpy as np

from simlab.model.accounts import Account, resting
from simlab.model.parameters import Values
from simlab.study.grammar import Displacement
from simlab.study.memo import once_a_study
from simlab.study.study import Study


@once_a_study
def with_the_displaced(study: Study, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """The accounts, and one more for a person who has been displaced, where the study has any."""
    displacement = study.form.plan.displacement
    return accounts if displacement is None else (*accounts, resting(study, displacement.to))


def own_accounts(unit: np.ndarray, people: int) -> np.ndarray:
    """The part of unit : (epochs, accounts, payers, draws) that citizens with lives are in."""
    return np.ascontiguousarray(unit[:, :people]) if unit.shape[1] > people else unit


def displaced_units(
    study: Study, values: Values, unit: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """(epochs, places, payers, draws) what one more in each job costs through those displaced.

    unit : (epochs, accounts, payers, draws), the last account that of the displaced
    """
    displacement = study.form.plan.displacement
    assert displacement is not None
    each = unit[:, -1:] - unit[:, places]
    share, local = _shares(displacement, values)
    moved = each.copy()
    if displacement.elsewhere is not None:
        there = study.form.payers.index(displacement.elsewhere)
        moved[:, :, there] += moved[:, :, 0]
        moved[:, :, 0] = 0.0
    return np.ascontiguousarray(share * (local * each + (1.0 - local) * moved))


def displaced_amounts(
    study: Study, values: Values, unit: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The same for what is not money, wherever the displaced live."""
    displacement = study.form.plan.displacement
    assert displacement is not None
    share, _ = _shares(displacement, values)
    return np.ascontiguousarray(share * (unit[:, -1:] - unit[:, places]))


def _shares(displacement: Displacement, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return values[displacement.share], values[displacement.local_share]


@once_a_study
def job_places(study: Study, accounts: tuple[Account, ...]) -> np.ndarray:
    """The accounts that count as jobs; none where nobody is displaced."""
    displacement = study.form.plan.displacement
    states = study.names.expand_all(displacement.states) if displacement else ()
    return np.array([a for a, one in enumerate(accounts) if one.state in states], dtype=np.int64)
