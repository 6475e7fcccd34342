"""Clocks on which nothing depends: where all cells of a state move alike, cells are states.

Each class of a state is given the intensities of the state's first class. The engine still leads
people through every cell, by every clock; by hand there is nothing but a chain of states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.kernel.arrays import Hazards
from simlab.model.block import CohortModel
from simlab.study.futures import FUTURES, Future
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case, with_hazards
from simlab.verify.check import check
from simlab.verify.comparison import Pairs
from simlab.verify.conservation import people_of

DRAWS = 2


@check("clocks.equal_bands", Message("If chances never depend on time, clocks change nothing"))
def equal_bands(case: Case) -> Iterator[Pairs]:
    """Expected people by state, with equal intensities on every clock, against states alone."""
    study = case.study
    if len(case.compiled.space) <= len(study.names.states) or study.form.plan.enrolment is not None:
        return  # without clocks; or cells differ in more than time
    states = States(case)
    if not states.are_converted_whole:
        return
    block = case.compiled.block(0, min(DRAWS, case.draws))
    cohorts = tuple(levelled(cohort, states.alike) for cohort in block.cohorts)
    histories = simulate_block(case.compiled, replace(block, cohorts=cohorts), "expected")
    for future in FUTURES:
        by_hand = [
            sum(states.people(cohort, d, future) for cohort in cohorts)
            for d in range(histories.draws)
        ]
        there = histories.people(future)
        yield people_of(histories, future, there, by_hand, "draw", "step", "state")


def levelled(cohort: CohortModel, alike: np.ndarray) -> CohortModel:
    """The cohort in which each rate is as intense as the one that it is like."""

    def level(hazards: Hazards) -> Hazards:
        base, of = hazards.base[:, :, alike], hazards.factor_of[alike]
        return hazards._replace(base=base, factor_of=of, chance_of=hazards.chance_of[alike])

    baseline = level(cohort.laws[0])
    return with_hazards(
        cohort, baseline, baseline if cohort.same_hazards else level(cohort.laws[1])
    )


class States:
    """The study without clocks, by hand.

    of_cell : (cells,) the state of each cell     first : (states,) the first class of each state
    alike   : (rates,) the same move in the first class of its state
    """

    def __init__(self, case: Case):
        self.chain, tables = case.chain, case.compiled.tables
        place = {name: s for s, name in enumerate(case.study.names.states)}
        own = np.array([place[each.state] for each in tables.classes])
        self.of_cell = own[case.compiled.cells.class_of]
        self.first = {s: int(np.flatnonzero(own == s)[0]) for s in np.unique(own).tolist()}
        spans = case.compiled.cells.rate_first
        self.rates = {s: range(spans[k], spans[k + 1]) for s, k in self.first.items()}
        self.to = np.array([place[move[1]] for move in tables.rates], dtype=np.int64)
        known = {(s, self.to[r]): r for s, rates in self.rates.items() for r in rates}
        origin = np.repeat(own, np.diff(spans))
        self.alike = np.array(
            [known[s, to] for s, to in zip(origin, self.to, strict=True)], dtype=np.int64
        )

    @property
    def are_converted_whole(self) -> bool:
        """Whether a reform moves all cells of a state into one state."""
        reforms = self.chain.compiled.conversions.to
        return all(len(np.unique(to)) == 1 for cells in reforms for to in self._reached(cells))

    def _reached(self, reform: np.ndarray) -> list[np.ndarray]:
        after = self.of_cell[reform]
        return [after[self.of_cell == s] for s in self.first]

    def people(self, cohort: CohortModel, d: int, future: Future) -> np.ndarray:
        """(steps + 1, states) expected people of a cohort in one draw."""
        hazards = cohort.hazards(future)

        def step(x: np.ndarray, t: int) -> np.ndarray:
            return self._step(self._reformed(t + 1, x), hazards, d, t)

        return slow_twin.led(cohort, d, future, self.of_cell, step)

    def _reformed(self, step: int, x: np.ndarray) -> np.ndarray:
        conversions = self.chain.compiled.conversions
        for j in np.flatnonzero(conversions.step == step):
            to = dict(zip(self.first, self._reached(conversions.to[j]), strict=True))
            after = np.zeros_like(x)
            for s, reached in to.items():
                after[reached[0]] += x[s]
            x = after
        return x

    def _step(self, x: np.ndarray, hazards: Hazards, d: int, t: int) -> np.ndarray:
        row, after = self.chain.row(hazards, d, t), np.zeros_like(x)
        for s, k in self.first.items():
            after[s] += x[s] * (1.0 - row.leave[k])
            for r in self.rates[s]:
                after[self.to[r]] += x[s] * row.p[r]
        return after
