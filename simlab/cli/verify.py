"""``simlab verify STUDY``"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import (
    StudyOptions,
    json_option,
    output_option,
    quiet_option,
    run_options,
    study_options,
)

if TYPE_CHECKING:
    from simlab.result.certified import Certified
    from simlab.runs.options import RunOptions
    from simlab.words import Words


@click.command("verify")
@click.argument("study", type=click.Path(path_type=Path))
@study_options
@output_option()
@run_options("time_limit", "language")
@quiet_option
@json_option("certificate.json")
def command(
    study: Path,
    changes: StudyOptions,
    output: Path | None,
    options: RunOptions,
    quiet: bool,
    as_json: bool,
) -> None:
    """Check the laws of the model on STUDY itself, and leave a certificate in its results folder.

    A later run of the study into the same folder shows the certificate in its report. Exit code 1
    when a check fails.
    """
    import time

    from simlab.study.study import load
    from simlab.study.unseen import visible

    began = time.perf_counter()
    read = load(study, changes.values)
    from simlab.folders.certificate_file import as_record, refuse_another, write_certificate
    from simlab.runs.files import as_json as in_json
    from simlab.runs.files import folder_of, open_folder
    from simlab.verify.certificate import verify
    from simlab.words import Words

    folder = open_folder(output or folder_of(study, read.name))
    refuse_another(folder, read)
    with checks_bar(quiet=quiet or as_json) as progress:
        certificate = verify(read, progress, options.time_limit)
    seconds = round(time.perf_counter() - began, 1)
    record = as_record(
        certificate, seconds=seconds, command=f"simlab verify {visible(study.as_posix())}"
    )
    path = write_certificate(record, folder)
    if as_json:
        click.echo(in_json(record), nl=False)
    elif not quiet:
        show(certificate.certified, path, Words(options.language).following(read.unit))
    if not certificate.passed:
        raise click.exceptions.Exit(1)


def show(certified: Certified, path: Path, words: Words) -> None:
    """Print the table, the verdict, and where the certificate lies."""
    from rich.console import Console

    from simlab.cli.certificate_screen import table
    from simlab.cli.terminal import plain
    from simlab.report import certificate_words

    console = Console()
    console.print(table(certified, words, console.width))
    click.echo(plain(certificate_words.verdict(certified, words)))
    halved = certificate_words.shown(certified, words)
    if halved:
        click.echo(plain(halved))
    click.echo(f"\n{path}")


@contextmanager
def checks_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Gives a function (checks done, checks in all) that moves a bar; None when quiet."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checks", total=None)

        def advance(done: int, count: int) -> None:
            bar.update(task, completed=done, total=count)

        yield advance
