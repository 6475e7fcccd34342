"""Whole numbers are counted draw by draw, and put down so many draws at a time.

Answers hold the draws of a number side by side, a cache line of them; an engine that wrote one draw
after the other there would fetch every line once for each of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.arrays import Out
from simlab.kernel.compiled import kernel

ABREAST = 8  # the draws of a cache line


class Held(NamedTuple):
    """What an engine counts draw by draw, until so many draws are put down side by side.

    heads : (ABREAST, 2, steps + 1, accounts)      flows : (ABREAST, 2, steps + 1, flows)
    """

    heads: np.ndarray
    flows: np.ndarray


def held(steps: int, accounts: int, flows: int) -> Held:
    """Room for whole numbers of both futures."""
    shapes = ((ABREAST, 2, steps + 1, width) for width in (accounts, flows))
    return Held(*(np.zeros(shape, dtype=np.int64) for shape in shapes))


@kernel
def put_down(held: Held, d: int, draws: int, out: Out) -> None:
    """Add what is held to ``out`` when draw d fills it up, or is the last."""
    place = d % ABREAST
    if place == ABREAST - 1 or d == draws - 1:
        put_abreast(held.heads[: place + 1], out.heads[:, :, :, d - place : d + 1])
        put_abreast(held.flows[: place + 1], out.flows[:, :, :, d - place : d + 1])


@kernel
def put_abreast(held: np.ndarray, out: np.ndarray) -> None:
    """Add held : (draws, 2, ≥ steps + 1, columns) to out : (2, steps + 1, columns, draws)."""
    for f in range(out.shape[0]):
        for t in range(out.shape[1]):
            for k in range(out.shape[2]):
                for d in range(out.shape[3]):
                    out[f, t, k, d] += held[d, f, t, k]
