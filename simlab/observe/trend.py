"""The trend that a study's baseline implies, beside the one that was stated.

The stock of some states without the plan, as expected numbers at the median of every figure and a
cycle of 1, from one date to another:

    trend per year = (x[last] / x[first])^(1 / years) − 1
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values
from simlab.study.grammar import StatedTrend
from simlab.study.quantity import Quantity
from simlab.study.study import Study

ALLOWED = 0.03  # three points a year


@dataclass(frozen=True, slots=True)
class Trend:
    """One stated trend with that of the baseline, per year; people at both ends of the span.

    implied : nan where nobody is there
    """

    stated: StatedTrend
    implied: float
    first: float
    last: float
    years: float

    @property
    def agrees(self) -> bool:
        """Within three points a year; False where nobody is there."""
        return bool(abs(self.implied - self.stated.per_year) <= ALLOWED + 1e-12)


def trends(study: Study) -> list[Trend]:
    """Every stated trend of a study beside its baseline's."""
    if not study.form.stated_trend:
        return []
    baseline = without_chance(study, Quantity.median).people("baseline")[0]
    return [_trend(study, stated, baseline) for stated in study.form.stated_trend]


def without_chance(study: Study, figure: Callable[[Quantity], float]) -> Histories:
    """Both futures of one draw, without chance and business cycle: every figure at its median, or
    at its mean."""
    compiled = compile_study(study)
    block = compiled.block_of(Values.at(study, figure), cycle=None, whole=False)
    return simulate_block(compiled, block, "expected")


def _trend(study: Study, stated: StatedTrend, baseline: np.ndarray) -> Trend:
    """baseline : (steps + 1, states) expected people."""
    timeline = study.timeline
    first, last = 0, timeline.steps
    if stated.since is not None:
        first = timeline.first_step_from(stated.since) - 1
    if stated.until is not None:
        last = timeline.step_holding(stated.until)
    inside = [study.names.states.index(s) for s in study.names.expand_all(stated.states)]
    before, after = (float(baseline[t, inside].sum()) for t in (first, last))
    years = (last - first) / timeline.steps_per_year
    implied = (after / before) ** (1.0 / years) - 1.0 if before > 0 else float("nan")
    return Trend(stated, implied, before, after, years)
