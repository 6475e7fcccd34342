"""How good one prediction was, by proper scores, beside two naive rivals.

With draws x of the prediction, the published figure y, and the 80 % range l … u:

    CRPS             E|x − y| − ½ E|x − x′|, the second over pairs of two different draws, so that
                     it is unbiased however few draws there are (Ferro 2014)
    interval score   (u − l) + 10 (l − y)⁺ + 10 (y − u)⁺
    width            (u − l) / |y|, for a ratio over |y − 1|: how much the range leaves open

Less is better, and neither score can be bettered by saying what one does not believe (Gneiting and
Raftery 2007). The rivals are

    nothing          the plan does nothing: what is found without it, its trend included; for a
                     difference 0, for a ratio 1, each with the chance of its sample, or the
                     published error of measurement; for a payback never
    promise          the point that was promised beforehand

A figure of the baseline tells nothing of the plan and has no first rival; one without a promise no
second. A payback that never comes is scored as the horizon, and a ratio r as r / (1 + r), which is
½ for no effect and 1 for one without bound: no score rests on what is infinite.

An expectation is a hope, no outcome; and a sum whose counting rule nobody knows has no level that
could be predicted. Neither is scored, nor is a figure that the study was made to agree with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.observe.published import Claim, as_measured, with_error
from simlab.risk.payback import quantile
from simlab.study.study import Study

LOW, HIGH = 0.1, 0.9
PENALTY = 2.0 / 0.2  # twice, for the 20 % outside


@dataclass(frozen=True, slots=True)
class Scored:
    """CRPS and interval score of one who predicts; in the unit of the figure."""

    crps: float
    interval: float


@dataclass(frozen=True, slots=True)
class Score:
    """The prediction of one published figure, and its rivals; None where there is none.

    width : of the 80 % range, over the figure; None where the figure is no effect
    """

    prediction: Scored
    nothing: Scored | None
    promise: Scored | None
    width: float | None


def score(
    study: Study, number: int, claim: Claim, found: np.ndarray, without: np.ndarray
) -> Score | None:
    """Of the published figure at ``number``, None where it is no outcome that could be predicted;
    found, without : (draws,) as they were observed."""
    if claim.kind == "expectation" or claim.calibrated or not claim.scored:
        return None

    def scored(draws: np.ndarray) -> Scored:
        x = scale(draws, claim.unit, horizon)
        return Scored(crps(x, y), interval_score(x, y))

    horizon = study.timeline.years
    y = float(scale(np.array([claim.value]), claim.unit, horizon)[0])
    predicted = as_measured(study, number, found)
    nothing = _nothing(study, number, claim, without)
    return Score(
        scored(predicted),
        None if nothing is None else scored(nothing),
        None if claim.promised is None else scored(np.array([claim.promised])),
        _width(predicted, claim, horizon),
    )


def _nothing(study: Study, number: int, claim: Claim, without: np.ndarray) -> np.ndarray | None:
    """What the first rival says; (draws,)."""
    if claim.future == "baseline":
        return None
    if claim.unit == "years":
        return np.array([np.inf])
    if not np.isnan(without).any():
        return as_measured(study, number, without)
    return with_error(study, number, np.full(len(without), 1.0 if claim.unit == "ratio" else 0.0))


def scale(x: np.ndarray, unit: str, horizon: float) -> np.ndarray:
    """What is scored: bounded where a figure can be without bound."""
    if unit == "years":
        return np.minimum(x, horizon)
    if unit == "ratio":
        return np.where(np.isinf(x), 1.0, x / (1.0 + np.where(np.isinf(x), 0.0, x)))
    return x


def crps(draws: np.ndarray, y: float) -> float:
    """The continuous ranked probability score of draws; of a single one its distance."""
    n = len(draws)
    distance = float(np.abs(draws - y).mean())
    if n == 1:
        return distance
    rank = 2.0 * np.arange(1, n + 1) - n - 1.0
    return distance - float(rank @ np.sort(draws)) / (n * (n - 1.0))


def interval_score(draws: np.ndarray, y: float) -> float:
    """Of the 80 % range: its width, and ten times the distance by which it misses."""
    low, high = quantile(draws, LOW), quantile(draws, HIGH)
    return (high - low) + PENALTY * (max(low - y, 0.0) + max(y - high, 0.0))


def _width(predicted: np.ndarray, claim: Claim, horizon: float) -> float | None:
    most = horizon if claim.unit == "years" else np.inf
    low, high = (min(quantile(predicted, q), most) for q in (LOW, HIGH))
    size = abs(claim.value - (1.0 if claim.unit == "ratio" else 0.0))
    return (high - low) / size if size and np.isfinite(high) else None
