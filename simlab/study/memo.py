"""What is worked out once for a study, and remembered with it.

Draws come in blocks, and most of what a block needs does not depend on its draws: dates, weights,
discount factors, addresses. A study is never changed, so its memory is never wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

Study = TypeVar("Study")
Rest = ParamSpec("Rest")
Found = TypeVar("Found")


def once_a_study(
    work: Callable[Concatenate[Study, Rest], Found],
) -> Callable[Concatenate[Study, Rest], Found]:
    """``work(study, *rest)``, worked out once for each study and ``rest``, which can be hashed.

    What is found is shared: nobody may change it. Two threads may both work it out; they find the
    same.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def known(study: Study, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        memory = study.__dict__.setdefault("_known", {})  # beside its cached properties
        key = (name, *rest)
        if key not in memory:
            memory[key] = work(study, *rest, **named)
        return cast(Found, memory[key])

    return known
