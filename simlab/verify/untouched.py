"""The plan: what it does not touch stays as it is, and both futures are of the same people.

A plan whose every effect is neutral (ratios of 1, changes of 0) saves exactly nothing, in every
draw of every engine, for nothing parts the futures. The baseline is the same whether there is a
plan or not. Swapping the futures flips the sign of what is saved. A stronger effect (`stronger`)
towards what costs the least never lowers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.block import CohortModel
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.study.key_path import dotted, entry_path
from simlab.study.message import Message
from simlab.study.moves import TABLES
from simlab.study.study import Study
from simlab.study.variant import NEUTRAL, without_effect
from simlab.verify.case import Case, with_hazards
from simlab.verify.check import check, made_of
from simlab.verify.comparison import Pairs, Where, exact

DRAWS = 16
EVIDENCE = (*TABLES, "share_within")


def with_a_neutral_plan(study: Study) -> Study:
    """The study with a plan of neutral effects, which keeps its cost."""
    plan = study.tree.tables.get("plan", {})
    values: dict[str, Any] = {dotted("plan", name): None for name in EVIDENCE if plan.get(name)}
    for number, effect in enumerate(plan.get("effect", [])):
        values[entry_path("effect", number, effect.get("name"))] = neutral(effect)
    for number, changed in enumerate(study.form.plan.amount):
        values[f"{entry_path('amount', number, changed.name)}.change"] = 0.0
    return study.replace(values) if values else study


def neutral(written: dict[str, Any]) -> dict[str, Any]:
    """An effect, as a study writes it, that changes nothing and keeps its cost."""
    replaced = (*EVIDENCE, "share", "inverse")
    if any(written.get(name) for name in replaced):
        others = {key: value for key, value in written.items() if key not in replaced}
        return others | without_effect(written)
    return written | {kind: ratio for kind, ratio in NEUTRAL.items() if kind in written}


@check("plan.no_effect", Message("A plan without effect saves exactly nothing"))
def no_effect(case: Case) -> Iterator[Pairs]:
    study = with_a_neutral_plan(case.study)
    compiled = compile_study(study)
    block = compiled.block(0, DRAWS)
    for engine in case.engines:
        cash = cash_flow(simulate_block(compiled, block, engine))
        where = Where("draw", "step", "payer", engine=engine)
        pairs = exact(cash.saving, 0.0, "kr.", where, rounding=0.0, of=cash.paid_in("baseline"))
        yield made_of(case, study, pairs)


@check("plan.baseline_alone", Message("Without the plan the baseline is the same"))
def baseline_alone(case: Case) -> Iterator[Pairs]:
    """In the same worlds: nothing of the plan is in it."""
    study, draws = case.study.replace({"plan": None}), min(DRAWS, case.draws)
    compiled = compile_study(study)
    block = compiled.block_of(sample(case.study, 0, draws))
    alone = simulate_block(compiled, block, "expected").people("baseline")
    beside = case.histories["expected"].people("baseline")[:draws]
    where = Where("draw", "step", "state", engine="expected")
    pairs = exact(beside, alone, "people", where)
    yield made_of(case, study, pairs)


@check("plan.swapped", Message("Swapping the futures flips the sign"))
def swapped(case: Case) -> Iterator[Pairs]:
    """Of what the people save, in expected numbers."""
    block = case.compiled.block(0, min(DRAWS, case.draws))
    turned = replace(block, cohorts=tuple(map(_turned, block.cohorts)))
    there, back = (simulate_block(case.compiled, b, "expected") for b in (block, turned))
    more = there.heads("plan") - there.heads("baseline")
    less = back.heads("baseline") - back.heads("plan")
    where = Where("draw", "step", "account", engine="expected")
    yield exact(less, more, "people", where, rounding=0.0)


def _turned(cohort: CohortModel) -> CohortModel:
    """The cohort with its futures swapped."""
    people = cohort.people
    turned = people._replace(arrivals=np.ascontiguousarray(people.arrivals[::-1]))
    baseline, plan = cohort.laws
    return with_hazards(cohort, plan, baseline, turned)
