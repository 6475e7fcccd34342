"""The case of a study: what all checks look at, computed once.

The engines run on the study's own first draws, with every move counted, not only those that money
asks for. Where a clock looks back over a window, the cell engines carry a bound of it; engines are
compared on identical clocks, so there the case is that of the bound (`clocks` checks the window).
An engine that would take longer than the time limit, by the forecast, is left out; what needs it
says so, and the rest is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.engine.time_limit import refuse_what_takes_too_long
from simlab.engine.work import EXACT, Engine, seconds_a_draw
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.kernel.arrays import Hazards, People
from simlab.model.block import Block, CohortModel
from simlab.model.clocks import windows_of
from simlab.model.compiled import Compiled, compile_study
from simlab.study.errors import StudyError
from simlab.study.futures import FUTURES, Future
from simlab.study.key_path import dotted
from simlab.study.study import Study
from simlab.verify import slow_twin

ENGINES: tuple[Engine, ...] = ("expected", *EXACT)
MOST_DRAWS, FEWEST_DRAWS = 256, 16
M = TypeVar("M")
SECONDS = 3.0  # that an engine may take for its draws, on the processor of the cost table
BYTES = 2e8  # that the histories of an engine may take


@dataclass(eq=False)
class Case:
    """A study under examination."""

    asked: Study
    time_limit: float = math.inf  # seconds
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def study(self) -> Study:
        """The study with the bound of its windows that the cell engines carry."""
        bound = {
            dotted("clocks", name, "forgets"): True
            for name in windows_of(self.asked)
            if self.asked.form.clocks[name].forgets is None
        }
        return self.asked.replace(bound) if bound else self.asked

    @cached_property
    def compiled(self) -> Compiled:
        return with_every_move_counted(compile_study(self.study))

    @cached_property
    def chain(self) -> slow_twin.Outline:
        """The chain that is led by hand."""
        return slow_twin.outline(self.compiled)

    @cached_property
    def too_long(self) -> dict[Engine, StudyError]:
        """The engines that take too long for the fewest draws, and the forecast of each."""
        seconds, refused = seconds_a_draw(self.study), {}
        for engine in ENGINES:
            takes = {engine: FEWEST_DRAWS * seconds[engine]}
            try:
                refuse_what_takes_too_long(
                    self.study, f"{FEWEST_DRAWS} draws", takes, engine, self.time_limit
                )
            except StudyError as error:
                refused[engine] = error
        return refused

    @cached_property
    def engines(self) -> tuple[Engine, ...]:
        """Those that are compared."""
        return tuple(engine for engine in ENGINES if engine not in self.too_long)

    @property
    def with_chance(self) -> list[Engine]:
        """Those of them that move whole people."""
        return [engine for engine in EXACT if engine in self.engines]

    def refuse_without(self, *engines: Engine) -> None:
        """StudyError where one of these engines takes too long."""
        for engine in engines:
            if engine in self.too_long:
                raise self.too_long[engine]

    @cached_property
    def draws(self) -> int:
        """As many as the engines can lead in a few seconds, a multiple of sixteen."""
        steps, compiled = self.study.timeline.steps + 1, self.compiled
        bytes_a_draw = 16.0 * steps * (len(compiled.accounts) + len(compiled.flows))
        slowest = max(seconds_a_draw(self.study)[engine] for engine in self.engines)
        fit = min(min(SECONDS, self.time_limit) / slowest, BYTES / bytes_a_draw)
        return int(np.clip(fit // 16 * 16, FEWEST_DRAWS, MOST_DRAWS))

    @cached_property
    def block(self) -> Block:
        return self.compiled.block(0, self.draws)

    @property
    def parts(self) -> bool:
        """Whether the plan parts the futures of anybody."""
        return not all(cohort.one_future for cohort in self.block.cohorts)

    @cached_property
    def histories(self) -> dict[Engine, Histories]:
        return self._by_engine(lambda engine: simulate_block(self.compiled, self.block, engine))

    @cached_property
    def cash(self) -> dict[Engine, CashFlow]:
        return self._by_engine(lambda engine: cash_flow(self.histories[engine]))

    def _by_engine(self, made: Callable[[Engine], M]) -> Made[M]:
        return Made(self, {engine: made(engine) for engine in self.engines})

    def futures(self) -> Iterator[tuple[Histories, Future]]:
        """The histories of each engine, and each of their futures."""
        return itertools.product(self.histories.values(), FUTURES)


class Made(dict[Engine, M]):
    """What was made with each engine; asking for one that takes too long tells why it is not."""

    def __init__(self, case: Case, made: Mapping[Engine, M]):
        super().__init__(made)
        self.case = case

    def __missing__(self, engine: Engine) -> M:
        self.case.refuse_without(engine)
        raise KeyError(engine)


def once_a_case(work: Callable[[Case], M]) -> Callable[[Case], M]:
    """``work(case)``, worked out once for each case, for all checks that it serves."""

    @wraps(work)
    def known(case: Case) -> M:
        if work not in case.memory:
            case.memory[work] = work(case)
        return cast(M, case.memory[work])

    return known


def with_hazards(
    cohort: CohortModel, baseline: Hazards, plan: Hazards, people: People | None = None
) -> CohortModel:
    """The cohort with other hazards, and with other people where they are given."""
    return replace(cohort, laws=(baseline, plan), people=people or cohort.people)


def with_every_move_counted(compiled: Compiled) -> Compiled:
    """The compiled study with a flow for every move."""
    number = {move: i for i, move in enumerate(compiled.study.moves)}
    flow_of = np.array([number.get(m, -1) for m in compiled.tables.rates], dtype=np.int64)
    books = compiled.books._replace(flow_of=flow_of)
    return replace(compiled, flows=compiled.study.moves, books=books)
