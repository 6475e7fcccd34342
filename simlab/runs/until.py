"""What is run until a figure is sure enough: the target, and the most draws that it may take."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from pathlib import Path

from simlab.risk.target import Target, TargetError, read_target
from simlab.runs.forecast import most_draws
from simlab.runs.options import RunOptions
from simlab.study.errors import one_problem
from simlab.study.study import Study

MOST = 2**20  # draws, where nothing is said


@dataclass(frozen=True)
class Aim:
    """A study with its draws, and the target that may end the run earlier."""

    study: Study
    until: Target | None = None


def aimed(
    study: Study,
    options: RunOptions,
    folder: Path,
    limit: float = inf,
) -> Aim:
    """The aim of a run; without ``most``, as many draws as fit in memory, on disk, and in time.

    Raises StudyError where the text is no target of this study.
    """
    if options.until is None:
        return Aim(study)
    try:
        target = read_target(options.until, study.timeline.years)
    except TargetError as error:
        raise one_problem(study.tree.main, "--until", str(error)) from None
    most = options.most or min(
        MOST, most_draws(study, options.block, options.threads, folder, limit)
    )
    return Aim(study.replace({"draws": most}), target)
