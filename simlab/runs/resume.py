"""Whose blocks lie in a folder: all that their bits depend on, and what of it has changed.

A study that has changed, another version or another kind of machine would give other bits, and is
refused.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simlab.engine.work import Engine
from simlab.result.draw_table import FORMAT
from simlab.runs.provenance import versions
from simlab.study.errors import SimlabError
from simlab.study.identity import draws_hash
from simlab.study.source import read_record
from simlab.study.study import Study

HEAD = "run.json"
SHOWN = 5  # keys of a changed study that are named


class ResumeError(SimlabError, ValueError):
    """Blocks that this run cannot go on from."""


def identity(study: Study, engine: Engine) -> dict[str, Any]:
    """All that the bits of a block depend on, and the study to compare with."""
    return {
        "format": FORMAT,
        "study_hash": draws_hash(study),
        "seed": study.seed,
        "engine": engine,
        **versions(),
        "study": study.resolved_toml(without=("draws", "engine")),
    }


def refuse_another_run(place: Path, own: dict[str, Any]) -> None:
    """ResumeError unless the blocks of a folder are of this very run."""
    try:
        begun = json.loads(read_record(place / HEAD))
        text = str(begun["study"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ResumeError(
            f"{place / HEAD}: cannot be read, so nobody knows of which study these blocks "
            "are; start over with --fresh"
        ) from None
    if begun.get("format") != own["format"]:
        raise ResumeError(
            f"{place}: blocks of format {begun.get('format')}, and this simlab reads format "
            f"{own['format']}; finish the run with the version that began it, or start over with "
            "--fresh"
        )
    if begun.get("study_hash") != own["study_hash"]:
        raise ResumeError(
            f"{place}: the study has changed since the run began{_changes(text, own['study'])}"
            "\n  run the study as it was, or start over with --fresh, or in another folder with -o"
        )
    others = [key for key in own if key != "study" and begun.get(key) != own[key]]
    if others:
        was = ", ".join(f"{key} {_short(begun.get(key))}" for key in others)
        now = ", ".join(f"{key} {_short(own[key])}" for key in others)
        raise ResumeError(
            f"{place}: begun with {was}; this is {now}, whose draws may differ in their last "
            "digits\n  finish the run as it was begun, or start over with --fresh"
        )


def _short(value: Any) -> str:
    return str(value)[:12]


def _changes(before: str, after: str) -> str:
    """The keys of a study that have changed, each on a line."""
    try:
        was, now = (dict(_flat(tomllib.loads(text))) for text in (before, after))
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    keys = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
    lines = [f"\n  {key}: was {was.get(key, '-')}, is {now.get(key, '-')}" for key in keys[:SHOWN]]
    more = len(keys) - len(lines)
    return "".join(lines) + (f"\n  and {more} more" if more else "")


def _flat(table: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    inner = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in inner:
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict | list):
            yield from _flat(value, here)
        else:
            yield here, value
