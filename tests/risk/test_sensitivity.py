"""Shares that are found, beside Sobol indices that are known exactly."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from simlab.model.sequences import uniforms
from simlab.risk.design import Design
from simlab.risk.estimate import REPLICATES, T_975
from simlab.risk.payback import from_balance
from simlab.risk.sensitivity import Share, explained, fits, groups, ranks


def normals(names, draws, seed=1):
    """The parameters of a run: a low-discrepancy sequence each."""
    from scipy.special import ndtri

    return {name: ndtri(uniforms(seed, name, 0, draws)) for name in names}


def shares(parameters, outcome, correlated=()):
    return {
        fit.paths: fit
        for fit in fits(parameters, outcome[:, None], Design.of(len(outcome)), correlated)
    }


def test_ranks_share_ties_and_put_never_last():
    assert ranks(np.array([3.0, np.inf, 1.0, np.inf, 3.0, 2.0])).tolist() == [
        3.5, 5.5, 1.0, 5.5, 3.5, 2.0,
    ]  # fmt: skip


def test_shares_of_a_known_function_are_its_sobol_indices():
    # Y = 2 a + (b² − 1)/√2 · 1 + c·d + noise: variances 4, 1, 1 (an interaction), 2
    z = normals("abcd", 4_096)
    noise = np.random.default_rng(1).normal(0, np.sqrt(2), 4_096)
    y = 2 * z["a"] + (z["b"] ** 2 - 1) / np.sqrt(2) + z["c"] * z["d"] + noise
    found = shares(z, y)
    for name, exact in {"a": 4 / 8, "b": 1 / 8, "c": 0.0, "d": 0.0}.items():
        fit = found[(name,)]
        assert fit.share[0] == pytest.approx(exact, abs=4 * fit.standard_error[0])
        assert 0 < fit.standard_error[0] < 0.02


def test_the_same_function_of_other_scales_of_its_parameters_has_the_same_shares():
    z = normals("ab", 1_024)
    y = z["a"] + 0.5 * z["b"]
    bent = {"a": np.exp(3 * z["a"]), "b": -(z["b"] ** 3)}
    for name in "ab":
        assert shares(bent, y)[(name,)].share == pytest.approx(
            shares(z, y)[(name,)].share, abs=0.01
        )


def test_the_ranks_of_a_payback_that_may_be_never_are_explained():
    # the share of ranks of a normal sum: Var E[Φ | a] is known: (6/π) asin(ρ²/2), ρ² = share of a
    z = normals("ab", 4_096)
    payback = np.exp(z["a"] + z["b"])
    fit = shares(z, ranks(payback))[("a",)]
    assert fit.share[0] == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=4 * fit.standard_error[0])
    never = np.where(payback > 5, np.inf, payback)
    fewer = shares(z, ranks(never))[("a",)]
    assert 0.3 < fewer.share[0] < fit.share[0] + 0.05


def test_the_error_is_that_between_runs_and_a_null_parameter_covers_nothing():
    found, errors, covered = [], [], 0
    for seed in range(60):
        z = normals(("a", "none"), 512, seed)
        noise = np.random.default_rng(seed).normal(0, 1, 512)
        fit = shares(z, z["a"] + noise)
        found.append(fit[("a",)].share[0])
        errors.append(fit[("a",)].standard_error[0])
        none = fit[("none",)]
        covered += abs(none.share[0]) <= T_975 * none.standard_error[0]
    assert np.mean(found) == pytest.approx(0.5, abs=4 * np.std(found) / np.sqrt(60))
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.35)
    assert covered >= 50, f"{covered} of 60 intervals hold 0"


def test_a_parameter_of_two_values_and_one_with_a_lump_are_explained():
    u = {name: uniforms(1, name, 0, 2_048) for name in "ab"}
    works = (u["a"] > 0.2).astype(float)
    lump = np.where(u["b"] < 0.4, 1.0, u["b"])
    y = works + lump * 0.0
    found = shares({"works": works, "lump": lump}, y)
    assert found[("works",)].share[0] == pytest.approx(1.0)
    assert abs(found[("lump",)].share[0]) < 0.02


def test_correlated_parameters_are_one_group_and_constant_ones_none():
    z = normals("abc", 1_024)
    text = {"a": z["a"], "same": 2 * z["a"], "b": z["b"], "c": 0.6 * z["b"] + 0.8 * z["c"]}
    text["constant"] = np.ones(1_024)
    pairs = [("a", "same"), ("b", "c"), ("a", "constant")]
    assert groups(text, pairs) == [("a", "same"), ("b", "c")]
    found = shares(text, text["a"] + text["b"] + text["c"], pairs)
    # Var(b + c) = 1 + 1 + 1.2
    assert found[("a", "same")].share[0] == pytest.approx(1 / 4.2, abs=0.03)
    assert found[("b", "c")].share[0] == pytest.approx(3.2 / 4.2, abs=0.03)


def test_with_too_few_draws_or_nothing_to_explain_no_share_is_told():
    z = normals("a", 64)
    assert np.isnan(shares(z, z["a"])[("a",)].share[0])
    z = normals("a", 512)
    assert np.isnan(shares(z, np.ones(512))[("a",)].share[0])


def world(draws=2_048):
    """A plan that is back the sooner the stronger it is; "effect" low: never."""
    z = normals(("effect", "price", "nothing"), draws)
    saving = np.repeat((np.exp(0.6 * z["effect"] + 0.2 * z["price"]))[:, None], 121, axis=1)
    cost = np.zeros_like(saving)
    cost[:, 1] = 60.0
    payback = from_balance(saving, cost, 12, "municipality")
    return z, payback


def test_a_run_is_told_what_matters_how_sure_that_is_and_in_which_direction():
    z, payback = world()
    found = explained(z, {"m": payback}, {"m": payback.balance[:, -1]}, payback.design)["m"]
    first, second, last = found.explained_by
    assert [first.paths, second.paths, last.paths] == [("effect",), ("price",), ("nothing",)]
    assert first.payback.share > 0.8 > 0.2 > second.payback.share > 0.03
    assert first.direction.higher_is == "sooner"
    low, high = first.direction.low, first.direction.high
    assert low.value == pytest.approx(-1.28, abs=0.02) and high.value == pytest.approx(
        1.28, abs=0.02
    )
    assert low.median_years is None and low.never > 0.5
    assert 1.5 < high.median_years < 3.5 and high.never == 0.0
    rest = found.not_explained
    assert rest.other_figures.number == 0
    total = sum(row.net_present_value.share for row in found.explained_by)
    assert rest.together_and_chance.net_present_value.share == pytest.approx(1 - total)


def test_a_payback_that_is_always_never_is_ordered_by_the_money():
    z, payback = world(512)
    hopeless = from_balance(
        np.diff(payback.balance, axis=1, prepend=0.0) * 1e-3, np.ones((512, 121)), 12, "m"
    )
    assert np.isinf(hopeless.years).all()
    found = explained(z, {"m": hopeless}, {"m": hopeless.balance[:, -1]}, hopeless.design)[
        "m"
    ].explained_by
    assert found[0].paths == ("effect",)
    assert found[0].payback == Share(None, None)


def test_ten_thousand_draws_of_150_parameters_take_no_longer_than_to_sort_them_a_few_times():
    rng = np.random.default_rng(1)
    z = {str(i): rng.normal(size=10_000) for i in range(150)}
    _, payback = world(10_000)
    ratios = []
    for _ in range(3):  # side by side, so that a busy machine slows both
        began = process_time()
        explained(z, {"m": payback}, {"m": payback.balance[:, -1]}, payback.design)
        between = process_time()
        for values in z.values():
            np.argsort(values, kind="stable")
        ratios.append((between - began) / (process_time() - between))
    assert min(ratios) < 10  # 1.7 where nothing else is at work
    assert REPLICATES == 16


def test_a_small_share_is_found_well_beside_a_large_one():
    z = normals("abc", 1_024)
    found = shares(z, 3 * z["a"] + 0.3 * z["b"])
    assert found[("b",)].share[0] == pytest.approx(0.09 / 9.09, abs=0.001)
    assert found[("b",)].standard_error[0] < 0.001
    assert abs(found[("c",)].share[0]) < 0.001
