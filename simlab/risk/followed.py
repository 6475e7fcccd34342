"""Some of the people, followed apart from the rest, in a block of draws whose law is known.

A published share is often of those who started in a programme ("of those who started
activity-ready"), or of those who have *ever* been in a job, or of a sample that a trial measured.
All three are the block's own intensities with other people or fewer ways out:

    of      only these groups of those there at the start, nobody else, nobody arrives
    ever    nobody leaves the states again: who is there has ever been there
    sample  so many of the group, drawn at random, in two arms of different people

so places, caseload and everything else that depends on numbers is what it is among all citizens.
The arms of a sample share the draw (the same effects, the same business cycle) and nothing else, as
in a trial; the chance of who was picked, and of what became of them, is in the figure.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.law.chain import Conversions, Hazards, People
from simlab.model.addresses import key
from simlab.model.hazards import CohortHazards
from simlab.model.model import Block, Compiled
from simlab.model.people import people as people_of_cohort
from simlab.risk.people import people
from simlab.study.grammar import Observable
from simlab.study.once import once_a_study
from simlab.study.study import Study

OTHER_PEOPLE = 2**40  # added to the number of a draw: streams that no run can meet


@dataclass(frozen=True, slots=True)
class Followed:
    """People by step and state in both futures.

    baseline, plan : (draws, steps + 1, states)
    members        : (draws,) each, how many they are, in the baseline and in the plan
    """

    baseline: np.ndarray
    plan: np.ndarray
    members: tuple[np.ndarray, np.ndarray]


def follow(
    histories: Histories, observable: Observable, sample: tuple[int, int] | None
) -> Followed:
    """Those of whom an observable speaks; without chance if the histories are."""
    compiled, block = histories.compiled, histories.block
    if observable.of or sample:
        block = _among(compiled, block, tuple(observable.of))
    if observable.ever:
        target = compiled.study.names.expand_all(observable.states)
        compiled, block = _without_ways_out(compiled, block, target)
    if sample is None or histories.engine == "expected":
        seen = simulate_block(compiled, block, histories.engine)
        baseline, plan = people(seen)
        members = sum(cohort.people.start.sum(axis=1) for cohort in block.cohorts)
        return Followed(baseline, plan, (np.asarray(members), np.asarray(members)))
    arms = []
    for arm, number, shift in (("baseline", sample[1], OTHER_PEOPLE), ("plan", sample[0], 0)):
        measured = _sampled(compiled.study, block, number, arm)
        moved = replace(
            measured.values, start=block.values.start + shift, stop=block.values.stop + shift
        )
        # whole people, by the engine that does not mind how many cells they are spread over
        seen = simulate_block(compiled, replace(measured, values=moved), "counts")
        arms.append((people(seen)[arm == "plan"], np.full(histories.draws, float(number))))
    (baseline, control), (plan, treated) = arms
    return Followed(baseline, plan, (control, treated))


# ── of whom ──


def _among(compiled: Compiled, block: Block, names: tuple[str, ...]) -> Block:
    """The block with those groups alone that are there at the start."""
    group = _group(compiled.study, names)
    return _with_people(
        block,
        [
            people_of_cohort(group, compiled.chain, one.cohort, block.values, {})
            for one in block.cohorts
        ],
    )


@once_a_study
def _group(study: Study, names: tuple[str, ...]) -> Study:
    """The study with some groups of citizens alone, without arrivals; all groups without names."""
    states = {
        state
        for name in names
        if name in {*study.names.states, *study.names.groups}
        for state in study.names.expand(name)
    }
    nobody = {f"arrivals_per_{unit}": None for unit in ("week", "month", "year")}
    kept = {
        name: group.model_copy(update=nobody)
        for name, group in study.form.citizens.items()
        if not names or name in names or (group.state or name) in states
    }
    return Study(study.form.model_copy(update={"citizens": kept}), study.tree, study.name)


def _with_people(block: Block, people: list[People]) -> Block:
    cohorts = []
    for cohort, there in zip(block.cohorts, people, strict=True):
        one = copy(cohort)
        one.people = there
        cohorts.append(one)
    return replace(block, cohorts=cohorts)


# ── ever ──


def _without_ways_out(
    compiled: Compiled, block: Block, target: tuple[str, ...]
) -> tuple[Compiled, Block]:
    """The same people, of whom nobody leaves the target states again."""
    out = np.array([origin in target for origin, _ in compiled.behaviour.rates])
    cohorts = []
    for cohort in block.cohorts:
        one = copy(cohort)
        one.baseline, one.plan = _closed(cohort, out)
        cohorts.append(one)
    inside = np.array([cell[0] in target for cell in compiled.chain.cells])
    kept = np.where(inside, np.arange(len(inside)), compiled.conversions.to)
    conversions = Conversions(compiled.conversions.step, kept)
    return replace(compiled, conversions=conversions), replace(block, cohorts=cohorts)


def _closed(cohort: CohortHazards, out: np.ndarray) -> tuple[Hazards, Hazards]:
    baseline = cohort.baseline._replace(base=np.where(out, 0.0, cohort.baseline.base))
    if cohort.plan is cohort.baseline:
        return baseline, baseline
    return baseline, cohort.plan._replace(base=np.where(out, 0.0, cohort.plan.base))


# ── a sample ──


def _sampled(study: Study, block: Block, number: int, arm: str) -> Block:
    """``number`` people drawn at random from those at the start, in every draw."""
    sizes = [one.people.start.shape[1] for one in block.cohorts]
    start = np.concatenate([one.people.start for one in block.cohorts], axis=1)
    total = np.maximum(start.sum(axis=1, keepdims=True), 1)
    picked = np.zeros_like(start)
    for d, weights in enumerate(start / total):
        if weights.any():
            address = key(study.form.seed, "sample", arm, str(block.values.start + d))
            picked[d] = np.random.default_rng(address).multinomial(number, weights)
    parts = np.split(picked, np.cumsum(sizes)[:-1], axis=1)
    return _with_people(
        block,
        [
            one.people._replace(start=np.ascontiguousarray(part))
            for one, part in zip(block.cohorts, parts, strict=True)
        ],
    )
