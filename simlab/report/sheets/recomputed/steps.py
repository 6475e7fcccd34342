"""Payments, saving, cost and balance, step by step, by live formulas.

paid[t, payer] = Σ_account people[t] · unit amount    (what is equalised later, from t − lag)
balance[t]     = balance[t − 1] + v[t] · Σ weight · (without − with − cost)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simlab.finance.central_world import OneOffTerm
from simlab.report.sheets.balance_sheet import CENTRAL, COLUMNS, MEAN, P10, P90
from simlab.report.sheets.balance_sheet import LEAD as BALANCE_LEAD
from simlab.report.sheets.recomputed.expected_people import ExpectedPeople
from simlab.report.sheets.recomputed.frame import CHOSEN, WEIGHTS, Frame
from simlab.report.sheets.recomputed.plan_cost import PlanCost
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import Column, Live, Range, Row, Sheet, cell, cells, tails
from simlab.risk.payback import quantiles
from simlab.study.futures import FUTURES, Future

LEAD = 3  # step, date, year


@dataclass(frozen=True)
class Steps:
    """A row a step: three columns a payer, a rate a perspective, then the chosen account."""

    frame: Frame
    people: ExpectedPeople
    units: UnitAmounts
    cost: PlanCost

    @property
    def name(self) -> str:
        return self.frame.name("steps")

    @property
    def payers(self) -> int:
        return len(self.frame.payers)

    def column(self, what: str) -> int:
        """The column of something of the chosen account."""
        first = LEAD + 3 * self.payers + len(self.frame.perspectives)
        return first + list(self.seen).index(what)

    def range(self, column: int) -> Range:
        return 1, column, len(self.frame.world.dates), column

    def reference(self, column: int) -> str:
        """All steps of a column, as other sheets refer to it."""
        return cells(self.range(column), self.name)

    def sheet(self) -> Sheet:
        words, payers = self.frame.words, self.frame.payers
        paid = (
            *(words("{payer}: paid without the plan, DKK", payer=p) for p in payers),
            *(words("{payer}: paid with the plan, DKK", payer=p) for p in payers),
            *(words("{payer}: paid for the plan itself, DKK", payer=p) for p in payers),
        )
        whom = map(self.frame.whom, self.frame.perspectives)
        rates = (words("Discount a year: {whom}", whom=name) for name in whom)
        _, low, high = tails(words)
        columns = (
            Column(words("Step"), 7, "whole"),
            Column(words("Until"), 12),
            Column(words("Year"), 8, "whole"),
            *(Column(title, 18, "exact") for title in paid),
            *(Column(title, 14, "share_in") for title in rates),
            Column(words("Discount a year"), 12, "share"),
            Column(words("Discount factor"), 12, "factor"),
            Column(words("Saving, DKK"), 18, "exact"),
            Column(words("Cost of the plan, DKK"), 18, "exact"),
            Column(words("Balance, DKK"), 18, "exact"),
            Column(words("Balance in the simulator's central world, DKK"), 18, "exact"),
            Column(words("Difference, DKK"), 14, "exact"),
            Column(words("Mean over all simulated futures, DKK"), 18, "exact"),
            Column(low, 18, "exact"),
            Column(high, 18, "exact"),
        )
        rows = list(map(self._row, range(len(self.frame.world.dates))))
        return Sheet(self.name, columns, rows, frozen=(1, LEAD))

    @cached_property
    def seen(self) -> dict[str, np.ndarray]:
        """What the formulas of the chosen account are when the file is written."""
        own, world = self.frame.perspectives[0], self.frame.world
        saving, cost = (money[0] for money in world.cash.seen_by(own))
        balance = self.frame.answer.payback[own].balance
        p10, p90 = quantiles(balance, (0.1, 0.9))
        return {
            "rate": world.rates[own],
            "factor": world.cash.discount(own),
            "saving": saving,
            "cost": cost,
            "balance": np.cumsum(saving) - np.cumsum(cost),
            "simulator": np.cumsum(saving) - np.cumsum(cost),
            "difference": np.zeros(len(saving)),
            "mean": balance.mean(axis=0),
            "p10": p10,
            "p90": p90,
        }

    def _row(self, t: int) -> Row:
        world, cash, payers = self.frame.world, self.frame.world.cash, range(self.payers)
        paid = [
            Live(self._paid(k, t, future), float(money[0, t, k]))
            for future, money in zip(FUTURES, map(cash.paid_in, FUTURES), strict=True)
            for k in payers
        ]
        paid += [Live(self.cost.paid(k, t), float(cash.cost[0, t, k])) for k in payers]
        rates = (float(world.rates[name][t]) for name in self.frame.perspectives)
        year = world.study.timeline.year_of(t)
        return t, world.dates[t], year, *paid, *rates, *self._account(t)

    def _paid(self, payer: int, t: int, future: Future) -> str:
        """The payments of a payer in a step of a future."""
        if t == 0:
            return "=0"
        terms, counted = [], self.people.counted
        for lag in self.units.lags():
            since = t - lag
            if since < 1:
                continue
            if unit := self.units.row(("paid", lag, payer), since):
                terms.append(f"SUMPRODUCT({counted(since, future)},{unit})")
            displaced = self.units.row(("displaced", lag, payer), since)
            if displaced and future == "plan":
                more = f"({counted(since, 'plan')}-{counted(since, 'baseline')})"
                terms.append(f"SUMPRODUCT({more},{displaced})")
        changed = self.units.row(("change", 0, payer), t)
        if changed and future == "plan":
            terms.append(f"SUMPRODUCT({counted(t, future)},{changed})")
        for n, one_off in enumerate(self.frame.world.one_offs):
            if times := _times(one_off, payer):
                each = f"{self.people.moves(n, t, future)}*{self.cost.one_off(n, t)}"
                terms.append(f"{times}*{each}")
        return "=" + ("+".join(terms) or "0")

    def _account(self, t: int) -> list[Live]:
        """The chosen account in a step."""
        chosen, r, seen = self.frame.control(CHOSEN), t + 1, self.seen
        here = {name: cell(r, self.column(name)) for name in seen}
        n, k = len(self.frame.perspectives), self.payers
        rates = cells((r, LEAD + 3 * k, r, LEAD + 3 * k + n - 1))
        without, with_plan, cost = (
            cells((r, LEAD + i * k, r, LEAD + (i + 1) * k - 1)) for i in range(3)
        )
        answer = self.frame.name("answer")
        weights = cells((WEIGHTS, 1, WEIGHTS, k), answer)
        before = cell(t, self.column("factor"))
        length = f"{1.0 / self.frame.world.study.timeline.steps_per_year!r}"
        balance = f"={here['saving']}-{here['cost']}"
        formulas = {
            "rate": f"=INDEX({rates},1,{chosen})",
            "factor": "=1" if t == 0 else f"={before}*(1+{here['rate']})^-{length}",
            "saving": f"={here['factor']}*SUMPRODUCT({weights},{without}-{with_plan})",
            "cost": f"={here['factor']}*SUMPRODUCT({weights},{cost})",
            "balance": balance if t == 0 else f"{balance}+{cell(t, self.column('balance'))}",
            "simulator": self._known(r, CENTRAL),
            "difference": f"=ROUND({here['balance']}-{here['simulator']},2)",
            "mean": self._known(r, MEAN),
            "p10": self._known(r, P10),
            "p90": self._known(r, P90),
        }
        return [Live(formula, float(seen[name][t])) for name, formula in formulas.items()]

    def _known(self, row: int, which: int) -> str:
        """What the simulator found, in the chosen perspective."""
        last = BALANCE_LEAD + COLUMNS * len(self.frame.perspectives) - 1
        where = cells((row, BALANCE_LEAD, row, last), self.frame.name("balance"))
        return f"=INDEX({where},1,{COLUMNS}*({self.frame.control(CHOSEN)}-1)+{which + 1})"


def _times(one_off: OneOffTerm, payer: int) -> int:
    """What a payer's part in a one-off is: it pays, it receives, or both."""
    return int(one_off.paid_by == payer) - int(one_off.received_by == payer)
