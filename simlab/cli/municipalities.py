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

    found = municipalities()
    open_folder(folder)
    written = 0
    for one in found:
        if not (folder / one.file).exists():
            write_text(folder / one.file, study_of(one))
            written += 1
    kept = f"; {len(found) - written} were there already" if written < len(found) else ""
    click.echo(f"{folder}: {written} studies{kept}; then  simlab batch {folder}")
