"""One run of a batch, and a process that makes one run after the other.

    record, seconds, error = tried(lambda: attempted(item, out, options, …))

Charts and reports are Python, which one process runs on one core; so each lane of a batch is a
process of its own, with its share of the threads. A process that is killed fails its run, and the
lane goes on with a new one. What it has told comes through a pipe; where the batch is gone, so is
the pipe, and the process ends.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from simlab.batch.items import Item
from simlab.engine.invariants import UnsoundDraw
from simlab.folders.run_folder import Turn, run_into
from simlab.result.plain import Record, recorded
from simlab.runs.cluster_worker import BlockError, ClusterError
from simlab.runs.files import FolderError
from simlab.runs.options import RunOptions
from simlab.runs.parallel import AWAKE, GRACE, Progress
from simlab.runs.resume import ResumeError
from simlab.study.errors import StudyError
from simlab.study.study import load
from simlab.study.unexpected import unexpected

Stage = Literal["computes", "writes"]
Tell = Callable[[Stage, int, int], None]  # stage, draws done, draws in all


class StoppedError(BaseException):
    """The batch was stopped, or the disk is full: no lane goes on."""


def attempted(
    item: Item,
    out: Path,
    options: RunOptions,
    progress: Progress,
    computing: Turn,
    writing: Turn,
) -> tuple[Record, float]:
    """Go on from what lies in the run's folder, or throw it away where it is of another run."""
    study, folder = load(item.study, item.settings), out / item.name

    def attempt(options: RunOptions) -> tuple[Record, float]:
        made = run_into(study, folder, options, progress, computing=computing, writing=writing)
        return recorded(made.run.answer), made.seconds

    try:
        return attempt(replace(options, resume=True))
    except ResumeError:
        return attempt(replace(options, fresh=True))


def tried(run: Callable[[], tuple[Record, float]]) -> tuple[Record | None, float, str]:
    """(record, seconds, ""), or what went wrong with this run alone.

    Raises FolderError where the disk is full, and ClusterError: these would fail the others too.
    """
    try:
        return *run(), ""
    except (StudyError, UnsoundDraw, BlockError) as error:
        text = str(error)
    except FolderError as error:
        if error.full:
            raise
        text = str(error)
    except ClusterError:
        raise
    except MemoryError:
        text = "not enough memory for this study"
    except Exception as error:  # a mistake of ours: one run's, told, and not the whole night's
        text = unexpected(error)
    return None, 0.0, text


class Lane:
    """A process that makes runs, seen from the batch."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._stop = context.Event()
        self._process = context.Process(target=_lead, args=(theirs, self._stop), daemon=True)
        self._process.start()
        theirs.close()

    def make(
        self, item: Item, out: Path, options: RunOptions, tell: Tell, stopped: Callable[[], bool]
    ) -> tuple[Record | None, float, str]:
        """As `tried`, in the process; StoppedError when the batch is over."""
        try:
            self._pipe.send((item, out, options))
            while True:
                if stopped():
                    raise StoppedError
                if not self._pipe.poll(AWAKE):
                    continue
                match self._pipe.recv():
                    case "over", record, seconds, error:
                        return record, seconds, error
                    case "full", *error:
                        raise FolderError(*error)
                    case stage, done, count:
                        tell(stage, done, count)
        except (EOFError, ConnectionError):
            self._process.join(GRACE)
            code = self._process.exitcode
            self.end()
            self._begin()
            return None, 0.0, f"its process ended ({code}); too little memory is the usual cause"

    def end(self) -> None:
        """Let the process finish the block that it is at, and no more."""
        self._stop.set()
        self._pipe.close()
        self._process.join(GRACE)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(GRACE)


def _lead(pipe: Any, stop: Any) -> None:
    """What the process does, until the batch has no more runs for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch tells when to stop
    with suppress(EOFError, OSError, StoppedError):
        while True:
            pipe.send(_made(pipe, stop, *pipe.recv()))
            gc.collect()  # a study and what was worked out for it hold each other


def _made(pipe: Any, stop: Any, item: Item, out: Path, options: RunOptions) -> tuple[Any, ...]:
    def progress(done: int, count: int) -> None:
        if stop.is_set():
            raise StoppedError
        pipe.send(("computes", done, count))

    @contextmanager
    def turn(stage: str) -> Iterator[None]:
        pipe.send((stage, 0, 0))
        yield

    try:
        return "over", *tried(
            lambda: attempted(item, out, options, progress, turn("computes"), turn("writes"))
        )
    except FolderError as error:
        return "full", str(error), error.errno
