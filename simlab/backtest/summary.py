"""How the predictions did over all programmes.

Rows of one programme are alike, so that what is said of many rows has the error of few programmes:

    coverage   the interval of Korn and Graubard (1998): that of Clopper and Pearson for as many
               independent rows as would have the error of the share over programmes,
               n* = p (1 − p) / v · (t_{n−1} / t_{k−1})², at most n, with
               v = k / (k − 1) Σ_i (y_i − p n_i)² / n², y_i of n_i rows of programme i inside
    skill      1 − exp(m), m the mean over programmes of the mean over its rows of
               log(score / score of the rival), with the interval of Student's t over programmes

Scores have units, kr. beside people; the logarithm of their ratio has none, treats half and twice
alike, and no row can outweigh the rest (a geometric mean of ratios, as Cramer et al. 2022 compare
forecasts). A row counts a hundredfold at most, for a rival can hit by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simlab.backtest.predict import Prediction
from simlab.backtest.scores import Score, Scored
from simlab.observe.published import Claim

MOST = 100.0  # as often as a row can be better or worse than its rival
FEWEST = 4  # programmes from which an error of a mean can be told
Rival = Literal["nothing", "promise"]


@dataclass(frozen=True, slots=True)
class Row:
    """A scored outcome, its programme and its score."""

    programme: str
    claim: Claim
    score: Score

    @property
    def inside(self) -> bool:
        """Whether it lies in the 80 % range."""
        return self.claim.verdict == "within"

    @property
    def side(self) -> int:
        """Of a miss: 1 on the claim's side, farther from nothing than the range; −1 short of it.

        0 where it is inside, and where the figure claims nothing of the plan.
        """
        above = self.claim.verdict in ("above", "far above")
        return 0 if self.inside else self.claim.direction * (1 if above else -1)


def rows(predictions: Sequence[Prediction], kind: str | None = None) -> list[Row]:
    """What is scored, of one kind or of all."""
    return [
        Row(prediction.programme, claim, score)
        for prediction in predictions
        for claim, score in zip(prediction.claims, prediction.scores, strict=True)
        if score is not None and kind in (None, claim.kind)
    ]


def unscored(predictions: Sequence[Prediction]) -> list[Claim]:
    """What is shown and not scored."""
    return [
        claim
        for prediction in predictions
        for claim, score in zip(prediction.claims, prediction.scores, strict=True)
        if score is None
    ]


# ── over programmes ──


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rows of how many programmes lie in the range, with a 95 % interval of the share."""

    inside: int
    rows: int
    programmes: int
    interval: tuple[float, float]


def coverage(rows: Sequence[Row]) -> Coverage:
    """Of some rows, at least one."""
    each = by_programme(rows, lambda row: float(row.inside))
    return Coverage(
        sum(row.inside for row in rows), len(rows), len(each), clustered_share([*each.values()])
    )


def by_programme(
    rows: Sequence[Row], value: Callable[[Row], float | None]
) -> Mapping[str, Sequence[float]]:
    """Programme → the values of its rows, but for rows without one."""
    each: dict[str, list[float]] = {}
    for row in rows:
        found = value(row)
        if found is not None:
            each.setdefault(row.programme, []).append(found)
    return each


def clustered_share(clusters: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The 95 % interval of the share of ones among all; rows of a cluster may be alike.

    Where all are alike in all clusters nothing tells how alike rows are: a cluster counts as one.
    """
    from scipy.stats import beta, t

    sizes = np.array([len(one) for one in clusters], dtype=float)
    ones = np.array([sum(one) for one in clusters], dtype=float)
    n, k = sizes.sum(), len(sizes)
    p = ones.sum() / n
    if k < 2:
        return 0.0, 1.0
    if p in (0.0, 1.0):
        effective = float(k)
    else:
        variance = k / (k - 1.0) * ((ones - p * sizes) ** 2).sum() / n**2
        few = (t.ppf(0.975, n - 1) / t.ppf(0.975, k - 1)) ** 2
        effective = min(n, few * p * (1 - p) / variance) if variance > 0 else n
    x = p * effective
    low = beta.ppf(0.025, x, effective - x + 1) if x > 0 else 0.0
    high = beta.ppf(0.975, x + 1, effective - x) if x < effective else 1.0
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Skill:
    """1 − the geometric mean of score over rival's score; interval None with too few programmes."""

    value: float
    interval: tuple[float, float] | None
    rows: int
    programmes: int


def skill(rows: Sequence[Row], rival: Rival, measure: Literal["crps", "interval"]) -> Skill | None:
    """Against a rival, over the rows that have it; None where none has."""
    each = by_programme(rows, lambda row: log_ratio(row.score, rival, measure))
    if not each:
        return None
    means = np.array([np.mean(one) for one in each.values()])
    return Skill(
        1.0 - float(np.exp(means.mean())),
        _interval(means),
        sum(map(len, each.values())),
        len(each),
    )


def _interval(means: np.ndarray) -> tuple[float, float] | None:
    from scipy.stats import t

    k = len(means)
    if k < FEWEST:
        return None
    half = float(t.ppf(0.975, k - 1) * means.std(ddof=1) / np.sqrt(k))
    return 1.0 - float(np.exp(means.mean() + half)), 1.0 - float(np.exp(means.mean() - half))


def log_ratio(score: Score, rival: Rival, measure: Literal["crps", "interval"]) -> float | None:
    """log(score / score of the rival), within a hundredfold; None without the rival."""
    other: Scored | None = getattr(score, rival)
    if other is None:
        return None
    own, theirs = (max(getattr(one, measure), 0.0) for one in (score.prediction, other))
    if own == theirs:
        return 0.0
    most = np.log(MOST)
    ratio = np.log(own / theirs) if own > 0 and theirs > 0 else most * (1 if own else -1)
    return float(np.clip(ratio, -most, most))


def row_skill(score: Score, rival: Rival) -> float | None:
    """1 − CRPS over the rival's, of one row."""
    ratio = log_ratio(score, rival, "crps")
    return None if ratio is None else 1.0 - float(np.exp(ratio))


# ── sharpness, and the direction of misses ──


@dataclass(frozen=True, slots=True)
class Sharpness:
    """The median width of the range over the figure, and how many are wider than the figure."""

    median: float
    wider: int
    rows: int


def sharpness(rows: Sequence[Row]) -> Sharpness | None:
    """Of the rows that have a width; None where none has."""
    widths = [row.score.width for row in rows if row.score.width is not None]
    if not widths:
        return None
    return Sharpness(float(np.median(widths)), sum(w > 1.0 for w in widths), len(widths))


@dataclass(frozen=True, slots=True)
class Misses:
    """How many lie outside: on the claim's side, short of it, and where nothing is claimed."""

    beyond: int
    short: int
    unclaimed: int

    @property
    def all(self) -> int:
        """How many lie outside."""
        return self.beyond + self.short + self.unclaimed


def misses(rows: Sequence[Row]) -> Misses:
    """The direction of the misses."""
    sides = [row.side for row in rows if not row.inside]
    return Misses(sides.count(1), sides.count(-1), sides.count(0))
