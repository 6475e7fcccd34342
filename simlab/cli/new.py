"""``simlab new FILE``"""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Write a commented study to FILE, to fill in; an existing file is left alone."""
    from simlab.runs.files import FolderError, write_text
    from simlab.study.reading import shipped_configs

    if file.suffix != ".toml":
        raise click.BadParameter(f'"{file}" must end in .toml', param_hint="FILE")
    if file.exists():
        raise FolderError(f"{file}: is there already; choose another name")
    if not file.parent.is_dir():
        raise FolderError(f"{file.parent}: no such folder")
    template = shipped_configs() / "template.toml"
    write_text(file, template.read_text(encoding="utf-8"))
    click.echo(f"{file}: fill it in, then  simlab check {file}  and  simlab run {file}")
