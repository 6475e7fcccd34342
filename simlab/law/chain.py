"""The chain as arrays: the form in which kernels read cells and intensities.

Kernels know cells, classes and numbers, and neither studies nor money.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Cells(NamedTuple):
    """Every cell a citizen can be in, in CSR form. Cells of a class share their intensities.

    class_of   : (cells,) the class of each cell
    stay       : (cells,) the cell after a step without a move
    first      : (cells + 1,) where the destinations of a cell begin in ``to``
    to         : (…,) the cell after each move, in the order of the class's rates
    rate_first : (classes + 1,) where the rates of a class begin
    """

    class_of: np.ndarray
    stay: np.ndarray
    first: np.ndarray
    to: np.ndarray
    rate_first: np.ndarray


class Hazards(NamedTuple):
    """The intensities of one cohort in one future, for a block of draws.

    The intensity of rate r in draw d and step t is
        base[d, epoch[t], r] · factor[d, t, factor_of[r]],
    and its chance is multiplied by chance[d, t, chance_of[r]] (column 0 of both is 1). It is then
    made as rate made_as[epoch[t], r] of the same row, −1 for staying; empty where all moves are
    open.

    base : (draws, epochs, rates)   epoch : (steps,)
    factor : (draws, steps, factors)   factor_of : (rates,)
    chance : (draws, steps, multipliers)   chance_of : (rates,)
    made_as : (epochs, rates) or (0, rates)
    """

    base: np.ndarray
    epoch: np.ndarray
    factor: np.ndarray
    factor_of: np.ndarray
    chance: np.ndarray
    chance_of: np.ndarray
    made_as: np.ndarray


class Conversions(NamedTuple):
    """Reforms that move people between steps: before step[i], cell c becomes to[i, c]."""

    step: np.ndarray
    to: np.ndarray
