"""The figures that an answer rests on: those that a run asks for.

A system of benefits knows states that the citizens of a study never reach, and years before it
begins. What is paid there is a figure of the study, and no parameter of its answer: it varies, and
nothing follows. One draw is led through model, money and what is kept of it, and what it asks of
its values, the one door to the figures, is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values
from simlab.result.draws import draws_of
from simlab.study.key_path import keys_of_path
from simlab.study.memo import once_a_study
from simlab.study.quantity import Quantity
from simlab.study.study import Study

BY_THE_DOOR = ("payments", "reimbursement", "hours_per_month")  # certain or not; others are known
# for certain where they must be: discount rates, indices, the figures of a budget


@dataclass(frozen=True, slots=True)
class _Asked(Values):
    """Values that remember what was asked for.

    paths : the key paths of the figures
    """

    paths: set[str] = field(default_factory=set)

    def __getitem__(self, quantity: Quantity) -> np.ndarray:
        self.paths.add(quantity.path)
        return Values.__getitem__(self, quantity)


@once_a_study
def unused(study: Study) -> tuple[str, ...]:
    """The figures that can have any value, and the answer stays the same."""
    compiled = compile_study(study)
    asked = _Asked.at_means(study)
    draws_of(cash_flow(simulate_block(compiled, compiled.block_of(asked, whole=False), "expected")))
    return tuple(
        path
        for path, quantity in study.quantities.items()
        if path not in asked.paths
        and (quantity.is_uncertain or keys_of_path(path)[0] in BY_THE_DOOR)
    )


@once_a_study
def parameters(study: Study) -> tuple[str, ...]:
    """The uncertain figures that the answer follows, in the order of their names."""
    idle = set(unused(study))
    return tuple(path for path in study.uncertain if path not in idle)
