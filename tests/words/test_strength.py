"""Ratios as a reader counts them."""

from __future__ import annotations

import pytest

from simlab.words import Words
from simlab.words.strength import strength, strength_in_short

EFFECT = "plan.effect.talks."


@pytest.mark.parametrize(
    ("path", "value", "said", "short"),
    [
        (EFFECT + "hazard_ratio", 1.27, "for those it reaches, 27% more moves a month", "+27%"),
        (EFFECT + "chance_ratio", 0.94, "for those it reaches, 6% fewer moves a month", "-6%"),
        (EFFECT + "hazard_ratio", 1.002, "no effect", "no effect"),
        (EFFECT + "risk_ratio", 1.44, "for those it reaches, 44% more who get there", "+44%"),
        (EFFECT + "arrivals_ratio", 0.8, "20% fewer arrivals", "-20%"),
        (
            'plan.effect."a.b".hazard_ratio_per_halving',
            1.5,
            "50% more moves a month for each halving of the caseload",
            "+50%",
        ),
        (
            EFFECT + "percentage_points",
            0.134,
            "for those it reaches, 13.4 percentage points more",
            "+13 points",
        ),
        ("shares.at_work.risk_ratio", 1.5, "50% more there at the date", "+50%"),
        ("shares.at_work.risk_ratio", 0.9, "10% fewer there at the date", "-10%"),
        (
            "shares.at_work.percentage_points",
            0.025,
            "2.5 percentage points more at the date",
            "+2 points",
        ),
        ("shares.at_work.with_plan", 0.074, "around 0.0740", "0.0740"),
        (EFFECT + "ramp_months", 24.0, "around 24.0", "24.0"),
        ("segments.hard.hazard_ratio", 0.4, "around 0.40", "0.40"),
        ("citizens.benefit.number", 529.0, "around 529", "529"),
    ],
)
def test_a_ratio_is_how_many_more(path, value, said, short):
    words = Words("en")
    assert strength(path, value, words) == said
    assert strength_in_short(path, value, words) == short
