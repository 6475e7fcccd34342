"""Some of the people, followed apart from the rest, in a block of draws whose law is known.

A published share is often of those who started in a programme ("of those who started
activity-ready"), or of those who have *ever* been in a job, or of a sample that a trial measured.
All three are the block's own intensities with other people or fewer ways out:

    of      only these groups of those there at the start, nobody else, nobody arrives
    ever    nobody leaves the states again: who is there has ever been there
    sample  so many of the group, drawn at random, in two arms of different people

so places, caseload and everything else that depends on numbers is what it is among all citizens.
The arms of a sample share the draw (the same effects, the same business cycle) and nothing else, as
in a trial; the chance of who was picked, and of what became of them, is in the figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.kernel.arrays import Conversions
from simlab.model.accounts import Account, after_reforms, books
from simlab.model.addresses import key
from simlab.model.block import Block, CohortModel
from simlab.model.cohorts import at_start, groups_of, people_at_start
from simlab.model.compiled import Compiled
from simlab.model.lumping import Lumped
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Observable, Published
from simlab.study.study import Study

OTHER_PEOPLE = 2**40  # added to the number of a draw: streams that no run can meet


class Selection(NamedTuple):
    """Of whom an observable speaks; nothing in it where it is of everybody, also who arrives.

    of     : groups of citizens or states, empty for all
    ever   : states that nobody leaves again
    stock  : whether it is of those at the start alone
    sample : how many of them are drawn at random, with the plan and without; None for all
    """

    of: tuple[str, ...] = ()
    ever: tuple[str, ...] = ()
    stock: bool = False
    sample: tuple[int, int] | None = None

    @classmethod
    def by(cls, observable: Observable) -> Selection:
        sample = observable.sample if isinstance(observable, Published) else None
        ever = tuple(observable.states) if observable.ever else ()
        return cls(tuple(observable.of), ever, bool(observable.of or sample), sample)

    @property
    def apart(self) -> bool:
        """Whether they are simulated apart from the rest."""
        return any(self)


class Subcohort(NamedTuple):
    """People of one future by step and state : (draws, steps + 1, states), and how many they are.

    members : (draws,)
    """

    people: np.ndarray
    members: np.ndarray


def everybody(histories: Histories) -> dict[Future, Subcohort]:
    """Everybody, with those who arrive; members are those at the start and the mean arrivals."""
    members = _at_start(histories.block)
    for cohort in histories.block.cohorts:
        members = members + cohort.people.arrivals[0].sum(axis=(1, 2))
    return {future: Subcohort(histories.people(future), members) for future in FUTURES}


def follow(histories: Histories, who: Selection, last: int) -> dict[Future, Subcohort]:
    """Some of the people in both futures, to the step ``last``; without chance if the histories
    are, which have no use for a sample."""
    compiled, block = histories.compiled, histories.block
    if who.stock:
        block = _among(compiled, block, who.of)
    if who.ever:
        target = compiled.study.names.expand_all(who.ever)
        compiled, block = _without_ways_out(compiled, block, target)
    compiled, block = _until(compiled, block, last)
    if who.sample is not None and histories.engine != "expected":
        sizes: dict[Future, int] = {"plan": who.sample[0], "baseline": who.sample[1]}
        return {
            future: _arm(histories, compiled, block, future, size) for future, size in sizes.items()
        }
    members = _at_start(block)
    if histories.engine == "expected":
        compiled, block = _in_lumps(histories.compiled.lumped, compiled, block)
    followed = simulate_block(compiled, block, histories.engine)
    return {future: Subcohort(followed.people(future), members) for future in FUTURES}


def _at_start(block: Block) -> np.ndarray:
    """(draws,) the people at the start."""
    members = np.zeros(block.values.draws)
    for cohort in block.cohorts:
        members = members + cohort.people.start.sum(axis=1)
    return members


def _arm(
    histories: Histories, compiled: Compiled, block: Block, future: Future, size: int
) -> Subcohort:
    """One arm of a trial: ``size`` people, in every draw drawn from those at the start."""
    block = _sampled(compiled.study, block, size, future)
    block = in_one_future(replace(block, whole=True), future)
    if future == "baseline":  # other people than those in the plan's arm
        first, stop = block.values.start + OTHER_PEOPLE, block.values.stop + OTHER_PEOPLE
        block = replace(block, values=replace(block.values, start=first, stop=stop))
    arm = simulate_block(compiled, block, histories.engine)
    return Subcohort(arm.people(future), np.full(histories.draws, float(size)))


def _until(compiled: Compiled, block: Block, last: int) -> tuple[Compiled, Block]:
    """Fewer steps: a trial of 18 months need not be followed for ten years."""
    people = [
        cohort.people._replace(arrivals=cohort.people.arrivals[:, :, :last])
        for cohort in block.cohorts
    ]
    return replace(compiled, steps=last), block.with_people(people)


def _in_lumps(lumped: Lumped, compiled: Compiled, block: Block) -> tuple[Compiled, Block]:
    """The same people where only their states are told apart; an account is a state."""
    chain, names = lumped.chain, list(compiled.study.names.states)
    state_of = np.array([names.index(compiled.space.cells[cell][0]) for cell in lumped.one_of])
    reached, account_of = np.unique(state_of, return_inverse=True)
    to = lumped.lump_of[compiled.conversions.to[:, lumped.one_of]]
    coarse = replace(
        compiled,
        cells=chain.cells,
        conversions=Conversions(compiled.conversions.step, to),
        accounts=tuple(Account(names[state], ()) for state in reached),
        flows=(),
        books=books(account_of, len(reached), chain.books.flow_of),
        after_reforms=after_reforms(account_of, len(reached), to),
        state_of_account=reached,
    )
    return coarse, block.with_people(lumped.people(cohort.people) for cohort in block.cohorts)


# ── of whom ──


def _among(compiled: Compiled, block: Block, names: tuple[str, ...]) -> Block:
    """The block with those groups alone that are there at the start; nobody arrives."""
    study, groups = compiled.study, groups_of(compiled.study, names)
    numbers = at_start(study, block.values, whole=block.whole).of_groups(groups)
    return block.with_people(
        people_at_start(study, compiled.space, model.cohort, block.values, numbers)
        for model in block.cohorts
    )


def in_one_future(block: Block, future: Future) -> Block:
    """Everybody lives in the one future only, which halves the work."""
    both = [cohort.hazards(future) for cohort in block.cohorts]
    cohorts = tuple(
        replace(cohort, laws=(hazards, hazards))
        for cohort, hazards in zip(block.cohorts, both, strict=True)
    )
    return replace(block, cohorts=cohorts)


# ── ever ──


def _without_ways_out(
    compiled: Compiled, block: Block, target: tuple[str, ...]
) -> tuple[Compiled, Block]:
    """The same people, of whom nobody leaves the target states again."""
    out = np.array([origin in target for origin, _ in compiled.tables.rates])
    cohorts = tuple(_closed(cohort, out) for cohort in block.cohorts)
    inside = np.array([cell[0] in target for cell in compiled.space.cells])
    to = np.where(inside, np.arange(len(inside)), compiled.conversions.to)
    conversions = Conversions(compiled.conversions.step, to)
    return replace(compiled, conversions=conversions), replace(block, cohorts=cohorts)


def _closed(cohort: CohortModel, out: np.ndarray) -> CohortModel:
    baseline, plan = (
        hazards._replace(base=np.where(out, 0.0, hazards.base)) for hazards in cohort.laws
    )
    return replace(cohort, laws=(baseline, baseline if cohort.same_hazards else plan))


def without_moves(block: Block) -> Block:
    """The same people, and whoever arrives, of whom nobody moves."""
    closed = (_closed(cohort, np.array(True)) for cohort in block.cohorts)
    cohorts = (replace(cohort, laws=(cohort.laws[0],) * 2) for cohort in closed)
    return replace(block, cohorts=tuple(cohorts))


# ── a sample ──


def _sampled(study: Study, block: Block, size: int, arm: str) -> Block:
    """``size`` people drawn at random from those at the start, in every draw."""
    starts = [cohort.people.start for cohort in block.cohorts]
    start = np.concatenate(starts, axis=1)
    total = start.sum(axis=1, keepdims=True)
    total = np.where(total > 0, total, 1.0)
    picked = np.zeros_like(start)
    for d, weights in enumerate(start / total):
        if weights.any():
            address = key(study.seed, "sample", arm, str(block.values.start + d))
            picked[d] = np.random.default_rng(address).multinomial(size, weights)
    widths = [cells.shape[1] for cells in starts]
    parts = np.split(picked, np.cumsum(widths)[:-1], axis=1)
    return block.with_people(
        cohort.people._replace(start=np.ascontiguousarray(part))
        for cohort, part in zip(block.cohorts, parts, strict=True)
    )
