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

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.parties import optional_column
from simlab.finance.people_paid_for import paid_for
from simlab.model.accounts import Account, resting
from simlab.model.parameters import Values
from simlab.study.futures import FUTURES
from simlab.study.memo import once_a_study
from simlab.study.quantity import Quantity
from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class Displacing:
    """Displacement with the accounts that are jobs, and the payer of the displaced elsewhere."""

    jobs: np.ndarray
    share: Quantity
    local_share: Quantity
    elsewhere: int | None

    def units(self, values: Values, unit: np.ndarray) -> np.ndarray:
        """(epochs, jobs, payers, draws) what one more in each job costs through those displaced.

        unit : (epochs, accounts, payers, draws), the last account that of the displaced
        """
        local = values[self.local_share]
        each = unit[:, -1:] - unit[:, self.jobs]
        moved = each.copy()
        if self.elsewhere is not None:
            moved[:, :, self.elsewhere] += moved[:, :, 0]
            moved[:, :, 0] = 0.0
        return np.asarray(values[self.share] * (local * each + (1.0 - local) * moved))

    def amounts(self, values: Values, unit: np.ndarray) -> np.ndarray:
        """The same for what is not money, wherever the displaced live."""
        return np.asarray(values[self.share] * (unit[:, -1:] - unit[:, self.jobs]))


@once_a_study
def displacing(study: Study, accounts: tuple[Account, ...]) -> Displacing | None:
    """The displacement of a study; None where it has none."""
    written = study.form.plan.displacement
    if written is None:
        return None
    states = study.names.expand_all(written.states)
    jobs = [a for a, account in enumerate(accounts) if account.state in states]
    elsewhere, places = optional_column(study, written.elsewhere), np.array(jobs, dtype=np.int64)
    return Displacing(places, written.share, written.local_share, elsewhere)


@once_a_study
def with_the_displaced(study: Study, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """The accounts, and one more for a person who has been displaced, where the study has any."""
    displacement = study.form.plan.displacement
    return accounts if displacement is None else (*accounts, resting(study, displacement.to))


def more_in_jobs(histories: Histories, displacing: Displacing) -> np.ndarray:
    """(steps + 1, jobs, draws) how many more there are with the plan than without in each job that
    somebody else would have had, as a step's payments count them."""
    baseline, plan = (paid_for(histories, future)[:, displacing.jobs] for future in FUTURES)
    return np.subtract(plan, baseline, dtype=float)


def job_places(study: Study, accounts: tuple[Account, ...]) -> np.ndarray:
    """The accounts that count as jobs; none where nobody is displaced."""
    known = displacing(study, accounts)
    return np.empty(0, dtype=np.int64) if known is None else known.jobs
