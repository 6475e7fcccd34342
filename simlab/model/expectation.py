"""Expected numbers of one cohort in one future, a step at a time: what caseload and places read."""

from __future__ import annotations

import numpy as np

from simlab.kernel.forward import add_up, convert, forward_block, in_lanes, tile
from simlab.kernel.vector import LANES
from simlab.model.block import CompiledStudy
from simlab.model.hazards import HazardBuilder
from simlab.study.futures import FUTURES, Future


class Expectation:
    """Expected people per lump at the end of the last step taken, a draw in each lane of a tile."""

    def __init__(self, compiled: CompiledStudy, hazards: HazardBuilder, future: Future):
        self.compiled, self.lumped, self.hazards = compiled, compiled.lumped, hazards
        self.place = FUTURES.index(future)
        self.future, people = hazards.laws[self.place], hazards.people
        self.people = self.lumped.people(people)
        self.draws = len(people.start)
        self.tile = tile(self.lumped.chain.cells, 0, self.future)
        tiles, rows = -(-self.draws // LANES), self.tile.x.shape[1]
        self.now, self.then = in_lanes(2, tiles, rows)
        for j, lump in enumerate(self.people.start_cells):
            lanes = np.zeros(tiles * LANES)
            lanes[: self.draws] = people.start[:, j]
            self.now[:, lump] += lanes.reshape(tiles, LANES)

    def people_at(self, cells: np.ndarray) -> np.ndarray:
        """(draws,) expected people in some cells : (cells,) bool."""
        total = in_lanes(len(self.now))
        add_up(self.now, self.lumped.lumps(cells), total)
        return total.reshape(-1)[: self.draws]

    def people_in(self, states: tuple[str, ...]) -> np.ndarray:
        """(draws,) expected people in some states."""
        return self.people_at(self.compiled.space.inside(states))

    def begin(self, t: int) -> None:
        """Begin step index ``t`` (0 is the first): reforms move people before anybody else does."""
        for x, scratch in zip(self.now, self.then, strict=True):
            convert(self.lumped.chain.conversions, t + 1, x, scratch)

    def step(self, t: int) -> None:
        """Take step index ``t``, which has begun."""
        forward_block(
            self.lumped.chain.cells,
            self.lumped.inflow,
            self.future,
            self.people,
            self.place,
            t,
            self.now,
            self.then,
            self.tile,
        )
        self.now, self.then = self.then, self.now
