"""``simlab check STUDY``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import StudyOptions, run_options, study_options

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions


@click.command("check")
@click.argument("study", type=click.Path(path_type=Path))
@study_options
@run_options("threads", "block", "language")
def command(study: Path, changes: StudyOptions, options: RunOptions) -> None:
    """Read STUDY back in plain words: conversions, assumptions, and what a run will take."""
    from simlab.reading_back import reading_back
    from simlab.reading_back.engine import time_of_run
    from simlab.runs.forecast import forecast
    from simlab.study.study import load
    from simlab.words import Words

    read = load(study, changes.values)
    words = Words(options.language).following(read.unit)
    click.echo(reading_back(read, words))
    needs = forecast(read, options)
    size = words(
        "{draws} draws of {cells} cells in {steps} steps: about {memory} GB",
        draws=words.number(read.form.draws),
        cells=words.number(needs.cells),
        steps=words.number(read.timeline.steps),
        memory=words.number(needs.peak_bytes / 1e9, 1),
    )
    disk = words(
        "finished draws take {disk} GB on disk until the results are written",
        disk=words.number(needs.disk_bytes / 1e9, 1),
    )
    click.echo(words("A run"))
    click.echo(f"  {size}")
    click.echo(f"  {disk}")
    click.echo(f"  {time_of_run(needs.engine, needs.seconds, options.threads, words)}")
    estimates = words("(estimates, with charts and files; compiling adds up to half a minute once)")
    click.echo(f"  {estimates}")
