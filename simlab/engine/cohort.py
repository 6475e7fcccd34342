"""How each engine is run on one cohort: its arrays, its addresses, and its workspace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from simlab.engine import absences, citizens, counts, enrolment
from simlab.engine.chance import stream_key
from simlab.engine.expected import expected
from simlab.kernel.forward import tile
from simlab.model.block import Block, CohortModel
from simlab.model.cohorts import starts
from simlab.model.compiled import Compiled
from simlab.study.study import Study

ROLES = ("baseline", "plan", "enrolment")  # of a single life's random numbers
Out = tuple[np.ndarray, ...]  # heads, then flows, each in the baseline and the plan; added to


def run_expected(compiled: Compiled, cohort: CohortModel, out: Out) -> int:
    """Expected numbers; returns how many rows had to be scaled, as all of these do.

    Where both futures are one, and ``out`` has one array for both, it is filled once.
    """
    people, cells, books = cohort.people, compiled.cells, compiled.books
    workspace = tile(cells, books, len(compiled.flows))
    heads_b, heads_p, flows_b, flows_p = out
    futures = [(cohort.baseline, people.arrivals, heads_b, flows_b)]
    if not cohort.one_future:
        futures.append((cohort.plan, people.arrivals_plan, heads_p, flows_p))
    return sum(
        expected(
            cells, hazards, compiled.conversions, people.start_cells, people.start,
            people.entry_cells, arrivals, books, workspace, heads, flows, heads_p, flows_p,
            cohort.one_future and heads_b is not heads_p,
        )
        for hazards, arrivals, heads, flows in futures
    )  # fmt: skip


def run_counts(compiled: Compiled, block: Block, cohort: CohortModel, out: Out) -> int:
    """Whole numbers of people per cell."""
    workspace = counts.workspace(compiled.cells, len(compiled.flows))
    roles = ("together", "baseline", "plan")
    lives = keys(compiled.study, cohort.cohort.name, ("lives",), roles)
    arrivals = keys(compiled.study, cohort.cohort.citizens, ("arrivals",), roles)
    return counts.counts(
        compiled.cells, cohort.baseline, cohort.plan, cohort.same_hazards, compiled.conversions,
        cohort.people, compiled.books, np.concatenate([lives, arrivals]), block.values.start,
        workspace, *out,
    )  # fmt: skip


def run_citizens(
    compiled: Compiled, block: Block, cohort: CohortModel, out: Out, threads: int
) -> int:
    """Single citizens, shared out over ``threads``: whole numbers sum to the same in any order."""
    groups = groups_of(compiled, block, cohort)

    def lead(part: int, into: Out) -> int:
        low, high = (groups.number * end // threads for end in (part, part + 1))
        return lead_lives(compiled, block.values.start, cohort, groups, low, high, into)

    if threads == 1:
        return lead(0, out)
    parts = [out] + [tuple(np.zeros_like(array) for array in out) for _ in range(threads - 1)]
    with ThreadPoolExecutor(threads) as pool:
        scaled = list(pool.map(lead, range(threads), parts))
    for part in parts[1:]:
        for total, array in zip(out, part, strict=True):
            total += array
    return scaled[0]


def lead_lives(
    compiled: Compiled, first_draw: int, cohort: CohortModel, groups: citizens.Groups,
    low: np.ndarray, high: np.ndarray, out: Out,
) -> int:  # fmt: skip
    """The lives of citizens ``low`` to ``high`` : (draws, groups) of each group."""
    steps = compiled.steps
    workspace = citizens.workspace(compiled.cells, compiled.conversions, steps, len(compiled.flows))
    memory = absences.memory(compiled.windows, citizens.SLOTS, steps)
    two_ways = enrolment.enrolment(compiled.cells, cohort.baseline, citizens.SLOTS, steps)
    return citizens.citizens(
        compiled.cells, cohort.baseline, cohort.plan, cohort.same_hazards, compiled.conversions,
        groups, low, high, compiled.books,
        keys(compiled.study, cohort.cohort.citizens, ("lives",), ROLES), first_draw, workspace,
        memory, two_ways, *out,
    )  # fmt: skip


def groups_of(compiled: Compiled, block: Block, cohort: CohortModel) -> citizens.Groups:
    """A cohort's citizens in each draw, those who arrive included (the same as in ``counts``)."""
    address = addresses_of_cells(compiled)
    groups = citizens.groups(cohort.people, compiled.steps, address)
    roles = ("together", "baseline", "plan")
    citizens.arrive(
        cohort.people, keys(compiled.study, cohort.cohort.citizens, ("arrivals",), roles),
        block.values.start,
        np.empty((3, 4), dtype=np.uint64), groups.number,
    )  # fmt: skip
    return groups


def addresses_of_cells(compiled: Compiled) -> np.ndarray:
    """(cells,) uint64: a cell is known by its state and clocks, not by its number.

    Only cells in which somebody starts or arrives have one.
    """
    found = np.zeros(len(compiled.chain), dtype=np.uint64)
    for state, clock in starts(compiled.study):
        cell = compiled.chain.first(state, clock)
        seed = compiled.study.form.seed
        found[compiled.chain.index[cell]] = stream_key(seed, "cell", str(cell[:2]))
    return found


def keys(study: Study, name: str, streams: tuple[str, ...], roles: tuple[str, ...]) -> np.ndarray:
    """The addresses of streams, uint64, of the cohort or of the citizens that are so named."""
    seed = study.form.seed
    found = [stream_key(seed, stream, name, role) for stream in streams for role in roles]
    return np.array(found, dtype=np.uint64)
