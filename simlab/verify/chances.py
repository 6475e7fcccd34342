"""The chances that the kernels work with: valid, complete, and those of the law.

The engines choose by cumulated chances: the first move j with u < upto_j. A row whose last
cumulated chance is 1 − 1e-5 lets one u in a hundred thousand fall through it, into whatever stands
behind; so the last move that has a chance must take all that is left, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from simlab.engine.cumulative_hazard import CumulativeHazard, accumulate, empty_cumulative_hazard
from simlab.model.block import CohortModel
from simlab.result.certified import Check
from simlab.study.moves import Entry
from simlab.verify import slow_twin
from simlab.verify.case import Case, Checks
from simlab.verify.check import absent, exact, passes, worst_of

DRAWS = 4  # whose rows are read one by one
MOST_SCALED = 0.001  # of the draws, whose chances may sum to more than certainty


class RowsOfChances(NamedTuple):
    """The rows of one cohort in one draw and future: p : (steps, rates), leave : (steps, classes).

    upto : (steps, classes, width) the cumulated chances of the kernels
    """

    p: np.ndarray
    leave: np.ndarray
    cdf: np.ndarray


def laws(case: Case, cohort: CohortModel, d: int) -> tuple[RowsOfChances, RowsOfChances]:
    """What the kernels read in a draw, in the baseline and in the plan."""
    cumulative: CumulativeHazard = empty_cumulative_hazard(
        case.compiled.cells, case.study.timeline.steps
    )
    accumulate(case.compiled.cells, cohort.futures, d, cumulative)
    at = cumulative.matrix_of
    found = [
        RowsOfChances(cumulative.p[f][at], cumulative.leave[f][at], cumulative.cdf[f][at])
        for f in (0, 1)
    ]
    return found[0], found[1]


def checks() -> Checks:
    """Every check of the chances."""
    return {
        ("chances.valid", "chances.rows_sum", "chances.cumulative", "chances.once_more"): rows,
        "chances.scaled": scaled,
    }


def rows(case: Case) -> Iterator[Check]:
    """The rows of the first draws, one by one."""
    found: dict[str, list[Check]] = {}
    chain = slow_twin.outline(case.compiled)
    for d in range(min(DRAWS, case.draws)):
        for cohort in case.block.cohorts:
            for law, hazards in zip(
                laws(case, cohort, d), (cohort.baseline, cohort.plan), strict=True
            ):
                by_hand = [chain.row(hazards, d, t) for t in range(len(law.p))]
                for check in (
                    _inside(law, cohort, d),
                    _complete(case, law, cohort, d),
                    _last(case, law, cohort, d),
                    _once_more(law, by_hand, cohort, d),
                ):
                    found.setdefault(check.key, []).append(check)
    for some in found.values():
        yield worst_of(some)


def _inside(law: RowsOfChances, cohort: CohortModel, d: int) -> Check:
    """Every chance is in [0, 1]."""
    chances = np.concatenate([law.p, law.leave, 1.0 - law.leave], axis=1)
    return exact(
        "chances.valid", chances, np.clip(chances, 0.0, 1.0), "chances", rounding=0.0,
        axes=("step",), cohort=cohort.cohort.name, draw=d,
    )  # fmt: skip


def _complete(case: Case, law: RowsOfChances, cohort: CohortModel, d: int) -> Check:
    """The moves of a row and staying sum to 1."""
    first = case.compiled.cells.rate_first
    cdf = np.concatenate([np.zeros((len(law.p), 1)), np.cumsum(law.p, axis=1)], axis=1)
    total = cdf[:, first[1:]] - cdf[:, first[:-1]] + (1.0 - law.leave)
    return exact(
        "chances.rows_sum", total, 1.0, "chances", rounding=1e-11, axes=("step", "class"),
        cohort=cohort.cohort.name, draw=d,
    )  # fmt: skip


def _last(case: Case, law: RowsOfChances, cohort: CohortModel, d: int) -> Check:
    """The last move of a row that has a chance takes all that is left: nothing falls through."""
    first, holes, rows = case.compiled.cells.rate_first, 0, 0
    for k in range(len(first) - 1):
        p = law.p[:, first[k] : first[k + 1]]
        some = np.flatnonzero((p > 0).any(axis=1))
        if not len(some):
            continue
        last = p.shape[1] - 1 - np.argmax(p[some, ::-1] > 0, axis=1)
        holes += int((law.cdf[some, k, last] < 1.0).sum())
        rows += len(some)
    one = exact(
        "chances.cumulative", holes, 0, "number", rounding=0.0, smallest=1.0, of=rows,
        cohort=cohort.cohort.name, draw=d,
    )  # fmt: skip
    return replace(one, compared=rows)


def _once_more(law: RowsOfChances, rows: list[slow_twin.Row], cohort: CohortModel, d: int) -> Check:
    """The chances are those of the law, worked out once more."""
    return exact(
        "chances.once_more",
        np.concatenate([law.p, law.leave], axis=1),
        np.array([np.concatenate([row.p, row.leave]) for row in rows]),
        "chances", rounding=1e-12, axes=("step",), cohort=cohort.cohort.name, draw=d,
    )  # fmt: skip


def _rows(case: Case) -> Iterator[list[Entry]]:
    """The evidence on the moves out of each state, without and with the plan."""
    compiled = case.compiled
    for table in (compiled.baseline_rows, compiled.plan_rows, *compiled.effect_rows.values()):
        yield from table.values()


def scaled(case: Case) -> Check:
    """Rows whose chances sum to more than 1 had to be scaled in few draws, if any."""
    if not any(e.kind in ("chance", "count") for row in _rows(case) for e in row):
        return absent("chances.scaled", "shown")
    over = float(case.block.scaled.mean())
    outcome = passes(over <= MOST_SCALED)
    return Check(
        "chances.scaled", "shown", outcome, "share", over, 0.0, MOST_SCALED, 1.0 / case.draws,
        case.draws,
    )  # fmt: skip
