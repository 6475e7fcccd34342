"""What a contestant is given, and what it must give back.

    people  ~ the chain with row i of P out of state i, everybody in one state at the start
    cost    = people · cost per month

An answer is compared with the exact expectation given each draw's matrix, x ← x P, month by month,
so that a fast wrong answer cannot win.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.stats import chi2

SPREADS = 6.0  # how many standard deviations an answer may be off
FALSE_ALARM = 1e-9  # that a right variance is refused, on either side


@dataclass(frozen=True)
class Task:
    """A job's numbers.

    matrices : (draws, states, states), rows sum to 1
    cost_per_month : (states,) kr.
    by_citizen : whether work is counted in citizen-months, or in draw-months
    """

    matrices: np.ndarray
    cost_per_month: np.ndarray
    citizens: int
    months: int
    start: int
    threads: int
    by_citizen: bool = True

    @property
    def draws(self) -> int:
        return len(self.matrices)

    @property
    def work(self) -> float:
        """Citizen-months, or draw-months."""
        return float(self.draws * self.months * (self.citizens if self.by_citizen else 1))

    def at_most(self, draws: int | None = None, citizens: int | None = None) -> Task:
        """A part of the task, for those who would take minutes over the whole."""
        return replace(
            self,
            matrices=self.matrices[:draws],
            citizens=min(self.citizens, citizens or self.citizens),
        )

    @cached_property
    def expected(self) -> np.ndarray:
        """(draws, months + 1, states) the exact expectation given each draw's matrix."""
        draws, states, _ = self.matrices.shape
        people = np.zeros((draws, self.months + 1, states))
        people[:, 0, self.start] = self.citizens
        for t in range(self.months):
            people[:, t + 1] = np.einsum("di,dij->dj", people[:, t], self.matrices)
        return people

    @property
    def spread_of_total(self) -> np.ndarray:
        """(draws,) the standard deviation of one citizen's cost over all months, given the draw.

        Backwards, Z = c + Z' with the mean and the second moment of what is still to come.
        """
        cost = self.cost_per_month
        mean = np.zeros((self.draws, len(cost))) + cost
        square = mean**2
        for _ in range(self.months):
            ahead = np.einsum("dij,dj->di", self.matrices, mean)
            square = cost**2 + 2 * cost * ahead + np.einsum("dij,dj->di", self.matrices, square)
            mean = cost + ahead
        at_start = square[:, self.start] - mean[:, self.start] ** 2
        return np.sqrt(np.maximum(at_start, 0.0))


@dataclass(frozen=True)
class Answer:
    """People and cost by draw and month, in whatever order a tool keeps them in memory.

    blocks : of draws, one after the other, the pair
        people : (draws, months + 1, states), or None where a tool tells totals of cost alone
        cost : (draws, months + 1), or (draws,) totals over all months
    """

    blocks: tuple[tuple[np.ndarray | None, np.ndarray], ...]

    @classmethod
    def of(cls, people: np.ndarray | None, cost: np.ndarray) -> Answer:
        """An answer in one piece."""
        return cls(((people, cost),))

    @property
    def people(self) -> np.ndarray | None:
        """(draws, months + 1, states), put together to be looked at."""
        parts = [people for people, _ in self.blocks if people is not None]
        return np.concatenate(parts) if parts else None

    @property
    def cost(self) -> np.ndarray:
        """(draws, …), put together to be looked at."""
        return np.concatenate([cost for _, cost in self.blocks])


def wrong_in(answer: Answer, task: Task, *, by_chance: bool) -> str:
    """What is wrong in an answer; empty when nothing is."""
    found, cost, exact = answer.people, answer.cost, task.expected
    if found is None:
        return _wrong_in_totals(cost, task)
    people = np.asarray(found, dtype=np.float64)
    if people.shape != exact.shape:
        return f"people of shape {people.shape}, not {exact.shape}"
    if not np.allclose(people.sum(axis=2), task.citizens, rtol=1e-9):
        return "the states do not sum to the citizens"
    if not np.allclose(cost, people @ task.cost_per_month, rtol=1e-6, atol=1.0):
        return "the cost is not people times cost per month"
    if not by_chance:
        apart = float(np.abs(people - exact).max()) / task.citizens
        return f"{apart:.1e} of the people are not where they should be" if apart > 1e-9 else ""
    return _wrong_in_counts(people, exact, task)


def _wrong_in_counts(people: np.ndarray, exact: np.ndarray, task: Task) -> str:
    """Whole numbers with the mean, and over many draws the variance, of a multinomial count."""
    if np.abs(people - np.round(people)).max() > 0:
        return "people who are not whole"
    draws, citizens = task.draws, task.citizens
    variance = exact * (1 - exact / citizens)
    # Half a person for each draw allows for rare states, where a count is far from normal.
    allowed = SPREADS * np.sqrt(variance.sum(axis=0)) + 0.5 * SPREADS
    off = np.abs((people - exact).sum(axis=0)) / allowed
    if off.max() > 1:
        month, state = np.unravel_index(off.argmax(), off.shape)
        means = people[:, month, state].mean(), exact[:, month, state].mean()
        return f"{means[0]:.1f} people in state {state} in month {month}, not {means[1]:.1f}"
    state = int(exact[:, -1].mean(axis=0).argmax())
    squares = (people - exact)[:, -1, state] ** 2 / variance[:, -1, state]
    low, high = chi2.ppf([FALSE_ALARM, 1 - FALSE_ALARM], draws) / draws
    if draws >= 20 and not low < squares.mean() < high:
        return f"a variance {squares.mean():.2f} times the multinomial one"
    return ""


def _wrong_in_totals(cost: np.ndarray, task: Task) -> str:
    """Totals of cost by draw, against their expectation and spread."""
    exact = (task.expected @ task.cost_per_month).sum(axis=1)
    spread = np.sqrt(task.citizens * (task.spread_of_total**2).sum())
    off = float(np.sum(cost - exact))
    if abs(off) > SPREADS * spread:
        return f"a cost of {np.mean(cost):,.0f} kr. a draw, not {exact.mean():,.0f}"
    return ""
