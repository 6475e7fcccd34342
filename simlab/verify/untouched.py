"""The plan: what it does not touch stays as it is, and both futures are of the same people.

A plan whose every effect is neutral (ratios of 1, changes of 0) saves exactly nothing, in every
draw of every engine, for nothing parts the futures. The baseline is the same whether there is a
plan or not. Swapping the futures flips the sign of what is saved. A stronger effect (`stronger`)
towards what costs the least never lowers it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.block import CohortModel
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.result.certified import Check
from simlab.study.key_path import dotted, entry_path
from simlab.study.moves import TABLES
from simlab.study.study import Study
from simlab.study.variant import NEUTRAL, without_effect
from simlab.verify.case import Case, Checks, made_of, with_hazards
from simlab.verify.check import exact, worst_of
from simlab.verify.stronger import stronger

DRAWS = 16
EVIDENCE = (*TABLES, "share_within")


def checks() -> Checks:
    """Every check of the plan."""
    return {
        "plan.no_effect": no_effect,
        "plan.baseline_alone": baseline_alone,
        "plan.swapped": swapped,
        "plan.stronger": stronger,
    }


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
    if any(written.get(name) for name in EVIDENCE):
        kept = {key: one for key, one in written.items() if key not in EVIDENCE}
        return kept | without_effect(written)
    return written | {kind: one for kind, one in NEUTRAL.items() if kind in written}


def no_effect(case: Case) -> Check:
    """A plan without effect saves exactly nothing."""
    study = with_a_neutral_plan(case.study)
    compiled = compile_study(study)
    block = compiled.block(0, DRAWS)
    found = []
    for engine in case.engines:
        cash = cash_flow(simulate_block(compiled, block, engine))
        found.append(
            exact(
                "plan.no_effect", cash.saving, 0.0, "kr.", rounding=0.0, of=cash.baseline,
                axes=("draw", "step", "payer"), engine=engine,
            )
        )  # fmt: skip
    return made_of(case, study, worst_of(found))


def baseline_alone(case: Case) -> Check:
    """The baseline is the same without the plan, in the same worlds: nothing of it is in it."""
    study = case.study.replace({"plan": None})
    compiled = compile_study(study)
    draws = min(DRAWS, case.draws)
    values = sample(case.study, 0, draws)
    alone = simulate_block(compiled, compiled.block_of(values), "expected")
    one = exact(
        "plan.baseline_alone",
        case.histories["expected"].people("baseline")[:draws], alone.people("baseline"), "people",
        axes=("draw", "step", "state"), engine="expected",
    )  # fmt: skip
    return made_of(case, study, one)


def swapped(case: Case) -> Check:
    """Swapping plan and baseline flips the sign of what the people save, in expected numbers."""
    draws = min(DRAWS, case.draws)
    block = case.compiled.block(0, draws)
    turned = replace(block, cohorts=tuple(_turned(one) for one in block.cohorts))
    there, back = (simulate_block(case.compiled, b, "expected") for b in (block, turned))
    return exact(
        "plan.swapped",
        back.heads_baseline - back.heads_plan,
        there.heads_plan - there.heads_baseline,
        "people", rounding=0.0, axes=("draw", "step", "account"), engine="expected",
    )  # fmt: skip


def _turned(cohort: CohortModel) -> CohortModel:
    """The cohort with its futures swapped."""
    people = cohort.people
    turned = people._replace(arrivals=people.arrivals_plan, arrivals_plan=people.arrivals)
    return with_hazards(cohort, cohort.plan, cohort.baseline, turned)
