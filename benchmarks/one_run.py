"""One run in a process of its own, which tells its seconds and its peak of memory as JSON.

python -m benchmarks.one_run CITIZENS DRAWS THREADS
"""

from __future__ import annotations

import json
import sys

from benchmarks.contest import timed
from benchmarks.hjoerring import CASES, run_to_files, with_citizens
from benchmarks.machine import peak_memory


def one_run(citizens: int, draws: int, threads: int) -> dict[str, float | int | None]:
    """J5a with another number of citizens at the start, warm."""
    study = with_citizens(CASES[0].study(), citizens)
    run_to_files(study, 2, 1)
    seconds, _ = timed(run_to_files, study, draws, threads)
    return {
        "citizens": citizens,
        "draws": draws,
        "threads": threads,
        "seconds": seconds,
        "peak_bytes": peak_memory(),
    }


if __name__ == "__main__":
    print(json.dumps(one_run(*(int(given) for given in sys.argv[1:4]))))
