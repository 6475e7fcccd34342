"""Whether samples agree, as p-values that hold however what is sampled is distributed."""

from __future__ import annotations

import math

import numpy as np


def sums_p_value(sums: np.ndarray, mean: np.ndarray, variance: np.ndarray, bound: float) -> float:
    """Sums of independent parts, each within ``bound`` of its mean, against their exact moments.

    Bennett's inequality holds for any such sum, however rare what it counts,

        P(|S − E S| ≥ x) ≤ 2 exp(−V / b² · h(b x / V)),     h(u) = (1 + u) log(1 + u) − u

    with V the variance, or more, and b the bound; the smallest p of several sums counts as one.
    Reference: Boucheron, Lugosi & Massart (2013), Concentration Inequalities, theorem 2.9.
    """
    away = np.maximum(np.abs(sums - mean) - 1e-9 * (1.0 + np.abs(mean)), 0.0)
    spread = np.maximum(variance, 1e-300)
    u = bound * away / spread
    exponent = spread / bound**2 * ((1.0 + u) * np.log1p(u) - u)
    return float(min(1.0, 2.0 * exponent.size * np.exp(-exponent.max())))


def exchangeable_p_value(first: np.ndarray, second: np.ndarray) -> float:
    """Whether two simulations of the same draws, (draws, …) each, could as well be swapped.

    Given the draw both have the same distribution, so their differences D are symmetric about 0,
    and P(|Σ D| ≥ z √Σ D²) ≤ 2 exp(−z²/2) whatever that of the draws (Hoeffding). Give squares for
    variances, and products for covariances.
    """
    apart = first - second
    size = np.sqrt((apart**2).sum(axis=0))
    z = np.abs(apart.sum(axis=0)) / np.where(size > 0, size, 1.0)
    return float(min(1.0, 2.0 * z.size * math.exp(-(z.max() ** 2) / 2)))
