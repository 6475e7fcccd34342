"""Amounts for each move, in the step in which it is made."""

from __future__ import annotations

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.prices import priced
from simlab.kernel.summation import sum_in_order


def one_off(histories: Histories, flows: np.ndarray, paid: np.ndarray) -> None:
    """Add all of them to paid : (draws, steps + 1, payers), kr. a step."""
    payers = histories.study.form.payers
    for name, each in histories.study.form.one_off.items():
        due = one_off_due(histories, name, flows)
        paid[:, 1:, payers.index(each.paid_by) if each.paid_by else 0] += due
        if each.received_by is not None:
            paid[:, 1:, payers.index(each.received_by)] -= due


def one_off_due(histories: Histories, name: str, flows: np.ndarray) -> np.ndarray:
    """(draws, steps) kr. of one of them, for flows : (draws, steps + 1, flows)."""
    study, values = histories.study, histories.block.values
    paid = study.form.one_off[name]
    moves = {m for p in paid.moves for m in study.names.matching(p, study.moves)}
    columns = [f for f, move in enumerate(histories.compiled.flows) if move in moves]
    each = priced(study, values, paid.amount, paid.indexed)
    due: np.ndarray = sum_in_order(flows[:, 1:, columns], 2) * each
    return due
