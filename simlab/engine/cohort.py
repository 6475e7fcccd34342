"""How each engine is run on one cohort: its arrays, its addresses, and its workspace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from simlab.engine import absences, citizens, counts, enrolment
from simlab.engine.chance import stream_key
from simlab.engine.expected import expected
from simlab.engine.sharing import on_threads
from simlab.kernel.arrays import Hazards, Out
from simlab.kernel.forward import tile
from simlab.kernel.vector import LANES
from simlab.model.block import Block, CohortModel
from simlab.model.cohorts import starts
from simlab.model.compiled import Compiled
from simlab.study.study import Study

POPULATIONS = ("together", "baseline", "plan")  # roles of the random numbers of populations
ROLES = ("baseline", "plan", "enrolment")  # … and of a single life's


Scaled = tuple[int, int]  # rows of chances that had to be scaled


def run_expected(
    compiled: Compiled, cohort: CohortModel, out: Out, plan_alone: bool, threads: int
) -> Scaled:
    """Expected numbers; returns how many rows had to be scaled, in the baseline and in the plan.

    Where both futures are one, it is led once, and added to both or to the one there is. The plan
    alone is led where the baseline is there already. The draws are shared out over ``threads``.
    """
    people = cohort.people

    def lead(hazards: Hazards, futures: tuple[int, int]) -> int:
        def some(first: int, stop: int) -> int:
            workspace = tile(compiled.cells, len(compiled.flows), hazards)
            chain, inflow, draws = compiled.chain, compiled.inflow, (first, stop)
            return expected(chain, inflow, hazards, people, workspace, out, futures, draws)

        return sum(on_threads(some, len(people.start), threads, LANES))

    baseline, plan = cohort.laws
    if not people.start_cells.size and not people.entry_cells.size:
        return 0, 0  # nobody is there, and nobody comes
    if plan_alone:
        scaled = lead(plan, (1, 2))
        return 0, 0 if cohort.one_future else scaled
    if cohort.one_future:
        return lead(baseline, (0, len(out.heads))), 0
    return lead(baseline, (0, 1)), lead(plan, (1, 2))


def run_counts(compiled: Compiled, block: Block, cohort: CohortModel, out: Out) -> Scaled:
    """Whole numbers of people per cell; rows are scaled once for both futures, as in all that
    follow."""
    lives = keys(compiled.study, cohort.cohort.name, ("lives",), POPULATIONS)
    arrivals = keys(compiled.study, cohort.cohort.citizens, ("arrivals",), POPULATIONS)
    both = np.concatenate([lives, arrivals])
    workspace = counts.workspace(compiled.chain, compiled.steps, len(compiled.flows))
    first = block.values.start
    scaled = counts.counts(
        compiled.chain, cohort.futures, cohort.people, both, first, workspace, out
    )
    return scaled, 0


def run_citizens(
    compiled: Compiled, block: Block, cohort: CohortModel, out: Out, threads: int
) -> Scaled:
    """Single citizens, shared out over ``threads``: whole numbers sum to the same in any order."""
    groups = groups_of(compiled, block, cohort)

    def lead(part: int, into: Out) -> int:
        low, high = (groups.number * end // threads for end in (part, part + 1))
        own = groups._replace(low=low, high=high)
        return lead_lives(compiled, block.values.start, cohort, own, into)

    if threads == 1:
        return lead(0, out), 0
    parts = [out] + [Out(*map(np.zeros_like, out)) for _ in range(threads - 1)]
    with ThreadPoolExecutor(threads) as pool:
        scaled = list(pool.map(lead, range(threads), parts))
    for part in parts[1:]:
        for total, array in zip(out, part, strict=True):
            total += array
    return scaled[0], 0


def lead_lives(
    compiled: Compiled, first_draw: int, cohort: CohortModel, groups: citizens.Groups, out: Out
) -> int:
    """The lives of those citizens of each group who are led."""
    steps, chain = compiled.steps, compiled.chain
    memory = absences.memory(compiled.windows, citizens.SLOTS, steps)
    enrolled = enrolment.enrolment(compiled.cells, cohort.laws[0], citizens.SLOTS, steps)
    workspace = citizens.workspace(chain, steps, len(compiled.flows))
    lives = keys(compiled.study, cohort.cohort.citizens, ("lives",), ROLES)
    return citizens.citizens(
        chain, cohort.futures, groups, lives, first_draw, workspace, memory, enrolled, out
    )


def groups_of(compiled: Compiled, block: Block, cohort: CohortModel) -> citizens.Groups:
    """A cohort's citizens in each draw, those who arrive included (the same as in ``counts``)."""
    groups = citizens.groups(cohort.people, compiled.steps, addresses_of_cells(compiled))
    arrivals = keys(compiled.study, cohort.cohort.citizens, ("arrivals",), POPULATIONS)
    streams = np.empty((3, 4), dtype=np.uint64)
    citizens.arrive(cohort.people, arrivals, block.values.start, streams, groups.number)
    return groups


def addresses_of_cells(compiled: Compiled) -> np.ndarray:
    """(cells,) uint64: a cell is known by its state and clocks, not by its number.

    Only cells in which somebody starts or arrives have one.
    """
    space, seed = compiled.space, compiled.study.seed
    addresses = np.zeros(len(space), dtype=np.uint64)
    for cell in (space.first(state, clock) for state, clock in starts(compiled.study)):
        addresses[space.index[cell]] = stream_key(seed, "cell", str(cell[:2]))
    return addresses


def keys(study: Study, name: str, streams: tuple[str, ...], roles: tuple[str, ...]) -> np.ndarray:
    """The addresses of streams, uint64, of the cohort or of the citizens that are so named."""
    addressed = [(stream, name, role) for stream in streams for role in roles]
    return np.array([stream_key(study.seed, *parts) for parts in addressed], dtype=np.uint64)
