"""The first run ever: a second process compiles the engine with chance while this one is at work.

numba compiles under one lock, so threads do not help. Another process, given the study, leads one
draw through the engine and leaves the compiled kernels in the cache on disk, where this one finds
them when it has compiled and led the expected numbers. If anything there goes wrong, this process
compiles for itself, as it would have done.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simlab.engine.work import Engine
from simlab.study.study import Study

LONGEST = 120.0  # seconds to wait for the other process


@contextmanager
def compiled_ahead(
    study: Study, engine: Engine, threads: int, *, lives: bool = False
) -> Iterator[Callable[[], object]]:
    """Within, call what is given before the engine is used: it waits for the other process.

    lives : single ones are led too; beside expected numbers, by counts
    """
    chance = engine != "expected" or lives
    other = _begin(study, engine) if threads > 1 and chance else None
    try:
        yield (lambda: None) if other is None else (lambda: _wait(other))
    finally:
        if other is not None and other.poll() is None:
            other.terminate()


def _begin(study: Study, engine: Engine) -> subprocess.Popen[bytes] | None:
    """The process that compiles, or None where there is nothing for it to do."""
    from simlab.engine.citizens import citizens
    from simlab.engine.counts import counts

    kernels: dict[Engine, Any] = {"counts": counts, "citizens": citizens, "expected": counts}
    if _compiled_before(kernels[engine]) or not sys.executable:
        return None
    quiet = subprocess.DEVNULL
    try:
        other = subprocess.Popen(
            [sys.executable, "-m", "simlab.runs.precompile", engine],
            stdin=subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
        )
        assert other.stdin is not None
        with other.stdin as pipe:
            pipe.write(study.resolved_toml().encode("utf-8"))
    except OSError:
        return None
    return other


def _compiled_before(kernel: Any) -> bool:
    """Whether the cache on disk has the kernel; also where nothing is compiled at all."""
    cache = getattr(kernel, "_cache", None)
    if cache is None:
        return True
    name = f"{Path(kernel.py_func.__code__.co_filename).stem}.{kernel.py_func.__name__}-*.nbc"
    return any(Path(cache.cache_path).glob(name))


def _wait(other: subprocess.Popen[bytes]) -> None:
    try:
        other.wait(LONGEST)
    except subprocess.TimeoutExpired:
        other.terminate()


def _compile(engine: Engine) -> None:
    """What the other process does: the study on its standard input, one draw of it."""
    from simlab.engine.simulate import simulate_block
    from simlab.model.compiled import compile_study
    from simlab.study.study import loads

    compiled = compile_study(loads(sys.stdin.buffer.read().decode("utf-8")))
    simulate_block(compiled, compiled.block(0, 1), engine)


if __name__ == "__main__":
    _compile("citizens" if sys.argv[1] == "citizens" else "counts")
