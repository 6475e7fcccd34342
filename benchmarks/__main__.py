"""``python -m benchmarks``: the reference jobs, from the folder of the clone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from simlab.cli.options import cores

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "benchmarks" / "measured.json"
PAGE = ROOT / "docs" / "benchmarks.md"
JOBS = ("J1", "J2", "J3", "J4", "J5", "J6", "J7", "J8", "threads", "profile")


@click.command("python -m benchmarks")
@click.argument("jobs", nargs=-1, type=click.Choice(JOBS, case_sensitive=False), metavar="[JOB]...")
@click.option("--quick", "size", flag_value="quick", help="Tiny sizes: does everything work?")
@click.option("--full", "size", flag_value="full", help="All sizes, more rounds: an hour or more.")
@click.option("--threads", type=click.IntRange(1, 64), default=None, help="Default: all.")
@click.option("--peers/--no-peers", default=True, help="What others reach, in the same run.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="Write all figures to it.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write a page of them.")
@click.option("--publish", is_flag=True, help="Write the figures and the page of the docs.")
@click.option("--page", "page_alone", is_flag=True, help="The docs' page from their figures.")
def command(
    jobs: tuple[str, ...],
    size: str | None,
    threads: int | None,
    peers: bool,
    as_json: Path | None,
    markdown: Path | None,
    publish: bool,
    page_alone: bool,
) -> None:
    """Measure the reference jobs beside their goals, and beside what others reach.

    JOB is one of J1 to J8, threads (two against one) and profile (J5 by room); all by default,
    which takes a few minutes. The other tools come with  pip install ".[bench]".
    """
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from benchmarks.bars import ink_for
    from benchmarks.machine import machine
    from benchmarks.markdown import page
    from benchmarks.measure import SIZES, Record, measure
    from benchmarks.peers.all import PEERS
    from benchmarks.screen import Line, lines_of, machine_lines
    from simlab.runs import files

    if page_alone:
        files.write_text(PAGE, page(json.loads(MEASURED.read_text(encoding="utf-8"))))
        return
    console = Console(highlight=False, soft_wrap=True)
    ink = ink_for(console.encoding)
    threads, wanted = threads or cores(), SIZES[size or "default"]

    def show(line: Line) -> None:
        text, style = line
        console.print(Text(text, style=style))

    here, records = machine(cores()), list[Record]()
    for line in machine_lines(here, threads, wanted.name):
        show(line)
    for record in measure(jobs or JOBS, wanted, threads, cores(), PEERS if peers else ()):
        for line in lines_of(record, records[-1]["kind"] if records else None, ink):
            show(line)
        records.append(record)
    measured = {
        "day": date.today().isoformat(),
        "size": wanted.name,
        "threads": threads,
        "machine": here,
        "records": records,
    }
    for path in (as_json, MEASURED if publish else None):
        if path is not None:
            files.write_text(path, files.as_json(measured))
    for path in (markdown, PAGE if publish else None):
        if path is not None:
            files.write_text(path, page(measured))
    wrong = [r["job"] for r in records if r.get("entries") and "trouble" in r["entries"][0]]
    if wrong:
        raise click.ClickException(f"simlab's own answer is wrong in {', '.join(wrong)}")


if __name__ == "__main__":
    command()
