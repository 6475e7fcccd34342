"""The reference jobs J1 to J4, each with its goal, beside what a user would pick instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

from benchmarks.contest import Measured, Turn, paired_ratio, with_peers
from benchmarks.peers.peer import Peer
from benchmarks.reference import Reference
from benchmarks.task import Answer
from simlab.engine.simulate import Engine
from simlab.runs.options import BLOCK

SPEEDUP_GOAL = 1.8  # with two threads


@dataclass(frozen=True, slots=True)
class Job:
    """A job on the reference chain: sizes, and the engine that does it.

    goals : peer → how many times as fast as it simlab should be, in the same run
    """

    name: str
    title: str
    engine: str
    citizens: int
    draws: int
    unit: str
    goals: Mapping[str, float]

    @property
    def by_citizen(self) -> bool:
        return self.unit.startswith("citizen")

    @property
    def by_chance(self) -> bool:
        return self.engine != "expected"

    @property
    def is_possible(self) -> bool:
        """Whether simlab has the engine."""
        return self.engine in get_args(Engine)

    def quick(self) -> Job:
        """The same with tiny sizes, to see that everything works."""
        return replace(self, citizens=min(self.citizens, 2_000), draws=min(self.draws, 24))

    @property
    def size(self) -> str:
        people = f"{self.citizens:,} citizens" if self.by_chance else "expected numbers"
        return f"{self.draws:,} draw{'s' * (self.draws > 1)}, {people}, 120 months"


JOBS = {
    job.name: job
    for job in (
        Job(
            "J1", "microsimulation", "citizens", 1_000_000, 1,
            "citizen-months a second", {"C, from event to event": 1.0},
        ),
        Job(
            "J2", "nested microsimulation", "citizens", 10_000, 1_000,
            "citizen-months a second", {"C, from event to event": 1.0},
        ),
        Job(
            "J3", "expected numbers", "expected", 10_000, 10_000,
            "draw-months a second", {"JAX": 2.0, "C, eight draws to a vector": 0.8},
        ),
        Job(
            "J4", "counts by multinomials", "counts", 10_000, 1_000,
            "citizen-months a second, effective", {"NumPy": 5.0},
        ),
    )
}  # fmt: skip


class Ready:
    """A job whose study is compiled and whose draws are made: what follows is simulation alone."""

    def __init__(self, job: Job) -> None:
        self.job = job
        # Expected numbers are a line a draw: one block, which the other tools have too.
        in_a_block = BLOCK if job.by_chance else job.draws
        self.reference = Reference(job.citizens, job.draws, in_a_block)

    def simulate(self, threads: int) -> Answer:
        return self.reference.simulate(self.job.engine, threads)

    def measured(self, peers: tuple[Peer, ...], threads: int, rounds: int) -> list[Measured]:
        """simlab and the peers, side by side."""
        task = self.reference.task(threads, by_citizen=self.job.by_citizen)

        def ours(seed: int) -> Answer:
            return self.simulate(threads)  # the study's seed: the same numbers in every round

        turn = Turn(f"simlab {self.job.engine}", str(threads), task.work, ours, task)
        return with_peers(turn, peers, self.job.name, by_chance=self.job.by_chance, rounds=rounds)

    def speedup(self, pairs: int) -> float:
        """How many times faster two threads are than one."""
        return paired_ratio(partial(self.simulate, 1), partial(self.simulate, 2), pairs)
