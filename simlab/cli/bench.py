"""``simlab bench``"""

from __future__ import annotations

from pathlib import Path

import click

from simlab.cli.options import cores

JOBS = ("J1", "J2", "J3", "J4", "J5", "J6", "threads", "profile")


@click.command("bench")
@click.argument("jobs", nargs=-1, type=click.Choice(JOBS, case_sensitive=False), metavar="[JOB]...")
@click.option("--quick", "size", flag_value="quick", help="Tiny sizes: does everything work?")
@click.option("--full", "size", flag_value="full", help="All sizes, more rounds: an hour or more.")
@click.option("--threads", type=click.IntRange(1, 64), default=None, help="Default: all.")
@click.option("--peers/--no-peers", default=True, help="What others reach, in the same run.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="Write all figures to it.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the page of the docs.")
def command(
    jobs: tuple[str, ...],
    size: str | None,
    threads: int | None,
    peers: bool,
    as_json: Path | None,
    markdown: Path | None,
) -> None:
    """Measure the reference jobs beside their goals, and beside what others reach.

    JOB is one of J1 to J6, threads (two against one) and profile (J5 by room); all by default,
    which takes a few minutes. The other tools come with  pip install "simlab[bench]".
    """
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from simlab.bench.bars import ink_for
    from simlab.bench.machine import machine
    from simlab.bench.markdown import page
    from simlab.bench.measure import SIZES, Record, measure
    from simlab.bench.peers.all import PEERS
    from simlab.bench.screen import Line, lines_of, machine_lines
    from simlab.runs import folder

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
    if as_json is not None:
        folder.write_text(as_json, folder.as_json(measured))
    if markdown is not None:
        folder.write_text(markdown, page(measured))
    wrong = [r["job"] for r in records if r.get("entries") and "trouble" in r["entries"][0]]
    if wrong:
        raise click.ClickException(f"simlab's own answer is wrong in {', '.join(wrong)}")
