"""The engine ``counts``: whole numbers of people per cell, moved by multinomials.

Three populations fill the cells: those whose two futures are still together, the baseline lives
of those who have parted, and their plan lives. From each cell one binomial says how many leave,
and the leavers are shared out among their destinations by conditional binomials, so the joint law
of both futures is exact and the cost does not grow with the number of citizens.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from simlab.engine.chance import binomial, multinomial, open_stream, poisson, search, uniform
from simlab.engine.together import couple, residual
from simlab.law.chain import Cells, Conversions, Hazards
from simlab.law.row import chances

FEW = 12  # up to so many leavers choose their destination one by one
TABLE = 32  # cells with fewer people find the chance that nobody leaves in a table …
SELDOM = 0.3  # … where leaving is rarer than this, which keeps the mean below 10


@njit(cache=True, error_model="numpy", inline="always")
def nobody_leaves(leave: np.ndarray, table: np.ndarray) -> None:
    """Fill table : (TABLE, classes) with (1 − leave)^n."""
    table[0] = 1.0
    for n in range(1, TABLE):
        for k in range(len(leave)):
            table[n, k] = table[n - 1, k] * (1.0 - leave[k])


@njit(cache=True, error_model="numpy", inline="always")
def leavers(n: int, leave: float, nobody: float, stream: np.ndarray) -> int:
    """Binomial(n, leave) for few people, by inversion; ``nobody`` is (1 − leave)^n."""
    u = uniform(stream)
    if u <= nobody:
        return 0
    odds = leave / (1.0 - leave)
    return min(n, search(nobody, -odds, (n + 1) * odds, u))


@njit(cache=True, error_model="numpy", inline="always")  # a call would count references to p
def pick(low: int, high: int, p: np.ndarray, u: float) -> int:
    """The rate in which u, uniform below Σ p, falls: never one of chance 0."""
    r = low
    while r < high - 1 and u >= p[r]:
        u -= p[r]
        r += 1
    while r > low and p[r] <= 0.0:  # rounding may have walked past the last move with a chance
        r -= 1
    return r


@njit(cache=True, error_model="numpy", inline="always")
def share_out(
    low: int,
    high: int,
    left: int,
    p: np.ndarray,
    rest: float,
    taken: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Fill taken : (moves,) with where ``left`` leavers go, with chances p / rest, Σ p = rest."""
    taken[: high - low] = 0
    last = pick(low, high, p, np.inf)
    for r in range(low, last):
        if p[r] > 0.0 and left > 0:
            moving = left if p[r] >= rest else binomial(left, p[r] / rest, stream)
            taken[r - low] = moving
            left -= moving
            rest -= p[r]
    taken[last - low] += left


@njit(cache=True, error_model="numpy", inline="always")
def part_ways(
    c: int,
    low: int,
    high: int,
    apart: int,
    shares: np.ndarray,
    parted: np.ndarray,
    stay: np.ndarray,
    first: np.ndarray,
    to: np.ndarray,
    alone: np.ndarray,
    flow_of: np.ndarray,
    flows: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Send the lives of one future that part in cell c by the residual law ``shares``.

    shares, parted : (1 + moves,), staying first; ``parted`` is scratch, ``alone`` is added to.
    """
    moves = high - low
    if apart > FEW:
        multinomial(apart, shares[: moves + 1], parted[: moves + 1], stream)
    else:
        for m in range(moves + 1):
            parted[m] = 0
        for _ in range(apart):
            parted[pick(0, moves + 1, shares, uniform(stream))] += 1
    alone[stay[c]] += parted[0]
    for m in range(moves):
        alone[to[first[c] + m]] += parted[1 + m]
        if flow_of[low + m] >= 0:
            flows[flow_of[low + m]] += parted[1 + m]


@njit(cache=True, error_model="numpy", inline="always")
def settle(to: np.ndarray, taken: np.ndarray, then: np.ndarray) -> None:
    """Put ``taken`` people into the cells ``to``, both (moves,)."""
    for j in range(len(to)):
        then[to[j]] += taken[j]


@njit(cache=True, error_model="numpy", inline="always")
def count_moves(flow_of: np.ndarray, taken: np.ndarray, flows: np.ndarray) -> None:
    """Add the moves that somebody asks for to flows; flow_of, taken : (moves,)."""
    for j in range(len(flow_of)):
        if flow_of[j] >= 0:
            flows[flow_of[j]] += taken[j]


@njit(cache=True, error_model="numpy", inline="always")
def move_alone(
    cells: Cells,
    p: np.ndarray,
    leave: np.ndarray,
    nobody: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    taken: np.ndarray,
    flow_of: np.ndarray,
    flows: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Parted lives of one future take a step; now, then : (cells,), ``then`` is added to."""
    class_of = cells.class_of
    stay = cells.stay
    first = cells.first
    to = cells.to
    rate_first = cells.rate_first
    nobody_leaves(leave, nobody)
    for c in range(len(now)):
        n = now[c]
        if n == 0:
            continue
        k = class_of[c]
        if n < TABLE and leave[k] < SELDOM:
            left = leavers(n, leave[k], nobody[n, k], stream)
        else:
            left = binomial(n, leave[k], stream)
        then[stay[c]] += n - left
        low, high = rate_first[k], rate_first[k + 1]
        if left <= FEW:
            begin = first[c] - low
            for _ in range(left):
                r = pick(low, high, p, leave[k] * uniform(stream))
                then[to[begin + r]] += 1
                if flow_of[r] >= 0:
                    flows[flow_of[r]] += 1
        else:
            share_out(low, high, left, p, leave[k], taken, stream)
            settle(to[first[c] : first[c + 1]], taken, then)
            count_moves(flow_of[low:high], taken, flows)


@njit(cache=True, error_model="numpy", inline="always")
def move_together(
    cells: Cells,
    b: np.ndarray,
    leave_b: np.ndarray,
    p: np.ndarray,
    leave_p: np.ndarray,
    common: np.ndarray,
    part: np.ndarray,
    change: np.ndarray,
    nobody: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    alone_b: np.ndarray,
    alone_p: np.ndarray,
    taken: np.ndarray,
    flow_of: np.ndarray,
    flows_b: np.ndarray,
    flows_p: np.ndarray,
    shares: np.ndarray,
    parted: np.ndarray,
    stream: np.ndarray,
) -> None:
    """Those who are still together take a step, together or apart."""
    class_of = cells.class_of
    stay = cells.stay
    first = cells.first
    to = cells.to
    rate_first = cells.rate_first
    for k in range(len(part)):  # the chance that anything happens: a common move, or parting
        change[k] = part[k]
        for r in range(rate_first[k], rate_first[k + 1]):
            change[k] += common[r]
    nobody_leaves(change, nobody)
    for c in range(len(now)):
        n = now[c]
        if n == 0:
            continue
        k = class_of[c]
        if n < TABLE and change[k] < SELDOM:
            left = leavers(n, change[k], nobody[n, k], stream)
        else:
            left = binomial(n, change[k], stream)
        then[stay[c]] += n - left
        if left == 0:
            continue
        low, high = rate_first[k], rate_first[k + 1]
        apart = 0
        if left <= FEW:
            begin = first[c] - low
            for _ in range(left):
                u = change[k] * uniform(stream)
                if u < part[k] or part[k] == change[k]:
                    apart += 1
                    continue
                r = pick(low, high, common, u - part[k])
                then[to[begin + r]] += 1
                if flow_of[r] >= 0:
                    flows_b[flow_of[r]] += 1
                    flows_p[flow_of[r]] += 1
        else:
            apart = binomial(left, min(part[k] / change[k], 1.0), stream)
            together = left - apart
            share_out(low, high, together, common, change[k] - part[k], taken, stream)
            settle(to[first[c] : first[c + 1]], taken, then)
            count_moves(flow_of[low:high], taken, flows_b)
            count_moves(flow_of[low:high], taken, flows_p)
        if apart > 0:
            residual(low, high, b, leave_b[k], p, leave_p[k], shares)
            part_ways(c, low, high, apart, shares, parted, stay, first, to, alone_b,
                      flow_of, flows_b, stream)  # fmt: skip
            residual(low, high, p, leave_p[k], b, leave_b[k], shares)
            part_ways(c, low, high, apart, shares, parted, stay, first, to, alone_p,
                      flow_of, flows_p, stream)  # fmt: skip


@njit(cache=True, error_model="numpy", inline="always")
def count_heads(
    now: np.ndarray, account_first: np.ndarray, heads_b: np.ndarray, heads_p: np.ndarray
) -> None:
    """Add the people of each account to both futures' heads : (accounts,)."""
    both, only_b, only_p = now[0], now[1], now[2]
    for a in range(len(account_first) - 1):
        together, alone_b, alone_p = 0, 0, 0
        for c in range(account_first[a], account_first[a + 1]):
            together += both[c]
            alone_b += only_b[c]
            alone_p += only_p[c]
        heads_b[a] += together + alone_b
        heads_p[a] += together + alone_p


@njit(cache=True, error_model="numpy", inline="always")
def convert_counts(to: np.ndarray, now: np.ndarray, then: np.ndarray) -> None:
    """Move everyone in cell c to cell to[c], in place; ``then`` is scratch."""
    then[:] = 0
    for c in range(len(now)):
        then[to[c]] += now[c]
    now[:] = then


@njit(cache=True, nogil=True, error_model="numpy")
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
    account_first: np.ndarray,
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
    draws, steps_and_start, _ = heads_b.shape
    count, rates = len(cells.class_of), cells.rate_first[-1]
    classes = len(cells.rate_first) - 1
    b, p, common = np.empty(rates), np.empty(rates), np.empty(rates)
    leave_b, leave_p, part = np.empty(classes), np.empty(classes), np.empty(classes)
    most = 1
    for k in range(classes):
        most = max(most, cells.rate_first[k + 1] - cells.rate_first[k] + 1)
    shares, parted = np.empty(most), np.empty(most, dtype=np.int64)
    taken, change = np.empty(most, dtype=np.int64), np.empty(classes)
    nobody = np.empty((TABLE, classes))
    now = np.zeros((3, count), dtype=np.int64)  # together, baseline only, plan only
    then = np.zeros((3, count), dtype=np.int64)
    streams = np.empty((6, 4), dtype=np.uint64)
    live_together, live_baseline, live_plan = streams[0], streams[1], streams[2]
    arrive_together, arrive_baseline, arrive_plan = streams[3], streams[4], streams[5]
    scaled = 0
    for d in range(draws):
        for s in range(6):
            open_stream(keys[s], first_draw + d, streams[s])
        now[:] = 0
        for j in range(len(start_cells)):
            now[0, start_cells[j]] += start[d, j]
        count_heads(now, account_first, heads_b[d, 0], heads_p[d, 0])
        for t in range(steps_and_start - 1):
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    for s in range(3):
                        convert_counts(conversions.to[i], now[s], then[s])
            scaled += chances(baseline, cells.rate_first, d, t, b, leave_b)
            scaled += chances(plan, cells.rate_first, d, t, p, leave_p)
            couple(cells.rate_first, b, leave_b, p, leave_p, common, part)
            then[:] = 0
            move_together(
                cells, b, leave_b, p, leave_p, common, part, change, nobody, now[0], then[0],
                then[1], then[2], taken, flow_of, flows_b[d, t + 1], flows_p[d, t + 1], shares,
                parted, live_together,
            )  # fmt: skip
            move_alone(
                cells, b, leave_b, nobody, now[1], then[1], taken, flow_of, flows_b[d, t + 1],
                live_baseline,
            )  # fmt: skip
            move_alone(
                cells, p, leave_p, nobody, now[2], then[2], taken, flow_of, flows_p[d, t + 1],
                live_plan,
            )  # fmt: skip
            now, then = then, now
            for j in range(len(entry_cells)):
                c, mean, planned = entry_cells[j], arrivals[d, t, j], arrivals_plan[d, t, j]
                now[0, c] += poisson(min(mean, planned), arrive_together)
                if mean > planned:
                    now[1, c] += poisson(mean - planned, arrive_baseline)
                elif planned > mean:
                    now[2, c] += poisson(planned - mean, arrive_plan)
            count_heads(now, account_first, heads_b[d, t + 1], heads_p[d, t + 1])
    return scaled
