"""From a block of draws to histories: heads per account and step in both futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from simlab.engine.cohort import run_citizens, run_counts, run_expected
from simlab.engine.invariants import refuse_unsound, refuse_unsound_law
from simlab.engine.lives import Lives, follow, nobody
from simlab.engine.sharing import zeros
from simlab.engine.time_limit import TIME_LIMIT, refuse_what_takes_too_long, seconds_of
from simlab.engine.work import Engine, choose_engine, seconds_a_draw
from simlab.kernel.arrays import Out
from simlab.kernel.by_state import by_state
from simlab.kernel.summation import sum_in_order
from simlab.model.block import Block
from simlab.model.caseload import costed_per_treated
from simlab.model.compiled import Compiled, compile_study
from simlab.study.arguments import at_least, between, public
from simlab.study.futures import FUTURES, Future
from simlab.study.study import Study

MOST_FIRST, MOST_LIVES = 10**12, 10**6


@dataclass(frozen=True)
class Histories:
    """Both futures of the draws of a block.

    out      : people by account at the end of each step, and the moves made in it; whole numbers in
        ``counts``, expected numbers in ``expected``; of one future where the plan changes nothing
        that is expected
    eligible : effect number → (steps, draws), people in the plan who could be treated, as each
        step begins
    scaled   : rows of chances that a multiplier took beyond certainty: in the baseline, or in both
        futures where they are led together; and in the plan beside it
    lives    : single citizens in both futures, where they were asked for
    """

    compiled: Compiled
    block: Block
    engine: Engine
    out: Out
    eligible: dict[int, np.ndarray]
    scaled: tuple[int, int]
    lives: Lives

    @property
    def study(self) -> Study:
        return self.compiled.study

    @property
    def draws(self) -> int:
        return int(self.out.heads.shape[3])

    @public
    def heads(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, accounts) people at the end of each step of a future."""
        return draws_first(self.out.heads[self.places[future]])

    @public
    def flows(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, flows) moves made in each step of a future."""
        return draws_first(self.out.flows[self.places[future]])

    @public
    def people(self, future: Future) -> np.ndarray:
        """(draws, steps + 1, states) head counts by state."""
        return draws_first(self.states[self.places[future]])

    @cached_property
    def states(self) -> np.ndarray:
        """(futures, steps + 1, states, draws) head counts by state; who reads may not write."""
        heads, states = self.out.heads, len(self.study.names.states)
        if np.array_equal(self.compiled.state_of_account, np.arange(states)):
            seen = heads.view()  # an account a state: nothing to add up
        else:
            seen = by_state(heads, self.compiled.state_of_account, states)
        seen.flags.writeable = False
        return seen

    @property
    def scaled_rows(self) -> int:
        """How many rows of chances a multiplier took beyond certainty."""
        return sum(self.scaled)

    @property
    def futures(self) -> int:
        """1 where both futures are one, else 2."""
        return len(self.out.heads)

    @property
    def places(self) -> dict[Future, int]:
        """Where each future stands among those that there are."""
        return {future: min(f, self.futures - 1) for f, future in enumerate(FUTURES)}

    def __repr__(self) -> str:
        return (
            f"Histories({self.draws:,} draws, {self.out.heads.shape[1] - 1} steps, "
            f"{len(self.study.names.states)} states, engine {self.engine})"
        )


def simulate_block(
    compiled: Compiled,
    block: Block,
    engine: Engine,
    threads: int = 1,
    known: Histories | None = None,
) -> Histories:
    """Run one engine over a block; cohorts are added up in the order of their names.

    ``threads`` share the draws in ``expected``, and the citizens of each draw in ``citizens``;
    ``counts`` takes one.
    ``known`` are expected numbers whose baseline is that of the block: the plan is led alone.
    """
    refuse_unsound_law(block)
    if engine != "expected" and not block.whole:
        raise ValueError(f"the engine {engine} carries whole people, and the block has none")
    study = compiled.study
    kind = np.float64 if engine == "expected" else np.int64
    alike = engine == "expected" and all(cohort.one_future for cohort in block.cohorts)
    futures, draws = 1 if alike else 2, block.values.draws
    shapes = (
        (futures, compiled.steps + 1, columns, draws)
        for columns in (len(compiled.accounts), len(compiled.flows))
    )
    out = Out(*(zeros(shape, kind, threads) for shape in shapes))
    treated = costed_per_treated(study, tuple(account.state for account in compiled.accounts))
    eligible = {number: np.zeros((compiled.steps, draws)) for number in treated}
    scaled, plan_alone = [(0, 0)], known is not None and not alike
    if known is not None and plan_alone:
        scaled = [(known.scaled[0], 0)]
        for array, there in zip(out, known.out, strict=True):
            array[0] = there[0]
    for cohort in block.cohorts:
        before = out.heads[-1].copy() if treated else None
        if engine == "expected":
            scaled.append(run_expected(compiled, cohort, out, plan_alone, threads))
        elif engine == "counts":
            scaled.append(run_counts(compiled, block, cohort, out))
        else:
            scaled.append(run_citizens(compiled, block, cohort, out, threads))
        for number, inside in treated.items():
            if before is not None and cohort.cohort.gets(study, number):
                own = as_steps_begin(compiled, out.heads[-1] - before)
                eligible[number] += sum_in_order(own[:, inside], 1)
    refuse_unsound(block, engine, out.heads)
    lives = nobody(study.names.states, compiled.steps)
    return Histories(
        compiled,
        block,
        engine,
        out,
        eligible,
        (sum(one for one, _ in scaled), sum(two for _, two in scaled)),
        lives,
    )


def as_steps_begin(compiled: Compiled, heads: np.ndarray) -> np.ndarray:
    """(steps, accounts, draws) people as each step begins, when reforms have moved them; of heads
    at the ends of steps, (steps + 1, accounts, draws)."""
    steps, before = compiled.conversions.step, heads[:-1]
    if (steps <= len(before)).any():
        before = before.copy()
    for step, after in zip(steps, compiled.after_reforms, strict=True):
        if step <= len(before):
            here, moved = before[step - 1], np.zeros_like(before[step - 1])
            for account, to in enumerate(after):
                moved[to] += here[account]
            before[step - 1] = moved
    return before


def draws_first(array: np.ndarray) -> np.ndarray:
    """(draws, …) the same numbers of an array whose draws are last, (…, draws), as a view."""
    return np.moveaxis(array, -1, 0)


@public
def simulate(
    study: Study,
    draws: int | None = None,
    *,
    engine: Literal["auto", "expected", "counts", "citizens"] = "auto",
    first: int = 0,
    lives: int = 0,
    time_limit: str | float = TIME_LIMIT,
) -> Histories:
    """Both futures of ``draws`` draws (the study's own number by default), all in memory.

    ``first`` is the number of the first draw: draws are addresses, so draw 812 is the same alone
    or among a million. For large runs use ``simlab run``, which works block by block.

    ``lives`` citizens are followed from state to state in both futures (`Histories.lives`): some
    of those that the engine ``citizens`` has counted, which it therefore takes. ValueError where
    another engine is asked for.

    StudyError for what would take longer than ``time_limit`` by the forecast ("none" insists).
    """
    count = study.draws if draws is None else draws
    at_least("draws", count, 1)
    between("first", first, 0, MOST_FIRST)
    between("lives", lives, 0, MOST_LIVES)
    if lives and engine not in ("auto", "citizens"):
        raise ValueError(f"the engine {engine} has no single lives; engine citizens leads them")
    chosen: Engine = "citizens" if lives else choose_engine(study, engine)
    each = {name: count * seconds for name, seconds in seconds_a_draw(study).items()}
    refuse_what_takes_too_long(study, f"{count:,} draws", each, chosen, seconds_of(time_limit))
    compiled = compile_study(study)
    block = compiled.block(first, first + count, whole=chosen != "expected")
    histories = simulate_block(compiled, block, chosen)
    if not lives:
        return histories
    return replace(histories, lives=follow(compiled, block, lives))


def blocks(draws: int, size: int, first: int = 0) -> Iterator[tuple[int, int]]:
    """(start, stop) of blocks that are anchored at absolute draw numbers."""
    start = first
    while start < first + draws:
        stop = min((start // size + 1) * size, first + draws)
        yield start, stop
        start = stop
