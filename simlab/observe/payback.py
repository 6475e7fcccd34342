"""Payback of a cash flow in memory, as one perspective sees it: `simlab.payback`. A run computes it
block by block (`result.draws`)."""

from __future__ import annotations

from simlab.finance.cash_flow import CashFlow
from simlab.risk.design import Design
from simlab.risk.payback import Payback, from_balance
from simlab.study.arguments import public


@public
def payback(cash: CashFlow, perspective: str | None = None) -> Payback:
    """The payback of every draw; the study's own perspective unless another is named."""
    name = cash.study.perspective if perspective is None else perspective
    saving, cost = cash.seen_by(name)
    design = Design.of(len(saving), cash.histories.block.values.start)
    return from_balance(saving, cost, cash.study.timeline.steps_per_year, name, design)
