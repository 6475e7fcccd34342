"""The three engines against each other, where no exact moments are to be had.

Given the draw, ``counts`` and ``citizens`` are two simulations of one law around the means that
``expected`` computes. So whatever is measured in a draw, its deviation from the mean of that draw
could as well be swapped between them: the differences are symmetric about 0, draw by draw, however
much the draws differ.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import twins
from agreement import check_exchangeable, check_same_law
from false_alarm import smallest_visible_error, z_limit
from oracle.lives import BASELINE, PLAN

import simlab

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
FUTURES = (BASELINE, PLAN)
ENGINES = ("expected", "counts", "citizens")


# ---- the reference chain ------------------------------------------------------------------------


@cache
def reference(engine: str):
    return simlab.simulate(twins.jobs().study, 2048, engine=engine)


@cache
def saved(engine: str) -> np.ndarray:
    return simlab.cash_flow(reference(engine)).saving.sum(axis=(1, 2))


def test_the_saving_of_the_reference_chain_has_one_law_whichever_engine():
    check_same_law(saved("counts"), saved("citizens"), "saving")
    exact_mean = simlab.cash_flow(
        simlab.simulate(twins.jobs().study, 1, engine="expected")
    ).saving.sum()
    for moment in (1, 2):
        one, other = ((saved(e) - exact_mean)[:, None] ** moment for e in ENGINES[1:])
        check_exchangeable(one, other, f"moment {moment} of the saving")


@pytest.mark.parametrize("step", [1, 12, 120])
@pytest.mark.parametrize("future", FUTURES)
def test_the_people_of_the_reference_chain_have_one_law_whichever_engine(future, step):
    one, other = (reference(e).people(future)[:, step] for e in ENGINES[1:])
    for state in range(5):
        if len(np.unique(one[:, state])) > 12:
            check_same_law(one[:, state], other[:, state], f"state {state}, {future}")
    check_exchangeable(one, other, f"means, {future}, step {step}")
    mean = simlab.simulate(twins.jobs().study, 1, engine="expected").people(future)[0, step]
    check_exchangeable((one - mean) ** 2, (other - mean) ** 2, f"variances, {future}, step {step}")


def test_a_spread_that_is_a_fifth_too_wide_would_be_seen():
    mean = saved("counts").mean()
    one, other = ((saved(e) - mean)[:, None] for e in ENGINES[1:])
    with pytest.raises(AssertionError, match="p ="):
        check_exchangeable(one**2, (1.2 * other) ** 2, "wider")


# ---- Hjørring -----------------------------------------------------------------------------------

DRAWS = 128
YEARS = np.arange(12, 121, 12)


@cache
def hjoerring(engine: str):
    return simlab.simulate(
        simlab.load(CONFIGS / "programmes" / "hjoerring.toml"), DRAWS, engine=engine
    )


def errors(engine: str, future: str) -> np.ndarray:
    """(draws, years, states) how far people are from the means of their draw."""
    found, means = hjoerring(engine).people(future), hjoerring("expected").people(future)
    return found[:, YEARS] - means[:, YEARS]


def often(future: str) -> np.ndarray:
    """(states,) where people are in every draw."""
    return hjoerring("expected").people(future)[:, YEARS].min(axis=(0, 1)) > 20


@pytest.mark.parametrize("future", FUTURES)
@pytest.mark.parametrize("engine", ENGINES[1:])
def test_the_people_of_hjoerring_have_the_means_of_their_draws(engine, future):
    here = often(future)
    assert here.sum() >= 8
    error = errors(engine, future)[:, :, here]
    z = error.sum(axis=0) / np.sqrt((error**2).sum(axis=0))
    assert np.abs(z).max() <= z_limit(z.size)
    # A mean that is off by 2 % would be seen in every state.
    means = hjoerring("expected").people(future)[:, YEARS][:, :, here].mean(axis=0)
    assert (smallest_visible_error(error.std(axis=0) / DRAWS**0.5) < 0.15 * means).all()


def test_the_people_of_hjoerring_vary_alike_in_both_engines():
    squares, products = {}, {}
    for engine in ENGINES[1:]:
        b, p = (errors(engine, future) for future in FUTURES)
        squares[engine] = np.concatenate([b**2, p**2], axis=2).reshape(DRAWS, -1)
        products[engine] = np.concatenate([b * p, b * np.roll(p, 1, axis=2)], axis=2)
        products[engine] = products[engine].reshape(DRAWS, -1)
    check_exchangeable(squares["counts"], squares["citizens"], "variances")
    check_exchangeable(products["counts"], products["citizens"], "covariances of both futures")


def saving_errors(engine: str) -> np.ndarray:
    """(draws, steps + 1) the saving in each step, all payers, less its mean in the draw."""
    cash, means = (simlab.cash_flow(hjoerring(e)) for e in (engine, "expected"))
    return (cash.saving - means.saving).sum(axis=2)


def test_the_saving_of_hjoerring_has_the_mean_of_its_draw_and_one_spread():
    found = {}
    for engine in ENGINES[1:]:
        error = saving_errors(engine)
        by_year = np.concatenate(
            [np.add.reduceat(error[:, 1:], range(0, 120, 12), axis=1), error.sum(axis=1)[:, None]],
            axis=1,
        )
        z = by_year.sum(axis=0) / np.sqrt((by_year**2).sum(axis=0))
        assert np.abs(z).max() <= z_limit(z.size)
        found[engine] = by_year
    check_exchangeable(found["counts"], found["citizens"], "saving")
    check_exchangeable(found["counts"] ** 2, found["citizens"] ** 2, "squares of the saving")
    ratio = (found["counts"][:, -1] ** 2).sum() / (found["citizens"][:, -1] ** 2).sum()
    assert 0.5 < ratio < 2.0


def test_futures_that_were_not_coupled_would_be_seen():
    """The plan's lives of one draw against the baseline's of another."""
    b, p = (errors("citizens", future) for future in FUTURES)
    # the spread between the futures by draw; its square root, so that no draw outweighs the others
    coupled = np.sqrt(((b - p) ** 2).reshape(DRAWS, -1).sum(axis=1, keepdims=True))
    rolled = np.roll(p, 1, axis=0)
    apart = np.sqrt(((b - rolled) ** 2).reshape(DRAWS, -1).sum(axis=1, keepdims=True))
    with pytest.raises(AssertionError, match="p ="):
        check_exchangeable(coupled, apart, "not coupled")


@pytest.mark.parametrize("future", FUTURES)
def test_as_many_people_arrive_in_hjoerring_whichever_engine(future):
    """Arrivals are addresses: the same in each draw and step, to the last one."""
    one, other = (hjoerring(e).people(future).sum(axis=2) for e in ENGINES[1:])
    assert (one == other).all()
    assert (np.diff(one, axis=1) > 0).any()
