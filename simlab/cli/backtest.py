"""``simlab backtest``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import output_option, run_options

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions


@click.command("backtest")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--draws", type=click.IntRange(100, 10_000_000), default=1_000, show_default=True)
@output_option("The folder of page, chart and figures.", Path("results/backtest"))
@run_options("threads", "time_limit", "language")
def command(names: tuple[str, ...], draws: int, output: Path, options: RunOptions) -> None:
    """Predict what was published about the shipped programmes, from what could be known beforehand.

    NAME is a study under configs/backtest, or a file; all of them by default.
    """
    from simlab.backtest.files import write
    from simlab.backtest.predict import predict, refuse_a_long_prediction, shipped
    from simlab.cli.backtest_screen import screen
    from simlab.runs.files import open_folder
    from simlab.study.errors import nearest
    from simlab.study.study import load
    from simlab.study.unseen import visible
    from simlab.words import Words

    known = shipped()
    paths = []
    for name in names or tuple(known):
        path = known.get(name, Path(name))
        if name not in known and not path.is_file():
            raise click.UsageError(f'no backtest "{name}"{nearest(name, known)}')
        paths.append(path)
    studies = [load(path) for path in paths]
    bare = [str(path) for path, s in zip(paths, studies, strict=True) if not s.form.published]
    if bare:
        raise click.UsageError(f"{bare[0]} has no [[published]] figure to be compared with")
    for study in studies:
        refuse_a_long_prediction(study, draws, options)
    folder = open_folder(output)
    predictions = []
    for study in studies:
        click.echo(f"{study.name} …", err=True)
        predictions.append(predict(study, draws, options.threads))
    words = Words(options.language)
    given = "".join(f" {name if name in known else visible(Path(name).name)}" for name in names)
    where = output.name if output.is_absolute() else output.as_posix()
    write(predictions, folder, words, f"simlab backtest{given} --draws {draws} -o {visible(where)}")
    click.echo(screen(predictions, words))
    click.echo(f"\n{folder.as_posix()}/backtest.md")
