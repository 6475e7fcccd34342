"""``simlab run STUDY``"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlab.cli.options import cores, run_options, settings_of, study_options

if TYPE_CHECKING:
    from simlab.cli.stopping import Stops
    from simlab.runs.blocks import Blocks
    from simlab.runs.run import Run
    from simlab.runs.until import Aim
    from simlab.study.study import Study
    from simlab.words import Words


@click.command("run")
@click.argument("study", type=click.Path(path_type=Path))
@study_options
@run_options
def command(study: Path, **options: Any) -> None:
    """Simulate STUDY and leave a results folder with report, charts and tables."""
    run_study(study, **options)


@dataclass(frozen=True, slots=True)
class Way:
    """How a run is made and shown."""

    output: Path | None
    threads: int | None
    block: int
    until: str | None
    resume: bool
    fresh: bool
    keep_blocks: bool
    lang: str
    quiet: bool
    as_json: bool


def run_study(
    path: Path,
    *,
    draws: int | None,
    seed: int | None,
    engine: str | None,
    settings: tuple[str, ...],
    perspective: str | None,
    **way: Any,
) -> None:
    """Load, simulate, write, print."""
    import time

    from simlab.study.study import load

    began = time.perf_counter()
    study = load(path, settings_of(draws, seed, engine, settings, perspective))
    from simlab.cli.stopping import stoppable
    from simlab.runs.folder import folder_of

    chosen = Way(**way)
    folder = chosen.output or folder_of(path, study.name)
    with stoppable() as stops:
        finished = _made(study, folder, chosen, draws, began, stops)
    _shown(finished, folder, chosen, time.perf_counter() - began)


def _made(
    study: Study, folder: Path, way: Way, cap: int | None, began: float, stops: Stops
) -> tuple[Run, Blocks]:
    """The run with its results on disk; what stops it says how to go on."""
    from simlab.cli.stopping import StoppedError
    from simlab.runs.blocks import kept_blocks
    from simlab.runs.folder import FolderError
    from simlab.runs.forecast import refuse_what_cannot_fit
    from simlab.runs.until import aimed

    threads = way.threads or cores()
    aim = aimed(study, way.until, cap, way.block, threads, folder)
    disk = None if way.resume else folder  # what is done lies there already
    refuse_what_cannot_fit(aim.study, way.block, threads, disk)
    try:
        with kept_blocks(folder, aim.study, resume=way.resume, fresh=way.fresh) as kept:
            return _written(aim, kept, folder, way, began), kept
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; {_how_to_go_on(folder)}", stops.code) from None
    except FolderError as error:
        left = _how_to_go_on(folder)
        raise FolderError(
            f"{error}\n{left}" if left.startswith("finished") else str(error)
        ) from None


def _written(aim: Aim, kept: Blocks, folder: Path, way: Way, began: float) -> Run:
    """Simulate, and write every result; then the blocks have done their work."""
    import time

    from simlab.cli.progress import progress_bar
    from simlab.runs.folder import write_results
    from simlab.runs.provenance import provenance
    from simlab.runs.run import run
    from simlab.verify.certificate import of_folder
    from simlab.words import Words

    threads = way.threads or cores()
    quiet = way.quiet or way.as_json
    with progress_bar(aim.study, quiet=quiet, words=Words(way.lang)) as progress:
        finished = run(
            aim.study, threads=threads, block=way.block, progress=progress, kept=kept,
            until=aim.until,
        )  # fmt: skip
    about = provenance(
        finished.study,
        engine=finished.engine,
        draws=finished.total.draws,
        threads=threads,
        block=way.block,
        seconds=round(time.perf_counter() - began, 1),
        command=f"simlab run {folder.as_posix()}/study.toml",
    )
    certified = of_folder(folder, finished.study)
    if certified is not None:
        finished = finished.with_certificate(certified)
    write_results(finished, folder, about, way.lang)
    if not way.keep_blocks:
        kept.remove()
    return finished


def _how_to_go_on(folder: Path) -> str:
    """What of a run that ended early is on disk, and the command that goes on from it."""
    import shlex
    import subprocess
    import sys

    from simlab.runs.blocks import finished_draws

    done = finished_draws(folder)
    if not done:
        return "no draws are finished yet. The same command starts again."
    words = [word for word in sys.argv[1:] if word not in ("--resume", "--fresh")]
    line = ["simlab", *words, "--resume"]
    told = subprocess.list2cmdline(line) if sys.platform == "win32" else shlex.join(line)
    return f"finished draws are on disk: {done:,} in {folder / 'blocks'}. To go on:\n  {told}"


def _shown(made: tuple[Run, Blocks], folder: Path, way: Way, seconds: float) -> None:
    """The answer on the screen."""
    finished, kept = made
    if way.as_json:
        from simlab.runs.folder import as_json

        click.echo(as_json(finished.result.summary), nl=False)
    elif not way.quiet:
        from simlab.report.screen import screen_summary
        from simlab.report.target import target_reached
        from simlab.words import Words

        words = Words(way.lang).following(finished.result.unit)
        click.echo(screen_summary(finished.result, words))
        if finished.look is not None:
            click.echo(f"\n{target_reached(finished.look, words)}")
        beside = words("the report; beside it charts, tables, workbook")
        click.echo(f"\n{folder / 'report.html'}   {beside}")
        if kept.taken or kept.broken:
            click.echo(gone_on(kept.taken, kept.broken, words))
        took = words.number(seconds)
        click.echo(words("seed {seed}, {n} s", seed=finished.study.form.seed, n=took))


def gone_on(taken: int, broken: int, words: Words) -> str:
    """What a resumed run found."""
    told = words("{n} draws were there already", n=words.number(taken))
    if broken:
        torn = words("{n} torn blocks were computed again", n=words.number(broken))
        return f"{told}; {torn}"
    return told
