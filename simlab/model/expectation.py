"""Expected numbers of one cohort in one future, a step at a time: what caseload and places read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from simlab.law.forward import forward_block, tile
from simlab.model.hazards import CohortHazards

if TYPE_CHECKING:
    from simlab.model.model import Compiled

NOBODY = np.empty(0, dtype=np.int64)


class Expectation:
    """x : (draws, cells) at the end of the last step taken."""

    def __init__(
        self, compiled: Compiled, hazards: CohortHazards, future: Literal["baseline", "plan"]
    ):
        self.compiled, self.hazards = compiled, hazards
        self.law = hazards.baseline if future == "baseline" else hazards.plan
        people = hazards.people
        self.arrivals = people.arrivals if future == "baseline" else people.arrivals_plan
        self.x = np.zeros((len(people.start), len(compiled.chain)))
        for j, cell in enumerate(people.start_cells):
            self.x[:, cell] += people.start[:, j]
        self.tile = tile(compiled.cells, compiled.books, len(compiled.flows))
        states = list(compiled.study.names.states)
        self.state_of = np.array([states.index(cell[0]) for cell in compiled.chain.cells])

    def people_at(self, weight: np.ndarray) -> np.ndarray:
        """(draws,) expected people, each cell weighted : (cells,) or (draws, cells)."""
        return (self.x * weight).sum(axis=1)

    def people_in(self, states: tuple[str, ...]) -> np.ndarray:
        """(draws,) expected people in some states."""
        names = self.compiled.study.names.states
        inside = np.isin(self.state_of, [names.index(s) for s in states])
        return self.x[:, inside].sum(axis=1)

    def step(self, t: int) -> None:
        """Take step index ``t`` (0 is the first)."""
        conversions = self.compiled.conversions
        for i in np.flatnonzero(conversions.step == t + 1)[:-1]:
            self._convert(conversions.to[i])
        last = np.flatnonzero(conversions.step == t + 1)
        forward_block(
            self.compiled.cells,
            self.law,
            self.compiled.books,
            t,
            conversions.to[last[-1]] if len(last) else NOBODY,
            self.arrivals,
            self.hazards.people.entry_cells,
            self.x,
            self.tile,
        )

    def _convert(self, to: np.ndarray) -> None:
        moved = np.zeros_like(self.x)
        for cell, target in enumerate(to):
            moved[:, target] += self.x[:, cell]
        self.x = moved
