"""All money of a draw, found again step by step and payer by payer, and told by line and year.

payments      of both futures, with reimbursement, tax, equalisation, moves, what the plan
              changes, and those it displaces (`ledger`)
the cost      of the plan, whoever pays it and whoever gives it back (`spending`)
the budget    the first payer's lines, which sum to what it pays more with the plan, each year
outcomes      what is not money, with its own discount
"""

from __future__ import annotations

import numpy as np

from simlab.engine.cost import Engine
from simlab.finance.budget_years import by_line
from simlab.result.certified import Check
from simlab.result.draws import by_year
from simlab.study.time import units_per
from simlab.verify.case import Case, Checks
from simlab.verify.check import absent, exact, worst_of
from simlab.verify.ledger import counted, paid_in_baseline, paid_in_plan
from simlab.verify.one_draw import OneDraw, some_draws
from simlab.verify.spending import Spending
from simlab.verify.stated import Stated, Whose

ENGINES: tuple[Engine, ...] = ("expected", "counts")


def checks() -> Checks:
    """Every check of what is paid in all."""
    return {
        "money.payments": payments,
        "money.plan_cost": cost,
        "money.years": years,
        "money.accounts": accounts,
        "money.outcomes": outcomes,
    }


def payments(case: Case) -> Check:
    """What each payer pays in each step of both futures."""
    found, compiled = [], case.compiled
    for engine in ENGINES:
        led, cash = case.histories[engine], case.cash[engine]
        for one in some_draws(case):
            b, p = led.heads_baseline[one.d], led.heads_plan[one.d]
            without = paid_in_baseline(one.costs, compiled, b, led.flows_baseline[one.d])
            with_it = paid_in_plan(one.costs, compiled, p, led.flows_plan[one.d], p - b)
            for future, by_hand in (("baseline", without), ("plan", with_it)):
                text = getattr(cash, future)[one.d]
                found.append(
                    exact("money.payments", text, by_hand, "kr.", axes=("step", "payer"),
                          scale=_scale(one, b), engine=engine, draw=one.d, future=future)
                )  # fmt: skip
    return worst_of(found)


def _scale(one: OneDraw, heads: np.ndarray) -> float:
    """The largest sum of money in a step, of which what is paid net may be a small difference."""
    people = counted(one.compiled, heads)
    moved = sum(np.abs(each).sum(axis=2) for each in one.costs.heads.values())
    return float((people * moved).sum(axis=1).max())


def cost(case: Case) -> Check:
    """What the plan costs each payer in each step."""
    found = []
    for one in some_draws(case):
        cash, led = case.cash["expected"], case.histories["expected"]
        spending = Spending(
            one.stated, one.compiled, led.heads_plan[one.d], one.eligible, one.coverage,
            {number: np.array(p.offered()) for number, p in enumerate(one.profiles)},
        )  # fmt: skip
        found.append(
            exact("money.plan_cost", cash.cost[one.d], spending.by_payer(), "kr.",
                  axes=("step", "payer"), engine="expected", draw=one.d)
        )  # fmt: skip
    return worst_of(found)


def _years(case: Case) -> list[list[int]]:
    """The steps of each calendar year; the start is in the first."""
    timeline = case.study.timeline
    year_of = [timeline.end_of(max(t - 1, 0)).year for t in range(timeline.steps + 1)]
    return [[t for t, y in enumerate(year_of) if y == year] for year in sorted(set(year_of))]


def years(case: Case) -> Check:
    """What each payer saves and what the plan costs it, year by year."""
    found = []
    for engine in ENGINES:
        cash = case.cash[engine]
        for flow in (cash.saving, cash.cost):
            by_hand = np.stack([flow[:, t].sum(axis=1) for t in _years(case)], axis=1)
            found.append(
                exact("money.years", by_year(case.study, flow), by_hand, "kr.",
                      scale=float(np.abs(flow).sum(axis=1).max()), axes=("draw", "year", "payer"),
                      engine=engine)
            )  # fmt: skip
    return worst_of(found)


def accounts(case: Case) -> Check:
    """The lines of the budget, against what the first payer pays more with the plan each year."""
    if case.study.form.budget is None:
        return absent("money.accounts")
    found = []
    for engine in ENGINES:
        cash = case.cash[engine]
        more = (cash.plan + cash.cost - cash.baseline)[:, :, 0]
        by_hand = np.stack([more[:, t].sum(axis=1) for t in _years(case)], axis=1)
        found.append(
            exact("money.accounts", by_line(case.histories[engine]).sum(axis=(2, 3)), by_hand,
                  "kr.", scale=float(np.abs(cash.baseline[:, :, 0]).sum(axis=1).max()),
                  axes=("draw", "year"), engine=engine)
        )  # fmt: skip
    return worst_of(found)


def outcomes(case: Case) -> Check:
    """What is not money, discounted over the horizon, in both futures."""
    names, found = list(case.study.form.outcomes), []
    for engine in ENGINES:
        led, text = case.histories[engine], case.cash[engine].outcomes
        for one in some_draws(case):
            heads = led.heads_baseline[one.d], led.heads_plan[one.d]
            flows = led.flows_baseline[one.d], led.flows_plan[one.d]
            for name in names:
                total = Outcome(one, name)
                displaced = total.of_displaced(heads[1] - heads[0])
                by_hand = [total.of(heads[0], flows[0]), total.of(heads[1], flows[1]) + displaced]
                found.append(
                    exact("money.outcomes", text[name][one.d], by_hand, "number", axes=("future",),
                          engine=engine, draw=one.d, outcome=name)
                )  # fmt: skip
    return worst_of(found) if found else absent("money.outcomes")


class Outcome:
    """One outcome in one draw, added up by hand."""

    def __init__(self, one: OneDraw, name: str):
        self.one, self.name, self.outcome = one, name, one.form.outcomes[name]
        self.stated: Stated = one.stated
        self.expand = one.case.study.names.expand
        self.worth = worth(one.stated, name)

    def of(self, heads: np.ndarray, flows: np.ndarray) -> float:
        """Its discounted total for the heads and flows of a future."""
        people, total = counted(self.one.compiled, heads), 0.0
        for t in range(1, self.one.steps + 1):
            each = [self.each(t, account) for account in self.one.compiled.accounts]
            moved = [self.each_move(t, move) for move in self.one.compiled.flows]
            total += self.worth[t] * float(people[t] @ np.array(each))
            total += self.worth[t] * float(flows[t] @ np.array(moved)) if moved else 0.0
        return total

    def of_displaced(self, more: np.ndarray) -> float:
        """What it counts of those who are displaced, ``more`` being the extra people."""
        displacement = self.one.form.plan.displacement
        if displacement is None:
            return 0.0
        share = self.stated[displacement.share]
        jobs = self.one.case.study.names.expand_all(displacement.states)
        people, total = counted(self.one.compiled, more), 0.0
        for t in range(1, self.one.steps + 1):
            for a, account in enumerate(self.one.compiled.accounts):
                if account.state in jobs:
                    instead = self.each(t, displacement.to) - self.each(t, account)
                    total += self.worth[t] * share * float(people[t, a]) * instead
        return total

    def each(self, t: int, whose: Whose) -> float:
        """What a person counts in a step."""
        state, per = whose if isinstance(whose, str) else whose.state, self.outcome.per
        return sum(
            self.stated.read(amount, per, t, whose)
            for key, amount in self.outcome.amount.items()
            if state in self.expand(key)
        ) * units_per(self.one.form.step, per)

    def each_move(self, t: int, move: tuple[str, str]) -> float:
        """What a move counts in a step."""
        study = self.one.case.study
        return sum(
            self.stated.at(each, t)
            for pattern, each in self.outcome.moves.items()
            if move in study.names.matching(pattern, study.moves)
        )


def worth(stated: Stated, name: str) -> list[float]:
    """[step] what 1 of an outcome is worth at the start."""
    curve, found = stated.form.outcomes[name].discount_per_year, [1.0]
    for t in range(1, stated.steps + 1):
        year = -int(-t // stated.per_year)
        bands = curve.versions[stated.version(curve, t)][1]
        rate = bands.bands[bands.index(year)].value.mean()
        found.append(found[-1] / (1.0 + rate) ** (1.0 / stated.per_year))
    return found
