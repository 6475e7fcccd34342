"""The payback if one effect of the plan did nothing.

    hazard, chance, risk ratio → 1        percentage points → 0

All else is the run's own: the figures and the business cycle of its first draws, the chance of its
engine, what the plan costs. So nothing but the effect lies between the two paybacks.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.engine.work import Engine
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.observe.payback import payback
from simlab.risk.payback import Payback
from simlab.study.key_path import keys_of_path
from simlab.study.study import Study
from simlab.study.variant import NEUTRAL

DRAWS = 512


def nothing_at(study: Study, path: str) -> float | None:
    """What the strength of an effect at a key path is where it does nothing; None where none is.

    A share at a date may say it too, beside the share without the plan: beside the one with it,
    no effect would mean more people there without the plan.
    """
    shares = (share for share in study.form.shares if share.without_plan is not None)
    for part in (*study.form.plan.effect, *shares):
        for kind, nothing in NEUTRAL.items():
            strength = getattr(part, kind, None)
            if strength is not None and strength.path == path:
                return nothing
    return None


def without_effect(study: Study, path: str, engine: Engine, draws: int) -> Payback | None:
    """The payback of a run's first draws if the effect at a key path did nothing; None where no
    effect's strength stands there."""
    nothing = nothing_at(study, path)
    if nothing is None:
        return None
    compiled, count = compile_study(study), min(draws, DRAWS)
    values = compiled.with_ratios(sample(study, 0, count))
    without = values.replaced({path: np.full(count, nothing)})
    if values.found is not None and keys_of_path(path)[0] != "shares":
        # the ratios that give shares are those of the plan as it is
        without = without.with_found(values.found)
    block = compiled.block_of(without, whole=engine != "expected")
    return payback(cash_flow(simulate_block(compiled, block, engine)))
