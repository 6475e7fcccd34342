"""The coarsest chain that moves people between states as a study's does.

Cells whose intensities are the same, and which lead to cells that are the same again, need not be
told apart by whoever asks only in which state people are: the ladder of reimbursement counts the
months on support, which pay and do not move. Lumping them is exact (Kemeny and Snell 1960, §6.3),
and found by refining the partition by classes until the cells of a lump lead to the same lumps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.kernel.arrays import Books, Cells, Chain, Conversions, People
from simlab.kernel.inflow import Inflow, inflow


@dataclass(frozen=True)
class Lumped:
    """A chain of fewer cells, which keeps the classes and rates of the study.

    chain   : of which an account is a lump
    lump_of : (cells,) the lump of each cell
    one_of  : (lumps,) a cell of each lump
    """

    chain: Chain
    inflow: Inflow
    lump_of: np.ndarray
    one_of: np.ndarray

    def people(self, people: People) -> People:
        """The same people, in lumps at the start and as they arrive."""
        return people._replace(
            start_cells=self.lump_of[people.start_cells],
            entry_cells=self.lump_of[people.entry_cells],
        )

    def lumps(self, inside: np.ndarray) -> np.ndarray:
        """The lumps of some cells, (cells,) bool, of which each holds all or none."""
        return np.flatnonzero(inside[self.one_of])


def lumped(cells: Cells, conversions: Conversions, kind: np.ndarray) -> Lumped:
    """The coarsest lumping of cells that keeps their classes, and so their states, and what else
    tells them apart, kind : (cells,)."""
    width = int(np.diff(cells.first).max(initial=0))
    leads_to = np.full((len(cells.stay), width + 1), -1)
    leads_to[:, 0] = cells.stay
    for c in range(len(cells.stay)):
        own = cells.to[cells.first[c] : cells.first[c + 1]]
        leads_to[c, 1 : 1 + len(own)] = own
    leads_to = np.hstack([leads_to, conversions.to.T])
    lump_of, lumps = cells.class_of * (kind.max(initial=0) + 1) + kind, 0
    while lumps < (lumps := len(np.unique(lump_of))):
        there = np.where(leads_to < 0, -1, lump_of[leads_to])
        signature = np.column_stack([lump_of, there])
        _, lump_of = np.unique(signature, axis=0, return_inverse=True)
        lump_of = lump_of.reshape(-1)
    _, first = np.unique(lump_of, return_index=True)
    ends = [cells.to[cells.first[c] : cells.first[c + 1]] for c in first]
    small = cells._replace(
        class_of=cells.class_of[first],
        stay=lump_of[cells.stay[first]],
        first=np.cumsum([0, *map(len, ends)]),
        to=lump_of[np.concatenate(ends)] if ends else cells.to,
        run=cells.run[first],
        stride=cells.stride[first],
        after=cells.after[first],
    )
    moved = Conversions(conversions.step, lump_of[conversions.to[:, first]])
    every = np.arange(len(first) + 1)
    no_flows = np.full(cells.rate_first[-1], -1)
    books = Books(every, every[:-1], no_flows)
    return Lumped(Chain(small, books, moved), inflow(small, no_flows, 0), lump_of, first)
