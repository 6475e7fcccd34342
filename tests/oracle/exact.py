"""Exact means and variances, by adding up every possibility of the twin's own law.

Cells are found by walking out from the start along every possible move, so that nothing is
assumed about which cells exist. N citizens are independent: a head count at step t has mean
Σ n_c p_c(t) and variance Σ n_c p_c(t) (1 − p_c(t)) over the start cells c, and the descendants of
Poisson arrivals are Poisson, with variance equal to their mean.

A sum S over a life, of what is paid step by step, has its first two moments by backward recursion
from the horizon: with r paid on the move c → j in step t,

    M1_{t−1}(c) = Σ_j P_t(c, j) (r + M1_t(j))
    M2_{t−1}(c) = Σ_j P_t(c, j) (r² + 2 r M1_t(j) + M2_t(j))

For the saving of a coupled pair the sum runs over what the pair can do: a common move, after which
it is a pair again, or parting, after which the two lives B and P are independent, so that
E(B − P) = E B − E P and E(B − P)² = E B² − 2 E B E P + E P².
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from oracle.lives import (
    BASELINE,
    PLAN,
    Cell,
    Chain,
    arrivals_of,
    chances,
    couple,
    first_cell,
    next_cell,
    reformed,
)

Paid = Callable[[Cell | None, Cell, int, str], float]


class Moments(NamedTuple):
    """Mean and variance of one number, or arrays of them."""

    mean: float
    variance: float


class Cumulants(NamedTuple):
    """Of head counts, arrays (steps + 1, states) each; the fourth is E(X − μ)⁴ − 3 σ⁴."""

    mean: np.ndarray
    variance: np.ndarray
    fourth: np.ndarray


# ---- occupancy ----------------------------------------------------------------------------------


def cell_chances(chain: Chain, cell: Cell, step: int, future: str) -> dict[Cell, float]:
    """{cell at the end of the step: chance}."""
    cell = reformed(chain, cell, step)
    row = chances(chain, cell, step, future)
    return {next_cell(chain, cell, j): chance for j, chance in row.items() if chance > 0}


def reach(chain: Chain, steps: int) -> list[set[Cell]]:
    """The cells that a citizen can hold in either future, at the end of each step 0 … T."""
    layers = [{first_cell(chain, place) for place in chain.stock}]
    for step in range(1, steps + 1):
        layer = {arrival[0] for arrival in arrivals_of(chain, step)}
        for cell in layers[-1]:
            for future in (BASELINE, PLAN):
                layer.update(cell_chances(chain, cell, step, future))
        layers.append(layer)
    return layers


def forward(chain: Chain, layer: Mapping[Cell, float], step: int, future: str) -> dict[Cell, float]:
    """Expected numbers per cell, one step on."""
    after: dict[Cell, float] = {}
    for cell, number in layer.items():
        for destination, chance in cell_chances(chain, cell, step, future).items():
            after[destination] = after.get(destination, 0.0) + number * chance
    return after


def layers(chain: Chain, start: tuple, steps: int, future: str) -> list[dict[Cell, float]]:
    """{cell: chance} at the end of each step 0 … T of a citizen who starts at `start`."""
    result = [{first_cell(chain, start): 1.0}]
    for step in range(1, steps + 1):
        result.append(forward(chain, result[-1], step, future))
    return result


def transition_matrix(chain: Chain, cells: Iterable[Cell], step: int, future: str) -> np.ndarray:
    """Dense (cells, cells) matrix of one step; a cell that leads out of `cells` is a KeyError."""
    index = {cell: i for i, cell in enumerate(cells)}
    matrix = np.zeros((len(index), len(index)))
    for cell, i in index.items():
        for destination, chance in cell_chances(chain, cell, step, future).items():
            matrix[i, index[destination]] += chance
    return matrix


def by_state(chain: Chain, layer: Mapping[Cell, float]) -> np.ndarray:
    """(states,) sums of a layer."""
    sums = np.zeros(len(chain.states))
    for cell, number in layer.items():
        sums[chain.states.index(cell.state)] += number
    return sums


def head_counts(chain: Chain, steps: int, future: str) -> Moments:
    """Mean and variance of the people in each state: two arrays (steps + 1, states)."""
    return Moments(*cumulants(chain, steps, future)[:2])


def cumulants(chain: Chain, steps: int, future: str) -> Cumulants:
    """Of the people in each state: cumulants of independent citizens and newcomers add up.

    A citizen is there or not, p (1 − p) and p (1 − p) (1 − 6 p (1 − p)); newcomers are Poisson,
    all of whose cumulants are the mean.
    """
    mean = np.zeros((steps + 1, len(chain.states)))
    variance, fourth = np.zeros_like(mean), np.zeros_like(mean)
    for place, citizens in chain.stock.items():
        for t, layer in enumerate(layers(chain, place, steps, future)):
            chance = by_state(chain, layer)
            mean[t] += citizens * chance
            spread = chance * (1 - chance)
            variance[t] += citizens * spread
            fourth[t] += citizens * spread * (1 - 6 * spread)
    descendants: dict[Cell, float] = {}
    for step in range(1, steps + 1):
        descendants = forward(chain, descendants, step, future)
        for cell, together, baseline_alone, plan_alone in arrivals_of(chain, step):
            alone = baseline_alone if future == BASELINE else plan_alone
            descendants[cell] = descendants.get(cell, 0.0) + together + alone
        for cumulant in (mean, variance, fourth):
            cumulant[step] += by_state(chain, descendants)
    return Cumulants(mean, variance, fourth)


# ---- the pair -----------------------------------------------------------------------------------


class Pair(NamedTuple):
    """Where both lives of a citizen are, and whether they have parted."""

    parted: bool
    baseline: Cell
    plan: Cell


def pair_chances(chain: Chain, pair: Pair, step: int) -> dict[Pair, float]:
    """{pair at the end of the step: chance}, by enumerating everything the pair can do."""
    pair = Pair(pair.parted, *(reformed(chain, cell, step) for cell in pair[1:]))
    b = chances(chain, pair.baseline, step, BASELINE)
    p = chances(chain, pair.plan, step, PLAN)
    after: dict[Pair, float] = {}

    def add(parted: bool, to_baseline: Any, to_plan: Any, chance: float) -> None:
        if chance > 0:
            key = Pair(
                parted,
                next_cell(chain, pair.baseline, to_baseline),
                next_cell(chain, pair.plan, to_plan),
            )
            after[key] = after.get(key, 0.0) + chance

    if pair.parted:
        for i, chance_i in b.items():
            for j, chance_j in p.items():
                add(True, i, j, chance_i * chance_j)
        return after
    coupled = couple(b, p)
    for j, chance in coupled.common.items():
        add(False, j, j, chance)
    if coupled.parting > 0:
        for i, chance_i in coupled.baseline_only.items():
            for j, chance_j in coupled.plan_only.items():
                add(True, i, j, chance_i * chance_j / coupled.parting)
    return after


def pair_layers(chain: Chain, start: tuple, steps: int) -> list[dict[Pair, float]]:
    """{pair: chance} at the end of each step 0 … T: the joint law of one citizen's futures."""
    first = first_cell(chain, start)
    result = [{Pair(False, first, first): 1.0}]
    for step in range(1, steps + 1):
        after: dict[Pair, float] = {}
        for pair, chance in result[-1].items():
            for destination, move in pair_chances(chain, pair, step).items():
                after[destination] = after.get(destination, 0.0) + chance * move
        result.append(after)
    return result


# ---- what is paid -------------------------------------------------------------------------------
# paid(before, after, step, future) is what falls in a step that leads from the cell `before` to the
# cell `after`; `before` is None when the citizen arrives at the end of the step.


def at_end(amount: Callable[[Cell, int, str], float]) -> Paid:
    """A step's payments follow where citizens are at its end."""
    return lambda before, after, step, future: amount(after, step, future)


def at_start(amount: Callable[[Cell, int, str], float]) -> Paid:
    """A step's payments follow where citizens are at its start."""
    return lambda before, after, step, future: (
        0.0 if before is None else amount(before, step, future)
    )


def mean_of_both(amount: Callable[[Cell, int, str], float]) -> Paid:
    """A step's payments are the mean of those at its start and at its end."""
    start, end = at_start(amount), at_end(amount)
    return lambda *step: (start(*step) + end(*step)) / 2


NOTHING = (0.0, 0.0)


def add_to(moments: tuple[float, float], amount: float) -> tuple[float, float]:
    """First and second moment of amount + S, from those of S."""
    first, second = moments
    return amount + first, amount * amount + 2 * amount * first + second


def difference(b: tuple[float, float], p: tuple[float, float]) -> tuple[float, float]:
    """First and second moment of B − P, B and P independent."""
    return b[0] - p[0], b[1] - 2 * b[0] * p[0] + p[1]


def mixture(parts: list[tuple[float, tuple[float, float]]]) -> tuple[float, float]:
    """First and second moment of a mixture of (chance, moments)."""
    first = sum(chance * moments[0] for chance, moments in parts)
    second = sum(chance * moments[1] for chance, moments in parts)
    return first, second


def life_moments(
    chain: Chain, steps: int, paid: Paid, future: str, cells: list[set[Cell]]
) -> list[dict[Cell, tuple[float, float]]]:
    """[t][cell]: the two moments of what one life pays in steps t + 1 … T."""
    ahead: list[dict[Cell, tuple[float, float]]] = [{} for _ in cells]
    ahead[steps] = dict.fromkeys(cells[steps], NOTHING)
    for step in range(steps, 0, -1):
        for cell in cells[step - 1]:
            parts = []
            for after, chance in cell_chances(chain, cell, step, future).items():
                parts.append((chance, add_to(ahead[step][after], paid(cell, after, step, future))))
            ahead[step - 1][cell] = mixture(parts)
    return ahead


def pair_moments(
    chain: Chain, steps: int, paid: Paid, cells: list[set[Cell]]
) -> list[dict[Cell, tuple[float, float]]]:
    """[t][cell]: the two moments of the saving in steps t + 1 … T of a pair still together."""
    baseline = life_moments(chain, steps, paid, BASELINE, cells)
    plan = life_moments(chain, steps, paid, PLAN, cells)
    ahead: list[dict[Cell, tuple[float, float]]] = [{} for _ in cells]
    ahead[steps] = dict.fromkeys(cells[steps], NOTHING)
    for step in range(steps, 0, -1):
        for cell in cells[step - 1]:
            parts = []
            for after, chance in pair_chances(chain, Pair(False, cell, cell), step).items():
                b, p = after.baseline, after.plan
                b_now, p_now = paid(cell, b, step, BASELINE), paid(cell, p, step, PLAN)
                if after.parted:
                    later = difference(baseline[step][b], plan[step][p])
                else:
                    later = ahead[step][b]
                parts.append((chance, add_to(later, b_now - p_now)))
            ahead[step - 1][cell] = mixture(parts)
    return ahead


def cohort_moments(
    chain: Chain,
    steps: int,
    ahead: list[dict[Cell, tuple[float, float]]],
    arrive: Callable[[int], list[tuple[float, tuple[float, float]]]],
) -> Moments:
    """Sum over independent citizens, and over Poisson arrivals: mean λ E S, variance λ E S²."""
    mean = variance = 0.0
    for place, citizens in chain.stock.items():
        first, second = ahead[0][first_cell(chain, place)]
        mean += citizens * first
        variance += citizens * (second - first * first)
    for step in range(1, steps + 1):
        for number, (first, second) in arrive(step):
            mean += number * first
            variance += number * second
    return Moments(mean, variance)


def total_paid(chain: Chain, steps: int, paid: Paid, future: str) -> Moments:
    """What the whole cohort pays in steps 1 … T of one future."""
    ahead = life_moments(chain, steps, paid, future, reach(chain, steps))

    def arrive(step: int) -> list[tuple[float, tuple[float, float]]]:
        result = []
        for cell, together, baseline_alone, plan_alone in arrivals_of(chain, step):
            number = together + (baseline_alone if future == BASELINE else plan_alone)
            result.append((number, add_to(ahead[step][cell], paid(None, cell, step, future))))
        return result

    return cohort_moments(chain, steps, ahead, arrive)


def saving(chain: Chain, steps: int, paid: Paid) -> Moments:
    """The cohort's saving in steps 1 … T, baseline less plan, the futures coupled."""
    cells = reach(chain, steps)
    ahead = pair_moments(chain, steps, paid, cells)
    baseline = life_moments(chain, steps, paid, BASELINE, cells)
    plan = life_moments(chain, steps, paid, PLAN, cells)

    def arrive(step: int) -> list[tuple[float, tuple[float, float]]]:
        result = []
        for cell, together, baseline_alone, plan_alone in arrivals_of(chain, step):
            b_now, p_now = paid(None, cell, step, BASELINE), paid(None, cell, step, PLAN)
            result += [
                (together, add_to(ahead[step][cell], b_now - p_now)),
                (baseline_alone, add_to(baseline[step][cell], b_now)),
                (plan_alone, difference(NOTHING, add_to(plan[step][cell], p_now))),
            ]
        return result

    return cohort_moments(chain, steps, ahead, arrive)


def saving_if_independent(chain: Chain, steps: int, paid: Paid) -> Moments:
    """The same saving, were each citizen's futures simulated independently of each other."""
    baseline = total_paid(chain, steps, paid, BASELINE)
    plan = total_paid(chain, steps, paid, PLAN)
    return Moments(baseline.mean - plan.mean, baseline.variance + plan.variance)
