"""What an earlier batch has left, and whether it is still what is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simlab.folders.results import ANSWERS, TOLD, file_hash
from simlab.result.plain import Record, read_summary
from simlab.runs.options import RunOptions
from simlab.runs.provenance import NUMERIC, code_hash
from simlab.runs.provenance import versions as of_this_machine
from simlab.study.identity import study_hash
from simlab.study.source import read_record
from simlab.study.study import Study


def finished(folder: Path, study: Study, options: RunOptions) -> Record | None:
    """The summary of a folder that holds this run, unchanged and whole; else None.

    A run is another one when its study, the number of its draws, the language of its report or a
    version has changed. Anything that cannot be read is made again.
    """
    try:
        record = json.loads(read_record(folder / "provenance.json"))
        same = _asked(record, study, options) and _versions(record) == _here()
        if not same or not all((folder / name).is_file() for name in _files(options)):
            return None
        if any(file_hash(folder / name) != record["sha256"][name] for name in ANSWERS):
            return None
        return read_summary(json.loads(read_record(folder / "summary.json")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _asked(record: dict[str, Any], study: Study, options: RunOptions) -> bool:
    """Whether the study of a record is this one, with these draws."""
    draws = record["draws"]
    if options.until is None and draws != study.draws:
        return False
    if (record.get("until"), record.get("most")) != (
        options.until,
        options.most if options.until else None,
    ):
        return False
    if not options.bare and record["language"] != options.language:
        return False
    return bool(record["study_hash"] == study_hash(study.replace({"draws": int(draws)})))


def _versions(record: dict[str, Any]) -> dict[str, Any]:
    libraries = {name: record["libraries"][name] for name in NUMERIC}
    return libraries | {key: record[key] for key in ("simlab", "code", "machine")}


def _here() -> dict[str, Any]:
    return {**of_this_machine(), "code": code_hash()}


def _files(options: RunOptions) -> tuple[str, ...]:
    return ANSWERS if options.bare else (*ANSWERS, *TOLD)
