"""C, as a good programmer writes it: what a machine can do without knowing a study.

``threshold.c`` draws a uniform number a citizen and month, ``event.c`` goes from event to event
with geometric sojourns, ``forward.c`` multiplies matrices with eight draws to a vector. They are
compiled here, for this machine, when a compiler is there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.peer import Call, NotHere, Peer
from benchmarks.task import Answer, Task

SOURCES = Path(__file__).parent.parent / "c"
FLAGS = ("-O3", "-march=native", "-std=c11", "-pthread", "-shared", "-fPIC")


@cache
def library() -> ctypes.CDLL:
    """The three programs, compiled; NotHere without a compiler that takes them."""
    compiler = shutil.which("cc")
    if compiler is None or os.name == "nt":  # the programs use POSIX threads
        raise NotHere("no C compiler")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        built = Path(folder) / "references.so"
        sources = [str(path) for path in sorted(SOURCES.glob("*.c"))]
        command = [compiler, *FLAGS, "-o", str(built), *sources, "-lm"]
        ended = subprocess.run(command, capture_output=True, check=False)
        if ended.returncode != 0:
            raise NotHere("the C compiler does not take the programs")
        return ctypes.CDLL(str(built))


def pointer(array: np.ndarray) -> Any:
    """The address of an array's first number."""
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)


def microsimulation(name: str, task: Task) -> Call:
    """``threshold`` or ``event``: whole people by draw and month."""
    function = getattr(library(), f"simlab_{name}")
    matrices = np.ascontiguousarray(task.matrices)
    draws, states, _ = matrices.shape
    numbers = [ctypes.c_int64(n) for n in (draws, states, task.start, task.citizens, task.months)]

    def call(seed: int) -> Answer:
        people = np.zeros((draws, task.months + 1, states), dtype=np.int64)
        failed = function(
            pointer(matrices), *numbers, ctypes.c_uint64(seed), task.threads, pointer(people)
        )
        if failed:
            raise NotHere("the job does not fit, or threads cannot be made")
        return Answer.of(people, people @ task.cost_per_month)

    return call


def expected(task: Task) -> Call:
    """``forward``: expected people and cost by draw and month."""
    function = library().simlab_forward
    matrices = np.ascontiguousarray(task.matrices)
    cost = np.ascontiguousarray(task.cost_per_month, dtype=np.float64)
    draws, states, _ = matrices.shape

    def call(seed: int) -> Answer:
        people = np.empty((draws, task.months + 1, states))
        money = np.empty((draws, task.months + 1))
        failed = function(
            pointer(matrices), pointer(cost), ctypes.c_int64(draws), ctypes.c_int64(states),
            ctypes.c_int64(task.start), ctypes.c_double(task.citizens),
            ctypes.c_int64(task.months), task.threads, pointer(people), pointer(money),
        )  # fmt: skip
        if failed:
            raise NotHere("the job does not fit, or threads cannot be made")
        return Answer.of(people, money)

    return call


def reference(what: str, prepare: dict[str, Any]) -> Peer:
    return Peer(f"C, {what}", prepare, draws={"J2": 250}, threads=str)


threshold, event = partial(microsimulation, "threshold"), partial(microsimulation, "event")
PEERS = (
    reference("a uniform number a month", {"J1": threshold, "J2": threshold}),
    reference("from event to event", {"J1": event, "J2": event}),
    reference("eight draws to a vector", {"J3": expected}),
)
