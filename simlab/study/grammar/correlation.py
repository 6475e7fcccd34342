"""Which uncertain values go together."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.form import PathOf, Sourced


class Correlation(Sourced):
    """Rank-preserving dependence (Gaussian copula) between uncertain values, by key path."""

    between: list[PathOf] = Field(min_length=2, max_length=2)
    value: float = Field(ge=-1, le=1)
