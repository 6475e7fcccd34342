"""Hostile results folders: a small run's own, with one of its files changed.

The folder is read as ``simlab replay``, ``simlab run --resume`` and the certificate read it. Bytes
are torn; JSON loses, swaps and gets values; parquet loses, renames and retypes columns; and blocks
are torn, or changed and given the right hash again.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import random
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from fuzz import hostile, trees
from simlab.batch.finished import finished
from simlab.folders.certificate_file import certified
from simlab.folders.run_folder import run_into
from simlab.replay.files import _band
from simlab.replay.future import future
from simlab.replay.life import life_of
from simlab.replay.recorded import recorded
from simlab.replay.story import life_story, story, title
from simlab.result.draw_table import DIGEST
from simlab.runs.checkpoint import finished_draws, open_checkpoint
from simlab.runs.files import FolderError, as_json, write_text
from simlab.runs.options import RunOptions
from simlab.runs.resume import ResumeError
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.study import Study, loads
from simlab.verify.certificate import verified_hash
from simlab.words import Words

REFUSALS = (StudyError, FolderError, ResumeError)
JSON = ("summary.json", "provenance.json", "certificate.json")
TABLES = ("draws.parquet", "paths.parquet")
DRAWS = 16
BARE = RunOptions(bare=True)


@cache
def small() -> Study:
    from runs.worlds import STUDY

    return loads(STUDY).replace({"draws": DRAWS, "published": []})


@cache
def files_of_a_run(scratch: Path) -> dict[str, bytes]:
    """Name → content of the folder of a finished run, with a certificate."""
    folder = scratch / "sound"
    folder.mkdir(exist_ok=True)
    run_into(small(), folder, BARE)
    checks = [{"key": "people.occupancy", "outcome": "passed", "unit": "people"}]
    certificate = {"passed": True, "verified": verified_hash(small()), "draws": 9, "checks": checks}
    write_text(folder / "certificate.json", as_json(certificate))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@cache
def files_of_half_a_run(scratch: Path) -> dict[str, bytes]:
    """Name → content of the blocks of a run that was stopped."""
    folder = scratch / "half"
    with contextlib.suppress(StopIteration), open_checkpoint(folder, small()) as kept:
        run(small(), RunOptions(block=DRAWS // 2, threads=1), checkpoint=kept)
        kept.flush()
    return {path.name: path.read_bytes() for path in (folder / "blocks").iterdir()}


def changed_table(dice: random.Random, content: bytes) -> bytes:
    """A parquet file with a column lost, renamed, of another type, or rows lost."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(content))
    k = dice.randrange(table.num_columns)
    match dice.randrange(5):
        case 0:
            table = table.remove_column(k)
        case 1:
            names = list(table.column_names)
            names[k] = dice.choice((*trees.NAMES, *hostile.TEXTS[:20], names[0]))
            table = table.rename_columns(names)
        case 2:
            table = table.slice(dice.randrange(table.num_rows), dice.randrange(3))
        case 3:
            other: list[Any] = [None, "x", b"\xff", [1], {"a": 1}, 10**12, float("nan"), True]
            column = pa.array([dice.choice(other)] * table.num_rows)
            table = table.set_column(k, table.column_names[k], column)
        case _:
            table = pa.concat_tables([table] * dice.choice((0, 2, 3)) or [table.slice(0, 0)])
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def changed_json(dice: random.Random, content: bytes) -> bytes:
    found = json.loads(content)
    for _ in range(dice.choice((1, 1, 2))):
        holder, key = trees.somewhere(dice, found)
        match dice.randrange(3):
            case 0:
                del holder[key]
            case 1:
                holder[key] = hostile.value(dice)
            case _:
                other, name = trees.somewhere(dice, found)
                holder[key] = copy.deepcopy(other[name])
    with contextlib.suppress(ValueError, RecursionError):
        return json.dumps(found, default=str).encode()
    return content[:-1]


def changed(dice: random.Random, name: str, content: bytes) -> bytes:
    if dice.random() < 0.5:
        if name.endswith(".json"):
            return changed_json(dice, content)
        if name.endswith(".parquet"):
            return changed_table(dice, content)
    return hostile.torn(dice, content, b'{"draws": 1e999}')


def rehashed(files: dict[str, bytes]) -> bytes:
    """The provenance with the hash of each file as it is now: of somebody who knows the format."""
    try:
        about = json.loads(files["provenance.json"])
        for name in about["sha256"]:
            about["sha256"][name] = hashlib.sha256(files[name]).hexdigest()
        return json.dumps(about).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return files["provenance.json"]


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def by_folder(dice: random.Random, scratch: Path) -> str:
    """A finished run's folder as certificate, batch and replay read it: a future and a life."""
    files = dict(files_of_a_run(scratch))
    for name in dice.sample(sorted(files), dice.choice((1, 1, 2))):
        files[name] = changed(dice, name, files[name])
    if dice.random() < 0.5:
        files["provenance.json"] = rehashed(files)
    folder = laid(scratch / "folder", files)
    try:
        certified(folder, small())
        finished(folder, small(), BARE)
        found = recorded(folder)
        seen = future(found, dice.choice((0, 1, DRAWS - 1)))
        words = Words(dice.choice(("en", "da")))
        title(seen, words), story(seen, words)
        _band(folder / "paths.parquet", found.study.perspective, found.study.timeline.steps)
        if dice.random() < 0.3:
            life_story(life_of(seen, dice.randrange(3)), words)
    except IndexError as error:
        assert "the run has" in str(error) or "citizens" in str(error), error
        return "refused"
    except REFUSALS as refusal:
        return hostile.refused(refusal)
    return "answered"


def by_block(dice: random.Random, scratch: Path) -> str:
    """A run goes on from blocks that were changed: to the same figures, or it refuses."""
    files = dict(files_of_half_a_run(scratch))
    for name in dice.sample(sorted(files), dice.choice((1, 1, 2))):
        content = files.pop(name)
        if dice.random() < 0.3:
            stems = ("²-³", "0-16", "-1-5", "1-0", "a-b", "0", "9" * 60 + "-" + "9" * 61)
            name = dice.choice(stems) + dice.choice((".block", ".variant"))
        content = changed(dice, name, content)
        if content.startswith(b"PK") and dice.random() < 0.7:  # of somebody who knows the format
            content = content[:-DIGEST] + hashlib.sha256(content[:-DIGEST]).digest()
        files[name] = content
    folder = scratch / "resumed"
    shutil.rmtree(folder, ignore_errors=True)
    laid(folder / "blocks", files)
    try:
        finished_draws(folder)
        with open_checkpoint(folder, small(), resume=True) as kept:
            run(small(), RunOptions(block=DRAWS, threads=1), checkpoint=kept)
    except REFUSALS as refusal:
        return hostile.refused(refusal)
    return "answered"
