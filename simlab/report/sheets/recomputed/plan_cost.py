"""What the plan costs, part by part and step by step; and the price of each one-off move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.finance.recomputable import CostTerm
from simlab.report.sheets.recomputed.expected_people import ExpectedPeople
from simlab.report.sheets.recomputed.frame import Frame
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.report.sheets.sheet import EMPTY, Live, Sheet, Value, cell, day

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
        for n, one in enumerate(self.frame.world.costs):
            gross, net = self._cell(n, step, GROSS), self._cell(n, step, NET)
            if one.paid_by == payer:
                terms.append(f"+{net}")
            if one.reimbursed_by == payer:
                terms.append(f"+{gross}-{net}")
        return "=" + ("".join(terms).removeprefix("+") or "0")

    def one_off(self, number: int, step: int) -> str:
        """The cell of the amount of a one-off."""
        return cell(step + 1, LEAD + 5 * len(self.frame.world.costs) + number, self.name)

    def _cell(self, part: int, step: int, column: int) -> str:
        return cell(step + 1, LEAD + 5 * part + column, self.name)

    def sheet(self) -> Sheet:
        words, world = self.frame.words, self.frame.world
        columns = [(words("Step"), 7.0), (words("Until"), 12.0)]
        for one in world.costs:
            label = words.text(one.label)
            columns += [
                (words("{what}: quantity (DKK, people or posts)", what=label), 18.0),
                (words("{what}: price of one (overrun, or DKK)", what=label), 21.0),
                (words("{what}: gross, DKK", what=label), 16.0),
                (words("{what}: reimbursed share", what=label), 13.0),
                (words("{what}: net, DKK", what=label), 16.0),
            ]
        for one_off in world.one_offs:
            label = words.text(one_off.label)
            columns.append((words("{what}: DKK for each move", what=label), 16.0))
        rows = []
        for t in range(len(world.dates)):
            row: list[Value] = [(float(t), "whole"), day(world.dates[t])]
            for part, one in enumerate(world.costs):
                row += self._part(part, one, t)
            row += [(float(one_off.amount[t]), "exact_in") for one_off in world.one_offs]
            rows.append(tuple(row))
        return Sheet(self.name, tuple(columns), tuple(rows), frozen=(1, LEAD))

    def _part(self, part: int, one: CostTerm, t: int) -> list[Value]:
        places = (QUANTITY, PRICE, GROSS, SHARE)
        quantity, price, gross, share = (cell(t + 1, LEAD + 5 * part + c) for c in places)
        value = float(one.quantity[t] * one.price[t])
        kept = 1.0 if one.reimbursed is None else 1.0 - float(one.reimbursed[t])
        back: Value = EMPTY if one.reimbursed is None else (float(one.reimbursed[t]), "share_in")
        net: Value = (Live(f"={gross}*(1-{share})", value * kept), "exact")
        if one.items is None:
            return [
                (float(one.quantity[t]), "exact_in"),
                (float(one.price[t]), "exact_in" if np.ptp(one.price) else "factor_in"),
                (Live(f"={quantity}*{price}", value), "exact"), back, net,
            ]  # fmt: skip
        each = self.units.row(("cost", 0, one.items), t) if t > 0 else None
        formula = f"=SUMPRODUCT({self.people.counted(t, 'plan')},{each})" if each else "=0"
        return [EMPTY, EMPTY, (Live(formula, value), "exact"), back, net]
