"""J7 and J8, what a planner at a screen waits for: Hjørring with all target groups, in expected
numbers.

    J7  the payback curve of 256 draws, from a study that is compiled
    J8  the payback curve of a candidate, a study with two other figures of its plan, in 1,024 draws
        whose baseline is there

Each round of J7 has draws of its own, each of J8 a candidate of its own: none is remembered.
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
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.model.compiled import compile_study
from simlab.risk.design import Design
from simlab.risk.payback import Curve, from_balance
from simlab.runs.options import BLOCK
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
    first = number * draws
    return payback_curve(_simulated, spans(first, draws, threads), threads)


def candidate(number: int, draws: int, threads: int) -> Curve:
    """J8: the first draws, with the plan of the round; what is there without a plan is kept."""
    figures = {
        "plan.effect.2.hazard_ratio": 1.1 + 0.001 * number,
        "plan.cost.mentors.2016": 6.0 + 0.01 * number,
    }
    study = hjoerring().replace(figures)
    compile_study(study)  # once, before the threads ask for it
    return payback_curve(
        lambda span: _kept(span).with_plan(study), spans(0, draws, threads), threads
    )


def spans(first: int, draws: int, threads: int) -> list[Span]:
    """Blocks that are spread evenly over the threads."""
    return list(blocks(draws, min(BLOCK, -(-draws // threads)), first))


def payback_curve(money: Callable[[Span], CashFlow], of: list[Span], threads: int) -> Curve:
    """Of all blocks together, in the study's own perspective."""
    perspective, timeline = hjoerring().perspective, hjoerring().timeline
    with ThreadPoolExecutor(max_workers=threads) as pool:
        seen = pool.map(lambda span: money(span).seen_by(perspective), of)
        saving, cost = map(np.concatenate, zip(*seen, strict=True))
    design = Design.of(len(saving), of[0][0])
    return from_balance(saving, cost, timeline.steps_per_year, perspective, design).curve()


def _simulated(span: Span) -> CashFlow:
    compiled = compile_study(hjoerring())
    block = compiled.block(*span, whole=False)
    return cash_flow(simulate_block(compiled, block, "expected"))


@cache
def _kept(span: Span) -> CashFlow:
    """Draws with the study's own plan, which candidates are set against."""
    return _simulated(span)


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
