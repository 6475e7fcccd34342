"""Life stories: single citizens, state by state, in both futures.

A life is an address, so a citizen can be followed again, alone, with the same random numbers and
hence the same life that was counted among the others. Those who are followed are spread evenly
over the draws and over the citizens of a draw, so that together they show what differs between
worlds as well as what differs between people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from simlab.engine import counts
from simlab.engine.citizens import Groups
from simlab.engine.cohort import POPULATIONS, groups_of, keys, lead_lives
from simlab.engine.coupling import TOGETHER
from simlab.kernel.arrays import Conversions, Futures, Hazards, Out, People
from simlab.study.arguments import between, public
from simlab.study.futures import FUTURES, Future

if TYPE_CHECKING:
    import pandas as pd

    from simlab.engine.work import Engine
    from simlab.model.block import Block, CohortModel
from simlab.model.compiled import Compiled

ABSENT = -1  # in the years before somebody arrives
GOLDEN = 0.6180339887498949  # of whose multiples the parts beyond the point are spread evenly


@dataclass(frozen=True)
class Lives:
    """Single citizens in both futures.

    draw, citizen  : (lives,) the draw of each, and the number within it
    cohort         : the name of each one's cohort
    baseline, plan : (lives, steps + 1) the state at the end of each step, ABSENT before arrival
    """

    states: tuple[str, ...]
    draw: np.ndarray
    citizen: np.ndarray
    cohort: tuple[str, ...]
    baseline: np.ndarray
    plan: np.ndarray

    def __len__(self) -> int:
        return len(self.draw)

    def __repr__(self) -> str:
        apart = int((self.baseline != self.plan).any(axis=1).sum())
        return f"Lives({len(self):,} citizens, {apart:,} of whom the plan parts from the baseline)"

    @public
    def spells(self, life: int, future: Future) -> list[tuple[str, int, int]]:
        """(state, first step, last step) of each stay of one citizen, in their order."""
        between("life", life, 0, len(self) - 1)
        path = (self.baseline if future == "baseline" else self.plan)[life]
        starts = [0, *(np.flatnonzero(np.diff(path)) + 1)]
        ends = [*starts[1:], len(path)]
        return [
            (self.states[path[start]], int(start), int(end) - 1)
            for start, end in zip(starts, ends, strict=True)
            if path[start] != ABSENT
        ]

    def table(self) -> pd.DataFrame:
        """A row for each stay: draw, citizen, cohort, future, state, from_step, to_step."""
        import pandas as pd

        rows = [
            (int(self.draw[i]), int(self.citizen[i]), self.cohort[i], future, *spell)
            for i in range(len(self))
            for future in FUTURES
            for spell in self.spells(i, future)
        ]
        names = ["draw", "citizen", "cohort", "future", "state", "from_step", "to_step"]
        return pd.DataFrame(rows, columns=names)


def nobody(states: tuple[str, ...], steps: int) -> Lives:
    """No lives."""
    none, path = np.empty(0, dtype=np.int64), np.empty((0, steps + 1), dtype=np.int64)
    return Lives(states, none, none, (), path, path)


@dataclass(frozen=True)
class Followed:
    """One citizen as the engine counts people: where she entered, and her account at each step end.

    d              : the draw's place in its block
    cell, entered  : the cell in which she began, and the step end at which she did
    baseline, plan : (steps + 1,) accounts, ABSENT before she arrives
    alone          : what was counted of her and nobody else, as of a draw
    """

    d: int
    citizen: int
    cohort: str
    cell: int
    entered: int
    baseline: np.ndarray
    plan: np.ndarray
    alone: Out


def follow(compiled: Compiled, block: Block, number: int) -> Lives:
    """``number`` citizens of a block, fewer where there are fewer people."""
    return lives_of(compiled, block, list(followed(compiled, block, number)))


def lives_of(compiled: Compiled, block: Block, citizens: list[Followed]) -> Lives:
    """Citizens who have been followed, by state."""
    states = compiled.study.names.states
    if not citizens:
        return nobody(states, compiled.steps)
    of_account = np.append(compiled.state_of_account, ABSENT)  # ABSENT is the last
    return Lives(
        states,
        np.array([block.values.start + citizen.d for citizen in citizens]),
        np.array([citizen.citizen for citizen in citizens]),
        tuple(citizen.cohort for citizen in citizens),
        np.stack([of_account[citizen.baseline] for citizen in citizens]),
        np.stack([of_account[citizen.plan] for citizen in citizens]),
    )


def followed(compiled: Compiled, block: Block, number: int) -> Iterator[Followed]:
    """``number`` citizens of a block by account, in the order of draws and citizens."""
    groups = [groups_of(compiled, block, cohort) for cohort in block.cohorts]
    draws = block.values.stop - block.values.start
    for d, citizen in sorted(set(_spread(groups, draws, number))):
        yield _follow(compiled, block, groups, d, citizen)


def life(compiled: Compiled, block: Block, citizen: int) -> Followed:
    """One citizen of a block of one draw; IndexError where the draw has fewer citizens."""
    groups = [groups_of(compiled, block, cohort) for cohort in block.cohorts]
    people = sum(int(group.number[0].sum()) for group in groups)
    if not 0 <= citizen < people:
        raise IndexError(
            f"draw {block.values.start} has no citizen {citizen}; they are 0 to {people - 1}"
        )
    return _follow(compiled, block, groups, 0, citizen)


def _spread(groups: list[Groups], draws: int, number: int) -> Iterator[tuple[int, int]]:
    """(draw, citizen) of those who are followed: life i in draw i · draws / number."""
    people = sum(group.number.sum(axis=1) for group in groups)
    of_draw: dict[int, int] = {}
    for i in range(number):
        d = i * draws // number
        of_draw[d] = of_draw.get(d, 0) + 1
    for place, (d, wanted) in enumerate(of_draw.items()):
        offset = (place * GOLDEN) % 1.0 if len(of_draw) > 1 else 0.5
        for i in range(min(wanted, int(people[d]))):
            yield d, int((i + offset) / wanted * people[d]) if people[d] > wanted else i


def _follow(
    compiled: Compiled, block: Block, groups: list[Groups], d: int, citizen: int
) -> Followed:
    """A citizen of a draw, whose number counts through the cohorts, in both futures."""
    order = citizen
    for cohort, group in zip(block.cohorts, groups, strict=True):
        for g, number in enumerate(group.number[d].tolist()):
            if order < number:
                out = _lead(compiled, block, cohort, group, (d, g, order))
                place = int(group.cell[g]), int(group.time[g])
                return _as_followed(compiled, cohort, (d, citizen), place, out)
            order -= number
    raise IndexError(citizen)


def _as_followed(
    compiled: Compiled,
    cohort: CohortModel,
    who: tuple[int, int],
    place: tuple[int, int],
    out: Out,
) -> Followed:
    """``who``, (draw, citizen), entered at ``place``, (cell, time), and alone is in ``out``."""
    baseline, plan = (_accounts(heads[..., 0], compiled.steps) for heads in out.heads)
    return Followed(*who, cohort.cohort.name, *place, baseline, plan, out)


def _accounts(heads: np.ndarray, steps: int) -> np.ndarray:
    """(steps + 1,) the account of each step end; heads : (step ends since she came, accounts)."""
    path = np.full(steps + 1, ABSENT)
    path[steps + 1 - len(heads) :] = np.where(heads.any(axis=1), heads.argmax(axis=1), ABSENT)
    return path


def _nobody_counted(compiled: Compiled, steps: int) -> Out:
    columns = len(compiled.accounts), len(compiled.flows)
    return Out(*(np.zeros((2, steps + 1, width, 1), dtype=np.int64) for width in columns))


def _lead(
    compiled: Compiled,
    block: Block,
    cohort: CohortModel,
    groups: Groups,
    who: tuple[int, int, int],
) -> Out:
    """The kernel of ``citizens`` on one of them; ``who`` : draw, group, and order in it."""
    (d, g, order), out = who, _nobody_counted(compiled, compiled.steps)
    low = np.zeros((1, len(groups.cell)), dtype=np.int64)
    high = low.copy()
    low[0, g], high[0, g] = order, order + 1
    alone = groups._replace(number=groups.number[d : d + 1], low=low, high=high)
    lead_lives(compiled, block.values.start + d, of_draw(cohort, d), alone, out)
    return out


def of_draw(cohort: CohortModel, d: int) -> CohortModel:
    """The hazards of a cohort in one draw."""
    here = slice(d, d + 1)
    baseline, plan = (
        future._replace(
            base=future.base[here], factor=future.factor[here], chance=future.chance[here]
        )
        for future in cohort.laws
    )
    return replace(cohort, laws=(baseline, baseline if cohort.same_hazards else plan))


# ── one citizen of each draw ──


def one_a_draw(compiled: Compiled, block: Block, engine: Engine) -> Lives:
    """A life of each draw of the block in which there is anybody.

    ``engine`` is the one that the run has compiled; for ``expected`` it is ``counts``, whose kernel
    leads a population of one. There the random numbers are fresh ones (its crowds have no single
    members); in ``citizens`` she is one of those who were counted.

    Who is followed is no game of dice: each draw's people stand in a row, and the draws take places
    spread evenly over it. They are those who are there at the start; where nobody is, those who
    arrive, in both futures.
    """
    groups: dict[int, Groups] = {}
    workspace = counts.workspace(compiled.chain, compiled.steps, len(compiled.flows))
    if engine == "citizens":
        groups = dict(enumerate(groups_of(compiled, block, cohort) for cohort in block.cohorts))
    lives = []
    for d, c, cell, time in chosen(block, compiled.steps):
        cohort = block.cohorts[c]
        if engine == "citizens":
            own = groups[c]
            there = (own.cell == cell) & (own.time == time) & (own.population == TOGETHER)
            out = _lead(compiled, block, cohort, own, (d, int(np.argmax(there)), 0))
        else:
            draw = block.values.start + d
            out = _count(compiled, of_draw(cohort, d), draw, (cell, time), workspace)
        lives.append(_as_followed(compiled, cohort, (d, 0), (cell, time), out))
    return lives_of(compiled, block, lives)


def chosen(block: Block, steps: int) -> list[tuple[int, int, int, int]]:
    """(draw within the block, cohort, cell, step end at which she comes) of each life."""
    stock = [cohort.people.start for cohort in block.cohorts]
    at_start = any(start.any() for start in stock)
    places, weights = [], []
    for c, cohort in enumerate(block.cohorts):
        people = cohort.people
        if at_start:
            places += [(c, int(cell), 0) for cell in people.start_cells]
            weights.append(people.start)
        else:
            both = people.arrivals.min(axis=0)
            cells = [int(cell) for cell in people.entry_cells]
            places += [(c, cell, t + 1) for t in range(steps) for cell in cells]
            weights.append(both.reshape(len(both), -1))
    upto = np.concatenate(weights, axis=1).cumsum(axis=1)
    lives = []
    for d, row in enumerate(upto):
        if row.size and row[-1] > 0.0:
            u = (0.5 + (block.values.start + d) * GOLDEN) % 1.0
            place = int(np.searchsorted(row, u * row[-1], side="right"))
            lives.append((d, *places[min(place, len(places) - 1)]))
    return lives


def _count(
    compiled: Compiled,
    cohort: CohortModel,
    draw: int,
    place: tuple[int, int],
    workspace: counts.Workspace,
) -> Out:
    """The kernel of ``counts`` on one who begins at ``place``, (cell, time), in one draw."""
    (cell, time), reforms = place, compiled.conversions
    later, steps = reforms.step > time, compiled.steps - time
    none, nobody_comes = np.empty(0, dtype=np.int64), np.zeros((1, 1, steps, 0))
    alone = People(np.array([cell], dtype=np.int64), np.ones((1, 1)), none, nobody_comes)
    conversions = Conversions(reforms.step[later] - time, reforms.to[later])
    chain = compiled.chain._replace(conversions=conversions)
    baseline, plan = (_since(law, time) for law in cohort.laws)
    futures = Futures(baseline, plan, cohort.same_hazards)
    streams = "single lives", "single arrivals"
    addresses = keys(compiled.study, cohort.cohort.name, streams, POPULATIONS)
    out = _nobody_counted(compiled, steps)
    counts.counts(chain, futures, alone, addresses, draw, workspace, out)
    return out


def _since(hazards: Hazards, time: int) -> Hazards:
    """The intensities from a step on."""
    epoch, factor = hazards.epoch[time:], hazards.factor[:, time:]
    return hazards._replace(epoch=epoch, factor=factor, chance=hazards.chance[:, time:])
