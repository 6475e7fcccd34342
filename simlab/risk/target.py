"""How sure a figure must be: the target of ``simlab run --until``.

    payback<=5y ±0.5pp     the chance that the money is back within 5 years (60m: months)
    never ±1pp             the chance that it is not back at the horizon
    npv ±2%                the mean net present value, to a share of itself
    npv ±250_000           the same, to an amount in kr. (±250k, ±1.5m)

``±`` may be written ``+-`` or ``+/-``, and ``<=`` as ``≤``; a comma is a decimal comma
(`simlab.study.typed`). All figures are those of the study's own perspective, and the target is the
half width of a 95 % interval.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simlab.risk.estimate import Estimate, chance, estimate
from simlab.risk.payback import Payback
from simlab.study import typed
from simlab.study.errors import SimlabError

Figure = Literal["payback", "never", "npv"]
EXAMPLES = '"payback<=5y ±0.5pp", "never ±1pp", "npv ±2%", "npv ±1.5m" (million kr.)'
NUMBER = r"(?P<number>[\d_.,]+)"
WIDTH = re.compile(rf"\s*{NUMBER}\s*(?P<unit>pp|%|k|m|)\s*", re.IGNORECASE)
WITHIN = re.compile(rf"payback\s*(?:<=|≤)\s*{NUMBER}\s*(?P<unit>[ym])", re.IGNORECASE)
LONGEST = 1_000  # characters of a target
UNITS = {"pp": 0.01, "%": 0.01, "k": 1e3, "m": 1e6, "": 1.0}


class TargetError(SimlabError, ValueError):
    """A target that cannot be read; the message says what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, and the half width that its 95 % interval must not exceed.

    within   : years, for the chance of payback
    width    : a share of 1 for chances; kr., or a share of the figure, for the net present value
    relative : whether ``width`` is a share of the figure
    text     : as it was asked for
    """

    figure: Figure
    width: float
    within: float = 0.0
    relative: bool = False
    text: str = ""

    def estimate(self, payback: Payback) -> Estimate:
        """The figure with its standard error."""
        if self.figure == "npv":
            return estimate(payback.balance[:, -1], payback.design)
        there = np.isinf(payback.years) if self.figure == "never" else self._within(payback)
        return chance(there, payback.design)

    def _within(self, payback: Payback) -> np.ndarray:
        return payback.years <= self.within + 1e-9

    def allowed(self, figure: Estimate) -> float:
        """The half width that is allowed for what was found."""
        return self.width * abs(figure.value) if self.relative else self.width


def read_target(text: str, horizon_years: float) -> Target:
    """The target of a text; TargetError says what is wrong with it."""
    if len(text) > LONGEST:
        raise TargetError(f"a target of {len(text):,} characters; write {EXAMPLES}")
    figure, sign, width = re.sub(r"\+\s*/?\s*[-−]", "±", text).partition("±")
    if not sign:
        raise TargetError(f'"{text}" has no ±; write {EXAMPLES}')
    figure, asked = figure.strip(), WIDTH.fullmatch(width)
    if asked is None:
        raise TargetError(f'"{width.strip()}" is no width; write {EXAMPLES}')
    unit = asked["unit"].lower()
    size = _number(asked["number"], text) * UNITS[unit]
    if not 0 < size < np.inf:
        raise TargetError(f'"{width.strip()}": the width must be above 0, and finite')
    if figure.lower() == "npv":
        if unit == "pp":
            raise TargetError('npv is money: write ±2% of itself, or an amount, "npv ±1.5m"')
        return Target("npv", size, relative=unit == "%", text=text)
    within, never = WITHIN.fullmatch(figure), figure.lower() == "never"
    if within is None and not never:
        raise TargetError(f'"{figure}" is no figure that a run can wait for; write {EXAMPLES}')
    if unit != "pp":
        points = f"{asked['number']}pp"
        raise TargetError(f'a chance is known to percentage points: write "{figure} ±{points}"')
    if size >= 0.5:
        raise TargetError(f'"{width.strip()}": a chance is known to 50 points without a draw')
    if within is None:
        return Target("never", size, text=text)
    years = _number(within["number"], text) / (12.0 if within["unit"].lower() == "m" else 1.0)
    if not 0 < years <= horizon_years:
        raise TargetError(f'"{figure}": the study\'s horizon is {horizon_years:g} years')
    return Target("payback", size, within=years, text=text)


def _number(written: str, target: str) -> float:
    try:
        return typed.number(written)
    except typed.NumberError as error:
        raise TargetError(f'"{target}": {error}') from None
