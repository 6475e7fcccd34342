"""``simlab replay RESULT --draw N``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import run_options

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions


@click.command("replay")
@click.argument("result", type=click.Path(path_type=Path, file_okay=False))
@click.option("--draw", type=click.IntRange(0), required=True, help="The number of the future.")
@click.option("--citizen", type=click.IntRange(0), help="The number of a citizen in it.")
@run_options("time_limit", "language")
def command(result: Path, draw: int, citizen: int | None, options: RunOptions) -> None:
    """Tell the story of one future of the results folder RESULT, or of one life in it.

    The draw is computed again, alone: draws are addresses, so it is the same as in the run. The
    chart lies in the folder's replay/.
    """
    from simlab.cli.terminal import plain, wrapped
    from simlab.engine.time_limit import refuse_what_takes_too_long
    from simlab.engine.work import seconds_a_draw
    from simlab.replay.files import write
    from simlab.replay.future import future
    from simlab.replay.life import life_of
    from simlab.replay.recorded import recorded
    from simlab.replay.story import life_story, life_title, story, title
    from simlab.words import Words

    run = recorded(result)
    took = {run.engine: seconds_a_draw(run.study)[run.engine]}  # another engine is another future
    refuse_what_takes_too_long(run.study, f"draw {draw}", took, run.engine, options.time_limit)
    words = Words(options.language)
    try:
        one_future = future(run, draw)
        life = None if citizen is None else life_of(one_future, citizen)
    except IndexError as error:
        raise click.UsageError(str(error)) from None
    heading, text = (
        (title(one_future, words), story(one_future, words))
        if life is None
        else (life_title(life, words), life_story(life, words))
    )
    click.echo(plain(heading) + "\n")
    for line in text:
        indent = "  " * line.startswith("  ")
        for part in wrapped(line, indent, indent):
            click.echo(part)
    written = write(one_future, life, run.folder / "replay", words)
    click.echo(f"\n{written.as_posix()}")
