"""The course of a draw: in which step a variate is used up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.engine.cumulative_hazard import first_above

hazards = st.lists(
    st.sampled_from([0.0, 0.0, 1e-13, 1e-9, 1e-3, 0.05, 1.0, 20.0, 1e3]), min_size=1, max_size=40
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(hazards, st.floats(0.0, 1.0, exclude_max=True), st.data())
def test_a_variate_is_used_up_in_the_step_that_contains_its_goal(hazard, share, data):
    wait = np.concatenate([[0.0], np.cumsum(hazard)])
    low = data.draw(st.integers(0, len(hazard) - 1))
    high = data.draw(st.integers(low + 1, len(hazard)))
    left = share * (wait[high] - wait[low])
    if not left < wait[high] - wait[low]:
        return
    i, goal = first_above(wait, wait[low] + left, low, high), wait[low] + left
    assert low <= i < high
    assert wait[i] < wait[i + 1]  # nobody leaves in a step without a hazard
    assert wait[i] <= goal
    assert goal < wait[i + 1] or wait[i + 1] == wait[high]


@pytest.mark.parametrize("flat", [0, 1, 5])
def test_a_goal_that_rounding_puts_on_the_end_stays_in_the_last_step_with_a_hazard(flat):
    step = 1e3 + np.spacing(1e3)
    wait = np.array([0.0, 1e3, *[step] * (flat + 1)])
    left = 0.6 * (step - 1e3)
    assert left < wait[-1] - wait[1]
    assert 1e3 + left == step  # rounded up
    assert first_above(wait, 1e3 + left, 1, len(wait) - 1) == 1


def test_a_uniform_hazard_is_used_up_in_proportion():
    wait = 0.25 * np.arange(101.0)
    for goal in np.linspace(0.01, 24.9, 250):
        assert first_above(wait, goal, 0, 100) == int(goal / 0.25)
