"""What the plan's owner said would happen, measured in every draw.

saving    kr. saved in the study's perspective between two dates, undiscounted; per_year: a year
people    more people in some states, plan less baseline, at the end of a step
time      months less in some states for each citizen, over the horizon
payback   years until the money is back
"""

from __future__ import annotations

import numpy as np

from simlab.finance.cash_flow import CashFlow
from simlab.risk.payback import last_break_even
from simlab.study.grammar import Expects
from simlab.study.study import Study
from simlab.study.time import units_per


def measures(
    study: Study, cash: CashFlow, baseline: np.ndarray, plan: np.ndarray, members: np.ndarray
) -> np.ndarray:
    """(draws, expectations); people : (draws, steps + 1, states), members : (draws,)."""
    found = [
        _measure(study, expects, cash, baseline, plan, members)
        for expects in study.form.plan.expects
    ]
    return np.stack(found, axis=1) if found else np.zeros((len(members), 0))


def _measure(
    study: Study,
    expects: Expects,
    cash: CashFlow,
    baseline: np.ndarray,
    plan: np.ndarray,
    members: np.ndarray,
) -> np.ndarray:
    timeline = study.timeline
    if expects.measure == "payback":
        saving, cost = cash.seen_by(study.perspective)
        return last_break_even(np.cumsum(saving - cost, axis=1)) / timeline.steps_per_year
    first, last = span(study, expects)
    if expects.measure == "saving":
        weights = study.perspectives[study.perspective].weights
        total = np.zeros(len(members))
        for k, payer in enumerate(cash.payers):
            if payer in weights:
                total += weights[payer] * cash.saving[:, first : last + 1, k].sum(axis=1)
        years = (last - first + 1) / timeline.steps_per_year
        return total / years if expects.per_year else total
    states = [study.names.states.index(s) for s in study.names.expand_all(expects.states)]
    if expects.measure == "people":
        return (plan[:, last][:, states] - baseline[:, last][:, states]).sum(axis=1).astype(float)
    less, span_of = np.zeros(len(members)), slice(first, last + 1)
    for state in states:
        less += (baseline[:, span_of, state] - plan[:, span_of, state]).sum(axis=1)
    return less * units_per(study.form.step, "month") / np.maximum(members, 1e-300)


def span(study: Study, expects: Expects) -> tuple[int, int]:
    """The first and last step (1 … T) that an expectation speaks of."""
    timeline = study.timeline
    first = 1 if expects.since is None else timeline.first_step_from(expects.since)
    last = timeline.steps
    if expects.until is not None:
        last = sum(start <= expects.until for start in timeline.dates[:-1])
    first = min(first, timeline.steps)
    return first, max(last, first)


def reached(study: Study, expects: Expects, found: np.ndarray) -> np.ndarray:
    """(draws,) bool: the expectation came true."""
    if expects.measure != "payback":
        assert expects.value is not None
        return found >= expects.value
    return found <= years_until(study, expects) + 1e-9


def years_until(study: Study, expects: Expects) -> float:
    """Years from the start to the end of the step that holds the date."""
    timeline = study.timeline
    assert expects.by is not None
    return sum(start <= expects.by for start in timeline.dates[:-1]) / timeline.steps_per_year
