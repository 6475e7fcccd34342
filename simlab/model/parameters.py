"""One value for every uncertain quantity in every draw: the first layer of uncertainty.

Each parameter has its own low-discrepancy sequence (``sequences.py``), so a new parameter moves no
other, and draws extend without changing the earlier ones. Stated correlations are a Gaussian
copula: in name order, z → L z with L Lᵀ the correlation matrix (Cholesky); only the parameters
that are correlated move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

import numpy as np

from simlab.model.sequences import keys_of, uniforms_of
from simlab.study.errors import nearest
from simlab.study.families import Distribution, side_by_side
from simlab.study.memo import once_a_study
from simlab.study.quantity import Quantity
from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class FoundRatios:
    """The ratios that give a study its shares at a date (`shares`), by the name of the share.

    level  : (draws,) on its moves, in both futures
    effect : (draws,) the hazard ratio of the effects that name it; none where they are to be found
    capped : (draws,) bool, a share that no ratio attains
    """

    level: Mapping[str, np.ndarray]
    effect: Mapping[str, np.ndarray]
    capped: np.ndarray

    @classmethod
    def none(cls, names: list[str], draws: int) -> Self:
        """Ratios of 1, where the search begins."""
        level, effect = ({name: np.ones(draws) for name in names} for _ in range(2))
        return cls(level, effect, np.zeros(draws, dtype=bool))

    @property
    def levels(self) -> Self | None:
        """The levels alone, which hang on no plan; None where a share may have none."""
        return None if self.capped.any() else replace(self, effect={})

    def first(self, draws: int) -> Self:
        """Those of the first draws."""
        level, effect = (
            {name: ratio[:draws] for name, ratio in ratios.items()}
            for ratios in (self.level, self.effect)
        )
        return replace(self, level=level, effect=effect, capped=self.capped[:draws])

    def to_the_power(self, multiple: float) -> Self:
        """The same levels, with every effect so many times as strong."""
        effect = {name: ratio**multiple for name, ratio in self.effect.items()}
        return replace(self, effect=effect)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of every quantity of a study for draws ``start`` to ``stop``.

    figures : key path → the quantity, of the study whose values these are
    sampled : key path → (draws,) values of the uncertain quantities
    found   : the ratios that follow from them, where they have been found already
    """

    start: int
    stop: int
    figures: Mapping[str, Quantity]
    sampled: Mapping[str, np.ndarray]
    found: FoundRatios | None = None

    @classmethod
    def at(cls, study: Study, value: Callable[[Quantity], float]) -> Self:
        """One draw in which every figure is at its median, say (``Quantity.median``)."""
        values = {path: np.array([value(q)]) for path, q in study.uncertain.items()}
        return cls(0, 1, study.quantities, values)

    @classmethod
    def at_means(cls, study: Study) -> Self:
        """The central world: one draw in which every figure is at its mean."""
        return cls.at(study, Quantity.mean)

    @property
    def draws(self) -> int:
        return self.stop - self.start

    def __getitem__(self, quantity: Quantity) -> np.ndarray:
        """(draws,) a quantity; KeyError where it is not one of the study's."""
        path = quantity.path
        known = self.figures.get(path)
        if known is not quantity and known != quantity:
            named = f"{path or 'without a key path'} ({quantity})"
            raise KeyError(f"no figure of the study that these values are of: {named}")
        if path in self.sampled or quantity.is_uncertain:
            return self.sampled[path]
        return np.full(self.draws, quantity.mean())

    def replaced(self, values: Mapping[str, np.ndarray]) -> Values:
        """The same, with (draws,) other values at these key paths; KeyError where none is.

        What was found of the values before is not of these.
        """
        for path, value in values.items():
            if path not in self.figures:
                raise KeyError(f'no figure "{path}"{nearest(path, self.figures)}')
            if value.shape != (self.draws,):
                raise ValueError(f"{path} has the shape {value.shape}; needed: ({self.draws},)")
        sampled = MappingProxyType({**self.sampled, **values})
        return replace(self, sampled=sampled, found=None if values else self.found)

    def first(self, draws: int) -> Values:
        """Those of the first draws, with what was found for them."""
        sampled = {path: value[:draws] for path, value in self.sampled.items()}
        found = None if self.found is None else self.found.first(draws)
        return replace(self, stop=self.start + draws, sampled=sampled, found=found)

    def with_found(self, found: FoundRatios) -> Values:
        """The same, with the ratios that give the shares at a date."""
        return replace(self, found=found)


def sample(study: Study, start: int, stop: int) -> Values:
    """The study's parameters in draws ``start`` to ``stop`` (absolute numbers)."""
    chances = uniforms_of(_keys(study), start, stop)
    for rows, lower in _correlated(study):
        _correlate(chances, rows, lower)
    values = np.empty_like(chances)
    for family, rows in _families(study):
        values[rows] = family.ppf(chances[rows])
    values.flags.writeable = False
    drawn = dict(zip(study.uncertain, values, strict=True))
    return Values(start, stop, study.quantities, drawn)


@once_a_study
def _keys(study: Study) -> np.ndarray:
    """The addresses of the uncertain quantities, in the order of their names."""
    return keys_of(study.seed, list(study.uncertain))


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
