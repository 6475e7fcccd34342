"""``simlab rules``"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli.options import run_options

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions


@click.command("rules")
@click.argument("system", type=click.Path(path_type=Path), required=False)
@click.option("--from", "since", default="2024", show_default=True, help="The first date.")
@click.option("--at", default="2027-01", show_default=True, help="When a plan starts.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--markdown", is_flag=True, help="As a page: docs/rules.md is written so.")
@run_options("language")
def command(
    system: Path | None, since: str, at: str, as_json: bool, markdown: bool, options: RunOptions
) -> None:
    """Print every rule with a date: value, unit, how sure, and what a plan that starts then uses.

    SYSTEM is a study, or a system that studies extend; the Danish one by default.
    """
    from simlab.reading_back.rules_table import for_machines, lines, page, told
    from simlab.runs.files import as_json as json_text
    from simlab.study.dated_rules import read_system, rules
    from simlab.study.unseen import visible
    from simlab.words import Words

    first, day = _date("--from", since), _date("--at", at)
    study, words = read_system(system, at), Words(options.language)
    rows = told(study, rules(study, since, at), words)
    if as_json:
        click.echo(json_text(for_machines(rows)), nl=False)
    elif markdown:
        name = "" if system is None else f" {visible(system.as_posix())}"
        made = f"simlab rules{name} --from {since} --at {at} --markdown"
        click.echo(page(rows, first, day, made, words), nl=False)
    else:
        for line in lines(rows, first, day, words):
            click.echo(line)


def _date(option: str, text: str) -> date:
    from simlab.study.time import read_date

    try:
        return read_date(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
