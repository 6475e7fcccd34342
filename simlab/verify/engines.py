"""The engines against plain recursion, and against each other.

``expected`` must give the means that plain recursion gives (`slow_twin`), to rounding. ``counts``
and ``citizens`` move whole people, so they are compared as samples: people by state and step with
the means of their draws, by a bound that holds however rare what is counted. What the people cost
is compared in `costs`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.engine.work import Engine
from simlab.study.futures import FUTURES
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case
from simlab.verify.check import check, check_by_engine
from simlab.verify.comparison import Pairs, Where, exact, passes
from simlab.verify.conservation import people_of
from simlab.verify.false_alarm import CERTIFICATE, SEEN

GROUP_DRAWS = 16
PLAIN = 2  # draws of which the means are found by plain recursion


@check("engines.plain", Message("Expected {people}, worked out once more by hand"))
def plain_means(case: Case) -> Iterator[Pairs]:
    """Expected people by account and step, by plain recursion."""
    chain, histories = case.chain, case.histories["expected"]
    for d, future in itertools.product(range(min(PLAIN, case.draws)), FUTURES):
        cohorts = case.block.cohorts
        by_hand = sum(slow_twin.expected_heads(chain, each, d, future) for each in cohorts)
        heads = histories.heads(future)[d]
        yield people_of(histories, future, heads, by_hand, "step", "account", draw=d)


@check("engines.blocks", Message("Blocks and threads change nothing, to the last bit"))
def blocks(case: Case) -> Iterator[Pairs]:
    """The same to the last bit from other blocks, and shared by threads."""
    cut = max(case.draws // 3, 1)
    for engine, whole in case.histories.items():
        for start, stop in ((0, cut), (cut, case.draws)):
            part = simulate_block(case.compiled, case.compiled.block(start, stop), engine, 2)
            for future in FUTURES:
                both = part.heads(future), whole.heads(future)[start:stop]
                where = Where("draw", "step", "account", engine=engine, future=future)
                yield exact(*both, "people", where, rounding=0.0)


@check("engines.groups", Message("Groups of {people} sum to all, and none moves another"))
def groups(case: Case) -> Iterator[Pairs]:
    """Each group of people alone, summed, is all together."""
    if len(case.block.cohorts) < 2:
        return
    block = case.compiled.block(0, min(GROUP_DRAWS, case.draws))
    for engine in case.engines[:2]:
        alone = [
            simulate_block(case.compiled, replace(block, cohorts=(cohort,)), engine)
            for cohort in block.cohorts
        ]
        for future in FUTURES:
            total = sum(group.people(future) for group in alone)
            whole = case.histories[engine].people(future)[: block.values.draws]
            yield people_of(alone[0], future, whole, total, "draw", "step", "state")


# ── people ──


@check_by_engine(
    "engines.people",
    lambda engine: Message("{engine}: {people} have the mean of their draw", engine=engine),
)
def means(engine: Engine, case: Case) -> Iterator[Pairs]:
    """People by state and step in whole numbers, against the means of their draws."""
    for future in FUTURES:
        heads = case.histories[engine].people(future)[:, 1:].sum(axis=0)
        expected = case.histories["expected"].people(future)[:, 1:].sum(axis=0)
        if not expected.any():
            continue
        # Of independent citizens p (1 − p) ≤ p, and of Poisson arrivals the mean: no more.
        width = bennett_width(expected, heads.size * len(FUTURES))
        excess = np.abs(heads - expected) / width
        worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
        t, state = int(worst[0]), case.study.names.states[int(worst[1])]
        n, spread = case.draws, math.sqrt(expected[worst])
        seen = (width[worst] + SEEN * spread) / n
        where = {"engine": engine, "future": future, "step": t + 1, "state": state}
        there, mean, allowed = (float(each[worst]) / n for each in (heads, expected, width))
        outcome = passes(bool(excess[worst] <= 1.0))
        yield Pairs(outcome, "people", there, mean, allowed, seen, heads.size, where)


def bennett_width(variance: np.ndarray, values: int) -> np.ndarray:
    """How far a sum of independent parts of size 1 may be from its mean."""
    goal = -math.log(CERTIFICATE.threshold(values) / 2.0)
    low, high = np.zeros_like(variance), np.sqrt(2.0 * goal * variance) + goal
    spread = np.maximum(variance, 1e-300)
    for _ in range(100):
        middle = 0.5 * (low + high)
        u = middle / spread
        short = spread * ((1.0 + u) * np.log1p(u) - u) < goal
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high + 1e-6
