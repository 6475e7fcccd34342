"""What the plan costs, by step and payer: budget lines, costs per person, caseworkers.

A yearly budget falls in equal steps over the steps of its calendar year. In the year that the
study starts in, all of it falls on the steps from the start on; of a year that the horizon cuts
off, the part after the horizon is left out. An overrun multiplies every budget line.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories
from simlab.model.caseload import posts
from simlab.model.effects import own_key
from simlab.model.parameters import Values
from simlab.study.grammar import BudgetLine
from simlab.study.study import Study
from simlab.study.time import is_year, read_date, units_per
from simlab.study.values import Varying


def plan_cost(histories: Histories) -> np.ndarray:
    """(draws, steps + 1, payers) kr. a step; column 0 holds what is paid at the start."""
    study, values = histories.study, histories.block.values
    payers = study.form.payers
    out = np.zeros((values.draws, study.timeline.steps + 1, len(payers)))
    for name, line in study.form.plan.cost.lines.items():
        _budget(study, values, name, line, out)
    _per_citizen(histories, out)
    _per_treated(histories, out)
    _caseworkers(study, values, out)
    return out


def year_weights(study: Study, year: int) -> np.ndarray:
    """(steps,) how a year's budget falls on the steps of the study."""
    timeline = study.timeline
    inside = np.array([timeline.year_of(t) == year for t in range(1, timeline.steps + 1)])
    count = int(inside.sum())
    if count == 0:
        return np.zeros(timeline.steps)
    whole_year = max(timeline.steps_per_year, 1.0)
    cut_off = year == timeline.year_of(timeline.steps) and timeline.end.year == year
    per_step = 1.0 / count
    if cut_off and year != timeline.start.year:
        per_step = min(per_step, 1.0 / whole_year)
    return np.where(inside, per_step, 0.0)


def _budget(study: Study, values: Values, name: str, line: BudgetLine, out: np.ndarray) -> None:
    cost, timeline = study.form.plan.cost, study.timeline
    path = f"plan.cost.{name}"
    flow = np.zeros((values.draws, timeline.steps + 1))
    for key, quantity in line.budget.items():
        spent = values.of(f"{path}.{key}", quantity)
        if is_year(key):
            flow[:, 1:] += spent[:, None] * year_weights(study, int(key))[None, :]
        else:
            step = _step_holding(study, key)
            flow[:, step] += spent
    if line.at_start is not None:
        flow[:, 0] += values.of(f"{path}.at_start", line.at_start)
    if line.per_year is not None:
        per_step = 1.0 / timeline.steps_per_year
        yearly = _by_step(study, values, f"{path}.per_year", line.per_year)
        flow[:, 1:] += per_step * yearly
    until = study.form.plan.until
    if until is not None:
        after = np.array([start > until for start in timeline.dates[:-1]])
        flow[:, 1:][:, after] = 0.0
    flow *= cost.unit
    if cost.overrun is not None:
        flow *= values.of("plan.cost.overrun", cost.overrun)[:, None]
    _pay(study, values, line, path, flow, out)


def _pay(
    study: Study,
    values: Values,
    line: BudgetLine,
    path: str,
    flow: np.ndarray,
    out: np.ndarray,
) -> None:
    """Split a line's flow : (draws, steps + 1) between its payer and who reimburses it."""
    payers = study.form.payers
    payer = payers.index(line.paid_by) if line.paid_by else 0
    if line.reimbursed is not None:
        share = _by_step(study, values, f"{path}.reimbursed", line.reimbursed)
        back = flow * np.concatenate([share[:, :1], share], axis=1)
        out[:, :, payers.index(line.reimbursed_by)] += back
        flow = flow - back
    out[:, :, payer] += flow


def _step_holding(study: Study, key: str) -> int:
    """The step in which a month or day lies."""
    when = read_date(key)
    return max(sum(start <= when for start in study.timeline.dates[:-1]), 1)


def _by_step(study: Study, values: Values, path: str, varying: Varying) -> np.ndarray:
    """(draws, steps) a value without bands in every step; before its first date it is 0."""
    timeline = study.timeline
    found = np.zeros((values.draws, timeline.steps))
    for t in range(timeline.steps):
        since = [
            k for k, (when, _) in enumerate(varying.versions)
            if when is None or when <= timeline.end_of(t)
        ]  # fmt: skip
        if since:
            found[:, t] = values.banded(path, varying, since[-1])[:, 0]
    return found


def _per_citizen(histories: Histories, out: np.ndarray) -> None:
    """Costs for the people who are in some states in the plan's future."""
    study, values = histories.study, histories.block.values
    timeline, payers = study.timeline, study.form.payers
    for name, cost in study.form.plan.cost_per_citizen.items():
        payer = payers.index(cost.paid_by) if cost.paid_by else 0
        states = study.names.expand_all(cost.states)
        heads = counted_heads(histories)
        per_step = units_per(study.form.step, cost.per)
        path = f"plan.cost_per_citizen.{name}.amount"
        ends = [d for d in (cost.until, study.form.plan.until) if d is not None]
        for t, start in enumerate(timeline.dates[:-1], 1):
            if (cost.since and start < cost.since) or (ends and start > min(ends)):
                continue
            version = max(
                k for k, (since, _) in enumerate(cost.amount.versions)
                if k == 0 or since is None or since <= start
            )  # fmt: skip
            bands = cost.amount.versions[version][1]
            by_band = values.banded(path, cost.amount, version) * per_step
            for a, account in enumerate(histories.compiled.accounts):
                if account.state in states:
                    each = by_band @ account.weights(study, bands, cost.per)
                    out[:, t, payer] += heads[:, t, a] * each


def counted_heads(histories: Histories) -> np.ndarray:
    """(draws, steps + 1, accounts) the plan's people whom payments of a step follow."""
    heads, counting = histories.heads_plan, histories.study.form.counting
    if counting == "end":
        return heads
    shifted = np.concatenate([heads[:, :1], heads[:, :-1]], axis=1)
    return shifted if counting == "start" else 0.5 * (heads + shifted)


def _per_treated(histories: Histories, out: np.ndarray) -> None:
    """Costs per treated person and month: those eligible at the start of the step × coverage."""
    study, block = histories.study, histories.block
    month = units_per(study.form.step, "month")
    for number, eligible in histories.eligible.items():
        effect = study.form.plan.effect[number]
        assert effect.cost_per_treated_per_month is not None
        path = f"{own_key(study, number)}.cost_per_treated_per_month"
        each = block.values.of(path, effect.cost_per_treated_per_month) * month
        payer = study.form.payers.index(effect.paid_by) if effect.paid_by else 0
        treated = eligible[:, :-1] * block.coverage[number] * block.active[number]
        out[:, 1:, payer] += treated * each[:, None]


def _caseworkers(study: Study, values: Values, out: np.ndarray) -> None:
    caseload = study.form.plan.caseload
    if caseload is None or caseload.cost_per_worker_per_year is None:
        return
    _, extra = posts(study, values)
    each = values.of("plan.caseload.cost_per_worker_per_year", caseload.cost_per_worker_per_year)
    payer = study.form.payers.index(caseload.paid_by) if caseload.paid_by else 0
    out[:, 1:, payer] += extra * (each / study.timeline.steps_per_year)[:, None]
