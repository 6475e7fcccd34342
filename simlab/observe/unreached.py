"""A claim that the median does not reach, and what becomes of it with the plan at some strengths.

The claim was missed by the median of the run itself, which has more draws and chance in it than
those that are tried; its distance is kept,

    median(k) = the run's median + median of these draws(k) − median of these draws(1)

and k is where that reaches the claim. Between two strengths the median is taken to be linear in k;
from a payback that never comes to one that does k is the stronger of the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from simlab.observe.published import Claim, reached

Ends = tuple[float, float]


class Sums(NamedTuple):
    """A claim of money with the plan at some strength: kr. and people, a year of its span.

    found : what is found of the claim    fewer : people off support    on_support : in the baseline
    """

    found: float
    fewer: float
    on_support: float
    years: float
    per_year: bool


class Tried(NamedTuple):
    """What a claim comes to with the plan at some strength.

    median : inf where it is a payback that never comes    sums : None where it is not of money
    unpaid : the median with no amount changed; None where none is, or the claim is not of money
    """

    median: float
    sums: Sums | None
    unpaid: float | None


@dataclass(slots=True)
class Unreached:
    """A claim, and what it comes to by strength."""

    claim: Claim
    tried: dict[float, Tried] = field(default_factory=dict)

    def add(self, strength: float, tried: Tried) -> None:
        self.tried[strength] = tried

    @property
    def near(self) -> bool:
        """Whether these draws, without chance, reach what the run's median missed, and how far
        apart the two are cannot be told (a payback that never comes)."""
        return self.apart is None and holds(self.claim, self.tried[1.0].median)

    @property
    def apart(self) -> float | None:
        """What the run's median lies above that of these draws; None where one is never."""
        own, mine = self.claim.found.median, self.tried[1.0].median
        return None if own is None or not np.isfinite(mine) else own - mine

    def median(self, strength: float) -> float:
        """The median with the plan at some strength that was tried."""
        return self.tried[strength].median + (self.apart or 0.0)

    @property
    def unpaid(self) -> float | None:
        """The run's median if the plan changed no amounts."""
        unpaid = self.tried[1.0].unpaid
        return None if unpaid is None else unpaid + (self.apart or 0.0)

    def ends(self) -> Ends | None:
        """The strengths next to each other between which the claim comes to be reached."""
        if self.near:
            return None
        low = 1.0
        for strength in sorted(self.tried)[1:]:
            if holds(self.claim, self.median(strength)):
                return low, strength
            low = strength
        return None

    def part(self, ends: Ends) -> float | None:
        """Which part of the way from one strength to another reaches it; None from never."""
        before, after = (self.median(strength) for strength in ends)
        if not np.isfinite(before):
            return None
        return (self.claim.value - before) / (after - before)

    def multiple(self) -> float | None:
        """How many times as strong the plan reaches it."""
        ends = self.ends()
        if ends is None:
            return None
        part = self.part(ends)
        return ends[1] if part is None else float(ends[0] + part * (ends[1] - ends[0]))

    def person_years(self) -> tuple[float | None, float | None, float | None]:
        """Person-years a year off support: what the sum would need, what the plan gives, and how
        many are on support in the baseline."""
        strongest = (self.ends() or (1.0, max(self.tried)))[1]
        now, stronger = self.tried[1.0].sums, self.tried[strongest].sums
        if now is None or stronger is None:
            return None, None, None
        saved, fewer = stronger.found - now.found, stronger.fewer - now.fewer
        if fewer <= 1e-4 * now.on_support or saved <= 0:
            return None, None, now.on_support
        claim = self.claim.value if now.per_year else self.claim.value / now.years
        wanted = now.fewer + (claim - now.found) * fewer / saved
        return wanted, now.fewer, now.on_support


def holds(claim: Claim, median: float | None) -> bool:
    """Whether a median reaches a claim."""
    found = np.array([np.inf if median is None else median])
    return bool(reached(found, claim.value, claim.direction)[0])
