"""Another plan on the same draws: the baseline is led once, and each plan beside it.

What both studies draw is the same number in both: a draw is one world, whatever is planned in it.
The baseline is kept where everything that it is led by is the same to the bit. A plan that reads
other clocks, or moves people in other ways, asks for other cells; then both futures are led anew,
and the baseline must have the people that it had before. So must it with chance, where both futures
share the random numbers of a draw.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.model.block import CohortModel
from simlab.model.compiled import Compiled, compile_study
from simlab.model.parameters import Values, sample
from simlab.study.baseline import differing
from simlab.study.errors import Problem, refuse
from simlab.study.study import Study

NEAR = 1e-9  # of the people, where the same chain is led through other cells


def another_plan(histories: Histories, study: Study) -> tuple[Histories, bool]:
    """The draws of ``histories`` under the plan of ``study``; and whether the baseline is kept.

    StudyError where the studies differ in more than the plan. ValueError where these draws have not
    the baseline that the study gives them: other people, fewer steps, or another business cycle.
    """
    refuse([*_other_draws(histories.study, study), *differing(histories.study, study)])
    compiled, engine = compile_study(study), histories.engine
    values = _values(histories, study)
    block = compiled.block_of(values, whole=histories.block.whole)
    both = zip(histories.block.cohorts, block.cohorts, strict=True)
    kept = _one_chain(histories.compiled, compiled) and all(_alike(*cohorts) for cohorts in both)
    if kept and engine == "expected":
        return simulate_block(compiled, block, engine, known=histories), True
    anew = simulate_block(compiled, block, engine)
    if not kept and not _same_people(_expected(histories), _expected(anew)):
        raise ValueError(
            "the baseline of these draws is not that of the study (other people, fewer steps, or "
            "another business cycle), so no other plan can be set beside it; simulate the other "
            "study by itself"
        )
    return anew, False


def _other_draws(first: Study, other: Study) -> list[Problem]:
    """What is wrong with a seed that is another: its draws are other worlds."""
    if first.form.seed == other.form.seed:
        return []
    text = f"is {other.form.seed}, but {first.form.seed} in {first.tree.main}: other draws"
    return [other.tree.problem(("seed",), text)]


def _values(histories: Histories, study: Study) -> Values:
    """The values of the study's figures; those that both studies have are as they were drawn."""
    before, known = histories.block.values, histories.study.quantities
    drawn = {
        path: value
        for path, value in before.sampled.items()
        if path in study.quantities and study.quantities[path] == known.get(path)
    }
    values = sample(study, before.start, before.stop)
    levels = before.found.levels if before.found is not None else None
    return replace(values, sampled=MappingProxyType({**values.sampled, **drawn}), found=levels)


def _one_chain(one: Compiled, other: Compiled) -> bool:
    """Whether two studies have the same cells, accounts and flows."""
    return (
        one.accounts == other.accounts
        and one.flows == other.flows
        and one.steps == other.steps
        and _same(one.chain, other.chain)
    )


def _alike(one: CohortModel, other: CohortModel) -> bool:
    """Whether two cohorts have the same baseline."""
    people, others = (
        cohort.people._replace(arrivals=cohort.people.arrivals[:1]) for cohort in (one, other)
    )
    return _same(one.laws[0], other.laws[0]) and _same(people, others)


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether all arrays of two tuples are the same."""
    return all(
        _same(a, b) if isinstance(a, tuple) and isinstance(b, tuple) else np.array_equal(a, b)
        for a, b in zip(one, other, strict=True)
    )


def _expected(histories: Histories) -> Histories:
    if histories.engine == "expected":
        return histories
    return simulate_block(histories.compiled, histories.block, "expected")


def _same_people(one: Histories, other: Histories) -> bool:
    """Whether two baselines have the same people in each state and step."""
    before, now = one.people("baseline"), other.people("baseline")
    slack = NEAR * (1.0 + np.abs(before).max(initial=0.0))
    return before.shape == now.shape and bool(np.abs(now - before).max(initial=0.0) <= slack)
