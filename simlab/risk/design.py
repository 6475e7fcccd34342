"""The design of some draws: which replicate each belongs to, and how much it weighs.

A run's draws weigh the same, and draw d belongs to replicate d mod 16 (`model.sequences`). Draws
that stand for another distribution than they were made from, as those of a posterior do, have a
weight each and keep their replicates; every error knows both, and nothing guesses them from the
order in which draws happen to lie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simlab.model.sequences import REPLICATES


class WeightedDrawsError(ValueError):
    """What is only told of draws that weigh the same."""


@dataclass(frozen=True, slots=True)
class Design:
    """Draws by replicate, and their weights.

    parts  : for each of the 16 replicates where its draws lie: a slice, or their places
    weight : (draws,) not negative; None where all weigh the same
    """

    draws: int
    parts: tuple[slice | np.ndarray, ...]
    weight: np.ndarray | None = None

    @classmethod
    def of(cls, draws: int, first: int = 0) -> Design:
        """Of draws ``first``, ``first + 1``, … of a run."""
        parts = (slice((r - first) % REPLICATES, None, REPLICATES) for r in range(REPLICATES))
        return cls(draws, tuple(parts))

    @classmethod
    def by(cls, replicate: np.ndarray, weight: np.ndarray | None = None) -> Design:
        """Of draws in any order; replicate, weight : (draws,).

        ValueError where a replicate is none, or the weights are no weights.
        """
        if replicate.min(initial=0) < 0 or replicate.max(initial=0) >= REPLICATES:
            raise ValueError(f"a replicate is none of 0 … {REPLICATES - 1}")
        parts = tuple(np.flatnonzero(replicate == r) for r in range(REPLICATES))
        return cls(len(replicate), parts).weighted(weight)

    def weighted(self, weight: np.ndarray | None) -> Design:
        """The same draws with weights; constant ones weigh nothing."""
        if weight is None:
            return replace(self, weight=None)
        if weight.shape != (self.draws,):
            raise ValueError(f"{self.draws} draws have weights of the shape {weight.shape}")
        if not (np.isfinite(weight).all() and (weight >= 0.0).all() and weight.any()):
            raise ValueError("weights are finite, not negative, and not all 0")
        return replace(self, weight=None if np.ptp(weight) == 0.0 else weight)

    @property
    def size(self) -> float:
        """How many draws of equal weight tell as much: (Σw)² / Σw² (Kish 1965)."""
        if self.weight is None:
            return float(self.draws)
        return float(self.weight.sum() ** 2 / (self.weight**2).sum())

    @property
    def sizes(self) -> np.ndarray:
        """(16,) the number of draws of each replicate."""
        every = range(self.draws)
        return np.array([len(every[p] if isinstance(p, slice) else p) for p in self.parts])

    @property
    def whole(self) -> bool:
        """Whether there are two draws a replicate: with fewer no error is told."""
        return self.size >= 2 * REPLICATES and bool(self.sizes.min() >= 2)

    @property
    def replicate(self) -> np.ndarray:
        """(draws,) the replicate of each draw."""
        replicate = np.empty(self.draws, dtype=np.int64)
        for r, part in enumerate(self.parts):
            replicate[part] = r
        return replicate

    def head(self, draws: int) -> Design:
        """Of the first draws alone."""
        parts = tuple(p if isinstance(p, slice) else p[p < draws] for p in self.parts)
        count = min(draws, self.draws)
        return Design(count, parts).weighted(None if self.weight is None else self.weight[:count])

    def equal(self, what: str) -> None:
        """WeightedDrawsError where draws do not weigh the same: ``what`` cannot be told of them."""
        if self.weight is not None:
            raise WeightedDrawsError(f"{what} is told of draws that weigh the same alone")
