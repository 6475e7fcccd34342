"""What the plan costs, by step and payer: budget lines, costs per person, caseworkers.

A yearly budget falls in equal steps over the steps of its calendar year. In the year that the
study starts in, all of it falls on the steps from the start on; of a year that the horizon cuts
off, the part after the horizon is left out. An overrun multiplies every budget line.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.prices import factor, of_version, year_starts
from simlab.finance.reckon import AT_START, reckon
from simlab.finance.unit_amounts import Reading, money_epochs, reading, version_at
from simlab.model.accounts import Account
from simlab.model.caseload import posts
from simlab.model.effects import own_key
from simlab.model.parameters import Values
from simlab.study.grammar import BudgetLine
from simlab.study.once import once_a_study
from simlab.study.study import Study
from simlab.study.time import is_year, read_date, units_per
from simlab.study.values import Varying


def plan_cost(histories: Histories, out: np.ndarray) -> None:
    """Add to out : (draws, steps + 1, payers) kr. a step; column 0 is what is paid at the start."""
    study, values = histories.study, histories.block.values
    for name, line in study.form.plan.cost.lines.items():
        _budget(study, values, name, line, out)
    _per_citizen(histories, out)
    _per_treated(histories, out)
    _per_enrolled(histories, out)
    _caseworkers(study, values, out)


@once_a_study
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
        year = read_date(key).year
        spent = values.of(f"{path}.{key}", quantity) * factor(study, cost.indexed, year, year)
        if is_year(key):
            flow[:, 1:] += spent[:, None] * year_weights(study, int(key))[None, :]
        else:
            step = _step_holding(study, key)
            flow[:, step] += spent
    if line.at_start is not None:
        price = factor(study, cost.indexed, None, timeline.start.year)
        flow[:, 0] += values.of(f"{path}.at_start", line.at_start) * price
    if line.per_year is not None:
        per_step = 1.0 / timeline.steps_per_year
        yearly = by_date(study, values, f"{path}.per_year", line.per_year, cost.indexed)
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
        share = by_date(study, values, f"{path}.reimbursed", line.reimbursed)
        back = flow * np.concatenate([share[:, :1], share], axis=1)
        out[:, :, payers.index(line.reimbursed_by)] += back
        flow = flow - back
    out[:, :, payer] += flow


def _step_holding(study: Study, key: str) -> int:
    """The step in which a month or day lies."""
    when = read_date(key)
    return max(sum(start <= when for start in study.timeline.dates[:-1]), 1)


def by_date(
    study: Study, values: Values, path: str, varying: Varying, indexed: str | None = None
) -> np.ndarray:
    """(draws, steps) a value without bands in every step; before its first date it is 0."""
    found = np.zeros((values.draws, study.timeline.steps))
    first = np.union1d(money_epochs(study, [varying]), year_starts(study, indexed)).astype(int)
    since = varying.versions[0][0]
    begin = 1 if since is None else study.timeline.first_step_from(since)
    for e, t in enumerate(first[:-1].tolist()):
        version = version_at(varying, study, t)
        price = of_version(study, indexed, varying, version, t)
        value = price * values.banded(path, varying, version)[:, 0]
        found[:, max(t, begin) - 1 : first[e + 1] - 1] = value[:, None]
    return found


def _per_citizen(histories: Histories, out: np.ndarray) -> None:
    """Costs for the people who are in some states in the plan's future."""
    study, values = histories.study, histories.block.values
    for name, cost in study.form.plan.cost_per_citizen.items():
        payer = study.form.payers.index(cost.paid_by) if cost.paid_by else 0
        first, readings = _readings(study, name, histories.compiled.accounts)
        unit = np.zeros((len(first) - 1, len(histories.compiled.accounts), 1, values.draws))
        for e, places, price, one in readings:
            unit[e, places, 0] = price * one.of(values) * units_per(study.form.step, cost.per)
        paid = out[:, :, payer : payer + 1].transpose(0, 2, 1)
        reckon(histories.heads_plan, unit, first, AT_START[study.form.counting], 0, paid)


@once_a_study
def _readings(
    study: Study, name: str, accounts: tuple[Account, ...]
) -> tuple[np.ndarray, list[tuple[int, list[int], float, Reading]]]:
    """The first steps of the epochs of a cost per citizen, as far as it is paid, and by epoch the
    accounts that it is paid for, in which prices, and how they read it."""
    cost, timeline = study.form.plan.cost_per_citizen[name], study.timeline
    states = study.names.expand_all(cost.states)
    places = [a for a, account in enumerate(accounts) if account.state in states]
    first = np.union1d(money_epochs(study, [cost.amount]), year_starts(study, cost.indexed))
    first = first.astype(np.int64)
    ends = [d for d in (cost.until, study.form.plan.until) if d is not None]
    last = sum(not ends or start <= min(ends) for start in timeline.dates[:-1])
    begin = timeline.first_step_from(cost.since) if cost.since else 1
    whose, path = [accounts[a] for a in places], f"plan.cost_per_citizen.{name}.amount"
    readings = []
    for e, t in enumerate(first[:-1].tolist() if whose else []):
        version = version_at(cost.amount, study, t)
        price = of_version(study, cost.indexed, cost.amount, version, t)
        one = reading(study, path, cost.amount, version, whose, cost.per)
        readings.append((e, places, price, one))
    return np.clip(first, begin, max(last + 1, begin)), readings


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


def _per_enrolled(histories: Histories, out: np.ndarray) -> None:
    """Costs for each person in the programme, as long as the plan lasts."""
    study, values = histories.study, histories.block.values
    enrolment, accounts = study.form.plan.enrolment, histories.compiled.accounts
    if enrolment is None or enrolment.cost_per_enrolled_per_month is None:
        return
    path = "plan.enrolment.cost_per_enrolled_per_month"
    monthly = by_date(study, values, path, enrolment.cost_per_enrolled_per_month)
    each = monthly * units_per(study.form.step, "month")
    until = study.form.plan.until
    if until is not None:
        each[:, [start > until for start in study.timeline.dates[:-1]]] = 0.0
    inside = [a for a, account in enumerate(accounts) if account.among("enrolled")]
    people = histories.heads_plan[:, :, inside].sum(axis=2)
    at_start = AT_START[study.form.counting]
    counted = at_start * people[:, :-1] + (1.0 - at_start) * people[:, 1:]
    out[:, 1:, study.form.payers.index(enrolment.paid_by) if enrolment.paid_by else 0] += (
        counted * each
    )


def _caseworkers(study: Study, values: Values, out: np.ndarray) -> None:
    caseload = study.form.plan.caseload
    if caseload is None or caseload.cost_per_worker_per_year is None:
        return
    _, extra = posts(study, values)
    each = values.of("plan.caseload.cost_per_worker_per_year", caseload.cost_per_worker_per_year)
    payer = study.form.payers.index(caseload.paid_by) if caseload.paid_by else 0
    out[:, 1:, payer] += extra * (each / study.timeline.steps_per_year)[:, None]
