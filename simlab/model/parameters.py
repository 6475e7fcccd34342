"""One value for every uncertain quantity in every draw: the first layer of uncertainty.

Each parameter has its own low-discrepancy sequence (``sequences.py``), so a new parameter moves no
other, and draws extend without changing the earlier ones. Stated correlations are a Gaussian
copula: in name order, z → L z with L Lᵀ the correlation matrix (Cholesky); only the parameters
that are correlated move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simlab.model.sequences import keys_of, uniforms_of
from simlab.study.families import Distribution, side_by_side
from simlab.study.once import once_a_study
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.values import Varying


@dataclass(frozen=True, slots=True)
class Values:
    """The values of every quantity for draws ``start`` to ``stop``.

    sampled : key path → (draws,) values of the uncertain quantities
    """

    start: int
    stop: int
    sampled: Mapping[str, np.ndarray]

    @property
    def draws(self) -> int:
        return self.stop - self.start

    def of(self, path: str, quantity: Quantity) -> np.ndarray:
        """(draws,) the quantity at a key path; KeyError where it is uncertain and not sampled."""
        if path in self.sampled or quantity.is_uncertain:
            return self.sampled[path]
        return np.full(self.draws, quantity.mean())

    def banded(self, path: str, varying: Varying, version: int) -> np.ndarray:
        """(draws, bands) a varying value in one of its dated versions."""
        pairs = varying.versions[version][1].quantities()
        return np.stack([self.of(path + below, q) for below, q in pairs], axis=1)


def at_means(study: Study) -> Values:
    """One draw in which every figure is at its mean."""
    return Values(0, 1, {path: np.array([q.mean()]) for path, q in study.uncertain.items()})


def sample(study: Study, start: int, stop: int) -> Values:
    """The study's parameters in draws ``start`` to ``stop`` (absolute numbers)."""
    chances = uniforms_of(_keys(study), start, stop)
    for rows, lower in _correlated(study):
        _correlate(chances, rows, lower)
    values = np.empty_like(chances)
    for family, rows in _families(study):
        values[rows] = family.ppf(chances[rows])
    values.flags.writeable = False
    return Values(start, stop, dict(zip(study.uncertain, values, strict=True)))


@once_a_study
def _keys(study: Study) -> np.ndarray:
    """The addresses of the uncertain quantities, in the order of their names."""
    return keys_of(study.form.seed, list(study.uncertain))


@once_a_study
def _families(study: Study) -> list[tuple[Distribution, list[int]]]:
    """The uncertain quantities by family, with their rows in the order of their names."""
    return side_by_side([q.distribution for q in study.uncertain.values()])


@once_a_study
def _correlated(study: Study) -> list[tuple[list[int], np.ndarray]]:
    """The rows of the correlated parameters, with the Cholesky factor of their correlations.

    A value that has been made certain (``--set``) has no correlation left.
    """
    stated = [c for c in study.form.correlation if set(c.between) <= set(study.uncertain)]
    if not stated:
        return []
    names = sorted({name for c in stated for name in c.between})
    matrix = np.eye(len(names))
    for c in stated:
        i, j = (names.index(name) for name in c.between)
        matrix[i, j] = matrix[j, i] = c.value
    # A positive semi-definite matrix (a correlation of exactly 1) needs a grain on the diagonal.
    rows = [list(study.uncertain).index(name) for name in names]
    return [(rows, np.linalg.cholesky(matrix + 1e-12 * np.eye(len(names))))]


def _correlate(chances: np.ndarray, rows: list[int], lower: np.ndarray) -> None:
    from scipy.special import ndtr, ndtri

    normal = [ndtri(chances[row]) for row in rows]
    for i, row in enumerate(rows):
        mixed = sum(lower[i, j] * normal[j] for j in range(i + 1) if lower[i, j] != 0.0)
        if np.count_nonzero(lower[i, :i]):
            tiny = 2.0**-33
            chances[row] = np.clip(ndtr(mixed), tiny, 1 - tiny)
