"""How figures are said."""

from __future__ import annotations

import pytest

from simlab.risk.estimate import T_975
from simlab.words import ENGLISH
from simlab.words.phrases import error_of_chance


@pytest.mark.parametrize(
    ("share", "half", "said"),
    [
        (0.3, 0.01, "± 1.0 percentage points"),
        (0.002, 0.01, "0.0% to 1.2%"),
        (0.0, 0.03, "0.0% to 3.0%"),
        (0.995, 0.01, "98.5% to 100.0%"),
        (1.0, 0.003, "99.7% to 100.0%"),
        (0.5, float("nan"), ""),
    ],
)
def test_the_error_of_a_chance_never_reaches_below_0_or_above_1(share, half, said):
    assert error_of_chance(share, half / T_975, ENGLISH) == said
