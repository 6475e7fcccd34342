"""From a block of draws to histories: heads per account and step in both futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simlab.engine.chance import stream_key
from simlab.engine.counts import counts
from simlab.engine.expected import expected
from simlab.model.caseload import eligible_states
from simlab.model.hazards import CohortHazards
from simlab.model.model import Block, Compiled, compile_study
from simlab.study.study import Study

Engine = Literal["expected", "counts"]
BLOCK = 256  # draws computed at a time; no result depends on it


@dataclass(frozen=True)
class Histories:
    """Both futures of the draws of a block.

    heads_baseline, heads_plan : (draws, steps + 1, accounts), people at the end of each step;
        whole numbers in ``counts``, expected numbers in ``expected``
    flows_baseline, flows_plan : (draws, steps + 1, flows), moves made in each step
    eligible : effect number → (draws, steps + 1), people in the plan who could be treated
    """

    compiled: Compiled
    block: Block
    engine: Engine
    heads_baseline: np.ndarray
    heads_plan: np.ndarray
    flows_baseline: np.ndarray
    flows_plan: np.ndarray
    eligible: dict[int, np.ndarray]
    scaled_rows: int

    @property
    def study(self) -> Study:
        return self.compiled.study

    @property
    def draws(self) -> int:
        return self.heads_baseline.shape[0]

    def people(self, future: Literal["baseline", "plan"]) -> np.ndarray:
        """(draws, steps + 1, states) head counts by state."""
        heads = self.heads_baseline if future == "baseline" else self.heads_plan
        states = len(self.study.names.states)
        counted = np.zeros((*heads.shape[:2], states), dtype=heads.dtype)
        for account, state in enumerate(self.compiled.state_of_account):
            counted[:, :, state] += heads[:, :, account]
        return counted

    def __repr__(self) -> str:
        return (
            f"Histories({self.draws:,} draws, {self.heads_baseline.shape[1] - 1} steps, "
            f"{len(self.study.names.states)} states, engine {self.engine})"
        )


def choose_engine(study: Study, asked: str = "auto") -> Engine:
    """The engine for a study; ``auto`` takes the cheapest that is exact with chance."""
    engine = study.form.engine if asked == "auto" else asked
    return "expected" if engine == "expected" else "counts"


def simulate_block(compiled: Compiled, block: Block, engine: Engine) -> Histories:
    """Run one engine over a block; cohorts are added up in the order of their names."""
    study = compiled.study
    shape = (block.values.stop - block.values.start, study.timeline.steps + 1)
    kind = np.int64 if engine == "counts" else np.float64
    heads = [np.zeros((*shape, len(compiled.accounts)), dtype=kind) for _ in range(2)]
    flows = [np.zeros((*shape, len(compiled.flows)), dtype=kind) for _ in range(2)]
    treated = [i for i, e in enumerate(study.form.plan.effect) if e.cost_per_treated_per_month]
    eligible = {i: np.zeros(shape) for i in treated}
    states = list(study.names.states)
    scaled = 0
    for cohort in block.cohorts:
        before = heads[1].copy() if treated else None
        if engine == "counts":
            scaled += _counts(compiled, block, cohort, heads, flows)
        else:
            scaled += _expected(compiled, cohort, heads, flows)
        for number in treated:
            if before is not None and cohort.cohort.gets(study, number):
                inside = np.isin(
                    compiled.state_of_account,
                    [states.index(s) for s in eligible_states(study, number)],
                )
                eligible[number] += (heads[1] - before)[:, :, inside].sum(axis=2)
    return Histories(
        compiled, block, engine, heads[0], heads[1], flows[0], flows[1], eligible, scaled
    )


def _counts(
    compiled: Compiled,
    block: Block,
    cohort: CohortHazards,
    heads: list[np.ndarray],
    flows: list[np.ndarray],
) -> int:
    people, seed = cohort.people, compiled.study.form.seed
    keys = np.array(
        [
            stream_key(seed, stream, cohort.cohort.name, role)
            for stream in ("lives", "arrivals")
            for role in ("together", "baseline", "plan")
        ],
        dtype=np.uint64,
    )
    return counts(
        compiled.cells, cohort.baseline, cohort.plan, compiled.conversions,
        people.start_cells, people.start,
        people.entry_cells, people.arrivals, people.arrivals_plan,
        compiled.account_first, compiled.flow_of, keys, block.values.start,
        heads[0], heads[1], flows[0], flows[1],
    )  # fmt: skip


def _expected(
    compiled: Compiled, cohort: CohortHazards, heads: list[np.ndarray], flows: list[np.ndarray]
) -> int:
    people = cohort.people
    start = people.start.astype(np.float64)
    futures = (
        (cohort.baseline, people.arrivals, heads[0], flows[0]),
        (cohort.plan, people.arrivals_plan, heads[1], flows[1]),
    )
    return sum(
        expected(
            compiled.cells, hazards, compiled.conversions, people.start_cells, start,
            people.entry_cells, arrivals, compiled.account_first, compiled.flow_of, head, flow,
        )
        for hazards, arrivals, head, flow in futures
    )  # fmt: skip


def simulate(
    study: Study,
    draws: int | None = None,
    *,
    engine: Literal["auto", "expected", "counts"] = "auto",
    first: int = 0,
) -> Histories:
    """Both futures of ``draws`` draws (the study's own number by default), all in memory.

    ``first`` is the number of the first draw: draws are addresses, so draw 812 is the same alone
    or among a million. For large runs use ``simlab run``, which works block by block.
    """
    compiled = compile_study(study)
    count = study.form.draws if draws is None else draws
    if count < 1:
        raise ValueError(f"draws is {count}; at least 1 is needed")
    block = compiled.block(first, first + count)
    return simulate_block(compiled, block, choose_engine(study, engine))


def blocks(draws: int, size: int = BLOCK, first: int = 0) -> Iterator[tuple[int, int]]:
    """(start, stop) of blocks that are anchored at absolute draw numbers."""
    start = first
    while start < first + draws:
        stop = min((start // size + 1) * size, first + draws)
        yield start, stop
        start = stop
