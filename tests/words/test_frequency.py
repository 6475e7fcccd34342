"""Natural frequencies: counts that never turn the rare into the impossible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.words import futures, of_them, of_twenty


@pytest.mark.parametrize(
    ("chance", "count"),
    [
        (0.0, 0),
        (0.0049, 0),
        (0.005, 1),
        (0.05, 1),
        (0.7, 14),
        (0.974, 19),
        (0.995, 19),
        (0.9951, 20),
        (1.0, 20),
    ],
)
def test_a_chance_is_a_count_of_twenty(chance, count):
    assert of_twenty(chance) == count


@given(st.floats(0.005, 0.995))
def test_a_chance_and_its_complement_are_never_more_than_twenty(chance):
    assert of_twenty(chance) + of_twenty(1.0 - chance) == 20


@given(st.floats(0.0, 1.0))
def test_a_count_is_within_half_a_future_except_where_it_would_round_to_nothing(chance):
    error = abs(of_twenty(chance) - 20 * chance)
    assert error <= (0.5 if 0.025 <= chance <= 0.975 else 0.9)


@pytest.mark.parametrize(
    ("chance", "first", "then"),
    [
        (0.0, "no simulated future", "none"),
        (0.0001, "fewer than 1 of 20 futures", "fewer than 1 of 20"),
        (0.02, "fewer than 1 of 20 futures", "fewer than 1 of 20"),
        (0.025, "1 of 20 futures", "1 of 20"),
        (0.7, "14 of 20 futures", "14 of 20"),
        (0.98, "more than 19 of 20 futures", "more than 19 of 20"),
        (0.9999, "almost all futures", "almost all"),
        (1.0, "all simulated futures", "all"),
    ],
)
def test_the_ends_of_the_scale_are_words(chance, first, then):
    assert (futures(chance), of_them(chance)) == (first, then)


def test_only_certainty_is_called_all_or_none():
    chances = np.array([1e-9, 1 - 1e-9])
    assert [of_them(c) for c in chances] == ["fewer than 1 of 20", "almost all"]
