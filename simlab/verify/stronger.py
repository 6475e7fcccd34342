"""A stronger effect towards what costs the least never lowers the expected saving.

A move is **cheapest** in a step if, wherever it can be made, what it leads to costs no more from
then on than anything else that can come of the step, staying included. Where the plan makes such a
move more intense still, somebody goes from a dearer outcome to the cheapest, and the plan's cost
cannot rise. Which moves are cheapest when is found by hand, by backward recursion from the horizon,
with the stronger hazards of all later steps; then the engine leads both plans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.kernel.arrays import Hazards
from simlab.model.block import Block, CohortModel
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case, with_hazards
from simlab.verify.check import check
from simlab.verify.comparison import ROUNDING, Pairs, passes
from simlab.verify.costs import cost_of_people

MORE = 1.1  # times as intense


@check("plan.stronger", Message("A stronger effect towards the cheapest saves no less"))
def stronger(case: Case) -> Iterator[Pairs]:
    """How much dearer the plan of draw 0 becomes when its cheapest moves are more intense.

    What is compared can only be seen to be wrong when all that is gained is lost again.
    """
    block, paid = case.compiled.block(0, 1), cost_of_people(case)[0]
    if not paid.heads[1].any() and not paid.moves.any():
        return
    cohorts, changed = [], 0
    for cohort in block.cohorts:
        hazards, moves = _stronger(case.chain, cohort, paid)
        changed += moves
        cohorts.append(cohort if moves == 0 else with_hazards(cohort, cohort.laws[0], hazards))
    if not changed:
        return
    bolder, before = (_cost(case, b, paid) for b in (replace(block, cohorts=tuple(cohorts)), block))
    tolerance = ROUNDING * max(abs(before), float(np.abs(paid.heads).max()))
    gain, where = before - bolder, {"engine": "expected", "draw": 0}
    outcome, lost, seen = passes(gain >= -tolerance), max(-gain, 0.0), max(gain, 0.0) + tolerance
    yield Pairs(outcome, "kr.", lost, 0.0, tolerance, seen, changed, where)


def _cost(case: Case, block: Block, paid: slow_twin.Paid) -> float:
    led = simulate_block(case.compiled, block, "expected")
    heads, flows = led.heads("plan")[0], led.flows("plan")[0]
    return float((heads * paid.heads[1]).sum() + (flows * paid.moves).sum())


def _stronger(
    chain: slow_twin.Outline, cohort: CohortModel, paid: slow_twin.Paid
) -> tuple[Hazards, int]:
    """The plan's hazards of draw 0 with its cheapest moves more intense, and in how many steps.

    Its moves are those whose intensity an effect multiplies.
    """
    hazards, rates = cohort.laws[1], np.array(cohort.acted_on, dtype=np.int64)
    if not len(rates):
        return hazards, 0
    columns = hazards.factor.shape[2] + np.arange(len(rates))
    factor = np.concatenate(
        [hazards.factor, hazards.factor[:, :, hazards.factor_of[rates]]], axis=2
    )
    factor_of = hazards.factor_of.copy()
    factor_of[rates] = columns
    hazards = hazards._replace(factor=factor, factor_of=factor_of)
    ahead, changed = np.zeros(len(chain.account)), 0
    for t in range(len(paid.moves) - 1, 0, -1):
        # of each outcome: what it costs, and what the end of step t leads to
        there = paid.heads[1, t][chain.account] + ahead
        cost = chain.outcomes(there, chain.by_rate(paid.moves[t]))
        row = chain.row(hazards, 0, t - 1)
        cheapest = _cheapest(chain, row, cost, rates) & ~row.scaled.any()
        factor[0, t - 1, columns[cheapest]] *= MORE
        changed += int(cheapest.sum())
        row = chain.row(hazards, 0, t - 1)
        ahead = chain.converted(t, chain.onward(cost, row.p, 1.0 - row.leave))
    return hazards, changed


def _cheapest(
    chain: slow_twin.Outline, row: slow_twin.Row, cost: np.ndarray, rates: np.ndarray
) -> np.ndarray:
    """(rates,) whether each move is the cheapest outcome of the step in all cells of its class."""
    of_move, least = cost[: len(chain.rate)], cost[len(chain.rate) :].copy()  # who stays
    possible = row.p[chain.rate] > 0.0
    np.minimum.at(least, chain.origin[possible], of_move[possible])
    dearer = of_move > least[chain.origin]
    fails = np.zeros(len(row.p), dtype=bool)
    np.logical_or.at(fails, chain.rate, dearer)
    return np.asarray((row.p[rates] > 0.0) & ~fails[rates])
