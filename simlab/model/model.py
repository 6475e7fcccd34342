"""The study as numbers: cells and classes once, intensities per block of draws.

    compiled = compile_study(study)              cells, rates, accounts: no numbers yet
    block    = compiled.block(start, stop)       every draw's intensities and people, both futures

Where the plan's effects depend on numbers of people (places, caseload), they are resolved by a
forward recursion on expected numbers: step t uses the numbers of its own future at t − 1. Given
the draw, citizens are then independent, which is what makes the engines exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from simlab.law.chain import Books, Cells, Conversions, Windows
from simlab.model.accounts import Account, accounts, after_reforms, books, money_readers
from simlab.model.behaviour import Behaviour, behaviour
from simlab.model.caseload import resolve
from simlab.model.cells import MAX_CELLS, Space, TooManyCellsError, flat, space, windows
from simlab.model.clocks import clock_rules, read_by
from simlab.model.effects import own_key
from simlab.model.enrolment import programme
from simlab.model.hazards import CohortHazards, World
from simlab.model.parameters import Values, sample
from simlab.model.people import Cohort, cohorts, starts
from simlab.study.check import evidence_given
from simlab.study.errors import one_problem
from simlab.study.key_path import keys_of_path
from simlab.study.moves import Entry, Move, Rows, evidence, overlay
from simlab.study.once import once_a_study
from simlab.study.reading import refuse
from simlab.study.study import Study
from simlab.study.values import Varying

MAX_CELLS_BY_STEP = 50_000_000  # the expected people of one draw: 0.4 GB for each future


@dataclass
class Block:
    """Everything that engines and money need for the draws ``values.start`` to ``values.stop``.

    coverage : effect number → (draws, steps), resolved where places are limited
    active   : effect number → (draws, steps), the share of the step in which it is on offer
    shares   : (draws, steps, 3), who is enrolled or drops out as a step begins (`enrolment`)
    scaled   : (draws,) bool, chances of a row summed to more than 1 and were scaled
    capped   : (draws,) bool, a trial's ratio that no hazard ratio attains
    whole    : whether its people are whole people, as engines with chance need them, or the
               numbers that the study writes, as ``expected`` carries them by itself (`people`)
    """

    values: Values
    cohorts: list[CohortHazards]
    coverage: dict[int, np.ndarray]
    active: dict[int, np.ndarray]
    shares: np.ndarray
    scaled: np.ndarray
    capped: np.ndarray
    whole: bool


@dataclass(frozen=True)
class Compiled:
    """A study without its numbers."""

    study: Study
    chain: Space
    cells: Cells
    windows: Windows
    behaviour: Behaviour
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
    def needs_numbers(self) -> bool:
        """Whether effects depend on numbers of people, so that they are resolved step by step."""
        plan = self.study.form.plan
        return plan.enrolment is not None or any(
            e.places is not None or e.hazard_ratio_per_halving is not None for e in plan.effect
        )

    def block(
        self, start: int, stop: int, cycle: str = "business cycle", *, whole: bool = True
    ) -> Block:
        """The numbers of draws ``start`` to ``stop``; ``cycle`` names the cycle's stream."""
        return self.block_of(sample(self.study, start, stop), cycle, whole=whole)

    def block_of(
        self, values: Values, cycle: str | None = "business cycle", *, whole: bool = True
    ) -> Block:
        """The numbers that follow from the values of every figure.

        ``cycle`` names the cycle's stream; None leaves every multiplier of it at its mean, 1.
        """
        world = World(self, values, cycle, whole=whole)
        built = [CohortHazards(world, cohort) for cohort in self.cohorts]
        if self.needs_numbers:
            resolve(self, values, built, world.coverage, world.shares)
        for one in built:
            one.fill(slice(None))
        return Block(
            values, built, world.coverage, world.active, world.shares, world.scaled, world.capped,
            whole,
        )  # fmt: skip


@once_a_study
def compile_study(study: Study) -> Compiled:
    """Cells, classes, rates and accounts of a study."""
    form = study.form
    baseline = study.rows
    planned = overlay(baseline, evidence(form.plan, "plan."))
    effects = {
        i: overlay(planned, evidence(effect, own_key(study, i) + "."))
        for i, effect in enumerate(form.plan.effect)
        if evidence_given(effect)
    }
    tables: list[Rows] = [baseline, planned, *effects.values()]
    _one_unit_a_row(study, tables)
    readers: list[tuple[Varying, str, str]] = [
        (e.value, e.unit, state) for rows in tables for state, row in rows.items() for e in row
    ]
    for name, varying, unit in money_readers(study):
        readers += [(varying, unit, state) for state in study.names.expand(name)]
    rules = clock_rules(study, readers)
    moves_from: dict[str, tuple[str, ...]] = {}
    for origin, to in study.moves:
        moves_from[origin] = (*moves_from.get(origin, ()), to)
    changes = [(study.names.expand_all(c.states), c.to) for c in form.convert]
    read = frozenset(
        state
        for varying, _, state in readers
        for _, bands in varying.versions
        if read_by(study, bands, state) is not None
    )
    try:
        chain = space(rules, moves_from, starts(study), changes, read, programme(study))
    except TooManyCellsError:
        told = (
            f"states and times on clocks make over {MAX_CELLS:,} cells; take longer steps, earlier "
            "last bands, or fewer clocks that run at once"
        )
        raise one_problem(study.tree.main, "clocks", told) from None
    if len(chain) * study.timeline.steps > MAX_CELLS_BY_STEP:
        told = f"gives {study.timeline.steps:,} steps, too many for {len(chain):,} cells"
        allowed = f"their product may be {MAX_CELLS_BY_STEP:,}; take fewer years, or longer steps"
        raise one_problem(study.tree.main, "years", f"{told}; {allowed}")
    conversions = _conversions(study, chain)
    listed, account_of = accounts(study, chain, conversions.to)
    b = behaviour(study, chain, tables)
    flows = _flows(study)
    flow_of = np.array([flows.index(m) if m in flows else -1 for m in b.rates], dtype=np.int64)
    states = list(study.names.states)
    return Compiled(
        study=study,
        chain=chain,
        cells=flat(chain, b.class_of, b.rate_first),
        windows=windows(chain),
        behaviour=b,
        cohorts=cohorts(study),
        accounts=listed,
        flows=flows,
        books=books(account_of, len(listed), flow_of),
        conversions=conversions,
        after_reforms=after_reforms(account_of, len(listed), conversions.to),
        baseline_rows=baseline,
        plan_rows=planned,
        effect_rows=effects,
        state_of_account=np.array([states.index(a.state) for a in listed]),
        steps=study.timeline.steps,
    )


def _one_unit_a_row(study: Study, tables: list[Rows]) -> None:
    """Refuse rows in which the plan's chances count another unit of time than those it keeps."""
    problems = []
    for rows in tables:
        for row in rows.values():
            chances = [e for e in row if e.kind in ("chance", "count")]
            units = [e.unit for e in chances]
            if len(set(units)) > 1:
                message = f"a chance per {units[-1]} in a row of chances per {units[0]}"
                problems.append(study.tree.problem(keys_of_path(chances[-1].path), message))
    refuse(problems)


def _flows(study: Study) -> tuple[Move, ...]:
    patterns = [p for one_off in study.form.one_off.values() for p in one_off.moves]
    patterns += [p for outcome in study.form.outcomes.values() for p in outcome.moves]
    found = [move for p in patterns for move in study.names.matching(p, study.moves)]
    return tuple(dict.fromkeys(found))


def _conversions(study: Study, chain: Space) -> Conversions:
    steps, maps = [], []
    ordered = sorted(study.form.convert, key=lambda c: c.at)
    for convert in ordered:
        states = study.names.expand_all(convert.states)
        target = np.arange(len(chain))
        for i, cell in enumerate(chain.cells):
            if cell[0] in states and cell[0] != convert.to:
                target[i] = chain.index[chain.converted(cell, convert.to)]
        steps.append(study.timeline.first_step_from(convert.at))
        maps.append(target)
    return Conversions(
        np.array(steps, dtype=np.int64),
        np.array(maps, dtype=np.int64).reshape(len(steps), len(chain)),
    )
