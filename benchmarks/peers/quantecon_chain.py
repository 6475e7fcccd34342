"""QuantEcon: ``MarkovChain.simulate_indices``, sample paths of one chain, compiled by numba.

https://quanteconpy.readthedocs.io/en/latest/markov/core.html
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers.peer import Call, Peer
from benchmarks.task import Answer, Task

AT_A_TIME = 10_000  # citizens whose paths are in memory


def microsimulation(task: Task) -> Call:
    """Paths of all citizens, counted by month."""
    from quantecon import MarkovChain

    chains = [MarkovChain(p) for p in task.matrices]

    def call(seed: int) -> Answer:
        rng = np.random.default_rng(seed)
        people = np.stack([one_draw(chain, task, rng) for chain in chains])
        return Answer.of(people, people @ task.cost_per_month)

    return call


def one_draw(chain: object, task: Task, rng: np.random.Generator) -> np.ndarray:
    """(months + 1, states) people of one draw."""
    states = len(task.cost_per_month)
    people = np.zeros((task.months + 1, states), dtype=np.int64)
    for first in range(0, task.citizens, AT_A_TIME):
        paths = chain.simulate_indices(  # type: ignore[attr-defined]
            task.months + 1,
            init=task.start,
            num_reps=min(AT_A_TIME, task.citizens - first),
            random_state=rng,
        )
        for state in range(states):
            people[:, state] += np.count_nonzero(paths == state, axis=0)
    return people


PEER = Peer(
    "QuantEcon",
    {"J1": microsimulation, "J2": microsimulation},
    package="quantecon",
    draws={"J2": 30},
    citizens={"J1": 300_000},
)
