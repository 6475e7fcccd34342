"""Which uncertainty matters: how much of a figure's spread each uncertain parameter explains.

    share = Var(E[Y | θ]) / Var(Y)

the main effect, or first-order Sobol index, found from the run's own draws. E[Y | θ] is fitted by
least squares on the first four Hermite polynomials of the parameter's normal scores, and the R² of
the fit is corrected for what so many columns explain of pure noise,

    share = R² − (1 − R²) columns/(n − 1 − columns),

so a parameter that explains nothing has an expected share of zero, and may be found a little below
it. Payback is infinite where the money is never back, so its ranks are explained: never is last,
and ties share their mean rank. The error comes from leaving out one of the 16 replicates at a time.

Correlated parameters are one group, explained together, since no draw tells them apart. What all
groups leave over is interactions, the business cycle and chance.

What a planner understands of it is the direction: the outcome in the fifth of the futures with the
lowest values of the parameter, and in the fifth with the highest.

References: Sobol' (1993), Sensitivity estimates for nonlinear mathematical models; Sudret (2008),
Global sensitivity analysis using polynomial chaos expansions, Reliab. Eng. Syst. Safety 93.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np

from simlab.model.sequences import REPLICATES
from simlab.risk.design import Design
from simlab.risk.estimate import T_975, finite, interval_of_share
from simlab.risk.payback import Payback, quantile

DEGREE = 4
ENOUGH = 8 * REPLICATES  # draws below which no share is told
MOST = 8_192  # draws: enough to tell a share to half a point
SHOWN = 12  # groups of a perspective that are kept in the answer
MATTER = 6  # of these, how many are told as what the answer hangs on
MOST_OF_IT = 0.5  # of the spread: who is sure to explain more decides by itself
LEAST = 0.01  # a share below which a parameter is counted among the others
ALIKE = 0.9999  # normal scores that go together like this say the same
FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class Fit:
    """What some parameters explain of several outcomes at once.

    share, standard_error : (outcomes,), nan where there are too few draws or nothing to explain
    parts : (replicates, outcomes) the shares without one replicate each
    """

    paths: tuple[str, ...]
    share: np.ndarray
    standard_error: np.ndarray
    parts: np.ndarray


def ranks(values: np.ndarray) -> np.ndarray:
    """The ranks 1 … n; those who are equal, as all that are never back, share their mean rank."""
    return _ranked(values)[0]


def _ranked(values: np.ndarray) -> tuple[np.ndarray, int]:
    """The ranks, and how many different values there are."""
    order = np.argsort(values)
    ordered = values[order]
    new = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    size = np.diff(np.append(new, len(values)))
    rank = np.empty(len(values))
    rank[order] = np.repeat(new + (size + 1) / 2, size)
    return rank, len(new)


def groups(
    parameters: Mapping[str, np.ndarray], correlated: Sequence[Sequence[str]] = ()
) -> list[tuple[str, ...]]:
    """The parameters that vary, those that are stated as correlated together."""
    varying = [path for path, values in parameters.items() if np.ptp(values) > 0.0]
    group_of = {path: {path} for path in varying}
    for a, b in correlated:
        if a in group_of and b in group_of and group_of[a] is not group_of[b]:
            group_of[a] |= group_of[b]
            for path in group_of[b]:
                group_of[path] = group_of[a]
    by_group: dict[int, tuple[str, ...]] = {}
    for path in varying:
        by_group.setdefault(id(group_of[path]), tuple(sorted(group_of[path])))
    return list(by_group.values())


def fits(
    parameters: Mapping[str, np.ndarray],
    outcomes: np.ndarray,
    design: Design,
    correlated: Sequence[Sequence[str]] = (),
) -> list[Fit]:
    """The fit of every group of parameters to ``outcomes : (draws, outcomes)``.

    What is sure to matter after a first round is taken away, by one regression on all of it, from
    what the others are asked to explain: small shares are then found as well beside a large one.
    """
    design.equal("what explains the spread")
    centred = outcomes - outcomes.mean(axis=0)
    scale = np.sqrt((centred**2).mean(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        y = centred / scale  # nan where nothing varies, and so is what is found
    columns = {
        paths: _basis([parameters[path] for path in paths], len(y))
        for paths in groups(parameters, correlated)
    }
    bases = {paths: _Columns.of(x, design) for paths, x in columns.items()}
    spread = _spread_without(y, design)
    whole = _Outcomes.of(y, design)
    first = [Fit(paths, *_explained(x, whole, spread)) for paths, x in bases.items()]
    taken = _taken_away({fit.paths: columns[fit.paths] for fit in _sure(first, columns)}, y)
    left = y - sum(taken.values(), np.zeros_like(y))
    rest = _Outcomes.of(left, design)
    asked = {paths: _Outcomes.of(left + own, design) for paths, own in taken.items()}
    return [
        Fit(paths, *_explained(x, asked.get(paths, rest), spread)) for paths, x in bases.items()
    ]


def _sure(candidates: list[Fit], columns: Mapping[tuple[str, ...], np.ndarray]) -> list[Fit]:
    """The groups that are sure to explain some of any outcome, the largest first, while there are
    draws enough for all of their columns."""
    sure = [
        fit for fit in candidates if (fit.share > np.maximum(0.01, 3 * fit.standard_error)).any()
    ]
    sure.sort(key=lambda fit: -float(np.nanmax(fit.share)))
    wide = np.cumsum([columns[fit.paths].shape[1] for fit in sure])
    most = len(next(iter(columns.values()))) // REPLICATES if columns else 0
    return [fit for fit, upto in zip(sure, wide, strict=True) if upto <= most]


def _taken_away(
    columns: Mapping[tuple[str, ...], np.ndarray], y: np.ndarray
) -> dict[tuple[str, ...], np.ndarray]:
    """(draws, outcomes) what each group explains in one regression on all of them."""
    if not columns:
        return {}
    x = np.concatenate(list(columns.values()), axis=1)
    x = x - x.mean(axis=0)
    beta = np.linalg.solve(x.T @ x, x.T @ y)
    ends = np.cumsum([c.shape[1] for c in columns.values()])
    return {
        paths: x[:, end - c.shape[1] : end] @ beta[end - c.shape[1] : end]
        for end, (paths, c) in zip(ends, columns.items(), strict=True)
    }


def _basis(members: list[np.ndarray], draws: int) -> np.ndarray:
    """(draws, columns) polynomials of each member's normal scores, and products of two of them."""
    from scipy.special import ndtri

    scores: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    for values in members:
        rank, distinct = _ranked(values)
        z = ndtri((rank - 0.5) / draws)
        if any(abs(np.corrcoef(z, other)[0, 1]) > ALIKE for other in scores):
            continue
        scores.append(z)
        powers = (z, z**2 - 1, (z**2 - 3) * z, (z**2 - 6) * z**2 + 3)
        columns += powers[: min(DEGREE, distinct - 1)]
    columns += [a * b for a, b in combinations(scores, 2)]
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns by replicate, with a 1 before them.

    values : (replicates, draws of the largest, 1 + columns), 0 where a replicate has fewer
    products : (replicates, 1 + columns, 1 + columns) sums over its draws
    """

    values: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, design: Design) -> _Columns:
        """Of x : (draws, columns)."""
        values = _by_replicate(np.concatenate([np.ones((len(x), 1)), x], axis=1), design)
        return cls(values, values.swapaxes(1, 2) @ values)


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """What is to be explained, by replicate.

    values : (replicates, draws of the largest, outcomes), 0 where a replicate has fewer
    squares : (replicates, outcomes) sums over its draws
    """

    values: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, design: Design) -> _Outcomes:
        """Of y : (draws, outcomes)."""
        values = _by_replicate(y, design)
        return cls(values, (values**2).sum(axis=1))


def _by_replicate(values: np.ndarray, design: Design) -> np.ndarray:
    """(replicates, draws of the largest, columns) of values : (draws, columns), filled with 0."""
    sizes = design.sizes
    parted = np.zeros((REPLICATES, sizes.max(), values.shape[1]))
    for rows, size, part in zip(parted, sizes, design.parts, strict=True):
        rows[:size] = values[part]
    return parted


def _spread_without(y: np.ndarray, design: Design) -> np.ndarray:
    """(replicates, outcomes) the variance of y : (draws, outcomes), which is scaled to 1, without
    one replicate each; nan where there are too few draws to tell a share."""
    if len(y) < ENOUGH:
        return np.full((REPLICATES, y.shape[1]), np.nan)
    even = design.head(len(y) // REPLICATES * REPLICATES)
    each = np.stack([(y[: even.draws][part] ** 2).mean(axis=0) for part in even.parts])
    return np.asarray(1.0 + (1.0 - each) / (REPLICATES - 1))


def _explained(
    x: _Columns, y: _Outcomes, spread: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the columns x explain of y, as a share of the whole variance: the share, its standard
    error and its jackknife parts.

    spread : (replicates, outcomes) the whole variance without one replicate each
    """
    sums = x.products, x.values.swapaxes(1, 2) @ y.values, y.squares
    draws, columns, outcomes = x.products[:, 0, 0].sum(), x.products.shape[1] - 1, len(spread[0])
    if draws < max(ENOUGH, 4 * REPLICATES * columns):
        none = np.full(outcomes, np.nan)
        return none, none, np.full((REPLICATES, outcomes), np.nan)
    without = (np.concatenate([[of.sum(axis=0)], of.sum(axis=0) - of]) for of in sums)
    share, *others = _adjusted(*without)  # of all draws, and without one replicate each
    parts = others / spread
    return share, _error(parts), parts


def _error(parts: np.ndarray) -> np.ndarray:
    """(outcomes,) the jackknife's standard error."""
    spread = ((parts - parts.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(spread * (REPLICATES - 1) / REPLICATES))


def _adjusted(products: np.ndarray, cross: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """(…, outcomes) the variance that some columns explain, less what they explain of noise.

    products, cross : (…, 1 + columns, 1 + columns or outcomes) sums of products of 1 and the
        columns, with themselves and with the outcomes
    squares : (…, outcomes) sums of squares of the outcomes
    """
    draws, columns = products[:, :1, 0], products.shape[1] - 1
    mean_x, mean_y = products[:, 0, 1:] / draws, cross[:, 0] / draws
    weight = draws[:, :, None]
    about = products[:, 1:, 1:] - weight * mean_x[:, :, None] * mean_x[:, None, :]
    together = cross[:, 1:] - weight * mean_x[:, :, None] * mean_y[:, None, :]
    fitted = (np.linalg.solve(about, together) * together).sum(axis=1)
    left = squares - draws * mean_y**2 - fitted
    return np.asarray((fitted - left * columns / (draws - 1 - columns)) / draws)


# ── for the answer of a run ──

Measure = Literal["payback", "net_present_value"]
Told = Literal["median", "chance", "worth"]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a figure's spread, with its standard error; None where it is not known."""

    share: float | None
    standard_error: float | None

    @property
    def half(self) -> float:
        """Half the width of its 95 % interval; 0 where no error is known."""
        return T_975 * (self.standard_error or 0.0)

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval, within 0 and 1."""
        return interval_of_share(self.share or 0.0, self.standard_error)


class Explained:
    """What is explained of the payback time, and of the net present value."""

    __slots__ = ()
    payback: Share
    net_present_value: Share

    def of(self, measure: Measure) -> Share:
        return self.payback if measure == "payback" else self.net_present_value


@dataclass(frozen=True, slots=True)
class End:
    """The outcome in the fifth of the futures with a parameter's lowest values, or its highest.

    value : the middle one of the parameter    median_years : None is never    never : a chance
    net_present_value : mean, kr.
    """

    value: float
    median_years: float | None
    never: float
    net_present_value: float

    @property
    def median(self) -> float | None:
        """The median as it is told, in tenths of a year."""
        return None if self.median_years is None else round(self.median_years, 1)


@dataclass(frozen=True, slots=True)
class Direction:
    """Whether the money is back sooner where the parameter at ``path`` is higher."""

    path: str
    higher_is: Literal["sooner", "later", "neither"]
    low: End
    high: End


@dataclass(frozen=True, slots=True)
class Driver(Explained):
    """A parameter, or several that are correlated: what they explain, and in which direction."""

    paths: tuple[str, ...]
    payback: Share
    net_present_value: Share
    direction: Direction


@dataclass(frozen=True, slots=True)
class Others(Explained):
    """What a number of other parameters explain together."""

    number: int
    payback: Share
    net_present_value: Share


@dataclass(frozen=True, slots=True)
class Together(Explained):
    """What no single parameter explains: several at once, the business cycle, chance."""

    payback: Share
    net_present_value: Share


@dataclass(frozen=True, slots=True)
class NotExplained:
    """What the drivers leave over."""

    other_figures: Others
    together_and_chance: Together


@dataclass(frozen=True, slots=True)
class Drivers:
    """What explains the spread of one perspective, by the weight of each.

    not_explained : None where nothing varies
    """

    explained_by: tuple[Driver, ...]
    not_explained: NotExplained | None

    @property
    def measure(self) -> Measure | None:
        """What can be explained: the payback time, else the net present value, else nothing."""
        measures: tuple[Measure, ...] = ("payback", "net_present_value")
        for measure in measures:
            if any(driver.of(measure).share is not None for driver in self.explained_by):
                return measure
        return None

    @property
    def that_matter(self) -> tuple[Driver, ...]:
        """Those that are sure to explain something worth a row, the largest share first."""
        measure = self.measure
        if measure is None:
            return ()

        def size(driver: Driver) -> float:
            return driver.of(measure).share or 0.0

        sure = [
            driver
            for driver in self.explained_by
            if size(driver) >= max(LEAST, driver.of(measure).half)
        ]
        return tuple(sorted(sure, key=lambda driver: -size(driver))[:MATTER])

    @property
    def told(self) -> Told:
        """By what the ends of those that matter are told: the median payback time, where the two
        ends of each can be told apart by it; else the chance that the money is back at all."""
        if self.measure != "payback":
            return "worth"
        ways = (driver.direction for driver in self.that_matter)
        return "chance" if any(way.low.median == way.high.median for way in ways) else "median"

    @property
    def decisive(self) -> Driver | None:
        """The one that is sure to explain most of the spread of the payback time, if one does."""
        if self.measure != "payback" or not self.that_matter:
            return None
        first = self.that_matter[0]
        return first if first.payback.interval[0] > MOST_OF_IT else None

    @property
    def others(self) -> tuple[int, Share]:
        """How many parameters do not matter by themselves, and what they explain together."""
        measure, left = self.measure, self.not_explained
        if measure is None or left is None:
            return 0, Share(0.0, 0.0)
        rest = [driver for driver in self.explained_by if driver not in self.that_matter]
        parts = [driver.of(measure) for driver in rest] + [left.other_figures.of(measure)]
        return len(rest) + left.other_figures.number, Share(
            sum(part.share or 0.0 for part in parts),
            sqrt(sum((part.standard_error or 0.0) ** 2 for part in parts)),
        )


def explained(
    parameters: Mapping[str, np.ndarray],
    paybacks: Mapping[str, Payback],
    worth: Mapping[str, np.ndarray],
    design: Design,
    correlated: Sequence[Sequence[str]] = (),
) -> dict[str, Drivers]:
    """By perspective, what explains the payback time and the net present value.

    parameters : key path → (draws,)    worth : perspective → (draws,) net present value
    """
    names = list(paybacks)
    outcomes = np.stack(
        [c for name in names for c in (ranks(paybacks[name].years), worth[name])], axis=1
    )
    some = {path: values[:MOST] for path, values in parameters.items()}
    fitted = fits(some, outcomes[:MOST], design.head(MOST), correlated)
    fifths = cache(lambda path: _fifths(parameters[path]))
    by_perspective = {}
    for k, name in enumerate(names):
        at = (2 * k, 2 * k + 1)
        order = sorted(fitted, key=lambda fit: -_weight(fit, at))
        drivers = tuple(
            Driver(
                fit.paths,
                *_both(fit.share, fit.standard_error, at),
                _direction(
                    path := _best(fit.paths, parameters, outcomes[:, at[0]]),
                    fifths(path),
                    paybacks[name],
                    outcomes[:, at[0]],
                    worth[name],
                ),
            )
            for fit in order[:SHOWN]
        )
        by_perspective[name] = Drivers(drivers, _left_over(order, at))
    return by_perspective


def _weight(fit: Fit, at: tuple[int, int]) -> float:
    """What the groups are ordered by: the payback, or the money where nothing is told of it."""
    payback, worth = (float(fit.share[i]) for i in at)
    return payback if np.isfinite(payback) else worth if np.isfinite(worth) else 0.0


def _both(share: np.ndarray, error: np.ndarray, at: tuple[int, int]) -> tuple[Share, Share]:
    payback, worth = (Share(finite(share[i]), finite(error[i])) for i in at)
    return payback, worth


def _left_over(order: list[Fit], at: tuple[int, int]) -> NotExplained | None:
    if not order:
        return None
    others, nothing = order[SHOWN:], np.zeros_like(order[0].share)

    def shares(fits_: list[Fit], of_all: bool) -> tuple[Share, Share]:
        share = sum((fit.share for fit in fits_), nothing)
        parts = sum((fit.parts for fit in fits_), np.zeros_like(order[0].parts))
        return _both(1.0 - share if of_all else share, _error(parts), at)

    return NotExplained(
        Others(len(others), *shares(others, of_all=False)), Together(*shares(order, of_all=True))
    )


def _best(paths: tuple[str, ...], parameters: Mapping[str, np.ndarray], rank: np.ndarray) -> str:
    """Of several parameters, the one that goes best with the payback stands for all."""
    if len(paths) == 1:
        return paths[0]
    return max(paths, key=lambda p: abs(float(np.cov(ranks(parameters[p]), rank)[0, 1])))


class _Fifths(NamedTuple):
    """The draws in which a parameter is low, and those in which it is high: a fifth of the futures
    each; and its middle value in both."""

    low: np.ndarray
    high: np.ndarray
    values: tuple[float, float]


def _fifths(values: np.ndarray) -> _Fifths:
    order = np.argsort(values, kind="stable")
    fifth = max(round(FIFTH * len(order)), 1)
    low, high = order[:fifth], order[-fifth:]
    return _Fifths(low, high, (float(np.median(values[low])), float(np.median(values[high]))))


def _direction(
    path: str, fifths: _Fifths, payback: Payback, rank: np.ndarray, worth: np.ndarray
) -> Direction:
    """The outcome where the parameter is low and where it is high."""
    later = float(rank[fifths.high].mean() - rank[fifths.low].mean())

    def end(rows: np.ndarray, value: float) -> End:
        return End(
            value=value,
            median_years=finite(quantile(payback.years[rows], 0.5)),
            never=float(np.isinf(payback.years[rows]).mean()),
            net_present_value=float(worth[rows].mean()),
        )

    higher_is: Literal["sooner", "later", "neither"] = (
        "sooner" if later < 0 else "later" if later > 0 else "neither"
    )
    low, high = fifths.values
    return Direction(path, higher_is, end(fifths.low, low), end(fifths.high, high))
