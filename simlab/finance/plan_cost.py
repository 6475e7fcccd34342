"""What the plan costs, by step and payer: budget lines, costs per person, caseworkers.

A yearly budget falls in equal steps over the steps of its calendar year, in the year that the study
starts in over those from the start on. What falls after the horizon is left out, in that year too:
half a year's study pays half of it, as of an amount per year. A horizon of whole years pays whole
budgets, though weeks do not fill a year: where less than a step of the year is left after the
horizon, nothing is left out. An overrun multiplies every budget line. A plan that
comes later (``plan.later_months``) pays each step's part so many steps later, in the same kr. or,
in current prices, in those of the later year; what then falls after the horizon is left out.

Prices per person and post may be indexed (`prices`), and of every part of the cost somebody else
may give back a share, by date.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.parties import column
from simlab.finance.pay import pay
from simlab.finance.people_paid_for import paid_for
from simlab.finance.prices import factor, priced
from simlab.finance.unit_amounts import Span, span
from simlab.kernel.summation import sum_in_order
from simlab.model.accounts import Account
from simlab.model.caseload import posts
from simlab.model.dated import by_date, lasting
from simlab.model.effects import own_key
from simlab.model.parameters import Values
from simlab.study.grammar import Caseload, CostLine, Enrolment, Paid
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.time import Timeline, after_months


def plan_cost(histories: Histories, out: np.ndarray) -> None:
    """Add to out : (steps + 1, payers, draws) kr. a step; row 0 is what is paid at the start."""
    for part in charges(histories):
        net = part.flow
        if part.back is not None:
            out[:, part.repaid_by] += part.back
            net = part.flow - part.back
        out[:, part.payer] += net


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of the cost as its payers see it.

    path : key path    payer, repaid_by : columns of the payers
    flow : (steps + 1, draws) kr. a step    back : the same, what is given back of it
    """

    path: str
    payer: int
    flow: np.ndarray
    repaid_by: int
    back: np.ndarray | None


def charges(histories: Histories) -> Iterator[Charge]:
    """Every part of the cost, and who pays it."""
    study = histories.study
    for part in parts(histories):
        payer, repaid_by, flow, back = column(study, part.paid.paid_by), 0, part.flow, None
        share = reimbursed(study, histories.block.values, part)
        if share is not None:
            back, repaid_by = flow * share, column(study, part.paid.reimbursed_by)
        yield Charge(part.path, payer, flow, repaid_by, back)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the cost, in the plan's future: a quantity at a price in each step.

    quantity : (steps + 1, draws) people, posts, or kr. where the study gives kr.
    price    : (steps + 1 or 1, draws) kr. of one of them in a step; the overrun of a budget
    """

    paid: Paid
    path: str
    quantity: np.ndarray
    price: np.ndarray

    @property
    def flow(self) -> np.ndarray:
        """(steps + 1, draws) kr."""
        return self.quantity * self.price


def parts(histories: Histories) -> Iterator[Part]:
    """Every part of the cost, in the order in which they are added up."""
    study, values = histories.study, histories.block.values
    plan = study.form.plan
    for name, line in plan.cost.lines.items():
        path = dotted("plan", "cost", name)
        yield Part(line, path, _budget(study, values, line), _overrun(study, values))
    for cost in citizen_costs(study, histories.compiled.accounts):
        yield Part(cost.paid, cost.path, _per_citizen(histories, cost), np.ones((1, values.draws)))
    for number, eligible in histories.eligible.items():
        treated = _per_treated(histories, number, eligible)
        yield Part(plan.effect[number], own_key(study, number), *treated)
    if plan.enrolment is not None and plan.enrolment.cost_per_enrolled_per_month is not None:
        enrolled = _per_enrolled(histories, plan.enrolment)
        yield Part(plan.enrolment, "plan.enrolment", *enrolled)
    if plan.caseload is not None and plan.caseload.cost_per_worker_per_year is not None:
        workers = _caseworkers(study, values, plan.caseload)
        yield Part(plan.caseload, "plan.caseload", *workers)


@once_a_study
def year_weights(study: Study, year: int) -> np.ndarray:
    """(steps,) how a year's budget falls on the steps of the study, or on later ones."""
    timeline = study.timeline
    inside = np.array([timeline.year_of(t) == year for t in range(1, timeline.steps + 1)])
    count = int(inside.sum())
    if count == 0:
        return np.zeros(timeline.steps)
    later = study.plan_steps_later
    per_step = 1.0 / (count + _left_out(timeline, year))
    return np.roll(np.where(inside, per_step, 0.0), later) * (np.arange(timeline.steps) >= later)


def _left_out(timeline: Timeline, year: int) -> int:
    """The steps of a year after the horizon; none where less than a step is left of the year."""
    next_step = timeline.steps + 1
    if timeline.end_of(next_step) > date(year + 1, 1, 1):
        return 0
    beyond = itertools.count(next_step)
    return sum(1 for _ in itertools.takewhile(lambda t: timeline.year_of(t) == year, beyond))


def _budget(study: Study, values: Values, line: CostLine) -> np.ndarray:
    cost, timeline, plan = study.form.plan.cost, study.timeline, study.form.plan
    flow = np.zeros((timeline.steps + 1, values.draws))
    later = plan.later_months
    for period, amount in line.by_period:
        year, paid = period.begins.year, after_months(period.begins, later)
        spent = values[amount] * factor(study, cost.indexed, year, paid.year).of(values)
        if period.whole_year:
            flow[1:] += spent * year_weights(study, year)[:, None]
        elif paid < timeline.end:
            flow[max(timeline.step_holding(paid), 1)] += spent
    if line.per_year is not None:
        yearly = priced(study, values, line.per_year, cost.indexed, later)
        begun = lasting(study, line.per_year.begins)
        flow[1:] += np.where(begun, yearly, 0.0).T * (1.0 / timeline.steps_per_year)
    for until in (line.until, cost.until):
        flow[1:][~lasting(study, until=until)] = 0.0
    if line.at_start is not None:
        begins = study.plan_steps_later  # the end of the step before its first
        price = factor(study, cost.indexed, None, timeline.end_of(begins).year)
        flow[begins] += values[line.at_start] * price.of(values)
    flow *= cost.unit * plan.scale
    return flow


def _overrun(study: Study, values: Values) -> np.ndarray:
    """(1, draws) what every budget line is multiplied by."""
    overrun = study.form.plan.cost.overrun
    return np.ones((1, values.draws)) if overrun is None else values[overrun][None, :]


def reimbursed(study: Study, values: Values, part: Part) -> np.ndarray | None:
    """(steps + 1, draws) the share that somebody gives back, by date; what is paid at the start
    has that of the first step."""
    if part.paid.reimbursed is None:
        return None
    share = by_date(study, values, part.paid.reimbursed).T
    return np.concatenate([share[:1], share])


@dataclass(frozen=True, slots=True)
class CitizenCost:
    """A cost per citizen; ``per_step`` : how often it is due in a step, while it ``lasts``."""

    name: str
    path: str
    paid: Paid
    per_step: float
    lasts: Span


@once_a_study
def citizen_costs(study: Study, accounts: tuple[Account, ...]) -> tuple[CitizenCost, ...]:
    """Every cost per citizen, in the accounts that it is paid for."""
    costs = []
    for name, cost in study.form.plan.cost_per_citizen.items():
        states = study.names.expand_all(cost.states)
        places = [a for a, account in enumerate(accounts) if account.state in states]
        lasts = span(
            study,
            cost.amount,
            cost.per,
            cost.indexed,
            (places, [accounts[a] for a in places]),
            study.plan_span(cost.since, cost.until),
            scale=study.form.plan.scale,
        )
        path = dotted("plan", "cost_per_citizen", name)
        costs.append(CitizenCost(name, path, cost, study.timeline.in_step(cost.per), lasts))
    return tuple(costs)


def _per_citizen(histories: Histories, cost: CitizenCost) -> np.ndarray:
    """Costs for the people who are in some states in the plan's future."""
    values, lasts, compiled = histories.block.values, cost.lasts, histories.compiled
    unit = np.zeros((len(lasts.first) - 1, len(compiled.accounts), 1, values.draws))
    for epoch, amount in lasts.of(values):
        unit[epoch, lasts.places, 0] = amount * cost.per_step
    paid = np.zeros((histories.study.timeline.steps + 1, 1, values.draws))
    places = np.array(lasts.places, dtype=np.int64)
    pay(paid_for(histories, "plan"), places, np.arange(1), unit, lasts.first, 0, paid)
    return paid[:, 0]


def _per_treated(
    histories: Histories, number: int, eligible: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The treated, those eligible at the start of the step × coverage, and what each costs."""
    study, block = histories.study, histories.block
    effect = study.form.plan.effect[number]
    price = effect.cost_per_treated_per_month
    assert price is not None
    each = priced(study, block.values, price, effect.indexed).T
    treated = eligible * block.coverage[number].T * block.active[number].T
    if effect.hazard_ratio_per_halving is not None:  # what it covers is not scaled: posts are
        treated *= study.form.plan.scale
    return _from_step_1(treated), _from_step_1(each * study.timeline.in_step("month"))


def _per_enrolled(histories: Histories, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
    """The people in the programme, and what each costs, as long as the plan lasts."""
    study, price = histories.study, enrolment.cost_per_enrolled_per_month
    assert price is not None
    each = priced(study, histories.block.values, price, enrolment.indexed)
    each = np.where(lasting(study), each * study.timeline.in_step("month"), 0.0).T
    accounts = histories.compiled.accounts
    inside = [a for a, account in enumerate(accounts) if account.among("enrolled")]
    people = sum_in_order(paid_for(histories, "plan")[:, inside], 1)
    return _from_step_1(people[1:]), _from_step_1(each)


def _caseworkers(study: Study, values: Values, caseload: Caseload) -> tuple[np.ndarray, np.ndarray]:
    """The plan's posts, as far as they are filled, and what each costs."""
    price = caseload.cost_per_worker_per_year
    assert price is not None
    each = priced(study, values, price, caseload.indexed)
    _, extra = posts(study, values)
    return _from_step_1(extra.T), _from_step_1(each.T / study.timeline.steps_per_year)


def _from_step_1(flow: np.ndarray) -> np.ndarray:
    """(steps + 1, draws) of (steps, draws), with nothing at the start."""
    return np.concatenate([np.zeros_like(flow[:1]), flow])
