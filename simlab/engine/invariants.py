"""What must hold in every draw, looked at as the draw is made.

Intensities and arrivals are numbers, and none is below 0: an engine that jumps from event to event
would pass over one that is not, and say nothing. Numbers of people are numbers, none is below 0,
and nobody is lost: at the start there are those of the study, and nobody leaves, so that at the
horizon, with those who arrive, there are no fewer. Without arrivals there are no more either. What
is counted of them, money above all, is a number too: what is none is not above 0 nor below it, and
would count as paid back. A draw that breaks it stops the run, and says which it was and what its
figures were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simlab.kernel.summation import sum_in_order
from simlab.model.block import Block
from simlab.study.errors import SimlabError
from simlab.study.futures import FUTURES

ROUNDING = 1e-7  # of the people, in expected numbers
MOST = 1e30  # kr.: more than there are, and the squares of so many are numbers still


class UnsoundDraw(SimlabError, ArithmeticError):
    """A draw in which people or money came out wrong; the message is for a person.

    what       : what is wrong with it
    draw       : its number; `simlab.simulate(study, 1, first=draw)` makes it again
    parameters : key path → the value of each uncertain figure in it
    """

    exit_code = 1

    def __init__(self, draw: int, what: str, parameters: Mapping[str, float]):
        self.draw, self.what, self.parameters = draw, what, dict(parameters)
        figures = "".join(f"\n  {path} = {value:.6g}" for path, value in parameters.items())
        text = f". Its uncertain figures are{figures}" if figures else ", with every figure certain"
        super().__init__(f"draw {draw:,} is unsound: {what}{text}")

    def __reduce__(self) -> tuple[Any, ...]:  # from the machine on which it happened
        return type(self), (self.draw, self.what, self.parameters)


class UnboundedDraw(UnsoundDraw):
    """A draw in which an amount is no number, or beyond all bounds: the study asks for it."""

    exit_code = 2


def refuse_unsound_law(block: Block) -> None:
    """Stop at the first draw with an intensity, or a number who arrive, that cannot be."""
    for cohort in block.cohorts:
        checked: set[int] = set()
        for future in FUTURES:
            hazards, arrivals = cohort.hazards(future), cohort.arrivals(future)
            multipliers = [a for a in (hazards.factor, hazards.chance) if a.shape[2] > 1]  # not 1
            for array in (hazards.base, *multipliers, arrivals):
                if id(array) in checked or not array.size:
                    continue
                checked.add(id(array))  # both futures may hold the same array
                # Comparisons with what is not a number are false.
                if not (array.min() >= 0.0 and array.max() < np.inf):
                    each = array.reshape(len(array), -1)
                    right = (each.min(axis=1) >= 0.0) & (each.max(axis=1) < np.inf)
                    what = "an intensity is below 0 or not a number"
                    _stop(block, int(np.argmin(right)), f"{what}, {future}")


def refuse_unsound(block: Block, engine: str, heads: np.ndarray) -> None:
    """Stop at the first draw whose people, (futures, steps + 1, accounts, draws), are wrong.

    Looked at are the start and the horizon: who is lost on the way is not there at its end, and
    what is not a number stays none. `simlab verify` looks at every step.
    """
    started = sum(cohort.people.start.sum(axis=1) for cohort in block.cohorts)
    for future, counted in zip(FUTURES, heads, strict=False):
        first, last = (sum_in_order(counted[t], 0) for t in (0, -1))
        alone = not any(cohort.arrivals(future).any() for cohort in block.cohorts)
        slack = ROUNDING * (1.0 + np.abs(started)) if engine == "expected" else 0.0 * started
        wrong = {
            "people are not a number": ~np.isfinite(last),
            "fewer than no people in a state": counted[-1].min(axis=0, initial=0) < -slack,
            "not the study's people at the start": np.abs(first - started) > slack,
            "people were lost on the way": last - first < -slack,
            "people came from nowhere": alone & (last - first > slack),
        }
        for what, where in wrong.items():
            if np.any(where):
                _stop(block, int(np.argmax(where)), f"{what}, engine {engine}, {future}")


def refuse_beyond_bounds(block: Block, of: str, *amounts: np.ndarray, times: float = 1.0) -> None:
    """Stop at the first draw whose amounts, (draws, …) each and so many times as large, are not
    numbers or sum to too much."""
    if all(_small(amount, times) for amount in amounts):
        return
    sizes = [np.abs(times * amount).reshape(len(amount), -1).sum(axis=1) for amount in amounts]
    right = np.all([size < MOST for size in sizes], axis=0)  # false of what is not a number
    if not right.all():
        _stop(
            block, int(np.argmin(right)), f"{of} is not a number, or above {MOST:g}", UnboundedDraw
        )


def _small(amount: np.ndarray, times: float) -> bool:
    """Whether the sum of amounts is within the bounds whatever their signs; no of no numbers."""
    most = np.maximum(amount.max(initial=0.0), -amount.min(initial=0.0))
    return bool(amount.size * times * most < MOST)


def _stop(block: Block, place: int, what: str, kind: type[UnsoundDraw] = UnsoundDraw) -> None:
    sampled = {path: float(values[place]) for path, values in block.values.sampled.items()}
    raise kind(block.values.start + place, what, sampled)
