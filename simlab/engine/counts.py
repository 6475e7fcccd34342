"""The engine ``counts``: whole numbers of people per cell, moved by multinomials.

Three populations fill the cells: those whose two futures are still together, the baseline lives
of those who have parted, and their plan lives. From each cell one binomial says how many leave,
and the leavers are shared out among their destinations by conditional binomials, so the joint law
of both futures is exact and the cost does not grow with the number of citizens.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.engine.chance import binomial, multinomial, open_stream, poisson
from simlab.engine.together import couple, residual
from simlab.law.chain import Cells, Conversions, Hazards
from simlab.law.forward import convert
from simlab.law.row import chances


@njit(cache=True)
def move_alone(
    cells: Cells,
    p: np.ndarray,
    leave: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    flow_of: np.ndarray,
    flows: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Parted lives of one future take a step; now, then : (cells,), ``then`` is added to."""
    for c in range(len(now)):
        n = now[c]
        if n == 0:
            continue
        k = cells.class_of[c]
        left, rest = binomial(n, leave[k], stream), leave[k]
        then[cells.stay[c]] += n - left
        r = cells.rate_first[k]
        for j in range(cells.first[c], cells.first[c + 1]):
            if left == 0:
                break
            last = j == cells.first[c + 1] - 1
            moving = left if last and p[r] > 0.0 else binomial(left, share(p[r], rest), stream)
            then[cells.to[j]] += moving
            if flow_of[r] >= 0:
                flows[flow_of[r]] += moving
            left -= moving
            rest -= p[r]
            r += 1
        then[cells.stay[c]] += left  # rounding left a last move of chance 0 with somebody


@njit(cache=True)
def share(chance: float, rest: float) -> float:
    """chance / rest within [0, 1], and 0 for a chance of 0."""
    if chance <= 0.0:
        return 0.0
    return min(chance / rest, 1.0) if rest > 0.0 else 1.0


@njit(cache=True)
def move_together(
    cells: Cells,
    b: np.ndarray,
    leave_b: np.ndarray,
    p: np.ndarray,
    leave_p: np.ndarray,
    common: np.ndarray,
    part: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    alone_b: np.ndarray,
    alone_p: np.ndarray,
    flow_of: np.ndarray,
    flows_b: np.ndarray,
    flows_p: np.ndarray,
    shares: np.ndarray,
    parted: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Those who are still together take a step, together or apart."""
    for c in range(len(now)):
        n = now[c]
        if n == 0:
            continue
        k = cells.class_of[c]
        low, high = cells.rate_first[k], cells.rate_first[k + 1]
        rest = part[k]
        for r in range(low, high):
            rest += common[r]
        left = binomial(n, rest, stream)
        then[cells.stay[c]] += n - left
        if left == 0:
            continue
        # Those who part come first: what is left then moves together.
        apart = binomial(left, share(part[k], rest), stream)
        left -= apart
        rest -= part[k]
        j = cells.first[c]
        for r in range(low, high):
            if left == 0:
                break
            last = r == high - 1
            moving = left if last and common[r] > 0.0 else (
                binomial(left, share(common[r], rest), stream)
            )
            then[cells.to[j + r - low]] += moving
            if flow_of[r] >= 0:
                flows_b[flow_of[r]] += moving
                flows_p[flow_of[r]] += moving
            left -= moving
            rest -= common[r]
        then[cells.stay[c]] += left
        if apart > 0:
            moves = high - low + 1
            residual(low, high, b, leave_b[k], p, leave_p[k], shares)
            multinomial(apart, shares[:moves], parted[:moves], stream)
            settle(cells, c, low, parted[:moves], alone_b, flow_of, flows_b)
            residual(low, high, p, leave_p[k], b, leave_b[k], shares)
            multinomial(apart, shares[:moves], parted[:moves], stream)
            settle(cells, c, low, parted[:moves], alone_p, flow_of, flows_p)


@njit(cache=True)
def settle(
    cells: Cells,
    c: int,
    low: int,
    parted: np.ndarray,
    then: np.ndarray,
    flow_of: np.ndarray,
    flows: np.ndarray,
) -> None:
    """Put parted lives from cell c where the residual law sent them: parted[0] stay."""
    then[cells.stay[c]] += parted[0]
    for m in range(1, len(parted)):
        then[cells.to[cells.first[c] + m - 1]] += parted[m]
        r = low + m - 1
        if flow_of[r] >= 0:
            flows[flow_of[r]] += parted[m]


@njit(cache=True, nogil=True)
def counts(
    cells: Cells,
    baseline: Hazards,
    plan: Hazards,
    conversions: Conversions,
    start_cells: np.ndarray,
    start: np.ndarray,
    entry_cells: np.ndarray,
    arrivals: np.ndarray,
    arrivals_plan: np.ndarray,
    account_of: np.ndarray,
    flow_of: np.ndarray,
    keys: np.ndarray,
    first_draw: int,
    heads_b: np.ndarray,
    heads_p: np.ndarray,
    flows_b: np.ndarray,
    flows_p: np.ndarray,
) -> int:
    """Both futures of every draw; returns how many rows had to be scaled.

    start : (draws, n) whole people     arrivals : (draws, steps, m) Poisson means
    keys : (6,) uint64, the streams of lives and of arrivals: together, baseline, plan
    heads : (draws, steps + 1, accounts) int64    flows : (draws, steps + 1, flows) int64
    """
    draws, steps_and_start, accounts = heads_b.shape
    count, rates = len(cells.class_of), cells.rate_first[-1]
    classes = len(cells.rate_first) - 1
    b, p, common = np.empty(rates), np.empty(rates), np.empty(rates)
    leave_b, leave_p, part = np.empty(classes), np.empty(classes), np.empty(classes)
    most = 1
    for k in range(classes):
        most = max(most, cells.rate_first[k + 1] - cells.rate_first[k] + 1)
    shares, parted = np.empty(most), np.empty(most, dtype=np.int64)
    now = np.zeros((3, count), dtype=np.int64)  # together, baseline only, plan only
    then = np.zeros((3, count), dtype=np.int64)
    streams = np.empty((6, 4), dtype=np.uint64)
    scaled = 0
    for d in range(draws):
        for s in range(6):
            open_stream(keys[s], first_draw + d, streams[s])
        now[:] = 0
        for j in range(len(start_cells)):
            now[0, start_cells[j]] += start[d, j]
        for c in range(count):
            heads_b[d, 0, account_of[c]] += now[0, c]
            heads_p[d, 0, account_of[c]] += now[0, c]
        for t in range(steps_and_start - 1):
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    for s in range(3):
                        convert(conversions.to[i], now[s], then[s])
            scaled += chances(baseline, cells.rate_first, d, t, b, leave_b)
            scaled += chances(plan, cells.rate_first, d, t, p, leave_p)
            couple(cells.rate_first, b, leave_b, p, leave_p, common, part)
            then[:] = 0
            move_together(
                cells, b, leave_b, p, leave_p, common, part, now[0], then[0], then[1], then[2],
                flow_of, flows_b[d, t + 1], flows_p[d, t + 1], shares, parted, streams[0],
            )  # fmt: skip
            move_alone(
                cells, b, leave_b, now[1], then[1], flow_of, flows_b[d, t + 1], streams[1]
            )
            move_alone(
                cells, p, leave_p, now[2], then[2], flow_of, flows_p[d, t + 1], streams[2]
            )
            now, then = then, now
            for j in range(len(entry_cells)):
                c, both = entry_cells[j], min(arrivals[d, t, j], arrivals_plan[d, t, j])
                now[0, c] += poisson(both, streams[3])
                now[1, c] += poisson(arrivals[d, t, j] - both, streams[4])
                now[2, c] += poisson(arrivals_plan[d, t, j] - both, streams[5])
            for c in range(count):
                heads_b[d, t + 1, account_of[c]] += now[0, c] + now[1, c]
                heads_p[d, t + 1, account_of[c]] += now[0, c] + now[2, c]
    return scaled
