"""What depends on numbers of people: places, caseload, and who is enrolled.

A forward recursion on expected numbers, no fixed point: step t uses each future's own expected
numbers at t − 1, as reforms have moved them before the step, all cohorts together.

    coverage_t = min(c, places / eligible_{t−1})
    h_t        = h^{log2(L_baseline / L_plan)},    L = cases_{t−1} / caseworkers_t
    e_t        = min(1, min(intake_t, places_t − going on_t) / eligible_{t−1})    (`enrolment`)

The chances that result are given once the draw is given, so citizens stay independent of each
other within a draw.
"""

from __future__ import annotations

import numpy as np

from simlab.model.block import CompiledStudy
from simlab.model.dated import by_date, planned
from simlab.model.enrolment import DROPS, ENROLS, chance_of_enrolment, intake, places
from simlab.model.expectation import Expectation
from simlab.model.hazards import HazardBuilder
from simlab.model.parameters import Values
from simlab.study.memo import once_a_study
from simlab.study.moves import evidence
from simlab.study.study import Study


def eligible_states(study: Study, number: int) -> tuple[str, ...]:
    """The states from which an effect's moves start."""
    effect = study.form.plan.effect[number]
    moves = [m for p in effect.moves for m in study.names.matching(p, study.moves)]
    return tuple(dict.fromkeys([m[0] for m in moves] + list(evidence(effect))))


@once_a_study
def costed_per_treated(study: Study, states: tuple[str, ...]) -> dict[int, np.ndarray]:
    """Effect number → whether each of ``states`` could be treated, where the treated cost money."""
    return {
        number: np.isin(states, eligible_states(study, number))
        for number, effect in enumerate(study.form.plan.effect)
        if effect.cost_per_treated_per_month
    }


def resolve(
    compiled: CompiledStudy,
    values: Values,
    cohorts: list[HazardBuilder],
    coverage: dict[int, np.ndarray],
    shares: np.ndarray,
) -> None:
    """Fill ``coverage``, the caseload's halvings and the enrolled ``shares`` step by step."""
    study, form = compiled.study, compiled.study.form
    # caseload alone compares the futures
    compared = cohorts if form.plan.caseload else []
    in_baseline = [Expectation(compiled, cohort, "baseline") for cohort in compared]
    in_plan = [Expectation(compiled, cohort, "plan") for cohort in cohorts]
    limited = [i for i, e in enumerate(form.plan.effect) if e.places is not None]
    ratio = _workers(study, values) if form.plan.caseload else None
    open_places = Intake(compiled, values, in_plan) if form.plan.enrolment else None
    for t in range(shares.shape[1]):
        for future in (*in_baseline, *in_plan):
            future.begin(t)
        for number in limited:
            eligible = sum(
                (
                    future.people_in(eligible_states(study, number))
                    for future in in_plan
                    if future.hazards.cohort.gets(study, number)
                ),
                start=np.zeros(values.draws),
            )
            places = form.plan.effect[number].places
            assert places is not None
            most = values[places] * form.plan.scale
            share = np.where(eligible > most, most / np.maximum(eligible, 1e-300), 1.0)
            coverage[number][:, t] = np.minimum(coverage[number][:, t], share)
        if ratio is not None and form.plan.caseload is not None:
            states = study.names.expand_all(form.plan.caseload.states)
            cases, cases_plan = (
                sum((f.people_in(states) for f in futures), start=np.zeros(values.draws))
                for futures in (in_baseline, in_plan)
            )
            # L_baseline / L_plan; equal caseloads give log2(1) = 0 exactly
            relief = np.where(cases_plan > 0, cases / np.maximum(cases_plan, 1e-300), 1.0)
            halvings = np.log2(np.maximum(relief * ratio[:, t], 1e-300))
            for cohort in cohorts:
                for component in cohort.components.values():
                    if component.halvings is not None:
                        component.halvings[:, t] = halvings
        if open_places is not None:
            shares[:, t, ENROLS] = open_places.chance(t, shares[:, t, DROPS])
        for cohort in cohorts:
            cohort.fill(slice(t, t + 1))
        for future in (*in_baseline, *in_plan):
            future.step(t)


class Intake:
    """Whom the programme takes in: intake, places, and the cells of those it concerns."""

    def __init__(self, compiled: CompiledStudy, values: Values, in_plan: list[Expectation]):
        programme, study = compiled.space.programme, compiled.study
        assert programme is not None
        self.intake, self.places = intake(study, values), places(study, values)
        self.cohorts = [future for future in in_plan if future.hazards.cohort.enrols(study)]
        cells = compiled.space.cells
        self.eligible = np.array([m == 0 and s in programme.eligible for s, _, m in cells])
        self.inside = np.array([programme.goes_on(m) not in (0, programme.over) for *_, m in cells])

    def chance(self, t: int, drops: np.ndarray) -> np.ndarray:
        """(draws,) the chance that someone eligible is enrolled in step index ``t``."""
        eligible, inside = np.zeros(len(drops)), np.zeros(len(drops))
        for future in self.cohorts:
            eligible += future.people_at(self.eligible)
            inside += future.people_at(self.inside)
        going_on = inside * (1.0 - drops)
        return chance_of_enrolment(self.intake[:, t], eligible, going_on, self.places[:, t])


def _workers(study: Study, values: Values) -> np.ndarray:
    """(draws, steps) caseworkers with the plan over caseworkers without."""
    workers, extra = posts(study, values)
    return np.where(extra > 0, (workers + extra) / workers, 1.0)


def posts(study: Study, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """(draws, steps) full-time caseworkers without the plan, and the plan's posts that are filled.

    A new post stands empty for the vacancy time, and a post that is closed is empty at once.
    """
    workers, extra = planned_posts(study, values)
    caseload = study.form.plan.caseload
    assert caseload is not None
    if caseload.vacancy_months is None:
        return workers, extra
    months = values[caseload.vacancy_months]
    return workers, np.minimum(extra, _later(extra, months * study.timeline.steps_per("month")))


def _later(posts: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """posts : (draws, steps) moved back by a number of steps (draws,), 0 before the start; a part
    of a step is a part of both steps that it lies in."""
    draws, width = posts.shape
    padded = np.concatenate([np.zeros((draws, 1)), posts], axis=1)
    whole = np.floor(steps).astype(np.int64)
    part = (steps - whole)[:, None]
    at = np.arange(1, width + 1)[None, :] - whole[:, None]
    rows = np.arange(draws)[:, None]
    now, before = padded[rows, np.maximum(at, 0)], padded[rows, np.maximum(at - 1, 0)]
    return np.asarray((1.0 - part) * now + part * before)


def planned_posts(study: Study, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """(draws, steps) full-time caseworkers without the plan, and the posts that the plan opens."""
    caseload = study.form.plan.caseload
    assert caseload is not None
    return (
        by_date(study, values, caseload.workers),
        planned(study, values, caseload.extra_workers, until=caseload.until)
        * study.form.plan.scale,
    )
