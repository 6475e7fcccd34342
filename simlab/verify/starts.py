"""Who begins where, and how long people are where: by state and time on the clock, found again.

    at the start    number × the share that has been there so long
    newcomers       mean per unit × units in a step × (1 + trend)^years × the share that comes with
                    so much on the clock; none into a closed state; in the plan × its effects

The engines get cells; what a cell stands for is read from its state and the clock of its state.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from simlab.model.block import CohortModel
from simlab.result.draws import person_months
from simlab.study.futures import FUTURES, Future
from simlab.study.message import Message
from simlab.study.time import units_per
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import ROUNDING, Pairs, Where, exact
from simlab.verify.conservation import expected_arrivals
from simlab.verify.ledger import counted
from simlab.verify.one_draw import OneDraw, in_steps, on_clock, some_draws

Place = tuple[str, int]  # a state, and the steps on its clock: 0 where it has none


def place(draw: OneDraw, state: str, steps: int) -> Place:
    """Where someone begins who has been in a state for some steps."""
    for name, clock in draw.form.clocks.items():
        if state in draw.case.study.names.expand_all(clock.states):
            return state, min(steps, draw.compiled.space.rules[name].top)
    return state, 0


def place_of(draw: OneDraw, cell: int) -> Place:
    """What a cell stands for."""
    state, positions, _ = draw.compiled.space.cells[cell]
    for position, clock in zip(positions, draw.form.clocks.values(), strict=True):
        if state in draw.case.study.names.expand_all(clock.states):
            return state, position[0]
    return state, 0


@check("people.clocks", Message("Time on the clock at the start is as the study says"))
def on_the_clock(case: Case) -> Iterator[Pairs]:
    """People at the start by state and clock: as they are written, and as whole people, of whom
    each part may be rounded."""
    if not case.study.form.clocks:
        return
    parts = float(len(case.block.cohorts) * len(case.study.form.citizens))
    as_written = case.compiled.block(0, len(some_draws(case)), whole=False)
    for block, rounding, scale in ((as_written, ROUNDING, None), (case.block, 1.0, parts)):
        for draw in some_draws(case):
            there: dict[Place, float] = {}
            for cohort in block.cohorts:
                for j, cell in enumerate(cohort.people.start_cells.tolist()):
                    add(there, place_of(draw, cell), float(cohort.people.start[draw.d, j]))
            both = side_by_side(there, _written(draw), 0.0)
            where = Where("place", draw=draw.d)
            yield exact(*both, "people", where, rounding=rounding, scale=scale)


def add(total: dict[Place, Any], place: Place, more: Any) -> None:
    """Count more at a place."""
    total[place] = total.get(place, 0.0) + more


def side_by_side(
    there: dict[Place, Any], written: dict[Place, Any], none: Any
) -> tuple[list[Any], list[Any]]:
    """What is at each place, and what is written of it."""
    places = sorted(there | written)
    return [there.get(x, none) for x in places], [written.get(x, none) for x in places]


def _written(draw: OneDraw) -> dict[Place, float]:
    """People at the start by state and clock, as the study writes them."""
    written: dict[Place, float] = {}
    for name, group in draw.form.citizens.items():
        if group.number is not None:
            number = draw.stated[group.number]
            for steps, share in on_clock(draw.stated, group).items():
                add(written, place(draw, group.state or name, steps), number * share)
    return written


@check("people.arrivals", Message("Newcomers by state and step, in both futures"))
def arrivals(case: Case) -> Iterator[Pairs]:
    """In the mean; by the steps on their clock, too."""
    for draw, future in itertools.product(some_draws(case), FUTURES):
        come: dict[Place, np.ndarray] = {}
        written: dict[Place, np.ndarray] = {}
        for cohort in case.block.cohorts:
            for j, cell in enumerate(cohort.people.entry_cells.tolist()):
                add(come, place_of(draw, cell), cohort.arrivals(future)[draw.d, :, j])
            for where, mean in expected(draw, cohort, future):
                add(written, where, mean)
        both = side_by_side(come, written, np.zeros(draw.steps))
        yield exact(*both, "people", Where("place", "step", draw=draw.d, future=future))


@check("people.months", Message("The time spent in each state, added up once more"))
def person_time(case: Case) -> Iterator[Pairs]:
    """The months that people spend in each state, as payments count them."""
    months = units_per(case.study.form.step, "month")
    for histories, future in case.futures():
        heads = histories.heads(future)
        by_state = person_months(histories, future)
        for draw in some_draws(case):
            by_account = months * counted(draw.compiled, heads[draw.d]).sum(axis=0)
            states, there = draw.compiled.state_of_account, by_state[draw.d]
            by_hand = np.bincount(states, by_account, minlength=len(there))
            where = Where("state", engine=histories.engine, future=future, draw=draw.d)
            yield exact(there, by_hand, "people", where)


def expected(
    draw: OneDraw, cohort: CohortModel, future: Future
) -> Iterator[tuple[Place, np.ndarray]]:
    """(place, (steps,) the mean number of newcomers there) of a cohort."""
    if cohort.cohort.origin == "stock":
        return
    for name, group in draw.form.citizens.items():
        if group.segment != cohort.cohort.segment:
            continue
        mean = expected_arrivals(draw.case, name, group)[draw.d] * share_of(draw, cohort)
        if future == "plan":
            mean = mean * _ratio(draw, cohort, name)
        clocks = {1: 1.0}
        if group.arrivals_months_on_clock is not None:
            clocks = in_steps(draw.stated, group.arrivals_months_on_clock, "month")
        for steps, share in clocks.items():
            yield place(draw, group.state or name, steps), share * mean


def share_of(draw: OneDraw, cohort: CohortModel) -> float:
    """The part of a segment that is in a cohort: the fixed people whom effects treat, or not."""
    share = 1.0
    for number, treated in cohort.cohort.treated.items():
        effect = draw.form.plan.effect[number]
        assert effect.coverage is not None
        covered = draw.stated[effect.coverage] * draw.form.plan.scale
        share *= covered if treated else 1.0 - covered
    return share


def _ratio(draw: OneDraw, cohort: CohortModel, name: str) -> np.ndarray:
    """(steps,) what the plan's effects make of the newcomers of a group."""
    total = np.ones(draw.steps)
    for number, effect in enumerate(draw.form.plan.effect):
        if effect.arrivals_ratio is None or name not in effect.arrivals:
            continue
        if draw.reaches(effect, number, cohort):
            profile = draw.profiles[number]
            h = draw.stated[effect.arrivals_ratio]
            total = total * (1.0 + draw.coverage[number] * (h ** np.array(profile.by_step()) - 1.0))
    return total
