"""A stronger effect towards what costs the least never lowers the expected saving.

A move is **cheapest** in a step if, wherever it can be made, what it leads to costs no more from
then on than anything else that can come of the step, staying included. Where the plan makes such a
move more intense still, somebody goes from a dearer outcome to the cheapest, and the plan's cost
cannot rise. Which moves are cheapest when is found by hand, by backward recursion from the horizon,
with the stronger law of all later steps; then the engine leads both plans.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.kernel.arrays import Hazards
from simlab.model.block import Block, CohortModel
from simlab.result.certified import Check
from simlab.verify import slow_twin
from simlab.verify.case import Case, with_hazards
from simlab.verify.check import ROUNDING, absent, passes
from simlab.verify.costs import cost_of_people

MORE = 1.1  # times as intense
KEY = "plan.stronger"


def stronger(case: Case) -> Check:
    """How much dearer the plan of draw 0 becomes when its cheapest moves are more intense.

    What is compared can only be seen to be wrong when all that is gained is lost again.
    """
    block = case.compiled.block(0, 1)
    paid = cost_of_people(case, 0)
    chain = slow_twin.outline(case.compiled)
    if not paid.heads[1].any() and not paid.moves.any():
        return absent(KEY)
    cohorts, changed = [], 0
    for one in block.cohorts:
        law, moves = _stronger_law(chain, one, _acted_on(case, one), paid)
        changed += moves
        cohorts.append(one if moves == 0 else with_hazards(one, one.baseline, law))
    if not changed:
        return absent(KEY)
    bolder, before = (_cost(case, b, paid) for b in (replace(block, cohorts=tuple(cohorts)), block))
    tolerance = ROUNDING * max(abs(before), float(np.abs(paid.heads).max()))
    gain = before - bolder
    return Check(
        KEY, "exact", passes(gain >= -tolerance), "kr.", max(-gain, 0.0), 0.0, tolerance,
        max(gain, 0.0) + tolerance, changed, {"engine": "expected", "draw": 0},
    )  # fmt: skip


def _cost(case: Case, block: Block, paid: slow_twin.Paid) -> float:
    led = simulate_block(case.compiled, block, "expected")
    return float((led.heads_plan[0] * paid.heads[1]).sum() + (led.flows_plan[0] * paid.moves).sum())


def _acted_on(case: Case, cohort: CohortModel) -> np.ndarray:
    """The rates whose intensity an effect of the plan multiplies in a cohort."""
    return np.array(cohort.acted_on, dtype=np.int64)


def _stronger_law(
    chain: slow_twin.Outline, cohort: CohortModel, rates: np.ndarray, paid: slow_twin.Paid
) -> tuple[Hazards, int]:
    """The plan's law of draw 0 with its cheapest moves more intense, and in how many steps."""
    law = cohort.plan
    if not len(rates):
        return law, 0
    columns = law.factor.shape[2] + np.arange(len(rates))
    factor = np.concatenate([law.factor, law.factor[:, :, law.factor_of[rates]]], axis=2)
    factor_of = law.factor_of.copy()
    factor_of[rates] = columns
    law = law._replace(factor=factor, factor_of=factor_of)
    ahead, changed = np.zeros(len(chain.account)), 0
    for t in range(len(paid.moves) - 1, 0, -1):
        # of each outcome: what it costs, and what the end of step t leads to
        cost = chain.outcomes(
            paid.heads[1, t][chain.account] + ahead, chain.by_rate(paid.moves[t])
        )  # fmt: skip
        row = chain.row(law, 0, t - 1)
        cheapest = _cheapest(chain, row, cost, rates) & ~row.scaled.any()
        factor[0, t - 1, columns[cheapest]] *= MORE
        changed += int(cheapest.sum())
        row = chain.row(law, 0, t - 1)
        ahead = chain.converted(t, chain.onward(cost, row.p, 1.0 - row.leave))
    return law, changed


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
