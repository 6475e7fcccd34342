"""``simlab backtest``"""

from __future__ import annotations

from pathlib import Path

import click

from simlab.cli.options import cores, lang_option, time_limit_option


@click.command("backtest")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--draws", type=click.IntRange(100, 10_000_000), default=1_000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 1024), default=None, help="Default: all.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("results/backtest"),
    show_default=True, help="The folder of page, chart and figures.",
)  # fmt: skip
@time_limit_option
@lang_option
def command(
    names: tuple[str, ...],
    draws: int,
    threads: int | None,
    output: Path,
    time_limit: float,
    lang: str,
) -> None:
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
        refuse_a_long_prediction(study, draws, threads or cores(), time_limit)
    folder = open_folder(output)
    found = []
    for study in studies:
        click.echo(f"{study.name} …", err=True)
        found.append(predict(study, draws, threads or cores()))
    words = Words(lang)
    given = "".join(f" {name if name in known else visible(Path(name).name)}" for name in names)
    where = output.name if output.is_absolute() else output.as_posix()
    write(found, folder, words, f"simlab backtest{given} --draws {draws} -o {visible(where)}")
    click.echo(screen(found, words))
    click.echo(f"\n{folder.as_posix()}/backtest.md")
