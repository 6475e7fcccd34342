"""How long a run will take, by the cost table of the engines.

    seconds = start + Σ passes · draws · seconds a draw, shared by the threads + answer + files

A pass is a block of numbers, an engine, and money. Every run makes one without chance, one with
it, a short one with fresh business cycles, and for some studies more (`run`). The seconds belong
to the processor of the table (see ``engine/cost_table.json``); another machine is slower or faster,
but seldom by more than a factor of three.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from simlab.engine.time_limit import refuse_what_takes_too_long
from simlab.engine.work import (
    EXACT,
    Amounts,
    Engine,
    choose_engine,
    expected_work,
    priced,
    seconds_a_draw,
)
from simlab.model.compiled import compile_study
from simlab.observe.published import FOLLOWED_DRAWS
from simlab.observe.subcohort import Selection
from simlab.observe.threshold import DRAWS as NEEDED_DRAWS
from simlab.observe.threshold import TRIES
from simlab.runs.block import FRESH_DRAWS
from simlab.runs.capacity import disk_bytes, peak_bytes
from simlab.runs.options import RunOptions
from simlab.runs.without_chance import Variant, variants
from simlab.study.grammar import MONEY
from simlab.study.memo import once_a_study
from simlab.study.quantities import quantities
from simlab.study.study import Study

GAIN = 0.9  # what a further thread adds to the first
HOUR = 3_600.0  # seconds, in which all that is done once has its place many times over
FAR_WITHIN = 100.0  # no run takes so many times what its engine does, and an hour

WORK: dict[str, dict[str, str]] = {
    "numbers": {
        "draw": "a draw",
        "figure": "an uncertain figure of a draw",
        "factor": "a factor of intensities in a step of a cohort, in both futures",
        "intensity": "an intensity of a cohort between two dates",
        "arrival": "a step in which people of a group arrive",
    },
    "money": {
        "draw": "a draw",
        "account": "an account and payer in a step",
        "column": "a column in a step, which is kept: people by state, money by payer, balance",
    },
    "answer": {
        "run": "a run",
        "balance": "the balance of a perspective in a step of a draw",
    },
    "files": {
        "run": "a run with all its files",
        "column": "a column in a step of a draw",
        "figure": "a figure of the study, told with its source",
    },
    "command": {"run": "starting, loading libraries and compiled engines"},
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run needs.

    engine  : the one that the run will take
    seconds : with each engine
    disk_bytes : of finished blocks, until the results are written
    cells   : of all cohorts
    """

    engine: Engine
    seconds: Mapping[Engine, float]
    peak_bytes: float
    disk_bytes: float
    cells: int
    cohorts: int


def forecast(study: Study, options: RunOptions) -> Forecast:
    """Time and peak memory of a run with these settings."""
    compiled = compile_study(study)
    cohorts = len(compiled.cohorts)
    return Forecast(
        choose_engine(study),
        with_each_engine(study, options),
        peak_bytes(study, options),
        disk_bytes(study),
        len(compiled.space) * cohorts,
        cohorts,
    )


def seconds(study: Study, engine: Engine, options: RunOptions, draws: int | None = None) -> float:
    """From the command to its last file; of the study's own draws, unless others are given."""
    draws, amounts = study.draws if draws is None else draws, work(study)
    block, threads = options.block, options.threads
    each = seconds_a_draw(study)
    numbers, money = (priced(amounts[kind], kind) for kind in ("numbers", "money"))
    if compile_study(study).needs_numbers:  # the expected numbers are led twice
        numbers += each["expected"]
    shared = 0.0
    for count, size in passes_without_chance(study, block, draws):
        shared += count * (numbers + each["expected"] + money) * share(count, size, threads)
    for variant in variants(study, draws):
        shared += variant.draws * (numbers_and_law(study, variant) + money) / workers(threads)
    if engine != "expected":
        shared += draws * (each[engine] + money) * share(draws, block, threads)
    few = min(draws, FOLLOWED_DRAWS)
    shared += few * followed(study) * each[engine] * share(few, block, threads)
    if study.form.published:  # what would have to be true, at worst
        shared += TRIES * NEEDED_DRAWS * (numbers + each["expected"] + money)
    return shared + sum(priced(done, kind) for kind, done in once(study, draws).items())


def with_each_engine(
    study: Study, options: RunOptions, draws: int | None = None
) -> dict[Engine, float]:
    """`seconds` of a run, if it took one engine or another."""
    engines: tuple[Engine, ...] = ("expected", *EXACT)
    return {engine: seconds(study, engine, options, draws) for engine in engines}


def once(study: Study, draws: int) -> dict[str, Amounts]:
    """What is done once in a run, when all draws are there."""
    balances = draws * study.timeline.steps * len(study.perspectives)
    return {
        "answer": {"run": 1.0, "balance": float(balances)},
        "files": {
            "run": 1.0,
            "column": draws * work(study)["money"]["column"],
            "figure": float(sum(1 for _ in quantities(study.form))),
        },
        "command": {"run": 1.0},
    }


def numbers_and_law(study: Study, variant: Variant) -> float:
    """Seconds a draw of the expected numbers of a variant: other windows are other cells, and too
    many take no time."""
    varied = study
    if variant.kind == "clock_bounds":
        if variant.compiled is None:
            return 0.0
        varied = variant.compiled.study
    followed = priced(expected_work(varied), "expected")
    twice = 2.0 if compile_study(varied).needs_numbers else 1.0
    return priced(work(varied)["numbers"], "numbers") + twice * followed


def passes_without_chance(study: Study, block: int, draws: int) -> list[tuple[int, int]]:
    """(draws, draws in a block) of each pass of the expected numbers of the study itself."""
    with_fresh_cycle = study.form.business_cycle is not None
    return [(draws, block)] + [(min(draws, FRESH_DRAWS), block)] * with_fresh_cycle


def followed(study: Study) -> int:
    """How often people are simulated once more for the sake of what was published of them."""
    figures = study.form.published
    selections = {Selection.by(figure) for figure in figures if figure.measure not in MONEY}
    still = any(figure.measure in MONEY and figure.is_level for figure in figures)
    return still + sum(2 if who.sample else 1 for who in selections if who.apart)  # two arms


def share(draws: int, block: int, threads: int) -> float:
    """The time of blocks on several threads as a share of that on one; a block is not divided."""
    return max(1.0 / workers(threads), min(block / draws, 1.0))


def workers(threads: int) -> float:
    """What threads are worth together, in times of the first."""
    return 1.0 + GAIN * (max(min(threads, os.cpu_count() or 1), 1) - 1)


@once_a_study
def work(study: Study) -> dict[str, Amounts]:
    """What numbers and money take in a draw, apart from the engines."""
    compiled = compile_study(study)
    steps, payers = study.timeline.steps, len(study.payers)
    factors = sum(
        hazards.factor.shape[2] + hazards.chance.shape[2]
        for cohort in compiled.block(0, 1).cohorts
        for hazards in cohort.laws
    )
    columns = 2 * len(study.names.states) + 3 * payers + 2 * len(study.perspectives)
    b, cohorts = compiled.tables, len(compiled.cohorts)
    arriving = sum(len(group.arrivals) for group in study.form.citizens.values())
    return {
        "numbers": {
            "draw": 1.0,
            "figure": float(len(study.uncertain)),
            "factor": float(steps * factors),
            "intensity": float(cohorts * len(b.rates) * len(b.epochs)),
            "arrival": float(steps * arriving),
        },
        "money": {
            "draw": 1.0,
            "account": float(steps * len(compiled.accounts) * payers),
            "column": float(steps * columns),
        },
    }


def refuse_a_long_run(study: Study, options: RunOptions, done: int = 0) -> None:
    """StudyError, with the figures, for a run of more than its time limit.

    done : draws that are on disk already
    """
    draws, chosen, limit = study.draws, choose_engine(study), options.time_limit
    if limit >= HOUR and FAR_WITHIN * draws * seconds_a_draw(study)[chosen] < limit:
        return  # the whole forecast alone takes a second
    away = options.away
    part = max(1.0 - done / draws, 0.0) / max(away, 1)
    each = with_each_engine(study, replace(options, threads=1) if away else options)
    what = f"{draws:,} draws" if not done else f"the last {draws - done:,} of {draws:,} draws"
    refuse_what_takes_too_long(study, what, {e: part * s for e, s in each.items()}, chosen, limit)
