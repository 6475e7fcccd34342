"""``simlab run STUDY``"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlab.cli.options import (
    Command,
    StudyOptions,
    dask_option,
    json_option,
    output_option,
    quiet_option,
    run_options,
    study_options,
    with_options,
)

if TYPE_CHECKING:
    from simlab.folders.run_folder import FinishedRun
    from simlab.runs.options import RunOptions
    from simlab.study.study import Study
    from simlab.words import Words


def options_of_a_run(command: Command) -> Command:
    """All that a run can be told."""
    made = run_options(
        "threads",
        "block",
        "time_limit",
        "language",
        "until",
        "resume",
        "fresh",
        "keep_blocks",
        "lives",
    )
    shown = quiet_option, json_option("summary.json")
    return with_options(command, study_options, output_option(), made, *shown, dask_option)


@click.command("run")
@click.argument("study", type=click.Path(path_type=Path))
@options_of_a_run
def command(study: Path, **options: Any) -> None:
    """Simulate STUDY and leave a results folder with report, charts and tables."""
    run_study(study, **options)


def run_study(
    path: Path,
    *,
    changes: StudyOptions,
    options: RunOptions,
    output: Path | None,
    dask: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Load, simulate, write, print."""
    import time

    from simlab.study.study import load

    if options.resume and options.fresh:
        raise click.UsageError("--resume goes on from finished draws, --fresh throws them away")
    began = time.perf_counter()
    study = load(path, changes.values)
    from simlab.cli.progress import progress_bar
    from simlab.folders.run_folder import run_into
    from simlab.runs.cluster import connected
    from simlab.runs.files import folder_of
    from simlab.words import Words

    folder, words = output or folder_of(path, study.name), Words(options.language)
    with (
        going_on(folder, study),
        connected(dask, options.threads) as cluster,
        progress_bar(study, quiet=quiet or as_json, words=words) as progress,
    ):
        options = replace(options, most=changes.draws, cluster=cluster)
        made = run_into(study, folder, options, progress)
    if as_json:
        from simlab.result.plain import plain_answer
        from simlab.runs.files import as_json as in_json

        click.echo(in_json(plain_answer(made.run.answer)), nl=False)
    elif not quiet:
        _shown(made, words, time.perf_counter() - began)


@contextmanager
def going_on(folder: Path, study: Study) -> Iterator[None]:
    """What stops the run of a study within says how to go on."""
    from simlab.cli.interrupt import StoppedError, stoppable
    from simlab.runs.checkpoint import AtWorkError
    from simlab.runs.cluster_worker import ClusterError
    from simlab.runs.files import FolderError

    with stoppable() as stops:
        try:
            yield
        except KeyboardInterrupt:
            raise StoppedError(f"stopped; {_how_to_go_on(folder, study)}", stops.code) from None
        except AtWorkError:
            raise  # the draws in the folder are that run's
        except (FolderError, ClusterError) as error:
            left = _how_to_go_on(folder, study)
            if left.startswith("finished"):
                raise type(error)(f"{error}\n{left}") from None
            raise


def _how_to_go_on(folder: Path, study: Study) -> str:
    """What of a run that ended early is on disk, and the command that goes on from it."""
    import shlex
    import subprocess
    import sys

    from simlab.runs.checkpoint import draws_of_this_run

    done = draws_of_this_run(folder, study)
    if not done:
        return "no draws are finished yet. The same command starts again."
    words = [word for word in sys.argv[1:] if word not in ("--resume", "--fresh")]
    line = ["simlab", *words, "--resume"]
    text = subprocess.list2cmdline(line) if sys.platform == "win32" else shlex.join(line)
    return f"finished draws are on disk: {done:,} in {folder / 'blocks'}. To go on:\n  {text}"


def _shown(made: FinishedRun, words: Words, seconds: float) -> None:
    """The answer on the screen."""
    from simlab.cli.run_screen import screen_summary
    from simlab.cli.target_screen import target_reached

    run = made.run
    words = words.following(run.answer.unit)
    click.echo(screen_summary(run.answer, words))
    if run.look is not None:
        click.echo(f"\n{target_reached(run.look, words)}")
    beside = words("the report; beside it charts, tables, workbook")
    click.echo(f"\n{made.folder / 'memo.pdf'}   {words('two pages; the report is their appendix')}")
    click.echo(f"{made.folder / 'report.html'}   {beside}")
    if made.taken or made.broken:
        click.echo(gone_on(made.taken, made.broken, words))
    took = words.number(seconds)
    click.echo(words("seed {seed}, {n} s", seed=run.study.seed, n=took))


def gone_on(taken: int, broken: int, words: Words) -> str:
    """What a resumed run found."""
    text = words.plural("{n} draw was there already", "{n} draws were there already", taken)
    if broken:
        torn = words.plural(
            "{n} torn block was computed again", "{n} torn blocks were computed again", broken
        )
        return f"{text}; {torn}"
    return text
