"""The distribution families of uncertain quantities, and their fits to what was written.

A family turns uniform numbers u into values by its inverse distribution function, so that a
low-discrepancy u gives a low-discrepancy value. With z = Phi^-1(u), the standard normal quantile:

    normal        m + s z                          mean, sd
    lognormal     exp(m + s z)                     two quantiles; mean, sd; median, sigma
    logit-normal  1 / (1 + exp(-(m + s z)))        two quantiles; median, sigma
    gamma         P^-1(shape, u) / rate            two quantiles; mean, sd; events, exposure
    beta          I^-1(a, b, u)                    two quantiles; mean, sd; successes, trials
    PERT          min + (max - min) Beta(1 + 4 (mode - min) / (max - min),
                                         1 + 4 (max - mode) / (max - min))
    uniform, triangular, point, and mixtures of all these

**Fits.** The first three are normal on a transformed scale g (identity, log, log odds), where two
quantiles are two points on a line: s = (g(x2) - g(x1)) / (z2 - z1), m = g(x1) - s z1. Gamma: the
ratio of two quantiles falls with the shape alone, so one root gives the shape and a division the
rate. Beta: for each a + b one mean puts the lower quantile right; the upper one fixes a + b.
Moments: lognormal s^2 = ln(1 + (sd / mean)^2), m = ln(mean) - s^2 / 2; gamma shape =
(mean / sd)^2, rate = mean / sd^2; beta a + b = mean (1 - mean) / sd^2 - 1.

A mixture lets u choose the component and stretches what is left of u back to 0..1: it rises with
u within a component, and is not the mixture's own quantile function, which `quantile` is.

References: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions (1994-95);
Malcolm et al., Operations Research 7 (1959) for PERT with lambda = 4.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SMALLEST = float(np.finfo(np.float64).tiny)
LARGEST = float(np.finfo(np.float64).max)
BELOW_ONE = 1 - 2.0**-53
TAIL = 2.0**-53  # the inverse beta of scipy gives nan for some u below 1e-16

EXTREME = "too wide, too narrow or too extreme to compute with"


class FitError(ValueError):
    """No member of the family has what was asked; the message says why, for a person.

    ``key`` is the one whose number does not fit the others; "" where it is all of them.
    """

    def __init__(self, message: str, key: str = ""):
        super().__init__(message)
        self.key = key


class Distribution(ABC):
    """One uncertain number. `ppf` draws, `quantile` and `mean` describe."""

    __slots__ = ()
    name: ClassVar[str]
    ends: ClassVar[tuple[float, float]] = (-LARGEST, LARGEST)

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and largest value that `ppf` returns."""
        return self.ends

    @abstractmethod
    def _inverse(self, u: Floats) -> Floats:
        """Values at u strictly inside 0..1, before rounding is kept inside the support."""

    @abstractmethod
    def mean(self) -> float:
        """The exact expectation (logit-normal: by quadrature, to rounding)."""

    @abstractmethod
    def cdf(self, x: float) -> float:
        """The chance of a value of at most x."""

    def ppf(self, u: ArrayLike) -> Floats:
        """Values at uniform numbers u in [0, 1]; same shape, finite also at 0 and 1.

        Raises ValueError where u is NaN or outside [0, 1].
        """
        chances = np.asarray(u, dtype=np.float64)
        if not np.all((chances >= 0) & (chances <= 1)):
            raise ValueError("u must lie in [0, 1]")
        with np.errstate(over="ignore", under="ignore"):
            values = self._inverse(np.clip(chances, TAIL, 1 - TAIL))
        return np.asarray(np.clip(values, *self.support), dtype=np.float64)

    def quantile(self, q: float) -> float:
        """The smallest value with at least the chance q of not being exceeded."""
        return float(self.ppf(q))


def side_by_side(
    distributions: Sequence[Distribution],
) -> list[tuple[Distribution, list[int]]]:
    """The distributions in groups that are drawn at once, each with its members' places.

    A group is one family whose parameters are columns : (members, 1), so that the `ppf` of
    u : (members, draws) has in each row what the member's own `ppf` has. Mixtures stay alone.
    """
    groups: dict[object, list[int]] = {}
    for place, distribution in enumerate(distributions):
        group = place if isinstance(distribution, Mixture) else type(distribution)
        groups.setdefault(group, []).append(place)
    return [(_in_columns([distributions[k] for k in places]), places) for places in groups.values()]


def _in_columns(members: Sequence[Distribution]) -> Distribution:
    """The only member; or the family with the members' parameters in columns."""
    first: Any = members[0]
    if len(members) == 1:
        return members[0]
    names = [field.name for field in fields(first)]
    columns = {name: np.array([[getattr(each, name)] for each in members]) for name in names}
    return cast(Distribution, type(first)(**columns))


@dataclass(frozen=True, slots=True)
class Point(Distribution):
    """A certain value."""

    name = "point"
    value: float

    def _inverse(self, u: Floats) -> Floats:
        return np.full(u.shape, self.value)

    def mean(self) -> float:
        return self.value

    def cdf(self, x: float) -> float:
        return float(x >= self.value)


@dataclass(frozen=True, slots=True)
class Nothing(Point):
    """The neutral value of a parameter: hazard ratio 1, amount 0."""

    name = "nothing"


class Scale(NamedTuple):
    """A scale on which a family is normal: the place of a value on it, and the values at places."""

    place: Callable[[float], float]
    values: Callable[[Floats], Floats]


def log_odds(chance: float) -> float:
    """ln(p / (1 - p)) for 0 < p < 1."""
    return math.log(chance) - math.log1p(-chance)


def logistic(place: Floats) -> Floats:
    from scipy.special import expit

    return expit(place)


@dataclass(frozen=True, slots=True)
class OnAScale(Distribution):
    """Normal on a scale, with mean `centre` and standard deviation `spread` there."""

    scale: ClassVar[Scale]
    centre: float
    spread: float

    def _inverse(self, u: Floats) -> Floats:
        from scipy.special import ndtri

        return self.scale.values(self.centre + self.spread * ndtri(u))

    def cdf(self, x: float) -> float:
        from scipy.special import ndtr

        low, high = self.support
        if not low <= x <= high:
            return float(x > high)
        return float(ndtr((self.scale.place(x) - self.centre) / self.spread))


class Normal(OnAScale):
    """Mean `centre`, standard deviation `spread`."""

    __slots__ = ()
    name = "normal"
    scale = Scale(float, np.positive)

    def mean(self) -> float:
        return self.centre


class Lognormal(OnAScale):
    """exp of a normal with mean `centre` and standard deviation `spread`."""

    __slots__ = ()
    name = "lognormal"
    scale = Scale(math.log, np.exp)
    ends = (SMALLEST, LARGEST)

    def mean(self) -> float:
        return math.exp(self.centre + self.spread * self.spread / 2)


class LogitNormal(OnAScale):
    """A chance whose log odds are normal with mean `centre`, standard deviation `spread`."""

    __slots__ = ()
    name = "logit-normal"
    scale = Scale(log_odds, logistic)
    ends = (SMALLEST, BELOW_ONE)

    def mean(self) -> float:
        return logit_normal_mean(self.centre, self.spread)


@dataclass(frozen=True, slots=True)
class Gamma(Distribution):
    """Mean shape / rate, variance shape / rate^2."""

    name = "gamma"
    ends = (SMALLEST, LARGEST)
    shape: float
    rate: float

    def _inverse(self, u: Floats) -> Floats:
        from scipy.special import gammaincinv

        return gammaincinv(self.shape, u) / self.rate

    def mean(self) -> float:
        return self.shape / self.rate

    def cdf(self, x: float) -> float:
        from scipy.special import gammainc

        return float(gammainc(self.shape, max(x, 0.0) * self.rate))


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """A chance with mean a / (a + b): a - prior successes and b - prior failures seen."""

    name = "beta"
    ends = (SMALLEST, BELOW_ONE)
    a: float
    b: float

    def _inverse(self, u: Floats) -> Floats:
        from scipy.special import betaincinv

        return betaincinv(self.a, self.b, u)

    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def cdf(self, x: float) -> float:
        from scipy.special import betainc

        return float(betainc(self.a, self.b, min(max(x, 0.0), 1.0)))


class Between(Distribution):
    """A value between two ends of its own, `low` and `high`."""

    __slots__ = ()
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        return (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Uniform(Between):
    """Every value between `low` and `high` equally likely."""

    name = "uniform"
    low: float
    high: float

    def _inverse(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u

    def mean(self) -> float:
        return self.low + (self.high - self.low) / 2

    def cdf(self, x: float) -> float:
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Triangular(Between):
    """Density rising straight from `low` to `mode`, falling straight to `high`."""

    name = "triangular"
    low: float
    mode: float
    high: float

    def _inverse(self, u: Floats) -> Floats:
        width = self.high - self.low
        below = (self.mode - self.low) / width  # the chance of a value below the mode
        rising = self.low + width * np.sqrt(u * below)
        falling = self.high - width * np.sqrt((1 - u) * (1 - below))
        return np.where(u < below, rising, falling)

    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    def cdf(self, x: float) -> float:
        width = self.high - self.low
        if x <= self.low or x >= self.high:
            return float(x >= self.high)
        if x < self.mode:
            return (x - self.low) / width * ((x - self.low) / (self.mode - self.low))
        return 1 - (self.high - x) / width * ((self.high - x) / (self.high - self.mode))


@dataclass(frozen=True, slots=True)
class Pert(Between):
    """Beta scaled to `low`..`high` with mean (low + 4 mode + high) / 6."""

    name = "PERT"
    low: float
    mode: float
    high: float

    @property
    def beta(self) -> Beta:
        """The beta on 0..1 that is stretched."""
        peak = (self.mode - self.low) / (self.high - self.low)
        return Beta(1 + 4 * peak, 1 + 4 * (1 - peak))

    def _inverse(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * self.beta._inverse(u)

    def mean(self) -> float:
        return (self.low + 4 * self.mode + self.high) / 6

    def cdf(self, x: float) -> float:
        return self.beta.cdf((x - self.low) / (self.high - self.low))


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """`parts[i]` with chance `weights[i]`; the weights sum to 1 and are above 0."""

    name = "mixture"
    weights: tuple[float, ...]
    parts: tuple[Distribution, ...]

    @property
    def support(self) -> tuple[float, float]:
        lows, highs = zip(*(part.support for part in self.parts), strict=True)
        return (min(lows), max(highs))

    def _inverse(self, u: Floats) -> Floats:
        flat = u.ravel()
        edges = np.concatenate(([0.0], np.cumsum(self.weights)))
        # The last edge may fall short of 1 by rounding: what lies beyond is the last part's.
        chosen = np.minimum(np.searchsorted(edges[1:], flat, side="right"), len(self.parts) - 1)
        within = np.clip((flat - edges[chosen]) / np.array(self.weights)[chosen], 0.0, 1.0)
        values = np.empty_like(flat)
        for index, part in enumerate(self.parts):
            here = chosen == index
            values[here] = part.ppf(within[here])
        return values.reshape(u.shape)

    def mean(self) -> float:
        return math.fsum(
            weight * part.mean() for weight, part in zip(self.weights, self.parts, strict=True)
        )

    def cdf(self, x: float) -> float:
        return math.fsum(
            weight * part.cdf(x) for weight, part in zip(self.weights, self.parts, strict=True)
        )

    def quantile(self, q: float) -> float:
        quantiles = [part.quantile(q) for part in self.parts]
        low, high = min(quantiles), max(quantiles)
        if self.cdf(low) >= q:
            return low
        # Bisection on cdf(low) < q <= cdf(high), until no number lies between.
        while low < (middle := low + (high - low) / 2) < high:
            low, high = (low, middle) if self.cdf(middle) >= q else (middle, high)
        return high


@lru_cache(maxsize=1024)
def logit_normal_mean(centre: float, spread: float) -> float:
    """E[1 / (1 + exp(-(centre + spread Z)))], which has no closed form.

    The trapezoid rule on Z: its error falls as exp(-2 pi^2 / (spread * step)), since the integrand
    is analytic up to pi / spread from the real line (Trefethen & Weideman, SIAM Review 56, 2014).
    """
    from scipy.special import expit

    step = max(min(1 / 16, 0.5 / spread), 1e-4)
    z = np.arange(-40.0, 40.0 + step, step)
    density = np.exp(-z * z / 2)
    return float(np.sum(density * expit(centre + spread * z)) / np.sum(density))


SCALES: dict[str, type[Normal | Lognormal | LogitNormal]] = {
    family.name: family for family in (Normal, Lognormal, LogitNormal)
}
"""The families that are normal on a transformed scale."""

Asked = tuple[float, float]  # a chance q, and the value x that is not exceeded with that chance


def from_quantiles(family: str, lower: Asked, upper: Asked) -> Distribution:
    """The member of a family with two given quantiles.

    Needs q1 < q2, x1 < x2, values inside the family's support. Raises FitError if there is none.
    """
    fits = {"gamma": _gamma_from_quantiles, "beta": _beta_from_quantiles}
    fit = partial(_line, family) if family in SCALES else fits[family]
    return settled(fit, lower, upper, asked=(lower, upper))


def _line(family: str, lower: Asked, upper: Asked) -> Distribution:
    from scipy.special import ndtri

    of_family, place = SCALES[family], SCALES[family].scale.place
    (q1, x1), (q2, x2) = lower, upper
    z1, z2 = float(ndtri(q1)), float(ndtri(q2))
    spread = (place(x2) - place(x1)) / (z2 - z1)
    return of_family(place(x1) - z1 * spread, spread)


def _gamma_from_quantiles(lower: Asked, upper: Asked) -> Gamma:
    from scipy.optimize import brentq
    from scipy.special import gammaincinv

    (q1, x1), (q2, x2) = lower, upper
    asked = math.log(x2) - math.log(x1)

    def too_wide(log_shape: float) -> float:
        low, high = gammaincinv(math.exp(log_shape), (q1, q2))
        return math.log(high) - math.log(low) - asked

    least = math.log(1e-3)
    while gammaincinv(math.exp(least), q1) < SMALLEST:  # the lower quantile underflows
        least += 0.1
    shape = math.exp(brentq(too_wide, least, math.log(1e13), xtol=1e-14, rtol=1e-15))
    return Gamma(shape, float(gammaincinv(shape, q1)) / x1)


def _beta_from_quantiles(lower: Asked, upper: Asked) -> Beta:
    from scipy.optimize import brentq
    from scipy.special import betainc

    (q1, x1), (q2, x2) = lower, upper

    def parameters(log_size: float, odds: float) -> tuple[float, float]:
        size = math.exp(log_size)
        return size / (1 + math.exp(-odds)), size / (1 + math.exp(odds))

    def lower_right(log_size: float) -> tuple[float, float]:
        def excess(odds: float) -> float:
            return float(betainc(*parameters(log_size, odds), x1)) - q1

        return parameters(log_size, brentq(excess, -60, 60, xtol=1e-14, rtol=1e-15))

    def excess(log_size: float) -> float:
        return float(betainc(*lower_right(log_size), x2)) - q2

    return Beta(*lower_right(brentq(excess, -5, 28, xtol=1e-14, rtol=1e-15)))


def from_moments(family: str, mean: float, sd: float) -> Distribution:
    """The member of a family with a given mean and standard deviation (sd > 0).

    Families: normal, lognormal, gamma, beta. Raises FitError if there is none.
    """

    if family == "beta" and sd / math.sqrt(mean) >= math.sqrt(1 - mean):
        most = math.sqrt(mean * (1 - mean))
        raise FitError(f"a chance with mean {mean:g} has an sd below {most:.3g}")
    return settled(_with_moments, family, mean, sd)


def _with_moments(family: str, mean: float, sd: float) -> Distribution:
    if family == "normal":
        return Normal(mean, sd)
    if family == "beta":
        size = mean / sd * ((1 - mean) / sd) - 1
        return Beta(mean * size, (1 - mean) * size)
    ratio = sd / mean
    if family == "gamma":
        return Gamma(1 / ratio / ratio, 1 / ratio / sd)
    variance = math.log1p(ratio * ratio)
    return Lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def from_interval(family: str, low: float, high: float, median: float) -> Distribution:
    """Median as given, spread from the width of a 95 % interval on the transformed scale.

    Families: normal, lognormal, logit-normal. Raises FitError if there is none.
    """
    from scipy.special import ndtri

    of_family, place = SCALES[family], SCALES[family].scale.place
    spread = (place(high) - place(low)) / (2 * float(ndtri(0.975)))
    return settled(of_family, place(median), spread)


def settled(
    make: Callable[..., Distribution], *arguments: Any, asked: Sequence[Asked] = ()
) -> Distribution:
    """Make a distribution, and see that it can be computed with.

    Raises FitError where a parameter, the mean or a tail is not a finite number, the spread
    vanishes in rounding, or an asked quantile is missed by more than 1e-10 of it.
    """
    try:
        with np.errstate(all="ignore"):
            distribution = make(*arguments)
            chances = [q for q, _ in asked]
            values = distribution.ppf([0.0, *chances, 0.5, 1.0]).tolist()
            numbers = [distribution.mean(), *distribution.support, *values]
    except (ArithmeticError, ValueError) as error:
        raise FitError(EXTREME) from error
    if not all(map(math.isfinite, numbers)):
        raise FitError(EXTREME)
    if not isinstance(distribution, Point) and values[0] >= values[-1]:
        raise FitError("the spread vanishes; write the number alone for a certain value")
    for value, (_, wanted) in zip(values[1:], asked, strict=False):
        # A normal may have a quantile at or near 0: there rounding is that of the larger one.
        scale = max(abs(x) for _, x in asked) if isinstance(distribution, Normal) else wanted
        if abs(value - wanted) > 1e-10 * scale:
            raise FitError(f"no {distribution.name} has both quantiles; they are too close or far")
    return distribution
