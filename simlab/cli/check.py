"""``simlab check STUDY``"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
        f"  {read.form.draws:,} draws of {needs.cells:,} cells in {read.timeline.steps} steps: "
        f"about {needs.peak_bytes / 1e9:.1f} GB"
    )
    click.echo(f"  {in_words(needs.engine, needs.seconds, threads)}")
    click.echo("  (estimates, with charts and files; compiling adds up to half a minute once)")


def in_words(engine: str, seconds: Mapping[Any, float], threads: int) -> str:
    """counts: about 21 s on 2 threads; citizens would take about 38 s, expected about 9 s"""
    others = [
        f"{other} {'' if k else 'would take '}about {max(time, 1):.0f} s"
        for k, (other, time) in enumerate((o, t) for o, t in seconds.items() if o != engine)
    ]
    on = f"{threads} thread{'s' * (threads > 1)}"
    return f"{engine}: about {max(seconds[engine], 1):.0f} s on {on}; {', '.join(others)}"
