"""NumPy, as a good script: whole arrays, a month at a time, in pieces that stay in cache.

Microsimulation: a uniform number for every citizen against the chance of staying; those who leave,
and only they, are compared with the cumulative chances of the other states. Expected numbers: the
sum of x_i P_ij over all draws at once. Counts: ``Generator.multinomial`` for every state.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers.peer import Call, Peer
from benchmarks.task import Answer, Task

AT_A_TIME = 1_000  # draws whose matrices and people stay in cache


def microsimulation(task: Task) -> Call:
    """One uniform number a citizen and month."""

    def call(seed: int) -> Answer:
        rng = np.random.default_rng(seed)
        people = np.stack([one_draw(p, task, rng) for p in task.matrices])
        return Answer.of(people, people @ task.cost_per_month)

    return call


def one_draw(p: np.ndarray, task: Task, rng: np.random.Generator) -> np.ndarray:
    """(months + 1, states) people of one draw."""
    states = len(p)
    # Staying first, then the other states: row s is a permutation of the states that begins with s.
    order = np.argsort(-np.eye(states), axis=1, kind="stable")
    cdf = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1).astype(np.float32)
    cdf[np.arange(states), (p > 0)[np.arange(states)[:, None], order].cumsum(1).argmax(1)] = 2.0
    state = np.full(task.citizens, task.start)
    u = np.empty(task.citizens, dtype=np.float32)
    people = np.zeros((task.months + 1, states), dtype=np.int64)
    people[0, task.start] = task.citizens
    for t in range(task.months):
        rng.random(dtype=np.float32, out=u)
        leavers = np.flatnonzero(u >= cdf[:, 0][state])
        origin = state[leavers]
        target = order[origin, (u[leavers, None] >= cdf[origin]).sum(axis=1)]
        state[leavers] = target
        moved_out = np.bincount(origin, minlength=states)
        people[t + 1] = people[t] - moved_out + np.bincount(target, minlength=states)
    return people


def expected(task: Task) -> Call:
    """x ← x P with the draws as the dimension of the arrays."""

    def call(seed: int) -> Answer:
        draws, states, _ = task.matrices.shape
        people = np.empty((task.months + 1, states, draws))
        people[0] = 0.0
        people[0, task.start] = task.citizens
        product = np.empty((states, AT_A_TIME))
        for first in range(0, draws, AT_A_TIME):
            p = np.ascontiguousarray(task.matrices[first : first + AT_A_TIME].transpose(1, 2, 0))
            x, one = people[:, :, first : first + AT_A_TIME], product[:, : p.shape[2]]
            for t in range(task.months):
                np.multiply(p[0], x[t, 0], out=x[t + 1])
                for i in range(1, states):
                    x[t + 1] += np.multiply(p[i], x[t, i], out=one)
        cost = np.einsum("tsd,s->td", people, task.cost_per_month)
        return Answer.of(people.transpose(2, 0, 1), cost.T)

    return call


def counts(task: Task) -> Call:
    """A multinomial count out of every state in every month."""

    def call(seed: int) -> Answer:
        rng = np.random.default_rng(seed)
        draws, states, _ = task.matrices.shape
        people = np.zeros((draws, task.months + 1, states), dtype=np.int64)
        people[:, 0, task.start] = task.citizens
        for t in range(task.months):
            people[:, t + 1] = rng.multinomial(people[:, t], task.matrices).sum(axis=1)
        return Answer.of(people, people @ task.cost_per_month)

    return call


PEER = Peer(
    "NumPy",
    {"J1": microsimulation, "J2": microsimulation, "J3": expected, "J4": counts},
    package="numpy",
    draws={"J2": 60},
)
