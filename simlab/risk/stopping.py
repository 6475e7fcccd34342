"""When to stop drawing: a rule that keeps its 95 %, although it looks more than once.

Whoever looks at the error after every block, stops at the first moment that it is small enough,
and tells the interval of that moment, stops when the error happens to be estimated too small, and
holds the truth less often than is said (Armitage, McPherson & Rowe 1969, J. R. Statist. Soc. A
132). So the looks are told beforehand, n = 1,024, 2,048, 4,096 … to the cap; the run stops at the
first at which

    T · S_n / 4 ≤ ε        T = t(15, 97.5 %), S_n the spread between the 16 replicates' figures

and the interval told is figure ± ε: what was asked for, not the narrower one that was seen. It
holds the truth in 95 % of runs, since the mean of a normal sample is independent of its spread
(Stein 1945, Ann. Math. Statist. 16). With σ_n the true error and u_n = ε/σ_n,

    P(stop at n and miss) = g(u_n),   g(u) = 2 Φ(−u) · P(χ²₁₅ ≤ 15 u²/T²) ≤ 1.9 %

and as the error falls while the draws double, few looks have a g to speak of: Σ g(u_n) ≤ 4.4 %
where the error falls at least as n^(−1/3), 2.9 % at Monte Carlo's own n^(−1/2), however many the
looks. A run that comes to its cap tells figure ± T·S/4, and misses with all its looks in 5.0 %.
Decision 0019 has the alternatives; tests repeat the sums, and thousands of runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from simlab.model.sequences import REPLICATES
from simlab.risk.estimate import T_975, Estimate
from simlab.risk.target import Target

FIRST_LOOK = 64 * REPLICATES


def looks(cap: int) -> list[int]:
    """After how many draws the error is looked at; the last is the cap.

    They double, since the sixteen sequences are even at powers of two.
    """
    counts = []
    draws = FIRST_LOOK
    while draws < cap:
        counts.append(draws)
        draws *= 2
    return [*counts, cap]


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen after some draws.

    seen    : half the width of the ordinary 95 % interval at this look; nan with too few draws
    allowed : what the target allows
    """

    target: Target
    draws: int
    value: float
    seen: float
    allowed: float

    @property
    def met(self) -> bool:
        return self.seen <= self.allowed  # never of nan

    @property
    def half_width(self) -> float:
        """Half the width of the 95 % interval of a run that stops here."""
        return self.allowed if self.met else self.seen

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of a run that stops here; that of a chance ends at 0 and at 1."""
        low, high = self.value - self.half_width, self.value + self.half_width
        return (low, high) if self.target.figure == "npv" else (max(low, 0.0), min(high, 1.0))


def look(target: Target, figure: Estimate, draws: int) -> Look:
    """Judge a figure after ``draws`` draws."""
    return Look(target, draws, figure.value, T_975 * figure.standard_error, target.allowed(figure))
