"""Work that threads share: all of it is done once, whatever their number."""

import numpy as np
import pytest
from engine.test_citizens import BUSY, uncertain
from hypothesis import given
from hypothesis import strategies as st
from twins import COLLECTION

from simlab.engine.sharing import on_threads, zeros
from simlab.engine.simulate import simulate_block
from simlab.kernel.memory import LINE
from simlab.kernel.vector import LANES
from simlab.model.compiled import compile_study


@given(st.integers(0, 60), st.integers(1, 9), st.integers(1, 20))
def test_every_thing_is_done_once_and_in_whole_units(things, threads, unit):
    spans = on_threads(lambda first, stop: (first, stop), things, threads, unit)
    assert len(spans) <= threads
    assert [n for span in spans for n in range(*span)] == list(range(things))
    assert all(first % unit == 0 for first, _ in spans)


def test_a_mistake_in_another_thread_is_raised():
    with pytest.raises(ZeroDivisionError):
        on_threads(lambda first, stop: 1 // (stop < 10), 10, 2)


@pytest.mark.parametrize("kind", [np.float64, np.int64])
@pytest.mark.parametrize("shape", [(2, 3, 700), (5, 0), (1,)])
@pytest.mark.parametrize("threads", [1, 3])
def test_zeros_begin_where_a_cache_line_does(kind, shape, threads):
    array = zeros(shape, kind, threads)
    assert array.shape == shape
    assert array.dtype == kind
    assert array.flags.c_contiguous
    assert not array.size or array.ctypes.data % LINE == 0
    assert not array.any()


@pytest.mark.parametrize("name", BUSY)
def test_no_number_of_threads_changes_an_expected_number(name):
    compiled = compile_study(uncertain(COLLECTION[name]).study)
    block = compiled.block(3, 3 + 2 * LANES + 5)
    alone = simulate_block(compiled, block, "expected")
    for threads in (2, 3, 7):
        together = simulate_block(compiled, block, "expected", threads)
        for one, other in zip(alone.out, together.out, strict=True):
            assert one.any() or not one.size
            assert (one == other).all()
        assert together.scaled_rows == alone.scaled_rows
