"""Over many seeds the 95 % intervals hold the truth, or are not told.

Draws are made as a run makes them: figures by 16 randomised quasi-random sequences, and chance
beside them. The truth of each law has a closed form.
"""

from __future__ import annotations

import numpy as np
import pytest
from false_alarm import threshold
from scipy.stats import binom, norm

from simlab.model.sequences import keys_of, uniforms_of
from simlab.result.comparison import Against
from simlab.risk import estimate as estimators
from simlab.risk.design import Design
from simlab.risk.estimate import LEAST_TAIL, T_975, Estimate


def of_a_run(estimator):
    """The estimator of the first draws of a run."""
    return lambda values, *more: estimator(values, *more, Design.of(len(values)))


chance = of_a_run(estimators.chance)
estimate = of_a_run(estimators.estimate)
estimate_quantile = of_a_run(estimators.estimate_quantile)
estimate_shortfall = of_a_run(estimators.estimate_shortfall)

LEAST = 0.94  # of the intervals that are told hold the truth, at least
OF_ONE_SKEWED_FIGURE = 0.87  # where nothing else is uncertain: 16 skewed means are no normal ones
FIGURES = ["effect", "number", "price", "overrun", "arrivals", "hazard"]
WEIGHTS = np.array([1.0, 0.7, 0.5, 0.3, 0.2, 0.1])
NOISE = 0.8
SCALE = float(np.sqrt(WEIGHTS @ WEIGHTS + NOISE**2))
TAIL = float(norm.ppf(0.05))
SIZES = (64, 256, 1_024)
TIERS = [300, pytest.param(2_000, marks=pytest.mark.long)]


def drawn(seed, draws):
    """(draws,) standard normal, the mix of all figures and chance; and one figure alone."""
    z = norm.ppf(uniforms_of(keys_of(seed, FIGURES), 0, draws))
    noise = np.random.default_rng(seed).normal(size=draws)
    return (WEIGHTS @ z + NOISE * noise) / SCALE, z[0]


def month(years):
    """The end of the month, and never beyond ten years."""
    return np.where(years > 10, np.inf, np.ceil(12 * years) / 12)


def loss(z):
    return -np.exp(0.7 * z)


def years(z):
    return np.exp(1.5 + 0.5 * z)


BEYOND = norm.cdf(0.7 - norm.ppf(0.95)) / 0.05
LAWS = {  # name → what is told of z, and the truth
    "the mean": (lambda z: estimate(loss(z)), -np.exp(0.7**2 / 2)),
    "the median": (lambda z: estimate_quantile(loss(z), 0.5), -1.0),
    "p10": (lambda z: estimate_quantile(loss(z), 0.1), loss(norm.ppf(0.9))),
    "p90": (lambda z: estimate_quantile(loss(z), 0.9), loss(norm.ppf(0.1))),
    "the worst": (lambda z: estimate_shortfall(loss(z), 0.05), -np.exp(0.7**2 / 2) * BEYOND),
    "the worst of a normal": (lambda z: estimate_shortfall(z, 0.05), -norm.pdf(TAIL) / 0.05),
    "a chance of one in two": (lambda z: chance(z < 0.0), 0.5),
    "a chance of one in five": (lambda z: chance(z < norm.ppf(0.2)), 0.2),
    "a chance of one in twenty": (lambda z: chance(z < TAIL), 0.05),
    "a chance of one in fifty": (lambda z: chance(z < norm.ppf(0.02)), 0.02),
    "a chance of 99 in 100": (lambda z: chance(z < norm.ppf(0.99)), 0.99),
    "the median of payback": (
        lambda z: estimate_quantile(month(years(z)), 0.5), float(month(np.exp(1.5)))
    ),
    "the earliest tenth of payback": (
        lambda z: estimate_quantile(month(years(z)), 0.1), float(month(years(norm.ppf(0.1))))
    ),
}  # fmt: skip


def refuse_undercoverage(held, what, least=LEAST):
    """Fail where so few intervals would be a wonder if each held with ``least``."""
    p = binom.cdf(int(np.sum(held)), len(held), least)
    assert p >= threshold(), f"{what}: {np.mean(held):.1%} of {len(held)} intervals hold the truth"


def held_and_told(told, truth, seeds, draws, alone=False):
    """Which of the intervals that are told hold the truth, and all estimates."""
    found = [told(drawn(seed, draws)[int(alone)]) for seed in range(1, seeds + 1)]
    there = [one for one in found if np.isfinite(one.standard_error)]
    held = [one.interval[0] - 1e-12 <= truth <= one.interval[1] + 1e-12 for one in there]
    return held, found


@pytest.mark.parametrize("seeds", TIERS)
@pytest.mark.parametrize("draws", SIZES)
@pytest.mark.parametrize("law", LAWS)
def test_the_interval_of_a_figure_holds_the_truth(law, draws, seeds):
    text, truth = LAWS[law]
    for alone in (False, True):  # many figures and chance, and one figure whose draws are even
        held, found = held_and_told(text, truth, seeds, draws, alone)
        if held:
            skewed = alone and law in ("the mean", "the worst")
            least = OF_ONE_SKEWED_FIGURE if skewed else LEAST
            refuse_undercoverage(held, f"{law}, {draws} draws", least)
        values = np.array([one.value for one in found])
        errors = np.array([one.standard_error for one in found])
        if held and np.isfinite(values).all() and not alone and "payback" not in law:
            ratio = np.sqrt(np.nanmean(errors**2)) / values.std(ddof=1)
            most = 4.5 if "chance" in law else 1.7  # of rare events the rule of three is told
            assert 0.8 < ratio < most, f"{law}: told {ratio:.2f} times the spread over seeds"


@pytest.mark.parametrize("seeds", TIERS)
@pytest.mark.parametrize("draws", SIZES)
def test_the_interval_of_a_difference_between_plans_holds_the_truth(draws, seeds):
    """Two plans in the same draws: the gain is normal with mean 0.1 and deviation 0.5."""
    truth = {
        "mean": 0.1,
        "p10": 0.1 + 0.5 * norm.ppf(0.1),
        "median": 0.1,
        "p90": 0.1 + 0.5 * norm.ppf(0.9),
        "better": float(norm.cdf(0.2)),
    }
    held = {name: [] for name in truth}
    for seed in range(1, seeds + 1):
        one, other = drawn(seed, draws)[0], drawn(10_000_000 + seed, draws)[0]
        back = np.full(draws, np.inf)
        gain = 1e6 * (0.1 + 0.5 * other)
        of = Against(
            "one", "other", "us", back, back, 1e6 * one, 1e6 * one + gain, Design.of(draws)
        ).figures()
        value, better = of.net_present_value, of.worth_more.other
        text = {
            name: (getattr(value, name) / 1e6, getattr(value.standard_errors, name))
            for name in ("mean", "p10", "median", "p90")
        } | {"better": (better.chance, 1e6 * better.standard_error)}
        for name, (figure, error) in text.items():
            if error is not None and np.isfinite(error):
                held[name].append(abs(figure - truth[name]) <= T_975 * error / 1e6)
    for name, those in held.items():
        refuse_undercoverage(those, f"{name} of the difference, {draws} draws")


def test_no_error_is_told_where_none_is_right():
    z, _ = drawn(1, 256)
    few = estimate_shortfall(z, 0.05)  # on 13 draws, an interval would hold it nine times in ten
    assert np.isnan(few.standard_error) and few.value == np.sort(z)[:13].mean()
    z, _ = drawn(1, 20 * LEAST_TAIL)
    assert estimate_shortfall(z, 0.05).standard_error > 0.0
    assert np.isnan(estimate_quantile(z[:159], 0.1).standard_error)  # on 15 draws
    assert estimate_quantile(z[:160], 0.1).standard_error > 0.0
    assert np.isnan(estimate(np.arange(31.0)).standard_error)
    half_never = np.where(np.arange(256) < 130, 5.0, np.inf)
    assert estimate_quantile(half_never, 0.5).value == 5.0
    assert np.isnan(estimate_quantile(half_never, 0.5).standard_error)
    assert np.isnan(estimate_quantile(np.full(256, np.inf), 0.5).standard_error)


def test_the_interval_of_a_quantile_is_read_off_the_draws_in_order():
    """Woodruff's, by hand: each replicate of 0 … 255 has as many below the middle as above it."""
    found = estimate_quantile(np.arange(256.0), 0.5)
    assert found.value == 127.0  # the 128th of 256; the interval ends at the 129th
    assert found.standard_error == pytest.approx(1.0 / T_975)
    assert found == Estimate(127.0, found.standard_error)


def test_no_chance_is_surer_than_three_draws():
    happened = np.zeros(1_024, dtype=bool)
    assert chance(happened) == Estimate(0.0, 3 / 1_024)
    happened[:4] = True  # of four replicates, one each: they differ by less than Poisson's law says
    assert chance(happened).standard_error == 3 / 1_024
    assert chance(~happened).standard_error == 3 / 1_024
    happened[:512] = True  # half of each replicate, as even draws may have it
    assert chance(happened) == Estimate(0.5, 3 / 1_024)
