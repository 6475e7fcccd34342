"""The Monte Carlo error, the only uncertainty that more computing removes.

Draw d belongs to replicate d mod 16. The replicates are independent randomised sequences, so the
standard deviation between their means, divided by √16, is the standard error of the mean (Student's
t with 15 degrees of freedom). Other figures are brought back to means:

- A chance is the mean of 0 and 1. Its error is 3/n at least, the "rule of three" (Hanley &
  Lippman-Hand 1983, JAMA 249): what never happened, or always, shows no spread at all, a few draws
  show too little, and so do replicates whose even draws differ by one at most.
- A q-quantile ξ is where the share F of the draws below it is q, and F is a mean with an error e.
  The 95 % interval of ξ is read off the draws in order, at the ranks (q ± t·e)·n, rounded outwards
  (Woodruff 1952, J. Am. Statist. Ass. 47). It holds for whole months, and where some never pay
  back. What is told as the standard error is its wider half over t. A replicate's own quantile is
  no guide: it is biased as all of them are, and on a grid it hardly moves. There is none with
  fewer than 16 draws beyond ξ: its ends would be the outermost draws.
- The mean of the worst share w is ξ − E max(ξ − x, 0)/w, whose error does not know that of ξ, since
  ξ is where the expression is largest (Rockafellar & Uryasev 2000, J. Risk 2). It is none with
  fewer than 32 draws in the tail: on fewer, its interval holds the truth far too seldom.
- A smooth figure of means is the jackknife's over the replicates, which leaves each out once.

Where no right error can be given there is none (nan). tests/risk/test_estimate.py counts, over
seeds, how often the intervals hold the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REPLICATES = 16
T_975 = 2.131449545559323  # the 97.5 % quantile of Student's t with 15 degrees of freedom
THREE = 3.0  # draws: no chance is surer than that
LEAST_TAIL = 2 * REPLICATES  # draws in a tail whose mean has an error
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its Monte Carlo standard error, in the unit of the figure (nan: too few)."""

    value: float
    standard_error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Monte Carlo interval."""
        half = T_975 * self.standard_error
        return self.value - half, self.value + half

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"Estimate({self.value:.4g}, standard_error={self.standard_error:.2g})"


def interval_of_share(share: float, standard_error: float | None) -> tuple[float, float]:
    """The 95 % Monte Carlo interval, within 0 and 1; the share alone where no error is known."""
    half = T_975 * (standard_error or 0.0)
    return max(share - half, 0.0), min(share + half, 1.0)


def finite(value: float) -> float | None:
    """None (null in JSON) for what is never or not known."""
    return float(value) if np.isfinite(value) else None


def estimate(values: np.ndarray) -> Estimate:
    """The mean of ``values : (draws,)``; the error is nan with fewer than two draws a replicate."""
    return Estimate(float(np.mean(values)), _error_of_mean(values))


def _error_of_mean(values: np.ndarray) -> float:
    if len(values) < 2 * REPLICATES:
        return NAN
    parts = np.array([np.mean(values[r::REPLICATES]) for r in range(REPLICATES)])
    return float(parts.std(ddof=1) / np.sqrt(REPLICATES)) if np.isfinite(parts).all() else NAN


# ── chances ──


def chance(happened: np.ndarray) -> Estimate:
    """The chance of an event, from ``happened : (draws,) bool``."""
    counts = np.array([[np.count_nonzero(happened[r::REPLICATES])] for r in range(REPLICATES)])
    value, error = chances(counts, len(happened))
    return Estimate(float(value[0]), float(error[0]))


def chances(counts: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """The chances of several events and their standard errors, (events,) each.

    counts : (16, events) in how many of its draws each replicate has seen each event
    """
    value = counts.sum(axis=0) / draws
    if draws < 2 * REPLICATES:
        return value, np.full(len(value), NAN)
    sizes = draws // REPLICATES + (np.arange(REPLICATES) < draws % REPLICATES)
    error = (counts / sizes[:, None]).std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    return value, np.maximum(error, THREE / draws)


def chances_by_step(steps: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The chance of having happened by each of ``width`` steps, and its error, (width,) each.

    steps : (draws,) when it happened; inf = never
    """
    draws, there = len(steps), np.isfinite(steps)
    replicate = np.arange(draws)[there] % REPLICATES
    hits = np.bincount(replicate * width + steps[there].astype(np.int64),
                       minlength=REPLICATES * width)  # fmt: skip
    return chances(hits.reshape(REPLICATES, width).cumsum(axis=1), draws)


# ── quantiles and tails ──


def place(q: float, n: int) -> int:
    """Where the q-quantile of n values, not interpolated, stands when they are in order."""
    return max(int(np.ceil(q * n - 1e-9)), 1) - 1


def estimate_quantile(values: np.ndarray, q: float) -> Estimate:
    """The smallest value with F ≥ q; no error where an end of its interval is no finite draw."""
    draws, ordered = len(values), np.sort(values)
    found = float(ordered[place(q, draws)])
    half = T_975 * _error_of_mean((values <= found).astype(float))
    if draws * min(q, 1.0 - q) < REPLICATES - 1e-9 or not np.isfinite(found):
        return Estimate(found, NAN)
    low, high = np.floor(draws * (q - half) + 1e-9), np.ceil(draws * (q + half) - 1e-9) + 1
    if low < 1 or high > draws:
        return Estimate(found, NAN)
    wider = max(found - ordered[int(low) - 1], ordered[int(high) - 1] - found)
    return Estimate(found, float(wider / T_975) if np.isfinite(wider) else NAN)


def estimate_shortfall(values: np.ndarray, share: float) -> Estimate:
    """CVaR: the mean of the worst ``share`` of the draws."""
    tail = max(round(share * len(values)), 1)
    worst = np.partition(values, tail - 1)[:tail]
    found, edge = float(worst.mean()), worst.max()
    if tail < LEAST_TAIL:
        return Estimate(found, NAN)
    of_draw = edge - np.maximum(edge - values, 0.0) * (len(values) / tail)
    return Estimate(found, _error_of_mean(of_draw))


# ── figures of several means ──


def jackknife(statistic: Callable[[np.ndarray], float], draws: int) -> float:
    """The standard error of a figure that ``statistic`` computes of the draws that it is given."""
    if draws < 2 * REPLICATES:
        return NAN
    index = np.arange(draws)
    without = np.array([statistic(index[index % REPLICATES != r]) for r in range(REPLICATES)])
    if not np.isfinite(without).all():
        return NAN
    spread = float(np.mean((without - without.mean()) ** 2))
    return float(np.sqrt((REPLICATES - 1) * spread))
