"""The expected people of both futures at the end of each step, and the moves that money counts.

Where a reform moves people before a step, those who are there as it begins stand below.
"""

from __future__ import annotations

import numpy as np

from simlab.report.sheets.recomputed.frame import WEIGHT, Frame
from simlab.report.sheets.sheet import Column, Row, Sheet, cell, cells
from simlab.study.futures import FUTURES, Future

LEAD = 2  # columns before the first account: step, date


class ExpectedPeople:
    """A row a step; a column an account and future, then one a kind of one-off move and future."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.world = frame, frame.world
        self.name = frame.name("people")
        self.heads = dict(zip(FUTURES, self.world.heads, strict=True))

    def counted(self, step: int, future: Future) -> str:
        """The people who are paid for in a step, as an array in a formula."""
        w = self.frame.control(WEIGHT)
        before = step - 1
        if step in self.world.reformed:  # rows below those of the steps
            before = len(self.world.dates) + list(self.world.reformed).index(step)
        return f"({w}*{self._row(before, future)}+(1-{w})*{self._row(step, future)})"

    def _row(self, step: int, future: Future) -> str:
        first = LEAD + FUTURES.index(future) * self.world.people
        return cells((step + 1, first, step + 1, first + self.world.people - 1), self.name)

    def moves(self, number: int, step: int, future: Future) -> str:
        """The cell of the moves of a one-off in a step."""
        first = LEAD + 2 * self.world.people
        return cell(step + 1, first + 2 * number + FUTURES.index(future), self.name)

    def sheet(self) -> Sheet:
        words = self.frame.words
        future = {"baseline": words("without the plan"), "plan": words("with the plan")}
        titles = [
            f"{self.frame.account(account)}: {future[f]}"
            for f in FUTURES
            for account in range(self.world.people)
        ]
        for one_off in self.world.one_offs:
            label = words("Moves: {what}", what=words.text(one_off.label))
            titles += [f"{label}: {future[f]}" for f in FUTURES]
        columns = [Column(words("Step"), 7, "whole"), Column(words("Until"), 12)]
        columns += [Column(title, 16, "count_in") for title in titles]
        moves = [moves for each in self.world.one_offs for moves in each.moves]
        table = np.concatenate([*self.heads.values(), *(m[:, None] for m in moves)], axis=1)
        dates = self.world.dates
        rows: list[Row] = [(t, dates[t], *row) for t, row in enumerate(table.tolist())]
        for t, people in self.world.reformed.items():
            begins = words("step {n} begins", n=words.number(t))
            rows.append((begins, dates[t - 1], *people.ravel().tolist()))
        return Sheet(self.name, columns, rows, frozen=(1, LEAD))
