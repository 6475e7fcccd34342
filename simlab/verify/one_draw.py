"""One draw of a study, found again: its figures, its people, and what the plan offers them.

    coverage_t = min(c, places / eligible_{t−1})
    relief_t   = log2 of the cases a caseworker has in the baseline, over those in the plan
    e_t        = min(1, min(intake_t, places_t − going on_t) / eligible_{t−1}), of a programme

each future with its own expected numbers at the end of the step before, as reforms have moved them
since, by plain recursion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from simlab.model.block import CohortModel
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Citizens, Effect, Enrolment
from simlab.study.moves import evidence
from simlab.study.time import Duration, Unit, units_per
from simlab.verify import slow_twin
from simlab.verify.case import Case, once_a_case
from simlab.verify.ledger import Costs, Ledger
from simlab.verify.profile import Profile
from simlab.verify.spending import filled_posts
from simlab.verify.stated import Stated

DRAWS = 2  # that are found again


class OneDraw:
    """What can be found of one draw without the rooms before this one."""

    def __init__(self, case: Case, d: int):
        self.case, self.d, self.compiled = case, d, case.compiled
        self.stated = Stated(case.study, case.block.values, d)
        self.form, self.steps = case.study.form, self.stated.steps
        self.chain = case.chain
        self.state = [cell[0] for cell in case.compiled.space.cells]

    @cached_property
    def costs(self) -> Costs:
        return Ledger(self.stated, self.compiled.accounts, self.compiled.flows).costs()

    @cached_property
    def profiles(self) -> list[Profile]:
        return [Profile(self.stated, number) for number in range(len(self.form.plan.effect))]

    @cached_property
    def cells(self) -> dict[Future, list[np.ndarray]]:
        """future → for each cohort (steps + 1, cells) expected people."""
        return {
            future: [
                slow_twin.expected_cells(self.chain, cohort, self.d, future)
                for cohort in self.case.block.cohorts
            ]
            for future in FUTURES
        }

    @cached_property
    def begins(self) -> dict[Future, list[np.ndarray]]:
        """The same as the next step begins, when reforms have moved people."""
        return {
            future: [
                np.array([self.chain.reformed(t + 1, x) for t, x in enumerate(cells)])
                for cells in cohorts
            ]
            for future, cohorts in self.cells.items()
        }

    def people_in(self, states: tuple[str, ...] | list[str], cells: np.ndarray) -> np.ndarray:
        """(steps + 1,) people in some states, of cells : (steps + 1, cells)."""
        inside = np.array([state in states for state in self.state])
        return np.asarray(cells[:, inside].sum(axis=1))

    def cells_of(self, origin: str, segment: str) -> dict[int, float]:
        """Cell → the share of those who start in a state: by the steps on its clock."""
        shares: dict[int, float] = {}
        for name, group in self.form.citizens.items():
            if (group.state or name) == origin and group.segment == segment:
                size = 1.0 if group.number is None else max(group.number.mean(), 1e-9)
                for clock, share in on_clock(self.stated, group).items():
                    shares[clock] = shares.get(clock, 0.0) + share * size
        shares, space, by_cell = shares or {1: 1.0}, self.compiled.space, dict[int, float]()
        for clock, share in shares.items():
            cell = space.index.get(space.first(origin, clock))
            if cell is None:  # nobody starts there: the cell entered first stands for it
                cell = self.state.index(origin)
            by_cell[cell] = by_cell.get(cell, 0.0) + share / sum(shares.values())
        return by_cell

    # ── effects ──

    def reaches(self, effect: Effect, number: int, cohort: CohortModel) -> bool:
        """Whether an effect reaches a cohort at all."""
        return (
            self._open_to(effect, cohort)
            and cohort.cohort.treated.get(number, True)
            and (effect.while_ == "everyone" or self.enrols(cohort))
        )

    def enrols(self, cohort: CohortModel) -> bool:
        """Whether the programme is open to a cohort."""
        enrolment = self.form.plan.enrolment
        return enrolment is not None and self._open_to(enrolment, cohort)

    @staticmethod
    def _open_to(part: Effect | Enrolment, cohort: CohortModel) -> bool:
        segments, own = part.segments, cohort.cohort
        return (not segments or own.segment in segments) and part.reach in ("all", own.origin)

    def moves_of(self, effect: Effect) -> set[tuple[str, str]]:
        """The moves that an effect acts on: those it names, or all of the rows it replaces."""
        study = self.case.study
        named = {m for p in effect.moves for m in study.names.matching(p, study.moves)}
        return named | {m for m in study.moves if m[0] in evidence(effect)}

    @cached_property
    def eligible(self) -> dict[int, np.ndarray]:
        """effect → (steps + 1,) those in the plan's future whom it could reach."""
        people = {}
        for number, effect in enumerate(self.form.plan.effect):
            origins = sorted({origin for origin, _ in self.moves_of(effect)})
            people[number] = np.zeros(self.steps + 1) + sum(
                self.people_in(origins, cells)
                for cohort, cells in zip(self.case.block.cohorts, self.begins["plan"], strict=True)
                if self.reaches(effect, number, cohort)
            )
        return people

    @cached_property
    def coverage(self) -> dict[int, np.ndarray]:
        """effect → (steps,) the share of those it reaches that it covers, by thinning."""
        shares = {}
        for number, effect in enumerate(self.form.plan.effect):
            share = 1.0
            if effect.coverage_is == "thinning" and effect.coverage is not None:
                share = self.stated[effect.coverage]
            if self.is_scaled(effect):
                share *= self.form.plan.scale
            covered = np.full(self.steps, share)
            if effect.places is not None:
                most = self.stated[effect.places] * self.form.plan.scale
                for t in range(self.steps):
                    if self.eligible[number][t] > most:
                        covered[t] = min(share, most / self.eligible[number][t])
            shares[number] = covered
        return shares

    @staticmethod
    def is_scaled(effect: Effect) -> bool:
        """Whether the plan's scale thins whom an effect covers: others are fewer already."""
        thinned = effect.coverage_is == "thinning" and effect.while_ == "everyone"
        return thinned and effect.hazard_ratio_per_halving is None

    @cached_property
    def relief(self) -> list[float]:
        """(steps,) how often the caseload is halved."""
        caseload = self.form.plan.caseload
        assert caseload is not None
        states = self.case.study.names.expand_all(caseload.states)
        without, with_it = (
            np.sum([self.people_in(states, cells) for cells in self.begins[future]], axis=0)
            for future in FUTURES
        )
        extra, halvings = filled_posts(self.stated, caseload), []
        for t in range(1, self.steps + 1):
            workers = self.stated.at(caseload.workers, t)
            b, p = without[t - 1] / workers, with_it[t - 1] / (workers + extra[t])
            if with_it[t - 1] <= 0.0:  # no cases: nothing is said of them
                b, p = 1.0 / workers, 1.0 / (workers + extra[t])
            halvings.append(math.log2(max(b / p, 1e-300)))
        return halvings

    # ── the programme ──

    def dropout(self, enrolment: Enrolment) -> float:
        """The chance that someone in the programme drops out of it in a step."""
        if enrolment.dropout_per_month is None:
            return 0.0
        chance = self.stated[enrolment.dropout_per_month]
        return 1.0 - (1.0 - chance) ** units_per(self.form.step, "month")

    def intake(self, enrolment: Enrolment) -> list[float]:
        """(steps,) the chance that someone who is eligible is enrolled as a step begins."""
        stated, scale = self.stated, self.form.plan.scale
        eligible, going_on = self._at_the_door(enrolment)
        shares = []
        for t in range(1, self.steps + 1):
            begin = math.inf if stated.lasts(enrolment.start, enrolment.until, t) else 0.0
            wanted, places = enrolment.intake_per_month, enrolment.places
            if wanted is not None and begin:
                each = stated.at(wanted, t, stated.later)
                there = stated.lasts(wanted.begins, enrolment.until, t)
                begin = each * units_per(self.form.step, "month") * scale if there else 0.0
            if places is not None:
                most = stated.at(places, t, stated.later) * scale
                most = most if stated.lasts(places.begins, None, t) else 0.0
                begin = min(begin, most - going_on[t - 1])
            begin = max(begin, 0.0)
            share = 1.0 if begin >= eligible[t - 1] else begin / eligible[t - 1]
            shares.append(share if begin > 0.0 else 0.0)
        return shares

    def _at_the_door(self, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
        """(steps + 1,) those who could be enrolled, and those in the programme who go on."""
        programme, space = self.compiled.space.programme, self.compiled.space
        assert programme is not None
        states = self.case.study.names.expand_all(enrolment.states)
        eligible = np.array([mark == 0 and state in states for state, _, mark in space.cells])
        goes_on_as = [programme.goes_on(mark) for _, _, mark in space.cells]
        inside = np.array([mark not in (0, programme.over) for mark in goes_on_as])
        out, goes_on = np.zeros(self.steps + 1), np.zeros(self.steps + 1)
        for cohort, cells in zip(self.case.block.cohorts, self.begins["plan"], strict=True):
            if self.enrols(cohort):
                out += cells[:, eligible].sum(axis=1)
                goes_on += cells[:, inside].sum(axis=1) * (1.0 - self.dropout(enrolment))
        return out, goes_on


def on_clock(stated: Stated, group: Citizens) -> dict[int, float]:
    """Steps on the clock at the start → the share of a group that has been there so long."""
    for unit, written in group.on_clock.items():
        return in_steps(stated, written, unit)
    return {1: 1.0}


def in_steps(stated: Stated, written: Mapping[int, float], unit: Unit) -> dict[int, float]:
    """Steps → share, of lengths of time in a unit; whole steps, one at least."""
    by_steps: dict[int, float] = {}
    for length, share in written.items():
        steps = Duration(length, unit).whole_steps(stated.form.step)
        by_steps[steps] = by_steps.get(steps, 0.0) + share
    return by_steps


@once_a_case
def some_draws(case: Case) -> list[OneDraw]:
    """The draws that are found again."""
    return [OneDraw(case, d) for d in range(min(DRAWS, case.draws))]
