"""``simlab municipalities FOLDER``"""

from __future__ import annotations

from pathlib import Path

import click


@click.command("municipalities")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a study for each of Denmark's 98 municipalities to FOLDER, for a batch.

    Each asks what lower caseloads would mean there; files that are there already are left alone.
    """
    from simlab.batch.municipalities import municipalities, study_of
    from simlab.runs.files import open_folder, write_text

    listed = municipalities()
    open_folder(folder)
    written = 0
    for municipality in listed:
        if not (folder / municipality.file).exists():
            write_text(folder / municipality.file, study_of(municipality))
            written += 1
    others = f"; {len(listed) - written} were there already" if written < len(listed) else ""
    click.echo(f"{folder}: {written} studies{others}; then  simlab batch {folder}")
