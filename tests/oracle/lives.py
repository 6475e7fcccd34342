"""Single citizens, one at a time, one step at a time, in plain Python.

The law
-------
Every move i → j has an intensity a_ij ≥ 0 per step. Within one step a citizen moves at most once:

    A_i = Σ_j a_ij      P(leave i) = 1 − exp(−A_i)      P(i → j) = (a_ij / A_i) · P(leave i)

A citizen's two futures, baseline b and plan p, run together until the plan makes a difference.
Over the destinations j, staying included:

    common move j with chance min(b_j, p_j)
    with chance δ = Σ max(b_j − p_j, 0) the pair parts: the baseline life goes to j with chance
    max(b_j − p_j, 0) / δ, the plan life with chance max(p_j − b_j, 0) / δ, independently
    parted lives stay parted, each by its own law, even if they meet again

A clock counts the step-ends in a group of states. At entry it is 1; moving inside the group keeps
it running; it saturates at its largest edge; outside it is frozen. A citizen who returns after
fewer than `resets_after` step-ends outside goes on at the last clock + 1, otherwise restarts at 1.
Never entered is 0.

A programme lasts some months for each citizen. Both futures carry its mark: 0 for never enrolled,
m in the m-th month, OVER after it. What becomes of the mark is settled as a step begins, before
anybody moves, and the move of the step is then made as the new mark has it:

    eligible, never enrolled   begins, m = 1, with the chance that the step has
    in month m < months        drops out, OVER, with a chance; else is in month m + 1
    in the last month          OVER

Entering one of the states `ends_in`, also by a reform, ends the programme with the step. The mark
is one event for both futures while they are together, since the baseline's intensities do not read
it.

Steps are numbered 1 … T. Step t leads from the end of step t − 1 to the end of step t, by the
intensities of the cell held at its start. `step` always means that t; a life is the list of its
cells at the ends of steps 0 … T.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

BASELINE = "baseline"
PLAN = "plan"
STAY = "stay"

Count = int | tuple[int, ...]


class Cell(NamedTuple):
    """Where a citizen is. `clock` and `away` are ints, or in a chain of several clocks tuples
    with one int for each of `chain.clocks`, in that order (0 in a chain without clocks).
    `before` holds the earlier cells that a clock with a window may still look back at, oldest
    first; lives that are walked have them in the life instead."""

    state: str
    clock: Count = 0
    away: Count = 0
    mark: int = 0
    before: tuple["Cell", ...] = ()


class Goal(NamedTuple):
    """Where a step leads in a chain with a programme."""

    state: str
    mark: int


OVER = -1


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that lasts some months for each citizen.

    eligible  the states in which it is begun
    begins    step -> the chance that someone eligible as the step begins is enrolled in it
    months    None: longer than anybody is followed
    drops     the chance to drop out as a step begins
    ends_in   the states that end it
    ratio     {(origin, destination): (ratio while enrolled, ratio from enrolment on)} in the plan
    """

    eligible: tuple[str, ...]
    begins: Callable[[int], float]
    months: int | None = None
    drops: float = 0.0
    ends_in: tuple[str, ...] = ()
    ratio: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def marks(self, cell: Cell, step: int) -> list[tuple[float, int]]:
        """(chance, mark in the step) as the step begins."""
        if cell.mark == 0:
            begins = self.begins(step) if cell.state in self.eligible else 0.0
            return [(1.0 - begins, 0), (begins, 1)]
        if cell.mark in (OVER, self.months):
            return [(1.0, OVER)]
        return [(1.0 - self.drops, cell.mark + 1), (self.drops, OVER)]

    def hazard_ratio(self, origin: str, to: str, mark: int, future: str) -> float:
        enrolled, ever = self.ratio.get((origin, to), (1.0, 1.0))
        if future == BASELINE or mark == 0:
            return 1.0
        return ever * (enrolled if mark > 0 else 1.0)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: the states it runs in, and when it forgets.

    group         the states it runs in
    largest_edge  where the clock saturates, in steps
    resets_after  steps away after which it restarts at 1 on return; None never restarts
    accumulate    count the steps away over all absences since the clock last restarted,
                  instead of the present absence only
    within        with `accumulate`: count only steps away among the latest `within` steps
    largest_away  where the count of steps away saturates, when larger than `resets_after`
    paused        states outside in which neither the clock runs nor steps away are counted
    """

    group: tuple[str, ...]
    largest_edge: int
    resets_after: int | None = None
    accumulate: bool = False
    within: int | None = None
    largest_away: int = 1
    paused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.within is not None and not (self.accumulate and self.largest_edge >= 2):
            raise ValueError("within needs accumulate, and a largest_edge of 2 or more")

    @property
    def away_edge(self) -> int:
        return max(self.largest_away, self.resets_after or 0)


def nobody(step: int, future: str) -> dict[Any, float]:
    """No arrivals."""
    return {}


@dataclass(frozen=True, slots=True)
class Chain:
    """A small study in plain words.

    states     names
    intensity  (state, clock, away, step, future) -> {destination: a_ij per step}
    clocks     none, one, or several; a state is in at most one group
    start      one (state, clock) or (state, clock, away) for every citizen at t = 0, or
               {(state, clock): citizens}
    arrivals   (step, future) -> {(state, clock): mean number entering at the end of the step};
               the smaller mean of the two futures enters together, the excess alone
    closed     {(origin, destination): (first closed step, where it goes instead)}; None: stays
    reforms    {step: {origin: destination}}: everybody there is moved before that step
    """

    states: tuple[str, ...]
    intensity: Callable[..., Mapping[str, float]]
    clocks: tuple[Clock, ...] = ()
    start: list[tuple] | Mapping[tuple, int] = field(default_factory=list)
    arrivals: Callable[[int, str], Mapping[Any, float]] = nobody
    closed: Mapping[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)
    reforms: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    programme: Programme | None = None

    @property
    def stock(self) -> Counter:
        """{place: citizens} at t = 0."""
        return Counter(self.start if isinstance(self.start, Mapping) else map(tuple, self.start))

    def __post_init__(self) -> None:
        members = [state for clock in self.clocks for state in clock.group]
        if len(set(members)) < len(members):
            raise ValueError("a state belongs to at most one clock group")
        if not set(members) <= set(self.states):
            raise ValueError("a clock group names a state that the chain does not have")


# ---- one step -----------------------------------------------------------------------------------


def row(intensities: Mapping[str, float]) -> dict[str, float]:
    """The chances of one step, {destination: chance}, staying included under the name STAY."""
    if any(a < 0 for a in intensities.values()):
        raise ValueError(f"an intensity is negative: {dict(intensities)}")
    total = sum(intensities.values())
    leave = -math.expm1(-total)  # 1 − exp(−A), without cancellation for small A
    chances = {j: a / total * leave for j, a in intensities.items() if a > 0}
    chances[STAY] = math.exp(-total)
    return chances


def intensities_of(chances: Mapping[str, float]) -> dict[str, float]:
    """The intensities whose `row` is these chances of leaving: a_j = p_j · A / (1 − e^−A)."""
    leave = sum(chances.values())
    if leave >= 1:
        raise ValueError(f"the chances of leaving sum to {leave}, which no intensity reaches")
    if leave == 0:
        return {}  # absorbing
    total = -math.log1p(-leave)
    return {j: p * total / leave for j, p in chances.items()}


def chances(chain: Chain, cell: Cell, step: int, future: str) -> dict[str | Goal, float]:
    """{destination: chance} of one step, staying under the citizen's own state.

    Destinations are states; in a chain with a programme, states with marks.
    """
    if chain.programme is None:
        return moves(chain, cell, step, future, 0)
    result: dict[str | Goal, float] = {}
    for weight, mark in chain.programme.marks(cell, step):
        for to, chance in moves(chain, cell, step, future, mark).items():
            ends = mark > 0 and to in chain.programme.ends_in
            goal = Goal(to, OVER if ends else mark)
            result[goal] = result.get(goal, 0.0) + weight * chance
    return result


def moves(chain: Chain, cell: Cell, step: int, future: str, mark: int) -> dict[str, float]:
    """{destination state: chance} of one step with this mark."""
    state = cell.state
    given = dict(chain.intensity(state, cell.clock, cell.away, step, future))
    if state in given or not set(given) <= set(chain.states):
        raise ValueError(f"{state} has moves to {sorted(given)}")
    if chain.programme is not None:
        for to in given:
            given[to] *= chain.programme.hazard_ratio(state, to, mark, future)
    result: dict[str, float] = {}
    for destination, chance in row(given).items():
        to = state if destination == STAY else destination
        first_closed, redirect = chain.closed.get((state, to), (math.inf, None))
        if step >= first_closed:
            to = redirect or state
        result[to] = result.get(to, 0.0) + chance
    return result


# ---- clocks -------------------------------------------------------------------------------------


def tick(law: Clock, before: str, clock: int, away: int, after: str) -> tuple[int, int]:
    """Clock and steps away at the end of a step that led from state `before` to state `after`."""
    if after not in law.group:
        if clock == 0:
            return 0, 0  # never entered: away from nothing
        return clock, min(away + (after not in law.paused), law.away_edge)
    if clock == 0:
        return 1, 0  # first entry
    if before not in law.group:
        if law.resets_after is not None and away >= law.resets_after:
            return 1, 0  # away too long: restart, and forget the absences
        if not law.accumulate:
            away = 0
    return min(clock + 1, law.largest_edge), away


def recent_absence(law: Clock, states: list[str], clocks: list[int]) -> int:
    """Steps away among the latest `within` steps, since the clock last restarted at 1.

    `states` and `clocks` are the latest `within` + 1 cells of the life, or all of a shorter one.
    The oldest of them is out of the window, or the start, where no step has ended yet.
    """
    count = 0
    for state, clock in reversed(list(zip(states, clocks, strict=True))[1:]):
        inside = state in law.group
        if inside and clock == 1:
            break
        if not inside and clock > 0 and state not in law.paused:
            count += 1
    return min(count, law.away_edge)


def reformed(chain: Chain, cell: Cell, step: int) -> Cell:
    """Where a reform before `step` has put someone who was in `cell`: no time passes.

    A clock that is neither entered nor left stands still; leaving one is the first step away.
    """
    to = chain.reforms.get(step, {}).get(cell.state)
    if to is None:
        return cell
    clocks, aways = [], []
    for i, law in enumerate(chain.clocks):
        held = counts_of(chain, cell.clock)[i], counts_of(chain, cell.away)[i]
        if (cell.state in law.group) != (to in law.group):
            held = tick(law, cell.state, *held, to)
        clocks.append(held[0])
        aways.append(held[1])
    ends = chain.programme is not None and cell.mark > 0 and to in chain.programme.ends_in
    mark = OVER if ends else cell.mark
    return Cell(to, count_from(chain, clocks), count_from(chain, aways), mark, cell.before)


def first_cell(chain: Chain, place: tuple) -> Cell:
    """The cell of a start or an arrival: (state,), (state, clock) or (state, clock, away)."""
    state, clock, away = (*place, 0, 0)[:3]
    if state not in chain.states:
        raise ValueError(f"nobody can start in {state!r}")
    clocks, aways = [], []
    for law, held, gone in zip(
        chain.clocks, counts_of(chain, clock), counts_of(chain, away), strict=True
    ):
        if state in law.group and held < 1:
            raise ValueError(f"{state} is in a clock group, so its clock is at least 1")
        if gone > 0 and law.within is not None:
            raise ValueError("a window needs the steps away one by one: start with away = 0")
        clocks.append(min(held, law.largest_edge))
        aways.append(min(gone, law.away_edge))
    return Cell(state, count_from(chain, clocks), count_from(chain, aways))


def counts_of(chain: Chain, count: Count) -> tuple[int, ...]:
    """One int for each clock of the chain, if any; a plain 0 stands for 0 on all of them."""
    if count == 0 or not chain.clocks:
        return (0,) * len(chain.clocks)
    return count if isinstance(count, tuple) else (count,)


def count_from(chain: Chain, counts: list[int]) -> Count:
    """The opposite way: no clock gives 0, one clock an int, several a tuple."""
    if len(chain.clocks) == 0:
        return 0
    return counts[0] if len(chain.clocks) == 1 else tuple(counts)


def next_cell(chain: Chain, cell: Cell, destination: str | Goal) -> Cell:
    """The cell at the end of a step that led from `cell` to `destination`.

    Where a clock looks back over a window, it remembers as much as can still be looked at.
    """
    life = [*cell.before, cell._replace(before=())]
    window = max((law.within or 0 for law in chain.clocks), default=0)
    remembered = tuple(life[len(life) - min(max(window - 1, 0), len(life)) :])
    return arrive(chain, life, destination)._replace(before=remembered)


def arrive(chain: Chain, life: list[Cell], destination: str | Goal) -> Cell:
    """The next cell of a life, read from the whole life where a clock looks back in a window."""
    cell = life[-1]
    destination, mark = (destination, 0) if isinstance(destination, str) else destination
    clocks, aways = [], []
    for i, law in enumerate(chain.clocks):
        held = [counts_of(chain, past.clock)[i] for past in life[-(law.within or 1) :]]
        clock, away = tick(law, cell.state, held[-1], counts_of(chain, cell.away)[i], destination)
        if law.within is not None:
            states = [past.state for past in life[-law.within :]]
            away = recent_absence(law, [*states, destination], [*held, clock])
        clocks.append(clock)
        aways.append(away)
    return Cell(destination, count_from(chain, clocks), count_from(chain, aways), mark)


# ---- lives --------------------------------------------------------------------------------------


class Coupled(NamedTuple):
    """What a pair does together (`common`) and, with chance `parting`, apart (unnormalised)."""

    common: dict[str, float]
    parting: float
    baseline_only: dict[str, float]
    plan_only: dict[str, float]


def couple(baseline: Mapping[str, float], plan: Mapping[str, float]) -> Coupled:
    """Split two rows of chances over the same destinations into common and own parts.

    A pair that is together has one common past, so that destination states and destination
    cells are one and the same thing here.
    """
    destinations = [*baseline, *(j for j in plan if j not in baseline)]
    b = {j: baseline.get(j, 0.0) for j in destinations}
    p = {j: plan.get(j, 0.0) for j in destinations}
    common = {j: min(b[j], p[j]) for j in destinations}
    baseline_only = {j: max(b[j] - p[j], 0.0) for j in destinations}
    plan_only = {j: max(p[j] - b[j], 0.0) for j in destinations}
    # Never 1 − Σ min: rounding would part people whom nothing parts.
    return Coupled(common, sum(baseline_only.values()), baseline_only, plan_only)


def pick(rng: Any, weights: Mapping[Any, float]) -> Any:
    """One destination, with chance proportional to its weight."""
    left = rng.random() * sum(weights.values())
    chosen = None
    for destination, weight in weights.items():
        if weight > 0:
            chosen = destination
            if left < weight:
                break
            left -= weight
    return chosen  # rounding past the last weight gives the last destination that has one


def walk_alone(
    chain: Chain, rng: Any, steps: int, future: str, start: tuple | None = None, entered: int = 0
) -> list[Cell]:
    """One life in one future: its cells at the ends of steps `entered` … `steps`.

    `rng` needs a method random(); `start` is the chain's first citizen unless it is given.
    """
    life = [first_cell(chain, next(iter(chain.stock)) if start is None else start)]
    for step in range(entered + 1, steps + 1):
        past = [*life[:-1], reformed(chain, life[-1], step)]
        life.append(arrive(chain, past, pick(rng, chances(chain, past[-1], step, future))))
    return life


def walk_pair(
    chain: Chain, rng: Any, steps: int, start: tuple | None = None, entered: int = 0
) -> tuple[list[Cell], list[Cell]]:
    """One citizen in both futures, coupled: (baseline life, plan life), as `walk_alone`."""
    first = first_cell(chain, next(iter(chain.stock)) if start is None else start)
    baseline, plan = [first], [first]
    parted = False
    for step in range(entered + 1, steps + 1):
        past_b, past_p = ([*x[:-1], reformed(chain, x[-1], step)] for x in (baseline, plan))
        b = chances(chain, past_b[-1], step, BASELINE)
        p = chances(chain, past_p[-1], step, PLAN)
        if parted:
            to_baseline, to_plan = pick(rng, b), pick(rng, p)
        else:
            pair = couple(b, p)
            parted = rng.random() < pair.parting
            if parted:
                to_baseline, to_plan = pick(rng, pair.baseline_only), pick(rng, pair.plan_only)
            else:
                to_baseline = to_plan = pick(rng, pair.common)
        baseline.append(arrive(chain, past_b, to_baseline))
        plan.append(arrive(chain, past_p, to_plan))
    return baseline, plan


class Lives(NamedTuple):
    """A citizen of a cohort; a future in which the citizen never arrives has no life (None)."""

    entered: int
    baseline: list[Cell] | None
    plan: list[Cell] | None


def arrivals_of(chain: Chain, step: int) -> list[tuple[Cell, float, float, float]]:
    """(cell, mean together, mean in the baseline alone, mean in the plan alone) of one step."""
    baseline, plan = Counter(), Counter()
    for future, means in ((BASELINE, baseline), (PLAN, plan)):
        for place, mean in chain.arrivals(step, future).items():
            means[first_cell(chain, place)] += mean  # a saturated clock makes places one
    result = []
    for cell in [*baseline, *(c for c in plan if c not in baseline)]:
        b, p = baseline.get(cell, 0.0), plan.get(cell, 0.0)
        result.append((cell, min(b, p), max(b - p, 0.0), max(p - b, 0.0)))
    return result


def walk_cohort(chain: Chain, rng: np.random.Generator, steps: int) -> list[Lives]:
    """Everybody: the citizens at the start and a Poisson number of arrivals in every step."""
    cohort = [Lives(0, *walk_pair(chain, rng, steps, place)) for place in chain.stock.elements()]
    for step in range(1, steps + 1):
        for cell, together, baseline_alone, plan_alone in arrivals_of(chain, step):
            for _ in range(rng.poisson(together)):
                cohort.append(Lives(step, *walk_pair(chain, rng, steps, cell, step)))
            for _ in range(rng.poisson(baseline_alone)):
                life = walk_alone(chain, rng, steps, BASELINE, cell, step)
                cohort.append(Lives(step, life, None))
            for _ in range(rng.poisson(plan_alone)):
                life = walk_alone(chain, rng, steps, PLAN, cell, step)
                cohort.append(Lives(step, None, life))
    return cohort


def head_counts(chain: Chain, cohort: list[Lives], steps: int, future: str) -> np.ndarray:
    """People per state at the end of every step, (steps + 1, states) int64."""
    counts = np.zeros((steps + 1, len(chain.states)), dtype=np.int64)
    for lives in cohort:
        life = lives.baseline if future == BASELINE else lives.plan
        for t, cell in enumerate(life or [], start=lives.entered):
            counts[t, chain.states.index(cell.state)] += 1
    return counts
