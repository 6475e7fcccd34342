"""Targets are read as they are meant, and what is not meant is refused with an example."""

from __future__ import annotations

import numpy as np
import pytest

from simlab.risk.estimate import Estimate
from simlab.risk.payback import from_balance
from simlab.risk.target import Target, TargetError, read_target


@pytest.mark.parametrize(
    ("text", "figure", "within", "width", "relative"),
    [
        ("payback<=5y ±0.5pp", "payback", 5.0, 0.005, False),
        ("payback <= 2.5y +-1pp", "payback", 2.5, 0.01, False),
        ("Payback≤60m+/-.25pp", "payback", 5.0, 0.0025, False),
        ("never ±1pp", "never", 0.0, 0.01, False),
        ("npv ±2%", "npv", 0.0, 0.02, True),
        ("npv ± 250_000", "npv", 0.0, 250_000.0, False),
        ("payback<=2,5y ±0,5pp", "payback", 2.5, 0.005, False),
        ("payback<=7,5m ±,25pp", "payback", 0.625, 0.0025, False),
        ("npv ±0,5%", "npv", 0.0, 0.005, True),
        ("npv ±1,5m", "npv", 0.0, 1_500_000.0, False),
        ("npv ±0.125%", "npv", 0.0, 0.00125, True),
        ("npv +/- 250k", "npv", 0.0, 250_000.0, False),
        ("npv ±1.5m", "npv", 0.0, 1_500_000.0, False),
    ],
)
def test_a_target_is_read(text, figure, within, width, relative):
    found = read_target(text, horizon_years=10)
    assert (found.figure, found.within, found.relative) == (figure, within, relative)
    assert found.width == pytest.approx(width)
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no ±"),
        ("payback<=5y", "has no ±"),
        ("payback<=5y 0.5pp", "has no ±"),
        ("±1pp", "no figure"),
        ("payback ±1pp", "no figure"),
        ("payback<5y ±1pp", "no figure"),
        ("payback<=5 ±1pp", "no figure"),
        ("mean ±1pp", "no figure"),
        ("payback<=11y ±1pp", "horizon is 10 years"),
        ("payback<=0y ±1pp", "horizon is 10 years"),
        ("never ±1%", 'write "never ±1pp"'),
        ("never ±0.01", 'write "never ±0.01pp"'),
        ("never ±0pp", "above 0"),
        ("never ±-1pp", "no width"),
        ("never ±60pp", "50 points"),
        ("npv ±1pp", "npv is money"),
        ("npv ±lots", "no width"),
        ("npv ±1e6", "no width"),
        ("npv ±250,000", "250.0 to some and 250_000 to others"),
        ("npv ±250.000", "250.0 to some and 250_000 to others"),
        ("npv ±1.125m", "1.1250 to some and 1_125 to others"),
        ("payback<=2,500m ±1pp", "2.5 to some"),
        ("npv ±1.250.000", "thousands as 250_000"),
        ("npv ±1,250,000", "thousands as 250_000"),
        ("npv ±1,5.5m", "no number"),
        ("npv ±,", "no number"),
        ("npv ±1,", "no number"),
        ("npv ±nan", "no width"),
        ("npv ±1.5m ±2%", "no width"),
        ("npv ±" + "9" * 307 + "m", "finite"),
        ("npv ±" + "9" * 400 + "m", "beyond all numbers"),
    ],
)
def test_what_is_no_target_is_refused(text, told):
    with pytest.raises(TargetError, match=told):
        read_target(text, horizon_years=10)


def test_the_figures_are_those_of_the_payback():
    rng = np.random.default_rng(4)
    saving, cost = rng.uniform(0, 2, (64, 25)), np.zeros((64, 25))
    cost[:, 0] = rng.uniform(5, 40, 64)
    payback = from_balance(saving, cost, 12, "municipality")
    within = read_target("payback<=18m ±1pp", 2).estimate(payback)
    assert within.value == payback.chance_within(1.5).value
    assert within.standard_error == pytest.approx(payback.chance_within(1.5).standard_error)
    assert read_target("never ±1pp", 2).estimate(payback).value == payback.never().value
    worth = read_target("npv ±1%", 2).estimate(payback)
    assert worth.value == pytest.approx((saving - cost).sum(axis=1).mean())


def test_a_rare_event_is_never_surer_than_three_of_them():
    years = np.ones(160)
    years[7] = np.inf  # one in a single replicate: its spread says 1/160
    payback = from_balance(np.ones((160, 13)), np.zeros((160, 13)), 12, "municipality")
    object.__setattr__(payback, "years", years)
    assert read_target("never ±1pp", 1).estimate(payback) == Estimate(1 / 160, 3 / 160)


def test_a_share_of_the_figure_is_allowed_of_its_size():
    target = Target("npv", 0.02, relative=True)
    assert target.allowed(Estimate(-1e6, 5.0)) == pytest.approx(20_000)
    assert Target("npv", 300.0).allowed(Estimate(-1e6, 5.0)) == 300.0
