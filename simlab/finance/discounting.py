"""Discounting by a dated step curve: v_t = Π_{s ≤ t} (1 + r_s)^{−Δ}, Δ the step in years.

1 000 kr. after two years at a rate r is worth 1 000 / (1 + r)². Rates are given as one number, by
year of the study ({ "1-35" = 0.035, "36+" = 0.025 }) or by date.
"""

from __future__ import annotations

import math

import numpy as np

from simlab.study.time import Timeline
from simlab.study.values import Varying


def factors(curve: Varying, timeline: Timeline) -> np.ndarray:
    """v : (steps + 1,), with v_0 = 1."""
    v = np.ones(timeline.steps + 1)
    length = 1.0 / timeline.steps_per_year
    for t, rate in enumerate(rates(curve, timeline)[1:], 1):
        v[t] = v[t - 1] * (1.0 + rate) ** -length
    return v


def rates(curve: Varying, timeline: Timeline) -> np.ndarray:
    """r : (steps + 1,) a year; nothing is discounted at the start."""
    r = np.zeros(timeline.steps + 1)
    for t in range(1, timeline.steps + 1):
        bands = curve.at(timeline.start_of(t))
        year = math.ceil(t / timeline.steps_per_year - 1e-9)
        r[t] = bands.bands[bands.index(year)].value.mean()
    return r
