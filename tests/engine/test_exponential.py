"""The exponential law: the ziggurat's layers, what it accepts, and its geometric waiting times."""

import json
import math
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from false_alarm import check_p_value, smallest_visible_error, z_limit
from numba import config, njit
from scipy import stats

import simlab
from simlab.engine.chance import next_u64, open_stream, stream_key, uniform
from simlab.engine.exponential import HEIGHT, LAYERS, TAIL, WIDTH, exponential

SAMPLE = 4_000 if config.DISABLE_JIT else 10_000_000
AREA = (TAIL + 1) * math.exp(-TAIL)


@njit
def fill(state, out):
    for i in range(out.size):
        out[i] = exponential(state)


@cache
def sample() -> np.ndarray:
    """Sorted."""
    state = np.empty(4, np.uint64)
    open_stream(stream_key(1, "exponential"), 0, state)
    out = np.empty(SAMPLE)
    fill(state, out)
    out.sort()
    return out


# The layers


def test_the_tail_starts_where_marsaglia_and_tsang_found_it():
    assert abs(TAIL / 7.69711747013104972 - 1) < 1e-15
    assert abs(AREA / 0.0039496598225815571993 - 1) < 1e-14


def test_all_layers_have_the_same_area():
    base = TAIL * math.exp(-TAIL) + math.exp(-TAIL)  # the rectangle, and the integral of the tail
    proposed = WIDTH[0] * math.exp(-TAIL)
    areas = np.array([base, proposed, *(WIDTH[1:-1] * np.diff(HEIGHT[1:]))])
    assert areas.size == LAYERS + 1
    np.testing.assert_allclose(areas, AREA, rtol=1e-12, atol=0)


def test_layers_climb_the_curve_from_the_tail_to_the_top():
    assert np.all(np.diff(WIDTH) < 0)
    assert np.all(np.diff(HEIGHT) > 0)
    assert (WIDTH[-1], HEIGHT[0], HEIGHT[-1]) == (0.0, 0.0, 1.0)
    np.testing.assert_allclose(HEIGHT[1:], np.exp(-WIDTH[1:]), rtol=1e-15)


def test_the_density_of_what_is_accepted_is_the_exponential_density():
    # Of each layer, the chance to be drawn, times the density of a place in it, times the share of
    # the layer's height that is under the curve. Whoever is refused tries again.
    x = np.concatenate([WIDTH[1:-1], (WIDTH[1:-1] + WIDTH[2:]) / 2, np.geomspace(1e-12, TAIL, 500)])
    x = np.sort(x[x < TAIL])[:, None]
    with np.errstate(invalid="ignore"):
        share = np.clip((np.exp(-x) - HEIGHT[1:-1]) / np.diff(HEIGHT[1:]), 0, 1)
    share[x >= WIDTH[1:-1]] = 0
    accepted = (share / WIDTH[1:-1]).sum(axis=1) / LAYERS + 1 / WIDTH[0] / LAYERS
    tail = 1 / WIDTH[0] / LAYERS  # the part of the base's rectangle beyond r, which is 1 wide
    all_of_it = 1 / (LAYERS * AREA)  # the area under the curve over that of the layers
    np.testing.assert_allclose(accepted / all_of_it, np.exp(-x[:, 0]), rtol=3e-13)
    # The tail is reached with chance e^-r, and there the same law starts anew.
    assert tail / all_of_it == pytest.approx(math.exp(-TAIL), rel=1e-12)


# What the kernel does with the bits, exactly


def aimed(layer: int, place: int, second: int) -> np.ndarray:
    """A state whose next number has the layer and the place, in 2^-57 of the width, odd.

    xoshiro256++ gives rotl(s0 + s3, 23) + s0. With s0 = 0, s3 decides; s1 moves the next one.
    """
    bits = place >> 1 << 8 | layer  # that the place is odd goes without saying
    turned = (bits >> 23 | bits << 41) & (2**64 - 1)
    return np.array([0, second * 0x9E3779B97F4A7C15 % 2**64, 1, turned], np.uint64)


def odd(share: float) -> int:
    return int(share * 2**57) | 1


def after_one(state: np.ndarray) -> np.ndarray:
    state = state.copy()
    next_u64(state)
    return state


def test_a_place_under_the_curve_is_taken_as_it_is():
    for layer in range(LAYERS - 1):
        inside = WIDTH[layer + 1] / WIDTH[layer]
        for share in (2.0**-57, 0.1, inside / 2, inside * (1 - 1e-14)):
            state = aimed(layer, odd(share), 1)
            then = after_one(state)
            assert exponential(state) == odd(share) * 2.0**-57 * WIDTH[layer]
            assert np.array_equal(state, then)


def test_at_the_edge_of_a_layer_the_height_decides():
    taken = 0
    shares = (0.02, 0.25, 0.5, 0.75, 0.98)
    for layer in range(1, LAYERS):
        inside = WIDTH[layer + 1] / WIDTH[layer]
        for share in shares:
            place = odd(inside + share * (1 - inside))
            x = place * 2.0**-57 * WIDTH[layer]
            for second in range(4):
                state = aimed(layer, place, second)
                then = after_one(state)
                height = uniform(then)
                under = HEIGHT[layer] + height * (HEIGHT[layer + 1] - HEIGHT[layer]) < math.exp(-x)
                found = exponential(state)
                assert (found == x) == under
                taken += under
                if under:
                    assert np.array_equal(state, then)
                else:  # the next place decides
                    assert found == exponential(then)
    assert 0.4 < taken / (255 * len(shares) * 4) < 0.5  # the curve is below its chord


def test_beyond_the_base_the_search_starts_anew_from_the_tail():
    inside = WIDTH[1] / WIDTH[0]
    for share in (inside + 1e-14, 0.9, 0.99, 1.0 - 2.0**-53):
        for second in range(50):
            state = aimed(0, odd(share), second)
            then = after_one(state)
            assert exponential(state) == TAIL + exponential(then)
            assert np.array_equal(state, then)


def test_no_number_is_zero():
    assert exponential(aimed(LAYERS - 2, 0, 1)) == 2.0**-57 * WIDTH[LAYERS - 2] > 0


# The numbers


def test_exponential_numbers_follow_their_law():
    check_p_value(stats.kstest(sample(), "expon").pvalue, "exponential")
    cells = np.histogram(sample(), -np.log1p(-np.linspace(0, 1, 2_001)[:-1]))[0]
    cells = [*cells, SAMPLE - cells.sum()] if not config.DISABLE_JIT else [1, 1]
    check_p_value(stats.chisquare(cells).pvalue, "exponential, cells")


def test_the_tail_of_exponential_numbers_is_as_thin_as_it_should_be():
    for least in (5.0, WIDTH[2], TAIL, TAIL + 0.5, 10.0, TAIL + WIDTH[2], 2 * TAIL, 17.0):
        seen = SAMPLE - int(np.searchsorted(sample(), least))
        check_p_value(stats.binomtest(seen, SAMPLE, math.exp(-least)).pvalue, f"P(X ≥ {least})")


def test_small_exponential_numbers_are_as_rare_as_they_should_be():
    for most in (1e-6, 1e-5, 1e-4, WIDTH[-2]):
        seen = int(np.searchsorted(sample(), most))
        check_p_value(stats.binomtest(seen, SAMPLE, -math.expm1(-most)).pvalue, f"P(X < {most})")


def test_mean_and_variance_of_exponential_numbers_are_1():
    error = 1 / math.sqrt(SAMPLE)
    assert abs(sample().mean() - 1) < z_limit() * error
    assert abs(np.mean((sample() - 1) ** 2) - 1) < z_limit() * error * math.sqrt(8)
    if not config.DISABLE_JIT:
        assert smallest_visible_error(error) < 0.0025


# Waiting times


@pytest.mark.parametrize("hazard", [1e-9, 1e-6, 1e-3, 0.0123, 0.1, 0.7, 1.5, 5.0, 20.0])
def test_whole_multiples_of_a_hazard_are_geometric(hazard):
    law = stats.geom(-math.expm1(-hazard), loc=-1)
    waiting = np.floor(sample() / hazard)  # sorted, as the sample is
    levels = [1e-6, 1e-5, 1e-4, 1e-3, *np.linspace(0, 1, 41)[1:-1], 0.999, 1 - 1e-4, 1 - 1e-5]
    edges = np.unique(law.ppf([level for level in levels if level < 1 - 30 / SAMPLE]))
    seen = np.diff([0, *np.searchsorted(waiting, edges, side="right"), SAMPLE])
    expected = np.diff([0, *law.cdf(edges), 1]) * SAMPLE
    large = expected >= 25
    rest_seen, rest = seen[~large].sum(), expected[~large].sum()
    statistic = ((seen - expected)[large] ** 2 / expected[large]).sum()
    if rest > 1:
        statistic += (rest_seen - rest) ** 2 / rest
    if large.sum() > 1:
        check_p_value(stats.chi2.sf(statistic, large.sum() - (rest <= 1)), f"hazard {hazard}")
    for k in (1, 2, 5):
        if k * hazard < 40:
            hits = SAMPLE - int(np.searchsorted(waiting, k))
            check_p_value(stats.binomtest(hits, SAMPLE, law.sf(k - 1)).pvalue, f"P(≥ {k})")


PLAIN = """
import json
import numpy as np
from simlab.engine.chance import open_stream
from simlab.engine.exponential import exponential

def numbers():
    state = np.empty(4, np.uint64)
    open_stream(np.uint64(7), 0, state)
    return json.dumps([float(exponential(state)).hex() for _ in range(5_000)])
"""


def test_exponential_numbers_are_the_same_compiled_and_as_plain_python():
    here: dict = {}
    exec(PLAIN, here)
    root = str(Path(simlab.__file__).parents[1])
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLAIN + "\nprint(numbers())"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": root},
        capture_output=True,
        encoding="utf-8",
    )
    assert found.stderr == ""
    assert json.loads(found.stdout) == json.loads(here["numbers"]())
