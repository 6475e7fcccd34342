"""Compiled kernels on disk: nobody gets what another signature, or an older source, was made to."""

import subprocess
import sys
from pathlib import Path

import numba
import pytest

from simlab.kernel import kept
from simlab.kernel.compiled import kernel

WHOLE, FRACTION = (numba.int64,), (numba.float64,)


def double(x):
    return x + x


def caches(tmp_path, monkeypatch, count=2):
    """Caches of one function, as of processes that began at once."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    return [kept.KernelCache(double)._cache_file for _ in range(count)]


def test_two_who_save_at_once_do_not_take_each_others_place(tmp_path, monkeypatch):
    one, other = caches(tmp_path, monkeypatch)
    one.save(WHOLE, "whole numbers")
    other.save(FRACTION, "fractions")
    for cache in (one, other):
        assert cache.load(WHOLE) == "whole numbers"
        assert cache.load(FRACTION) == "fractions"


def test_what_older_sources_were_compiled_to_is_neither_given_nor_kept(tmp_path, monkeypatch):
    (before,) = caches(tmp_path, monkeypatch, 1)
    before.save(WHOLE, "old")
    before.save(FRACTION, "old")
    monkeypatch.setattr(kept, "sources", lambda: "others")
    (now,) = caches(tmp_path, monkeypatch, 1)
    assert now.load(WHOLE) is None
    now.save(WHOLE, "new")
    assert now.load(WHOLE) == "new"
    assert now.load(FRACTION) is None
    assert before.load(FRACTION) is None
    assert len(list(Path(now._cache_path).iterdir())) == 1


def test_a_changed_kernel_compiles_those_that_call_it_anew(tmp_path, monkeypatch):
    """The state of the sources is that of every file with kernels that others call."""
    monkeypatch.setattr(kept, "PACKAGE", tmp_path)
    for room in kept.ROOMS:
        (tmp_path / room).mkdir()
    called = tmp_path / "kernel" / "called.py"
    called.write_text("1", encoding="utf-8")
    kept.sources.cache_clear()
    before = kept.sources()
    called.write_text("22", encoding="utf-8")
    kept.sources.cache_clear()
    assert kept.sources() != before
    kept.sources.cache_clear()


def test_every_kernel_is_kept_so():
    made = kernel(double)
    if hasattr(made, "py_func"):
        assert isinstance(made._cache, kept.KernelCache)


PROGRAM = """
import numpy as np
from simlab.kernel.by_state import by_state
for kind in {kinds}:
    heads = np.ones((1, 3, 4, 5), dtype=kind)
    assert (by_state(heads, np.array([0, 0, 1, 1]), 2) == 2).all()
"""


@pytest.mark.long
def test_processes_that_compile_at_once_leave_what_the_next_can_run(tmp_path):
    """One compiles for whole numbers first, the other for fractions; the third finds both."""
    env = {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(kept.PACKAGE).parent)}
    orders = (["int64", "float64"], ["float64", "int64"])
    for _ in range(2):
        both = [
            subprocess.Popen([sys.executable, "-c", PROGRAM.format(kinds=kinds)], env=env)
            for kinds in orders
        ]
        assert [one.wait(300) for one in both] == [0, 0]
