"""J5, the real thing: a shipped study from draws to summary and parquet, both futures coupled.

J5a is the activity-ready alone, J5b all target groups. ``expected`` alone leaves chance out.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.contest import Measured, paired_ratio, timed
from simlab.folders.results import write_tables
from simlab.result.plain import plain_answer
from simlab.runs.files import as_json, write_text
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.key_path import dotted
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, load

DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Real:
    """A shipped study with an engine, and the seconds it may take."""

    name: str
    title: str
    file: str
    engine: str
    goal: float

    def study(self) -> Study:
        return load(shipped_configs() / "programmes" / self.file)


CASES = (
    Real("J5a", "Hjørring, the activity-ready alone", "hjoerring-activity-ready.toml", "auto", 4.0),
    Real("J5b", "Hjørring, all target groups", "hjoerring.toml", "auto", 10.0),
    Real(
        "J5a", "the same as J5a, expected alone", "hjoerring-activity-ready.toml", "expected", 1.5
    ),
    Real("J5b", "the same as J5b, expected alone", "hjoerring.toml", "expected", 3.0),
)


def run_to_files(study: Study, draws: int, threads: int, engine: str = "auto") -> None:
    """A run with its summary and parquet, which are thrown away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        finished = run(study, RunOptions(threads=threads), draws=draws, engine=engine)
        write_text(folder / "summary.json", as_json(plain_answer(finished.answer)))
        write_tables(finished, folder)


def measured(case: Real, draws: int, threads: int, rounds: int) -> Measured:
    """The seconds of a whole run; the first call is a small one, which compiles."""
    study = case.study()
    few = min(draws, 16)
    first, _ = timed(run_to_files, study, few, threads, case.engine)
    again, _ = timed(run_to_files, study, few, threads, case.engine)
    times = [timed(run_to_files, study, draws, threads, case.engine)[0] for _ in range(rounds)]
    # Compile time is what the first small call took longer than the second.
    whole = min(times) + max(first - again, 0.0)
    return Measured(f"simlab {case.engine}", str(threads), 1.0, tuple(times), whole, 1.0)


def speedup(case: Real, draws: int, pairs: int) -> float:
    """How many times faster two threads are than one, over a whole run."""
    study = case.study()
    one, two = (partial(run_to_files, study, draws, threads, case.engine) for threads in (1, 2))
    two()
    return paired_ratio(one, two, pairs)


def with_citizens(study: Study, citizens: int) -> Study:
    """The study with its people at the start, and its arrivals, scaled to so many at the start."""
    groups: dict[str, dict[str, Any]] = study.tree.tables["citizens"]
    now = sum(_middle(group["number"]) for group in groups.values())
    values: dict[str, float] = {}
    for name, group in groups.items():
        for key in ("number", "arrivals_per_month"):
            if key in group:
                values |= _scaled(dotted("citizens", name, key), group[key], citizens / now)
    return study.replace(values)


def _middle(number: Any) -> float:
    """Of a figure with the range p10 to p90, or without one."""
    return (number["p10"] + number["p90"]) / 2 if isinstance(number, dict) else float(number)


def _scaled(path: str, number: Any, factor: float) -> dict[str, float]:
    if isinstance(number, dict):
        return {f"{path}.{end}": number[end] * factor for end in ("p10", "p90")}
    return {path: number * factor}
