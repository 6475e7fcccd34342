"""What would take longer than anybody waits is not begun: a kernel at work cannot be told to stop.

The forecast (`cost`) is compared with a limit before the first draw, as memory is with the
machine's. 24 hours unless another is asked for; "none" insists.
"""

from __future__ import annotations

from collections.abc import Mapping

from simlab.engine.work import Engine
from simlab.study import typed
from simlab.study.errors import one_problem
from simlab.study.study import Study
from simlab.study.time import lasting

TIME_LIMIT = "24h"


def refuse_what_takes_too_long(
    study: Study, what: str, seconds: Mapping[Engine, float], engine: Engine, limit: float
) -> None:
    """StudyError with the forecast, and what to do, where ``what`` takes longer than ``limit``.

    seconds : with each engine that could do the same
    """
    if seconds[engine] <= limit:
        return
    others = [f"about {lasting(s)} with {other}" for other, s in seconds.items() if s <= limit]
    instead = f"another engine ({', '.join(others)})" if others else "fewer draws or people"
    raise one_problem(
        study.tree.main,
        "engine",
        f"{what} would take about {lasting(seconds[engine])} with the engine {engine}, by the "
        f"forecast, and the time limit is {lasting(limit)}; take {instead}, or another "
        '--time-limit (in Python time_limit="none"; none refuses nothing)',
    )


def seconds_of(time_limit: str | float) -> float:
    """Seconds of a time limit, "24h" or seconds already; ValueError says what it may be."""
    if isinstance(time_limit, int | float) and time_limit > 0:
        return float(time_limit)
    try:
        return typed.duration(str(time_limit))
    except typed.NumberError:
        text = f'time_limit is {time_limit!r}; write "90m", "24h", "2d", or "none"'
        raise ValueError(text) from None
