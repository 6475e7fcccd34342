"""Measure what engines and runs cost, and write the table by which ``auto`` and forecasts compute.

python -m benchmarks.cost_table              measure, fit, write simlab/engine/cost_table.json
python -m benchmarks.cost_table --dry-run    measure and fit, and write nothing

A grid of studies is timed: cells, people, moves, steps, cohorts, with and without a plan and a
business cycle, and the studies that ship. Times are processor time of this thread, the least of a
few, so a busy machine matters little. The seconds of each kind of work are those that minimise

    Σ (Σ amount · seconds / measured − 1)²      seconds ≥ 0

over the grid (Lawson & Hanson 1974, "Solving Least Squares Problems", ch. 23). Takes five minutes.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import nnls

from benchmarks.hjoerring import with_citizens
from benchmarks.machine import processor
from simlab.engine import work
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.folders import results
from simlab.model.compiled import compile_study
from simlab.result.draws import draws_of
from simlab.runs import forecast
from simlab.runs.provenance import provenance
from simlab.runs.run import run
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, load, loads

TABLE = Path(work.__file__).with_name("cost_table.json")
ENOUGH = 0.03  # seconds of a measurement
TURNS = 3
STUDIES = 70
SEED = 1
HJOERRING = ("hjoerring-activity-ready", "hjoerring")
WHOLE = (*HJOERRING, "ips", "caseload", "all-inclusive", "hiv")  # of which whole runs are timed

Sample = tuple[str, dict[str, float], float]  # what it was, amounts of work, seconds


@dataclass(frozen=True, slots=True)
class Grid:
    """A study of the grid; ``months`` on the clock of each state make so many cells of it."""

    months: int
    bands: int
    citizens: int
    pace: float
    years: int
    plan: bool
    cycle: bool
    cohorts: int
    arrivals: bool
    payers: int

    @property
    def text(self) -> str:
        rates = (
            ("a", {"b": 0.03, "c": 0.05, "d": 0.019, "e": 0.001}),
            ("b", {"a": 0.02, "c": 0.012, "d": 0.008, "e": 0.01}),
            ("c", {"a": 0.015, "b": 0.005, "d": 0.005}),
            ("d", {"a": 0.01, "b": 0.01, "c": 0.03}),
        )
        lines = [
            f'start = "2020-01"\nyears = {self.years}\nstates = ["a", "b", "c", "d", "e"]',
            f"payers = {[f'payer {k}' for k in range(self.payers)]}",
        ]
        for origin, row in rates:
            if self.months > 1:
                lines += [f"[clocks.{origin}]", f'states = ["{origin}"]']
            lines.append(f"[rate_per_month.{origin}]")
            lines += [f"{to} = {self._rate(rate * self.pace)}" for to, rate in row.items()]
        for k in range(self.cohorts):
            number = max(self.citizens // self.cohorts, 1)
            lines += [f"[citizens.group{k}]", 'state = "b"', f'segment = "s{k}"']
            lines += [f"number = {{ p10 = {0.9 * number}, p90 = {1.1 * number} }}"]
            if self.arrivals:
                lines.append(f"arrivals_per_month = {number / 100}")
            lines += [f"[segments.s{k}.hazard_ratio]", f'"b -> a" = {1 + k / 10}']
        lines += ["[payments.benefit.amount]", "a = 12_000", "b = { p10 = 10_000, p90 = 12_000 }"]
        if self.cycle:
            lines += ["[business_cycle]", "sd = 0.1", "half_life_months = 18"]
            lines += ['loading = { "b -> c" = 1.0 }']
        if self.plan:
            lines += ["[plan.cost]", "talks = { 2020 = 1_000_000 }", "[[plan.effect]]"]
            lines += ['moves = ["b -> c"]', "hazard_ratio = { p10 = 1.1, p90 = 1.8 }"]
        return "\n".join(lines)

    def _rate(self, rate: float) -> str:
        """By time in the state, in bands of which the last begins at ``months``."""
        if self.months <= 1:
            return f"{{ p10 = {0.9 * rate}, p90 = {1.1 * rate} }}"
        ends = np.unique(np.linspace(1, self.months, self.bands + 1).astype(int))
        keys = [f"{a}-{b - 1}" for a, b in itertools.pairwise(ends)] + [f"{ends[-1]}+"]
        pairs = [f'"{key}" = {rate * 0.9**k:.6g}' for k, key in enumerate(keys)]
        return f"{{ {', '.join(pairs)} }}"


def grid() -> Iterator[tuple[str, Study]]:
    """The studies that are timed."""
    dice = random.Random(SEED)
    for k in range(STUDIES):
        one = Grid(
            months=dice.choice((1, 3, 12, 36, 100, 200)),
            bands=dice.choice((1, 2, 4)),
            citizens=round(10 ** dice.uniform(1, 6)),
            pace=dice.choice((0.2, 1.0, 3.0)),
            years=dice.choice((5, 10, 20)),
            plan=dice.random() < 0.6,
            cycle=dice.random() < 0.5,
            cohorts=dice.choice((1, 1, 3)),
            arrivals=dice.random() < 0.5,
            payers=dice.choice((1, 2, 4)),
        )
        yield f"{k} {one}", loads(one.text)
    for name in HJOERRING:
        study = load(shipped_configs() / "programmes" / f"{name}.toml")
        yield name, study
        for citizens in (200, 5_000, 100_000):
            yield f"{name}, {citizens:,} citizens", with_citizens(study, citizens)
    for path in sorted((shipped_configs() / "programmes").glob("*.toml")):
        if path.stem not in HJOERRING:
            yield path.stem, load(path)
    ips = load(shipped_configs() / "programmes" / "ips.toml")
    yield "ips, never forgotten", ips.replace({"clocks.support.forgets": False})
    for name in ("jobs", "hiv"):
        yield name, load(shipped_configs() / "reference" / f"{name}.toml")


def least(call: Callable[[], Any], clock: Callable[[], float] = time.thread_time) -> float:
    """Seconds of the fastest of a few calls."""
    taken = []
    for _ in range(TURNS):
        began = clock()
        call()
        taken.append(clock() - began)
    return min(taken)


def engine_samples(name: str, study: Study) -> Iterator[tuple[str, Sample]]:
    """(engine, sample) of every engine on a study, for a draw."""
    compiled, amounts = compile_study(study), work.work(study)
    for engine in work.WORK:
        draws = 64 if engine == "expected" else 2
        while True:
            block = compiled.block(0, draws)
            seconds = least(lambda: simulate_block(compiled, block, engine))  # noqa: B023
            if seconds >= ENOUGH or draws >= 256:
                break
            draws = min(draws * 4, 256)
        yield engine, (name, amounts[engine], seconds / draws)


def run_samples(name: str, study: Study) -> Iterator[tuple[str, Sample]]:
    """(part of a run, sample): numbers and money for a draw, answer and files for a run.

    Without what the forecast counts apart: expected numbers that enrolment needs, and the search
    for what would have to be true of a published figure.
    """
    compiled, amounts, draws = compile_study(study), forecast.work(study), 256
    seconds = least(lambda: compiled.block(0, draws))
    if not compiled.needs_numbers:
        yield "numbers", (name, amounts["numbers"], seconds / draws)
    histories = simulate_block(compiled, compiled.block(0, draws), "expected")
    seconds = least(lambda: draws_of(cash_flow(histories)))
    yield "money", (name, amounts["money"], seconds / draws)
    for count in (256, 2_048):
        finished = run(study, draws=count, engine="expected")
        work = forecast.once(study, count)
        if not study.form.published:
            yield "answer", (name, work["answer"], least(lambda: answer(finished)))  # noqa: B023
        with tempfile.TemporaryDirectory() as place:
            wrote = least(lambda: write(finished, study, Path(place)), time.perf_counter)  # noqa: B023
        yield "files", (name, work["files"], wrote)


def answer(finished: Any) -> None:
    """What a run does once, after its blocks."""
    from simlab.result.summarise import summarise

    summarise(finished.total, "expected")


def write(finished: Any, study: Study, place: Path) -> None:
    results.write_results(finished, place, provenance(study), "en")


def command_seconds() -> float:
    """Seconds of a run of one draw of the smallest study: all that a run has to load."""
    study = shipped_configs() / "reference" / "hiv.toml"
    options = ["run", str(study), "--draws", "1", "--engine", "expected", "--quiet", "-o"]
    code = "import sys; sys.argv = ['simlab', *sys.argv[1:]]; import simlab.cli; simlab.cli.main()"
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-c", code, *options, place]
        return least(
            lambda: subprocess.run(command, check=True, capture_output=True), time.perf_counter
        )


def fitted(kind: str, names: list[str], samples: list[Sample]) -> tuple[dict[str, float], Any]:
    """Seconds of each kind of work, and how far off they are."""
    seconds = np.array([s for _, _, s in samples])
    amounts = np.array([[work[name] for name in names] for _, work, _ in samples])
    rows = amounts / seconds[:, None]
    size = np.maximum(rows.max(axis=0), 1e-300)
    found, _ = nnls(rows / size, np.ones(len(samples)), maxiter=1_000 * len(names))
    found = found / size
    ratio = amounts @ found / seconds
    off = np.maximum(ratio, 1 / np.maximum(ratio, 1e-9))
    worst = int(off.argmax())
    print(f"{kind}: {len(samples)} measurements; off by {np.median(off):.2f} times in the median,")
    print(f"  {off[worst]:.2f} at worst ({samples[worst][0]}, {ratio[worst]:.2f} times)")
    for name, each in zip(names, found, strict=True):
        part = np.median(amounts[:, names.index(name)] * each / seconds)
        print(f"  {each:10.3g} s  {name:<14} {part:5.0%} of the time in the median")
    summary = {"median": round(float(np.median(off)), 3), "worst": round(float(off[worst]), 3)}
    return {n: float(f"{s:.4g}") for n, s in zip(names, found, strict=True)}, summary


def measured() -> dict[str, Any]:
    """The table."""
    samples: dict[str, list[Sample]] = {}
    studies = list(grid())
    for engine in work.WORK:  # compiles
        block = compile_study(studies[0][1]).block(0, 2)
        simulate_block(compile_study(studies[0][1]), block, engine)
    for name, study in studies:
        for kind, sample in engine_samples(name, study):
            samples.setdefault(kind, []).append(sample)
    write(run(studies[0][1], draws=64, engine="expected"), studies[0][1], Path(tempfile.mkdtemp()))
    whole = [(name, study) for name, study in studies[STUDIES:] if name in WHOLE]
    for name, study in [*studies[:STUDIES:14], *whole]:
        for part, sample in run_samples(name, study):
            samples.setdefault(part, []).append(sample)
    seconds, fit = {}, {}
    for kind, kinds in (work.WORK | forecast.WORK).items():
        if kind != "command":
            seconds[kind], fit[kind] = fitted(kind, list(kinds), samples[kind])
    small = load(shipped_configs() / "reference" / "hiv.toml")
    seconds["command"] = {"run": 0.0}
    took, files = command_seconds(), run_samples("hiv", small)
    wrote = next(s for part, (_, _, s) in files if part == "files")
    seconds["command"]["run"] = round(max(took - wrote, 0.0), 3)
    print(f"command: {took:.2f} s, {wrote:.2f} s of them for files")
    ratios = {name: measured_ratio(samples, name) for name in HJOERRING}
    print("citizens / counts:", ratios)
    return {"processor": processor(), "fit": fit, "seconds": seconds}


def measured_ratio(samples: dict[str, list[Sample]], name: str) -> float:
    """Measured seconds of citizens over those of counts."""
    by = {e: next(s for n, _, s in samples[e] if n == name) for e in work.EXACT}
    return round(by["citizens"] / by["counts"], 2)


if __name__ == "__main__":
    found = measured()
    if "--dry-run" not in sys.argv[1:]:
        TABLE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8", newline="\n")
