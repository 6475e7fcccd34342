"""A progress bar with the time left, on the error stream so that output can be piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simlab.study.study import Study
from simlab.words import ENGLISH, Words


@contextmanager
def progress_bar(
    study: Study, *, quiet: bool, words: Words = ENGLISH
) -> Iterator[Callable[[int, int], None] | None]:
    """Gives a function (draws done, draws in all) that moves the bar; None when quiet."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(words("left")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # The first block waits for the engines to be compiled, once in the life of an installation.
        task = bar.add_task(words("starting"), total=study.draws)

        def advance(done: int, count: int) -> None:
            bar.update(task, description=words("draws"), completed=done, total=count)

        yield advance
