"""J6: time and peak memory against citizens, draws and threads, a process for each case.

``counts`` should be flat in citizens once its cells are full and linear in draws, and its memory
should be bounded by the block and by what is kept of each draw.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

CITIZENS = (1_700, 17_000, 170_000, 1_700_000)
DRAWS = (1_000, 10_000, 100_000)
THREADS = (1, 2)

Case = tuple[int, int, int]  # citizens, draws, threads


def cases(size: str) -> list[Case]:
    """All of the grid in ``full``; else along each axis from 1,700 citizens and 1,000 draws."""
    if size == "quick":
        return [(1_700, 8, 1), (17_000, 8, 1)]
    if size == "full":
        return [(c, d, t) for d in DRAWS for c in CITIZENS for t in THREADS]
    along_citizens = [(c, DRAWS[0], t) for c in CITIZENS for t in THREADS]
    return [*along_citizens, (CITIZENS[0], DRAWS[1], THREADS[1])]


def measured(case: Case) -> dict[str, Any]:
    """What a process found: citizens, draws, threads, seconds, peak_bytes."""
    command = [sys.executable, "-m", "benchmarks.one_run", *(str(n) for n in case)]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if ended.returncode != 0:
        last = ended.stderr.strip().splitlines()[-1:] or [f"exit code {ended.returncode}"]
        citizens, draws, threads = case
        return {"citizens": citizens, "draws": draws, "threads": threads, "trouble": last[0]}
    found: dict[str, Any] = json.loads(ended.stdout)
    return found
