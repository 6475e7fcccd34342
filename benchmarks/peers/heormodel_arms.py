"""heormodel: decision models of health economics; two arms on common random numbers, or a cohort.

``MicrosimModel.discrete`` simulates every citizen in both arms and ``MarkovModel`` multiplies
matrices; ``run_psa`` takes them through the draws on all cores, in processes. It is built for a
comparison, so it is given one, of two futures that are equal. It tells totals of cost by draw.
https://pedroliman.github.io/heormodel/
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers.peer import Call, Peer
from benchmarks.task import Answer, Task

ARMS = ("baseline", "plan")


def microsimulation(task: Task) -> Call:
    """Two arms of single citizens."""
    from heormodel.models import MicrosimModel

    matrices, cost = task.matrices, task.cost_per_month

    def chances(params: Any, arm: str, state: np.ndarray, people: Any, rng: Any) -> np.ndarray:
        found: np.ndarray = matrices[int(params["draw"])][state]
        return found

    def rewards(
        params: Any, arm: str, state: np.ndarray, people: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        return cost[state], (state == 2).astype(float)

    engine = MicrosimModel.discrete(
        states=tuple(f"state {i}" for i in range(len(cost))),
        transition_probabilities=chances,
        state_rewards=rewards,
        interventions=list(ARMS),
        n_cycles=task.months,
        population=task.citizens,
        initial_state=task.start,
        discount_rate=0.0,
        cycle_correction="none",
    )
    return through_draws(engine, task, per_person=task.citizens)


def cohort(task: Task) -> Call:
    """Two arms of expected numbers."""
    from heormodel.models import CohortSpec, MarkovModel

    matrices, cost, citizens = task.matrices, task.cost_per_month, task.citizens
    in_job = (np.arange(len(cost)) == 2).astype(float)

    def model(params: Any, arm: str) -> Any:
        return CohortSpec(matrices[int(params["draw"])], cost * citizens, in_job)

    start = np.zeros(len(cost))
    start[task.start] = 1.0
    engine = MarkovModel(
        states=tuple(f"state {i}" for i in range(len(cost))),
        interventions=ARMS,
        transitions_and_rewards=model,
        n_cycles=task.months,
        initial_state=start,
        discount_rate=0.0,
        cycle_correction="none",
    )
    return through_draws(engine, task, per_person=1)


def through_draws(engine: Any, task: Task, per_person: int) -> Call:
    """``run_psa`` over the draws; the cost of the second arm."""
    import pandas as pd
    from heormodel.run import run_psa

    numbers = pd.DataFrame(
        {"draw": np.arange(task.draws)}, index=pd.RangeIndex(task.draws, name="iteration")
    )

    def call(seed: int) -> Answer:
        found = run_psa(engine, numbers, seed=seed + 1, n_jobs=task.threads)
        cost = found.outcomes.data.loc[ARMS[1], "cost"]
        return Answer.of(None, cost.to_numpy() * per_person)

    return call


PEER = Peer(
    "heormodel",
    {"J2": microsimulation, "J3": cohort},
    package="heormodel",
    draws={"J2": 4, "J3": 500},
    threads=lambda threads: f"{threads} processes" if threads > 1 else "1",
    arms=2,
    note="two arms; totals by draw, no months",
)
