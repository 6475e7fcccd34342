"""The engines against plain NumPy on the reference chain: time a future, and the ratio.

An engine moves both futures of every draw, with hazards, coupling and accounts; the loop moves one
future by x ← x P. So an engine's time is halved before it is compared.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import simlab
from simlab.engine.simulate import Histories, simulate_block
from simlab.model.model import Block, Compiled, compile_study

STATES = ("job_ready", "activity_ready", "job", "education", "early_pension")
CHANCES = np.array(
    [
        [0.90, 0.03, 0.05, 0.019, 0.001],
        [0.02, 0.95, 0.012, 0.008, 0.010],
        [0.015, 0.005, 0.975, 0.005, 0.0],
        [0.01, 0.01, 0.03, 0.95, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.0],
    ]
)
EFFECTIVE_PEOPLE = 200  # row i ~ Dirichlet(200 · P[i]) over its entries that are not 0
CITIZENS = 10_000
DRAWS = 1_000


def row(origin: int) -> str:
    """One row of counts; ``prior = 0`` takes them as they are."""
    counts = {
        to: EFFECTIVE_PEOPLE * p for to, p in zip(STATES, CHANCES[origin], strict=True) if p > 0
    }
    lines = [f"{to} = {count:g}" for to, count in counts.items()]
    return "\n".join([f"[count_per_month.{STATES[origin]}]", "prior = 0", *lines])


STUDY = "\n".join(
    [
        f"start = '2020-01'\nyears = 10\nstates = {list(STATES)}",
        f"[citizens.activity_ready]\nnumber = {CITIZENS}",
        *(row(origin) for origin in range(4)),
    ]
)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_study(simlab.loads(STUDY))


@pytest.fixture(scope="module")
def block(compiled: Compiled) -> Block:
    return compiled.block(0, DRAWS)


@pytest.fixture(scope="module")
def matrices(block: Block) -> np.ndarray:
    """(draws, 5, 5): the same draws of the same chances, from the gammas behind each row."""
    p = np.zeros((DRAWS, 5, 5))
    p[:, 4, 4] = 1.0
    for path, gammas in block.values.sampled.items():
        _, origin, to = path.split(".")
        p[:, STATES.index(origin), STATES.index(to)] = gammas
    return p / p.sum(axis=2, keepdims=True)


def plain_loop(p: np.ndarray) -> np.ndarray:
    """(draws, 121, 5): expected numbers by x ← x P, a month at a time, all draws at once."""
    people = np.zeros((DRAWS, 121, 5))
    people[:, 0, 1] = CITIZENS
    for t in range(120):
        people[:, t + 1] = (people[:, t, None, :] @ p)[:, 0, :]
    return people


def seconds(work: Callable[[], Any], rounds: int = 5) -> float:
    """The median time of ``work``, after a warm-up."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return float(np.median(times))


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_engine(benchmark, compiled, block, matrices, engine):
    loop = seconds(lambda: plain_loop(matrices))
    found: Histories = benchmark.pedantic(
        simulate_block, (compiled, block, engine), rounds=5, warmup_rounds=1
    )
    future = benchmark.stats.stats.median / 2
    benchmark.extra_info["draw-months a second, one future"] = DRAWS * 120 / future
    benchmark.extra_info["citizen-months a second, one future"] = DRAWS * 120 * CITIZENS / future
    benchmark.extra_info["times as fast as plain NumPy"] = loop / future
    speed = f"{future * 1e3:.1f} ms a future, {loop / future:.2f} times plain NumPy's speed"
    print(f"\n{engine}: {speed}")
    exact = plain_loop(matrices)
    if engine == "expected":
        np.testing.assert_allclose(found.people("plan"), exact, rtol=1e-9, atol=1e-6)
    else:
        spread = np.sqrt(CITIZENS / 4 / DRAWS)  # a count's variance given the draw is at most n/4
        apart = (found.people("plan") - exact).mean(axis=0)
        assert np.abs(apart).max() < 6 * spread
