"""Draws small enough to travel in a page: net flows as whole numbers, compressed.

Of each of the first draws and each perspective the undiscounted net flow f_t = saving_t − cost_t is
kept as a whole number q_t of units of u kr. The rounding is fed forward: q_t is chosen so that the
discounted balance Σ q_s · u · v_s, at the study's own rate, stays within a unit of the true one in
every step, and is below zero in exactly the steps in which the true one is. So payback at the
study's own rate is the run's, to the step, for every horizon; at another rate the balance is off by
a unit or two, and a payback now and then by a step.

Flows change little from step to step: their differences, folded to whole numbers from zero (0, −1,
1, −2, …), low bytes before high bytes, are what zlib compresses to about a byte a figure.
"""

from __future__ import annotations

import base64
import zlib

import numpy as np

from simlab.model.sequences import REPLICATES
from simlab.risk.payback import ZERO, Payback

MOST_DRAWS = 1_024  # 64 of each of the 16 replicates
MOST_FIGURES = 500_000  # half a megabyte, or little more, in the page
LARGEST = 16_000  # units in the largest flow: the difference of two, folded, fits 16 bits
TYPICAL = 512  # units in a typical flow


def draws_in_page(draws: int, figures_per_draw: int) -> int:
    """How many of the first draws the page holds: all of few, else the same of each replicate."""
    most = min(MOST_DRAWS, MOST_FIGURES // figures_per_draw // REPLICATES * REPLICATES)
    return min(draws, max(most, REPLICATES))


def whole_flows(payback: Payback, discount: np.ndarray, draws: int) -> tuple[np.ndarray, float]:
    """The first draws' net flows q : (draws, steps + 1) int, and the unit u, kr.

    discount : (steps + 1,) the factors with which ``payback.balance`` was discounted
    """
    balance = payback.balance[:draws]
    flows = np.diff(balance, axis=1, prepend=0.0) / discount
    unit = _unit(flows, discount)
    q = np.zeros(balance.shape, np.int64)
    reached = np.zeros(len(balance))
    for t, v in enumerate(discount):
        true = balance[:, t]
        q[:, t] = np.rint((true - reached) / (unit * v))
        below, said_below = true < -ZERO, reached + q[:, t] * unit * v < -ZERO
        q[:, t] += said_below.astype(int) - below  # 0 where both agree
        reached = reached + q[:, t] * unit * v  # in the order in which the page adds them up
    return q, unit


def _unit(flows: np.ndarray, discount: np.ndarray) -> float:
    """Kroner in a unit: fine for typical flows, coarse enough for the largest."""
    size = np.abs(flows)
    least = 10 * ZERO / float(discount.min())  # one unit more or less always changes the sign
    return max(float(size.max()) / LARGEST, float(size.mean()) / TYPICAL, least)


def packed(flows: np.ndarray) -> str:
    """Whole flows (…, steps + 1) as text: zlib's format in base64."""
    change = np.diff(flows, axis=-1, prepend=0)
    folded = np.where(change < 0, -2 * change - 1, 2 * change).astype("<u2")
    planes = np.ascontiguousarray(folded).view(np.uint8).reshape(-1, 2).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")
