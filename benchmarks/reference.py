"""The reference chain of J1 to J4: five labour-market states by month, ten years.

    P = | .90  .03  .05  .019 .001 |   job-ready          row i ~ Dirichlet(200 · P[i])
        | .02  .95  .012 .008 .010 |   activity-ready     over its entries that are not 0
        | .015 .005 .975 .005 0    |   job
        | .01  .01  .03  .95  0    |   education          everybody starts activity-ready
        | 0    0    0    0    1    |   early pension

It is written as a study, so that simlab does all that it does for any study; the other tools get
the matrices of the same draws.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from benchmarks.task import Answer, Task
from simlab.engine.sharing import on_threads
from simlab.engine.simulate import blocks, draws_first, simulate_block
from simlab.model.block import Block
from simlab.model.compiled import compile_study
from simlab.runs.options import BLOCK
from simlab.study.study import loads

STATES = ("job_ready", "activity_ready", "job", "education", "early_pension")
START = 1
CHANCES = np.array(
    [
        [0.90, 0.03, 0.05, 0.019, 0.001],
        [0.02, 0.95, 0.012, 0.008, 0.010],
        [0.015, 0.005, 0.975, 0.005, 0.0],
        [0.01, 0.01, 0.03, 0.95, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.0],
    ]
)
COST_PER_MONTH = np.array([12_000.0, 12_500.0, -3_000.0, 6_500.0, 15_000.0])
EFFECTIVE_PEOPLE = 200
MONTHS = 120


def study_text(citizens: int) -> str:
    """The chain as a study; ``prior = 0`` takes the counts as the Dirichlet law's parameters."""
    lines = [
        f"start = '2020-01'\nyears = {MONTHS // 12}\nstates = {list(STATES)}",
        f"[citizens.{STATES[START]}]\nnumber = {citizens}",
    ]
    for origin, row in zip(STATES, CHANCES, strict=True):
        if np.count_nonzero(row) > 1:
            counts = {to: EFFECTIVE_PEOPLE * p for to, p in zip(STATES, row, strict=True) if p > 0}
            lines += [f"[count_per_month.{origin}]", "prior = 0"]
            lines += [f"{to} = {count:g}" for to, count in counts.items()]
    return "\n".join(lines)


class Reference:
    """The chain compiled for a number of citizens, its draws in blocks, and their matrices."""

    def __init__(self, citizens: int, draws: int, in_a_block: int = BLOCK) -> None:
        self.compiled = compile_study(loads(study_text(citizens)))
        self.citizens = citizens
        self.blocks = [self.compiled.block(*span) for span in blocks(draws, in_a_block)]

    def task(self, threads: int, *, by_citizen: bool = True) -> Task:
        """What the other tools are given: the matrices of these draws."""
        matrices = np.concatenate([matrices_of(block) for block in self.blocks])
        return Task(
            matrices, COST_PER_MONTH, self.citizens, MONTHS, START, threads, by_citizen=by_citizen
        )

    def simulate(self, engine: Any, threads: int) -> Answer:
        """People and cost by simlab, blocks of draws spread over threads as in a run.

        A single block is not spread: there the engine shares out its draws or its citizens.
        """
        if len(self.blocks) == 1:
            return Answer((self._one_block(engine, threads, self.blocks[0]),))
        with ThreadPoolExecutor(max_workers=threads) as pool:
            return Answer(tuple(pool.map(partial(self._one_block, engine, 1), self.blocks)))

    def _one_block(self, engine: Any, threads: int, block: Block) -> tuple[np.ndarray, np.ndarray]:
        people = simulate_block(self.compiled, block, engine, threads).states[-1]  # no plan: one
        cost = np.empty((MONTHS + 1, people.shape[2]))

        def pay(first: int, stop: int) -> None:
            np.matmul(COST_PER_MONTH, people[first:stop], out=cost[first:stop])

        on_threads(pay, len(cost), threads)
        return draws_first(people), draws_first(cost)


def matrices_of(block: Block) -> np.ndarray:
    """(draws, 5, 5) chances of a block's draws, from the gammas behind each Dirichlet row."""
    p = np.zeros((block.values.stop - block.values.start, len(STATES), len(STATES)))
    for state, row in enumerate(CHANCES):
        if np.count_nonzero(row) == 1:
            p[:, state] = row
    for path, gammas in block.values.sampled.items():
        _, origin, to = path.split(".")
        p[:, STATES.index(origin), STATES.index(to)] = gammas
    found: np.ndarray = p / p.sum(axis=2, keepdims=True)
    return found
