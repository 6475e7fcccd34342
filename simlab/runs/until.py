"""What is run until a figure is sure enough: the target, and the most draws that it may take."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import inf, isinf
from pathlib import Path

from simlab.engine.work import choose_engine
from simlab.risk.target import Target, TargetError, read_target
from simlab.runs.capacity import draws_that_fit
from simlab.runs.forecast import seconds
from simlab.runs.options import RunOptions
from simlab.study.errors import one_problem
from simlab.study.study import Study

MOST = 2**20  # draws, where nothing is said


@dataclass(frozen=True)
class Aim:
    """A study with its draws, and the target that may end the run earlier."""

    study: Study
    until: Target | None = None


def aimed(study: Study, options: RunOptions, folder: Path) -> Aim:
    """The aim of a run; without ``most``, as many draws as fit in memory, on disk, and in time.

    Raises StudyError where the text is no target of this study.
    """
    if options.until is None:
        return Aim(study)
    try:
        target = read_target(options.until, study.timeline.years)
    except TargetError as error:
        raise one_problem(study.tree.main, "--until", str(error)) from None
    limit = options.time_limit * max(options.away, 1)
    most = options.most or min(MOST, most_draws(study, options, folder, limit))
    return Aim(study.replace({"draws": most}), target)


def most_draws(study: Study, options: RunOptions, folder: Path, limit: float = inf) -> int:
    """How many draws of a study fit in memory, on the disk of a folder, and in a time limit."""
    most = max(int(draws_that_fit(study, options, folder)), 1)
    if isinf(limit):
        return most
    engine, counts = choose_engine(study), range(1, most + 1)
    in_time = bisect_right(counts, limit, key=lambda n: seconds(study, engine, options, n))
    return max(in_time, 1)
