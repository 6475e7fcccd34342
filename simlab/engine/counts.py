"""The engine ``counts``: whole numbers of people per cell, moved by multinomials.

Three populations fill the cells: those whose two futures are still together, the baseline lives
of those who have parted, and their plan lives. In every step everyone stays where few leave, so
the cells are aged by a shift, and only leavers are touched:

    leavers of a cell ~ Binomial(n, 1 − e^−A)

Where n·A is small the leavers are found by skipping: each citizen uses up A of an exponential
variate, and whoever uses up the last of it leaves (a geometric waiting time along the row of all
citizens). What is left of the variate is carried on to the next cell and the next step, so a cell
that nobody leaves costs a comparison. The joint law of both futures is exact, and the cost grows
with cells and leavers, not with citizens.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simlab.engine.chance import binomial, fill_uniform, multinomial, open_stream, poisson, uniform
from simlab.engine.coupling import (
    BASELINE,
    PLAN,
    RACK,
    TOGETHER,
    Choice,
    choose,
    empty_choice,
    part_to,
    pick,
    residual,
    width,
)
from simlab.engine.exponential import exponential
from simlab.kernel.arrays import Books, Cells, Conversions, Hazards, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.transition import Step, chances, empty_step, unchanged

SOME = 1.0  # expected leavers of a cell from which one search is cheaper than skipping
MANY = 10.0  # … and from which rejection is cheaper than search
FEW = 24  # up to so many leavers choose their destination one by one
INVERSE = 1.0 / np.arange(1, 101)


class Leavers(NamedTuple):
    """Who leaves in this step.

    need      : (cells,) the hazard that the people of a cell add up to, in whole RACKs
    rack_need : the same for a RACK of cells
    single, u : the cell of each who leaves one by one, and a uniform for her
    crowds, leaving : the cells that many leave, and how many
    """

    need: np.ndarray
    rack_need: np.ndarray
    single: np.ndarray
    u: np.ndarray
    crowds: np.ndarray
    leaving: np.ndarray


class Workspace(NamedTuple):
    """What the kernel needs while it works, for one thread.

    b, p    : the law of the step without and with the plan
    people  : (2, 3, cells) at even and at odd steps: together, baseline only, plan only
    streams : (6, 4) of lives and of arrivals, each together, baseline, plan
    carried : (3,) what is left of each population's exponential variate
    flows   : (3, flows) the moves of each population in this step
    weights, shares : (width,) of one row
    """

    b: Step
    p: Step
    choice: Choice
    leavers: Leavers
    people: np.ndarray
    streams: np.ndarray
    carried: np.ndarray
    flows: np.ndarray
    weights: np.ndarray
    shares: np.ndarray


def workspace(cells: Cells, flows: int) -> Workspace:
    """Workspace for one thread."""
    count, rates, classes = len(cells.class_of), cells.rate_first[-1], len(cells.rate_first) - 1
    racks, wide = -(-count // RACK), width(cells)
    return Workspace(
        empty_step(rates, classes),
        empty_step(rates, classes),
        empty_choice(rates, classes, wide),
        Leavers(
            np.zeros(racks * RACK),
            np.empty(racks),
            np.empty(FEW * count, dtype=np.int64),
            np.empty(FEW * count),
            np.empty(count, dtype=np.int64),
            np.empty(count, dtype=np.int64),
        ),
        np.zeros((2, 3, count), dtype=np.int64),
        np.empty((6, 4), dtype=np.uint64),
        np.empty(3),
        np.zeros((3, flows), dtype=np.int64),
        np.empty(wide),
        np.empty(wide, dtype=np.int64),
    )


@kernel
def age(cells: Cells, now: np.ndarray, then: np.ndarray) -> None:
    """Everyone stays a step: now, then : (cells,). Along a clock the next cell is the next step."""
    count = len(now)
    then[0] = 0
    for c in range(1, count):
        then[c] = now[c - 1]
    for c in cells.turns:
        if c + 1 < count:
            then[c + 1] = 0
    for c in cells.turns:
        then[cells.stay[c]] += now[c]


@inline
def some(n: int, need: float, odds: float, stream: np.ndarray) -> int:
    """Binomial(n, p) by sequential search, where n·A = need is small: f(0) = e^{−nA}."""
    u, chance, k = uniform(stream), math.exp(-need), 0
    while u > chance and k < n:
        u -= chance
        chance *= odds * (n - k) * INVERSE[k]
        k += 1
        if k == len(INVERSE):
            break
    return k


@inline
def skip(n: int, each: float, need: float, carried: float, stream: np.ndarray) -> tuple[int, float]:
    """How many of n leave, walking along them; and what is left of the variate."""
    left = 0
    while carried < need and left < n:
        # whoever uses up the variate leaves; those before her, and she herself, are done
        need -= each * (int(carried / each) + 1)
        left += 1
        carried = exponential(stream)
    return left, carried - max(need, 0.0)


@kernel
def find_leavers(
    class_of: np.ndarray, stay: np.ndarray, hazard: np.ndarray, leave: np.ndarray,
    now: np.ndarray, then: np.ndarray, found: Leavers, carried: float, stream: np.ndarray,
) -> tuple[int, int, float]:  # fmt: skip
    """Take the leavers out of where they would have stayed; now, then : (cells,).

    Returns how many leave one by one, how many crowds do, and what is left of the variate.
    """
    count, need, rack_need, single = len(now), found.need, found.rack_need, found.single
    singles, crowds = 0, 0
    for c in range(count):
        need[c] = now[c] * hazard[class_of[c]]
    for i in range(len(rack_need)):
        c = i * RACK
        rack_need[i] = ((need[c] + need[c + 1]) + (need[c + 2] + need[c + 3])) + (
            (need[c + 4] + need[c + 5]) + (need[c + 6] + need[c + 7])
        )
    for i in range(len(rack_need)):
        if rack_need[i] <= carried and rack_need[i] < SOME:
            carried -= rack_need[i]
            continue
        for c in range(i * RACK, min((i + 1) * RACK, count)):
            if need[c] < SOME:
                if need[c] <= carried:
                    carried -= need[c]
                    continue
                left, carried = skip(now[c], hazard[class_of[c]], need[c], carried, stream)
            else:
                p = leave[class_of[c]]
                if need[c] < MANY:
                    left = some(now[c], need[c], p / (1.0 - p), stream)
                else:
                    left = binomial(now[c], p, stream)
            then[stay[c]] -= left
            if left > FEW:
                found.crowds[crowds], found.leaving[crowds] = c, left
                crowds += 1
            else:
                for _ in range(left):
                    single[singles] = c
                    singles += 1
    return singles, crowds, carried


@kernel
def send_singles(
    cells: Cells, leave: np.ndarray, part: np.ndarray, cdf: np.ndarray, flow_of: np.ndarray,
    single: np.ndarray, u: np.ndarray, singles: int, then: np.ndarray, flows: np.ndarray,
) -> int:  # fmt: skip
    """Leavers choose one by one, each by her uniform u; then : (cells,).

    Returns how many of them part; those move to the front of ``single``.
    """
    apart = 0
    for i in range(singles):
        c = single[i]
        k = cells.class_of[c]
        chosen = leave[k] * u[i]
        if chosen < part[k]:
            single[apart] = c
            apart += 1
            continue
        j = pick(cdf[k], chosen)
        then[cells.to[cells.first[c] + j]] += 1
        flow = flow_of[cells.rate_first[k] + j]
        if flow >= 0:
            flows[flow] += 1
    return apart


@inline
def send_crowd(
    cells: Cells, choice: Choice, flow_of: np.ndarray, c: int, leaving: int, then: np.ndarray,
    flows: np.ndarray, stream: np.ndarray, shares: np.ndarray, s: int,
) -> int:  # fmt: skip
    """Many leavers of cell c are shared out among its moves; returns how many of them part."""
    k = cells.class_of[c]
    low, high = cells.rate_first[k], cells.rate_first[k + 1]
    apart = binomial(leaving, choice.part[s, k] / choice.leave[s, k], stream)
    multinomial(leaving - apart, choice.p[s, low:high], shares, stream)
    for j in range(high - low):
        then[cells.to[cells.first[c] + j]] += shares[j]
        if flow_of[low + j] >= 0:
            flows[flow_of[low + j]] += shares[j]
    return apart


@kernel
def part_singles(
    class_of: np.ndarray, rate_first: np.ndarray, stay: np.ndarray, first: np.ndarray,
    to: np.ndarray, flow_of: np.ndarray, own: Step, other: Step, single: np.ndarray, apart: int,
    then: np.ndarray, flows: np.ndarray, stream: np.ndarray,
) -> None:  # fmt: skip
    """Send those who part one by one to where one future takes them; then : (cells,)."""
    for i in range(apart):
        c = single[i]
        k = class_of[c]
        j = part_to(rate_first[k], rate_first[k + 1], k, own, other, uniform(stream))
        if j < 0:
            then[stay[c]] += 1
        else:
            then[to[first[c] + j]] += 1
            if flow_of[rate_first[k] + j] >= 0:
                flows[flow_of[rate_first[k] + j]] += 1


@kernel
def part_crowd(
    cells: Cells, flow_of: np.ndarray, own: Step, other: Step, c: int, apart: int,
    then: np.ndarray, flows: np.ndarray, stream: np.ndarray, weights: np.ndarray,
    shares: np.ndarray,
) -> None:  # fmt: skip
    """Send the many who part in cell c to where one future takes them; then : (cells,)."""
    k = cells.class_of[c]
    low, high = cells.rate_first[k], cells.rate_first[k + 1]
    residual(low, high, k, own, other, weights)
    multinomial(apart, weights[: high - low + 1], shares, stream)
    then[cells.stay[c]] += shares[0]
    for j in range(high - low):
        then[cells.to[cells.first[c] + j]] += shares[1 + j]
        if flow_of[low + j] >= 0:
            flows[flow_of[low + j]] += shares[1 + j]


@inline
def move(
    cells: Cells,
    flow_of: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    s: int,
    workspace: Workspace,
) -> bool:
    """The leavers of population ``s`` go from where they would have stayed to where they go.

    now, then : (3, cells)      Returns whether anybody parts.
    """
    choice, found, stream, flows = (
        workspace.choice,
        workspace.leavers,
        workspace.streams[s],
        workspace.flows,
    )
    b, p, single = workspace.b, workspace.p, workspace.leavers.single
    class_of, rate_first, stay = cells.class_of, cells.rate_first, cells.stay
    singles, crowds, workspace.carried[s] = find_leavers(
        class_of, stay, choice.hazard[s], choice.leave[s], now[s], then[s], found,
        workspace.carried[s], stream,
    )  # fmt: skip
    fill_uniform(stream, singles, found.u)
    apart = send_singles(
        cells, choice.leave[s], choice.part[s], choice.cdf[s], flow_of, single, found.u,
        singles, then[s], flows[s],
    )  # fmt: skip
    anybody = apart > 0
    if anybody:
        part_singles(class_of, rate_first, stay, cells.first, cells.to, flow_of, b, p,
                     single, apart, then[BASELINE], flows[BASELINE], stream)  # fmt: skip
        part_singles(class_of, rate_first, stay, cells.first, cells.to, flow_of, p, b,
                     single, apart, then[PLAN], flows[PLAN], stream)  # fmt: skip
    for i in range(crowds):
        c, leaving = found.crowds[i], found.leaving[i]
        apart = send_crowd(
            cells, choice, flow_of, c, leaving, then[s], flows[s], stream, workspace.shares, s
        )
        anybody = anybody or apart > 0
        if apart > 0:
            part_crowd(cells, flow_of, b, p, c, apart, then[BASELINE], flows[BASELINE], stream,
                       workspace.weights, workspace.shares)  # fmt: skip
            part_crowd(cells, flow_of, p, b, c, apart, then[PLAN], flows[PLAN], stream,
                       workspace.weights, workspace.shares)  # fmt: skip
    return anybody


@kernel
def count_heads(books: Books, now: np.ndarray, heads_b: np.ndarray, heads_p: np.ndarray) -> None:
    """Add the people of each account to both futures' heads : (accounts,)."""
    for a in range(len(heads_b)):
        together, only_b, only_p = 0, 0, 0
        for i in range(books.first[a], books.first[a + 1]):
            c = books.cells[i]
            together += now[TOGETHER, c]
            only_b += now[BASELINE, c]
            only_p += now[PLAN, c]
        heads_b[a] += together + only_b
        heads_p[a] += together + only_p


@kernel
def convert(to: np.ndarray, now: np.ndarray, then: np.ndarray) -> None:
    """Move everyone in cell c to cell to[c], in place; ``then`` is scratch."""
    then[:] = 0
    for c in range(len(now)):
        then[to[c]] += now[c]
    for c in range(len(now)):
        now[c] = then[c]


@kernel
def arrive(people: People, d: int, t: int, then: np.ndarray, streams: np.ndarray) -> bool:
    """Those who arrive at the end of the step; whom only one future brings are alone in it.

    Who arrives without the plan is drawn first: whom it keeps away are some of these.

    then : (3, cells)      streams : (3, 4)      Returns whether the futures differ.
    """
    differ = False
    for j in range(len(people.entry_cells)):
        c = people.entry_cells[j]
        mean, planned = people.arrivals[d, t, j], people.arrivals_plan[d, t, j]
        come = poisson(mean, streams[TOGETHER])
        if mean > planned:
            kept = binomial(come, planned / mean, streams[BASELINE])
            then[BASELINE, c] += come - kept
            come = kept
        then[TOGETHER, c] += come
        if planned > mean:
            then[PLAN, c] += poisson(planned - mean, streams[PLAN])
        differ = differ or mean != planned
    return differ


@kernel
def counts(
    cells: Cells, baseline: Hazards, plan: Hazards, same_hazards: bool, conversions: Conversions,
    people: People, books: Books, keys: np.ndarray, first_draw: int, workspace: Workspace,
    heads_b: np.ndarray, heads_p: np.ndarray, flows_b: np.ndarray, flows_p: np.ndarray,
) -> int:  # fmt: skip
    """Both futures of every draw; returns how many rows had to be scaled.

    keys  : (6,) uint64, the streams of lives and of arrivals: together, baseline, plan
    heads : (draws, steps + 1, accounts) int64    flows : (draws, steps + 1, flows) int64
    Both are added to.
    """
    draws, steps_and_start, _ = heads_b.shape
    b, p, rate_first, flow_of = workspace.b, workspace.p, cells.rate_first, books.flow_of
    if same_hazards:
        p = b
    scaled, over_b, over_p = 0, 0, 0
    for d in range(draws):
        for s in range(6):
            open_stream(keys[s], first_draw + d, workspace.streams[s])
        for s in range(3):
            workspace.carried[s] = exponential(workspace.streams[s])
        now, alone = workspace.people[0], False
        now[:] = 0
        for j in range(len(people.start_cells)):
            now[TOGETHER, people.start_cells[j]] += int(people.start[d, j])
        count_heads(books, now, heads_b[d, 0], heads_p[d, 0])
        for t in range(steps_and_start - 1):
            now, then = workspace.people[t % 2], workspace.people[1 - t % 2]
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    for s in range(3):
                        convert(conversions.to[i], now[s], then[s])
            new_b = not unchanged(baseline, d, t)
            new_p = not same_hazards and not unchanged(plan, d, t)
            if new_b:
                over_b = chances(baseline, rate_first, d, t, b)
            if new_p:
                over_p = chances(plan, rate_first, d, t, p)
            if same_hazards:
                over_p = over_b
            if new_b or new_p:
                choose(rate_first, b, p, workspace.choice)
            scaled += over_b + over_p
            workspace.flows[:] = 0
            for s in range(3):
                age(cells, now[s], then[s])
            parted = move(cells, flow_of, now, then, TOGETHER, workspace)
            if alone:  # somebody is in one future only
                for s in range(BASELINE, PLAN + 1):
                    move(cells, flow_of, now, then, s, workspace)
            alone = alone or parted
            for f in range(flows_b.shape[2]):
                flows_b[d, t + 1, f] += workspace.flows[TOGETHER, f] + workspace.flows[BASELINE, f]
                flows_p[d, t + 1, f] += workspace.flows[TOGETHER, f] + workspace.flows[PLAN, f]
            alone = arrive(people, d, t, then, workspace.streams[3:]) or alone
            count_heads(books, then, heads_b[d, t + 1], heads_p[d, t + 1])
    return scaled
