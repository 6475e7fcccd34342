"""JAX: ``lax.scan`` over the months, compiled by XLA for the processor, on all its cores.

Numbers of 64 bits in J3, as everybody's there; uniform numbers of 32 bits in J1 and J2.
https://docs.jax.dev/en/latest/_autosummary/jax.lax.scan.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers.peer import Call, Peer
from benchmarks.task import Answer, Task


def microsimulation(task: Task) -> Call:
    """One uniform number a citizen and month; draws and citizens in one array."""
    import jax
    import jax.numpy as jnp

    draws, states, _ = task.matrices.shape
    cdf = np.cumsum(task.matrices, axis=2)[:, :, :-1].astype(np.float32)

    def one_draw(state: Any, row: Any, u: Any) -> Any:
        following = sum((u >= row[:, k][state]).astype(jnp.int32) for k in range(states - 1))
        return following, jnp.stack([jnp.sum(following == s) for s in range(states)])

    @jax.jit
    def all_draws(key: Any, rows: Any) -> Any:
        everybody = jnp.full((draws, task.citizens), task.start, dtype=jnp.int32)

        def month(state: Any, key: Any) -> Any:
            return jax.vmap(one_draw)(state, rows, jax.random.uniform(key, state.shape))

        return jax.lax.scan(month, everybody, jax.random.split(key, task.months))[1]

    at_start = np.zeros((draws, 1, states), dtype=np.int64)
    at_start[:, 0, task.start] = task.citizens

    def call(seed: int) -> Answer:
        later = np.asarray(all_draws(jax.random.key(seed), cdf)).swapaxes(0, 1)
        people = np.concatenate([at_start, later], axis=1)
        return Answer.of(people, people @ task.cost_per_month)

    return call


def expected(task: Task) -> Call:
    """x ← x P for all draws at once."""
    import jax
    import jax.numpy as jnp

    @jax.jit
    def all_draws(p: Any, cost: Any) -> Any:
        states, _, draws = p.shape

        def month(x: Any, _: None) -> Any:
            due = sum(x[i] * cost[i] for i in range(states))
            return sum(x[i] * p[i] for i in range(states)), (x, due)

        x = jnp.zeros((states, draws)).at[task.start].set(task.citizens)
        return jax.lax.scan(month, x, None, length=task.months + 1)[1]

    def call(seed: int) -> Answer:
        with jax.enable_x64(True):
            p = jnp.asarray(task.matrices.transpose(1, 2, 0))
            people, cost = all_draws(p, jnp.asarray(task.cost_per_month))
            return Answer.of(np.asarray(people).transpose(2, 0, 1), np.asarray(cost).T)

    return call


PEER = Peer(
    "JAX",
    {"J1": microsimulation, "J2": microsimulation, "J3": expected},
    package="jax",
    draws={"J2": 60},
    threads=lambda threads: "all",
)
