"""The Monte Carlo error, the only uncertainty that more computing removes.

The replicates of a `Design` are independent randomised sequences, so the standard deviation between
their means, divided by √16, is the standard error of the mean (Student's t with 15 degrees of
freedom). With weights w the mean is Σwx/Σw, and its error that of the mean of μ + (x − μ)w/w̄, which
is linear about it; for a number of draws their effective number stands, (Σw)²/Σw². Other figures
are brought back to means:

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

from simlab.model.sequences import REPLICATES
from simlab.risk.design import Design

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


def average(values: np.ndarray, design: Design) -> float:
    """The mean of ``values : (draws,)``."""
    if design.weight is None:
        return float(np.mean(values))
    return float(np.average(values, weights=design.weight))


def estimate(values: np.ndarray, design: Design) -> Estimate:
    """The mean of ``values : (draws,)``; the error is nan with fewer than two draws a replicate."""
    mean = average(values, design)
    return Estimate(mean, _error_of_mean(values, mean, design))


def _error_of_mean(values: np.ndarray, mean: float, design: Design) -> float:
    if not design.whole:
        return NAN
    if design.weight is not None:
        values = mean + (values - mean) * (design.weight / design.weight.mean())
    parts = np.array([np.mean(values[part]) for part in design.parts])
    return float(parts.std(ddof=1) / np.sqrt(REPLICATES)) if np.isfinite(parts).all() else NAN


def ratio_of_means(above: np.ndarray, below: np.ndarray, design: Design) -> Estimate:
    """E[above] / E[below] with its error, linearised about the means; ``below`` is not 0."""
    ratio = above.mean() / below.mean()
    return estimate(ratio + (above - ratio * below) / below.mean(), design)


# ── chances ──


def chance(happened: np.ndarray, design: Design) -> Estimate:
    """The chance of an event, from ``happened : (draws,) bool``."""
    if design.weight is not None:
        share = estimate(happened.astype(float), design)
        return Estimate(share.value, float(np.maximum(share.standard_error, THREE / design.size)))
    counts = np.array([[np.count_nonzero(happened[part])] for part in design.parts])
    value, error = _chances(counts, design)
    return Estimate(float(value[0]), float(error[0]))


def _chances(counts: np.ndarray, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """The chances of several events and their standard errors, (events,) each.

    counts : (16, events) in how many of its draws each replicate has seen each event
    """
    value = counts.sum(axis=0) / design.draws
    if not design.whole:
        return value, np.full(len(value), NAN)
    error = (counts / design.sizes[:, None]).std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    return value, np.maximum(error, THREE / design.draws)


def chances_by_step(steps: np.ndarray, width: int, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """The chance of having happened by each of ``width`` steps, and its error, (width,) each.

    steps : (draws,) when it happened; inf = never
    """
    if design.weight is not None:
        by_step = [chance(steps <= t, design) for t in range(width)]
        return np.array([e.value for e in by_step]), np.array([e.standard_error for e in by_step])
    there = np.isfinite(steps)
    slots = design.replicate[there] * width + steps[there].astype(np.int64)
    hits = np.bincount(slots, minlength=REPLICATES * width)
    return _chances(hits.reshape(REPLICATES, width).cumsum(axis=1), design)


# ── quantiles and tails ──


def place(q: float, n: int) -> int:
    """Where the q-quantile of n values, not interpolated, stands when they are in order."""
    return max(int(np.ceil(q * n - 1e-9)), 1) - 1


def estimate_quantile(values: np.ndarray, q: float, design: Design) -> Estimate:
    """The smallest value with F ≥ q; no error where an end of its interval is no finite draw."""
    ordered, mass = _in_order(values, design)
    quantile = float(ordered[_rank(q, mass)])
    below = (values <= quantile).astype(float)
    half = T_975 * _error_of_mean(below, average(below, design), design)
    if design.size * min(q, 1.0 - q) < REPLICATES - 1e-9 or not np.isfinite([quantile, half]).all():
        return Estimate(quantile, NAN)
    low, high = _outside(q - half, q + half, mass)
    if low < 0 or high >= design.draws:
        return Estimate(quantile, NAN)
    wider = max(quantile - ordered[low], ordered[high] - quantile)
    return Estimate(quantile, float(wider / T_975) if np.isfinite(wider) else NAN)


def _in_order(values: np.ndarray, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """The values in order, and how many draws lie up to each, as their weights count them."""
    if design.weight is None:
        return np.sort(values), np.arange(1.0, design.draws + 1.0)
    order = np.lexsort((design.weight, values))  # whatever the order in which draws lie
    weight = design.weight[order]
    return values[order], np.cumsum(weight) * (design.draws / weight.sum())


def _rank(q: float, mass: np.ndarray) -> int:
    """The first place at which the share q is reached."""
    return min(int(np.searchsorted(mass, q * len(mass) - 1e-9)), len(mass) - 1)


def _outside(low: float, high: float, mass: np.ndarray) -> tuple[int, int]:
    """The places of two shares, rounded outwards; −1 and the number of draws are beyond them."""
    draws = len(mass)
    first = int(np.searchsorted(mass, low * draws + 1e-9, side="right")) - 1
    return first, int(np.searchsorted(mass, high * draws - 1e-9)) + 1


def estimate_shortfall(values: np.ndarray, share: float, design: Design) -> Estimate:
    """CVaR: the mean of the worst ``share`` of the draws."""
    if design.weight is not None:
        return _weighted_shortfall(values, share, design)
    tail = max(round(share * len(values)), 1)
    worst = np.partition(values, tail - 1)[:tail]
    mean, edge = float(worst.mean()), worst.max()
    if tail < LEAST_TAIL:
        return Estimate(mean, NAN)
    of_draw = edge - np.maximum(edge - values, 0.0) * (len(values) / tail)
    return Estimate(mean, _error_of_mean(of_draw, average(of_draw, design), design))


def _weighted_shortfall(values: np.ndarray, share: float, design: Design) -> Estimate:
    """As `estimate_shortfall`, of the worst ``share`` of the weight."""
    edge = estimate_quantile(values, share, design).value
    mean = estimate(edge - np.maximum(edge - values, 0.0) / share, design)
    return mean if design.size * share >= LEAST_TAIL else Estimate(mean.value, NAN)


# ── figures of several means ──


def jackknife(statistic: Callable[[np.ndarray], float], design: Design) -> float:
    """The standard error of a figure that ``statistic`` computes of the draws that it is given."""
    design.equal("the jackknife's error")
    if not design.whole:
        return NAN
    others = np.ones(design.draws, dtype=bool)
    without = np.empty(REPLICATES)
    for r, part in enumerate(design.parts):
        others[part] = False
        without[r] = statistic(np.flatnonzero(others))
        others[part] = True
    if not np.isfinite(without).all():
        return NAN
    spread = float(np.mean((without - without.mean()) ** 2))
    return float(np.sqrt((REPLICATES - 1) * spread))
