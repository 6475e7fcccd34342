"""A results folder, and how a file in it is written: whole, or not at all."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from simlab.study.errors import SimlabError

if TYPE_CHECKING:
    import pyarrow as pa


TEMPORARY = ".writing-"  # how the names of files begin that are not whole yet
NO_SPACE = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota here


class FolderError(SimlabError, OSError):
    """A results folder that cannot be written.

    errno : what the system said, where it was the system
    """

    exit_code = 1

    def __init__(self, message: str, errno: int | None = None):
        super().__init__(message)
        self.errno = errno

    @property
    def full(self) -> bool:
        """Whether there is no room left, for this file or any other."""
        return self.errno in NO_SPACE


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """What the system refuses within is a FolderError that names the path."""
    try:
        yield
    except FolderError:
        raise
    except Exception as error:
        cause = error.args[0] if error.args else None  # XlsxWriter wraps it, and is no OSError
        system = error if isinstance(error, OSError) else cause
        if not isinstance(system, OSError):
            raise
        text = f"{path}: cannot be written ({system.strerror or system})"
        raise FolderError(text, system.errno) from None


def open_folder(path: Path) -> Path:
    """Make the folder, and make sure that it can be written before anything is computed."""
    with refused(path):
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f"{TEMPORARY}{uuid4().hex}"
        probe.touch()
        probe.unlink()
    return path


def folder_of(study: Path, name: str) -> Path:
    """Where the results of a study file go by default: the study of a results folder stays there.

    >>> folder_of(Path("studies/mine.toml"), "mine").as_posix()
    'results/mine'
    """
    home = study.parent
    begun = (home / "provenance.json", home / "blocks" / "run.json")
    if study.name == "study.toml" and any(path.is_file() for path in begun):
        return home
    # A file named "...toml" is called "..".
    return Path("results") / (bare(name).strip(". ") or "study")


def bare(name: str) -> str:
    """A name that a folder may have on any system, where what nobody sees is <U+202E>."""
    return re.sub(r"[\x00-\x1f<>]", "_", name)


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the place, flush to the disk, rename: a reader sees the old file or the new."""
    temporary = path.with_name(f"{TEMPORARY}{uuid4().hex}{path.suffix}")
    try:
        with refused(path):
            write(temporary)
            with temporary.open("r+b") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    write_whole(path, lambda p: _write_utf8(p, text))


def _write_utf8(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def as_json(content: Any) -> str:
    """JSON without NaN or infinity: what is not a number is null."""
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, np.generic):
        content = content.item()
    if isinstance(content, float) and not np.isfinite(content):
        return None
    return content


def write_parquet(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    # No time stamps or writer options that vary: the same draws give the same bytes. Numbers that
    # hardly repeat are smaller, and written in half the time, without a dictionary.
    write_whole(path, lambda p: pq.write_table(table, p, compression="zstd", use_dictionary=False))
