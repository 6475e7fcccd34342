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

from simlab.engine.abreast import ABREAST, Held, held, put_down
from simlab.engine.chance import binomial, fill_uniform, multinomial, open_stream, poisson, uniform
from simlab.engine.coupling import (
    BASELINE,
    PLAN,
    RACK,
    TOGETHER,
    Coupled,
    couple,
    empty_coupled,
    part_to,
    pick,
    residual,
    width,
)
from simlab.engine.exponential import exponential
from simlab.kernel.arrays import Books, Cells, Chain, Futures, Out, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.transition import Step

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

    coupled : the step in both futures
    people  : (2, 3, cells) at even and at odd steps: together, baseline only, plan only
    streams : (6, 4) of lives and of arrivals, each together, baseline, plan
    carried : (3,) what is left of each population's exponential variate
    flows   : (3, flows) the moves of each population in this step
    weights, shares : (width,) of one row
    held    : the numbers of some draws, until they are put down
    """

    coupled: Coupled
    leavers: Leavers
    people: np.ndarray
    streams: np.ndarray
    carried: np.ndarray
    flows: np.ndarray
    weights: np.ndarray
    shares: np.ndarray
    held: Held


def workspace(chain: Chain, steps: int, flows: int) -> Workspace:
    """Workspace for one thread."""
    cells = chain.cells
    count, wide = len(cells.class_of), width(cells)
    racks = -(-count // RACK)
    return Workspace(
        empty_coupled(cells),
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
        held(steps, len(chain.books.first) - 1, flows),
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
    cells: Cells, now: np.ndarray, then: np.ndarray, s: int, workspace: Workspace
) -> tuple[int, int]:
    """Take the leavers of population ``s`` out of where they would have stayed; now, then :
    (cells,). Returns how many leave one by one, and how many crowds do.
    """
    class_of, stay, leavers = cells.class_of, cells.stay, workspace.leavers
    choice, stream = workspace.coupled.choice, workspace.streams[s]
    hazard, leave, carried = choice.hazard[s], choice.leave[s], workspace.carried[s]
    count, need, rack_need, single = len(now), leavers.need, leavers.rack_need, leavers.single
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
                leavers.crowds[crowds], leavers.leaving[crowds] = c, left
                crowds += 1
            else:
                for _ in range(left):
                    single[singles] = c
                    singles += 1
    workspace.carried[s] = carried
    return singles, crowds


@kernel
def send_singles(chain: Chain, singles: int, then: np.ndarray, s: int, workspace: Workspace) -> int:
    """Leavers choose one by one, each by her own uniform; then : (cells,).

    Returns how many of them part; those move to the front of ``single``.
    """
    cells, flow_of, choice = chain.cells, chain.books.flow_of, workspace.coupled.choice
    single, u, flows = workspace.leavers.single, workspace.leavers.u, workspace.flows[s]
    leave, part, cdf = choice.leave[s], choice.part[s], choice.cdf[s]
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
    chain: Chain, c: int, leaving: int, then: np.ndarray, s: int, workspace: Workspace
) -> int:
    """Many leavers of cell c are shared out among its moves; returns how many of them part."""
    choice, stream = workspace.coupled.choice, workspace.streams[s]
    k = chain.cells.class_of[c]
    low, high = chain.cells.rate_first[k], chain.cells.rate_first[k + 1]
    apart = binomial(leaving, choice.part[s, k] / choice.leave[s, k], stream)
    multinomial(leaving - apart, choice.p[s, low:high], workspace.shares, stream)
    send(chain, c, workspace.shares, then, workspace.flows[s])
    return apart


@inline
def send(chain: Chain, c: int, shares: np.ndarray, then: np.ndarray, flows: np.ndarray) -> None:
    """So many people make each move out of cell c; then : (cells,)."""
    cells, flow_of = chain.cells, chain.books.flow_of
    low = cells.rate_first[cells.class_of[c]]
    for j in range(cells.rate_first[cells.class_of[c] + 1] - low):
        then[cells.to[cells.first[c] + j]] += shares[j]
        if flow_of[low + j] >= 0:
            flows[flow_of[low + j]] += shares[j]


class Parting(NamedTuple):
    """Where one future takes those who part.

    own, other : the law of a step in it, and in the other future
    then : (cells,) and flows : (flows,) of those who are in it alone
    """

    own: Step
    other: Step
    then: np.ndarray
    flows: np.ndarray
    stream: np.ndarray


@kernel
def part_singles(chain: Chain, single: np.ndarray, apart: int, parting: Parting) -> None:
    """Send those who part one by one to where one future takes them."""
    cells, flow_of, then, flows = chain.cells, chain.books.flow_of, parting.then, parting.flows
    for i in range(apart):
        c = single[i]
        k = cells.class_of[c]
        low, high = cells.rate_first[k], cells.rate_first[k + 1]
        j = part_to(low, high, k, parting.own, parting.other, uniform(parting.stream))
        if j < 0:
            then[cells.stay[c]] += 1
        else:
            then[cells.to[cells.first[c] + j]] += 1
            if flow_of[low + j] >= 0:
                flows[flow_of[low + j]] += 1


@kernel
def part_crowd(chain: Chain, c: int, apart: int, parting: Parting, workspace: Workspace) -> None:
    """Send the many who part in cell c to where one future takes them."""
    cells, weights, shares = chain.cells, workspace.weights, workspace.shares
    k = cells.class_of[c]
    low, high = cells.rate_first[k], cells.rate_first[k + 1]
    residual(low, high, k, parting.own, parting.other, weights)
    multinomial(apart, weights[: high - low + 1], shares, parting.stream)
    parting.then[cells.stay[c]] += shares[0]
    send(chain, c, shares[1:], parting.then, parting.flows)


@inline
def move(chain: Chain, now: np.ndarray, then: np.ndarray, s: int, workspace: Workspace) -> bool:
    """The leavers of population ``s`` go from where they would have stayed to where they go.

    now, then : (3, cells)      Returns whether anybody parts.
    """
    b, p, leavers = workspace.coupled.b, workspace.coupled.p, workspace.leavers
    stream, flows = workspace.streams[s], workspace.flows
    # the key line: of each cell Binomial(n, 1 − e^−A) leave, and all others stay
    singles, crowds = find_leavers(chain.cells, now[s], then[s], s, workspace)
    fill_uniform(stream, singles, leavers.u)
    apart = send_singles(chain, singles, then[s], s, workspace)
    anybody = apart > 0
    to_b = Parting(b, p, then[BASELINE], flows[BASELINE], stream)
    to_p = Parting(p, b, then[PLAN], flows[PLAN], stream)
    if anybody:
        part_singles(chain, leavers.single, apart, to_b)
        part_singles(chain, leavers.single, apart, to_p)
    for i in range(crowds):
        c = leavers.crowds[i]
        apart = send_crowd(chain, c, leavers.leaving[i], then[s], s, workspace)
        if apart > 0:
            anybody = True
            part_crowd(chain, c, apart, to_b, workspace)
            part_crowd(chain, c, apart, to_p, workspace)
    return anybody


@kernel
def count_heads(books: Books, now: np.ndarray, t: int, heads: np.ndarray) -> None:
    """Fill both futures' heads : (2, steps + 1, accounts) with the people of each in step t."""
    for a in range(heads.shape[2]):
        together, only_b, only_p = 0, 0, 0
        for i in range(books.first[a], books.first[a + 1]):
            c = books.cells[i]
            together += now[TOGETHER, c]
            only_b += now[BASELINE, c]
            only_p += now[PLAN, c]
        heads[0, t, a] = together + only_b
        heads[1, t, a] = together + only_p


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
        mean = people.arrivals[0, d, t, j]
        planned = people.arrivals[people.arrivals.shape[0] - 1, d, t, j]
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
    chain: Chain,
    futures: Futures,
    people: People,
    keys: np.ndarray,
    first_draw: int,
    workspace: Workspace,
    out: Out,
) -> int:
    """Both futures of every draw are added to ``out``; returns how many rows had to be scaled.

    keys : (6,) uint64, the streams of lives and of arrivals: together, baseline, plan
    """
    _, steps_and_start, _, draws = out.heads.shape
    conversions, flows, scaled = chain.conversions, workspace.flows, 0
    for d in range(draws):
        heads, moved = workspace.held.heads[d % ABREAST], workspace.held.flows[d % ABREAST]
        for s in range(6):
            open_stream(keys[s], first_draw + d, workspace.streams[s])
        for s in range(3):
            workspace.carried[s] = exponential(workspace.streams[s])
        now, alone = workspace.people[0], False
        now[:] = 0
        for j in range(len(people.start_cells)):
            now[TOGETHER, people.start_cells[j]] += int(people.start[d, j])
        count_heads(chain.books, now, 0, heads)
        for t in range(steps_and_start - 1):
            now, then = workspace.people[t % 2], workspace.people[1 - t % 2]
            for i in range(len(conversions.step)):
                if conversions.step[i] == t + 1:
                    for s in range(3):
                        convert(conversions.to[i], now[s], then[s])
            scaled += couple(futures, chain.cells.rate_first, d, t, workspace.coupled)[1]
            flows[:] = 0
            for s in range(3):
                age(chain.cells, now[s], then[s])
            parted = move(chain, now, then, TOGETHER, workspace)
            if alone:  # somebody is in one future only
                for s in range(BASELINE, PLAN + 1):
                    move(chain, now, then, s, workspace)
            alone = alone or parted
            for f in range(flows.shape[1]):
                moved[0, t + 1, f] = flows[TOGETHER, f] + flows[BASELINE, f]
                moved[1, t + 1, f] = flows[TOGETHER, f] + flows[PLAN, f]
            alone = arrive(people, d, t, then, workspace.streams[3:]) or alone
            count_heads(chain.books, then, t + 1, heads)
        put_down(workspace.held, d, draws, out)
    return scaled
