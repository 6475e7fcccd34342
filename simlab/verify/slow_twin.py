"""The model once more, slowly and in the open: rows, expected people, and exact moments of money.

Nothing here is compiled, and nothing is shared with the kernels: it reads the cells and intensities
of a draw, and works out what the engines must find. Of a sum S over a life, of what is paid for its
moves and at the ends of its steps, the first two moments follow by backward recursion from the
horizon; with u what is paid for outcome j of a step, a move or staying, and c_j where it leads,

    M1_{t−1}(c) = Σ_j P_t(c, j) (u_j + M1_t(c_j))
    M2_{t−1}(c) = Σ_j P_t(c, j) (u_j² + 2 u_j M1_t(c_j) + M2_t(c_j))

A pair of futures that is together moves on together with chance min(b_j, p_j), or parts with chance
δ, and then its two lives B and P are independent, so that E(B − P)² = E B² − 2 E B E P + E P²:

    D1(c) = Σ min(b, p) (w + D1) + R_B1 − R_P1
    D2(c) = Σ min(b, p) (w² + 2 w D1 + D2) + R_B2 − 2 R_B1 R_P1 / δ + R_P2

w being what the outcome costs more in the baseline than in the plan, and R_B1 and R_B2 the sums of
u + M1 and u² + 2 u M1 + M2 over what the baseline has more of. Citizens are independent; arrivals
are Poisson, with variance λ E S².
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Hazards
from simlab.model.block import CohortModel
from simlab.model.compiled import Compiled
from simlab.study.futures import Future

CERTAIN = 1e3  # a hazard beyond which nobody stays
NEVER = 1e-100  # what is left of a rate beside certain moves, and less


class Row(NamedTuple):
    """p : (rates,) the chance of each move, leave : (classes,) of any, scaled : (classes,) bool."""

    p: np.ndarray
    leave: np.ndarray
    scaled: np.ndarray


@dataclass(frozen=True)
class Outline:
    """Who can go where: the edges of the chain, and the place of each rate in its row.

    origin, end, rate : (edges,) the cells and the rate of each possible move
    half  : (rates,) the row that a rate stands in: 2k and, of those who turn, 2k + 1
    middle : (rates,) bool, the rates of staying as one who turned
    account : (cells,)
    """

    compiled: Compiled
    origin: np.ndarray
    end: np.ndarray
    rate: np.ndarray
    of_class: np.ndarray
    half: np.ndarray
    middle: np.ndarray
    account: np.ndarray

    def row(self, hazards: Hazards, d: int, t: int) -> Row:
        """The chances of step index ``t`` in draw ``d``."""
        rows, epoch = 2 * len(self.compiled.tables.classes), hazards.epoch[t]
        a = hazards.base[d, epoch] * hazards.factor[d, t][hazards.factor_of]
        a[self.middle] = 0.0
        total = self._sum(a, rows)
        leave = -np.expm1(-total)
        p = a * np.divide(leave, total, out=np.zeros(rows), where=total > 0)[self.half]
        scaled = np.zeros(rows, dtype=bool)
        if hazards.chance.shape[2] > 1:
            multiplier = hazards.chance[d, t][np.maximum(hazards.chance_of, 0)]
            multiplied = multiplier != 1.0
            p = self._made_up_for(p * multiplier, multiplied, total >= CERTAIN)
            changed = self._sum(multiplied.astype(float), rows) > 0
            leave = np.where(changed, self._sum(p, rows), leave)
            scaled = leave > 1.0 + 1e-9
            p = p / np.where(scaled, leave, 1.0)[self.half]
            leave = np.minimum(leave, 1.0)
        if len(hazards.made_as):
            to = hazards.made_as[epoch]
            p = np.bincount(to[to >= 0], p[to >= 0], minlength=len(p))
            leave = np.minimum(self._sum(p, rows), 1.0)
        return self._two_ways(hazards, d, t, p, leave, scaled)

    def _made_up_for(self, p: np.ndarray, named: np.ndarray, certain: np.ndarray) -> np.ndarray:
        """Where nobody stays, what a multiplier takes or leaves is that of the other moves.

        p, named : (rates,)    certain : (rows,)
        """
        rows = len(certain)
        own, others = self._sum(p * named, rows), self._sum(p * ~named, rows)
        given = certain & (others > NEVER) & (self._sum(named.astype(float), rows) > 0)
        rest = np.divide(np.maximum(1.0 - own, 0.0), others, out=np.ones(rows), where=given)
        return p * np.where(named, 1.0, rest[self.half])

    def _sum(self, by_rate: np.ndarray, rows: int) -> np.ndarray:
        return np.bincount(self.half[~self.middle], by_rate[~self.middle], minlength=rows)

    def _two_ways(
        self, hazards: Hazards, d: int, t: int, p: np.ndarray, leave: np.ndarray, scaled: np.ndarray
    ) -> Row:
        """Some enrol, or drop out, as the step begins: a mixture of two rows."""
        e = np.zeros(len(leave) // 2)
        at = np.flatnonzero(self.middle)
        e[self.of_class[at]] = hazards.factor[d, t][-hazards.chance_of[at]]
        first, second = leave[::2], leave[1::2]
        share = np.where(self.half % 2 == 0, 1.0 - e[self.of_class], e[self.of_class])
        p = p * share
        p[at] = (e * (1.0 - second))[self.of_class[at]]
        both = scaled[::2] | scaled[1::2]
        return Row(p, np.minimum(first + e * (1.0 - first), 1.0), both)

    def forward(self, x: np.ndarray, row: Row) -> np.ndarray:
        """(cells,) expected people one step on."""
        cells = self.compiled.cells
        stays = np.bincount(cells.stay, x * (1.0 - row.leave[cells.class_of]), minlength=len(x))
        return stays + np.bincount(self.end, x[self.origin] * row.p[self.rate], minlength=len(x))

    def made(self, x: np.ndarray, row: Row) -> np.ndarray:
        """(flows,) the expected moves of one step, of those that are counted."""
        flow = self.compiled.books.flow_of[self.rate]
        moved, there = x[self.origin] * row.p[self.rate], flow >= 0
        return np.bincount(flow[there], moved[there], minlength=len(self.compiled.flows))

    def outcomes(self, of_cell: np.ndarray, of_rate: np.ndarray | None = None) -> np.ndarray:
        """(edges + cells,) of what a step can lead to, each move and then staying: what is said of
        the cell that it leads to, and of the move."""
        moved = of_cell[self.end]
        moved = moved if of_rate is None else moved + of_rate[self.rate]
        return np.concatenate([moved, of_cell[self.compiled.cells.stay]])

    def onward(self, outcome: np.ndarray, move: np.ndarray, stay: np.ndarray) -> np.ndarray:
        """(cells,) Σ over what can follow: the weight of a ``move``, or of staying, × outcome."""
        cells, moves = self.compiled.cells, len(self.rate)
        moved = np.bincount(
            self.origin, move[self.rate] * outcome[:moves], minlength=len(cells.stay)
        )
        return moved + stay[cells.class_of] * outcome[moves:]

    def by_rate(self, of_flow: np.ndarray) -> np.ndarray:
        """(rates,) what is said of the move of a rate; nothing of those that are not counted."""
        return np.append(of_flow, 0.0)[self.compiled.books.flow_of]

    def by_account(self, by_cell: np.ndarray) -> np.ndarray:
        """(steps + 1, accounts) of people by cell."""
        accounts = len(self.compiled.accounts)
        return np.array([np.bincount(self.account, x, minlength=accounts) for x in by_cell])

    def reformed(self, step: int, x: np.ndarray) -> np.ndarray:
        """(cells,) expected people before a step, after the reforms that come before it."""
        conversions = self.compiled.conversions
        for j in np.flatnonzero(conversions.step == step):
            x = np.asarray(np.bincount(conversions.to[j], x, minlength=len(x)), dtype=np.float64)
        return x

    def converted(self, step: int, ahead: np.ndarray) -> np.ndarray:
        """What lies ahead of a cell before the reforms of a step."""
        conversions = self.compiled.conversions
        for j in np.flatnonzero(conversions.step == step)[::-1]:
            ahead = ahead[conversions.to[j]]
        return ahead


def outline(compiled: Compiled) -> Outline:
    """The chain of a compiled study."""
    cells = compiled.cells
    moves, classes = np.diff(cells.first), np.diff(cells.rate_first)
    origin = np.repeat(np.arange(len(moves)), moves)
    nth = np.arange(len(origin)) - np.repeat(cells.first[:-1], moves)
    of_class = np.repeat(np.arange(len(classes)), classes)
    half, middle = 2 * of_class, np.zeros(len(of_class), dtype=bool)
    for k in range(len(classes)):
        spans = compiled.tables.halves(k)
        if len(spans) == 2:
            half[spans[1]] += 1
            middle[spans[0].stop] = True
    account = np.empty(len(moves), dtype=np.int64)
    books = compiled.books
    account[books.cells] = np.repeat(np.arange(len(books.first) - 1), np.diff(books.first))
    rate = cells.rate_first[cells.class_of[origin]] + nth
    return Outline(compiled, origin, cells.to, rate, of_class, half, middle, account)


Step = Callable[[np.ndarray, int], np.ndarray]  # people, and the step index → people one step on


def led(
    cohort: CohortModel, d: int, future: Future, place_of: np.ndarray, step: Step
) -> np.ndarray:
    """(steps + 1, places) expected people of a cohort in one draw: who is there, each step that
    they take, and who arrives after it.

    place_of : (cells,) where those of a cell are counted
    """
    people, arrivals = cohort.people, cohort.arrivals(future)
    x = np.zeros(int(place_of.max()) + 1)
    np.add.at(x, place_of[people.start_cells], people.start[d])
    by_step = [x]
    for t in range(len(cohort.hazards(future).epoch)):
        x = step(x, t)
        np.add.at(x, place_of[people.entry_cells], arrivals[d, t])
        by_step.append(x)
    return np.array(by_step)


def expected_cells(chain: Outline, cohort: CohortModel, d: int, future: Future) -> np.ndarray:
    """(steps + 1, cells) expected people of a cohort in one draw."""
    hazards = cohort.hazards(future)

    def step(x: np.ndarray, t: int) -> np.ndarray:
        return chain.forward(chain.reformed(t + 1, x), chain.row(hazards, d, t))

    return led(cohort, d, future, np.arange(len(chain.account)), step)


def expected_heads(chain: Outline, cohort: CohortModel, d: int, future: Future) -> np.ndarray:
    """(steps + 1, accounts) expected people of a cohort in one draw."""
    return chain.by_account(expected_cells(chain, cohort, d, future))


class Moments(NamedTuple):
    """Mean and variance of what is paid in the baseline, in the plan, and of their difference.

    mean, variance : (3,)
    parted : the expected number of citizens whose two futures part
    """

    mean: np.ndarray
    variance: np.ndarray
    parted: float


class Paid(NamedTuple):
    """What is paid in one draw in the baseline and in the plan.

    heads : (2, steps + 1, accounts) for each who is there at a step's end
    moves : (steps + 1, flows) for each move made in a step
    """

    heads: np.ndarray
    moves: np.ndarray

    @property
    def anything(self) -> bool:
        return bool(self.heads.any() or self.moves.any())


def moments(chain: Outline, cohort: CohortModel, d: int, paid: Paid) -> Moments:
    """Of what is paid for the heads and moves of a cohort, given draw ``d``."""
    people, steps, cells = cohort.people, paid.heads.shape[1] - 1, len(chain.account)
    m1, m2 = np.zeros((3, cells)), np.zeros((3, cells))
    mean, variance, parts, parted = np.zeros(3), np.zeros(3), np.zeros(cells), 0.0
    for t in range(steps, 0, -1):
        each = _of_three(paid.heads[:, t][:, chain.account])
        for j, cell in enumerate(people.entry_cells):
            b, p = people.arrivals[0, d, t - 1, j], people.arrivals[-1, d, t - 1, j]
            both = min(b, p)
            u = each[:, cell]
            first, second = u + m1[:, cell], u * u + 2 * u * m1[:, cell] + m2[:, cell]
            for total, moment, sign in ((mean, first, -1.0), (variance, second, 1.0)):
                alone = (b - both) * moment[0] + sign * (p - both) * moment[1]
                total += (b * moment[0], p * moment[1], both * moment[2] + alone)
            parted += both * parts[cell] + (b - both) + (p - both)
        moved = chain.by_rate(paid.moves[t])
        u = np.stack([chain.outcomes(each[f], moved if f < 2 else None) for f in range(3)])
        a1, a2 = (np.stack([chain.outcomes(x) for x in moment]) for moment in (m1, m2))
        b_row, p_row = (chain.row(h, d, t - 1) for h in cohort.laws)
        m1, m2 = _before(chain, b_row, p_row, u + a1, u * u + 2 * u * a1 + a2)
        parts = chain.converted(t, _parting(chain, b_row, p_row, parts))
        m1 = np.stack([chain.converted(t, x) for x in m1])
        m2 = np.stack([chain.converted(t, x) for x in m2])
    start = np.zeros(cells)
    np.add.at(start, people.start_cells, people.start[d])
    mean += (m1 + _of_three(paid.heads[:, 0][:, chain.account])) @ start
    variance += (m2 - m1 * m1) @ start
    return Moments(mean, variance, parted + float(parts @ start))


def _of_three(futures: np.ndarray) -> np.ndarray:
    """(3, …) of both futures, and the baseline less the plan."""
    return np.stack([futures[0], futures[1], futures[0] - futures[1]])


def _parting(chain: Outline, b: Row, p: Row, ahead: np.ndarray) -> np.ndarray:
    """(cells,) the chance that a pair parts from this step on."""
    together = np.minimum(b.p, p.p), 1.0 - np.maximum(b.leave, p.leave)
    return np.asarray(1.0 - chain.onward(chain.outcomes(1.0 - ahead), *together))


def _before(
    chain: Outline, b: Row, p: Row, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The moments of what lies ahead, one step earlier: of either future, and of the pair.

    first, second : (3, outcomes) those of each outcome of the step, what is paid for it included
    """
    own = [
        [chain.onward(ahead[f], row.p, 1.0 - row.leave) for f, row in enumerate((b, p))]
        for ahead in (first, second)
    ]
    more, more_stay = np.maximum(b.p - p.p, 0.0), np.maximum(p.leave - b.leave, 0.0)
    less, less_stay = np.maximum(p.p - b.p, 0.0), np.maximum(b.leave - p.leave, 0.0)
    together, stay = np.minimum(b.p, p.p), 1.0 - np.maximum(b.leave, p.leave)
    part = chain.onward(np.ones(first.shape[1]), more, more_stay)
    b1, b2 = (chain.onward(x[0], more, more_stay) for x in (first, second))
    p1, p2 = (chain.onward(x[1], less, less_stay) for x in (first, second))
    crossed = np.divide(b1 * p1, part, out=np.zeros_like(part), where=part > 0)
    d1 = chain.onward(first[2], together, stay) + b1 - p1
    d2 = chain.onward(second[2], together, stay) + b2 - 2.0 * crossed + p2
    return np.stack([*own[0], d1]), np.stack([*own[1], d2])
