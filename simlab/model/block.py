"""What a study is as numbers: the hazards of each cohort in a block of draws.

    compiled   a study without its numbers: cells, rates, accounts
    cohort     its people, and its hazards in both futures
    block      all cohorts in some draws, and what they share

All of it is frozen: a variant is `dataclasses.replace`. Cohorts are made by `hazards`, blocks by
`compiled`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from simlab.kernel.arrays import (
    Books,
    Cells,
    Chain,
    Conversions,
    Futures,
    Hazards,
    People,
    Windows,
)
from simlab.kernel.inflow import Inflow, inflow
from simlab.model.accounts import Account
from simlab.model.cells import StateSpace
from simlab.model.cohorts import Cohort
from simlab.model.effects import Component
from simlab.model.lumping import Lumped, lumped
from simlab.model.parameters import Values
from simlab.model.transition_tables import TransitionTables
from simlab.study.futures import FUTURES, Future
from simlab.study.moves import Entry, Move
from simlab.study.study import Study


@dataclass(frozen=True)
class CompiledStudy:
    """A study without its numbers."""

    study: Study
    space: StateSpace
    cells: Cells
    windows: Windows
    tables: TransitionTables
    cohorts: tuple[Cohort, ...]
    accounts: tuple[Account, ...]
    flows: tuple[Move, ...]  # the moves whose numbers money or outcomes need
    books: Books
    conversions: Conversions
    after_reforms: np.ndarray  # (reforms, accounts) the account to which each takes people
    baseline_rows: Mapping[str, list[Entry]]
    plan_rows: Mapping[str, list[Entry]]
    effect_rows: Mapping[int, Mapping[str, list[Entry]]]
    state_of_account: np.ndarray = field(repr=False)
    steps: int  # that people are led for: all of the study's, or the first of them

    @property
    def chain(self) -> Chain:
        """What kernels read of it."""
        return Chain(self.cells, self.books, self.conversions)

    @cached_property
    def inflow(self) -> Inflow:
        """The chain read backwards, with the flows that are counted."""
        return inflow(self.cells, self.books.flow_of, len(self.flows))

    @cached_property
    def lumped(self) -> Lumped:
        """The chain that tells states and marks alone."""
        marks = np.array([mark for *_, mark in self.space.cells], dtype=np.int64)
        return lumped(self.cells, self.conversions, marks)

    @property
    def needs_numbers(self) -> bool:
        """Whether effects depend on numbers of people, so that they are resolved step by step."""
        plan = self.study.form.plan
        return plan.enrolment is not None or any(
            e.places is not None or e.hazard_ratio_per_halving is not None for e in plan.effect
        )


@dataclass(frozen=True, slots=True)
class CohortModel:
    """One cohort in a block of draws: its people, and its hazards in both futures.

    laws         : the hazards of each of FUTURES, the same where no effect reaches the cohort
    components   : what an effect does, by the name of its part
    acted_on     : the rates on which an effect acts
    """

    cohort: Cohort
    laws: tuple[Hazards, Hazards]
    people: People
    components: Mapping[str, Component]
    acted_on: tuple[int, ...]

    def hazards(self, future: Future) -> Hazards:
        """The hazards of a future."""
        return self.laws[FUTURES.index(future)]

    @property
    def same_hazards(self) -> bool:
        """Whether no effect reaches the cohort, so that its plan is its baseline."""
        return self.laws[0] is self.laws[1]

    def arrivals(self, future: Future) -> np.ndarray:
        """(draws, steps, entry cells) the mean number who arrive in a future."""
        return self.people.arrivals[0 if future == "baseline" else -1]

    @property
    def futures(self) -> Futures:
        """The hazards as kernels read them."""
        return Futures(*self.laws, self.same_hazards)

    @property
    def one_future(self) -> bool:
        """Whether the plan changes nothing: neither the hazards nor who arrives."""
        return self.same_hazards and len(self.people.arrivals) == 1


@dataclass(frozen=True, slots=True)
class Block:
    """Everything that engines and money need for the draws ``values.start`` to ``values.stop``.

    base : of each of FUTURES, (draws, epochs, rates), the intensities before segments, and before
        effects; one array where the plan has no evidence of its own
    coverage : effect number → (draws, steps), resolved where places are limited
    active   : effect number → (draws, steps), the share of the step in which it is on offer
    shares   : (draws, steps, 3), who is enrolled or drops out as a step begins (`enrolment`)
    scaled   : (draws,) bool, chances of a row summed to more than 1 and were scaled
    capped   : (draws,) bool, a trial's ratio, or a share at a date, that no ratio attains
    whole    : whether its people are whole people, as engines with chance need them, or the
               numbers that the study writes, as ``expected`` carries them by itself (`cohorts`)
    """

    values: Values
    cohorts: tuple[CohortModel, ...]
    base: tuple[np.ndarray, np.ndarray]
    coverage: Mapping[int, np.ndarray]
    active: Mapping[int, np.ndarray]
    shares: np.ndarray
    scaled: np.ndarray
    capped: np.ndarray
    whole: bool

    def with_people(self, people: Iterable[People]) -> Block:
        """The same hazards with other people, cohort by cohort."""
        both = zip(self.cohorts, people, strict=True)
        return replace(self, cohorts=tuple(replace(cohort, people=own) for cohort, own in both))
