"""Does a sample agree with an exact law, or two samples with each other?

Each function is one check of the false-alarm budget, however many numbers it compares.
"""

import math
from collections.abc import Hashable, Mapping

import numpy as np
from false_alarm import check_p_value, z_limit
from oracle.exact import Cumulants
from scipy.stats import chi2, gamma

ENOUGH = 400  # events below which a mean is not yet normal as far out as the z limit


def check_means(sample: np.ndarray, mean: np.ndarray, variance: np.ndarray, what: str) -> None:
    """The means of sample : (draws, …) against exact ones, in one check.

    What is certain must be hit exactly; counts seen less than 400 times in all are left out.
    """
    draws, found = len(sample), sample.mean(axis=0)
    certain = variance <= 1e-9 * np.maximum(mean, 1.0)
    np.testing.assert_allclose(found[certain], mean[certain], rtol=1e-9, atol=1e-6, err_msg=what)
    often = ~certain & (draws * variance >= ENOUGH)
    assert often.any(), f"{what}: nothing happens often enough to be compared"
    z = (found - mean)[often] / np.sqrt(variance[often] / draws)
    limit = z_limit(z.size)
    assert np.abs(z).max() <= limit, f"{what}: |z| = {np.abs(z).max():.2f}, above {limit:.2f}"


def check_variances(sample: np.ndarray, mean: np.ndarray, variance: np.ndarray, what: str) -> None:
    """The variances of sample : (draws, …) against exact ones, by the sample's fourth moments."""
    draws = len(sample)
    often = draws * variance >= ENOUGH
    assert often.any(), f"{what}: nothing happens often enough to be compared"
    squares = (sample[:, often] - mean[often]) ** 2
    z = (squares.mean(axis=0) - variance[often]) / (squares.std(axis=0) / math.sqrt(draws))
    limit = z_limit(z.size)
    assert np.abs(z).max() <= limit, f"{what}: |z| = {np.abs(z).max():.2f}, above {limit:.2f}"


def check_sums(
    sums: np.ndarray, mean: np.ndarray, variance: np.ndarray, bound: float, what: str
) -> None:
    """Sums of independent parts, each within ``bound`` of its mean, against their exact moments.

    Nothing is left out, however rare what is counted, and what is certain must be hit.
    """
    check_p_value(sums_p_value(sums, mean, variance, bound), what)


def check_exact_variances(sample: np.ndarray, exactly: Cumulants, what: str) -> None:
    """The variances of sample : (draws, …) by their exact standard errors.

    Σ (X − μ)² has mean n σ² and variance n (κ₄ + 2 σ⁴) and is taken for a gamma, which it is where
    X is normal. Counts seen less than 400 times in all are left out, and those that vary less in
    their squares than a tenth of the normal law.
    """
    draws, (mean, variance, fourth) = len(sample), exactly
    safe = np.maximum(variance, 1e-300)
    scale = fourth / safe + 2.0 * safe  # variance over mean of the sum of squares
    often = (draws * variance >= ENOUGH) & (scale > 0.1 * variance)
    if not often.any():
        return
    squares = ((sample[:, often] - mean[often]) ** 2).sum(axis=0)
    law = gamma(draws * variance[often] / scale[often], scale=scale[often])
    tails = 2.0 * np.minimum(law.cdf(squares), law.sf(squares))
    check_p_value(float(min(1.0, tails.size * tails.min())), what)


def check_exchangeable(one: np.ndarray, other: np.ndarray, what: str) -> None:
    """Whether two simulations of the same draws, (draws, …) each, could as well be swapped.

    Give squares for variances, and products for covariances.
    """
    assert (one != other).any(), f"{what}: nothing happens that could be compared"
    check_p_value(exchangeable_p_value(one, other), what)


def check_law(seen: Mapping[Hashable, int], law: Mapping[Hashable, float], what: str) -> None:
    """Pearson's chi square of {value: count} against {value: chance}, rare values together."""
    assert set(seen) <= {value for value, chance in law.items() if chance > 0}, (
        f"{what}: impossible"
    )
    draws = sum(seen.values())
    rare_seen = rare_expected = statistic = 0.0
    groups = 0
    for value, chance in law.items():
        expected = draws * chance
        if expected < 25:
            rare_seen += seen.get(value, 0)
            rare_expected += expected
        else:
            statistic += (seen.get(value, 0) - expected) ** 2 / expected
            groups += 1
    if rare_expected >= 5:
        statistic += (rare_seen - rare_expected) ** 2 / rare_expected
        groups += 1
    assert groups > 1, f"{what}: one group cannot be compared"
    check_p_value(float(chi2.sf(statistic, groups - 1)), what)


def check_same_law(one: np.ndarray, other: np.ndarray, what: str) -> None:
    """Chi square of two samples of numbers, in groups of at least 50 together."""
    together = np.sort(np.concatenate([one, other]))
    edges = np.unique(together[50:-50:50])
    counts = np.array(
        [np.bincount(np.searchsorted(edges, s), minlength=len(edges) + 1) for s in (one, other)]
    )
    counts = counts[:, counts.sum(axis=0) > 0]
    assert counts.shape[1] > 4, f"{what}: too few groups to see a difference"
    sizes = counts.sum(axis=1, keepdims=True)
    expected = sizes * counts.sum(axis=0) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    check_p_value(float(chi2.sf(statistic, counts.shape[1] - 1)), what)


# ── p-values that hold however what is sampled is distributed ──


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
