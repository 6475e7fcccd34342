"""Payments, saving, cost and balance, step by step, by live formulas.

paid[t, payer] = Σ_account people[t] · unit amount    (what is equalised later, from t − lag)
balance[t]     = balance[t − 1] + v[t] · Σ weight · (without − with − cost)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simlab.finance.recomputable import OneOffTerm
from simlab.report.sheets.balance import CENTRAL, COLUMNS, MEAN, P10, P90
from simlab.report.sheets.balance import LEAD as BALANCE_LEAD
from simlab.report.sheets.recomputed.expected_people import ExpectedPeople
from simlab.report.sheets.recomputed.frame import CHOSEN, WEIGHTS, Frame
from simlab.report.sheets.recomputed.plan_cost import PlanCost
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import Live, Range, Sheet, Value, cell, cells, day
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
        names = ("rate", "factor", "saving", "cost", "balance", "simulator", "difference",
                 "mean", "p10", "p90")  # fmt: skip
        return first + names.index(what)

    def range(self, column: int) -> Range:
        return 1, column, len(self.frame.world.dates), column

    def reference(self, column: int) -> str:
        """All steps of a column, as other sheets refer to it."""
        return cells(self.range(column), self.name)

    def sheet(self) -> Sheet:
        words, payers = self.frame.words, self.frame.payers
        columns = [(words("Step"), 7.0), (words("Until"), 12.0), (words("Year"), 8.0)]
        columns += [(words("{payer}: paid without the plan, DKK", payer=p), 18.0) for p in payers]
        columns += [(words("{payer}: paid with the plan, DKK", payer=p), 18.0) for p in payers]
        columns += [
            (words("{payer}: paid for the plan itself, DKK", payer=p), 18.0) for p in payers
        ]
        columns += [
            (words("Discount a year: {whom}", whom=self._whom(name)), 14.0)
            for name in self.frame.perspectives
        ]
        columns += [
            (words("Discount a year"), 12.0),
            (words("Discount factor"), 12.0),
            (words("Saving, DKK"), 18.0),
            (words("Cost of the plan, DKK"), 18.0),
            (words("Balance, DKK"), 18.0),
            (words("Balance in the simulator's central world, DKK"), 18.0),
            (words("Difference, DKK"), 14.0),
            (words("Mean over all simulated futures, DKK"), 18.0),
            (words("{percent} quantile", percent=words.percent(0.1)), 18.0),
            (words("{percent} quantile", percent=words.percent(0.9)), 18.0),
        ]
        rows = tuple(self._row(t) for t in range(len(self.frame.world.dates)))
        return Sheet(self.name, tuple(columns), rows, frozen=(1, LEAD))

    def _whom(self, perspective: str) -> str:
        from simlab.words.phrases import perspective_name

        return perspective_name(perspective, self.frame.words)

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

    def _row(self, t: int) -> tuple[Value, ...]:
        world, cash, payers = self.frame.world, self.frame.world.cash, range(self.payers)
        timeline = world.study.timeline
        row: list[Value] = [
            (float(t), "whole"), day(world.dates[t]), (float(timeline.year_of(t)), "whole"),
        ]  # fmt: skip
        for future, paid in zip(FUTURES, (cash.baseline, cash.plan), strict=True):
            for k in payers:
                row.append((Live(self._paid(k, t, future), float(paid[0, t, k])), "exact"))
        for k in payers:
            row.append((Live(self.cost.paid(k, t), float(cash.cost[0, t, k])), "exact"))
        for name in self.frame.perspectives:
            row.append((float(world.rates[name][t]), "share_in"))
        return (*row, *self._account(t))

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
        for n, one in enumerate(self.frame.world.one_offs):
            if times := _times(one, payer):
                each = f"{self.people.moves(n, t, future)}*{self.cost.one_off(n, t)}"
                terms.append(f"{times}*{each}")
        return "=" + ("+".join(terms) or "0")

    def _account(self, t: int) -> list[Value]:
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
        how = {"rate": "share", "factor": "factor"}
        return [
            (Live(formula, float(seen[name][t])), how.get(name, "exact"))
            for name, formula in formulas.items()
        ]

    def _known(self, row: int, which: int) -> str:
        """What the simulator found, in the chosen perspective."""
        last = BALANCE_LEAD + COLUMNS * len(self.frame.perspectives) - 1
        where = cells((row, BALANCE_LEAD, row, last), self.frame.name("balance"))
        return f"=INDEX({where},1,{COLUMNS}*({self.frame.control(CHOSEN)}-1)+{which + 1})"


def _times(one: OneOffTerm, payer: int) -> int:
    """What a payer's part in a one-off is: it pays, it receives, or both."""
    return int(one.paid_by == payer) - int(one.received_by == payer)
