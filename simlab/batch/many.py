"""Many runs, of which none stops the others.

    states = list(read(items, out, options))      every study, before anything runs
    waiting = [state for state in states if state.stage == "waits"]
    for state in run_all(waiting, out, options):  what is missing or changed

Each lane takes one run after the other. There are as many lanes as threads, each a process
(`worker`), if so many runs wait and fit in memory. With one thread, or where a cluster computes,
two lanes are in this process, with one turn for each kind of work: while one run writes its files
the next already computes. A run that was stopped goes on from its blocks, since each goes the way
of every run (`simlab.folders.run_folder`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Literal

from simlab.batch.finished import finished
from simlab.batch.items import Item
from simlab.batch.worker import Lane, StoppedError, attempted, tried
from simlab.engine.work import choose_engine
from simlab.result.plain import Record
from simlab.risk.target import TargetError, read_target
from simlab.runs.capacity import FITS, memory_bytes, peak_bytes
from simlab.runs.cluster_worker import ClusterError
from simlab.runs.files import FolderError
from simlab.runs.forecast import seconds
from simlab.runs.options import RunOptions
from simlab.runs.parallel import AWAKE, GRACE
from simlab.study.errors import StudyError
from simlab.study.study import Study, load
from simlab.study.variant import LeftOut

IN_TURNS = 2  # lanes in this process: one computes, one writes
SAMPLED = 24  # runs whose time and memory are forecast; the others are taken to be like them

Stage = Literal["waits", "computes", "writes", "kept", "done", "failed"]
Made = tuple[Record | None, float, str]  # record, seconds, what went wrong


@dataclass(frozen=True, slots=True)
class State:
    """How far a run of the batch is.

    draws   : computed so far, of    count : all
    record  : of a run that is done or kept    error : of one that failed
    left_out : what the study cannot have, with what is set in it
    """

    item: Item
    stage: Stage
    draws: int = 0
    count: int = 0
    seconds: float = 0.0
    record: Record | None = None
    error: str = ""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def over(self) -> bool:
        return self.stage in ("kept", "done", "failed")


def read(items: Sequence[Item], out: Path, options: RunOptions) -> Iterator[State]:
    """Each run as it stands before the batch begins: it waits, is kept, or failed already."""
    for item in items:
        try:
            study = load(item.study, item.settings)
            if options.until is not None:
                read_target(options.until, study.timeline.years)
        except (StudyError, TargetError) as error:
            yield State(item, "failed", error=str(error))
            continue
        there = finished(out / item.name, study, options)
        count = study.draws
        stage: Stage = "kept" if there else "waits"
        yield State(item, stage, 0, count, record=there, left_out=study.left_out)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a batch will take.

    seconds : of all runs that wait, by the cost table of the engines
    lanes   : processes that make them, 0 where this one does
    """

    seconds: float
    lanes: int


def forecast(waiting: Sequence[State], options: RunOptions) -> Ahead:
    """Time of the runs that wait, and how many are made side by side."""
    if not waiting:
        return Ahead(0.0, 0)
    chosen = waiting[:: -(-len(waiting) // SAMPLED)]
    some = [load(state.item.study, state.item.settings) for state in chosen]
    lanes = _lanes(some, len(waiting), options)
    each = replace(options, threads=options.threads // lanes) if lanes else options
    mean = sum(seconds(study, choose_engine(study), each) for study in some) / len(some)
    return Ahead(mean * len(waiting) / max(lanes, 1), lanes)


def _lanes(some: Sequence[Study], waiting: int, options: RunOptions) -> int:
    if options.cluster is not None or options.threads < 2 or waiting < 2:
        return 0
    alone = replace(options, threads=1)
    fit = FITS * memory_bytes() / max(peak_bytes(study, alone) for study in some)
    lanes = min(options.threads, waiting, int(fit))
    return lanes if lanes > 1 else 0


def run_all(
    waiting: Sequence[State],
    out: Path,
    options: RunOptions,
    lanes: int = 0,
) -> Iterator[State]:
    """Make every run that waits, and tell each step of each of them.

    lanes : processes that make them (`forecast` tells how many), 0 for this one
    Raises FolderError where the disk is full, and ClusterError where the cluster fails: both would
    fail the others too. Finished runs and blocks stay.
    """
    made = _Lanes(list(waiting), out, options, lanes)
    try:
        yield from made.states()
    finally:
        made.stop()


class _Lanes:
    """Threads that take one run after the other, make it or have it made, and tell of it."""

    def __init__(self, waiting: list[State], out: Path, options: RunOptions, lanes: int) -> None:
        self._waiting, self._out = iter(waiting), out
        self._options = replace(options, threads=options.threads // lanes) if lanes else options
        self._computing, self._writing, self._taking = Lock(), Lock(), Lock()
        self._news: SimpleQueue[State | BaseException | None] = SimpleQueue()
        self._stop = Event()
        work = self._elsewhere if lanes else self._here
        self._threads = [Thread(target=work, daemon=False) for _ in range(lanes or IN_TURNS)]
        for thread in self._threads:
            thread.start()

    def states(self) -> Iterator[State]:
        """What happens, until all is done; the main thread wakes up for Ctrl-C now and then."""
        working = len(self._threads)
        while working:
            try:
                news = self._news.get(timeout=AWAKE)
            except Empty:
                continue
            if isinstance(news, BaseException):
                raise news
            if news is None:
                working -= 1
            else:
                yield news

    def stop(self) -> None:
        """No run begins; those at work have a moment to leave their blocks."""
        self._stop.set()
        ends = monotonic() + 2 * GRACE
        for thread in self._threads:
            thread.join(max(ends - monotonic(), 0.0))

    def _here(self) -> None:
        """A lane in this process."""
        self._work(self._made_here)

    def _elsewhere(self) -> None:
        """A lane that is a process."""
        lane = Lane()
        try:
            self._work(lambda state: self._made_there(lane, state))
        finally:
            lane.end()

    def _work(self, make: Callable[[State], Made]) -> None:
        while not self._stop.is_set():
            with self._taking:
                state = next(self._waiting, None)
            if state is None:
                break
            try:
                record, took, wrong = make(state)
            except StoppedError:
                break
            except (FolderError, ClusterError) as error:
                self._news.put(error)
                break
            if record is None:
                self._news.put(replace(state, stage="failed", error=wrong))
            else:
                done = replace(state, stage="done", draws=state.count, record=record)
                self._news.put(replace(done, seconds=took))
        self._news.put(None)

    def _made_here(self, state: State) -> Made:
        def progress(done: int, count: int) -> None:
            if self._stop.is_set():
                raise StoppedError
            self._news.put(replace(state, stage="computes", draws=done, count=count))

        computes = self._turn(self._computing, replace(state, stage="computes"))
        writes = self._turn(self._writing, replace(state, stage="writes", draws=state.count))
        run = partial(attempted, state.item, self._out, self._options, progress, computes, writes)
        return tried(run)

    def _made_there(self, lane: Lane, state: State) -> Made:
        def tell(stage: Stage, done: int, count: int) -> None:
            if stage == "writes":
                done = state.count
            self._news.put(replace(state, stage=stage, draws=done, count=count or state.count))

        return lane.make(state.item, self._out, self._options, tell, self._stop.is_set)

    @contextmanager
    def _turn(self, lock: Lock, state: State) -> Iterator[None]:
        with lock:
            if self._stop.is_set():
                raise StoppedError
            self._news.put(state)
            yield
