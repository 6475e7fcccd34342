"""People: nobody is lost, nobody comes twice, and what changes is what moves.

    Σ_s heads[t, s]  = start + arrivals up to t
    heads[t, s]      = heads[t − 1, s] + in − out + arrivals,    reforms before the step included

in whole numbers exactly, in expected numbers but for rounding. Who is there at the start and how
many arrive is read from the study once more, not from the arrays that the engines get.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.cohort import groups_of
from simlab.engine.simulate import Histories
from simlab.result.certified import Check
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Citizens
from simlab.study.time import PER_YEAR, units_per
from simlab.verify.case import Case, Checks
from simlab.verify.check import ROUNDING, absent, exact, worst_of


def checks() -> Checks:
    """Every check of people."""
    return {
        "people.start": begins,
        "people.newcomers": newcomers,
        "people.occupancy": occupancy,
        "people.flow_balance": flow_balance,
        "people.absorbing": absorbing,
    }


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


def expected_arrivals(case: Case) -> np.ndarray:
    """(draws, steps) the mean number who arrive in each step of the baseline, from the study."""
    total = np.zeros((case.draws, case.study.timeline.steps))
    for name, group in case.study.form.citizens.items():
        for unit in PER_YEAR:
            if getattr(group, f"arrivals_per_{unit}") is not None:
                total += _arrivals(case, name, group, unit)
    return total


def _arrivals(case: Case, name: str, group: Citizens, unit: str) -> np.ndarray:
    study, values = case.study, case.block.values
    varying, timeline = getattr(group, f"arrivals_per_{unit}"), case.study.timeline
    state = study.form.states
    closed = state[group.state or name].closed if isinstance(state, dict) else None
    found = np.zeros((case.draws, timeline.steps))
    for t in range(1, timeline.steps + 1):
        day = timeline.start_of(t)
        if closed is not None and day >= closed:
            break
        mean = values[varying.at(day).bands[0].value]
        if group.arrivals_trend_per_year is not None:
            trend = values[group.arrivals_trend_per_year]
            mean = mean * np.maximum(1.0 + trend, 0.0) ** ((t - 1) / timeline.steps_per_year)
        found[:, t - 1] = mean * units_per(study.form.step, unit)
    return found


def arrived(case: Case, histories: Histories, future: Future) -> np.ndarray:
    """(draws, steps + 1, states) who arrived in each step: expected, or as their address says."""
    compiled, block = case.compiled, case.block
    state = compiled.state_of_account[_accounts(case)]
    found = np.zeros((case.draws, case.study.timeline.steps + 1, len(case.study.names.states)))
    for cohort in block.cohorts:
        people = cohort.people
        if histories.engine == "expected":
            means = people.arrivals if future == "baseline" else people.arrivals_plan
            for j, cell in enumerate(people.entry_cells):
                found[:, 1:, state[cell]] += means[:, :, j]
            continue
        groups = groups_of(compiled, block, cohort)
        for g in np.flatnonzero(groups.time > 0):
            if groups.population[g] != (2 if future == "baseline" else 1):
                found[:, groups.time[g], state[groups.cell[g]]] += groups.number[:, g]
    return found


def _accounts(case: Case) -> np.ndarray:
    """(cells,) the account of each cell."""
    books = case.compiled.books
    account = np.empty(len(books.cells), dtype=np.int64)
    account[books.cells] = np.repeat(np.arange(len(books.first) - 1), np.diff(books.first))
    return account


def rounding_of(engine: str) -> float:
    """People are counted to the last one, or expected but for rounding."""
    return ROUNDING if engine == "expected" else 0.0


def begins(case: Case) -> Check:
    """As many people at the start as the study says, in every engine and both futures."""
    found = [
        exact(
            "people.start", one.people(future)[:, 0].sum(axis=1), at_start(case), "people",
            rounding=rounding_of(engine), axes=("draw",), engine=engine, future=future,
        )
        for engine, one in case.histories.items()
        for future in FUTURES
    ]  # fmt: skip
    as_written = case.compiled.block(0, case.draws, whole=False)
    there = sum(one.people.start.sum(axis=1) for one in as_written.cohorts)
    found.append(
        exact("people.start", there, written_at_start(case), "people", axes=("draw",),
              engine="expected, as written")
    )  # fmt: skip
    return worst_of(found)


def newcomers(case: Case) -> Check:
    """As many arrive in the baseline, in the mean, as the study says."""
    expected = np.cumsum(expected_arrivals(case), axis=1)
    if not expected.any():
        return absent("people.newcomers")
    people = case.histories["expected"].people("baseline").sum(axis=2)
    return exact(
        "people.newcomers", people[:, 1:] - people[:, :1], expected, "people",
        scale=float(people.max()), axes=("draw", "step"), engine="expected",
    )  # fmt: skip


def occupancy(case: Case) -> Check:
    """Everybody is somewhere, in every step."""
    found = []
    for engine, one in case.histories.items():
        for future in FUTURES:
            there = one.people(future).sum(axis=2)
            came = np.cumsum(arrived(case, one, future).sum(axis=2), axis=1)
            found.append(
                exact(
                    "people.occupancy", there, at_start(case)[:, None] + came, "people",
                    rounding=rounding_of(engine), axes=("draw", "step"), engine=engine,
                    future=future,
                )
            )  # fmt: skip
    return worst_of(found)


def flow_balance(case: Case) -> Check:
    """What changes in a state is who came less who went."""
    found = []
    for engine, one in case.histories.items():
        for future in FUTURES:
            flows = one.flows_baseline if future == "baseline" else one.flows_plan
            before = _reformed(case, one.people(future)[:, :-1].astype(float))
            then = before + _net(case, flows[:, 1:]) + arrived(case, one, future)[:, 1:]
            found.append(
                exact(
                    "people.flow_balance", one.people(future)[:, 1:], then, "people",
                    rounding=rounding_of(engine), axes=("draw", "step", "state"), engine=engine,
                    future=future,
                )
            )  # fmt: skip
    return worst_of(found)


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


def absorbing(case: Case) -> Check:
    """A state that nobody leaves only grows."""
    states = case.study.names.states
    ends = [i for i, state in enumerate(states) if state in case.study.never_left]
    if not ends:
        return absent("people.absorbing")
    found = []
    for engine, one in case.histories.items():
        for future in FUTURES:
            people = one.people(future)[:, :, ends]
            lost = np.minimum(np.diff(people, axis=1), 0.0)
            found.append(
                exact(
                    "people.absorbing", lost, 0.0, "people", rounding=rounding_of(engine),
                    scale=float(people.max()), of=people, axes=("draw", "step", "state"),
                    engine=engine, future=future,
                )
            )  # fmt: skip
    return worst_of(found)
