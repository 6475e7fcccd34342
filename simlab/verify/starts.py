"""Who begins where, and how long people are where: by state and time on the clock, found again.

    at the start    number × the share that has been there so long
    newcomers       mean per unit × units in a step × (1 + trend)^years × the share that comes with
                    so much on the clock; none into a closed state; in the plan × its effects

The engines get cells; what a cell stands for is read from its state and the clock of its state.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simlab.model.block import CohortModel
from simlab.result.certified import Check
from simlab.result.draws import person_months
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Citizens
from simlab.study.time import PER_YEAR, units_per
from simlab.verify.case import Case, Checks
from simlab.verify.check import ROUNDING, absent, exact, worst_of
from simlab.verify.ledger import counted
from simlab.verify.one_draw import OneDraw, in_steps, on_clock, some_draws

Place = tuple[str, int]  # a state, and the steps on its clock: 0 where it has none


def checks() -> Checks:
    """Every check of who begins where."""
    return {
        "people.clocks": on_the_clock,
        "people.arrivals": arrivals,
        "people.months": person_time,
    }


def place(one: OneDraw, state: str, steps: int) -> Place:
    """Where someone begins who has been in a state for some steps."""
    for name, clock in one.form.clocks.items():
        if state in one.case.study.names.expand_all(clock.states):
            return state, min(steps, one.compiled.space.rules[name].top)
    return state, 0


def place_of(one: OneDraw, cell: int) -> Place:
    """What a cell stands for."""
    state, positions, _ = one.compiled.space.cells[cell]
    for position, clock in zip(positions, one.form.clocks.values(), strict=True):
        if state in one.case.study.names.expand_all(clock.states):
            return state, position[0]
    return state, 0


def on_the_clock(case: Case) -> Check:
    """People at the start by state and clock: as they are written, and as whole people, of whom
    each part may be rounded."""
    if not case.study.form.clocks:
        return absent("people.clocks")
    found, parts = [], len(case.block.cohorts) * len(case.study.form.citizens)
    as_written = case.compiled.block(0, len(some_draws(case)), whole=False)
    for block, rounding in ((as_written, ROUNDING), (case.block, 1.0)):
        for one in some_draws(case):
            there: dict[Place, float] = {}
            for cohort in block.cohorts:
                for j, cell in enumerate(cohort.people.start_cells.tolist()):
                    key = place_of(one, cell)
                    there[key] = there.get(key, 0.0) + float(cohort.people.start[one.d, j])
            written = _written(one)
            keys = sorted(there | written)
            scale = float(parts) if block is case.block else None
            found.append(
                exact("people.clocks", [there.get(k, 0.0) for k in keys],
                      [written.get(k, 0.0) for k in keys], "people", scale=scale,
                      rounding=rounding, axes=("place",), draw=one.d)
            )  # fmt: skip
    return worst_of(found)


def _written(one: OneDraw) -> dict[Place, float]:
    """People at the start by state and clock, as the study writes them."""
    written: dict[Place, float] = {}
    for name, group in one.form.citizens.items():
        if group.number is not None:
            number = one.stated[group.number]
            for steps, share in on_clock(one.stated, group).items():
                key = place(one, group.state or name, steps)
                written[key] = written.get(key, 0.0) + number * share
    return written


def arrivals(case: Case) -> Check:
    """The mean number of newcomers by state, clock and step in both futures."""
    found = []
    for one in some_draws(case):
        for future in FUTURES:
            come: dict[Place, np.ndarray] = {}
            written: dict[Place, np.ndarray] = {}
            for cohort in case.block.cohorts:
                people = cohort.people
                means = people.arrivals if future == "baseline" else people.arrivals_plan
                for j, cell in enumerate(people.entry_cells.tolist()):
                    key = place_of(one, cell)
                    come[key] = come.get(key, 0.0) + means[one.d, :, j]
                for key, mean in expected(one, cohort, future):
                    written[key] = written.get(key, 0.0) + mean
            none, keys = np.zeros(one.steps), sorted(come | written)
            found.append(
                exact("people.arrivals", [come.get(k, none) for k in keys],
                      [written.get(k, none) for k in keys], "people", axes=("place", "step"),
                      draw=one.d, future=future)
            )  # fmt: skip
    return worst_of(found)


def person_time(case: Case) -> Check:
    """The months that people spend in each state, as payments count them."""
    found, months = [], units_per(case.study.form.step, "month")
    for engine, led in case.histories.items():
        for future in FUTURES:
            heads = led.heads_baseline if future == "baseline" else led.heads_plan
            text = person_months(led, heads, led.people(future))
            for one in some_draws(case):
                by_account = months * counted(one.compiled, heads[one.d]).sum(axis=0)
                by_hand = np.bincount(
                    one.compiled.state_of_account, by_account, minlength=text.shape[1]
                )
                found.append(
                    exact("people.months", text[one.d], by_hand, "people", axes=("state",),
                          engine=engine, future=future, draw=one.d)
                )  # fmt: skip
    return worst_of(found)


def expected(
    one: OneDraw, cohort: CohortModel, future: Future
) -> Iterator[tuple[Place, np.ndarray]]:
    """(place, (steps,) the mean number of newcomers there) of a cohort."""
    if cohort.cohort.origin == "stock":
        return
    for name, group in one.form.citizens.items():
        if group.segment != cohort.cohort.segment:
            continue
        mean = np.array([_mean(one, name, group, t) for t in range(1, one.steps + 1)])
        mean = mean * share_of(one, cohort)
        if future == "plan":
            mean = mean * _ratio(one, cohort, name)
        clocks = {1: 1.0}
        if group.arrivals_months_on_clock is not None:
            clocks = in_steps(one.stated, group.arrivals_months_on_clock, "month")
        for steps, share in clocks.items():
            yield place(one, group.state or name, steps), share * mean


def _mean(one: OneDraw, name: str, group: Citizens, t: int) -> float:
    """How many of a group arrive in a step, in the mean."""
    states, day, total = one.form.states, one.stated.timeline.start_of(t), 0.0
    closed = states[group.state or name].closed if isinstance(states, dict) else None
    if closed is not None and day >= closed:
        return 0.0
    for unit in PER_YEAR:
        varying = getattr(group, f"arrivals_per_{unit}")
        if varying is not None:
            total = one.stated.at(varying, t) * units_per(one.form.step, unit)
            break
    if group.arrivals_trend_per_year is not None:
        growth = 1.0 + one.stated[group.arrivals_trend_per_year]
        total *= max(growth, 0.0) ** ((t - 1) / one.stated.per_year)
    return total


def share_of(one: OneDraw, cohort: CohortModel) -> float:
    """The part of a segment that is in a cohort: the fixed people whom effects treat, or not."""
    share = 1.0
    for number, treated in cohort.cohort.treated.items():
        effect = one.form.plan.effect[number]
        assert effect.coverage is not None
        covered = one.stated[effect.coverage] * one.form.plan.scale
        share *= covered if treated else 1.0 - covered
    return share


def _ratio(one: OneDraw, cohort: CohortModel, name: str) -> np.ndarray:
    """(steps,) what the plan's effects make of the newcomers of a group."""
    total = np.ones(one.steps)
    for number, effect in enumerate(one.form.plan.effect):
        if effect.arrivals_ratio is None or name not in effect.arrivals:
            continue
        if one.reaches(effect, number, cohort):
            profile = one.profiles[number]
            h = one.stated[effect.arrivals_ratio]
            total = total * (1.0 + one.coverage[number] * (h ** np.array(profile.by_step()) - 1.0))
    return total
