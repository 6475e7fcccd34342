"""Timing side by side: rounds in which everybody has a turn, so that a slow minute hits them all.

    speed  = work / seconds                          the median over the rounds
    ratio  = simlab's speed / the peer's speed       in each round; the median over the rounds

The first call of each is apart: it compiles, and its answer is checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.peers.peer import Call, NotHere, Peer
from benchmarks.task import Task, wrong_in


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody who takes part: ``work`` units are done by a call."""

    name: str
    threads: str
    work: float
    call: Call
    task: Task
    arms: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found for one who took part.

    seconds : of each round      first : of the first call, which compiles
    ratio : simlab's speed by its own; 1 for simlab, None where there is none
    trouble : why it has no speed: not installed, or a wrong answer
    """

    name: str
    threads: str = ""
    work: float = 0.0
    seconds: tuple[float, ...] = ()
    first: float = 0.0
    ratio: float | None = None
    note: str = ""
    trouble: str = ""

    @property
    def speed(self) -> float:
        """Units of work a second; 0 for those who have no speed."""
        return self.work / median(self.seconds) if self.seconds else 0.0

    @property
    def compile_seconds(self) -> float:
        """The first call less a warm one."""
        return max(self.first - median(self.seconds), 0.0) if self.seconds else 0.0


def timed(call: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """How long a call takes, and what it gives."""
    began = time.perf_counter()
    found = call(*given)
    return time.perf_counter() - began, found


def contest(turns: Sequence[Turn], *, by_chance: bool, rounds: int) -> list[Measured]:
    """Check the answers of all, then time them round by round; simlab is the first."""
    firsts, troubles = [], []
    for turn in turns:
        first, answer = timed(turn.call, 0)
        firsts.append(first)
        wrong = wrong_in(answer, turn.task, by_chance=by_chance)
        troubles.append(f"wrong answer: {wrong}" if wrong else "")
    taken: list[list[float]] = [[] for _ in turns]
    for number in range(1, rounds + 1):
        for turn, times, trouble in zip(turns, taken, troubles, strict=True):
            if not trouble:
                times.append(timed(turn.call, number)[0])
    found = []
    for turn, times, first, trouble in zip(turns, taken, firsts, troubles, strict=True):
        ratio = None
        if times and taken[0]:
            ours = [turns[0].work * turns[0].arms / s for s in taken[0]]
            theirs = [turn.work * turn.arms / s for s in times]
            ratio = median(o / t for o, t in zip(ours, theirs, strict=True))
        found.append(
            Measured(
                turn.name, turn.threads, turn.work * turn.arms, tuple(times), first, ratio,
                turn.note, trouble,
            )
        )  # fmt: skip
    return found


def with_peers(
    ours: Turn, peers: Sequence[Peer], job: str, *, by_chance: bool, rounds: int
) -> list[Measured]:
    """simlab's turn beside those of the peers that can do the job; the absent ones say why."""
    turns, absent = [ours], []
    for peer in peers:
        if job not in peer.prepare:
            continue
        task = peer.part_of(ours.task, job)
        try:
            call = peer.ready(job, task)
        except NotHere as why:
            absent.append(Measured(peer.full_name, trouble=str(why)))
            continue
        threads = peer.threads(task.threads)
        turns.append(Turn(peer.full_name, threads, task.work, call, task, peer.arms, peer.note))
    return contest(turns, by_chance=by_chance, rounds=rounds) + absent


def paired_ratio(one: Callable[[], Any], other: Callable[[], Any], pairs: int) -> float:
    """How many times faster the other is: the median of ratios of calls that take turns."""
    return median(timed(one)[0] / timed(other)[0] for _ in range(pairs))
