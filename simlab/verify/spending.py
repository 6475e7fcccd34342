"""What the plan costs, found again from the study: a ledger of one draw.

    a budget line    each year's kr. in equal parts over the steps of the study in that year, each
                     month's in the step that holds it, a sum at the start, and so much a year
    a person         an amount for each who is in some states
    the treated      those who could be, at the start of a step, × coverage × how long it is offered
    the enrolled     an amount for each who is in the programme
    a post           a year's cost over the steps of a year, for posts that are filled

times the unit, the overrun and the scale of the plan, in its prices; of each part the share that
somebody gives back is given back. People are those of an engine, or of plain recursion
(`slow_twin`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from simlab.model.compiled import Compiled
from simlab.study.grammar import Caseload, CostLine, Effect, Enrolment, Paid, PerCitizen
from simlab.study.key_path import dotted, entry_path
from simlab.study.time import after_months, units_per
from simlab.study.values import Varying
from simlab.verify.ledger import MARKED, counted
from simlab.verify.stated import Stated

ENROLLED = MARKED["enrolled"]


class Part(NamedTuple):
    """A part of the cost: what is due in each step, 0 being the start."""

    path: str
    paid: Paid
    due: np.ndarray


class Spending:
    """The cost of the plan in one draw.

    heads : (steps + 1, accounts) the people of the plan's future
    eligible : effect → (steps + 1,) those in it who could be treated
    coverage : effect → (steps,) the share of them that is
    """

    def __init__(
        self,
        stated: Stated,
        compiled: Compiled,
        heads: np.ndarray,
        eligible: Mapping[int, np.ndarray],
        coverage: Mapping[int, np.ndarray],
        offered: Mapping[int, np.ndarray],
    ):
        self.stated, self.plan, self.accounts = stated, stated.form.plan, compiled.accounts
        self.people = counted(compiled, heads)
        self.eligible, self.coverage, self.offered = eligible, coverage, offered
        self.timeline, self.steps = stated.timeline, stated.steps

    def by_payer(self) -> np.ndarray:
        """(steps + 1, payers) what each pays, what is given back taken off."""
        payers, total = self.stated.form.payers, np.zeros((self.steps + 1, 0))
        total = np.zeros((self.steps + 1, len(payers)))
        for part in self.parts():
            payer = payers.index(part.paid.paid_by) if part.paid.paid_by else 0
            total[:, payer] += part.due
            if part.paid.reimbursed is not None:
                back = part.due * self._shares(part.paid.reimbursed)
                total[:, payer] -= back
                total[:, payers.index(part.paid.reimbursed_by)] += back
        return total

    def _shares(self, varying: Varying) -> np.ndarray:
        """(steps + 1,) a share by date; at the start that of the first step."""
        by_step = [self.stated.at(varying, max(t, 1)) for t in range(self.steps + 1)]
        return np.array(by_step)

    def parts(self) -> Iterator[Part]:
        """Every part of the cost."""
        for name, line in self.plan.cost.lines.items():
            path = dotted("plan", "cost", name)
            yield Part(path, line, self._budget(line))
        for name, cost in self.plan.cost_per_citizen.items():
            path = dotted("plan", "cost_per_citizen", name)
            yield Part(path, cost, self._per_citizen(cost))
        for number, effect in enumerate(self.plan.effect):
            if effect.cost_per_treated_per_month is not None:
                path = entry_path("effect", number, effect.name)
                yield Part(path, effect, self._per_treated(number, effect))
        enrolment, caseload = self.plan.enrolment, self.plan.caseload
        if enrolment is not None and enrolment.cost_per_enrolled_per_month is not None:
            yield Part("plan.enrolment", enrolment, self._per_enrolled(enrolment))
        if caseload is not None and caseload.cost_per_worker_per_year is not None:
            yield Part("plan.caseload", caseload, self._for_posts(caseload))

    def _by_step(self, due: Callable[[int], float]) -> np.ndarray:
        """(steps + 1,) what is due in each step, nothing at the start."""
        return np.array([0.0, *(due(t) for t in range(1, self.steps + 1))])

    # ── the budget ──

    def _budget(self, line: CostLine) -> np.ndarray:
        stated, cost, later = self.stated, self.plan.cost, self.plan.later_months
        due = np.zeros(self.steps + 1)
        for period, amount in line.by_period:
            year, paid = period.begins.year, after_months(period.begins, later)
            kr = stated[amount] * stated.kr(cost.indexed, year, paid.year)
            if period.whole_year:
                due += kr * self._year(year)
            elif paid < self.timeline.end:
                due[self._holding(paid)] += kr
        if line.per_year is not None:
            begins = line.per_year.begins
            for t in range(1, self.steps + 1):
                if stated.lasts(begins, None, t):
                    yearly = stated.priced(line.per_year, cost.indexed, t, later)
                    due[t] += yearly / self.timeline.steps_per_year
        for t in range(1, self.steps + 1):
            due[t] *= all(stated.lasts(None, until, t) for until in (line.until, cost.until))
        if line.at_start is not None:
            steps = range(1, self.steps + 1)
            begins_in = next((t for t in steps if stated.lasts(None, None, t)), self.steps + 1)
            year = self.timeline.end_of(begins_in - 1).year
            kr = stated[line.at_start]
            due[begins_in - 1] += kr * stated.kr(cost.indexed, None, year)
        due *= cost.unit * self.plan.scale
        if cost.overrun is not None:
            due *= stated[cost.overrun]
        return due

    def _year(self, year: int) -> np.ndarray:
        """(steps + 1,) the part of a year's budget that falls in each step.

        A year that the study starts in has fewer steps, which share all of it; what falls after
        the horizon is left out, but for less than a step.
        """
        dates = self.timeline.dates
        own = [t for t in range(1, self.steps + 1) if dates[t - 1].year == year]
        share = np.zeros(self.steps + 1)
        if not own:
            return share
        after = [self.timeline.end_of(self.steps + k) for k in range(54)]  # starts of later steps
        cut = after[1] <= date(year + 1, 1, 1)
        parts = len(own) + (sum(day.year == year for day in after) if cut else 0)
        moved = self._steps_later()
        for t in own:
            if t + moved <= self.steps:
                share[t + moved] = 1.0 / parts
        return share

    def _steps_later(self) -> int:
        """For how many steps a plan that comes later waits."""
        begins = after_months(self.timeline.start, self.plan.later_months)
        return sum(day < begins for day in self.timeline.dates[:-1])

    def _holding(self, day: object) -> int:
        """The step that holds a date; the first for one before the study."""
        dates = self.timeline.dates
        return max((t for t in range(1, self.steps + 1) if dates[t - 1] <= day), default=1)  # type: ignore[operator]

    # ── prices per person and per post ──

    def _per_citizen(self, cost: PerCitizen) -> np.ndarray:
        stated, states = self.stated, self.stated.study.names.expand_all(cost.states)

        def due(t: int) -> float:
            if not stated.lasts(cost.since, cost.until, t):
                return 0.0
            price = stated.price(cost.indexed, cost.amount, t)
            price *= units_per(stated.form.step, cost.per) * self.plan.scale
            return sum(
                self.people[t, a] * price * stated.read(cost.amount, cost.per, t, account)
                for a, account in enumerate(self.accounts)
                if account.state in states
            )

        return self._by_step(due)

    def _per_treated(self, number: int, effect: Effect) -> np.ndarray:
        price = effect.cost_per_treated_per_month
        assert price is not None
        per_caseload = effect.hazard_ratio_per_halving is not None
        scale = self.plan.scale if per_caseload else 1.0

        def due(t: int) -> float:
            each = self._a_month(price, effect.indexed, t)
            treated = self.eligible[number][t - 1] * self.coverage[number][t - 1]
            return each * float(treated * self.offered[number][t - 1]) * scale

        return self._by_step(due)

    def _per_enrolled(self, enrolment: Enrolment) -> np.ndarray:
        price = enrolment.cost_per_enrolled_per_month
        assert price is not None
        inside = [a for a, account in enumerate(self.accounts) if account.status & ENROLLED]

        def due(t: int) -> float:
            if not self.stated.lasts(None, None, t):
                return 0.0
            each = self._a_month(price, enrolment.indexed, t)
            return each * float(sum(self.people[t, a] for a in inside))

        return self._by_step(due)

    def _a_month(self, price: Varying, indexed: str | None, t: int) -> float:
        """A price per month, for one step."""
        months = units_per(self.stated.form.step, "month")
        return self.stated.priced(price, indexed, t) * months

    def _for_posts(self, caseload: Caseload) -> np.ndarray:
        price = caseload.cost_per_worker_per_year
        assert price is not None
        filled = filled_posts(self.stated, caseload)

        def due(t: int) -> float:
            each = self.stated.priced(price, caseload.indexed, t)
            return float(filled[t]) * each / self.timeline.steps_per_year

        return self._by_step(due)


def filled_posts(stated: Stated, caseload: Caseload) -> list[float]:
    """[step] the plan's posts that are filled: a post that opens stands empty for a while, and one
    that closes is empty at once. A part of a step is a part of both steps that it lies in."""
    opened, extra = [0.0], caseload.extra_workers
    for t in range(1, stated.steps + 1):
        posts = stated.at(extra, t, stated.later)
        there = stated.lasts(extra.begins, caseload.until, t)
        opened.append(posts * stated.form.plan.scale if there else 0.0)
    if caseload.vacancy_months is None:
        return opened
    empty = stated[caseload.vacancy_months]
    empty *= units_per("month", stated.form.step)
    whole, part = math.floor(empty), empty - math.floor(empty)

    def at(t: int) -> float:
        return opened[t] if t > 0 else 0.0

    return [
        min(opened[t], (1.0 - part) * at(t - whole) + part * at(t - whole - 1))
        for t in range(stated.steps + 1)
    ]
