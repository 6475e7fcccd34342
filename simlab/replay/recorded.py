"""A results folder as it was left: the study, how it was run, and what was found in each draw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.engine.work import EXACT, Engine
from simlab.result.in_use import parameters
from simlab.result.plain import Record, read_summary
from simlab.runs.files import FolderError
from simlab.study.identity import study_hash
from simlab.study.key_path import dotted
from simlab.study.source import read_record
from simlab.study.study import Study, load

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = ("payback_years", "peak_exposure")
FILES = ("study.toml", "summary.json", "provenance.json", "draws.parquet")


@dataclass(frozen=True)
class Recorded:
    """What a run has left.

    draws : column → (draws,) as draws.parquet holds them
    """

    folder: Path
    study: Study
    engine: Engine
    record: Record
    draws: Mapping[str, np.ndarray]

    @property
    def count(self) -> int:
        return len(self.draws["draw"])

    @property
    def explained_by(self) -> tuple[str, ...]:
        """The key paths of the figures that matter to the payback, those that matter most first."""
        own = self.record.perspectives[self.study.perspective]
        return tuple(driver.paths[0] for driver in own.drivers.explained_by)


def recorded(folder: Path) -> Recorded:
    """Read a results folder; FolderError where it is none, or is no longer what the run left."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FolderError(f"{folder}: no results folder of a run ({', '.join(missing)} not there)")
    study = load(folder / "study.toml")
    about = _object(folder / "provenance.json")
    engine = about.get("engine")
    if engine not in ("expected", *EXACT):
        raise FolderError(f"{folder / 'provenance.json'}: no engine that this version knows")
    if about.get("study_hash") != study_hash(study):
        raise FolderError(
            f"{folder / 'study.toml'}: not the study that was run; run it again, then replay"
        )
    wanted = ["draw", *parameters(study)]
    wanted += [dotted(name, column) for name in study.perspectives for column in KEPT]
    path = folder / "draws.parquet"
    return Recorded(folder, study, engine, _record(folder, study), columns(path, wanted))


def _record(folder: Path, study: Study) -> Record:
    path = folder / "summary.json"
    try:
        record = read_summary(_object(path))
    except ValueError:
        record = None
    if record is None or study.perspective not in record.perspectives:
        raise FolderError(f"{path}: holds no answer to the study beside it")
    return record


def _object(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(read_record(path))
    except (OSError, ValueError, RecursionError) as error:
        raise FolderError(f"{path}: cannot be read ({error})") from None
    if not isinstance(record, dict):
        raise FolderError(f"{path}: holds no record of a run")
    return record


def columns(path: Path, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """The wanted columns of a table, numbers all; FolderError where it does not hold them."""
    table = read_table(path, wanted)
    numbers = {name: table[name].to_numpy() for name in wanted}
    for name, values in numbers.items():
        if values.dtype.kind not in "biuf":
            raise FolderError(f"{path}: the column {name} does not hold numbers")
    return numbers


def read_table(path: Path, wanted: Sequence[str]) -> pa.Table:
    """A parquet file that holds each of the wanted columns once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
        table.validate(full=True)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise FolderError(f"{path}: cannot be read ({error})") from None
    for name in wanted:
        if table.column_names.count(name) != 1:
            raise FolderError(f"{path}: has no column {name}, or several")
    return table
