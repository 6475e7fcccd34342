"""``simlab check STUDY``"""

from __future__ import annotations

from pathlib import Path

import click

from simlab.cli.options import cores, settings_of, study_options


@click.command("check")
@click.argument("study", type=click.Path(path_type=Path))
@study_options
@click.option("--block", type=click.IntRange(1, 1_000_000), default=256, show_default=True)
@click.option("--threads", type=click.IntRange(1, 1024), default=None)
def command(
    study: Path,
    draws: int | None,
    seed: int | None,
    engine: str | None,
    settings: tuple[str, ...],
    perspective: str | None,
    block: int,
    threads: int | None,
) -> None:
    """Read STUDY back in plain words: conversions, assumptions, and what a run will take."""
    from simlab.report.reading_back import reading_back
    from simlab.runs.forecast import forecast
    from simlab.study.study import load

    read = load(study, settings_of(draws, seed, engine, settings, perspective))
    threads = threads or cores()
    click.echo(reading_back(read))
    needs = forecast(read, block, threads)
    click.echo("A run")
    click.echo(
        f"  {read.form.draws:,} draws of {needs.cells:,} cells in {read.timeline.steps} steps on "
        f"{threads} threads: about {max(needs.seconds, 1):.0f} s and "
        f"{needs.peak_bytes / 1e9:.1f} GB (estimates; compiling adds about half a minute once)"
    )
