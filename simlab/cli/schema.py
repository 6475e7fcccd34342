"""``simlab schema``"""

from __future__ import annotations

from pathlib import Path

import click

from simlab.cli.options import output_option


@click.command("schema")
@output_option("Write it to a file.")
def command(output: Path | None) -> None:
    """Print the grammar of a study file as JSON Schema, from which editors complete."""
    from simlab.runs.files import as_json, write_text
    from simlab.study.schema import schema

    text = as_json(schema())
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        click.echo(f"{output}: point your editor's TOML support at it")
