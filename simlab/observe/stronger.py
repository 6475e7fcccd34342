"""The plan made k times as strong, on the scale on which effects add:

    hazard, risk, chance ratio h → h^k        percentage points, changed amounts d → k · d

The ratio that gives a share at a date is the one that was found for the plan as it is. What else a
plan does stays as it is: chances of its own in the place of the baseline's, how many it takes in,
and what it costs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simlab.model.parameters import Values
from simlab.risk.payback import quantile
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.study import Study

RATIOS = (
    "hazard_ratio",
    "chance_ratio",
    "risk_ratio",
    "hazard_ratio_per_halving",
    "arrivals_ratio",
)


def scaled(study: Study) -> list[str]:
    """What of the plan can be made stronger: kinds of effects, and "amount"."""
    plan = study.form.plan
    kinds = [
        kind
        for kind in (*RATIOS, "percentage_points")
        if any(getattr(effect, kind) is not None for effect in plan.effect)
    ]
    if any(effect.share is not None for effect in plan.effect):
        kinds = ["hazard_ratio", *(kind for kind in kinds if kind != "hazard_ratio")]
    return kinds + (["amount"] if plan.amount else [])


def own_chances(study: Study) -> bool:
    """Whether the plan has chances of its own in the place of the baseline's."""
    plan = study.form.plan
    return bool(study.plan_rows) or any(effect.given for effect in plan.effect)


def stronger(study: Study, values: Values, multiple: float) -> Values:
    """The values of every figure with all that the plan changes ``multiple`` times as strong.

    values : with the ratios that follow from them, where the study has shares at a date
    """
    changed = {ratio.path: values[ratio] ** multiple for ratio in _ratios(study)}
    for effect in study.form.plan.effect:
        if (points := effect.percentage_points) is not None:
            changed[points.path] = values[points] * multiple
    bolder = with_amounts(study, values.replaced(changed), values, multiple)
    return (
        bolder if values.found is None else bolder.with_found(values.found.to_the_power(multiple))
    )


def _ratios(study: Study) -> Iterator[Quantity]:
    """The ratios of the plan's effects."""
    for effect in study.form.plan.effect:
        ratios = (getattr(effect, name) for name in RATIOS)
        yield from (ratio for ratio in ratios if ratio is not None)


def with_amounts(study: Study, values: Values, own: Values, multiple: float) -> Values:
    """``values`` with every amount that the plan changes ``multiple`` times what it is in ``own``.

    0 is a plan that changes none.
    """
    amounts = [q for changed in study.form.plan.amount for q in quantities(changed.change)]
    changed = values.replaced({q.path: own[q] * multiple for q in amounts})
    return changed if values.found is None else changed.with_found(values.found)


def strongest_ratio(
    study: Study, values: Values, multiple: float | None
) -> tuple[float, float] | None:
    """The largest ratio of the plan: its median, and that to the power of the multiple."""
    found = values.found.effect if values.found is not None else {}
    named = {effect.share for effect in study.form.plan.effect}
    drawn = [values[ratio] for ratio in _ratios(study)]
    drawn += [ratio for name, ratio in found.items() if name in named]
    medians = [quantile(ratio, 0.5) for ratio in drawn]
    if multiple is None or not medians:
        return None
    largest = max(medians, key=lambda ratio: abs(np.log(ratio)))
    return largest, float(largest**multiple)
