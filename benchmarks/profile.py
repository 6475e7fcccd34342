"""Where the time of J5 goes, room by room: clocks around the rooms' public functions.

A clock that is started inside another stops the outer one, so that every second is counted once.
Compiled kernels have clocks of their own wherever Python calls them: their share is told, in
whatever room they are called. Seconds are processor time of the run's own threads, so a busy
machine does not shift them from room to room. Everything is compiled before; the run writes all
its files, charts and report too, which are no part of the job.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from benchmarks.hjoerring import Real
from simlab.folders import results
from simlab.model.compiled import Compiled
from simlab.model.parameters import sample
from simlab.runs.options import RunOptions
from simlab.runs.provenance import provenance
from simlab.runs.run import run

# What a room is for. ``study``, ``kernel`` and ``words`` serve all others, who pay for their calls.
WORK = {
    "model": "intensities",
    "engine": "engines",
    "finance": "money",
    "risk": "payback",
    "charts": "charts",
    "report": "report",
    "observe": "payback",
    "result": "payback",
}
DRAWS, FILES, ELSEWHERE = "draws", "files", "the rest"
ROOMS = (DRAWS, *(WORK[room] for room in list(WORK)[:4]), FILES, "charts", "report", ELSEWHERE)
SHOWN_ONLY = ("charts", "report")  # not in J5, whose answer is a summary and parquet


class Running(threading.local):
    """What a thread is in: (room, in a kernel?), innermost last, and since when."""

    def __init__(self) -> None:
        self.inside: list[tuple[str, bool]] = [(ELSEWHERE, False)]
        self.since = time.thread_time()


@dataclass
class Clocks:
    """Seconds by room, and those of them that were spent in compiled kernels."""

    seconds: dict[str, float] = field(default_factory=dict)
    kernels: dict[str, float] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def _book(self) -> None:
        """Give the time since the thread's last change to whatever it is in."""
        now = time.thread_time()
        room, in_kernel = self.running.inside[-1]
        with self.lock:
            for book in (self.seconds, self.kernels) if in_kernel else (self.seconds,):
                book[room] = book.get(room, 0.0) + now - self.running.since
        self.running.since = now

    @contextmanager
    def inside(self, room: str | None, *, kernel: bool) -> Iterator[None]:
        """In a room, or with None in the room that calls."""
        self._book()
        self.running.inside.append((room or self.running.inside[-1][0], kernel))
        try:
            yield
        finally:
            self._book()
            self.running.inside.pop()

    def around(
        self, function: Callable[..., Any], room: str | None, *, kernel: bool = False
    ) -> Callable[..., Any]:
        """The function with a clock."""

        @wraps(function)
        def clocked(*given: Any, **named: Any) -> Any:
            if self.running.inside[-1] == (room, kernel):  # within a room there is nothing to book
                return function(*given, **named)
            with self.inside(room, kernel=kernel):
                return function(*given, **named)

        return clocked


def is_kernel(value: Any) -> bool:
    """Whether numba compiled it."""
    return hasattr(value, "py_func") and hasattr(value, "signatures")


def is_ours(value: Any) -> bool:
    """Whether it is a function of simlab."""
    return inspect.isfunction(value) and value.__module__.startswith("simlab.")


def room_of(module: str) -> str:
    """The room that a module of simlab stands in."""
    return module.split(".")[1] if module.count(".") else ""


def work_of(function: Callable[..., Any]) -> str | None:
    """What a function of simlab does; None for the rooms that serve all others."""
    if function is sample:
        return DRAWS
    if function.__module__ == results.__name__:
        return FILES
    return WORK.get(room_of(function.__module__))


def places() -> Iterator[tuple[Any, str, Any, str | None]]:
    """(module or class, name, function, room) of everything that gets a clock."""
    yield Compiled, "block", Compiled.block, WORK["model"]
    modules = [(name, m) for name, m in sys.modules.items() if isinstance(m, ModuleType)]
    for module_name, module in sorted(modules, key=lambda pair: pair[0]):
        if not module_name.startswith("simlab.") or room_of(module_name) == "bench":
            continue
        for name, value in sorted(vars(module).items()):
            if is_kernel(value):
                yield module, name, value, WORK.get(room_of(value.py_func.__module__))
            elif is_ours(value) and not name.startswith("_") and work_of(value):
                yield module, name, value, work_of(value)


def profile(case: Real, draws: int) -> dict[str, Any]:
    """Seconds, and seconds in kernels, of a whole run with all its files, by room."""
    study = case.study()

    def whole(folder: Path, count: int) -> None:
        finished = run(study, RunOptions(threads=1), draws=count, engine=case.engine)
        about = provenance(
            study, draws=count, threads=1, seconds=0.0, command="python -m benchmarks"
        )
        results.write_results(finished, folder, about, "en")

    with tempfile.TemporaryDirectory() as name, ExitStack() as replaced:
        whole(Path(name), min(draws, 300))
        clocks = Clocks()
        for owner, attribute, function, room in list(places()):
            clocked = clocks.around(function, room, kernel=is_kernel(function))
            replaced.enter_context(patch.object(owner, attribute, clocked))
        clocks.running.since = time.thread_time()
        with clocks.inside(ELSEWHERE, kernel=False):
            whole(Path(name), draws)
    seconds = sum(clocks.seconds.values())
    shown_only = sum(clocks.seconds.get(room, 0.0) for room in SHOWN_ONLY)
    return {
        "job": case.name,
        "title": case.title,
        "draws": draws,
        "seconds": seconds,
        "kernels_of_job": sum(clocks.kernels.values()) / (seconds - shown_only),
        "rooms": [
            {
                "room": room,
                "seconds": clocks.seconds[room],
                "kernels": clocks.kernels.get(room, 0.0),
            }
            for room in ROOMS
            if room in clocks.seconds
        ],
    }
