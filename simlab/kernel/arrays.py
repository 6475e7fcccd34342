"""The chain as arrays: the form in which kernels read cells, intensities, people and books.

Kernels know cells, classes and numbers, and neither studies nor money. Each takes the concerns that
it has, a tuple of arrays apiece: numba takes a tuple apart, so that it costs nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FOREVER = 2**40  # more steps than any study has


class Cells(NamedTuple):
    """Every cell a citizen can be in, in CSR form. Cells of a class share their intensities.

    class_of   : (cells,) the class of each cell
    stay       : (cells,) the cell after a step without a move
    first      : (cells + 1,) where the destinations of a cell begin in ``to``
    to         : (…,) the cell after each move, in the order of the class's rates
    rate_first : (classes + 1,) where the rates of a class begin
    turns      : the cells c after which staying does not lead to cell c + 1
    run        : (cells,) for how many steps of staying the class is the same and the cells are
                 c, c + stride, c + 2 stride, …; FOREVER where staying leads nowhere else
    stride     : (cells,) 1, or 0 for cells that staying does not leave
    after      : (cells,) the cell after ``run`` steps of staying
    """

    class_of: np.ndarray
    stay: np.ndarray
    first: np.ndarray
    to: np.ndarray
    rate_first: np.ndarray
    turns: np.ndarray
    run: np.ndarray
    stride: np.ndarray
    after: np.ndarray


INSIDE, AWAY, PAUSED = 0, 1, 2  # of a clock's group; outside and counted; outside, not counted


class Windows(NamedTuple):
    """Clocks that restart after steps away that add up within a window, which no cell can hold.

    after, within : (clocks,) the steps away that restart the clock, within so many latest steps
    top           : (clocks,) where the clock saturates
    place         : (clocks, cells) INSIDE, AWAY or PAUSED
    clock         : (clocks, cells) the steps on the clock, frozen outside
    at            : (clocks, top + 1, cells) the cell with so many steps on the clock, just entered
    """

    after: np.ndarray
    within: np.ndarray
    top: np.ndarray
    place: np.ndarray
    clock: np.ndarray
    at: np.ndarray


class Hazards(NamedTuple):
    """The intensities of one cohort in one future, for a block of draws.

    The intensity of rate r in draw d and step t is
        base[d, epoch[t], r] · factor[d, t, factor_of[r]],
    and its chance is multiplied by chance[d, t, chance_of[r]] (column 0 of both is 1). It is then
    made as rate made_as[epoch[t], r] of the same row, −1 for staying; empty where all moves are
    open.

    Where people can be enrolled as a step begins, or drop out, a class has 2n + 1 rates: the moves
    of the others, the rate m of being enrolled and staying, and the moves of the enrolled. Such an
    m is known by chance_of[m] = −k < 0, and factor[d, t, k] is the share that is enrolled.

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


class Futures(NamedTuple):
    """The intensities of one cohort in both futures; ``same``: the plan's are the baseline's."""

    baseline: Hazards
    plan: Hazards
    same: bool


class Conversions(NamedTuple):
    """Reforms that move people between steps: before step[i], cell c becomes to[i, c]."""

    step: np.ndarray
    to: np.ndarray


class People(NamedTuple):
    """A cohort's people in a block of draws.

    start_cells : (n,) and start : (draws, n) people, whole numbers where an engine needs them
    entry_cells : (m,) and arrivals : (futures, draws, steps, m) mean arrivals, of one future where
    as many arrive in both
    """

    start_cells: np.ndarray
    start: np.ndarray
    entry_cells: np.ndarray
    arrivals: np.ndarray


class Books(NamedTuple):
    """How engines count: people per account, and the moves that somebody asks for.

    first   : (accounts + 1,) where the cells of an account begin in ``cells``
    cells   : (cells,) all cells, account after account
    flow_of : (rates,) the flow in which a move is counted, −1 for none
    """

    first: np.ndarray
    cells: np.ndarray
    flow_of: np.ndarray


class Chain(NamedTuple):
    """All that is the same in every draw, cohort and future."""

    cells: Cells
    books: Books
    conversions: Conversions


class Out(NamedTuple):
    """What engines count, and add to; futures are the baseline and the plan, or one for both.

    heads : (futures, steps + 1, accounts, draws) people at the end of each step
    flows : (futures, steps + 1, flows, draws) moves made in each step
    """

    heads: np.ndarray
    flows: np.ndarray
