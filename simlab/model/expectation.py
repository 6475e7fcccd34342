"""Expected numbers of one cohort in one future, a step at a time: what caseload and places read."""

from __future__ import annotations

import numpy as np

from simlab.kernel.forward import LANES, add_up, convert, forward_block, tile
from simlab.model.block import CompiledStudy
from simlab.model.hazards import HazardBuilder
from simlab.study.futures import Future


class Expectation:
    """Expected people per cell at the end of the last step taken, a draw in each lane of a tile."""

    def __init__(self, compiled: CompiledStudy, hazards: HazardBuilder, future: Future):
        self.compiled, self.hazards = compiled, hazards
        self.future = hazards.baseline if future == "baseline" else hazards.plan
        people = hazards.people
        if future == "plan":
            people = people._replace(arrivals=people.arrivals_plan)
        self.people = people
        self.draws = len(people.start)
        tiles, count = -(-self.draws // LANES), len(compiled.space)
        self.now, self.then = np.zeros((tiles, count, LANES)), np.zeros((tiles, count, LANES))
        for j, cell in enumerate(people.start_cells):
            lanes = np.zeros(tiles * LANES)
            lanes[: self.draws] = people.start[:, j]
            self.now[:, cell] += lanes.reshape(tiles, LANES)
        self.tile = tile(compiled.cells, compiled.books, len(compiled.flows))
        states = list(compiled.study.names.states)
        self.state_of = np.array([states.index(cell[0]) for cell in compiled.space.cells])

    def people_at(self, cells: np.ndarray) -> np.ndarray:
        """(draws,) expected people in some cells : (n,)."""
        total = np.zeros((len(self.now), LANES))
        add_up(self.now, cells, total)
        return total.reshape(-1)[: self.draws]

    def people_in(self, states: tuple[str, ...]) -> np.ndarray:
        """(draws,) expected people in some states."""
        names = self.compiled.study.names.states
        inside = np.isin(self.state_of, [names.index(s) for s in states])
        return self.people_at(np.flatnonzero(inside))

    def begin(self, t: int) -> None:
        """Begin step index ``t`` (0 is the first): reforms move people before anybody else does."""
        conversions = self.compiled.conversions
        for i in np.flatnonzero(conversions.step == t + 1):
            for x, scratch in zip(self.now, self.then, strict=True):
                convert(conversions.to[i], x, scratch)

    def step(self, t: int) -> None:
        """Take step index ``t``, which has begun."""
        forward_block(
            self.compiled.chain, self.future, self.people, t, self.now, self.then, self.tile
        )
        self.now, self.then = self.then, self.now
