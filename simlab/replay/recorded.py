"""A results folder as it was left: the study, how it was run, and what was found in each draw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simlab.engine.cost import EXACT, Engine
from simlab.runs.folder import FolderError
from simlab.runs.provenance import study_hash
from simlab.study.study import Study, load

FILES = ("study.toml", "summary.json", "provenance.json", "draws.parquet")


@dataclass(frozen=True)
class Recorded:
    """What a run has left.

    draws : column → (draws,) as draws.parquet holds them
    """

    folder: Path
    study: Study
    engine: Engine
    summary: Mapping[str, Any]
    draws: Mapping[str, np.ndarray]

    @property
    def count(self) -> int:
        return len(self.draws["draw"])


def recorded(folder: Path) -> Recorded:
    """Read a results folder; FolderError where it is none, or is no longer what the run left."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FolderError(f"{folder}: no results folder of a run ({', '.join(missing)} not there)")
    study = load(folder / "study.toml")
    about, summary = (_object(folder / name) for name in ("provenance.json", "summary.json"))
    engine = about.get("engine")
    if engine not in ("expected", *EXACT):
        raise FolderError(f"{folder / 'provenance.json'}: no engine that this version knows")
    if about.get("study_hash") != study_hash(study):
        raise FolderError(
            f"{folder / 'study.toml'}: not the study that was run; run it again, then replay"
        )
    return Recorded(folder, study, engine, summary, _columns(folder / "draws.parquet"))


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FolderError(f"{path}: cannot be read ({error})") from None
    if not isinstance(found, dict):
        raise FolderError(f"{path}: holds no record of a run")
    return found


def _columns(path: Path) -> dict[str, np.ndarray]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise FolderError(f"{path}: cannot be read ({error})") from None
    if "draw" not in table.column_names:
        raise FolderError(f"{path}: has no column draw")
    return {name: table[name].to_numpy() for name in table.column_names}
