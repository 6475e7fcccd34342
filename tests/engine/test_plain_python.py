"""Kernels are plain Python: without compilation they give the same bits, and every one is run.

Another interpreter runs `plain_python` with NUMBA_DISABLE_JIT=1, warnings as errors, and a profiler
that writes down which functions are called.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine import plain_python
from numba import config

import simlab

SCRIPT = Path(plain_python.__file__)
ROOT = Path(simlab.__file__).resolve().parents[1]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(config.DISABLE_JIT, reason="there is nothing to compare with"),
]


@pytest.fixture(scope="module")
def plain():
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_without_compilation_every_number_is_the_same_to_the_bit(plain):
    found = plain_python.digests()
    assert plain["kernels"] == []
    assert found.keys() == plain["found"].keys()
    assert len(found) > 60
    assert not [name for name, bits in found.items() if plain["found"][name] != bits]


def test_every_kernel_is_run_without_compilation(plain):
    import simlab.runs.run  # noqa: F401  loads them all

    compiled = set(plain_python.kernels())
    assert len(compiled) > 50
    assert not sorted(compiled - set(plain["called"]))
