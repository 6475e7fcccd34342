"""What the plan costs, part by part and step by step; and the price of each one-off move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.finance.central_world import CostTerm
from simlab.report.sheets.recomputed.expected_people import ExpectedPeople
from simlab.report.sheets.recomputed.frame import Frame
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import Column, Live, Row, Sheet, Value, cell

LEAD = 2  # columns before the first part: step, date
QUANTITY, PRICE, GROSS, SHARE, NET = range(5)  # the columns of a part


@dataclass(frozen=True, slots=True)
class PlanCost:
    """A row a step; five columns a part of the cost, then one a one-off."""

    frame: Frame
    people: ExpectedPeople
    units: UnitAmounts

    @property
    def name(self) -> str:
        return self.frame.name("cost")

    def paid(self, payer: int, step: int) -> str:
        """What a payer pays for the plan in a step, as a formula."""
        terms = []
        for n, cost in enumerate(self.frame.world.costs):
            gross, net = self._cell(n, step, GROSS), self._cell(n, step, NET)
            if cost.paid_by == payer:
                terms.append(f"+{net}")
            if cost.reimbursed_by == payer:
                terms.append(f"+{gross}-{net}")
        return "=" + ("".join(terms).removeprefix("+") or "0")

    def one_off(self, number: int, step: int) -> str:
        """The cell of the amount of a one-off."""
        return cell(step + 1, LEAD + 5 * len(self.frame.world.costs) + number, self.name)

    def _cell(self, part: int, step: int, column: int) -> str:
        return cell(step + 1, LEAD + 5 * part + column, self.name)

    def sheet(self) -> Sheet:
        words, world = self.frame.words, self.frame.world
        columns = [Column(words("Step"), 7, "whole"), Column(words("Until"), 12)]
        for cost in world.costs:
            label = words.text(cost.label)
            quantity = words("{what}: quantity (DKK, people or posts)", what=label)
            price = "exact_in" if np.ptp(cost.price) else "factor_in"
            columns += [
                Column(quantity, 18, "exact_in"),
                Column(words("{what}: price of one (overrun, or DKK)", what=label), 21, price),
                Column(words("{what}: gross, DKK", what=label), 16, "exact"),
                Column(words("{what}: reimbursed share", what=label), 13, "share_in"),
                Column(words("{what}: net, DKK", what=label), 16, "exact"),
            ]
        for one_off in world.one_offs:
            title = words("{what}: DKK for each move", what=words.text(one_off.label))
            columns.append(Column(title, 16, "exact_in"))
        return Sheet(
            self.name, columns, list(map(self._row, range(len(world.dates)))), frozen=(1, LEAD)
        )

    def _row(self, t: int) -> Row:
        world = self.frame.world
        parts = (x for n, cost in enumerate(world.costs) for x in self._part(n, cost, t))
        return t, world.dates[t], *parts, *(float(each.amount[t]) for each in world.one_offs)

    def _part(self, part: int, cost: CostTerm, t: int) -> tuple[Value, ...]:
        places = (QUANTITY, PRICE, GROSS, SHARE)
        quantity, price, gross, share = (cell(t + 1, LEAD + 5 * part + c) for c in places)
        value = float(cost.quantity[t] * cost.price[t])
        back = None if cost.reimbursed is None else float(cost.reimbursed[t])
        net = Live(f"={gross}*(1-{share})", value * (1.0 - (back or 0.0)))
        if cost.items is None:
            product = Live(f"={quantity}*{price}", value)
            return float(cost.quantity[t]), float(cost.price[t]), product, back, net
        each = self.units.row(("cost", 0, cost.items), t) if t > 0 else None
        formula = f"=SUMPRODUCT({self.people.counted(t, 'plan')},{each})" if each else "=0"
        return None, None, Live(formula, value), back, net
