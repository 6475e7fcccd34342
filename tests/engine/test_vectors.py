"""Draws side by side: the same bits as one draw after the other, compiled and not."""

import math

import numpy as np
import pytest
from engine.plain_python import WITHOUT_PROGRAMME
from hypothesis import given
from hypothesis import strategies as st

import simlab
from simlab.kernel import forward as kernels
from simlab.kernel.compiled import kernel
from simlab.kernel.inflow import inflow
from simlab.kernel.transition import LITTLE, chances, empty_step, leavers_per_hazard
from simlab.kernel.vector import (
    LANES,
    everywhere,
    fetch,
    load,
    load_at,
    load_from,
    store,
    store_from,
)
from simlab.model.compiled import compile_study


@kernel
def reckon(x: np.ndarray, flat: np.ndarray, out: np.ndarray) -> None:
    store(load(x, 0) * load(x, 1) + 2.0 * load_at(x, 2 * LANES), out, 0)
    store(1.0 - load(x, 1) * load_from(flat, 1, 3), out, 1)
    store_from(everywhere(0.25) + load(x, 2), flat, 0, 5)
    fetch(flat, 1, 40)  # beyond the end: nothing is read


def test_compiled_vectors_have_the_bits_of_arrays():
    rng = np.random.default_rng(1)
    x, flat = rng.normal(size=(3, LANES)), rng.normal(size=(2, 40))
    here, there = (x.copy(), flat.copy(), np.zeros((2, LANES))), (x, flat, np.zeros((2, LANES)))
    reckon(*here)
    reckon.py_func(*there)
    for compiled, plain in zip(here, there, strict=True):
        assert (compiled == plain).all()
    assert (there[2][0] == x[0] * x[1] + 2.0 * x[2]).all()
    assert (flat[0, 5 : 5 + LANES] == 0.25 + x[2]).all()


@given(st.floats(0.0, LITTLE))
def test_the_series_is_right_to_the_last_digits(hazard):
    exact = -math.expm1(-hazard) / hazard if hazard > 1e-300 else 1.0
    assert leavers_per_hazard.py_func(hazard) == pytest.approx(exact, rel=5e-16)


@pytest.fixture(scope="module")
def compiled():
    return compile_study(simlab.loads(WITHOUT_PROGRAMME))


def test_a_step_adds_up_each_cell_in_the_order_of_its_origins(compiled):
    cells = compiled.cells
    rates, flow_of = int(cells.rate_first[-1]), np.full(cells.rate_first[-1], -1)
    flow_of[[1, 3]] = 0
    rng = np.random.default_rng(2)
    count, classes = len(cells.stay), len(cells.rate_first) - 1
    x, y = kernels.in_lanes(2, count + 2)
    x[:count] = rng.random((count, LANES))
    p = rng.random((rates + classes, LANES))
    kernels.forward(inflow(cells, flow_of, 1), x, y, p)
    expected = np.zeros((count + 2, LANES))
    for c in range(count):
        k = cells.class_of[c]
        expected[cells.stay[c]] += x[c] * p[rates + k]
        for j in range(cells.first[c + 1] - cells.first[c]):
            rate = cells.rate_first[k] + j
            expected[cells.to[cells.first[c] + j]] += x[c] * p[rate]
            if flow_of[rate] >= 0:
                expected[count] += x[c] * p[rate]
    assert (y == expected).all()


@pytest.mark.parametrize("future", ["baseline", "plan"])
def test_the_law_of_a_tile_is_that_of_each_draw(compiled, future):
    block = compiled.block(0, LANES + 3)
    cells, hazards = compiled.cells, block.cohorts[0].hazards(future)
    assert hazards.made_as.size
    tile, row = (
        kernels.tile(cells, 0, hazards),
        empty_step(*map(len, (compiled.tables.rates, compiled.tables.classes))),
    )
    rates, beyond = len(compiled.tables.rates), 0
    for first in (0, LANES):
        for t in range(compiled.steps):
            kernels.lane_chances(cells, hazards, first, t, tile, t == 0)
            for lane in range(LANES):
                chances(hazards, cells.rate_first, min(first + lane, LANES + 2), t, row)
                assert (tile.p[:rates, lane] == row.p).all()
                assert (tile.p[rates:, lane] == 1.0 - row.leave).all()
                beyond += int((row.hazard > LITTLE).any())
    assert beyond, "no hazard is beyond the series"


def test_a_draw_has_the_same_bits_among_others_and_alone():
    study = simlab.loads(WITHOUT_PROGRAMME)
    among = simlab.simulate(study, 2 * LANES + 1, engine="expected")
    for d in (0, LANES - 1, LANES, 2 * LANES):
        alone = simlab.simulate(study, 1, engine="expected", first=d)
        for future in ("baseline", "plan"):
            assert (alone.heads(future)[0] == among.heads(future)[d]).all()
