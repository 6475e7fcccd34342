"""What is run until a figure is sure enough: the target, and the most draws that it may take."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from pathlib import Path

from simlab.risk.target import Target, TargetError, read_target
from simlab.runs.forecast import most_draws
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
    text: str | None,
    cap: int | None,
    block: int,
    threads: int,
    folder: Path,
    limit: float = inf,
) -> Aim:
    """The aim of a run; without a ``cap``, as many draws as fit in memory, on disk, and in time.

    Raises StudyError where the text is no target of this study.
    """
    if text is None:
        return Aim(study)
    try:
        target = read_target(text, study.timeline.years)
    except TargetError as error:
        raise one_problem(study.tree.main, "--until", str(error)) from None
    most = cap or min(MOST, most_draws(study, block, threads, folder, limit))
    return Aim(study.replace({"draws": most}), target)
