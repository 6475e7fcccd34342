"""Steps halved: how much the answer owes to the length of the step.

A citizen moves at most once a step. With every step cut in two, and in four, each with the
intensities of its part, more can happen; the answer converges to that in continuous time. What is
shown is what the people cost with and without the plan, in expected numbers at the study's first
draws: the saving as it is, and with steps halved. The difference is no error where the study's
evidence is of whole steps; where it is large, a shorter step is worth its time.

Steps are cut further, up to 64 parts where intensities are high, until a halving puts fewer people
elsewhere than one before did; it fails where none does. (The saving itself is a difference, in
which such changes may cancel.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from simlab.model.block import CohortModel
from simlab.study.futures import FUTURES, Future
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, passes
from simlab.verify.costs import WORLDS, cost_of_people

MOST_PARTS = 64
SHRINKS = 0.75  # what a halving may do, of the largest change before
NEGLIGIBLE = 1e-9  # of the people, below which rounding decides
FASTEST = 700.0  # the hazard of a certain move, which has no logarithm


@check("steps.halved", Message("With steps half as long, the saving converges"), "shown")
def halved(case: Case) -> Iterator[Pairs]:
    """The saving with whole steps, against that with halved ones."""
    paid = cost_of_people(case)
    if not case.parts or not any(each.anything for each in paid):
        return
    saving: list[float] = []
    moved, before, parts = [0.0], np.zeros(0), 1
    while len(saving) < 3 or (moved[-1] > SHRINKS * max(moved) and parts <= MOST_PARTS):
        led = [[cut(case, d, future, parts) for future in FUTURES] for d in range(WORLDS)]
        saving.append(sum(_saving(paid[d], *led[d]) for d in range(WORLDS)) / WORLDS)
        heads = np.array([[future.heads for future in futures] for futures in led])
        if parts > 1:
            moved.append(float(np.abs(heads - before).sum()))
        before, parts = heads, 2 * parts
    shrinks = moved[-1] <= max(SHRINKS * max(moved), NEGLIGIBLE * float(before.sum()))
    where = {"in_parts": {str(2**k): each for k, each in enumerate(saving)}}
    outcome, compared = passes(shrinks), len(saving)
    yield Pairs(outcome, "kr.", saving[0], saving[1], compared=compared, where=where)


class Led(NamedTuple):
    """Expected people and moves : (steps + 1, accounts) and (steps + 1, flows)."""

    heads: np.ndarray
    flows: np.ndarray


def _saving(paid: slow_twin.Paid, baseline: Led, plan: Led) -> float:
    """What the people of one draw save."""
    costs = [
        float((led.heads * paid.heads[f]).sum() + (led.flows * paid.moves).sum())
        for f, led in enumerate((baseline, plan))
    ]
    return costs[0] - costs[1]


def cut(case: Case, d: int, future: Future, parts: int) -> Led:
    """All cohorts where each step is in ``parts``."""
    led = [cut_cohort(case.chain, cohort, d, future, parts) for cohort in case.block.cohorts]
    return Led(*(np.sum(every, axis=0) for every in zip(*led, strict=True)))


def cut_cohort(
    chain: slow_twin.Outline, cohort: CohortModel, d: int, future: Future, parts: int
) -> Led:
    """One cohort where each step is cut in ``parts``.

    Clocks tick, and a programme takes in and lets go, once a step: in the first part.
    """
    hazards = cohort.hazards(future)
    flows = [np.zeros(len(chain.compiled.flows))]

    def step(x: np.ndarray, t: int) -> np.ndarray:
        x = chain.reformed(t + 1, x)
        row = part_of(chain, chain.row(hazards, d, t), parts)
        made = chain.made(x, row)
        x = chain.forward(x, row)
        for _ in range(parts - 1):
            made = made + chain.made(x, row)
            x = without_ticking(chain, x, row)
        flows.append(made)
        return x

    by_cell = slow_twin.led(cohort, d, future, np.arange(len(chain.account)), step)
    return Led(chain.by_account(by_cell), np.array(flows))


def part_of(chain: slow_twin.Outline, row: slow_twin.Row, parts: int) -> slow_twin.Row:
    """The row of one part of a step, with the same intensities."""
    if parts == 1:
        return row
    with np.errstate(divide="ignore"):
        hazard = np.minimum(-np.log1p(-row.leave), FASTEST)
    leave = -np.expm1(-hazard / parts)
    shrink = np.divide(leave, row.leave, out=np.zeros_like(leave), where=row.leave > 0)
    return slow_twin.Row(row.p * shrink[chain.of_class], leave, row.scaled)


def without_ticking(chain: slow_twin.Outline, x: np.ndarray, row: slow_twin.Row) -> np.ndarray:
    """Expected people one part of a step on, in which who stays is no step older."""
    cells = chain.compiled.cells
    stays = x * (1.0 - row.leave[cells.class_of])
    return stays + np.bincount(chain.end, x[chain.origin] * row.p[chain.rate], minlength=len(x))
