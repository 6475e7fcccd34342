"""Who a step's payments are for, by what the study's payments follow.

    people[t] = w · (heads[t − 1], as reforms have moved them before step t) + (1 − w) · heads[t]

with w the weight of the start of a step: 0 where people are counted at its end, 1 at its start,
and a half where the mean of both is counted.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories, as_steps_begin
from simlab.model.compiled import Compiled
from simlab.study.futures import Future
from simlab.study.study import Study

AT_START = {"end": 0.0, "start": 1.0, "mean": 0.5}


def at_start(study: Study) -> float:
    """The weight w."""
    return AT_START[study.form.counting]


def people_paid_for(compiled: Compiled, heads: np.ndarray) -> np.ndarray:
    """(steps + 1, accounts, draws) the people of each step; nobody is paid for before the first.

    heads : the same, at the end of each step, or how many more there are in one future
    """
    w = at_start(compiled.study)
    if w == 0.0:
        return heads
    people = np.zeros(heads.shape)
    people[1:] = w * as_steps_begin(compiled, heads) + (1.0 - w) * heads[1:]
    return people


def paid_for(histories: Histories, future: Future) -> np.ndarray:
    """The same of one future of ``histories``."""
    return people_paid_for(histories.compiled, histories.out.heads[histories.places[future]])
