"""The expected people of both futures at the end of each step, and the moves that money counts.

Where a reform moves people before a step, those who are there as it begins stand below.
"""

from __future__ import annotations

import numpy as np

from simlab.report.sheets.recomputed.frame import WEIGHT, Frame
from simlab.report.sheets.sheet import EMPTY, Sheet, Value, cell, cells, day, text
from simlab.study.futures import FUTURES, Future

LEAD = 2  # columns before the first account: step, date


class ExpectedPeople:
    """A row a step; a column an account and future, then one a kind of one-off move and future."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.world = frame, frame.world
        self.name = frame.name("people")
        self.heads = {"baseline": self.world.heads_baseline, "plan": self.world.heads_plan}

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
        columns = [(words("Step"), 7.0), (words("Until"), 12.0)]
        columns += [
            (f"{self.frame.account(a)}: {future[f]}", 16.0)
            for f in FUTURES
            for a in range(self.world.people)
        ]
        for one in self.world.one_offs:
            label = words("Moves: {what}", what=words.text(one.label))
            columns += [(f"{label}: {future[f]}", 16.0) for f in FUTURES]
        moves = [m for one in self.world.one_offs for m in (one.moves_baseline, one.moves_plan)]
        table = np.concatenate([*self.heads.values(), *(m[:, None] for m in moves)], axis=1)
        rows: list[tuple[Value, ...]] = [
            (
                (float(t), "whole"),
                day(self.world.dates[t]),
                *((x, "count_in") for x in table[t].tolist()),
            )
            for t in range(len(table))
        ]
        nobody = [EMPTY] * (2 * len(self.world.one_offs))
        for t, people in self.world.reformed.items():
            begins = text(words("step {n} begins", n=words.number(t)))
            both = ((x, "count_in") for x in people.ravel().tolist())
            rows.append((begins, day(self.world.dates[t - 1]), *both, *nobody))
        return Sheet(self.name, tuple(columns), tuple(rows), frozen=(1, LEAD))
