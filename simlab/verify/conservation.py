"""People: nobody is lost, nobody comes twice, and what changes is what moves.

    Σ_s heads[t, s]  = start + arrivals up to t
    heads[t, s]      = heads[t − 1, s] + in − out + arrivals,    reforms before the step included

in whole numbers exactly, in expected numbers but for rounding. Who is there at the start and how
many arrive is read from the study once more, not from the arrays that the engines get.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simlab.engine.cohort import groups_of
from simlab.engine.coupling import BASELINE, PLAN
from simlab.engine.simulate import Histories
from simlab.study.futures import Future
from simlab.study.grammar import Citizens
from simlab.study.message import Message
from simlab.study.time import units_per
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import ROUNDING, Pairs, Where, exact


def at_start(case: Case) -> np.ndarray:
    """(draws,) whole people at the start, from the study: all certain numbers are rounded together,
    and an uncertain one by itself, once a draw."""
    values, certain, total = case.block.values, 0.0, np.zeros(case.draws)
    for group in case.study.form.citizens.values():
        if group.number is None:
            continue
        if group.number.is_uncertain:
            total += np.floor(values[group.number] + 0.5)
        else:
            certain += group.number.mean()
    return total + np.floor(certain + 0.5)


def written_at_start(case: Case) -> np.ndarray:
    """(draws,) people at the start as the study writes them, fractions and all."""
    values, groups = case.block.values, case.study.form.citizens.values()
    numbers = [values[group.number] for group in groups if group.number]
    return np.sum(numbers, axis=0) if numbers else np.zeros(case.draws)


def expected_arrivals(case: Case, name: str, group: Citizens) -> np.ndarray:
    """(draws, steps) the mean number of a group who arrive in the baseline, from the study."""
    study, values, timeline = case.study, case.block.values, case.study.timeline
    states, means = study.form.states, np.zeros((case.draws, timeline.steps))
    closed = states[group.state or name].closed if isinstance(states, dict) else None
    for unit, varying in group.arrivals.items():
        for t in range(1, timeline.steps + 1):
            day = timeline.start_of(t)
            if closed is not None and day >= closed:
                break
            mean = values[varying.at(day).bands[0].value]
            if group.arrivals_trend_per_year is not None:
                trend = values[group.arrivals_trend_per_year]
                mean = mean * np.maximum(1.0 + trend, 0.0) ** ((t - 1) / timeline.steps_per_year)
            means[:, t - 1] += mean * units_per(study.form.step, unit)
    return means


def arrived(case: Case, histories: Histories, future: Future) -> np.ndarray:
    """(draws, steps + 1, states) who arrived in each step: expected, or as their address says."""
    compiled, block = case.compiled, case.block
    state = compiled.state_of_account[case.chain.account]
    came = np.zeros((case.draws, case.study.timeline.steps + 1, len(case.study.names.states)))
    for cohort in block.cohorts:
        if histories.engine == "expected":
            means = cohort.arrivals(future)
            for j, cell in enumerate(cohort.people.entry_cells):
                came[:, 1:, state[cell]] += means[:, :, j]
            continue
        groups = groups_of(compiled, block, cohort)
        for g in np.flatnonzero(groups.time > 0):
            if groups.population[g] != (PLAN if future == "baseline" else BASELINE):
                came[:, groups.time[g], state[groups.cell[g]]] += groups.number[:, g]
    return came


def people_of(
    histories: Histories,
    future: Future,
    there: Any,
    expected: Any,
    *axes: str,
    of: Any = None,
    scale: float | None = None,
    **known: int,
) -> Pairs:
    """People of a future, who are counted to the last one, or expected but for rounding."""
    rounding = ROUNDING if histories.engine == "expected" else 0.0
    where = Where(*axes, engine=histories.engine, future=future, **known)
    return exact(there, expected, "people", where, rounding=rounding, scale=scale, of=of)


@check("people.start", Message("As many {people} at the start as the study says"))
def begins(case: Case) -> Iterator[Pairs]:
    """In every engine and both futures."""
    for histories, future in case.futures():
        there = histories.people(future)[:, 0].sum(axis=1)
        yield people_of(histories, future, there, at_start(case), "draw")
    as_written = case.compiled.block(0, case.draws, whole=False)
    there = sum(cohort.people.start.sum(axis=1) for cohort in as_written.cohorts)
    where = Where("draw", engine="expected, as written")
    yield exact(there, written_at_start(case), "people", where)


@check("people.newcomers", Message("As many newcomers as the study says"))
def newcomers(case: Case) -> Iterator[Pairs]:
    """In the baseline, in the mean."""
    groups = case.study.form.citizens.items()
    every = [expected_arrivals(case, name, group) for name, group in groups]
    expected = np.cumsum(np.sum(every, axis=0), axis=1)
    if not expected.any():
        return
    histories = case.histories["expected"]
    people = histories.people("baseline").sum(axis=2)
    more, size = people[:, 1:] - people[:, :1], float(people.max())
    yield people_of(histories, "baseline", more, expected, "draw", "step", scale=size)


@check("people.occupancy", Message("Everybody is somewhere, in every step"))
def occupancy(case: Case) -> Iterator[Pairs]:
    for histories, future in case.futures():
        there = histories.people(future).sum(axis=2)
        came = np.cumsum(arrived(case, histories, future).sum(axis=2), axis=1)
        expected = at_start(case)[:, None] + came
        yield people_of(histories, future, there, expected, "draw", "step")


@check("people.flow_balance", Message("What changes in a state is who came less who left"))
def flow_balance(case: Case) -> Iterator[Pairs]:
    for histories, future in case.futures():
        people, flows = histories.people(future), histories.flows(future)
        before = _reformed(case, people[:, :-1].astype(float))
        then = before + _net(case, flows[:, 1:]) + arrived(case, histories, future)[:, 1:]
        yield people_of(histories, future, people[:, 1:], then, "draw", "step", "state")


def _reformed(case: Case, people: np.ndarray) -> np.ndarray:
    """(draws, steps, states) people before each step, after the reforms that come before it."""
    study, states = case.study, list(case.study.names.states)
    for change in sorted(study.form.convert, key=lambda c: c.at):
        t, to = study.timeline.first_step_from(change.at) - 1, states.index(change.to)
        for state in study.names.expand_all(change.states):
            if t < people.shape[1] and state != change.to:
                people[:, t, to] += people[:, t, states.index(state)]
                people[:, t, states.index(state)] = 0.0
    return people


def _net(case: Case, flows: np.ndarray) -> np.ndarray:
    """(draws, steps, states) who came by a move less who went."""
    states = list(case.study.names.states)
    net = np.zeros((*flows.shape[:2], len(states)))
    for f, (origin, to) in enumerate(case.compiled.flows):
        net[:, :, states.index(to)] += flows[:, :, f]
        net[:, :, states.index(origin)] -= flows[:, :, f]
    return net


@check("people.absorbing", Message("A state that nobody leaves only grows"))
def absorbing(case: Case) -> Iterator[Pairs]:
    states = case.study.names.states
    ends = [i for i, state in enumerate(states) if state in case.study.never_left]
    for histories, future in case.futures() if ends else ():
        people = histories.people(future)[:, :, ends]
        lost, size = np.minimum(np.diff(people, axis=1), 0.0), float(people.max())
        axes = ("draw", "step", "state")
        yield people_of(histories, future, lost, 0.0, *axes, of=people, scale=size)
