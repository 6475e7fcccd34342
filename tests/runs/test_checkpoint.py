"""Finished blocks on disk: a run goes on from them to the same bits, or says why it cannot."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from runs.worlds import STUDY

from simlab.folders import results
from simlab.result.plain import plain_answer
from simlab.runs import files
from simlab.runs.block import drawn, read_block
from simlab.runs.checkpoint import finished_draws, open_checkpoint
from simlab.runs.files import FolderError
from simlab.runs.options import RunOptions
from simlab.runs.resume import ResumeError
from simlab.runs.run import run
from simlab.study.study import loads


@pytest.fixture(scope="module")
def study():
    return loads(STUDY)


def bits(finished):
    """All that a run found: the summary, and every draw."""
    table = results.draws_table(finished.total)
    return files.as_json(plain_answer(finished.answer)), table


@pytest.fixture(scope="module")
def uninterrupted(study):
    return bits(run(study))


def same(found, expected):
    return found[0] == expected[0] and found[1].equals(expected[1])


def interrupted(study, folder, after, **how):
    """A run that is interrupted when so many draws are done, with its last block at work."""
    asked = threading.Event()

    def stop(done, count):
        if done >= after:
            asked.set()
            raise KeyboardInterrupt

    def at_work(compiled, engine, start, end, ready):
        if end == study.form.draws:  # however busy the machine is, it is not done before
            assert asked.wait(60)
            raise InterruptedError
        return drawn(compiled, engine, start, end, ready)

    with (
        patch("simlab.runs.run.drawn", at_work),
        pytest.raises(KeyboardInterrupt),
        open_checkpoint(folder, study, "counts") as kept,
    ):
        run(study, RunOptions(**{"block": 32, **how}), checkpoint=kept, progress=stop)
    done = finished_draws(folder)
    assert after <= done < study.form.draws
    return done


def resumed(study, folder, **how):
    with open_checkpoint(folder, study, "counts", resume=True) as kept:
        return bits(run(study, RunOptions(**how), checkpoint=kept)), kept


@pytest.mark.parametrize(
    ("threads", "block", "then"),
    [(1, 32, (1, 32)), (2, 32, (1, 50)), (1, 50, (2, 32)), (2, 24, (1, 1_000)), (1, 7, (1, 256))],
)
def test_a_run_goes_on_to_the_same_bits(study, uninterrupted, tmp_path, threads, block, then):
    done = interrupted(study, tmp_path, 100, threads=threads, block=block)
    found, kept = resumed(study, tmp_path, threads=then[0], block=then[1])
    assert same(found, uninterrupted)
    assert (kept.taken, kept.broken) == (done, 0)


def test_a_run_that_keeps_its_blocks_computes_nothing_again(study, uninterrupted, tmp_path):
    with open_checkpoint(tmp_path, study, "counts") as kept:
        run(study, checkpoint=kept)
    found, kept = resumed(study, tmp_path, block=17)
    assert same(found, uninterrupted) and kept.taken == 256
    assert len(list(kept.place.glob("*.variant"))) == 1  # the plan is permanent


def tear(path, how):
    content = bytearray(path.read_bytes())
    if how == "bit":
        content[len(content) // 2] ^= 4
    path.write_bytes(content[: len(content) // 2] if how == "half" else content)
    if how == "empty":
        path.write_bytes(b"")


@pytest.mark.parametrize("how", ["bit", "half", "empty"])
def test_torn_blocks_are_computed_again(study, uninterrupted, tmp_path, how):
    done = interrupted(study, tmp_path, 128)
    paths = sorted(tmp_path.glob("blocks/*.block"))
    for path in (*paths[1:3], *tmp_path.glob("blocks/*.variant")):
        tear(path, how)
    found, kept = resumed(study, tmp_path)
    assert same(found, uninterrupted)
    assert (kept.taken, kept.broken) == (done - 64, 2)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("peak_step", 10**9),
        ("peak_step", -1),
        ("first", "x"),
        ("first", -32),
        ("sums", {}),
        ("sums", {"scaled_rows": -1}),
    ],
)
def test_a_block_that_was_written_on_purpose_is_computed_again(
    study, uninterrupted, tmp_path, where, value
):
    """With the right hash, and columns that no run of the study has."""
    interrupted(study, tmp_path, 100)
    path = next((tmp_path / "blocks").glob("*.block"))
    block = read_block(path.read_bytes(), study)
    if where == "peak_step":
        steps = {"municipality:peak_step": np.full(len(block), value)}
        other = replace(block, columns={**block.columns, **steps})
    else:
        other = replace(block, **{where: value})
    with path.open("wb") as file:
        other.save(file)
    found, kept = resumed(study, tmp_path)
    assert kept.broken == 1 and same(found, uninterrupted)


@pytest.mark.parametrize("name", ["²-³.block", "0-16.block", "a-b.block", "-.block"])
def test_a_file_that_is_no_block_of_ours_is_passed_over(study, uninterrupted, tmp_path, name):
    interrupted(study, tmp_path, 100)
    (tmp_path / "blocks" / name).write_bytes(b"")
    found, _ = resumed(study, tmp_path)
    assert same(found, uninterrupted)


def test_a_block_under_the_name_of_other_draws_is_computed_again(study, uninterrupted, tmp_path):
    interrupted(study, tmp_path, 128)
    first, second = sorted(tmp_path.glob("blocks/*.block"))[:2]
    second.write_bytes(first.read_bytes())
    found, kept = resumed(study, tmp_path)
    assert same(found, uninterrupted) and kept.broken == 1


def test_more_draws_go_on_from_those_that_were_kept(study, uninterrupted, tmp_path):
    few = study.replace({"draws": 100})
    with open_checkpoint(tmp_path, few, "counts") as kept:
        run(few, checkpoint=kept)
    found, kept = resumed(study, tmp_path)
    assert same(found, uninterrupted) and kept.taken == 100


def test_unfinished_blocks_are_never_thrown_away_unasked(study, tmp_path):
    done = interrupted(study, tmp_path, 64)
    with pytest.raises(ResumeError, match=rf"{done} finished draws.*--resume.*--fresh"):
        open_checkpoint(tmp_path, study, "counts").__enter__()
    assert finished_draws(tmp_path) == done
    with open_checkpoint(tmp_path, study, "counts", fresh=True):
        assert finished_draws(tmp_path) == 0


def test_resuming_where_nothing_lies_begins(study, uninterrupted, tmp_path):
    found, kept = resumed(study, tmp_path / "new")
    assert same(found, uninterrupted) and kept.taken == 0


def test_a_changed_study_is_refused_with_what_has_changed(study, tmp_path):
    done = interrupted(study, tmp_path, 64)
    other = study.replace({"plan.effect.0.places": 70, "seed": 8})
    with pytest.raises(ResumeError, match="the study has changed") as refused:
        open_checkpoint(tmp_path, other, "counts", resume=True).__enter__()
    assert "plan.effect.0.places: was 60, is 70" in str(refused.value)
    assert "seed: was 7, is 8" in str(refused.value)
    assert finished_draws(tmp_path) == done


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("format", 0, "format 0, and this simlab reads format 2"),
        ("simlab", "0.0.9", "begun with simlab 0.0.9"),
        ("numpy", "1.26.0", "begun with numpy 1.26.0"),
        ("code", "0" * 64, "begun with code 000000000000"),
        ("machine", "abacus", "begun with machine abacus"),
        ("engine", "citizens", "begun with engine citizens"),
        ("study", None, "cannot be read"),
    ],
)
def test_blocks_of_another_version_are_refused(study, tmp_path, key, value, told):
    done = interrupted(study, tmp_path, 64)
    path = tmp_path / "blocks" / "run.json"
    begun = json.loads(path.read_text(encoding="utf-8"))
    begun[key] = value
    if value is None:
        del begun[key]
    path.write_text(json.dumps(begun), encoding="utf-8")
    with pytest.raises(ResumeError, match=told):
        open_checkpoint(tmp_path, study, "counts", resume=True).__enter__()
    assert finished_draws(tmp_path) == done


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_damaged_head_of_blocks_is_refused(study, tmp_path, content):
    interrupted(study, tmp_path, 64)
    (tmp_path / "blocks" / "run.json").write_bytes(content)
    with pytest.raises(ResumeError, match=r"run\.json: cannot be read"):
        open_checkpoint(tmp_path, study, "counts", resume=True).__enter__()


def test_one_run_at_a_time_works_in_a_folder(study, tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from simlab.runs.checkpoint import open_checkpoint\n"
        "from simlab.study.study import loads\n"
        "with open_checkpoint(Path(sys.argv[1]), loads(sys.argv[2]), 'counts'):\n"
        "    print('mine', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), STUDY],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        assert other.stdout.readline().strip() == "mine"
        with pytest.raises(FolderError, match="another run is at work"):
            open_checkpoint(tmp_path, study, "counts").__enter__()
    finally:
        other.kill()
        other.communicate()
    with open_checkpoint(tmp_path, study, "counts"):  # the lock has ended with its process
        pass


def full_after(monkeypatch, files):
    """A disk that has room for so many files more."""
    left, fsync = [files], os.fsync

    def full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)


@pytest.mark.parametrize("files", [0, 1, 2, 3, 6, 9])
def test_a_full_disk_loses_nothing_that_was_finished(
    study, uninterrupted, tmp_path, monkeypatch, files
):
    with monkeypatch.context() as patch:
        full_after(patch, files)
        with (
            pytest.raises(FolderError, match=r"cannot be written \(No space left"),
            open_checkpoint(tmp_path, study, "counts") as kept,
        ):
            run(study, RunOptions(block=32), checkpoint=kept)
    written = max(files - 3, 0)  # run.json, study.toml and the variant come first
    assert finished_draws(tmp_path) == 32 * written
    if not written:
        assert list(tmp_path.iterdir()) == []
    found, kept = resumed(study, tmp_path)
    assert same(found, uninterrupted) and kept.taken == 32 * written


@pytest.mark.parametrize("name", ["blocks", "blocks/mine.txt", "study.toml/mine.txt", ".lock/x"])
def test_what_is_somebody_elses_is_in_the_way_and_stays(study, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be"), open_checkpoint(tmp_path, study, "counts"):
        pass
    assert path.read_text(encoding="utf-8") == "mine"


def test_what_a_killed_run_left_half_written_is_cleared(study, tmp_path):
    interrupted(study, tmp_path, 64)
    half = [tmp_path / "blocks" / ".writing-1.block", tmp_path / ".writing-2.xlsx"]
    for path in half:
        path.write_bytes(b"half")
    (tmp_path / ".writing-3").mkdir()
    (tmp_path / ".writing-3" / "0-1.block").write_bytes(b"a removal that was killed")
    resumed(study, tmp_path)
    assert not [path for path in (*half, tmp_path / ".writing-3") if path.exists()]


def test_removed_blocks_leave_nothing(study, tmp_path):
    with open_checkpoint(tmp_path, study, "counts") as kept:
        run(study, draws=32, checkpoint=kept)
        kept.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["study.toml"]
