"""What a batch shows: a table that lives in a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.batch.many import State
from simlab.batch.progress import Batch
from simlab.study import variant
from simlab.study.time import lasting
from simlab.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

Show = Callable[[State], None]
FEWEST = 5  # lines of runs that are over, in however small a terminal
AROUND = 8  # lines of the table that are no such run
NAMED = 5  # runs that are named with a message that they share
MARKS = {"done": "green", "kept": "dim", "failed": "red", "computes": "cyan", "writes": "cyan"}


def ahead(batch: Batch, out: Path, words: Words) -> str:
    """98 runs into results/batch; 2 are there already; the others take about 1 h 12 min"""
    counts = batch.counts()
    parts = [
        words.plural(
            "{n} run into {folder}", "{n} runs into {folder}", len(batch.states), folder=out
        )
    ]
    if counts["kept"]:
        parts.append(words.plural("{n} is there already", "{n} are there already", counts["kept"]))
    if counts["waits"]:
        waits, time = words.number(counts["waits"]), _lasting(batch.forecast, words)
        parts.append(words("{n} to run, about {time}", n=waits, time=time))
    return "; ".join(parts)


def left_out(batch: Batch, words: Words) -> list[str]:
    """What runs do not have of their studies, with what is set in them; alike ones together."""
    names: dict[str, list[str]] = {}
    for state in batch.states.values():
        for text in variant.described(state.left_out):
            names.setdefault(words.say(text), []).append(state.item.name)
    return [f"{', '.join(_some(having))}: {text}" for text, having in names.items()]


def _some(names: list[str]) -> list[str]:
    """The first of many names."""
    return [*names[:NAMED], *(["…"] if len(names) > NAMED else [])]


def counted(batch: Batch, words: Words) -> str:
    """96 runs made; 2 were there already; 1 failed; 3 with warnings"""
    counts = batch.counts()
    parts = [words.plural("{n} run made", "{n} runs made", counts["done"])]
    if counts["kept"]:
        parts.append(
            words.plural("{n} was there already", "{n} were there already", counts["kept"])
        )
    if counts["failed"]:
        parts.append(words("{n} failed", n=words.number(counts["failed"])))
    over = batch.of_stage("done", "kept")
    warned = sum(1 for run in over if run.record is not None and run.record.warnings)
    if warned:
        n = words.number(warned)
        parts.append(words("{n} with warnings, on page one of their reports", n=n))
    return "; ".join(parts)


def stopped(batch: Batch, words: Words) -> str:
    """What is said when a batch was stopped."""
    counts = batch.counts()
    runs = len(batch.states)
    return words.plural(
        "stopped; {n} of {all} run is finished. The same command goes on.",
        "stopped; {n} of {all} runs are finished. The same command goes on.",
        runs,
        n=words.number(counts["done"] + counts["kept"]),
        all=words.number(runs),
    )


def show_failures(batch: Batch, words: Words) -> None:
    """Every run that failed, with its message; runs of one grid often share one."""
    names: dict[str, list[str]] = {}
    for run in batch.of_stage("failed"):
        names.setdefault(run.error, []).append(run.item.name)
    for error, failing in names.items():
        named = "\n".join(_some(failing))
        indented = error.replace("\n", "\n  ")
        click.echo(f"{named}: {words('failed')}\n  {indented}", err=True)


@contextmanager
def reading(runs: int, words: Words, *, quiet: bool) -> Iterator[None]:
    """Says, in a terminal, that the studies are being read."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    text = words.plural("{n} study is read and checked", "{n} studies are read and checked", runs)
    with Console(stderr=True).status(text):
        yield


def _lasting(seconds: float, words: Words) -> str:
    return words.say(lasting(seconds))


def found(state: State, words: Words) -> str:
    """53% back within ten years, in the account that the study's own report opens with"""
    if state.record is None:
        return state.error.strip().splitlines()[-1].strip() if state.error else ""
    chance = words.percent(1.0 - state.record.opening.payback.never)
    years = words.years(state.record.horizon_years)
    return words("{chance} back within {years}", chance=chance, years=years)


@contextmanager
def shown(batch: Batch, words: Words, *, quiet: bool) -> Iterator[Show]:
    """Gives a function that shows a step; nothing when quiet."""
    if quiet:
        yield lambda state: None
    elif sys.stderr.isatty():
        with _live(batch, words) as show:
            yield show
    else:
        yield lambda state: _line(state, batch, words)


def _line(state: State, batch: Batch, words: Words) -> None:
    if not state.over:
        return
    over, all_runs = (len(batch.of_stage("done", "kept", "failed")), len(batch.states))
    left = _lasting(batch.seconds_left(), words)
    click.echo(
        f"{over:>{len(str(all_runs))}}/{all_runs}  {state.item.name}: "
        f"{stage(state, words)}; {found(state, words)}; {words('{time} left', time=left)}",
        err=True,
    )


def stage(state: State, words: Words) -> str:
    """Where a run stands: done in 31 s"""
    match state.stage:
        case "computes":
            return words(
                "{n} of {all} draws",
                n=words.number(state.draws),
                all=words.number(state.count),
            )
        case "writes":
            return words("writes its files")
        case "kept":
            return words("was there already")
        case "done":
            return words("done in {time}", time=_lasting(state.seconds, words))
        case "failed":
            return words("failed")
    return words("waits")


@contextmanager
def _live(batch: Batch, words: Words) -> Iterator[Show]:
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    over: list[str] = []

    def drawn() -> RenderableType:
        return _table(batch, over, max(console.height - AROUND, FEWEST), words)

    with Live(console=console, get_renderable=drawn, refresh_per_second=4, transient=True):

        def show(state: State) -> None:
            if state.over:
                over.append(state.item.name)

        yield show


def _table(batch: Batch, over: list[str], most: int, words: Words) -> RenderableType:
    """Failures and the last finished runs, those at work below them, and a bar for all."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    counts = batch.counts()
    finished = [batch.states[name] for name in list(over)[-most:]]
    table = Table.grid(padding=(0, 2))
    for run in [*finished, *batch.of_stage("writes", "computes")]:
        table.add_row(
            Text(run.item.name, no_wrap=True, overflow="ellipsis"),
            Text(stage(run, words), style=MARKS.get(run.stage, "")),
            Text(found(run, words), no_wrap=True, overflow="ellipsis"),
        )
    done, count = sum(counts[s] for s in ("done", "kept", "failed")), len(batch.states)
    left = words("{time} left", time=_lasting(batch.seconds_left(), words))
    under_way = sum(
        run.draws / run.count for run in batch.of_stage("computes", "writes") if run.count
    )
    failed = words("{n} failed", n=words.number(counts["failed"])) if counts["failed"] else ""
    bar = Table.grid(padding=(0, 2))
    bar.add_row(
        Text(
            words.plural(
                "{n} of {all} run",
                "{n} of {all} runs",
                count,
                n=words.number(done),
                all=words.number(count),
            )
        ),
        ProgressBar(total=count, completed=done + under_way, width=30),
        Text(left),
        Text(failed, style="red"),
    )
    return Group(table, bar)
