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

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.hazards import CohortHazards
from simlab.model.model import compile_study
from simlab.study.errors import StudyError
from simlab.study.moves import evidence
from simlab.study.study import Study
from simlab.verify.case import ENGINES, Case, with_laws
from simlab.verify.check import Check, absent, exact, worst_of
from simlab.verify.stronger import stronger

DRAWS = 16
NEUTRAL = {
    "hazard_ratio": 1.0,
    "chance_ratio": 1.0,
    "risk_ratio": 1.0,
    "percentage_points": 0.0,
    "arrivals_ratio": 1.0,
    "hazard_ratio_per_halving": 1.0,
}


def checks(case: Case) -> Iterator[Check]:
    """Every check of the plan."""
    yield no_effect(case)
    yield baseline_alone(case)
    yield swapped(case)
    yield stronger(case)


def without_effect(study: Study) -> Study:
    """The study with a plan of neutral effects, which keeps its cost."""
    values: dict[str, Any] = {}
    effects = []
    for number, effect in enumerate(study.form.plan.effect):
        written = dict(study.tree.tables["plan"]["effect"][number])
        neutral = {key: value for key, value in NEUTRAL.items() if key in written}
        if neutral:
            effects.append(written | neutral)
        elif not evidence(effect):
            effects.append(written)
    if study.form.plan.effect:
        values["plan.effect"] = effects
    for number in range(len(study.form.plan.amount)):
        values[f"plan.amount.{number}.change"] = 0.0
    plan = study.tree.tables.get("plan", {})
    return study.replace(values | _without_rows(plan)) if values or plan else study


def _without_rows(plan: dict[str, Any]) -> dict[str, Any]:
    """Empty tables in place of the plan's own evidence."""
    from simlab.study.moves import TABLES

    return {f"plan.{name}": {} for name in (*TABLES, "share_within") if plan.get(name)}


def no_effect(case: Case) -> Check:
    """A plan without effect saves exactly nothing."""
    try:
        study = without_effect(case.study)
    except StudyError:
        return absent("plan.no_effect")
    compiled = compile_study(study)
    block = compiled.block(0, DRAWS)
    found = []
    for engine in ENGINES:
        cash = cash_flow(simulate_block(compiled, block, engine))
        found.append(
            exact(
                "plan.no_effect", cash.saving, 0.0, "kr.", rounding=0.0, of=cash.baseline,
                axes=("draw", "step", "payer"), engine=engine,
            )
        )  # fmt: skip
    return worst_of(found)


def baseline_alone(case: Case) -> Check:
    """The baseline is the same without the plan: nothing of the plan is in it."""
    try:
        study = case.study.replace({"plan": {}, "published": [], "correlation": _kept(case.study)})
    except StudyError:
        return absent("plan.baseline_alone")
    compiled = compile_study(study)
    draws = min(DRAWS, case.draws)
    alone = simulate_block(compiled, compiled.block(0, draws), "expected")
    return exact(
        "plan.baseline_alone",
        case.histories["expected"].people("baseline")[:draws], alone.people("baseline"), "people",
        axes=("draw", "step", "state"), engine="expected",
    )  # fmt: skip


def _kept(study: Study) -> list[Any]:
    """The correlations between figures that are not the plan's."""
    written = study.tree.tables.get("correlation", [])
    return [c for c in written if not any(str(name).startswith("plan.") for name in c["between"])]


def swapped(case: Case) -> Check:
    """Swapping plan and baseline flips the sign of what the people save, in expected numbers."""
    draws = min(DRAWS, case.draws)
    block = case.compiled.block(0, draws)
    turned = replace(block, cohorts=[_turned(one) for one in block.cohorts])
    there, back = (simulate_block(case.compiled, b, "expected") for b in (block, turned))
    return exact(
        "plan.swapped",
        back.heads_baseline - back.heads_plan,
        there.heads_plan - there.heads_baseline,
        "people", rounding=0.0, axes=("draw", "step", "account"), engine="expected",
    )  # fmt: skip


def _turned(cohort: CohortHazards) -> CohortHazards:
    """The cohort with its futures swapped."""
    people = cohort.people
    turned = people._replace(arrivals=people.arrivals_plan, arrivals_plan=people.arrivals)
    return with_laws(cohort, cohort.plan, cohort.baseline, turned)
