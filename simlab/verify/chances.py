"""The chances that the kernels work with: valid, complete, and those of the hazards.

The engines choose by cumulated chances: the first move j with u < upto_j. A row whose last
cumulated chance is 1 − 1e-5 lets one u in a hundred thousand fall through it, into whatever stands
behind; so the last move that has a chance must take all that is left, exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from simlab.engine.cumulative_hazard import accumulate, empty_cumulative_hazard
from simlab.kernel.arrays import Hazards
from simlab.study.message import Message
from simlab.study.moves import Entry
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact, passes

DRAWS = 4  # whose rows are read one by one
MOST_SCALED = 0.001  # of the draws, whose chances may sum to more than certainty


class Rows(NamedTuple):
    """The rows that the kernels read of one cohort in one draw and future.

    p   : (steps, rates) the chance of each move      leave : (steps, classes) of any
    cdf : (steps, classes, width) the chances cumulated
    """

    p: np.ndarray
    leave: np.ndarray
    cdf: np.ndarray
    hazards: Hazards
    where: dict[str, Any]


def rows(case: Case) -> Iterator[Rows]:
    """The rows of the first draws, of each cohort in both futures."""
    cells, steps = case.compiled.cells, case.study.timeline.steps
    for d, cohort in itertools.product(range(min(DRAWS, case.draws)), case.block.cohorts):
        kernel = empty_cumulative_hazard(cells, steps)
        accumulate(cells, cohort.futures, d, kernel)
        at, where = kernel.matrix_of, {"cohort": cohort.cohort.name, "draw": d}
        for f, hazards in enumerate(cohort.laws):
            yield Rows(kernel.p[f][at], kernel.leave[f][at], kernel.cdf[f][at], hazards, where)


@check("chances.valid", Message("Every chance lies between 0 and 1"))
def inside(case: Case) -> Iterator[Pairs]:
    for p, leave, _, _, where in rows(case):
        chances = np.concatenate([p, leave, 1.0 - leave], axis=1)
        within = np.clip(chances, 0.0, 1.0)
        yield exact(chances, within, "chances", Where("step", **where), rounding=0.0)


@check("chances.rows_sum", Message("The chances of moving and staying sum to 1"))
def complete(case: Case) -> Iterator[Pairs]:
    first = case.compiled.cells.rate_first
    for p, leave, _, _, where in rows(case):
        cdf = np.concatenate([np.zeros((len(p), 1)), np.cumsum(p, axis=1)], axis=1)
        total = cdf[:, first[1:]] - cdf[:, first[:-1]] + (1.0 - leave)
        yield exact(total, 1.0, "chances", Where("step", "class", **where), rounding=1e-11)


@check("chances.cumulative", Message("The last move takes all that is left; no row has a hole"))
def last(case: Case) -> Iterator[Pairs]:
    """The last move of a row that has a chance takes all that is left: nothing falls through."""
    spans = list(itertools.pairwise(case.compiled.cells.rate_first.tolist()))
    for row in rows(case):
        holes = looked_at = 0
        for k, (first, end) in enumerate(spans):
            p = row.p[:, first:end]
            some = np.flatnonzero((p > 0).any(axis=1))
            if not len(some):
                continue
            ends = p.shape[1] - 1 - np.argmax(p[some, ::-1] > 0, axis=1)
            holes += int((row.cdf[some, k, ends] < 1.0).sum())
            looked_at += len(some)
        where = Where(**row.where)
        pairs = exact(holes, 0, "number", where, rounding=0.0, smallest=1.0, of=looked_at)
        yield pairs._replace(compared=looked_at)


@check("chances.once_more", Message("The chances, worked out once more by hand"))
def once_more(case: Case) -> Iterator[Pairs]:
    for p, leave, _, hazards, where in rows(case):
        by_hand = [case.chain.row(hazards, where["draw"], t) for t in range(len(p))]
        expected = np.array([np.concatenate([row.p, row.leave]) for row in by_hand])
        read = np.concatenate([p, leave], axis=1)
        yield exact(read, expected, "chances", Where("step", **where), rounding=1e-12)


def _evidence(case: Case) -> Iterator[list[Entry]]:
    """The evidence on the moves out of each state, without and with the plan."""
    compiled = case.compiled
    for table in (compiled.baseline_rows, compiled.plan_rows, *compiled.effect_rows.values()):
        yield from table.values()


@check("chances.scaled", Message("Hardly any draw has chances that sum to more than 1"), "shown")
def scaled(case: Case) -> Iterator[Pairs]:
    """Rows whose chances sum to more than 1 had to be scaled in few draws, if any."""
    if any(e.kind in ("chance", "count") for row in _evidence(case) for e in row):
        over, least = float(case.block.scaled.mean()), 1.0 / case.draws
        outcome = passes(over <= MOST_SCALED)
        yield Pairs(outcome, "share", over, 0.0, MOST_SCALED, least, case.draws)
