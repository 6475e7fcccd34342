"""Runs that are killed, stopped, or run out of disk, as a person meets them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runs.worlds import STUDY

COMMAND = [sys.executable, "-c", "from simlab.cli import main; main()"]
HERE = Path(__file__).parent


def simlab(*arguments, cwd):
    """A whole ``simlab …``: exit code, output, errors."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd, capture_output=True, encoding="utf-8", env=environment(), check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def environment():
    return {**os.environ, "PYTHONIOENCODING": "utf-8"}


def begun(*arguments, cwd):
    """The same, at work in a group of its own; Ctrl-C reaches it also where it is ignored here,
    as under nohup."""
    group = (
        {"creationflags": 0x200}  # a new process group
        if sys.platform == "win32"
        else {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    )
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env=environment(), **group,
    )  # fmt: skip


def wait_for(pattern, folder, process, seconds=600):
    """Until a file is there, or the process has ended; a busy machine has its time."""
    ends = time.monotonic() + seconds
    while not list(folder.glob(pattern)) and process.poll() is None:
        assert time.monotonic() < ends, f"no {pattern} in {seconds} s"
        time.sleep(0.01)


def answers(folder):
    names = ("draws.parquet", "paths.parquet", "summary.json")
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("survive")
    (place / "study.toml").write_text(STUDY, encoding="utf-8")
    return place


RUN = ("run", "study.toml", "--draws", 2_000, "--block", 16, "--threads", 2)


@pytest.fixture(scope="module")
def uninterrupted(place):
    code, _, err = simlab(*RUN, "-o", "whole", "--quiet", cwd=place)
    assert (code, err) == (0, "")
    return answers(place / "whole")


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the driver forks")
def test_a_run_killed_at_fifty_random_moments_is_resumed_to_the_same_bits(tmp_path):
    done = subprocess.run(
        [sys.executable, HERE / "killed.py", tmp_path, "50", "1"],
        input=STUDY.partition("[[published]]")[0], capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = json.loads(done.stdout)
    assert text["different"] == [], done.stderr
    assert text["met"] >= 25 and text["at_work"] >= 10, text  # else nothing was killed


@pytest.mark.long
def test_a_killed_command_goes_on_with_resume(place, uninterrupted):
    other = begun(*RUN, "-o", "killed", cwd=place)
    wait_for("killed/blocks/0*.block", place, other)
    other.kill()
    other.communicate()
    code, _, err = simlab(*RUN, "-o", "killed", cwd=place)
    assert code == 2 and "Traceback" not in err
    assert re.search(r"a run with [\d,]+ finished draws lies here; .*--resume", err), err
    code, out, _ = simlab("run", "killed/study.toml", "--resume", cwd=place)
    assert code == 0 and "draws were there already" in out
    assert answers(place / "killed") == uninterrupted
    assert not (place / "killed" / "blocks").exists()
    code, _, _ = simlab("run", "killed/study.toml", "--quiet", cwd=place)  # and once more, whole
    assert code == 0 and answers(place / "killed") == uninterrupted


STOPS = (
    {"CTRL_BREAK_EVENT": 130}
    if sys.platform == "win32"
    else {"SIGINT": 130, "SIGTERM": 143}
)  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.long] * (n == "SIGTERM")) for n in STOPS]
)
def test_a_stopped_run_says_how_to_go_on(place, uninterrupted, name):
    folder = place / name
    other = begun(*RUN, "-o", name, cwd=place)
    wait_for(f"{name}/blocks/0*.block", place, other)
    other.send_signal(getattr(signal, name))
    _, err = other.communicate()
    assert other.returncode == STOPS[name], err
    assert "Traceback" not in err
    assert re.search(r"stopped; finished draws are on disk: [\d,]+ in", err), err
    line = err.strip().splitlines()[-1].strip()
    assert line.startswith("simlab run study.toml") and line.endswith("--resume")
    assert not list(folder.rglob(".writing-*"))
    code, _, err = simlab(*line.split()[1:], cwd=place)
    assert (code, err) == (0, "")
    assert answers(folder) == uninterrupted


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops a kernel as it stops a process")
def test_a_block_that_takes_long_is_dropped(place):
    """Twenty million lives a draw: a block of minutes, for whose end nobody waits."""
    warm = ("run", "study.toml", "--engine", "citizens", "--quiet", "-o", "long")
    assert simlab(*warm, "--draws", 1, cwd=place)[0] == 0
    many = ("--set", "citizens.benefit.number=20_000_000", "--draws", 64, "--block", 64)
    other = begun(*warm, *many, cwd=place)
    wait_for("long/blocks/run.json", place, other)
    time.sleep(3)
    other.send_signal(signal.SIGTERM)
    _, err = other.communicate()
    assert other.returncode == 143 and "no draws are finished yet" in err, err
    assert not (place / "long" / "blocks").exists()


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of eight megabytes, where this process may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode
    except OSError:
        done = 1
    if done:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.long
def test_a_disk_that_is_full_ends_the_run_and_more_room_finishes_it(
    place, uninterrupted, small_disk
):
    out = small_disk / "results"
    other = begun(*RUN, "-o", out, cwd=place)
    wait_for("results/blocks/0*.block", small_disk, other)
    with contextlib.suppress(OSError), (small_disk / "others").open("wb", buffering=0) as file:
        while True:  # somebody else fills the disk
            file.write(bytes(65_536))
    _, err = other.communicate()
    assert other.returncode == 1 and "Traceback" not in err
    assert "No space left on device" in err and "--resume" in err, err
    kept = sorted((out / "blocks").glob("*.block"))
    assert kept and not list(out.rglob(".writing-*"))
    more = ["mount", "-o", "remount,size=200m", str(small_disk)]
    subprocess.run(more, check=True)
    code, text, err = simlab(*RUN, "-o", out, "--resume", cwd=place)
    assert code == 0 and "draws were there already" in text, err
    assert answers(out) == uninterrupted
