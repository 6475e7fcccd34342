"""J7 and J8, what a planner at a screen waits for: Hjørring with all target groups, in expected
numbers.

    J7  the payback curve of 256 draws, from a study that is compiled
    J8  the payback curve of a candidate, a study with two other figures of its plan, in 1,024 draws

Each round has draws of its own, and a candidate of its own: nothing is remembered from the last.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.contest import Measured, timed
from benchmarks.hjoerring import CASES
from simlab.engine.simulate import blocks, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import Compiled, compile_study
from simlab.risk.design import Design
from simlab.risk.payback import Curve, from_balance
from simlab.study.study import Study

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and the seconds that it may take.

    curve : of the round, by so many threads, of so many draws
    """

    name: str
    title: str
    curve: Callable[[int, int, int], Curve]
    draws: int
    goal: float


def known_study(number: int, draws: int, threads: int) -> Curve:
    """J7: the draws of the round, in a study that has been compiled."""
    return payback_curve(compile_study(hjoerring()), number * draws, draws, threads)


def candidate(number: int, draws: int, threads: int) -> Curve:
    """J8: the first draws, with the plan of the round."""
    figures = {
        "plan.effect.2.hazard_ratio": 1.1 + 0.001 * number,
        "plan.cost.mentors.2016": 6.0 + 0.01 * number,
    }
    return payback_curve(compile_study(hjoerring().replace(figures)), 0, draws, threads)


def payback_curve(compiled: Compiled, first: int, draws: int, threads: int) -> Curve:
    """In the study's own perspective; the draws are spread evenly over the threads."""
    study = compiled.study

    def money(span: Span) -> tuple[np.ndarray, np.ndarray]:
        block = compiled.block(*span, whole=False)
        return cash_flow(simulate_block(compiled, block, "expected")).seen_by(study.perspective)

    spans = blocks(draws, min(256, -(-draws // threads)), first)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        saving, cost = map(np.concatenate, zip(*pool.map(money, spans), strict=True))
    per_year, design = study.timeline.steps_per_year, Design.of(draws, first)
    return from_balance(saving, cost, per_year, study.perspective, design).curve()


@cache
def hjoerring() -> Study:
    """As shipped."""
    return CASES[1].study()


ASKED = (
    Asked("J7", "Hjørring, all target groups, a payback curve", known_study, 256, 0.100),
    Asked("J8", "Hjørring, all target groups, a candidate's curve", candidate, 1_024, 0.150),
)


def measured(asked: Asked, draws: int, threads: int, rounds: int) -> Measured:
    """The seconds of each round after a first, which compiles."""
    first, *times = (timed(asked.curve, number, draws, threads)[0] for number in range(rounds + 1))
    return Measured("simlab expected", str(threads), 1.0, tuple(times), first, 1.0)
