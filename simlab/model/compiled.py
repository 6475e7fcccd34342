"""The study as numbers: cells and classes once, intensities per block of draws.

    compiled = compile_study(study)              cells, rates, accounts: no numbers yet
    block    = compiled.block(start, stop)       every draw's intensities and people, both futures

Where the plan's effects depend on numbers of people (places, caseload), they are resolved by a
forward recursion on expected numbers: step t uses the numbers of its own future at t − 1. Given
the draw, citizens are then independent, which is what makes the engines exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.kernel.arrays import Conversions
from simlab.model.accounts import accounts, after_reforms, books, money_readers
from simlab.model.block import Block, CompiledStudy
from simlab.model.caseload import resolve
from simlab.model.cells import MAX_CELLS, StateSpace, TooManyCellsError, flat, state_space, windows
from simlab.model.clocks import clock_rules, read_by
from simlab.model.cohorts import cohorts, starts
from simlab.model.enrolment import programme
from simlab.model.hazards import DrawnFactors, HazardBuilder
from simlab.model.parameters import Values, sample
from simlab.model.shares import found_ratios
from simlab.model.transition_tables import transition_tables
from simlab.study.errors import one_problem, refuse
from simlab.study.key_path import keys_of_path
from simlab.study.memo import once_a_study
from simlab.study.moves import Move, Rows, overlay
from simlab.study.study import Study
from simlab.study.values import Varying

MAX_CELLS_BY_STEP = 50_000_000  # the expected people of one draw: 0.4 GB for each future


@dataclass(frozen=True)
class Compiled(CompiledStudy):
    """A study without its numbers, which makes the blocks of its draws."""

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
        values = self.with_ratios(values)
        drawn = DrawnFactors(self, values, cycle, whole=whole)
        built = [HazardBuilder(drawn, cohort) for cohort in self.cohorts]
        if self.needs_numbers:
            resolve(self, values, built, drawn.coverage, drawn.shares)
        return Block(
            values=values,
            cohorts=tuple(builder.model() for builder in built),
            base=(drawn.base, drawn.base_plan),
            coverage=drawn.coverage,
            active=drawn.active,
            shares=drawn.shares,
            scaled=drawn.scaled,
            capped=drawn.capped,
            whole=whole,
        )

    def with_ratios(self, values: Values) -> Values:
        """The values with the ratios that give the study's shares at a date."""
        if not self.study.form.shares or (values.found is not None and values.found.effect):
            return values
        return values.with_found(found_ratios(as_told(self), values))


@once_a_study
def compile_study(study: Study) -> Compiled:
    """Cells, classes, rates and accounts of a study."""
    form = study.form
    baseline = study.rows
    planned = overlay(baseline, study.plan_rows)
    effects = {
        i: overlay(planned, study.effect_rows[i])
        for i, effect in enumerate(form.plan.effect)
        if effect.given
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
        space = state_space(rules, moves_from, starts(study), changes, read, programme(study))
    except TooManyCellsError:
        text = (
            f"states and times on clocks make over {MAX_CELLS:,} cells; take longer steps, earlier "
            "last bands, or fewer clocks that run at once"
        )
        raise one_problem(study.tree.main, "clocks", text) from None
    if len(space) * study.timeline.steps > MAX_CELLS_BY_STEP:
        text = f"gives {study.timeline.steps:,} steps, too many for {len(space):,} cells"
        allowed = f"their product may be {MAX_CELLS_BY_STEP:,}; take fewer years, or longer steps"
        raise one_problem(study.tree.main, "years", f"{text}; {allowed}")
    conversions = _conversions(study, space)
    listed, account_of = accounts(study, space, conversions.to)
    b = transition_tables(study, space, tables)
    cells, flows = flat(space, b.class_of, b.rate_first), _flows(study)
    flow_of = np.array([flows.index(m) if m in flows else -1 for m in b.rates], dtype=np.int64)
    states = list(study.names.states)
    return Compiled(
        study=study,
        space=space,
        cells=cells,
        windows=windows(space),
        tables=b,
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


def as_told(compiled: Compiled) -> Compiled:
    """The study of the plan that was measured: neither later, nor smaller, nor lost again."""
    plan = compiled.study.form.plan
    if plan.later_months == 0 and plan.scale == 1.0 and plan.effect_years is None:
        return compiled
    as_written = {"plan.later_months": 0, "plan.scale": 1.0, "plan.effect_years": None}
    return compile_study(compiled.study.replace(as_written))


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
    moves = [move for p in patterns for move in study.names.matching(p, study.moves)]
    return tuple(dict.fromkeys(moves))


def _conversions(study: Study, space: StateSpace) -> Conversions:
    steps, maps = [], []
    ordered = sorted(study.form.convert, key=lambda c: c.at)
    for convert in ordered:
        states = study.names.expand_all(convert.states)
        target = np.arange(len(space))
        for i, cell in enumerate(space.cells):
            if cell[0] in states and cell[0] != convert.to:
                target[i] = space.index[space.converted(cell, convert.to)]
        steps.append(study.timeline.first_step_from(convert.at))
        maps.append(target)
    return Conversions(
        np.array(steps, dtype=np.int64),
        np.array(maps, dtype=np.int64).reshape(len(steps), len(space)),
    )
