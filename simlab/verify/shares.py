"""Shares at a date: with the ratios that were found, those who were there at the start are led by
hand, as the plan runs and without the cycle, and as many are in the states as the study was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.model.compiled import as_told, compile_study
from simlab.model.parameters import Values
from simlab.model.shares import followed
from simlab.study.futures import FUTURES
from simlab.study.grammar import ShareAtDate
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact

DRAWS = 2


@check("chances.shares", Message("The ratios of each share at a date give that share"))
def shares(case: Case) -> Iterator[Pairs]:
    """The share of those followed who are in the states at the date, in both futures."""
    if not case.study.form.shares:
        return
    compiled = as_told(compile_study(case.study))
    values = case.block.values.first(min(DRAWS, case.draws))
    block, chain = compiled.block_of(values, None, whole=False), slow_twin.outline(compiled)
    state = [cell[0] for cell in compiled.space.cells]
    named = {effect.share for effect in case.study.form.plan.effect}
    for share in case.study.form.shares:
        inside = np.isin(state, compiled.study.names.expand_all(share.states))
        last = share.last_step(compiled.study.timeline)
        people = followed(compiled, values, share)
        cohorts = [
            replace(cohort, people=own) for cohort, own in zip(block.cohorts, people, strict=True)
        ]
        for d in range(values.draws):
            if values.found is not None and values.found.capped[d]:
                continue
            for future in FUTURES if share.of_the_plan and share.name in named else FUTURES[:1]:
                cells = sum(
                    slow_twin.expected_cells(chain, cohort, d, future)[last] for cohort in cohorts
                )
                goal = _goal(values, share, d, future == "plan")
                where = Where(draw=d, future=future)
                yield exact(cells[inside].sum() / cells.sum(), goal, "share", where)


def _goal(values: Values, share: ShareAtDate, d: int, plan: bool) -> float:
    """The share that was told, of the two figures that tell it."""

    def told(key: str, otherwise: float) -> float:
        figure = getattr(share, key)
        return otherwise if figure is None else float(values[figure][d])

    ratio, points = told("risk_ratio", 1.0), told("percentage_points", 0.0)
    without, with_plan = told("without_plan", np.nan), told("with_plan", np.nan)
    if np.isnan(without):
        without = (with_plan - points) / ratio
    if np.isnan(with_plan):
        with_plan = without * ratio + points
    return with_plan if plan else without
