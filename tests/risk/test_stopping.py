"""The rule that stops a run keeps its 95 % over thousands of runs whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from false_alarm import threshold
from scipy.stats import binom, chi2, norm

from simlab.cli.target_screen import target_reached
from simlab.result.answer import Until
from simlab.risk.estimate import T_975, Estimate
from simlab.risk.stopping import look, looks
from simlab.risk.target import Target
from simlab.words import ENGLISH

LEVEL = 0.95
RUNS = 4_000
CAP = 2**17


def test_the_looks_double_to_the_cap():
    assert looks(10_000) == [1_024, 2_048, 4_096, 8_192, 10_000]
    assert looks(8_192) == [1_024, 2_048, 4_096, 8_192]
    assert looks(1_024) == [1_024]
    assert looks(40) == [40]


def test_a_target_is_met_by_the_ordinary_interval_and_then_the_asked_one_is_told():
    target = Target("never", 0.01)
    near = look(target, Estimate(0.3, 0.004), 2_048)
    assert near.met and near.half_width == 0.01 and near.seen == pytest.approx(T_975 * 0.004)
    far = look(target, Estimate(0.3, 0.005), 2_048)
    assert not far.met and far.half_width == far.seen == pytest.approx(T_975 * 0.005)
    unknown = look(target, Estimate(0.3, float("nan")), 20)
    assert not unknown.met and np.isnan(unknown.half_width)


@pytest.mark.parametrize(
    ("value", "interval", "said"),
    [
        (0.002, (0.0, 0.012), "0.20% (0.00% to 1.20%)"),
        (0.995, (0.985, 1.0), "99.50% (98.50% to 100.00%)"),
        (0.3, (0.29, 0.31), "30.00% +/- 1.00 percentage points"),
    ],
)
def test_the_interval_of_a_chance_ends_at_0_and_at_1(value, interval, said):
    seen = look(Target("never", 0.01, text="never ±1pp"), Estimate(value, 0.001), 2_048)
    assert seen.interval == pytest.approx(interval)
    assert Until.of(seen).interval == pytest.approx(interval)
    assert said in target_reached(seen, ENGLISH)


def test_the_interval_of_an_amount_may_hold_0():
    seen = look(Target("npv", 5.0), Estimate(1.0, 0.1), 2_048)
    assert seen.interval == (-4.0, 6.0)


def missed(u):
    """P(stop at a look and miss), where the width asked for is u times the true error."""
    return 2 * norm.sf(u) * chi2.cdf(15 * (u / T_975) ** 2, 15)


def missed_at_cap(u):
    """P(not sure enough at the cap, and the interval told there misses)."""
    spread = np.sqrt(chi2.ppf((np.arange(4_000) + 0.5) / 4_000, 15) / 15)
    return np.mean(np.where(spread > u / T_975, 2 * norm.sf(T_975 * spread), 0.0))


@pytest.mark.parametrize(("rate", "most"), [(1 / 3, 0.0437), (1 / 2, 0.0291)])
def test_all_looks_together_miss_in_less_than_five_per_cent(rate, most):
    factor = 2.0**rate
    starts = np.exp(np.linspace(np.log(0.2), np.log(0.2 * factor), 40))
    assert max(missed(u * factor ** np.arange(60)).sum() for u in starts) < most
    for cap in np.linspace(0.1, 8, 60):
        earlier = missed(cap / factor ** np.arange(1, 60)).sum()
        assert earlier + missed_at_cap(cap) < 0.0501


def means_by_look(draw, rng):
    """(looks, 16) the sixteen replicates' means at every look of one run."""
    at = np.array(looks(CAP)) // 16
    totals = np.cumsum([draw(rng, n) for n in np.diff(at, prepend=0)], axis=0)
    return totals / at[:, None]


def normal(rng, n):
    return rng.normal(0.0, np.sqrt(n), 16)


def chance(p):
    return lambda rng, n: rng.binomial(n, p, 16) - n * p


def skewed(rng, n):
    return rng.gamma(n * 0.05, 1.0, 16) - n * 0.05


def settled(means, width):
    """Whether the interval that a run tells holds the truth, 0."""
    for figures, draws in zip(means, looks(CAP), strict=True):
        error = figures.std(ddof=1) / 4
        seen = look(Target("npv", width), Estimate(figures.mean(), error), draws)
        if seen.met:
            break
    return abs(seen.value) <= seen.half_width


def refuse_undercoverage(held, what):
    """Fail where so few intervals would be a wonder if each held with 95 %."""
    p = binom.cdf(int(np.sum(held)), len(held), LEVEL)
    assert p >= threshold(), f"{what}: {np.mean(held):.1%} of {len(held)} intervals hold the truth"


WIDTHS = [0.05, 0.028, 0.02, 0.013, 0.0095, 0.006]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("law", [normal, skewed], ids=["normal", "skewed"])
def test_the_interval_that_is_told_holds_the_truth(law, width):
    rng, scale = np.random.default_rng(11), 1.0 if law is normal else np.sqrt(0.05)
    held = [settled(means_by_look(law, rng), width * scale) for _ in range(RUNS)]
    refuse_undercoverage(held, f"width {width}")


@pytest.mark.parametrize(
    ("p", "width"),
    [(0.35, 0.02), (0.35, 0.005), (0.02, 0.008), (0.02, 0.004), (0.004, 0.006), (0.003, 0.003),
     (0.0005, 0.0004)],
)  # fmt: skip
def test_the_interval_of_a_chance_holds_the_truth_for_rare_events_too(p, width):
    rng, sizes, target = np.random.default_rng(12), looks(CAP), Target("never", width)
    held = []
    for _ in range(RUNS):
        for means, draws in zip(means_by_look(chance(p), rng), sizes, strict=True):
            error = max(means.std(ddof=1) / 4, 3 / draws)
            seen = look(target, Estimate(means.mean(), error), draws)
            if seen.met:
                break
        held.append(abs(seen.value) <= seen.half_width)
    refuse_undercoverage(held, f"chance {p}, width {width}")


def test_the_interval_holds_where_the_error_falls_faster_than_by_chance():
    """As of quasi-random numbers: the spread falls as 1/n, and the looks share nothing."""
    rng = np.random.default_rng(13)
    sizes = np.array(looks(CAP))[:, None] / 1024
    for width in (1.0, 0.2, 0.05):
        held = [settled(rng.normal(size=(len(sizes), 16)) / sizes, width) for _ in range(RUNS)]
        refuse_undercoverage(held, "fast")


def test_the_interval_of_the_first_good_look_after_every_block_would_not():
    """The test can see what it is there for: 95 % of an ordinary interval are not 95 % then."""
    rng, held, blocks = np.random.default_rng(14), [], np.arange(2, 400)
    for _ in range(2 * RUNS):
        means = np.cumsum(rng.normal(size=(400, 16)), axis=0)[1:-1] / blocks[:, None]
        seen = T_975 * means.std(axis=1, ddof=1) / 4
        stop = int(np.argmax(seen <= 0.05))
        held.append(abs(means[stop].mean()) <= seen[stop])
    p = binom.cdf(int(np.sum(held)), len(held), LEVEL)
    assert p < threshold(), f"{np.mean(held):.1%} held"
