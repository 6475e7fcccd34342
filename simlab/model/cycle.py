"""The business cycle: the second layer of uncertainty.

One path x_t per draw, AR(1) from its stationary law,

    x_1 ~ N(0, sd²),    x_t = ρ x_{t−1} + √(1 − ρ²) · sd · z_t,    ρ = 2^{−step / half-life},

the same in both futures. A move with loading β has its intensity multiplied by
exp(β·x_t − β²·sd²/2), which is 1 in the mean. It hits all citizens at once, so it does not
average out in a large cohort.
"""

from __future__ import annotations

import numpy as np

from simlab.kernel.splitmix import GOLDEN, mix
from simlab.model.addresses import key
from simlab.model.parameters import Values
from simlab.study.study import Study


def path(study: Study, values: Values, stream: str = "business cycle") -> np.ndarray:
    """x : (draws, steps), one path per draw; ``stream`` names its address."""
    from scipy.special import ndtri

    cycle = study.form.business_cycle
    steps = study.timeline.steps
    if cycle is None:
        return np.zeros((values.draws, steps))
    sd = values[cycle.sd]
    half_life = values[cycle.half_life_months]
    rho = 2.0 ** (-study.timeline.in_step("month") / half_life)
    z = ndtri(uniforms_at(key(study.seed, stream), range(values.start, values.stop), steps))
    x = np.empty_like(z)
    x[:, 0] = z[:, 0]
    fresh = np.sqrt(1.0 - rho**2)
    for t in range(1, steps):
        x[:, t] = rho * x[:, t - 1] + fresh * z[:, t]
    return x * sd[:, None]


def multiplier(x: np.ndarray, loading: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """(draws, steps) the mean-one multiplier for a loading : (draws,)."""
    return np.exp(loading[:, None] * x - (0.5 * loading**2 * sd**2)[:, None])


def uniforms_at(address: int, draws: range, count: int) -> np.ndarray:
    """(draws, count) uniforms in (0, 1): SplitMix64 from a start that mixes address and draw."""
    draw = np.arange(draws.start, draws.stop, dtype=np.uint64)
    start = mix(mix(draw * GOLDEN + np.uint64(address)) ^ np.uint64(address))
    position = np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
    bits = mix(start[:, None] + position[None, :]) >> np.uint64(11)
    return (bits.astype(np.float64) + 0.5) * 2.0**-53
