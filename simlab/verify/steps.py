"""Steps halved: how much the answer owes to the length of the step.

A citizen moves at most once a step. With every step cut in two, and in four, each with the
intensities of its part, more can happen; the answer converges to that in continuous time. What is
shown is what the people cost with and without the plan, in expected numbers at the study's first
draws: the saving as it is, and with steps halved. The difference is no error where the study's
evidence is of whole steps; where it is large, a shorter step is worth its time.

It fails only where halving again puts more people elsewhere than halving did: then nothing
converges. (The saving itself is a difference, in which such changes may cancel.)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from simlab.model.hazards import CohortHazards
from simlab.verify import plain
from simlab.verify.case import Case
from simlab.verify.check import Check, absent, passes
from simlab.verify.engines import WORLDS, cost_of_people

DRAWS = WORLDS
NEGLIGIBLE = 1e-9  # of the people, below which rounding decides
FASTEST = 700.0  # the hazard of a certain move, which has no logarithm


def checks(case: Case) -> Iterator[Check]:
    """The check of the steps."""
    yield halved(case)


def halved(case: Case) -> Check:
    """The saving with whole steps, against that with halved ones."""
    if all(one.one_future for one in case.block.cohorts):
        return absent("steps.halved", "shown")
    chain, saving, moved, everybody = plain.outline(case.compiled), np.zeros(3), np.zeros(2), 0.0
    for d in range(DRAWS):
        paid = cost_of_people(case, d)
        for future, sign in (("baseline", 1.0), ("plan", -1.0)):
            heads = [
                np.sum([cut_heads(chain, c, d, future, parts) for c in case.block.cohorts], axis=0)
                for parts in (1, 2, 4)
            ]
            saving += [sign * float((h * paid).sum()) / DRAWS for h in heads]
            moved += [float(np.abs(b - a).sum()) for a, b in pairwise(heads)]
            everybody += float(heads[0].sum())
    negligible = NEGLIGIBLE * everybody
    return Check(
        "steps.halved", "shown", passes(bool(moved[1] <= max(moved[0], negligible))), "kr.",
        float(saving[0]), float(saving[1]), None, None, 3,
        {"halved_again": float(saving[2]), "people_moved": moved.tolist()},
    )  # fmt: skip


def cut_heads(
    chain: plain.Outline, cohort: CohortHazards, d: int, future: str, parts: int
) -> np.ndarray:
    """(steps + 1, accounts) expected people where each step is cut in ``parts``.

    Clocks tick, and a programme takes in and lets go, once a step: in the first part.
    """
    people = cohort.people
    hazards = cohort.baseline if future == "baseline" else cohort.plan
    arrivals = people.arrivals if future == "baseline" else people.arrivals_plan
    accounts, x = len(chain.compiled.accounts), np.zeros(len(chain.account))
    np.add.at(x, people.start_cells, people.start[d])
    found = [np.bincount(chain.account, x, minlength=accounts)]
    for t in range(len(hazards.epoch)):
        x = chain.reformed(t + 1, x)
        row = part_of(chain, chain.row(hazards, d, t), parts)
        x = chain.forward(x, row)
        for _ in range(parts - 1):
            x = without_ticking(chain, x, row)
        np.add.at(x, people.entry_cells, arrivals[d, t])
        found.append(np.bincount(chain.account, x, minlength=accounts))
    return np.array(found)


def part_of(chain: plain.Outline, row: plain.Row, parts: int) -> plain.Row:
    """The row of one part of a step, with the same intensities."""
    if parts == 1:
        return row
    with np.errstate(divide="ignore"):
        hazard = np.minimum(-np.log1p(-row.leave), FASTEST)
    leave = -np.expm1(-hazard / parts)
    shrink = np.divide(leave, row.leave, out=np.zeros_like(leave), where=row.leave > 0)
    return plain.Row(row.p * shrink[chain.of_class], leave, row.scaled)


def without_ticking(chain: plain.Outline, x: np.ndarray, row: plain.Row) -> np.ndarray:
    """Expected people one part of a step on, in which who stays is no step older."""
    cells = chain.compiled.cells
    stays = x * (1.0 - row.leave[cells.class_of])
    return stays + np.bincount(chain.end, x[chain.origin] * row.p[chain.rate], minlength=len(x))
