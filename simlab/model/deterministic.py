"""Rows that are certain, where the plan reaches only some of the people.

Of an intensity that is infinite a share c of the people cannot be had by thinning: 1 + c (h − 1)
times infinity is infinity. So there the people are told apart, and each part has its own law,

    P(j) = Σ_S w_S p_j(S),      w_S = Π_{e in S} c_e · Π_{e not in S} (1 − c_e)

over the sets S of effects that reach somebody: c of the people have their split shifted, or stay
where the effect lets them, and the others move as without the plan. The chances become intensities
once more, infinite where everybody leaves. An effect that makes a move certain, or no longer so,
has no half strength: it reaches c · w of the people in full.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simlab.kernel.summation import sum_in_order
from simlab.kernel.transition import ROUNDING
from simlab.model.rows import CERTAIN, ENDLESS


class Reach(NamedTuple):
    """What an effect does to a row: (draws, steps) each, and ratios by move.

    share   : of the people whom it reaches
    with_it : by move, what it multiplies the intensity of those by
    without : by move, and that of the others
    """

    share: np.ndarray
    with_it: Sequence[np.ndarray]
    without: Sequence[np.ndarray]


def mixed(
    hazards: Sequence[np.ndarray], effects: Sequence[Reach]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Intensities by move, (draws, steps) each, of the mixture of all parts of the people, and
    where any part is certain to leave."""
    chances = [np.zeros_like(hazard) for hazard in hazards]
    certain = np.zeros(hazards[0].shape, dtype=bool)
    for reached in itertools.product((True, False), repeat=len(effects)):
        weight, own = np.ones(hazards[0].shape), list(hazards)
        for effect, here in zip(effects, reached, strict=True):
            weight = weight * (effect.share if here else 1.0 - effect.share)
            ratios = effect.with_it if here else effect.without
            own = [hazard * ratio for hazard, ratio in zip(own, ratios, strict=True)]
        total = sum_in_order(np.array(own), 0)
        leave = np.where(total > 0, -np.expm1(-total) / np.where(total > 0, total, 1.0), 0.0)
        chances = [p + weight * leave * a for p, a in zip(chances, own, strict=True)]
        certain |= (weight > 0) & (total >= CERTAIN)
    left = sum_in_order(np.array(chances), 0)
    everybody = left >= 1.0 - ROUNDING
    alone = -np.log1p(-np.where(everybody, 0.0, left))
    whole = np.where(everybody, ENDLESS, alone) / np.where(left > 0, left, 1.0)
    return [p * whole for p in chances], certain
