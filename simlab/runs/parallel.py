"""Tasks on threads, and how they stop.

The main thread only waits, and wakes up five times a second: on Windows nothing else lets Ctrl-C
through. When it is interrupted, or a task fails, no task begins any more, and those that are at
work have two seconds to finish: a compiled kernel cannot be told to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

Progress = Callable[[int, int], None]  # draws done, draws in all
GRACE = 2.0  # seconds that tasks at work have when the others are dropped
AWAKE = 0.2  # seconds after which the main thread looks up


@dataclass(frozen=True, slots=True)
class Task:
    """Work for one thread, and the draws that are done with it.

    away : the thread only waits, for what another machine computes
    """

    work: Callable[[], Any]
    draws: int = 0
    away: bool = False


def in_parallel(
    tasks: list[Task],
    threads: int,
    progress: Progress | None,
    count: int,
    done: int = 0,
    away: int = 1,
) -> list[Any]:
    """What each task gives, in their order; ``done`` of ``count`` draws are there already.

    away : how many tasks may be with other machines at a time
    """
    ended: SimpleQueue[Future[Any]] = SimpleQueue()
    here, there = (ThreadPoolExecutor(max_workers=max(n, 1)) for n in (threads, away))
    futures: dict[Future[Any], Task] = {}
    try:
        for task in tasks:
            future = (there if task.away else here).submit(task.work)
            futures[future] = task
            future.add_done_callback(ended.put)
        for _ in tasks:
            future = _next(ended)
            future.result()
            done += futures[future].draws
            if progress:
                progress(done, count)
    except BaseException:
        for pool in (here, there):
            pool.shutdown(wait=False, cancel_futures=True)
        wait([future for future in futures if future.running()], GRACE)
        raise
    for pool in (here, there):
        pool.shutdown()
    return [future.result() for future in futures]


def _next(ended: SimpleQueue[Future[Any]]) -> Future[Any]:
    while True:
        try:
            return ended.get(timeout=AWAKE)
        except Empty:
            continue
