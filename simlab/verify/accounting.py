"""All money of a draw, found again step by step and payer by payer, and told by line and year.

payments      of both futures, with reimbursement, tax, equalisation, moves, what the plan
              changes, and those it displaces (`ledger`)
the cost      of the plan, whoever pays it and whoever gives it back (`spending`)
the budget    the first payer's lines, which sum to what it pays more with the plan, each year
outcomes      what is not money, with its own discount
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from simlab.engine.work import Engine
from simlab.finance.budget_years import by_line, by_year
from simlab.study.futures import FUTURES
from simlab.study.message import Message
from simlab.study.time import units_per
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact
from simlab.verify.ledger import counted, paid_in_baseline, paid_in_plan
from simlab.verify.one_draw import OneDraw, some_draws
from simlab.verify.spending import Spending
from simlab.verify.stated import Stated, Whose

ENGINES: tuple[Engine, ...] = ("expected", "counts")


@check("money.payments", Message("What each payer pays in each step, by a ledger of its own"))
def payments(case: Case) -> Iterator[Pairs]:
    """In both futures."""
    compiled = case.compiled
    for engine, draw in itertools.product(ENGINES, some_draws(case)):
        histories, cash, d = case.histories[engine], case.cash[engine], draw.d
        (b, p), flows = (histories.heads(f)[d] for f in FUTURES), histories.flows
        without = paid_in_baseline(draw.costs, compiled, b, flows("baseline")[d])
        planned = paid_in_plan(draw.costs, compiled, p, flows("plan")[d], p - b)
        size = _scale(draw, b)
        for future, by_hand in zip(FUTURES, (without, planned), strict=True):
            where = Where("step", "payer", engine=engine, draw=d, future=future)
            yield exact(cash.paid_in(future)[d], by_hand, "kr.", where, scale=size)


def _scale(draw: OneDraw, heads: np.ndarray) -> float:
    """The largest sum of money in a step, of which what is paid net may be a small difference."""
    people = counted(draw.compiled, heads)
    moved = sum(np.abs(each).sum(axis=2) for each in draw.costs.heads.values())
    return float((people * moved).sum(axis=1).max())


@check("money.plan_cost", Message("What the plan costs in each step, by a ledger of its own"))
def cost(case: Case) -> Iterator[Pairs]:
    """For each payer."""
    cash, heads = case.cash["expected"], case.histories["expected"].heads("plan")
    for draw in some_draws(case):
        offered = {n: np.array(profile.offered()) for n, profile in enumerate(draw.profiles)}
        people = heads[draw.d], draw.eligible, draw.coverage, offered
        by_hand = Spending(draw.stated, draw.compiled, *people).by_payer()
        where = Where("step", "payer", engine="expected", draw=draw.d)
        yield exact(cash.cost[draw.d], by_hand, "kr.", where)


def _years(case: Case, flow: np.ndarray) -> np.ndarray:
    """(years, …) a flow of steps by calendar year; the start is in the first."""
    timeline = case.study.timeline
    year_of = [timeline.end_of(max(t - 1, 0)).year for t in range(timeline.steps + 1)]
    years = ([t for t, y in enumerate(year_of) if y == year] for year in sorted(set(year_of)))
    return np.stack([flow[steps].sum(axis=0) for steps in years])


@check("money.years", Message("Savings and costs by year, added up once more"))
def years(case: Case) -> Iterator[Pairs]:
    """What each payer saves and what the plan costs it."""
    for engine in ENGINES:
        for flow in (case.cash[engine].spared, case.cash[engine].spent):
            size = float(np.abs(flow).sum(axis=0).max())
            where = Where("year", "payer", "draw", engine=engine)
            both = by_year(case.study, flow), _years(case, flow)
            yield exact(*both, "kr.", where, scale=size)


@check("money.accounts", Message("Lines of the budget sum to what the payer pays more"))
def accounts(case: Case) -> Iterator[Pairs]:
    """The first payer, with the plan, each year."""
    for engine in ENGINES if case.study.form.budget is not None else ():
        cash = case.cash[engine]
        lines = by_line(case.histories[engine]).sum(axis=(2, 3)).T
        more = _years(case, (cash.paid[-1] + cash.spent - cash.paid[0])[:, 0])
        size = float(np.abs(cash.paid[0, :, 0]).sum(axis=0).max())
        yield exact(lines, more, "kr.", Where("year", "draw", engine=engine), scale=size)


@check("money.outcomes", Message("What is counted beside money, added up by hand"))
def outcomes(case: Case) -> Iterator[Pairs]:
    """What is not money, discounted over the horizon, in both futures."""
    names = case.study.form.outcomes
    for engine, draw, name in itertools.product(ENGINES, some_draws(case), names):
        histories, cash, d = case.histories[engine], case.cash[engine], draw.d
        total = Outcome(draw, name)
        by_hand = [total.of(histories.heads(f)[d], histories.flows(f)[d]) for f in FUTURES]
        baseline, plan = (histories.heads(f)[d] for f in FUTURES)
        by_hand[1] += total.of_displaced(plan - baseline)
        where = Where("future", engine=engine, draw=d, outcome=name)
        yield exact(cash.outcomes[name][d], by_hand, "number", where)


class Outcome:
    """One outcome in one draw, added up by hand."""

    def __init__(self, draw: OneDraw, name: str):
        self.draw, self.name, self.outcome = draw, name, draw.form.outcomes[name]
        self.stated: Stated = draw.stated
        self.expand = draw.case.study.names.expand
        self.worth = worth(draw.stated, name)

    def of(self, heads: np.ndarray, flows: np.ndarray) -> float:
        """Its discounted total for the heads and flows of a future."""
        people, total = counted(self.draw.compiled, heads), 0.0
        for t in range(1, self.draw.steps + 1):
            each = [self.each(t, account) for account in self.draw.compiled.accounts]
            moved = [self.each_move(t, move) for move in self.draw.compiled.flows]
            total += self.worth[t] * float(people[t] @ np.array(each))
            total += self.worth[t] * float(flows[t] @ np.array(moved)) if moved else 0.0
        return total

    def of_displaced(self, more: np.ndarray) -> float:
        """What it counts of those who are displaced, ``more`` being the extra people."""
        displacement = self.draw.form.plan.displacement
        if displacement is None:
            return 0.0
        share = self.stated[displacement.share]
        jobs = self.draw.case.study.names.expand_all(displacement.states)
        people, total = counted(self.draw.compiled, more), 0.0
        for t in range(1, self.draw.steps + 1):
            for a, account in enumerate(self.draw.compiled.accounts):
                if account.state in jobs:
                    instead = self.each(t, displacement.to) - self.each(t, account)
                    total += self.worth[t] * share * float(people[t, a]) * instead
        return total

    def each(self, t: int, whose: Whose) -> float:
        """What a person counts in a step."""
        state, per = whose if isinstance(whose, str) else whose.state, self.outcome.per
        unit = "month" if per == "hour" else per
        each = sum(
            self.stated.read(amount, unit, t, whose)
            for key, amount in self.outcome.amount.items()
            if state in self.expand(key)
        ) * units_per(self.draw.form.step, unit)
        if per == "hour" and each != 0.0:
            each *= self.stated[self.draw.form.hours_per_month[state]]
        return each

    def each_move(self, t: int, move: tuple[str, str]) -> float:
        """What a move counts in a step."""
        study = self.draw.case.study
        return sum(
            self.stated.at(each, t)
            for pattern, each in self.outcome.moves.items()
            if move in study.names.matching(pattern, study.moves)
        )


def worth(stated: Stated, name: str) -> list[float]:
    """[step] what 1 of an outcome is worth at the start."""
    curve, worth = stated.form.outcomes[name].discount_per_year, [1.0]
    for t in range(1, stated.steps + 1):
        worth.append(worth[-1] / (1.0 + stated.rate(curve, t)) ** (1.0 / stated.per_year))
    return worth
