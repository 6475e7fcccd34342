"""A peer: another way to the same answer, made ready for a task and then called again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util

from benchmarks.task import Answer, Task

Call = Callable[[int], Answer]  # seed → answer
INSTALL = 'not installed: pip install ".[bench]"'


class NotHere(Exception):
    """Why a peer cannot take part on this machine; the message is for a person."""


@dataclass(frozen=True)
class Peer:
    """Another tool, or another program.

    prepare : job (J1, J2, J3 or J4) → what makes it ready; what is prepared is not timed
    package : the package that it needs, if any
    draws, citizens : job → the most that it is given, for those who would take minutes
    threads : how many it uses, in words, given how many it may use
    arms : futures that it simulates in a call, where it cannot do with one
    note : what a reader must know to compare
    """

    name: str
    prepare: dict[str, Callable[[Task], Call]]
    package: str | None = None
    draws: dict[str, int] | None = None
    citizens: dict[str, int] | None = None
    threads: Callable[[int], str] = lambda threads: "1"
    arms: int = 1
    note: str = ""

    def part_of(self, task: Task, job: str) -> Task:
        """As much of a task as it is given."""
        return task.at_most((self.draws or {}).get(job), (self.citizens or {}).get(job))

    def ready(self, job: str, task: Task) -> Call:
        """Its program for a job; NotHere when it cannot run on this machine."""
        if self.package is not None and util.find_spec(self.package) is None:
            raise NotHere(INSTALL)
        return self.prepare[job](task)

    @property
    def full_name(self) -> str:
        """With its version, where it has one."""
        if self.package is None or util.find_spec(self.package) is None:
            return self.name
        return f"{self.name} {metadata.version(self.package)}"
