"""Many runs, one after the other, of which none stops the others.

    states = list(read(items, out, way))      every study, before anything runs
    waiting = [one for one in states if one.stage == "waits"]
    for state in run_all(waiting, out, way):  what is missing or changed

While one run writes its files, which takes one core, the next already computes: two lanes, and one
turn for each kind of work, so that at most two runs are in memory. A run that was stopped goes on
from its blocks, since each goes the way of every run (`simlab.runs.into_folder`).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Literal

from simlab.batch.kept import finished
from simlab.batch.plan import Item
from simlab.engine.cost import choose_engine
from simlab.engine.sound import UnsoundDraw
from simlab.risk.target import TargetError, read_target
from simlab.runs.blocks import ResumeError
from simlab.runs.folder import FolderError
from simlab.runs.forecast import seconds
from simlab.runs.into_folder import Certified, Way, run_into
from simlab.runs.parallel import AWAKE, GRACE
from simlab.runs.worker import BlockError, ClusterError
from simlab.study.errors import StudyError
from simlab.study.study import Study, load

LANES = 2  # one computes, one writes
FORECAST = 24  # runs whose time is forecast; that of the others is taken for their mean

Stage = Literal["waits", "computes", "writes", "kept", "done", "failed"]


@dataclass(frozen=True, slots=True)
class State:
    """How far a run of the batch is.

    draws   : computed so far, of    count : all
    summary : of a run that is done or kept    error : of one that failed
    """

    item: Item
    stage: Stage
    draws: int = 0
    count: int = 0
    seconds: float = 0.0
    summary: Mapping[str, Any] | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        return self.stage in ("kept", "done", "failed")


def read(items: Sequence[Item], out: Path, way: Way) -> Iterator[State]:
    """Each run as it stands before the batch begins: it waits, is kept, or failed already."""
    for item in items:
        try:
            study = load(item.study, item.settings)
            if way.until is not None:
                read_target(way.until, study.timeline.years)
        except (StudyError, TargetError) as error:
            yield State(item, "failed", error=str(error))
            continue
        there = finished(out / item.name, study, way)
        count = study.form.draws
        yield State(item, "kept" if there else "waits", 0, count, summary=there)


def forecast(waiting: Sequence[State], way: Way) -> float:
    """Seconds that the runs which wait will take, by the cost table of the engines."""
    if not waiting:
        return 0.0
    some = waiting[:: -(-len(waiting) // FORECAST)]
    found = [_seconds(load(one.item.study, one.item.settings), way) for one in some]
    return sum(found) / len(found) * len(waiting)


def _seconds(study: Study, way: Way) -> float:
    return seconds(study, choose_engine(study), way.block, way.threads)


class _Stopped(BaseException):
    """The batch was stopped, or the disk is full: no lane goes on."""


def run_all(
    waiting: Sequence[State], out: Path, way: Way, certified: Certified | None = None
) -> Iterator[State]:
    """Make every run that waits, and tell each step of each of them.

    Raises FolderError where the disk is full, and ClusterError where the cluster fails: both would
    fail the others too. Finished runs and blocks stay.
    """
    lanes = _Lanes(list(waiting), out, way, certified)
    try:
        yield from lanes.states()
    finally:
        lanes.stop()


class _Lanes:
    """Two threads that take one run after the other, and tell of it."""

    def __init__(
        self, waiting: list[State], out: Path, way: Way, certified: Certified | None
    ) -> None:
        self._waiting, self._out, self._way = iter(waiting), out, way
        self._certified = certified
        self._computing, self._writing, self._taking = Lock(), Lock(), Lock()
        self._told: SimpleQueue[State | BaseException | None] = SimpleQueue()
        self._stop = Event()
        self._threads = [Thread(target=self._work, daemon=False) for _ in range(LANES)]
        for thread in self._threads:
            thread.start()

    def states(self) -> Iterator[State]:
        """What happens, until all is done; the main thread wakes up for Ctrl-C now and then."""
        working = len(self._threads)
        while working:
            try:
                told = self._told.get(timeout=AWAKE)
            except Empty:
                continue
            if isinstance(told, BaseException):
                raise told
            if told is None:
                working -= 1
            else:
                yield told

    def stop(self) -> None:
        """No run begins; those at work have a moment to leave their blocks."""
        self._stop.set()
        ends = monotonic() + 2 * GRACE
        for thread in self._threads:
            thread.join(max(ends - monotonic(), 0.0))

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._taking:
                state = next(self._waiting, None)
            if state is None:
                break
            try:
                self._told.put(self._made(state))
            except _Stopped:
                break
            except (FolderError, ClusterError) as error:
                self._told.put(error)
                break
        self._told.put(None)

    def _made(self, state: State) -> State:
        """A run, done or failed."""

        def progress(done: int, count: int) -> None:
            if self._stop.is_set():
                raise _Stopped
            self._told.put(replace(state, stage="computes", draws=done, count=count))

        try:
            summary, took = self._run(state, progress)
        except (StudyError, UnsoundDraw, BlockError) as error:
            return replace(state, stage="failed", error=str(error))
        except FolderError as error:
            if error.full:
                raise
            return replace(state, stage="failed", error=str(error))
        except ClusterError:
            raise
        except MemoryError:
            return replace(state, stage="failed", error="not enough memory for this study")
        except Exception as error:  # a mistake of ours: one run's, told, and not the whole night's
            return replace(state, stage="failed", error=_unexpected(error))
        return replace(state, stage="done", draws=state.count, summary=summary, seconds=took)

    def _run(
        self, state: State, progress: Callable[[int, int], None]
    ) -> tuple[Mapping[str, Any], float]:
        """Go on from what lies in the folder, or throw it away where it is of another run."""
        item = state.item
        study, folder = load(item.study, item.settings), self._out / item.name

        def attempt(way: Way) -> tuple[Mapping[str, Any], float]:
            computes = replace(state, stage="computes")
            writes = replace(state, stage="writes", draws=state.count)
            made = run_into(
                study, folder, way, progress, certified=self._certified,
                computing=self._turn(self._computing, computes),
                writing=self._turn(self._writing, writes),
            )  # fmt: skip
            return made.run.result.summary, made.seconds

        try:
            return attempt(replace(self._way, resume=True))
        except ResumeError:
            return attempt(replace(self._way, fresh=True))

    @contextmanager
    def _turn(self, lock: Lock, state: State) -> Iterator[None]:
        with lock:
            if self._stop.is_set():
                raise _Stopped
            self._told.put(state)
            yield


def _unexpected(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}, line {where.lineno}"
    return f"unexpected {type(error).__name__}: {error} ({place}); please report it"
