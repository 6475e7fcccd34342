"""The engine ``citizens``: one citizen at a time, jumping from event to event.

A life stays where it is until its exponential variate is used up by the hazard of leaving
(`cumulative`), then makes one move, and so on to the horizon. The baseline is drawn first, from its
own address, and the plan follows it:

    the baseline stays       the plan does too, but for a hazard of max(A_plan − A_baseline, 0)
    the baseline moves to j  the plan does too with chance min(b_j, p_j) / b_j
    else they part           the plan's life goes by the residual law, and then on its own

which is the joint law of `coupling`. Plans that are compared so share one baseline, life by life.

Who is enrolled in a programme, and when, has an address of its own, so that the moves of a life do
not depend on it (`enrolment`).

Where a clock looks back over a window, each life keeps its own absences (`engine.absences`).

Lives are led SLOTS at a time, so that the processor works on many events at once; none of them
knows of the others. What a life adds to the numbers is where it goes and where it would have
stayed: people per cell follow from these by ageing the cells once per step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.engine.abreast import ABREAST, Held, held, put_down
from simlab.engine.absences import Memory, after_move, copy_past, forget, once, remember
from simlab.engine.chance import binomial, next_u64, open_stream, poisson, uniform
from simlab.engine.counts import age, convert
from simlab.engine.coupling import BASELINE, PLAN, TOGETHER, part_to, pick
from simlab.engine.cumulative_hazard import (
    CumulativeHazard,
    accumulate,
    empty_cumulative_hazard,
    first_above,
)
from simlab.engine.enrolment import Enrolment, accumulate_enrolment, entry_of, next_event
from simlab.engine.exponential import exponential
from simlab.kernel.arrays import Cells, Chain, Conversions, Futures, Out, People
from simlab.kernel.compiled import inline, kernel
from simlab.kernel.transition import Step

SLOTS = 1024


class Groups(NamedTuple):
    """Citizens by where and when they enter, in which future.

    cell, time, population, address, after : (groups,)
    address : of its cell, uint64; a citizen's own is (draw, cell, time, population, order)
    after   : the group whose citizens it continues, or −1. Those whom the plan keeps away are the
        last of those who arrive without it, and lead the lives that they would have led
    number  : (draws, groups) citizens
    low, high : (draws, groups) those of them who are led, in their order: low … high − 1
    """

    cell: np.ndarray
    time: np.ndarray
    population: np.ndarray
    address: np.ndarray
    after: np.ndarray
    number: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Lives(NamedTuple):
    """Where the lives in the slots are, each array (SLOTS,).

    time         : the step end at which it came into its state, or which it has reached
    stream, plan : (SLOTS, 4) the random numbers of the life, and of what the plan makes of it
    residual_exposure : what is left of the variate by which the plan parts a life that stays
    active       : the slots whose lives have not reached the horizon
    parted_…     : plan lives that begin where a citizen's two futures part; from which slot
    """

    cell: np.ndarray
    time: np.ndarray
    population: np.ndarray
    residual_exposure: np.ndarray
    stream: np.ndarray
    plan: np.ndarray
    active: np.ndarray
    parted_from: np.ndarray
    parted_cell: np.ndarray
    parted_time: np.ndarray
    parted_stream: np.ndarray


class Workspace(NamedTuple):
    """What the kernel needs while it works, for one thread.

    net    : (3, steps + 1, cells) what moves add to the people of each population
    people : (2, cells) at even and at odd steps
    until  : (steps + 1,) the next step before which a reform moves people, or the horizon
    flows  : (3, steps + 1, flows)
    stream : (4,) the stream from which a group gets its key
    held   : the numbers of some draws, until they are put down
    """

    cumulative: CumulativeHazard
    lives: Lives
    net: np.ndarray
    people: np.ndarray
    until: np.ndarray
    flows: np.ndarray
    stream: np.ndarray
    held: Held


def workspace(chain: Chain, steps: int, flows: int) -> Workspace:
    """Workspace for one thread."""
    cells = chain.cells
    until = np.full(steps + 1, steps)
    for t in reversed(range(steps)):
        ends = [step - 1 for step in chain.conversions.step if step - 1 > t]
        until[t] = min([steps, *ends])
    return Workspace(
        empty_cumulative_hazard(cells, steps),
        empty_lives(),
        np.zeros((3, steps + 1, len(cells.class_of)), dtype=np.int32),
        np.zeros((2, len(cells.class_of)), dtype=np.int64),
        until,
        np.zeros((3, steps + 1, flows), dtype=np.int64),
        np.empty(4, dtype=np.uint64),
        held(steps, len(chain.books.first) - 1, flows),
    )


def empty_lives() -> Lives:
    """Slots in which nobody is yet."""
    arrays = {name: np.zeros(SLOTS, dtype=np.int64) for name in Lives._fields}
    streams = ("stream", "plan", "parted_stream")
    arrays |= {name: np.zeros((SLOTS, 4), dtype=np.uint64) for name in streams}
    return Lives(**{**arrays, "residual_exposure": np.zeros(SLOTS)})


def groups(people: People, steps: int, address: np.ndarray) -> Groups:
    """Those who are there at the start, then those who arrive; numbers are still to be drawn.

    address : (cells,) uint64, what each cell is known by whatever other cells there are
    """
    starting, entering = len(people.start_cells), len(people.entry_cells)
    cell = np.concatenate([people.start_cells, np.tile(people.entry_cells, 3 * steps)])
    time = np.concatenate([np.zeros(starting), np.repeat(np.arange(1, steps + 1), 3 * entering)])
    each = np.repeat([TOGETHER, BASELINE, PLAN], entering)
    population = np.concatenate([np.full(starting, TOGETHER), np.tile(each, steps)])
    number = np.zeros((len(people.start), len(cell)), dtype=np.int64)
    number[:, :starting] = people.start
    cell, time = cell.astype(np.int64), time.astype(np.int64)
    after = np.full(len(cell), -1)
    alone = np.flatnonzero(population == BASELINE)
    after[alone] = alone - entering
    nobody = np.zeros_like(number)
    population = population.astype(np.int64)
    return Groups(cell, time, population, address[cell], after, number, nobody, number)


@kernel
def arrive(
    people: People, keys: np.ndarray, first_draw: int, streams: np.ndarray, number: np.ndarray
) -> None:
    """Draw who arrives in each step : (draws, groups); keys : (3,) together, baseline, plan.

    Who arrives without the plan is drawn first: whom it keeps away are some of these.
    """
    futures, draws, steps, entering = people.arrivals.shape
    starting = len(people.start_cells)
    for d in range(draws):
        for s in range(3):
            open_stream(keys[s], first_draw + d, streams[s])
        for t in range(steps):
            for j in range(entering):
                mean = people.arrivals[0, d, t, j]
                planned = people.arrivals[futures - 1, d, t, j]
                g = starting + 3 * entering * t + j
                come = poisson(mean, streams[TOGETHER])
                number[d, g] = come
                if mean > planned:
                    number[d, g] = binomial(come, planned / mean, streams[BASELINE])
                    number[d, g + entering] = come - number[d, g]
                elif planned > mean:
                    number[d, g + 2 * entering] = poisson(planned - mean, streams[PLAN])


@inline
def stayed(cells: Cells, c: int, steps: int) -> int:
    """The cell after staying ``steps`` ≤ run steps."""
    return cells.after[c] if steps == cells.run[c] else c + steps * cells.stride[c]


@kernel
def reform(
    conversions: Conversions, lives: Lives, memory: Memory | None, i: int, t: int, c: int
) -> int:
    """The cell of slot i after the reforms between step t and the next."""
    for k in range(len(conversions.step)):
        if conversions.step[k] == t + 1 and conversions.to[k, c] != c:
            to = conversions.to[k, c]
            if memory is not None:
                remember(memory.windows, memory.lives, i, c, lives.time[i], t)
                to = after_move(memory.windows, memory.lives, i, c, to, t + 1)
                once(memory.windows, memory.lives, i, c, to, t)
            c = to
            lives.time[i] = t
    return c


@inline
def part(lives: Lives, memory: Memory | None, i: int, c: int, t: int, parted: int) -> None:
    """The plan's life of slot i goes its own way in step t, out of cell c: as number ``parted``."""
    lives.population[i] = BASELINE
    lives.parted_from[parted] = i
    lives.parted_cell[parted] = c
    lives.parted_time[parted] = t
    if memory is not None:
        copy_past(memory.lives, i, memory.parted, parted)
        remember(memory.windows, memory.parted, parted, c, lives.time[i], t)


@inline
def part_while_staying(
    cells: Cells, workspace: Workspace, memory: Memory | None, i: int, c: int, t: int, parted: int
) -> None:
    """Slot i, which stays in cell c in step t, parts in it."""
    workspace.net[TOGETHER, t + 1, cells.stay[c]] -= 1
    workspace.net[BASELINE, t + 1, cells.stay[c]] += 1
    part(workspace.lives, memory, i, c, t, parted)


@inline
def step_of(cumulative: CumulativeHazard, f: int, t: int) -> Step:
    """The law of step t in future f; its hazards are not read."""
    matrix = cumulative.matrix_of[t]
    leave = cumulative.leave[f, matrix]
    return Step(cumulative.p[f, matrix], leave, leave)


@kernel
def go_apart(
    chain: Chain, workspace: Workspace, memory: Memory | None, first: int, last: int
) -> None:
    """The first own step of the plan's lives that have parted as numbers first to last − 1."""
    cells, books, lives = chain.cells, chain.books, workspace.lives
    for n in range(first, last):
        i, c, t = lives.parted_from[n], lives.parted_cell[n], lives.parted_time[n]
        k = cells.class_of[c]
        low, high = cells.rate_first[k], cells.rate_first[k + 1]
        b, p = step_of(workspace.cumulative, 0, t), step_of(workspace.cumulative, 1, t)
        j = part_to(low, high, k, p, b, uniform(lives.plan[i]))
        to = cells.stay[c] if j < 0 else cells.to[cells.first[c] + j]
        if memory is not None:
            to = after_move(memory.windows, memory.parted, n, c, to, t + 1)
        if j >= 0 and books.flow_of[low + j] >= 0:
            workspace.flows[PLAN, t + 1, books.flow_of[low + j]] += 1
        workspace.net[PLAN, t + 1, to] += 1
        lives.parted_cell[n] = to
        lives.parted_time[n] = t + 1
        for w in range(4):
            lives.parted_stream[n, w] = lives.plan[i, w]


@kernel
def next_events(
    chain: Chain,
    workspace: Workspace,
    memory: Memory | None,
    enrolment: Enrolment | None,
    active: int,
    differs: bool,
    parted: int,
) -> tuple[int, int]:
    """Lead every active life to its next move, or to the horizon.

    Returns how many lives are still active, and how many have parted so far.
    """
    cells, conversions, flow_of = chain.cells, chain.conversions, chain.books.flow_of
    lives, cumulative, net = workspace.lives, workspace.cumulative, workspace.net
    until, reforms, still = workspace.until, len(conversions.step) > 0, 0
    steps = len(until) - 1
    for a in range(active):
        i = lives.active[a]
        c, t, s = lives.cell[i], lives.time[i], lives.population[i]
        f = 1 if s == PLAN else 0
        stream = lives.stream[i]
        left, leaves, k = 0.0, False, 0
        if enrolment is None or f == 1:
            left = exponential(stream)
        while t < steps:
            k = cells.class_of[c]
            wait = cumulative.wait[f, k]
            length = min(cells.run[c], until[t] - t)
            used = wait[t + length] - wait[t]
            if enrolment is not None and f == 0:
                leaves, length = next_event(enrolment, i, k, t, length)
            else:
                leaves = left < used  # the key line: a life moves when its variate is used up
                if leaves:
                    length = first_above(wait, wait[t] + left, t, t + length) - t
            if differs and lives.population[i] == TOGETHER:
                excess, exposure = cumulative.excess_hazard[k], lives.residual_exposure[i]
                more = excess[t + length] - excess[t]
                lives.residual_exposure[i] = exposure - more
                if exposure < more:
                    at = first_above(excess, excess[t] + exposure, t, t + length)
                    here = c + (at - t) * cells.stride[c]
                    part_while_staying(cells, workspace, memory, i, here, at, parted)
                    parted += 1
            t += length
            if leaves:
                c += length * cells.stride[c]
                break
            left -= used
            c = stayed(cells, c, length)
            if reforms and t == until[t - 1]:
                c = reform(conversions, lives, memory, i, t, c)
        if not leaves:
            continue
        s, matrix = lives.population[i], cumulative.matrix_of[t]
        if enrolment is not None and f == 0:
            j = entry_of(cells, enrolment, i, k, cumulative.p[0, matrix], stream)
        else:
            j = pick(cumulative.cdf[f, matrix, k], cumulative.leave[f, matrix, k] * uniform(stream))
        r, to = cells.rate_first[k] + j, cells.to[cells.first[c] + j]
        net[s, t + 1, cells.stay[c]] -= 1
        b, p = cumulative.p[0, matrix, r], cumulative.p[1, matrix, r]
        if differs and s == TOGETHER and p < b and uniform(lives.plan[i]) * b >= p:
            part(lives, memory, i, c, t, parted)
            parted += 1
            s = BASELINE
        if memory is not None:
            remember(memory.windows, memory.lives, i, c, lives.time[i], t)
            to = after_move(memory.windows, memory.lives, i, c, to, t + 1)
        net[s, t + 1, to] += 1
        if flow_of[r] >= 0:
            workspace.flows[s, t + 1, flow_of[r]] += 1
        t += 1
        lives.time[i] = t
        if reforms and t == until[t - 1]:
            to = reform(conversions, lives, memory, i, t, to)
        lives.cell[i] = to
        lives.active[still] = i
        still += 1 if t < steps else 0
    return still, parted


@kernel
def lead(
    chain: Chain,
    workspace: Workspace,
    memory: Memory | None,
    enrolment: Enrolment | None,
    active: int,
    differs: bool,
) -> int:
    """Lead the lives in the first ``active`` slots to the horizon; returns how many part."""
    lives, parted = workspace.lives, np.int64(0)  # a plain 0 would be compiled apart
    for i in range(active):
        lives.active[i] = i
        if len(chain.conversions.step) > 0:
            t, c = lives.time[i], lives.cell[i]
            lives.cell[i] = reform(chain.conversions, lives, memory, i, t, c)
    while active > 0:
        if differs:  # compiled twice: without a plan, nothing of parting is left in the loop
            before = parted
            active, parted = next_events(chain, workspace, memory, enrolment, active, True, parted)
            go_apart(chain, workspace, memory, before, parted)
        else:
            active, parted = next_events(chain, workspace, memory, enrolment, active, False, parted)
    return int(parted)


@kernel
def lead_all(
    chain: Chain,
    workspace: Workspace,
    memory: Memory | None,
    enrolment: Enrolment | None,
    active: int,
    differs: bool,
) -> None:
    """The lives in the slots, and then the plan lives that part from them."""
    lives = workspace.lives
    parted = lead(chain, workspace, memory, enrolment, active, differs)
    for i in range(parted):
        lives.cell[i], lives.time[i] = lives.parted_cell[i], lives.parted_time[i]
        lives.population[i] = PLAN
        if memory is not None:
            copy_past(memory.parted, i, memory.lives, i)
        for w in range(4):
            lives.stream[i, w] = lives.parted_stream[i, w]
    lead(chain, workspace, memory, enrolment, parted, differs)


@kernel
def tally(chain: Chain, workspace: Workspace, s: int, heads: np.ndarray, flows: np.ndarray) -> None:
    """Add the people of population ``s``, and their moves, to their futures in one draw.

    heads : (2, steps + 1, accounts)    flows : (2, steps + 1, flows)
    """
    net, books, conversions = workspace.net[s], chain.books, chain.conversions
    low, high = (1 if s == PLAN else 0), (1 if s == BASELINE else 2)
    steps = net.shape[0] - 1
    now = workspace.people[0]
    now[:] = 0
    for t in range(steps + 1):
        now, then = workspace.people[t % 2], workspace.people[1 - t % 2]
        for c in range(len(now)):
            now[c] += net[t, c]
        for a in range(len(books.first) - 1):
            people = 0
            for i in range(books.first[a], books.first[a + 1]):
                people += now[books.cells[i]]
            for f in range(low, high):
                heads[f, t, a] += people
        for k in range(flows.shape[2]):
            for f in range(low, high):
                flows[f, t, k] += workspace.flows[s, t, k]
        for i in range(len(conversions.step)):
            if conversions.step[i] == t + 1:
                convert(conversions.to[i], now, then)
        age(chain.cells, now, then)


@kernel
def group_key(key: int, draw: int, address: int, place: int, stream: np.ndarray) -> int:
    """What the lives of a group are addressed by: the key of its draw and cell, at its place."""
    open_stream(key, draw, stream)
    open_stream(next_u64(stream) ^ address, place, stream)
    return next_u64(stream)


@kernel
def citizens(
    chain: Chain,
    futures: Futures,
    groups: Groups,
    keys: np.ndarray,
    first_draw: int,
    workspace: Workspace,
    memory: Memory | None,
    enrolment: Enrolment | None,
    out: Out,
) -> int:
    """The lives of those of each group who are led, in both futures, are added to ``out``.

    keys : (3,) uint64, of lives in the baseline, of what the plan makes of them, and of who is
        enrolled
    Returns how many rows had to be scaled.
    """
    lives, low, high, scaled = workspace.lives, groups.low, groups.high, 0
    draws = out.heads.shape[3]
    for d in range(draws):
        over, differs = accumulate(chain.cells, futures, d, workspace.cumulative)
        scaled += over
        if enrolment is not None:
            accumulate_enrolment(chain.cells, workspace.cumulative, enrolment)
        workspace.net[:] = 0
        workspace.flows[:] = 0
        filled = np.int64(0)
        for g in range(len(groups.cell)):
            if high[d, g] == low[d, g]:
                continue
            s, before = groups.population[g], 0
            place = 4 * groups.time[g] + s
            if groups.after[g] >= 0:
                place = 4 * groups.time[g] + TOGETHER
                before = groups.number[d, groups.after[g]]
            draw, address, stream = first_draw + d, groups.address[g], workspace.stream
            key_b = group_key(keys[0], draw, address, place, stream)
            key_p = group_key(keys[1], draw, address, place, stream)
            key_e = key_b
            if enrolment is not None:
                key_e = group_key(keys[2], draw, address, place, stream)
            workspace.net[s, groups.time[g], groups.cell[g]] += high[d, g] - low[d, g]
            for order in range(low[d, g], high[d, g]):
                lives.cell[filled] = groups.cell[g]
                lives.time[filled] = groups.time[g]
                lives.population[filled] = s
                if memory is not None:
                    forget(memory.lives, filled)
                if s == PLAN:
                    open_stream(key_p, order, lives.stream[filled])
                else:
                    open_stream(key_b, before + order, lives.stream[filled])
                if enrolment is not None and s != PLAN:
                    open_stream(key_e, before + order, enrolment.stream[filled])
                    enrolment.move[filled] = exponential(lives.stream[filled])
                    enrolment.intake[filled] = exponential(enrolment.stream[filled])
                if differs and s == TOGETHER:
                    open_stream(key_p, order, lives.plan[filled])
                    lives.residual_exposure[filled] = exponential(lives.plan[filled])
                filled += 1
                if filled == SLOTS:
                    lead_all(chain, workspace, memory, enrolment, filled, differs)
                    filled = np.int64(0)
        lead_all(chain, workspace, memory, enrolment, filled, differs)
        heads, flows = workspace.held.heads[d % ABREAST], workspace.held.flows[d % ABREAST]
        heads[:] = 0
        flows[:] = 0
        for s in range(3):
            tally(chain, workspace, s, heads, flows)
        put_down(workspace.held, d, draws, out)
    return scaled
