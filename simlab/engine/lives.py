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

from simlab.engine.citizens import Groups
from simlab.engine.cohort import Out, groups_of, lead_lives
from simlab.study.arguments import between, public
from simlab.study.futures import FUTURES, Future

if TYPE_CHECKING:
    import pandas as pd

    from simlab.model.block import Block, CohortModel
from simlab.model.compiled import Compiled

ABSENT = -1  # in the years before somebody arrives


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
    seen           : heads and flows of nobody else, (1, steps + 1, accounts or flows), as of a draw
    """

    d: int
    citizen: int
    cohort: str
    cell: int
    entered: int
    baseline: np.ndarray
    plan: np.ndarray
    seen: Out


def follow(compiled: Compiled, block: Block, number: int) -> Lives:
    """``number`` citizens of a block, fewer where there are fewer people."""
    names, steps = compiled.study.names.states, compiled.steps
    found = list(followed(compiled, block, number))
    return lives_of(compiled, block, found) if found else nobody(names, steps)


def lives_of(compiled: Compiled, block: Block, found: list[Followed]) -> Lives:
    """Citizens who have been followed, by state."""
    of_account = np.append(compiled.state_of_account, ABSENT)  # ABSENT is the last
    return Lives(
        compiled.study.names.states,
        np.array([block.values.start + one.d for one in found]),
        np.array([one.citizen for one in found]),
        tuple(one.cohort for one in found),
        np.stack([of_account[one.baseline] for one in found]),
        np.stack([of_account[one.plan] for one in found]),
    )


def followed(compiled: Compiled, block: Block, number: int) -> Iterator[Followed]:
    """``number`` citizens of a block by account, in the order of draws and citizens."""
    groups = [groups_of(compiled, block, cohort) for cohort in block.cohorts]
    draws = block.values.stop - block.values.start
    for d, citizen in sorted(set(_chosen(groups, draws, number))):
        yield _one(compiled, block, groups, d, citizen)


def life(compiled: Compiled, block: Block, citizen: int) -> Followed:
    """One citizen of a block of one draw; IndexError where the draw has fewer citizens."""
    groups = [groups_of(compiled, block, cohort) for cohort in block.cohorts]
    people = sum(int(group.number[0].sum()) for group in groups)
    if not 0 <= citizen < people:
        raise IndexError(
            f"draw {block.values.start} has no citizen {citizen}; they are 0 to {people - 1}"
        )
    return _one(compiled, block, groups, 0, citizen)


def _chosen(groups: list[Groups], draws: int, number: int) -> Iterator[tuple[int, int]]:
    """(draw, citizen) of those who are followed: life i in draw i · draws / number."""
    people = sum(group.number.sum(axis=1) for group in groups)
    of_draw: dict[int, int] = {}
    for i in range(number):
        d = i * draws // number
        of_draw[d] = of_draw.get(d, 0) + 1
    for place, (d, wanted) in enumerate(of_draw.items()):
        offset = (place * 0.6180339887498949) % 1.0 if len(of_draw) > 1 else 0.5
        for i in range(min(wanted, int(people[d]))):
            yield d, int((i + offset) / wanted * people[d]) if people[d] > wanted else i


def _one(compiled: Compiled, block: Block, groups: list[Groups], d: int, citizen: int) -> Followed:
    """A citizen of a draw, whose number counts through the cohorts."""
    who = citizen
    for cohort, group in zip(block.cohorts, groups, strict=True):
        here = int(group.number[d].sum())
        if who < here:
            return _follow(compiled, block, cohort, group, d, citizen, who)
        who -= here
    raise IndexError(citizen)


def _follow(
    compiled: Compiled, block: Block, cohort: CohortModel, groups: Groups, d: int, citizen: int,
    who: int,
) -> Followed:  # fmt: skip
    """One citizen, number ``who`` of a cohort, in both futures."""
    steps = compiled.steps
    upto = np.cumsum(groups.number[d])
    g = int(np.searchsorted(upto, who, side="right"))
    order = who - (int(upto[g - 1]) if g > 0 else 0)
    low = np.zeros((1, len(upto)), dtype=np.int64)
    high = low.copy()
    low[0, g], high[0, g] = order, order + 1
    shape = (1, steps + 1)
    heads = [np.zeros((*shape, len(compiled.accounts)), dtype=np.int64) for _ in range(2)]
    flows = [np.zeros((*shape, len(compiled.flows)), dtype=np.int64) for _ in range(2)]
    groups = groups._replace(number=groups.number[d : d + 1])
    alone = of_draw(cohort, d)
    seen = (*heads, *flows)
    lead_lives(compiled, block.values.start + d, alone, groups, low, high, seen)
    baseline, plan = (np.where(h[0].any(axis=1), h[0].argmax(axis=1), ABSENT) for h in heads)
    cell, entered = int(groups.cell[g]), int(groups.time[g])
    return Followed(d, citizen, cohort.cohort.name, cell, entered, baseline, plan, seen)


def of_draw(cohort: CohortModel, d: int) -> CohortModel:
    """The law of a cohort in one draw."""
    here = slice(d, d + 1)
    baseline, plan = (
        law._replace(base=law.base[here], factor=law.factor[here], chance=law.chance[here])
        for law in (cohort.baseline, cohort.plan)
    )
    return replace(cohort, baseline=baseline, plan=plan)
