"""``simlab run STUDY``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simlab.cli.options import cores, run_options, settings_of, study_options


@click.command("run")
@click.argument("study", type=click.Path(path_type=Path))
@study_options
@run_options
def command(study: Path, **options: Any) -> None:
    """Simulate STUDY and leave a results folder with report, charts and tables."""
    run_study(study, **options)


def run_study(
    path: Path,
    *,
    draws: int | None,
    seed: int | None,
    engine: str | None,
    settings: tuple[str, ...],
    perspective: str | None,
    output: Path | None,
    threads: int | None,
    block: int,
    lang: str,
    quiet: bool,
    as_json: bool,
) -> None:
    """Load, simulate, write, print."""
    import time

    from simlab.cli.progress import progress_bar
    from simlab.study.study import load
    from simlab.words import Words

    words = Words(lang)
    began = time.perf_counter()
    study = load(path, settings_of(draws, seed, engine, settings, perspective))
    from simlab.runs import folder as results
    from simlab.runs.forecast import refuse_what_cannot_fit

    threads = threads or cores()
    refuse_what_cannot_fit(study, block, threads)
    folder = results.open_folder(output or Path("results") / study.name)
    from simlab.runs.run import run

    with progress_bar(study, quiet=quiet or as_json, words=words) as progress:
        finished = run(study, threads=threads, block=block, progress=progress)
    from simlab.runs.provenance import provenance

    about = provenance(
        study,
        engine=finished.engine,
        draws=study.form.draws,
        threads=threads,
        block=block,
        seconds=round(time.perf_counter() - began, 1),
        command=f"simlab run {folder.as_posix()}/study.toml",
    )
    results.write_results(finished, folder, about, lang)
    if as_json:
        click.echo(results.as_json(finished.result.summary), nl=False)
    elif not quiet:
        from simlab.report.screen import screen_summary

        click.echo(screen_summary(finished.result, words.following(finished.result.unit)))
        beside = words("the report; beside it charts, tables, workbook")
        click.echo(f"\n{folder / 'report.html'}   {beside}")
        took = words.number(time.perf_counter() - began)
        click.echo(words("seed {seed}, {n} s", seed=study.form.seed, n=took))
