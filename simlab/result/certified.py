"""The certificate of a study, as an answer shows it: checks, each with both figures.

`simlab.verify` makes it; this is what is kept of it. In JSON a check has the names of its fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["passed", "failed", "absent", "unmade", "broken"]
Kind = Literal["exact", "statistical", "shown"]
Unit = Literal["people", "kr.", "share", "chances", "steps", "number", "relative"]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a certificate; figures are in ``unit``.

    found, expected : both figures, where they are furthest apart
    tolerance       : how far apart they may be
    visible         : the smallest error that the check would have seen
    compared        : how many pairs of figures
    where           : of the two figures shown, as {"engine": "counts", "draw": 3, …}; of what is
                      unmade or broken the reason
    without         : key paths of what the variant of the study that was compared does not have
    """

    key: str
    kind: Kind
    outcome: Outcome
    unit: Unit = "number"
    found: float | None = None
    expected: float | None = None
    tolerance: float | None = None
    visible: float | None = None
    compared: int = 0
    where: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.outcome in ("failed", "broken")

    def __repr__(self) -> str:
        return f"Check({self.key}: {self.outcome}, {self.found} against {self.expected})"


@dataclass(frozen=True, slots=True)
class Certified:
    """What a result holds of a certificate: nothing that differs from one run to the next.

    verified : the hash of what was verified    draws : on how many
    """

    passed: bool
    verified: str
    draws: int
    checks: tuple[Check, ...]
