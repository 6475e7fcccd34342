"""The law once more, slowly and in the open: rows, expected people, and exact moments of money.

Nothing here is compiled, and nothing is shared with the kernels: it reads the cells and intensities
of a draw, and works out what the engines must find. Of a sum S over a life, of what is paid at the
ends of its steps, the first two moments follow by backward recursion from the horizon; with u what
is paid at the end of the step in cell j,

    M1_{t−1}(c) = Σ_j P_t(c, j) (u_j + M1_t(j))
    M2_{t−1}(c) = Σ_j P_t(c, j) (u_j² + 2 u_j M1_t(j) + M2_t(j))

A pair of futures that is together moves on together with chance min(b_j, p_j), or parts with chance
δ, and then its two lives B and P are independent, so that E(B − P)² = E B² − 2 E B E P + E P²:

    D1(c) = Σ min(b, p) D1 + R_B1 − R_P1
    D2(c) = Σ min(b, p) D2 + R_B2 − 2 R_B1 R_P1 / δ + R_P2

R_B1 and R_B2 being the sums of u + M1 and u² + 2 u M1 + M2 over what the baseline has more of.
Citizens are independent; arrivals are Poisson, with variance λ E S².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simlab.law.chain import Hazards
from simlab.model.hazards import CohortHazards
from simlab.model.model import Compiled

ALMOST_ONE = 1.0 - 1e-9


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
        rows, epoch = 2 * len(self.compiled.behaviour.classes), hazards.epoch[t]
        a = hazards.base[d, epoch] * hazards.factor[d, t][hazards.factor_of]
        a[self.middle] = 0.0
        total = self._sum(a, rows)
        leave = -np.expm1(-total)
        p = a * np.divide(leave, total, out=np.zeros(rows), where=total > 0)[self.half]
        scaled = np.zeros(rows, dtype=bool)
        if hazards.chance.shape[2] > 1:
            p = p * hazards.chance[d, t][np.maximum(hazards.chance_of, 0)]
            leave = np.where(self._changed(hazards, d, t, rows), self._sum(p, rows), leave)
            scaled = leave > 1.0
            p = p * np.where(scaled, ALMOST_ONE / np.maximum(leave, 1e-300), 1.0)[self.half]
            leave = np.where(scaled, ALMOST_ONE, leave)
        if len(hazards.made_as):
            to = hazards.made_as[epoch]
            p = np.bincount(to[to >= 0], p[to >= 0], minlength=len(p))
            leave = np.minimum(self._sum(p, rows), 1.0)
        return self._two_ways(hazards, d, t, p, leave, scaled)

    def _changed(self, hazards: Hazards, d: int, t: int, rows: int) -> np.ndarray:
        multiplied = hazards.chance[d, t][np.maximum(hazards.chance_of, 0)] != 1.0
        return self._sum(multiplied.astype(float), rows) > 0

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

    def onward(self, ahead: np.ndarray, move: np.ndarray, stay: np.ndarray) -> np.ndarray:
        """(cells,) Σ over what can follow: the weight of each ``move``, or of staying, × ahead."""
        cells = self.compiled.cells
        moved = np.bincount(
            self.origin, move[self.rate] * ahead[self.end], minlength=len(cells.stay)
        )
        return moved + stay[cells.class_of] * ahead[cells.stay]

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
        spans = compiled.behaviour.halves(k)
        if len(spans) == 2:
            half[spans[1]] += 1
            middle[spans[0].stop] = True
    account = np.empty(len(moves), dtype=np.int64)
    books = compiled.books
    account[books.cells] = np.repeat(np.arange(len(books.first) - 1), np.diff(books.first))
    rate = cells.rate_first[cells.class_of[origin]] + nth
    return Outline(compiled, origin, cells.to, rate, of_class, half, middle, account)


def expected_heads(chain: Outline, cohort: CohortHazards, d: int, future: str) -> np.ndarray:
    """(steps + 1, accounts) expected people of a cohort in one draw."""
    people = cohort.people
    hazards = cohort.baseline if future == "baseline" else cohort.plan
    arrivals = people.arrivals if future == "baseline" else people.arrivals_plan
    accounts, x = len(chain.compiled.accounts), np.zeros(len(chain.account))
    np.add.at(x, people.start_cells, people.start[d])
    found = [np.bincount(chain.account, x, minlength=accounts)]
    for t in range(len(hazards.epoch)):
        x = chain.reformed(t + 1, x)
        x = chain.forward(x, chain.row(hazards, d, t))
        np.add.at(x, people.entry_cells, arrivals[d, t])
        found.append(np.bincount(chain.account, x, minlength=accounts))
    return np.array(found)


class Moments(NamedTuple):
    """Mean and variance of what is paid in the baseline, in the plan, and of their difference.

    mean, variance : (3,)
    parted : the expected number of citizens whose two futures part
    """

    mean: np.ndarray
    variance: np.ndarray
    parted: float


def moments(chain: Outline, cohort: CohortHazards, d: int, paid: np.ndarray) -> Moments:
    """Of Σ_t Σ_a heads[t, a] · paid[t, a], paid : (steps + 1, accounts), given draw ``d``."""
    people, steps = cohort.people, len(paid) - 1
    one, two = np.zeros((3, len(chain.account))), np.zeros((3, len(chain.account)))
    mean, variance, parts, parted = np.zeros(3), np.zeros(3), np.zeros(len(chain.account)), 0.0
    for t in range(steps, 0, -1):
        u = paid[t][chain.account]
        first = np.stack([u + one[0], u + one[1], one[2]])
        squared = [u * u + 2 * u * one[f] + two[f] for f in (0, 1)]
        second = np.stack([*squared, two[2]])
        for j, cell in enumerate(people.entry_cells):
            b, p = people.arrivals[d, t - 1, j], people.arrivals_plan[d, t - 1, j]
            both = min(b, p)
            mean += (b * first[0, cell], p * first[1, cell], both * first[2, cell]
                     + (b - both) * first[0, cell] - (p - both) * first[1, cell])  # fmt: skip
            variance += (b * second[0, cell], p * second[1, cell], both * second[2, cell]
                         + (b - both) * second[0, cell] + (p - both) * second[1, cell])  # fmt: skip
            parted += both * parts[cell] + (b - both) + (p - both)
        b_row, p_row = (chain.row(h, d, t - 1) for h in (cohort.baseline, cohort.plan))
        one, two = _before(chain, b_row, p_row, first, second)
        parts = chain.converted(t, _parting(chain, b_row, p_row, parts))
        one = np.stack([chain.converted(t, x) for x in one])
        two = np.stack([chain.converted(t, x) for x in two])
    start = np.zeros(len(chain.account))
    np.add.at(start, people.start_cells, people.start[d])
    begun = (start * paid[0][chain.account]).sum()
    mean += one @ start + (begun, begun, 0.0)
    variance += (two - one * one) @ start
    return Moments(mean, variance, parted + float(parts @ start))


def _parting(chain: Outline, b: Row, p: Row, ahead: np.ndarray) -> np.ndarray:
    """(cells,) the chance that a pair parts from this step on."""
    still = chain.onward(1.0 - ahead, np.minimum(b.p, p.p), 1.0 - np.maximum(b.leave, p.leave))
    return np.asarray(1.0 - still)


def _before(
    chain: Outline, b: Row, p: Row, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The moments of what lies ahead, one step earlier: of either future, and of the pair."""
    own = [
        [chain.onward(ahead[f], row.p, 1.0 - row.leave) for f, row in enumerate((b, p))]
        for ahead in (first, second)
    ]
    more, more_stay = np.maximum(b.p - p.p, 0.0), np.maximum(p.leave - b.leave, 0.0)
    less, less_stay = np.maximum(p.p - b.p, 0.0), np.maximum(b.leave - p.leave, 0.0)
    together, stay = np.minimum(b.p, p.p), 1.0 - np.maximum(b.leave, p.leave)
    ones = np.ones(len(chain.account))
    part = chain.onward(ones, more, more_stay)
    b1, b2 = (chain.onward(x[0], more, more_stay) for x in (first, second))
    p1, p2 = (chain.onward(x[1], less, less_stay) for x in (first, second))
    crossed = np.divide(b1 * p1, part, out=np.zeros_like(part), where=part > 0)
    d1 = chain.onward(first[2], together, stay) + b1 - p1
    d2 = chain.onward(second[2], together, stay) + b2 - 2.0 * crossed + p2
    return np.stack([*own[0], d1]), np.stack([*own[1], d2])
