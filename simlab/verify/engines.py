"""The engines against the law, and against each other.

``expected`` must give the means that plain recursion gives (`slow_twin`), to rounding. ``counts``
and ``citizens`` move whole people, so they are compared as samples: people by state and step with
the means of their draws, by a bound that holds however rare what is counted. What the people cost
is compared in `costs`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np

from simlab.engine.cost import EXACT, Engine
from simlab.engine.simulate import simulate_block
from simlab.result.certified import Check
from simlab.study.futures import FUTURES, Future
from simlab.verify import slow_twin
from simlab.verify.case import Case, Checks
from simlab.verify.check import absent, exact, passes, worst_of
from simlab.verify.conservation import rounding_of
from simlab.verify.false_alarm import CERTIFICATE, POWER, normal

GROUP_DRAWS = 16
PLAIN = 2  # draws of which the means are found by plain recursion


def checks() -> Checks:
    """Every check of the engines."""
    return {
        "engines.plain": plain_means,
        "engines.blocks": blocks,
        "engines.groups": groups,
        **{f"engines.people_{engine}": partial(means, engine) for engine in EXACT},
    }


def plain_means(case: Case) -> Check:
    """Expected people by account and step, by plain recursion."""
    chain, found = slow_twin.outline(case.compiled), []
    for d in range(min(PLAIN, case.draws)):
        for future in FUTURES:
            by_hand = sum(slow_twin.expected_heads(chain, c, d, future) for c in case.block.cohorts)
            heads = getattr(case.histories["expected"], f"heads_{future}")[d]
            found.append(
                exact("engines.plain", heads, by_hand, "people", axes=("step", "account"),
                      engine="expected", draw=d, future=future)
            )  # fmt: skip
    return worst_of(found)


def blocks(case: Case) -> Check:
    """The same to the last bit from other blocks, and shared by threads."""
    found, cut = [], max(case.draws // 3, 1)
    for engine, whole in case.histories.items():
        for start, stop in ((0, cut), (cut, case.draws)):
            part = simulate_block(case.compiled, case.compiled.block(start, stop), engine, 2)
            for future in FUTURES:
                one, other = (getattr(h, f"heads_{future}") for h in (part, whole))
                found.append(
                    exact("engines.blocks", one, other[start:stop], "people", rounding=0.0,
                          axes=("draw", "step", "account"), engine=engine, future=future)
                )  # fmt: skip
    return worst_of(found)


def groups(case: Case) -> Check:
    """Each group of people alone, summed, is all together: none moves anybody of another."""
    if len(case.block.cohorts) < 2:
        return absent("engines.groups")
    block, found = case.compiled.block(0, min(GROUP_DRAWS, case.draws)), []
    for engine in case.engines[:2]:
        alone = [
            simulate_block(case.compiled, replace(block, cohorts=(one,)), engine)
            for one in block.cohorts
        ]
        for future in FUTURES:
            total = sum(one.people(future) for one in alone)
            whole = case.histories[engine].people(future)[: block.values.draws]
            found.append(
                exact("engines.groups", whole, total, "people", rounding=rounding_of(engine),
                      axes=("draw", "step", "state"), engine=engine, future=future)
            )  # fmt: skip
    return worst_of(found)


# ── people ──


def means(engine: Engine, case: Case) -> Check:
    """People by state and step in whole numbers, against the means of their draws."""
    return worst_of([_mean_of(case, engine, future) for future in FUTURES])


def _mean_of(case: Case, engine: Engine, future: Future) -> Check:
    key = f"engines.people_{engine}"
    heads = case.histories[engine].people(future)[:, 1:].sum(axis=0)
    expected = case.histories["expected"].people(future)[:, 1:].sum(axis=0)
    if not expected.any():
        return absent(key, "statistical")
    # Of independent citizens p (1 − p) ≤ p, and of Poisson arrivals the mean: no more than that.
    width = bennett_width(expected, heads.size * len(FUTURES))
    excess = np.abs(heads - expected) / width
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    t, s = (int(i) for i in worst)
    n, spread = case.draws, math.sqrt(expected[worst])
    power = (width[worst] + normal(POWER) * spread) / n
    outcome = passes(bool(excess[worst] <= 1.0))
    return Check(
        key, "statistical", outcome, "people", float(heads[worst]) / n,
        float(expected[worst]) / n, float(width[worst]) / n, power, heads.size,
        {"engine": engine, "future": future, "step": t + 1, "state": case.study.names.states[s]},
    )  # fmt: skip


def bennett_width(variance: np.ndarray, values: int) -> np.ndarray:
    """How far a sum of independent parts of size 1 may be from its mean (`agreement`)."""
    goal = -math.log(CERTIFICATE.threshold(values) / 2.0)
    low, high = np.zeros_like(variance), np.sqrt(2.0 * goal * variance) + goal
    spread = np.maximum(variance, 1e-300)
    for _ in range(100):
        middle = 0.5 * (low + high)
        u = middle / spread
        short = spread * ((1.0 + u) * np.log1p(u) - u) < goal
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high + 1e-6
