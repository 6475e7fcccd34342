"""Amounts for each move, in the step in which it is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.parties import Parties, parties
from simlab.finance.prices import priced
from simlab.kernel.summation import sum_in_order
from simlab.model.compiled import Compiled
from simlab.model.parameters import Values
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.message import labelled
from simlab.study.moves import Move
from simlab.study.study import Study
from simlab.study.values import Varying


@dataclass(frozen=True, slots=True)
class OneOff:
    """An amount for each of some moves; ``columns`` : of flows, their numbers."""

    path: str
    label: dict[str, str]
    amount: Varying
    indexed: str | None
    parties: Parties
    columns: list[int]

    def each(self, study: Study, values: Values) -> np.ndarray:
        """(steps, draws) kr. for one move."""
        return priced(study, values, self.amount, self.indexed).T


def one_offs(compiled: Compiled) -> tuple[OneOff, ...]:
    """All of them, in the order in which they are written."""
    return _one_offs(compiled.study, compiled.flows)


@once_a_study
def _one_offs(study: Study, flows: tuple[Move, ...]) -> tuple[OneOff, ...]:
    return tuple(
        OneOff(
            dotted("one_off", name),
            labelled(written.label, name),
            written.amount,
            written.indexed,
            parties(study, written.paid_by, written.received_by),
            columns_of(study, flows, written.moves),
        )
        for name, written in study.form.one_off.items()
    )


def columns_of(study: Study, flows: tuple[Move, ...], patterns: list[str]) -> list[int]:
    """The flows that count the moves of some patterns."""
    moves = {move for pattern in patterns for move in study.names.matching(pattern, study.moves)}
    return [f for f, move in enumerate(flows) if move in moves]


def one_off(histories: Histories, flows: np.ndarray, paid: np.ndarray) -> None:
    """Add all of them to paid : (steps + 1, payers, draws), kr. a step."""
    for written in one_offs(histories.compiled):
        written.parties.transfer(one_off_due(histories, written, flows), paid[1:])


def one_off_due(histories: Histories, written: OneOff, flows: np.ndarray) -> np.ndarray:
    """(steps, draws) kr. of one of them, for flows : (steps + 1, flows, draws)."""
    each = written.each(histories.study, histories.block.values)
    due: np.ndarray = sum_in_order(flows[1:, written.columns], 1) * each
    return due
