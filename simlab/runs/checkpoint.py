"""The finished blocks of a run on disk, so that nothing that was computed is lost.

    results/x/blocks/run.json                      the study, the engine, and the versions
    results/x/blocks/0000000256-0000000512.block   draws 256 to 512, with their hash
    results/x/blocks/if_stopped-4-1000.variant     what a variant of the study found

Each file is written whole: beside its place, flushed to the disk, renamed. Kill the run at any
moment, and ``--resume`` keeps what is whole, computes again what is torn, and ends with the same
bits, whatever the block size and the threads of either part; blocks of another run (`resume`) are
refused. One run at a time works in a folder; the lock ends with its process, however that ends.
When every result is written, the blocks are removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from simlab.engine.work import choose_engine
from simlab.result.draw_table import DrawTable, TornError
from simlab.result.figures import PaybackFigures
from simlab.result.plain import plain, read
from simlab.runs.block import read_block
from simlab.runs.files import (
    TEMPORARY,
    FolderError,
    as_json,
    open_folder,
    refused,
    write_text,
    write_whole,
)
from simlab.runs.resume import HEAD, ResumeError, identity, refuse_another_run
from simlab.runs.without_chance import Variant
from simlab.study.study import Study

QUEUE = 2  # blocks that may wait for the disk
SPAN = re.compile(r"([0-9]{10})-([0-9]{10})\.block")


class AtWorkError(FolderError):
    """A folder in which another run is at work."""


class Checkpoint:
    """The blocks of one run; they are written by a thread of their own, beside the computing.

    taken  : how many draws were read from disk
    broken : how many blocks were torn, and are computed again
    """

    def __init__(self, place: Path, study: Study) -> None:
        self.place = place
        self.study = study
        self.taken = self.broken = 0
        self._waiting = threading.BoundedSemaphore(QUEUE)
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._failure: FolderError | None = None

    def spans(self) -> list[tuple[int, int]]:
        """(start, stop) of the blocks that are there, in order."""
        return _spans_in(self.place)

    def read(self, span: tuple[int, int]) -> DrawTable | None:
        """A finished block; None, and the file is gone, where it is torn."""
        path = self._path(span)
        try:
            block = read_block(path.read_bytes(), self.study)
        except OSError as error:
            text = f"{path}: cannot be read ({error.strerror or error})"
            raise FolderError(text, error.errno) from None
        except TornError:
            block = None
        if block is None or block.span != span:
            self.broken += 1
            path.unlink(missing_ok=True)
            return None
        self.taken += span[1] - span[0]
        return block

    def keep(self, block: DrawTable) -> None:
        """Have a block written; FolderError where an earlier one could not be."""
        self._waiting.acquire()
        if self._failure is not None:
            self._waiting.release()
            raise self._failure
        self._writer.submit(self._write, block)

    def _write(self, block: DrawTable) -> None:
        try:
            _write_block(self._path(block.span), block)
        except FolderError as error:
            self._failure = error
        finally:
            self._waiting.release()

    def _path(self, span: tuple[int, int]) -> Path:
        return self.place / f"{span[0]:010d}-{span[1]:010d}.block"

    def variant(
        self, variant: Variant, find: Callable[[], PaybackFigures | None]
    ) -> PaybackFigures | None:
        """What was found of a variant; it is looked for where that is not on disk."""
        path = self.place / f"{variant.kind}-{variant.name}-{variant.draws}.variant"
        try:
            return _read_variant(path.read_text(encoding="utf-8"), self.study)
        except (OSError, ValueError, RecursionError):
            figures = find()
            if figures is not None:
                text = as_json(plain(figures))
                write_text(path, f"{_sha256(text)}\n{text}")
            return figures

    def flush(self) -> None:
        """Wait until all is on disk; FolderError where something could not be written."""
        self._writer.submit(lambda: None).result()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Write what waits, and no more."""
        self._writer.shutdown()

    def remove(self) -> None:
        """Remove all blocks at once; what a killed removal leaves is cleared by the next run.

        A folder of this name that is somebody else's stays, and is in the way.
        """
        gone = self.place.with_name(f"{TEMPORARY}{uuid4().hex}")
        with suppress(OSError):
            if not (self.place / HEAD).is_file():
                self.place.rmdir()  # no more than begun, else it is not empty
                return
            self.place.replace(gone)
            shutil.rmtree(gone, ignore_errors=True)


def _spans_in(place: Path) -> list[tuple[int, int]]:
    names = (SPAN.fullmatch(path.name) for path in place.glob("*.block"))
    return sorted((int(name[1]), int(name[2])) for name in names if name)


def _read_variant(content: str, study: Study) -> PaybackFigures:
    """The payback figures under their hash; ValueError where they are torn, or another study's."""
    digest, _, text = content.partition("\n")
    if digest != _sha256(text):
        raise ValueError("the hash does not agree with the content")
    figures = read(PaybackFigures, json.loads(text))
    if list(figures.within) != list(range(1, int(study.timeline.years + 1e-9) + 1)):
        raise ValueError("the payback of another horizon")
    return figures


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write_block(path: Path, block: DrawTable) -> None:
    def write(temporary: Path) -> None:
        with temporary.open("wb", buffering=0) as file:
            block.save(file)

    write_whole(path, write)


# ── whose blocks they are ──


@contextmanager
def open_checkpoint(
    folder: Path,
    study: Study,
    engine: str = "auto",
    *,
    resume: bool = False,
    fresh: bool = False,
) -> Iterator[Checkpoint]:
    """The blocks of a run in a results folder, which is this run's alone until it ends.

    resume : go on from the blocks that are there    fresh : throw them away
    Raises ResumeError where blocks are there and neither is asked for, or where they are of
    another study or version; FolderError where the folder cannot be written, or is at work.
    """
    open_folder(folder)
    with _alone(folder):
        _clear(folder)
        checkpoint = Checkpoint(folder / "blocks", study)
        own, done = identity(study, choose_engine(study, engine)), finished_draws(folder)
        if done and not fresh:
            refuse_another_run(checkpoint.place, own)
        if done and not (resume or fresh):
            raise ResumeError(
                f"{folder}: a run with {done:,} finished draws lies here; go on from them with "
                "--resume, or throw them away with --fresh"
            )
        begun = [] if done and resume else _begin(checkpoint, own)
        try:
            yield checkpoint
        except BaseException:
            checkpoint.close()
            if not finished_draws(folder):  # nothing to go on from: leave the folder as it was
                checkpoint.remove()
                for path in begun:
                    path.unlink(missing_ok=True)
            raise
        checkpoint.close()


def finished_draws(folder: Path) -> int:
    """How many draws of an unfinished run are on disk in a results folder."""
    spans, reached, done = _spans_in(folder / "blocks"), 0, 0
    for start, stop in spans:
        done += max(stop - max(start, reached), 0)
        reached = max(stop, reached)
    return done


def draws_of_this_run(folder: Path, study: Study, engine: str = "auto") -> int:
    """As `finished_draws`, of this very run: 0 where those that are there are another's."""
    try:
        refuse_another_run(folder / "blocks", identity(study, choose_engine(study, engine)))
    except ResumeError:
        return 0
    return finished_draws(folder)


def _begin(checkpoint: Checkpoint, own: dict[str, Any]) -> list[Path]:
    """An empty place for blocks, and what they are of; the files that are new in the folder."""
    study = checkpoint.place.with_name("study.toml")
    checkpoint.remove()
    try:
        with refused(checkpoint.place):
            checkpoint.place.mkdir()
        write_text(checkpoint.place / HEAD, as_json(own))
        if study.with_name("provenance.json").exists():  # of results that are still there
            return []
        write_text(study, checkpoint.study.resolved_toml())
    except FolderError:
        checkpoint.remove()
        raise
    return [study]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder is this process's until it ends; FolderError where it is another's."""
    from filelock import FileLock, Timeout

    path = folder / ".lock"
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        text = f"{folder}: another run is at work in this folder; wait for it, or take another -o"
        raise AtWorkError(text) from None
    except OSError as error:
        text = f"{folder}: cannot be locked ({error.strerror or error})"
        raise FolderError(text, error.errno) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it after the release, no earlier
            path.unlink(missing_ok=True)
        lock.release()


def _clear(folder: Path) -> None:
    """Remove what a run that was killed has left half written."""
    for place in (folder, folder / "blocks", folder / "charts"):
        for path in place.glob(f"{TEMPORARY}*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
