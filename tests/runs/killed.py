"""Runs that are killed at random moments, each resumed: a program of its own, since it forks.

    python killed.py FOLDER KILLS SEED < study

Everything is imported and compiled before the first fork, so that a run takes a moment. For each
kill, in an empty folder, a child runs the study and writes its answers; it is killed; a second
child goes on with ``--resume``'s own call, and its files are compared with those of the run that
nobody killed. Prints a line of JSON: how often the kill met the run at work, and what differed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

import pyarrow.parquet  # noqa: F401  no child loads it again

from simlab.folders.run_folder import run_into
from simlab.runs.checkpoint import finished_draws
from simlab.runs.options import RunOptions
from simlab.runs.provenance import code_hash
from simlab.runs.run import run
from simlab.study.study import Study, loads

ANSWERS = ("summary.json", "draws.parquet", "paths.parquet")
LEFT = (*ANSWERS, "study.toml", "provenance.json")


def whole_run(study: Study, folder: Path, block: int, threads: int) -> None:
    """What ``simlab run`` does, but for charts and reports."""
    run_into(study, folder, RunOptions(threads=threads, block=block, resume=True, bare=True))


def begin(study: Study, folder: Path, block: int, threads: int) -> int:
    """A child at work: its process."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            whole_run(study, folder, block, threads)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def answers(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ANSWERS}


def main(place: Path, kills: int, seed: int) -> None:
    study, moments = loads(sys.stdin.read()).replace({"draws": 128}), random.Random(seed)
    run(study, draws=8)  # compiles
    code_hash()
    took = 1e9
    for _ in range(2):  # the first also loads what the children need
        shutil.rmtree(place / "whole", ignore_errors=True)
        began = time.perf_counter()
        assert os.waitpid(begin(study, place / "whole", 16, 1), 0)[1] == 0
        took = min(took, time.perf_counter() - began)
    expected = answers(place / "whole")
    met, at_work, different = 0, 0, []
    for kill in range(kills):
        folder = place / str(kill)
        child = begin(study, folder, moments.choice((4, 8, 16)), moments.choice((1, 2)))
        time.sleep(moments.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        met += os.waitpid(child, 0)[1] == signal.SIGKILL
        at_work += finished_draws(folder) > 0
        code = os.waitpid(begin(study, folder, 16, 1), 0)[1]
        left = [str(p.name) for p in folder.iterdir() if p.name not in LEFT]
        if code or left or answers(folder) != expected:
            different.append([kill, code, left])
        shutil.rmtree(folder)
    print(json.dumps({"met": met, "at_work": at_work, "different": different, "took": took}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
