"""``simlab batch STUDY…``"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import (
    StudyOptions,
    dask_option,
    output_option,
    quiet_option,
    run_options,
    study_options,
)

if TYPE_CHECKING:
    from simlab.batch.items import Item
    from simlab.batch.progress import Batch
    from simlab.runs.options import RunOptions
    from simlab.words import Words


@click.command("batch")
@click.argument(
    "studies", nargs=-1, required=True, metavar="STUDY...", type=click.Path(path_type=Path)
)
@study_options
@click.option(
    "--grid",
    "grids",
    multiple=True,
    metavar="PATH=VALUES",
    help="Run every value: --grid plan.effect.0.hazard_ratio=1.0:2.0:11 (from, to, how many) "
    "or --grid years=5,10; several are combined.",
)
@output_option("The folder of all results folders.", Path("results/batch"))
@run_options("until", "bare", "threads", "block", "time_limit", "language")
@dask_option
@quiet_option
def command(
    studies: tuple[Path, ...],
    changes: StudyOptions,
    grids: tuple[str, ...],
    output: Path,
    options: RunOptions,
    dask: str | None,
    quiet: bool,
) -> None:
    """Run many studies, each into a folder of its own, and gather them into one table.

    STUDY is a study, a folder of studies, or a batch file (studies, set, grid). The same command
    again runs only what is missing or has changed, and goes on where it was stopped. A study that
    fails does not stop the others; it is told at the end, and the exit code is then 1.
    """
    from simlab.batch.items import items, wanted
    from simlab.runs.files import open_folder
    from simlab.words import Words

    asked = wanted(studies, changes.values, grids)
    most = asked.settings.get("draws")
    options = replace(
        options,
        until=options.until or asked.until,
        most=most if isinstance(most, int) else None,
    )
    runs = items(asked)
    open_folder(output)
    _all_of(runs, output, options, dask, Words(options.language), quiet)


def _all_of(
    runs: list[Item], out: Path, options: RunOptions, dask: str | None, words: Words, quiet: bool
) -> None:
    """Read every study, make what is missing, and tell what has become of all."""
    from simlab.batch.many import forecast, read, run_all
    from simlab.batch.progress import Batch
    from simlab.cli import batch_screen as screen
    from simlab.cli.interrupt import StoppedError, stoppable
    from simlab.cli.terminal import plain
    from simlab.runs.cluster import connected

    table = out / "results.parquet"
    with stoppable() as stops:
        batch = Batch({})
        try:
            with screen.reading(len(runs), words, quiet=quiet):
                batch = Batch.of(list(read(runs, out, options)))
                waiting = batch.of_stage("waits")
                ahead = forecast(waiting, options if dask is None else replace(options, threads=1))
                batch.begin(ahead.seconds)
            if not quiet:
                click.echo(screen.ahead(batch, out, words))
                for line in screen.left_out(batch, words):
                    click.echo(f"  ! {plain(line)}")
            if waiting:
                screen.show_failures(batch, words)  # at once, and again at the end
                with (
                    connected(dask, options.threads) as cluster,
                    screen.shown(batch, words, quiet=quiet) as show,
                ):
                    chosen = replace(options, cluster=cluster)
                    for state in run_all(waiting, out, chosen, ahead.lanes):
                        batch.put(state)
                        show(state)
                        batch.write(table)
        except KeyboardInterrupt:
            raise StoppedError(screen.stopped(batch, words), stops.code) from None
        finally:
            batch.write(table, now=True)
    _told(batch, table, words, quiet)


def _told(batch: Batch, table: Path, words: Words, quiet: bool) -> None:
    from simlab.cli import batch_screen as screen

    if not quiet:
        click.echo(screen.counted(batch, words))
        if table.exists():
            beside = words("all results in one table; beside it a folder for each run")
            click.echo(f"{table}   {beside}")
    failures = batch.of_stage("failed")
    if failures:
        screen.show_failures(batch, words)
        raise click.exceptions.Exit(2 if len(failures) == len(batch.states) else 1)
