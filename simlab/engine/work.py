"""Which engine is the cheapest: what each has to do in a draw, times measured seconds.

    seconds of a draw = Σ amount of a kind of work · seconds of one such piece

The amounts follow from the study alone: its cells, steps and cohorts, and the people and leavers
per cell, which one run of the expected numbers at the mean of every figure tells. The seconds
stand in ``cost_table.json``; `benchmarks/cost_table.py` measures them anew. They ship with the
code, so a study gets the same engine on every machine, whatever the number of its draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from simlab.engine.counts import FEW
from simlab.engine.coupling import RACK
from simlab.engine.expected import expected
from simlab.kernel.arrays import FOREVER, Books, Chain, Hazards, Out
from simlab.kernel.forward import tile
from simlab.kernel.inflow import inflow
from simlab.model.block import CohortModel
from simlab.model.cohorts import mean_at_start
from simlab.model.compiled import Compiled, compile_study
from simlab.model.parameters import Values
from simlab.study.memo import once_a_study
from simlab.study.study import Study

Engine = Literal["expected", "counts", "citizens"]
EXACT: tuple[Engine, ...] = ("counts", "citizens")  # chance is in them, and one distribution
NEAR = 8_192  # cells of which a processor holds the draws side by side near by
FEWEST = 2.0  # people, below which a study is one per head
WORTH_IT = 0.6  # of the cost of counts, below which citizens are taken: amounts are estimates

WORK: dict[Engine, dict[str, str]] = {
    "counts": {
        "step": "a step of a cohort",
        "step in two": "the same, where the plan makes a difference",
        "cell": "a cell in a step of a cohort",
        "cell in two": "the same, where the plan makes a difference",
        "matrix": "a step with new chances",
        "rate": "an intensity in such a step",
        "leaver": "someone who leaves a cell and chooses alone",
        "crowd": "a move of a cell in a step that a crowd leaves, three times where futures part",
        "rack": f"{RACK} cells in a step that somebody leaves",
    },
    "citizens": {
        "step": "a step of a cohort",
        "cell": "a cell in a step of a cohort, in each of three populations",
        "rate": "an intensity in a step with new chances",
        "life": "someone there at the start or arriving",
        "life in two": "the same, where the plan makes a difference",
        "move": "a move of someone",
        "move in two": "the same, where the plan makes a difference",
        "memory": "a move where a clock keeps its absences",
        "change": "a step in which someone who stays comes into another class",
    },
    "expected": {
        "step": "a step of a cohort in a future",
        "cell": "a cell in a step of a cohort in a future",
        "far cell": f"the same, of each beyond {NEAR:,}: they do not fit in the cache",
        "move": "a move of a cell in a step of a cohort in a future",
        "matrix": "a step with new chances",
        "rate": "an intensity in such a step",
    },
}

Amounts = dict[str, float]


@cache
def cost_table() -> Mapping[str, Any]:
    """What was measured: ``seconds`` by engine or part of a run, the processor, and the fit."""
    text = Path(__file__).with_name("cost_table.json").read_text(encoding="utf-8")
    return cast(Mapping[str, Any], json.loads(text))


def priced(amounts: Mapping[str, float], kind: str) -> float:
    """Seconds for these amounts of work by the table's entries of a ``kind``."""
    seconds = cost_table()["seconds"][kind]
    return float(sum(seconds[name] * amount for name, amount in amounts.items()))


@once_a_study
def work(study: Study) -> dict[str, Amounts]:
    """What each engine has to do in a draw."""
    compiled = compile_study(study)
    outlooks = [_outlook(compiled, cohort) for cohort in _means(study)]
    return {
        "counts": _sum("counts", (_counts(compiled, outlook) for outlook in outlooks)),
        "citizens": _sum("citizens", (_citizens(compiled, outlook) for outlook in outlooks)),
        "expected": expected_work(study),
    }


@once_a_study
def expected_work(study: Study) -> Amounts:
    """What ``expected`` has to do in a draw, which people and their moves do not change."""
    compiled = compile_study(study)
    return _sum("expected", (_expected(compiled, cohort) for cohort in _means(study)))


@once_a_study
def _means(study: Study) -> list[CohortModel]:
    """The cohorts in a draw of which every figure is at its mean."""
    return list(compile_study(study).block_of(Values.at_means(study)).cohorts)


def _sum(engine: Engine, of_cohorts: Iterable[Amounts]) -> Amounts:
    total = dict.fromkeys(WORK[engine], 0.0)
    for amounts in of_cohorts:
        for name, amount in amounts.items():
            total[name] += float(amount)
    return total


@once_a_study
def seconds_a_draw(study: Study) -> dict[Engine, float]:
    """Seconds that each engine needs for a draw on one thread of the table's processor."""
    return {cast(Engine, kind): priced(amounts, kind) for kind, amounts in work(study).items()}


def choose_engine(study: Study, asked: str = "auto") -> Engine:
    """The engine for a study: what is asked for here, or in the study, or the cheapest exact one.

    ``expected`` leaves chance out, so it is taken unasked only where a study has fewer than
    FEWEST people: it is written per head, in shares of one, which no whole person can carry. The
    choice depends neither on the number of draws nor on threads: more draws extend the draws that
    were there.
    """
    wanted = study.engine if asked == "auto" else asked
    if wanted != "auto":
        return cast(Engine, wanted)
    if people_of(study) < FEWEST:
        return "expected"
    seconds = seconds_a_draw(study)
    return "citizens" if seconds["citizens"] < WORTH_IT * seconds["counts"] else "counts"


@once_a_study
def people_of(study: Study) -> float:
    """How many people there are in a draw of which every figure is at its mean."""
    arrive = (c.people.arrivals.max(axis=0).sum() for c in _means(study))
    return float(mean_at_start(study) + sum(arrive))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a cohort can be expected to do, at the mean of every figure.

    people, leavers : (3, steps, cells) together, in the baseline alone, in the plan alone
    started : people at the start, and all who arrive
    matrices : steps with new chances, in the baseline and in the plan
    differs : whether the plan makes a difference to the cohort
    """

    people: np.ndarray
    leavers: np.ndarray
    started: float
    matrices: int
    differs: bool


def _outlook(compiled: Compiled, cohort: CohortModel) -> Outlook:
    x_b, leave_b = x_p, leave_p = _future(compiled, cohort, planned=False)
    differs = not cohort.one_future
    if differs:
        x_p, leave_p = _future(compiled, cohort, planned=True)
    both = np.minimum(x_b, x_p)  # at most: two futures may differ within a cell too
    people = np.stack([both, x_b - both, x_p - both])
    leave = np.stack([np.maximum(leave_b, leave_p), leave_b, leave_p])
    arrivals = cohort.people.arrivals.max(axis=0)
    return Outlook(
        people,
        people * leave,
        float(cohort.people.start.sum() + arrivals.sum()),
        new_matrices(cohort),
        differs,
    )


def _future(
    compiled: Compiled, cohort: CohortModel, *, planned: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(steps, cells) expected people before each step of a future, and their chance of leaving."""
    cells, people = compiled.cells, cohort.people
    count, rates = len(cells.class_of), int(cells.rate_first[-1])
    every = np.arange(count)  # each cell is an account, and each rate a flow
    every_rate = np.arange(rates)
    books = Books(np.arange(count + 1), every, every_rate)
    steps, f = people.arrivals.shape[2], int(planned)
    hazards = cohort.laws[f]
    out = Out(*(np.zeros((2, steps + 1, columns, 1)) for columns in (count, rates)))
    chain = Chain(cells, books, compiled.conversions)
    backwards = inflow(cells, every_rate, rates)
    expected(
        chain, backwards, hazards, people, tile(cells, rates, hazards), out, (f, f + 1), (0, 1)
    )
    before = out.heads[f, :-1, :, 0]
    classes = len(cells.rate_first) - 1
    of_class = np.zeros((steps, classes))
    np.add.at(of_class.T, cells.class_of, before.T)
    moved = np.zeros((steps, classes))
    class_of_rate = np.repeat(np.arange(classes), np.diff(cells.rate_first))
    np.add.at(moved.T, class_of_rate, out.flows[f, 1:, :, 0].T)
    leave = np.divide(moved, of_class, out=np.zeros_like(moved), where=of_class > 0)
    return before, np.minimum(leave, 1.0)[:, cells.class_of]


def new_matrices(cohort: CohortModel) -> int:
    """In how many steps the chances are new, in both futures together."""
    return _new_matrices(cohort.laws[0]) + (
        0 if cohort.same_hazards else _new_matrices(cohort.laws[1])
    )


def _new_matrices(hazards: Hazards) -> int:
    new = np.diff(hazards.epoch) != 0
    for factors in (hazards.factor, hazards.chance):
        new |= np.any(np.diff(factors[0], axis=0) != 0, axis=1)
    return 1 + int(new.sum())


def _counts(compiled: Compiled, outlook: Outlook) -> Amounts:
    leavers = outlook.leavers
    _, steps, count = leavers.shape
    racks = np.add.reduceat(leavers, np.arange(0, count, RACK), axis=2)
    moves = np.diff(compiled.cells.first)
    return {
        "step": steps,
        "step in two": steps * outlook.differs,
        "cell": steps * count,
        "cell in two": steps * count * outlook.differs,
        "matrix": outlook.matrices,
        "rate": outlook.matrices * len(compiled.tables.rates),
        "leaver": leavers[leavers <= FEW].sum(),
        "crowd": ((leavers > FEW) * moves).sum() * (3 if outlook.differs else 1),
        "rack": -np.expm1(-racks).sum(),
    }


def _citizens(compiled: Compiled, outlook: Outlook) -> Amounts:
    cells, people = compiled.cells, outlook.people
    _, steps, count = people.shape
    moves, apart = outlook.leavers.sum(), outlook.differs
    ends = (cells.run < FOREVER) & (cells.run == 1)
    return {
        "step": steps,
        "cell": 3 * steps * count,
        "rate": outlook.matrices * len(compiled.tables.rates),
        "life": outlook.started,
        "life in two": outlook.started * apart,
        "move": moves,
        "move in two": moves * apart,
        "memory": moves * (len(compiled.windows.after) > 0),
        "change": people[:, :, ends].sum(),
    }


def _expected(compiled: Compiled, cohort: CohortModel) -> Amounts:
    steps, count = cohort.people.arrivals.shape[2], len(compiled.cells.class_of)
    futures, matrices = 1 if cohort.one_future else 2, new_matrices(cohort)
    return {
        "step": futures * steps,
        "cell": futures * steps * count,
        "far cell": futures * steps * max(count - NEAR, 0),
        "move": futures * steps * len(compiled.cells.to),
        "matrix": matrices,
        "rate": matrices * len(compiled.tables.rates),
    }
