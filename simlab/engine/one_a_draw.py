"""One citizen of each draw, as a life in both futures.

A citizen alone is a population of one, so the kernel that a run has compiled already leads her too:
``counts`` with one head in one cell, or ``citizens`` with one life. Her steps follow the law of her
draw, clocks, business cycle and plan included. In ``counts`` the random numbers are fresh ones (its
crowds have no single members); in ``citizens`` she is one of those who were counted.

Who is followed is no game of dice: each draw's people stand in a row, and the draws take places
spread evenly over it. They are those who are there at the start; where nobody is, those who
arrive, in both futures.
"""

from __future__ import annotations

import numpy as np

from simlab.engine import counts
from simlab.engine.citizens import Groups
from simlab.engine.cohort import addresses_of_cells, keys, lead_lives
from simlab.engine.cost import Engine
from simlab.engine.coupling import TOGETHER
from simlab.engine.lives import ABSENT, Lives, of_draw
from simlab.kernel.arrays import Conversions, Hazards, People
from simlab.model.block import Block, CohortModel
from simlab.model.compiled import Compiled

GOLDEN = 0.6180339887498949


def one_a_draw(compiled: Compiled, block: Block, engine: Engine) -> Lives:
    """A life of each draw of the block in which there is anybody.

    ``engine`` is the one that the run has compiled; for ``expected`` it is ``counts``.
    """
    steps, states = compiled.steps, compiled.state_of_account
    workspace = (
        None if engine == "citizens" else counts.workspace(compiled.cells, len(compiled.flows))
    )
    addresses = addresses_of_cells(compiled)
    found: list[tuple[int, str, np.ndarray, np.ndarray]] = []
    for d, c, cell, time in chosen(block, steps):
        cohort, draw = block.cohorts[c], block.values.start + d
        width = steps + 1 if workspace is None else steps + 1 - time
        heads = [np.zeros((1, width, len(compiled.accounts)), dtype=np.int64) for _ in range(2)]
        flows = [np.zeros((1, width, len(compiled.flows)), dtype=np.int64) for _ in range(2)]
        if workspace is None:
            alone = of_draw(cohort, d)
            lead_lives(
                compiled, draw, alone, _group_of_one(cell, time, addresses[cell]),
                np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.int64),
                (*heads, *flows),
            )  # fmt: skip
        else:
            _count_one(compiled, cohort, d, draw, cell, time, workspace, (*heads, *flows))
        baseline, plan = (_path(head[0], states, steps) for head in heads)
        found.append((draw, cohort.cohort.name, baseline, plan))
    if not found:
        empty = np.empty((0, steps + 1), dtype=np.int64)
        nobody = np.empty(0, dtype=np.int64)
        return Lives(compiled.study.names.states, nobody, nobody, (), empty, empty)
    draws, names, without, with_plan = zip(*found, strict=True)
    return Lives(
        compiled.study.names.states, np.array(draws), np.zeros(len(draws), dtype=np.int64), names,
        np.stack(without), np.stack(with_plan),
    )  # fmt: skip


def chosen(block: Block, steps: int) -> list[tuple[int, int, int, int]]:
    """(draw within the block, cohort, cell, step end at which she comes) of each life."""
    stock = [cohort.people.start for cohort in block.cohorts]
    at_start = any(start.any() for start in stock)
    places, weights = [], []
    for c, cohort in enumerate(block.cohorts):
        people = cohort.people
        if at_start:
            places += [(c, int(cell), 0) for cell in people.start_cells]
            weights.append(people.start)
        else:
            both = np.minimum(people.arrivals, people.arrivals_plan)
            cells = [int(cell) for cell in people.entry_cells]
            places += [(c, cell, t + 1) for t in range(steps) for cell in cells]
            weights.append(both.reshape(len(both), -1))
    upto = np.concatenate(weights, axis=1).cumsum(axis=1)
    found = []
    for d, row in enumerate(upto):
        if row.size and row[-1] > 0.0:
            u = (0.5 + (block.values.start + d) * GOLDEN) % 1.0
            place = int(np.searchsorted(row, u * row[-1], side="right"))
            found.append((d, *places[min(place, len(places) - 1)]))
    return found


def _group_of_one(cell: int, time: int, address: int) -> Groups:
    def one(x: int) -> np.ndarray:
        return np.array([x], dtype=np.int64)

    return Groups(
        one(cell), one(time), one(TOGETHER), np.array([address], dtype=np.uint64), one(-1),
        np.ones((1, 1), dtype=np.int64),
    )  # fmt: skip


def _count_one(
    compiled: Compiled, cohort: CohortModel, d: int, draw: int, cell: int, time: int,
    workspace: counts.Workspace, out: tuple[np.ndarray, ...],
) -> None:  # fmt: skip
    """The kernel of ``counts`` on a population of one that begins when she comes."""
    one, reforms = of_draw(cohort, d), compiled.conversions
    later = reforms.step > time
    steps = out[0].shape[1] - 1
    nobody = np.zeros((1, steps, 0))
    alone = People(
        np.array([cell], dtype=np.int64), np.ones((1, 1)),
        np.empty(0, dtype=np.int64), nobody, nobody,
    )  # fmt: skip
    roles = ("together", "baseline", "plan")
    counts.counts(
        compiled.cells, _since(one.baseline, time), _since(one.plan, time), one.same_hazards,
        Conversions(reforms.step[later] - time, reforms.to[later]), alone,
        compiled.books,
        keys(compiled.study, cohort.cohort.name, ("single lives", "single arrivals"), roles),
        draw, workspace, *out,
    )  # fmt: skip


def _since(law: Hazards, time: int) -> Hazards:
    """The intensities from a step on."""
    return law._replace(
        epoch=law.epoch[time:], factor=law.factor[:, time:], chance=law.chance[:, time:]
    )


def _path(heads: np.ndarray, states: np.ndarray, steps: int) -> np.ndarray:
    """(steps + 1,) the state at the end of each step; heads : (steps since she came, accounts)."""
    path = np.full(steps + 1, ABSENT, dtype=np.int64)
    here = np.where(heads.any(axis=1), states[heads.argmax(axis=1)], ABSENT)
    path[steps + 1 - len(here) :] = here
    return path
