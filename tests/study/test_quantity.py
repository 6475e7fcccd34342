"""Every way of writing an uncertain value means what it says, and every mistake is told."""

from __future__ import annotations

import copy
import itertools
import json
import math
import os
import pickle
import subprocess
import sys
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from simlab.study.families import (
    Beta,
    FitError,
    Gamma,
    LogitNormal,
    Lognormal,
    Mixture,
    Normal,
    Pert,
    Triangular,
    Uniform,
    from_quantiles,
    side_by_side,
)
from simlab.study.message import Text, read_text
from simlab.study.quantity import (
    Quantity,
    QuantityError,
    looks_like_quantity,
    quantity_json_schema,
    read_quantity,
)
from simlab.study.quantity.forms import DEEPEST, FORMS, LONGEST, MIXTURE, NONE
from simlab.study.quantity.hints import LOW_HIGH

EXACT = 1e-9
U = np.linspace(0.0, 1.0, 2001)
HAZARD_RATIO = {"p10": 1.22, "p90": 1.84}


def at(quantity: Quantity, *chances: float) -> list[float]:
    return quantity.ppf(np.array(chances)).tolist()


def problems(value: object, domain: str = "positive", **options: object) -> list[tuple[str, str]]:
    with pytest.raises(QuantityError) as caught:
        read_quantity(value, domain, **options)
    return caught.value.problems


def only_problem(value: object, domain: str = "positive", **options: object) -> tuple[str, str]:
    (problem,) = problems(value, domain, **options)
    return problem


# ---- plain numbers


@pytest.mark.parametrize("written", [0.002, {"value": 0.002}, {"dist": "point", "value": 0.002}])
def test_a_plain_number_is_certain(written):
    quantity = read_quantity(written, "chance")
    assert not quantity.is_uncertain
    assert at(quantity, 0.0, 0.3, 1.0) == [0.002] * 3
    assert quantity.mean() == quantity.median() == 0.002
    assert quantity.describe() == "certain: 0.002"


def test_a_whole_number_keeps_its_figures():
    assert read_quantity(12_000, "positive").describe() == "certain: 12,000"


def test_zero_is_a_chance_but_a_positive_number_only_by_leave():
    assert read_quantity(0, "chance").mean() == 0
    assert read_quantity(1, "chance").mean() == 1
    assert read_quantity(0, "positive", zero_allowed=True).mean() == 0
    assert only_problem(0) == ("", "found 0; it must be above 0")


@pytest.mark.parametrize(
    ("value", "domain", "message"),
    [
        (1.4, "chance", "found 1.4; a chance lies between 0 and 1"),
        (-0.1, "chance", "found -0.1; a chance lies between 0 and 1"),
        (-3, "positive", "found -3; it must be above 0"),
        (True, "free", "found true; a number or a table such as {p10, p90} is needed"),
        ("0.3", "free", 'found the text "0.3"; a number or a table such as {p10, p90} is needed'),
        ([1, 2], "free", "found a list of 2; a number or a table such as {p10, p90} is needed"),
        (None, "free", "found nothing; a number or a table such as {p10, p90} is needed"),
        (
            math.nan,
            "free",
            "found no number (nan); a number or a table such as {p10, p90} is needed",
        ),
        (
            math.inf,
            "free",
            "found a number beyond 1e308; a number or a table such as {p10, p90} is",
        ),
        (10**400, "free", "found a number beyond 1e308; a number or a table such as {p10, p90} is"),
        pytest.param(10**5000, "free", "found a number beyond 1e308; a number", id="5000 digits"),
        (date(2015, 1, 1), "free", "found the date or time 2015-01-01; a number or a table"),
    ],
)
def test_what_is_no_number_of_the_domain_is_refused(value, domain, message):
    path, text = only_problem(value, domain)
    assert path == ""
    assert text.startswith(message)


# ---- two quantiles


@pytest.mark.parametrize(
    ("written", "domain", "family"),
    [
        ({"p10": 1.22, "p90": 1.84}, "positive", "lognormal"),
        ({"p10": 1.22, "p90": 1.84, "dist": "gamma"}, "positive", "gamma"),
        ({"p05": 1e-4, "p95": 1e4}, "positive", "lognormal"),
        ({"p25": 1e-4, "p50": 1e2, "dist": "gamma"}, "positive", "gamma"),
        ({"p10": 999.0, "p90": 1000.0, "dist": "gamma"}, "positive", "gamma"),
        ({"p10": 0.004, "p90": 0.012}, "chance", "logit-normal"),
        ({"p1": 1e-9, "p99": 1 - 1e-6}, "chance", "logit-normal"),
        ({"p10": 0.004, "p90": 0.012, "dist": "beta"}, "chance", "beta"),
        ({"p10": 1e-6, "p50": 0.6, "dist": "beta"}, "chance", "beta"),
        ({"p2_5": 0.5, "p97_5": 0.999, "dist": "beta"}, "chance", "beta"),
        ({"p50": 0.70, "p90": 0.7001, "dist": "beta"}, "chance", "beta"),
        ({"p10": -5, "p90": 3}, "free", "normal"),
        ({"p10": 0, "p90": 3}, "free", "normal"),
        ({"p10": 1, "p90": 3, "dist": "lognormal"}, "free", "lognormal"),
        ({"p10": 0.1, "p90": 0.3, "dist": "beta"}, "positive", "beta"),
    ],
)
def test_quantiles_are_reproduced(written, domain, family):
    quantity = read_quantity(written, domain)
    assert quantity.distribution.name == family
    for key, value in written.items():
        if key != "dist":
            chance = float(key[1:].replace("_", ".")) / 100
            assert at(quantity, chance) == pytest.approx([value], rel=EXACT, abs=1e-15)
    assert quantity.is_uncertain


def test_the_spread_is_that_of_the_family():
    """Oracles: the textbook parameters, in scipy's own frozen distributions."""
    z90 = stats.norm.ppf(0.9)
    sigma = math.log(1.84 / 1.22) / (2 * z90)
    oracle = stats.lognorm(s=sigma, scale=math.sqrt(1.22 * 1.84))
    quantity = read_quantity(HAZARD_RATIO, "positive")
    chances = np.array([0.001, 0.2, 0.5, 0.77, 0.999])
    assert quantity.ppf(chances) == pytest.approx(oracle.ppf(chances), rel=1e-12)
    assert quantity.mean() == pytest.approx(oracle.mean(), rel=1e-12)
    gamma = read_quantity({"p10": 1, "p90": 5, "dist": "gamma"}, "positive").distribution
    assert gamma.mean() == pytest.approx(
        stats.gamma(gamma.shape, scale=1 / gamma.rate).mean(), rel=1e-12
    )


def test_a_gamma_and_a_beta_are_found_again_from_their_quantiles():
    rng = np.random.default_rng(7)
    pairs = [(0.1, 0.9), (0.025, 0.975), (0.5, 0.9), (0.05, 0.25)]
    for k in range(60):
        low, high = pairs[k % 4]
        a, b = np.exp(rng.uniform(math.log(0.3), math.log(3000), 2))
        beta = Beta(a, b)
        found = from_quantiles("beta", (low, beta.quantile(low)), (high, beta.quantile(high)))
        assert (found.a, found.b) == pytest.approx((a, b), rel=1e-6)
        gamma = Gamma(a, b)
        found = from_quantiles("gamma", (low, gamma.quantile(low)), (high, gamma.quantile(high)))
        assert (found.shape, found.rate) == pytest.approx((a, b), rel=1e-6)


def test_quantile_keys_are_read_with_underscore_and_with_point():
    two_five = read_quantity({"p2_5": 1.2, "p97_5": 1.9}, "positive")
    assert two_five == read_quantity({"p2_5": 1.2, "p97_5": 1.9}, "positive")
    assert (
        two_five.distribution == read_quantity({"p2.5": 1.2, "p97.5": 1.9}, "positive").distribution
    )
    assert at(read_quantity({"p5": 1, "p95": 2}, "free"), 0.05, 0.95) == pytest.approx([1, 2])


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ({"p10": 3, "p90": 2}, "p90", "found 2; above p10 = 3 is needed"),
        ({"p90": 2, "p10": 2}, "p90", "found 2; above p10 = 2 is needed"),
        ({"p10": 3}, "", "two quantiles are needed, such as p10 and p90; found p10"),
        (
            {"p10": 1, "p50": 2, "p90": 3},
            "",
            "two quantiles are needed, such as p10 and p90; found p10, p50, p90",
        ),
        ({"p10": 1, "p10_0": 2}, "p10_0", "is the same quantile as p10"),
        ({"p0": 1, "p90": 2}, "p0", "a quantile lies strictly between 0 and 100"),
        ({"p10": 1, "p100": 2}, "p100", "a quantile lies strictly between 0 and 100"),
        ({"p10": 0, "p90": 2}, "p10", "found 0; it must be above 0"),
        ({"p10": math.nan, "p90": 2}, "p10", "found no number (nan); a number is needed"),
        ({"p10": True, "p90": 2}, "p10", "found true; a number is needed"),
        ({"p10": 1e-300, "p90": 1e300}, "", "too wide, too narrow or too extreme"),
        ({"p10": 1, "p90": 1e9, "dist": "uniform"}, "dist", "uniform does not go with {p10, p90}"),
    ],
)
def test_quantiles_that_cannot_be_are_refused(written, path, message):
    where, text = only_problem(written)
    assert where == path
    assert text.startswith(message)


def test_a_quantile_of_nothing_is_pointed_to_a_chance_of_nothing():
    path, message = only_problem({"p10": 0, "p90": 2}, zero_allowed=True, neutral=0.0)
    assert path == "p10"
    assert (
        message == "found 0; a lognormal lies above 0; for a chance of nothing write {none, else}"
    )


# ---- ranges


@pytest.mark.parametrize(
    ("low", "mode", "high"), [(0.95, 1.0, 1.2), (18, 24, 36), (1, 1, 2), (1, 2, 2), (-4, -1, 3)]
)
def test_min_mode_max_is_a_pert(low, mode, high):
    quantity = read_quantity({"min": low, "mode": mode, "max": high}, "free")
    a = 1 + 4 * (mode - low) / (high - low)
    oracle = stats.beta(a, 6 - a, loc=low, scale=high - low)
    inner = U[1:-1]
    assert quantity.ppf(inner) == pytest.approx(oracle.ppf(inner), rel=1e-9, abs=1e-12)
    assert quantity.mean() == pytest.approx((low + 4 * mode + high) / 6, rel=1e-12)
    assert quantity.median() == pytest.approx(oracle.median(), rel=1e-9)


def test_a_uniform_and_a_triangular_are_named():
    uniform = read_quantity({"dist": "uniform", "min": 2, "max": 6}, "positive")
    assert at(uniform, 0.25, 0.5) == pytest.approx([3, 4], rel=1e-12)
    assert uniform.mean() == 4
    written = {"dist": "triangular", "min": 2, "mode": 3, "max": 6}
    triangular = read_quantity(written, "positive")
    oracle = stats.triang(0.25, loc=2, scale=4)
    assert triangular.ppf(U[1:-1]) == pytest.approx(oracle.ppf(U[1:-1]), rel=1e-9)
    assert triangular.mean() == pytest.approx(oracle.mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ({"min": 1, "mode": 5, "max": 2}, "mode", "found 5; between 1 and 2 is needed"),
        ({"min": 2, "mode": 2, "max": 2}, "max", "found 2; above min = 2 is needed"),
        ({"min": 1, "mode": 2}, "max", "missing; this form is {min, mode, max}"),
        (
            {"min": 1, "max": 2},
            "dist",
            'min and max alone do not say what lies between; add mode, or dist = "uniform"',
        ),
        ({"min": 0, "mode": 1, "max": 2}, "min", "found 0; it must be above 0"),
        (
            {"dist": "gamma", "min": 1, "mode": 2, "max": 3},
            "dist",
            "gamma does not go with {min, mode, max}; allowed: pert, triangular",
        ),
    ],
)
def test_ranges_that_cannot_be_are_refused(written, path, message):
    assert only_problem(written) == (path, message)


def test_a_range_may_begin_at_zero_where_zero_is_allowed():
    written = {"min": 0, "mode": 1, "max": 2}
    assert read_quantity(written, "positive", zero_allowed=True).ppf(U).min() >= 0


# ---- mean and standard deviation


@pytest.mark.parametrize(
    ("written", "domain", "family"),
    [
        ({"mean": 0.3, "sd": 0.1}, "chance", "beta"),
        ({"mean": 0.02, "sd": 0.05}, "chance", "beta"),
        ({"mean": 5, "sd": 2}, "positive", "lognormal"),
        ({"mean": 5, "sd": 2, "dist": "gamma"}, "positive", "gamma"),
        ({"mean": -5, "sd": 2}, "free", "normal"),
    ],
)
def test_mean_and_sd_are_reproduced(written, domain, family):
    quantity = read_quantity(written, domain)
    assert quantity.distribution.name == family
    assert quantity.mean() == pytest.approx(written["mean"], rel=1e-12)
    # By integration over u, which knows nothing of the family's formulas.
    mean, _ = integrate.quad(lambda u: at(quantity, u)[0], 0, 1, limit=500)
    square, _ = integrate.quad(lambda u: at(quantity, u)[0] ** 2, 0, 1, limit=500)
    assert mean == pytest.approx(written["mean"], rel=1e-6)
    assert math.sqrt(square - mean**2) == pytest.approx(written["sd"], rel=1e-5)


@pytest.mark.parametrize(
    ("written", "domain", "path", "message"),
    [
        (
            {"mean": 0.3, "sd": 0.7},
            "chance",
            "sd",
            "found 0.7; a chance with mean 0.3 has an sd below 0.458",
        ),
        ({"mean": 1, "sd": 0.1}, "chance", "mean", "found 1; a beta lies strictly between 0 and 1"),
        (
            {"mean": 3, "sd": 0},
            "positive",
            "sd",
            "found 0; it must be above 0; for a certain value write the number alone",
        ),
        ({"mean": 3}, "positive", "sd", "missing; this form is {mean, sd}"),
        (
            {"mean": 3, "sd": 1, "dist": "normal"},
            "positive",
            "dist",
            "a normal falls below 0; a positive number allows: lognormal, logit-normal, gamma, "
            "beta, uniform, pert, triangular, point",
        ),
        (
            {"mean": 0.3, "sd": 0.1, "dist": "gamma"},
            "chance",
            "dist",
            "a gamma leaves 0 to 1; a chance allows: logit-normal, beta, uniform, pert, "
            "triangular, point",
        ),
    ],
)
def test_moments_that_cannot_be_are_refused(written, domain, path, message):
    assert (path, message) in problems(written, domain)


# ---- confidence intervals


@pytest.mark.parametrize(
    ("low", "high", "domain"), [(1.2, 1.9, "positive"), (0.2, 0.4, "chance"), (-2, 1, "free")]
)
def test_an_interval_alone_is_two_quantiles(low, high, domain):
    quantity = read_quantity({"ci95": [low, high]}, domain)
    assert at(quantity, 0.025, 0.975) == pytest.approx([low, high], rel=EXACT)
    same = read_quantity({"p2_5": low, "p97_5": high}, domain)
    assert quantity.ppf(U) == pytest.approx(same.ppf(U), rel=1e-12)


def test_an_estimate_is_the_median_and_the_width_is_kept():
    quantity = read_quantity({"ci95": [1.2, 2.9], "estimate": 1.5}, "positive")
    assert quantity.median() == pytest.approx(1.5, rel=1e-12)
    low, high = at(quantity, 0.025, 0.975)
    assert high / low == pytest.approx(2.9 / 1.2, rel=EXACT)
    assert quantity.describe() == (
        "lognormal, median 1.50, 80 % between 1.12 and 2.00; the interval written, 1.2 to 2.9, is "
        "not symmetric about 1.5 on the log scale: its width is kept, and 95 % lies between 0.965 "
        "and 2.33"
    )


def test_a_symmetric_interval_says_nothing_of_symmetry():
    quantity = read_quantity({"ci95": [1.22, 1.84], "estimate": 1.5}, "positive")
    assert quantity.remark is None
    assert quantity.describe() == "lognormal, median 1.50, 80 % between 1.31 and 1.72"


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ({"ci95": [1, 2, 3]}, "ci95", "found a list of 3; two numbers [a, b] are needed"),
        ({"ci95": 3}, "ci95", "found 3; two numbers [a, b] are needed"),
        ({"ci95": [2, 1]}, "ci95.1", "found 1; above 2 is needed"),
        ({"ci95": [-2, 1]}, "ci95.0", "found -2; it must be above 0"),
        ({"ci95": [1, "x"]}, "ci95.1", 'found the text "x"; a number is needed'),
        ({"ci95": [1, 2], "estimate": 3}, "estimate", "found 3; inside 1 to 2 is needed"),
        ({"estimate": 3}, "ci95", "missing; this form is {ci95}"),
        (
            {"ci95": [1, 2], "estimate": 1.5, "dist": "gamma"},
            "estimate",
            "a gamma is fitted to the interval alone; leave it out",
        ),
    ],
)
def test_intervals_that_cannot_be_are_refused(written, path, message):
    assert only_problem(written) == (path, message)


# ---- counts


def test_events_and_exposure_are_a_gamma():
    quantity = read_quantity({"events": 37, "exposure": 1_200}, "positive")
    oracle = stats.gamma(37.5, scale=1 / 1200)
    assert quantity.ppf(U[1:-1]) == pytest.approx(oracle.ppf(U[1:-1]), rel=1e-9)
    assert quantity.mean() == pytest.approx(37.5 / 1200, rel=1e-12)
    raw = read_quantity({"events": 37, "exposure": 1_200, "prior": 0}, "positive")
    assert raw.mean() == pytest.approx(37 / 1200, rel=1e-12)
    assert quantity.conversion == (
        "events 37, exposure 1,200, prior 0.5: gamma with shape 37.5 and rate 1,200, mean 0.03125"
    )


def test_successes_and_trials_are_a_beta():
    quantity = read_quantity({"successes": 3, "trials": 20}, "chance")
    oracle = stats.beta(3.5, 17.5)
    assert quantity.ppf(U[1:-1]) == pytest.approx(oracle.ppf(U[1:-1]), rel=1e-9)
    assert quantity.mean() == pytest.approx(3.5 / 21, rel=1e-12)
    assert read_quantity({"successes": 3, "trials": 20, "prior": 0}, "chance").mean() == 0.15


@pytest.mark.parametrize(
    ("written", "domain", "path", "message"),
    [
        (
            {"successes": 3, "trials": 2},
            "chance",
            "successes",
            "found 3; at most trials = 2 is needed",
        ),
        ({"successes": -1, "trials": 2}, "chance", "successes", "found -1; it must be 0 or above"),
        ({"successes": 0, "trials": 0}, "chance", "trials", "found 0; it must be above 0"),
        (
            {"successes": 0, "trials": 9, "prior": 0},
            "chance",
            "prior",
            "raw counts of none, or of all, are no certainty; leave prior out, or add point = true",
        ),
        (
            {"events": 0, "exposure": 9, "prior": 0},
            "positive",
            "prior",
            "raw counts of none, or of all, are no certainty; leave prior out, or add point = true",
        ),
        ({"events": 1}, "positive", "exposure", "missing; this form is {events, exposure}"),
        (
            {"events": 1, "exposure": 9},
            "chance",
            "",
            "a gamma leaves 0 to 1; a chance allows: logit-normal, beta, uniform, pert, "
            "triangular, point; for a chance write {successes, trials}",
        ),
    ],
)
def test_counts_that_cannot_be_are_refused(written, domain, path, message):
    assert only_problem(written, domain) == (path, message)


# ---- families by name


@pytest.mark.parametrize(
    ("written", "domain", "oracle"),
    [
        ({"dist": "normal", "mean": -1, "sd": 2}, "free", stats.norm(-1, 2)),
        ({"dist": "lognormal", "median": 3, "sigma": 0.4}, "positive", stats.lognorm(0.4, scale=3)),
        (
            {"dist": "lognormal", "log_mean": -1, "log_sd": 0.4},
            "positive",
            stats.lognorm(0.4, scale=math.exp(-1)),
        ),
        ({"dist": "gamma", "shape": 4, "rate": 2}, "positive", stats.gamma(4, scale=0.5)),
        ({"dist": "beta", "a": 40, "b": 960}, "chance", stats.beta(40, 960)),
        ({"dist": "uniform", "min": 0, "max": 1}, "chance", stats.uniform(0, 1)),
    ],
)
def test_a_family_takes_its_parameters(written, domain, oracle):
    quantity = read_quantity(written, domain)
    inner = U[1:-1]
    assert quantity.ppf(inner) == pytest.approx(oracle.ppf(inner), rel=1e-9)
    assert quantity.mean() == pytest.approx(oracle.mean(), rel=1e-12)
    for x in oracle.ppf([0.01, 0.4, 0.9]):
        assert quantity.distribution.cdf(x) == pytest.approx(oracle.cdf(x), rel=1e-9)
    assert quantity.conversion == ""


@pytest.mark.parametrize(("median", "sigma"), [(0.03, 0.6), (0.5, 30.0), (1e-6, 2.0), (0.99, 0.01)])
def test_the_mean_of_a_logit_normal_is_its_integral(median, sigma):
    quantity = read_quantity({"dist": "logit-normal", "median": median, "sigma": sigma}, "chance")
    assert quantity.median() == pytest.approx(median, rel=1e-12)
    centre = math.log(median / (1 - median))
    middle = -centre / sigma  # where the logistic curve bends
    pieces = [
        -12.0,
        *sorted({max(-12.0, min(12.0, middle)), 0.0, sigma if sigma < 12 else 0.0}),
        12,
    ]
    expected = sum(
        integrate.quad(
            lambda z: stats.norm.pdf(z) / (1 + np.exp(-(centre + sigma * z))), a, b, limit=500
        )[0]
        for a, b in itertools.pairwise(pieces)
        if a < b
    )
    assert quantity.mean() == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ({"dist": "gamma", "shape": 4}, "rate", "missing; this form is {shape, rate}"),
        ({"dist": "gamma", "shape": 0, "rate": 1}, "shape", "found 0; it must be above 0"),
        ({"shape": 4, "rate": 1}, "dist", 'missing; {shape, rate} needs dist = "gamma"'),
        (
            {"median": 4, "sigma": 1},
            "dist",
            'missing; {median, sigma} needs dist = "lognormal" or dist = "logit-normal"',
        ),
        (
            {"dist": "lognorm", "median": 1, "sigma": 1},
            "dist",
            'unknown distribution "lognorm"; did you mean "lognormal"?; allowed: lognormal, '
            "logit-normal, gamma, beta, uniform, pert, triangular, point",
        ),
        (
            {"dist": "gamma"},
            "",
            "has no value; write a number or one of {p10, p90}, {mean, sd}, {ci95}, "
            "{events, exposure}, {shape, rate}",
        ),
        (
            {"dist": "logit-normal", "median": 2, "sigma": 1},
            "median",
            "found 2; a logit-normal lies strictly between 0 and 1",
        ),
        (
            {"dist": "lognormal", "log_mean": 1e6, "log_sd": 1},
            "",
            "too wide, too narrow or too extreme to compute with",
        ),
    ],
)
def test_families_that_cannot_be_are_refused(written, path, message):
    assert only_problem(written) == (path, message)


def test_a_dist_that_is_no_text_is_refused():
    path, message = only_problem({"dist": 3, "mean": 1, "sd": 1})
    assert path == "dist"
    assert message.startswith("found 3; the name of a distribution is needed: lognormal")


# ---- mixtures


def test_nothing_has_the_chance_that_was_written():
    quantity = read_quantity({"none": 0.2, "else": HAZARD_RATIO}, "positive", neutral=1.0)
    u = (np.arange(100_000) + 0.5) / 100_000
    values = quantity.ppf(u)
    assert np.count_nonzero(values == 1.0) == 20_000
    rest = read_quantity(HAZARD_RATIO, "positive")
    assert at(quantity, 0.2 + 0.8 * 0.1, 0.2 + 0.8 * 0.9) == pytest.approx([1.22, 1.84], rel=EXACT)
    assert quantity.mean() == pytest.approx(0.2 + 0.8 * rest.mean(), rel=1e-12)
    assert quantity.describe() == (
        "nothing with chance 20 %, else lognormal, median 1.50, 80 % between 1.22 and 1.84"
    )


def test_the_neutral_value_is_the_callers():
    written = {"none": 0.5, "else": 7}
    assert at(read_quantity(written, "positive", neutral=0.0), 0.2, 0.7) == [0, 7]
    assert at(read_quantity(written, "positive", neutral=1.0), 0.2, 0.7) == [1, 7]
    path, message = only_problem(written)
    assert path == ""
    assert message == "there is no neutral value here for none to mean; write {mixture}"


def test_the_median_of_a_mixture_is_that_of_the_whole():
    quantity = read_quantity({"none": 0.2, "else": HAZARD_RATIO}, "positive", neutral=1.0)
    values = np.sort(quantity.ppf((np.arange(100_000) + 0.5) / 100_000))
    for q in (0.1, 0.25, 0.5, 0.9):
        assert quantity.quantile(q) == pytest.approx(values[int(q * 100_000) - 1], rel=1e-3)
    assert quantity.distribution.cdf(quantity.median()) == pytest.approx(0.5, abs=1e-12)
    mostly = read_quantity({"none": 0.6, "else": {"p01": 2, "p99": 3}}, "positive", neutral=1.0)
    assert mostly.median() == 1.0


def test_components_have_their_weights_in_the_order_written():
    parts = [
        {"weight": 0.3, "value": 1},
        {"weight": 0.0, "value": 9},
        {"weight": 0.5, "value": {"min": 2, "mode": 3, "max": 4}},
        {"weight": 0.2, "value": {"value": 5, "source": "here"}},
    ]
    quantity = read_quantity({"mixture": parts}, "positive")
    values = quantity.ppf((np.arange(10_000) + 0.5) / 10_000)
    assert np.all(values[:3000] == 1)
    assert np.all((values[3000:8000] >= 2) & (values[3000:8000] <= 4))
    assert np.all(np.diff(values[3000:8000]) > 0)
    assert np.all(values[8000:] == 5)
    assert quantity.mean() == pytest.approx(0.3 + 0.5 * 3 + 1, rel=1e-12)
    assert quantity.median() == pytest.approx(
        quantity.distribution.parts[1].quantile(0.4), rel=1e-9
    )
    assert quantity.describe() == (
        "with chance 30 %: 1; with chance 50 %: PERT, median 3.00, 80 % between 2.49 and 3.51; "
        "with chance 20 %: 5"
    )


def test_the_quantile_at_an_atom_is_the_atom():
    quantity = read_quantity({"none": 0.2, "else": {"p10": 2, "p90": 3}}, "positive", neutral=1.0)
    assert quantity.quantile(0.1) == 1.0
    wide = {"mixture": [{"weight": 0.5, "value": 1e-9}, {"weight": 0.5, "value": 1e9}]}
    quantity = read_quantity(wide, "positive")
    assert quantity.median() == 1e-9
    assert quantity.quantile(0.51) == 1e9


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"none": 0, "else": 3}, 3),
        ({"none": 1, "else": HAZARD_RATIO}, 1),
        ({"none": 0.5, "else": 1}, 1),
    ],
)
def test_a_mixture_with_one_outcome_is_certain(written, expected):
    quantity = read_quantity(written, "positive", neutral=1.0)
    assert not quantity.is_uncertain
    assert at(quantity, 0.1, 0.9) == [expected, expected]


def test_nothing_needs_no_leave_to_be_zero():
    written = {"none": 1, "else": 2, "point": True}
    assert read_quantity(written, "positive", neutral=0.0).mean() == 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"none": 0.2}, [("else", "missing; this form is {none, else}")]),
        ({"else": 2}, [("none", "missing; this form is {none, else}")]),
        (
            {"none": 1.2, "else": {"p10": "a", "p90": 2}},
            [
                ("none", "found 1.2; a chance lies between 0 and 1"),
                ("else.p10", 'found the text "a"; a number is needed'),
            ],
        ),
        (
            {"none": 0.2, "else": 2, "dist": "gamma"},
            [("dist", "a mixture has no family of its own; leave it out")],
        ),
        (
            {"mixture": [{"weight": 0.3, "value": 1}, {"weight": 0.6, "value": 2}]},
            [("mixture", "the weights sum to 0.9; they must sum to 1")],
        ),
        (
            {"mixture": [{"weight": 0.4, "value": 1}, {"wieght": 0.6, "value": {"low": 1}}, 7]},
            [
                ("mixture.1.wieght", 'unknown key "wieght"; did you mean "weight"?'),
                ("mixture.1.weight", "missing; this form is { weight = …, value = … }"),
                ("mixture.1.value", LOW_HIGH),
                ("mixture.2", "found 7; { weight = …, value = … } is needed"),
            ],
        ),
        (
            {"mixture": []},
            [("mixture", "found a list of 0; a list of { weight = …, value = … } is needed")],
        ),
    ],
)
def test_mixtures_that_cannot_be_are_refused(written, expected):
    assert problems(written, neutral=1.0) == expected


def test_mixtures_are_bounded_in_depth_and_length():
    deep: object = 2
    for _ in range(DEEPEST):
        deep = {"none": 0.1, "else": deep}
    assert read_quantity(deep, "positive", neutral=1.0).is_uncertain
    for _ in range(2000):
        deep = {"none": 0.1, "else": deep}
    ((_, message),) = problems(deep, neutral=1.0)
    assert message == f"mixtures inside mixtures, more than {DEEPEST} deep"
    many = [{"weight": 1 / (LONGEST + 1), "value": k + 1} for k in range(LONGEST + 1)]
    assert only_problem({"mixture": many})[1].startswith(f"found {LONGEST + 1} components")


# ---- point = true


@pytest.mark.parametrize(
    "written",
    [
        HAZARD_RATIO,
        {"min": 1, "mode": 2, "max": 4},
        {"events": 3, "exposure": 10},
        {"none": 0.2, "else": HAZARD_RATIO},
    ],
)
def test_point_takes_the_mean_and_no_uncertainty(written):
    uncertain = read_quantity(written, "positive", neutral=1.0)
    quantity = read_quantity({**written, "point": True}, "positive", neutral=1.0)
    assert not quantity.is_uncertain
    assert at(quantity, 0.01, 0.99) == [uncertain.mean()] * 2
    assert quantity.describe().endswith(f"; the mean of {uncertain.describe()}")
    same = read_quantity({**written, "point": False}, "positive", neutral=1.0)
    assert same.distribution == uncertain.distribution


def test_raw_counts_of_none_may_be_taken_as_a_point():
    written = {"successes": 0, "trials": 20, "prior": 0, "point": True}
    assert read_quantity(written, "chance").mean() == 0
    written = {"events": 0, "exposure": 20, "prior": 0, "point": True}
    assert read_quantity(written, "positive", zero_allowed=True).mean() == 0
    assert only_problem(written) == ("", "found 0; it must be above 0")


def test_point_is_true_or_false():
    assert only_problem({**HAZARD_RATIO, "point": 1}) == (
        "point",
        "found 1; true or false is needed",
    )


# ---- source, tag, note


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("S", "published"),
        ("D", "derived"),
        ("SEED", "case document"),
        ("B", "commonly known"),
        ("A", "assumption"),
        ("assumption", "assumption"),
        ("Case document", "case document"),
    ],
)
def test_a_tag_becomes_its_word(tag, word):
    quantity = read_quantity(
        {"value": 2, "tag": tag, "source": " KL 2015 ", "note": "n"}, "positive"
    )
    assert (quantity.source, quantity.tag, quantity.note) == (Text("KL 2015"), word, Text("n"))


def test_a_placeholder_is_a_range_and_never_a_point():
    wide = {"dist": "uniform", "min": 1, "max": 3, "tag": "P", "source": "not found"}
    assert read_quantity(wide, "positive").tag == "placeholder"
    for point in ({"value": 2, "tag": "P"}, {**wide, "point": True, "tag": "placeholder"}):
        path, message = only_problem(point)
        assert path == "tag"
        assert "write a wide range" in message


def test_a_source_and_a_note_may_be_said_in_two_languages():
    both = {"en": "not found", "da": "ikke fundet "}
    quantity = read_quantity({"value": 2, "source": both, "note": {"da": "kun dansk"}}, "positive")
    assert quantity.source == Text("not found", "ikke fundet")
    assert quantity.note == Text("kun dansk", "kun dansk")
    assert read_text({"en": ""}) == Text("")
    path, message = only_problem({"value": 2, "source": {"sv": "saknas"}})
    assert path == "source"
    assert '{ en = "…", da = "…" }' in message


def test_a_value_without_source_has_none():
    quantity = read_quantity(HAZARD_RATIO, "positive")
    assert (quantity.source, quantity.tag, quantity.note) == (None, None, None)
    assert read_quantity({**HAZARD_RATIO, "source": " "}, "positive").source is None


def test_a_mixture_has_the_sources_of_its_parts_unless_it_has_its_own():
    inner = {**HAZARD_RATIO, "source": "Rosholm 2014", "tag": "S"}
    quantity = read_quantity({"none": 0.2, "else": inner}, "positive", neutral=1.0)
    assert (quantity.source, quantity.tag) == (Text("Rosholm 2014"), "published")
    outer = {"none": 0.2, "else": inner, "source": "ours", "tag": "A"}
    quantity = read_quantity(outer, "positive", neutral=1.0)
    assert (quantity.source, quantity.tag) == (Text("ours"), "assumption")
    two = {"mixture": [{"weight": 0.5, "value": inner}, {"weight": 0.5, "value": 3}]}
    quantity = read_quantity(two, "positive")
    assert (quantity.source, quantity.tag) == (Text("Rosholm 2014"), None)


@pytest.mark.parametrize(
    ("about", "path", "message"),
    [
        (
            {"tag": "asumption"},
            "tag",
            'unknown tag "asumption"; did you mean "assumption"?; allowed:',
        ),
        ({"tag": 3}, "tag", "found 3; text in quotes is needed"),
        (
            {"source": date(2015, 1, 1)},
            "source",
            "found the date or time 2015-01-01; text in quotes",
        ),
        ({"note": ["x"]}, "note", "found a list of 1; text in quotes is needed"),
    ],
)
def test_what_is_no_source_tag_or_note_is_refused(about, path, message):
    where, text = only_problem({**HAZARD_RATIO, **about})
    assert where == path
    assert text.startswith(message)


# ---- mistakes


def test_low_and_high_are_refused_with_what_to_write():
    assert only_problem({"low": 1, "high": 2}) == ("", LOW_HIGH)
    assert LOW_HIGH == (
        "low/high says neither 90 % nor min/max; write {p10, p90}, {p05, p95} or {min, mode, max}"
    )


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("p9O", "p90"), ("P90", "p90"), ("p9o", "p90"), ("p95,5", "p95_5"), ("std", "sd")],
)
def test_an_unknown_key_names_the_nearest(key, nearest):
    other = {"mean": 1} if nearest == "sd" else {"p10": 1}
    assert only_problem({**other, key: 2}) == (
        key,
        f'unknown key "{key}"; did you mean "{nearest}"?',
    )


def test_a_key_near_nothing_is_told_what_is_allowed():
    assert only_problem({**HAZARD_RATIO, "job": 1}) == (
        "job",
        'unknown key "job"; allowed: p10, p90, dist, point, source, tag, note',
    )


def test_all_mistakes_are_told_at_once():
    written = {"mean": 1.3, "sd": -1, "tag": "?", "source": 3, "point": 1, "nte": "x", "dist": "x"}
    paths = [path for path, _ in problems(written, "chance")]
    assert sorted(paths) == ["dist", "mean", "nte", "point", "sd", "source", "tag"]


def test_two_forms_at_once_are_refused():
    assert only_problem({"p10": 1, "p90": 2, "sd": 3}) == (
        "",
        "p10, p90, sd do not belong together; write one of {p10, p90}, {mean, sd}",
    )


def test_the_error_reads_as_one_line_and_travels():
    with pytest.raises(QuantityError) as caught:
        read_quantity({"p10": -1, "p90": -2}, "positive")
    line = "p10: found -1; it must be above 0; p90: found -2; it must be above 0"
    assert str(caught.value) == line
    assert str(pickle.loads(pickle.dumps(caught.value))) == line


def test_an_unknown_domain_is_the_programs_mistake():
    with pytest.raises(ValueError, match="domain 'percent' is none of"):
        read_quantity(1, "percent")


def test_no_family_holds_quantiles_beyond_reach():
    with pytest.raises(FitError):
        from_quantiles("gamma", (0.1, 1.0), (0.9, 1.0 + 1e-9))


# ---- the quantity as a value


def test_a_quantity_is_frozen_hashable_and_travels():
    written = {"ci95": [1.2, 1.9], "estimate": 1.5, "source": "x"}
    quantity = read_quantity(written, "positive")
    assert hash(quantity) == hash(read_quantity(copy.deepcopy(written), "positive"))
    assert hash(quantity.written) == hash(read_quantity(written, "positive").written)
    assert json.loads(json.dumps(quantity.written)) == written
    assert pickle.loads(pickle.dumps(quantity)) == quantity == copy.deepcopy(quantity)
    with pytest.raises(AttributeError):
        quantity.domain = "free"
    with pytest.raises(TypeError, match="does not change"):
        quantity.written["source"] = "y"
    written["source"] = "y"
    assert quantity.written["source"] == "x"
    assert repr(quantity).startswith("<Quantity: lognormal, median 1.50")


def test_a_written_value_reads_back_to_the_same_quantity():
    for written in (0.5, HAZARD_RATIO, {"none": 0.1, "else": {"ci95": [0.2, 0.4]}}):
        quantity = read_quantity(written, "positive", neutral=1.0)
        assert read_quantity(quantity.written, "positive", neutral=1.0) == quantity
        again = json.loads(json.dumps(quantity.written))
        assert read_quantity(again, "positive", neutral=1.0) == quantity


def test_numpy_numbers_are_numbers():
    quantity = read_quantity({"p10": np.float32(0.5), "p90": np.int64(2)}, "positive")
    assert at(quantity, 0.1, 0.9) == pytest.approx([0.5, 2], rel=EXACT)
    assert json.dumps(quantity.written) == '{"p10": 0.5, "p90": 2}'


def test_figures_are_as_many_as_tell_the_numbers_apart():
    assert read_quantity({"p10": 800, "p90": 1400}, "positive").describe() == (
        "lognormal, median 1,058, 80 % between 800 and 1,400"
    )
    assert read_quantity({"p10": 1000, "p90": 1000.5}, "positive").describe() == (
        "lognormal, median 1,000.2, 80 % between 1,000.0 and 1,000.5"
    )
    assert read_quantity({"p10": -1, "p90": 3}, "free").describe() == (
        "normal, median 1.00, 80 % between -1.00 and 3.00"
    )


def test_ppf_keeps_the_shape_and_refuses_what_is_no_chance():
    for written in (2, HAZARD_RATIO, {"none": 0.2, "else": HAZARD_RATIO}):
        quantity = read_quantity(written, "positive", neutral=1.0)
        for u in (np.float64(0.3), np.zeros((0,)), np.full((2, 3, 4), 0.3)):
            values = quantity.ppf(u)
            assert isinstance(values, np.ndarray)
            assert values.dtype == np.float64
            assert values.shape == np.shape(u)
        for wrong in (-0.1, 1.1, math.nan):
            with pytest.raises(ValueError, match=r"u must lie in \[0, 1\]"):
                quantity.ppf(np.array([0.5, wrong]))


def test_reading_needs_no_scipy_until_a_value_is_uncertain():
    code = (
        "import sys; from simlab.study.quantity import read_quantity; read_quantity(2, 'free'); "
        "print(any(name.partition('.')[0] == 'scipy' for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.stdout.strip() == "False"


# ---- telling a quantity from other tables


@pytest.mark.parametrize(
    "value",
    [
        0.2,
        3,
        math.nan,
        {"p10": 1, "p90": 2},
        {"p2.5": 1},
        {"p9O": 1},
        {"min": 1},
        {"mean": 1, "sd": 2},
        {"ci95": [1, 2]},
        {"events": 1},
        {"successes": 1},
        {"value": 2, "source": "x"},
        {"none": 0.2},
        {"mixture": []},
        {"dist": "beta", "a": 1, "b": 2},
        {"low": 1, "high": 2},
    ],
)
def test_a_quantity_looks_like_one(value):
    assert looks_like_quantity(value)


@pytest.mark.parametrize(
    "value",
    [
        True,
        "0.2",
        None,
        [1, 2],
        date(2015, 1, 1),
        {},
        {"1-3": 0.095, "13+": 0.02},
        {"2015-01": 10, "2016-01": {"p10": 1, "p90": 2}},
        {"job": 0.1, "education": {"p10": 1, "p90": 2}},
        {"source": "x", "tag": "A"},
        {"a": 0.1, "b": 0.2, "c": 0.3},
        {"rate": 0.1},
        {1: 2},
        {"pension": 1, "p": 2},
    ],
)
def test_other_tables_do_not(value):
    assert not looks_like_quantity(value)


# ---- properties

chance_value = st.floats(1e-6, 1 - 1e-6)
positive_value = st.floats(1e-6, 1e6)
free_value = st.floats(-1e6, 1e6)
quantile_keys = st.lists(
    st.sampled_from(["p01", "p2_5", "p05", "p10", "p25", "p50", "p75", "p90", "p97_5", "p99"]),
    min_size=2,
    max_size=2,
    unique=True,
)


@st.composite
def simple_form(draw, values, dists):
    """A form of numbers that may mean something: the reader decides."""
    low, middle, high = sorted(draw(st.tuples(values, values, values)))
    written = draw(
        st.sampled_from(
            [
                {"value": middle},
                {"min": low, "mode": middle, "max": high},
                {"dist": "uniform", "min": low, "max": high},
                {"dist": "triangular", "min": low, "mode": middle, "max": high},
                {"mean": middle, "sd": abs(high - low) / 3},
                {"ci95": [low, high], "estimate": middle},
                {"events": abs(low), "exposure": abs(high)},
                {"successes": abs(low), "trials": abs(high) + abs(low)},
                dict(zip(sorted(draw(quantile_keys)), (low, high), strict=True)),
            ]
        )
    )
    if "dist" not in written and draw(st.booleans()):
        written = {**written, "dist": draw(st.sampled_from(dists))}
    return written


@st.composite
def any_form(draw):
    domain, values, dists = draw(
        st.sampled_from(
            [
                ("chance", chance_value, ["beta", "logit-normal"]),
                ("positive", positive_value, ["gamma", "lognormal"]),
                ("free", free_value, ["normal"]),
            ]
        )
    )
    written = draw(simple_form(values, dists))
    kind = draw(st.sampled_from(["alone", "none", "mixture", "point"]))
    if kind == "none":
        written = {"none": draw(st.floats(0, 1)), "else": written}
    elif kind == "mixture":
        weight = draw(st.floats(0, 1))
        written = {
            "mixture": [
                {"weight": weight, "value": draw(values)},
                {"weight": 1 - weight, "value": written},
            ]
        }
    elif kind == "point":
        written = {**written, "point": True}
    return domain, written


@settings(max_examples=400, deadline=None, derandomize=True)
@given(any_form())
def test_every_draw_is_finite_in_the_domain_and_rises_with_u(case):
    domain, written = case
    neutral = {"chance": 0.5, "positive": 1.0, "free": 0.0}[domain]
    try:
        quantity = read_quantity(written, domain, neutral=neutral)
    except QuantityError:
        assume(False)
    tails = np.array([0.0, 5e-324, 1e-300, 1e-16, 1e-9])
    u = np.concatenate([tails, U[1:-1], 1 - tails[::-1]])
    values = quantity.ppf(u)
    assert np.all(np.isfinite(values))
    assert math.isfinite(quantity.mean())
    if domain != "free":
        assert values.min() > 0
    if domain == "chance":
        assert values.max() < 1 or not quantity.is_uncertain
    parts = quantity.distribution.parts if isinstance(quantity.distribution, Mixture) else ()
    for part in parts or (quantity.distribution,):
        drawn = part.ppf(u)
        # The inverse distributions are exact to a few units of rounding, not monotone in them.
        assert np.all(np.diff(drawn) >= -1e-12 * np.abs(drawn[1:]))
        assert drawn.min() <= part.mean() * (1 + 1e-9) or part.mean() < 0
    assert values.min() <= quantity.median() <= values.max()
    assert quantity.describe() and "nan" not in quantity.describe() + quantity.conversion


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    quantile_keys, st.tuples(chance_value, chance_value), st.sampled_from(["chance", "positive"])
)
def test_any_two_quantiles_come_back(keys, pair, domain):
    assume(abs(pair[0] - pair[1]) > 1e-9 * max(pair))
    assume(domain == "chance" or max(pair) < 1000 * min(pair))  # else the mean has no number
    chances = {key: float(key[1:].replace("_", ".")) / 100 for key in keys}
    written = dict(zip(sorted(keys, key=chances.__getitem__), sorted(pair), strict=True))
    quantity = read_quantity(written, domain)
    for key, value in written.items():
        assert at(quantity, chances[key]) == pytest.approx([value], rel=EXACT)
    try:
        numeric = "beta" if domain == "chance" else "gamma"
        quantity = read_quantity({**written, "dist": numeric}, domain)
    except QuantityError as error:
        assert error.problems[0][0] == ""
        return
    for key, value in written.items():
        assert at(quantity, chances[key]) == pytest.approx([value], rel=EXACT)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=6))
def test_a_mixture_gives_each_component_its_share(counts):
    total = sum(counts)
    parts = [{"weight": n / total, "value": k + 1} for k, n in enumerate(counts)]
    values = read_quantity({"mixture": parts}, "positive").ppf((np.arange(total) + 0.5) / total)
    assert [np.count_nonzero(values == k + 1) for k in range(len(counts))] == counts


keys = st.sampled_from(
    [
        *{key for form in FORMS for key in (*form.keys, *form.optional)},
        *["p10", "p90", "p2_5", "p100", "p9O", "low", "high", "dist", "point", "source", "tag"],
        *["note", "weight", "1-3", "", "x" * 300],
    ]
) | st.text(max_size=3)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.sampled_from([400, 5000]).map(lambda digits: 10**digits)
    | st.sampled_from([5e-324, 1e-300, 1e300, -1e308, "beta", "gamma", "S"])
    | st.floats()
    | st.floats(0, 1)
    | st.text(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.times()
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)
awkward = st.sampled_from([0, 1, 5e-324, 1e-300, 1e-17, 0.5, 1 - 1e-16, 2, 1e17, 1e300, -1, -1e300])


@st.composite
def awkward_form(draw):
    """The right keys with awkward numbers, of any family."""
    form = draw(st.sampled_from([form for form in FORMS if form not in (NONE, MIXTURE)]))
    names = form.keys or draw(quantile_keys)
    pair = st.lists(awkward | st.floats(0, 1), min_size=2, max_size=2)
    written = {
        name: draw(pair if name == "ci95" else awkward | st.floats(0, 1))
        for name in (*names, *(form.optional if draw(st.booleans()) else ()))
    }
    if form.needs_dist or draw(st.booleans()):
        written["dist"] = draw(st.sampled_from(form.families))
    return written


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(
    anything | awkward_form() | st.dictionaries(keys, anything, max_size=4),
    st.sampled_from(["chance", "positive", "free"]),
    st.sampled_from([None, 0.0, 1.0]),
    st.booleans(),
)
def test_any_value_gives_a_quantity_or_its_mistakes(value, domain, neutral, zero_allowed):
    assert looks_like_quantity(value) in (True, False)
    try:
        quantity = read_quantity(value, domain, neutral=neutral, zero_allowed=zero_allowed)
    except QuantityError as error:
        assert error.problems
        for path, message in error.problems:
            assert isinstance(path, str) and isinstance(message, str) and message
            assert len(path) + len(message) < 1200
        assert str(error)
        return
    assert np.all(np.isfinite(quantity.ppf(U)))
    assert quantity.describe()
    assert hash(quantity) == hash(quantity)
    json.dumps(quantity.written)


# ---- the schema for editors

ACCEPTED = [
    (0.2, "chance"),
    ({"value": 0.2, "source": "x", "tag": "A", "note": "y"}, "chance"),
    (HAZARD_RATIO, "positive"),
    ({"p2_5": 1, "p97.5": 2, "dist": "gamma"}, "positive"),
    ({"min": -1, "mode": 0, "max": 2, "dist": "triangular"}, "free"),
    ({"min": 0.1, "max": 0.2, "dist": "uniform"}, "chance"),
    ({"mean": 0.2, "sd": 0.1, "point": True}, "chance"),
    ({"ci95": [1, 2], "estimate": 1.5}, "positive"),
    ({"events": 0, "exposure": 3, "prior": 0.5}, "positive"),
    ({"successes": 0, "trials": 3}, "chance"),
    ({"dist": "lognormal", "median": 1, "sigma": 1}, "positive"),
    ({"dist": "lognormal", "log_mean": -1, "log_sd": 1}, "positive"),
    ({"dist": "gamma", "shape": 1, "rate": 1}, "positive"),
    ({"dist": "beta", "a": 1, "b": 1}, "chance"),
    ({"none": 0.2, "else": HAZARD_RATIO}, "positive"),
    ({"mixture": [{"weight": 1, "value": {"none": 0.2, "else": HAZARD_RATIO}}]}, "positive"),
]
REFUSED = [
    ("0.2", "chance"),
    (1.2, "chance"),
    ({"low": 1, "high": 2}, "positive"),
    ({"p10": 1, "p9O": 2}, "positive"),
    ({"source": "x", "tag": "A"}, "positive"),
    ({"mean": 1}, "positive"),
    ({"mean": 1, "sd": 1, "dist": "normal"}, "positive"),
    ({"min": 1, "max": 2}, "positive"),
    ({"a": 1, "b": 2}, "chance"),
    ({"events": 1, "exposure": 2}, "chance"),
    ({"none": 0.2, "else": {"p10": "a", "p90": 2}}, "positive"),
    ({"mixture": [{"weight": 2, "value": 1}]}, "positive"),
    ({**HAZARD_RATIO, "tag": "guess"}, "positive"),
]


@pytest.mark.parametrize("domain", ["chance", "positive", "free"])
def test_the_schema_agrees_with_the_reader(domain):
    jsonschema = pytest.importorskip("jsonschema")
    fragment = quantity_json_schema(domain, "#/$defs/quantity")
    schema = {"$defs": {"quantity": fragment}, "$ref": "#/$defs/quantity"}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for written, of_domain in ACCEPTED:
        if of_domain == domain:
            read_quantity(written, domain, neutral=1.0)
            assert validator.is_valid(written), written
    for written, of_domain in REFUSED:
        if of_domain == domain:
            problems(written, domain, neutral=1.0)
            assert not validator.is_valid(written), written


def test_the_schema_knows_every_form_and_describes_every_key():
    forms = quantity_json_schema("free", "#/$defs/free")["anyOf"]
    assert len(forms) == 1 + len(FORMS)
    assert [form for form in FORMS if form.fit is None] == [NONE, MIXTURE]
    for form in forms[1:]:
        assert form["additionalProperties"] is False
        assert all(schema["description"] for schema in form["properties"].values())
    assert json.loads(json.dumps(forms)) == forms
    assert quantity_json_schema("positive", "#/$defs/positive")["anyOf"][0]["minimum"] == 0


def test_dates_and_times_are_told_in_their_own_words():
    assert only_problem(datetime(2015, 1, 2, 3, 4))[1].startswith(
        "found the date or time 2015-01-02T03:04:00"
    )


def test_families_drawn_side_by_side_give_what_each_gives_alone():
    mixture = Mixture((0.4, 0.6), (Normal(0.0, 1.0), Uniform(3.0, 5.0)))
    listed = [
        *(family(1.5 + k, 0.5 + k) for k in range(3) for family in (Normal, Lognormal, Gamma)),
        *(family(0.5 * k, 0.5 + k) for k in range(1, 3) for family in (LogitNormal, Beta)),
        *(family(k, k + 1.0, k + 4.0) for k in range(2) for family in (Triangular, Pert)),
        *(Uniform(k, k + 2.0) for k in range(2)),
        *(mixture, mixture),
    ]
    u = (np.arange(700).reshape(1, -1) * 0.61803 + 0.1 * np.arange(len(listed))[:, None]) % 1.0
    drawn = {place: row for one, places in side_by_side(listed)
             for place, row in zip(places, one.ppf(u[places]), strict=True)}  # fmt: skip
    assert sorted(drawn) == list(range(len(listed)))
    for place, one in enumerate(listed):
        assert drawn[place].tolist() == one.ppf(u[place]).tolist()
