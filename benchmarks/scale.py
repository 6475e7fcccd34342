"""What runs take beside their forecasts, and what 98 municipalities take on this machine.

    python -m benchmarks.scale forecasts     time and memory of a dozen runs (10 minutes)
    python -m benchmarks.scale batch --draws 10000                   all 98 (half an hour)
    python -m benchmarks.scale batch --draws 10000 --bare --every 14 --threads 1   some of them

Prints rows of the tables in docs/scale.md. Every command is a process of its own, whose time and
peak memory (of its largest process) the system tells; compiled code is there before the first. Not
on Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hjoerring import with_citizens
from simlab.batch.municipalities import municipalities, study_of
from simlab.engine.work import choose_engine
from simlab.runs.forecast import forecast
from simlab.runs.options import RunOptions
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, load

SIMLAB = [sys.executable, "-c", "from simlab.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the clock and of processors, and the most bytes in memory."""

    seconds: float
    processor: float
    peak: float


def taken(*arguments: object) -> Taken:
    """What a simlab command takes."""
    began = time.perf_counter()
    child = subprocess.Popen([*SIMLAB, *map(str, arguments)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"simlab {' '.join(map(str, arguments))} ended with {status}")
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    seconds = time.perf_counter() - began
    return Taken(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


# ── one run beside its forecast ──

WEEKS = """
extends = ["programmes/hjoerring-activity-ready.toml", "systems/denmark-by-week.toml"]
start   = "2014-12-29"
"""


def cases(folder: Path) -> list[tuple[str, Study, str, int]]:
    """(what, study, engine, threads): of every engine small and large, few draws and many."""
    weeks = folder / "weeks.toml"
    weeks.write_text(WEEKS, encoding="utf-8")
    configs = shipped_configs()
    ready, hjoerring, caseload, ips, jobfirst = (
        load(configs / "programmes" / f"{name}.toml")
        for name in ("hjoerring-activity-ready", "hjoerring", "caseload", "ips", "jobfirst")
    )
    reference = load(configs / "reference" / "closed-form.toml")
    example = load(configs / "municipalities" / "example.toml")
    small, large = with_citizens(ready, 200), with_citizens(ready, 100_000)
    return [
        ("the demo", hjoerring, "auto", 2),
        ("the same on one thread", hjoerring, "auto", 1),
        ("the same, expected", hjoerring, "expected", 2),
        ("the example municipality", example, "auto", 2),
        ("caseload", caseload, "auto", 2),
        ("IPS", ips, "auto", 2),
        ("JobFirst", jobfirst, "auto", 2),
        ("closed form, 10,000 draws", reference.replace({"draws": 10_000}), "auto", 2),
        ("activity-ready, 10,000 draws", ready.replace({"draws": 10_000}), "counts", 2),
        ("activity-ready, 200 citizens", small.replace({"draws": 10_000}), "citizens", 2),
        ("activity-ready, 100,000 citizens", large.replace({"draws": 500}), "citizens", 2),
        ("the same in counts", large.replace({"draws": 500}), "counts", 2),
        ("activity-ready by the week", load(weeks).replace({"draws": 500}), "counts", 2),
    ]  # fmt: skip


def forecasts() -> None:
    """Every case, measured beside what `simlab check` foretold."""
    print("| run | engine | draws | threads | forecast | taken | taken / forecast "
          "| memory, forecast | peak | peak / forecast |")  # fmt: skip
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, study, asked, threads in cases(folder):
            path = folder / "study.toml"
            path.write_text(study.resolved_toml(), encoding="utf-8")
            ahead = forecast(study, RunOptions(threads))
            engine = choose_engine(study, asked)
            for draws in (1, study.draws):  # the first compiles what is not compiled
                used = taken("run", path, "--quiet", "--engine", engine, "--draws", draws,
                             "--threads", threads, "-o", folder / "result", "--fresh")  # fmt: skip
            foretold = ahead.seconds[engine]
            print(
                f"| {what} | {engine} | {study.draws:,} | {threads} | {foretold:.1f} s "
                f"| {used.seconds:.1f} s | {used.seconds / foretold:.2f} "
                f"| {ahead.peak_bytes / 1e6:,.0f} MB | {used.peak / 1e6:,.0f} MB "
                f"| {used.peak / ahead.peak_bytes:.2f} |",
                flush=True,
            )


# ── all municipalities ──


def batch(draws: int, threads: int, every: int, bare: bool) -> None:
    """`simlab batch` on the studies of `simlab municipalities`, or on every so many of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = municipalities()[::every]
        for one in chosen:
            (folder / one.file).write_text(study_of(one), encoding="utf-8")
        results = folder / "results"
        used = taken("batch", folder, "--quiet", "--draws", draws, "--threads", threads,
                     "-o", results, *["--bare"] * bare)  # fmt: skip
        disk = sum(path.stat().st_size for path in results.rglob("*") if path.is_file())
    print(f"| {len(chosen)} | {draws:,} | {threads} | {'tables' if bare else 'all'} "
          f"| {used.seconds / 60:.1f} min | {used.seconds / len(chosen):.1f} s "
          f"| {used.processor / used.seconds:.2f} | {used.peak / 1e6:,.0f} MB "
          f"| {disk / 1e6:,.0f} MB |")  # fmt: skip


def main() -> None:
    """Read the command line."""
    parser = ArgumentParser()
    parser.add_argument("what", choices=("forecasts", "batch"))
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--bare", action="store_true")
    asked = parser.parse_args()
    if asked.what == "forecasts":
        forecasts()
    else:
        batch(asked.draws, asked.threads, asked.every, asked.bare)


if __name__ == "__main__":
    main()
