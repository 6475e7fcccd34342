"""All measurements, one after the other, as records for the screen, for JSON and for the docs.

job      speed or seconds beside the goal, and what others reach      J1 to J5, J7, J8
threads  how many times faster two threads are than one               J2 to J5
growth   seconds and peak memory against citizens, draws, threads     J6
profile  the seconds of J5 by room
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import candidates, growth, hjoerring
from benchmarks.contest import Measured
from benchmarks.jobs import JOBS, SPEEDUP_GOAL, Job, Ready
from benchmarks.peers.peer import Peer

NAMES = (*JOBS, "J5", "J6", "J7", "J8", "threads", "profile")
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    rounds, pairs : of the contests, and of the calls with one and with two threads
    draws, whole_runs : of J5; J7 and J8 have so many draws at most
    pair_draws, run_pairs : of J5 with one and two threads
    profile_draws : of the profile
    """

    name: str
    rounds: int
    pairs: int
    draws: int
    whole_runs: int
    pair_draws: int
    run_pairs: int
    profile_draws: int


SIZES = {
    size.name: size
    for size in (
        Size("quick", 2, 1, 16, 1, 16, 1, 16),
        Size("default", 5, 5, hjoerring.DRAWS, 1, 1_024, 3, 1_024),
        Size("full", 5, 9, hjoerring.DRAWS, 5, hjoerring.DRAWS, 5, hjoerring.DRAWS),
    )
}


def measure(
    names: Sequence[str], size: Size, threads: int, cores: int, peers: tuple[Peer, ...]
) -> Iterator[Record]:
    """Every record as soon as it is there, in the order of ``NAMES``."""
    jobs = [job.quick() if size.name == "quick" else job for job in JOBS.values()]
    for job in jobs:
        if job.name in names:
            yield of_job(job, size, threads, peers)
    if "J5" in names:
        for case in hjoerring.CASES:
            found = hjoerring.measured(case, size.draws, threads, size.whole_runs)
            yield in_seconds(case, found, size.draws, hjoerring.DRAWS)
    for asked in candidates.ASKED:
        if asked.name in names:
            draws = min(asked.draws, size.draws)
            found = candidates.measured(asked, draws, threads, size.rounds)
            yield in_seconds(asked, found, draws, asked.draws)
    if "threads" in names:
        yield from speedups(jobs, size, cores)
    if "J6" in names:
        for case_of_growth in growth.cases(size.name):
            yield {"kind": "growth", "job": "J6", **growth.measured(case_of_growth)}
    if "profile" in names:
        from benchmarks.profile import profile

        for case in hjoerring.CASES[:2]:
            yield {"kind": "profile", **profile(case, size.profile_draws)}


def of_job(job: Job, size: Size, threads: int, peers: tuple[Peer, ...]) -> Record:
    """A contest on the reference chain."""
    about = {
        "kind": "job", "job": job.name, "title": job.title, "size": job.size,
        "unit": job.unit, "goals": dict(job.goals),
    }  # fmt: skip
    if not job.is_possible:
        return about | {"skipped": f'simlab has no engine "{job.engine}" yet', "entries": []}
    found = Ready(job).measured(peers, threads, size.rounds)
    return about | {"entries": [entry(one) for one in found]}


def in_seconds(
    case: hjoerring.Real | candidates.Asked, found: Measured, draws: int, goal_draws: int
) -> Record:
    """How long it took; its goal belongs to a number of draws."""
    return {
        "kind": "job", "job": case.name, "title": case.title, "size": f"{draws:,} draws",
        "unit": "seconds", "goal": case.goal, "goal_draws": goal_draws,
        "draws": draws, "entries": [entry(found)],
    }  # fmt: skip


def reached(record: Record) -> float | None:
    """Which part of its goal a job reaches; None at a size that the goal does not belong to, or
    with none of the peers there that it names."""
    ours, *others = record["entries"]
    if record["unit"] == "seconds":
        at_size = record["draws"] == record["goal_draws"]
        return float(record["goal"] / median(ours["seconds"])) if at_size else None
    parts = (
        other["ratio"] / wanted
        for peer, wanted in record["goals"].items()
        for other in others
        if other["name"].startswith(peer) and other.get("ratio")
    )
    return min(parts, default=None)


def entry(one: Measured) -> Record:
    """A line of a contest: its median, and what it was the median of."""
    if one.trouble:
        return {"name": one.name, "trouble": one.trouble}
    return {
        "name": one.name,
        "threads": one.threads,
        "speed": one.speed,
        "seconds": list(one.seconds),
        "work": one.work,
        "compile_seconds": one.compile_seconds,
        "ratio": one.ratio,
        "note": one.note,
    }


def speedups(jobs: Sequence[Job], size: Size, cores: int) -> Iterator[Record]:
    """Two threads against one; nothing where there is one core."""
    if cores < 2:
        return
    for job in jobs:
        if job.name != "J1" and job.is_possible:
            ready = Ready(job)
            ready.simulate(2)
            yield of_threads(job.name, job.size, ready.speedup(size.pairs), size.pairs)
    for case in hjoerring.CASES[:2]:
        ratio = hjoerring.speedup(case, size.pair_draws, size.run_pairs)
        yield of_threads(case.name, f"{size.pair_draws:,} draws", ratio, size.run_pairs)


def of_threads(job: str, size: str, ratio: float, pairs: int) -> Record:
    return {
        "kind": "threads", "job": job, "size": size, "ratio": ratio,
        "goal": SPEEDUP_GOAL, "pairs": pairs,
    }  # fmt: skip
