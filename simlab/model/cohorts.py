"""Who is there: cohorts, their cells at the start, and those who arrive.

A cohort is a segment, split where the plan tells people apart: those there at the start from
newcomers (``reach``), or the fixed share that is treated. People of a cohort share their
intensities.

A study may write fractions: 0.65 women and 0.35 men, a quarter of them two years on a clock, 30 %
treated. Expected numbers are as they are written. Engines of whole people carry whole ones, rounded
once per draw, so that every total is kept: the parts lie end to end, and each end is rounded half
up. So the groups of a certain number sum to what their numbers sum to, rounded; an uncertain number
is rounded by itself, so that no group moves another; and in a group those whom a plan treats, and
those with so many steps on the clock, sum to the group.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from simlab.kernel.arrays import People
from simlab.model.cells import StateSpace
from simlab.model.dated import by_date
from simlab.model.parameters import Values
from simlab.study.grammar import Citizens
from simlab.study.study import Study
from simlab.study.time import Duration, Unit, units_per


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who share their intensities in both futures.

    treated : for each effect with fixed coverage, whether this cohort is the treated part
    """

    segment: str
    origin: str = "all"  # all, stock, newcomers
    treated: Mapping[int, bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        parts = [self.segment] + ([self.origin] if self.origin != "all" else [])
        parts += [f"effect {e} {'treated' if t else 'untreated'}" for e, t in self.treated.items()]
        return " / ".join(parts)

    @property
    def citizens(self) -> str:
        """Whose random numbers these people have, whatever a plan tells apart: the stock and the
        newcomers of a segment are known by when they come."""
        return replace(self, origin="all").name

    def gets(self, study: Study, number: int) -> bool:
        """Whether an effect reaches this cohort at all."""
        effect = study.form.plan.effect[number]
        if effect.while_ != "everyone" and not self.enrols(study):
            return False
        if effect.segments and self.segment not in effect.segments:
            return False
        if effect.reach != "all" and self.origin != effect.reach:
            return False
        return self.treated.get(number, True)

    def enrols(self, study: Study) -> bool:
        """Whether the plan's programme is open to this cohort."""
        enrolment = study.form.plan.enrolment
        if enrolment is None or (enrolment.segments and self.segment not in enrolment.segments):
            return False
        return enrolment.reach in ("all", self.origin)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many people each group of citizens has at the start.

    of    : group → (draws,)
    whole : whether they are whole people, or expected numbers as the study writes them
    """

    of: Mapping[str, np.ndarray]
    whole: bool

    def of_groups(self, groups: Collection[str]) -> Numbers:
        """Those of some groups alone, rounded as parts of all."""
        of = {name: number for name, number in self.of.items() if name in groups}
        return replace(self, of=of)


def cohorts(study: Study) -> tuple[Cohort, ...]:
    """The cohorts of a study in the order of their names."""
    effects = study.form.plan.effect
    parts = []
    for segment in sorted({g.segment for g in study.form.citizens.values()}):
        here = [i for i, e in enumerate(effects) if not e.segments or segment in e.segments]
        split = any(effects[i].reach != "all" for i in here) or _enrols_apart(study, segment)
        fixed = [i for i in here if effects[i].coverage_is == "fixed"]
        for origin in ("stock", "newcomers") if split else ("all",):
            for treated in itertools.product((True, False), repeat=len(fixed)):
                parts.append(Cohort(segment, origin, dict(zip(fixed, treated, strict=True))))
    return tuple(sorted(parts, key=lambda c: c.name))


def _enrols_apart(study: Study, segment: str) -> bool:
    """Whether a programme is open to only the stock, or only the newcomers, of a segment."""
    enrolment = study.form.plan.enrolment
    if enrolment is None or enrolment.reach == "all":
        return False
    return not enrolment.segments or segment in enrolment.segments


def clock_start(study: Study, group: Citizens) -> dict[int, float]:
    """Steps on the clock at the start, with shares; 1 where nothing is said."""
    for unit, shares in group.on_clock.items():
        return _in_steps(study, shares, unit)
    return {1: 1.0}


def _in_steps(study: Study, shares: dict[int, float], unit: Unit) -> dict[int, float]:
    steps: dict[int, float] = {}
    for length, share in shares.items():
        k = Duration(length, unit).whole_steps(study.form.step)
        steps[k] = steps.get(k, 0.0) + share
    return steps


def arrival_clock(study: Study, group: Citizens) -> dict[int, float]:
    if group.arrivals_months_on_clock is not None:
        return _in_steps(study, group.arrivals_months_on_clock, "month")
    return {1: 1.0}


def starts(study: Study) -> list[tuple[str, int]]:
    """(state, steps on the clock) of everyone at the start and of everyone who arrives."""
    cells = []
    for name, group in sorted(study.form.citizens.items()):
        for clocks in (clock_start(study, group), arrival_clock(study, group)):
            cells += [(group.state or name, clock) for clock in clocks]
    return list(dict.fromkeys(cells))


def people(
    study: Study,
    space: StateSpace,
    cohort: Cohort,
    values: Values,
    ratios: Mapping[str, np.ndarray],
    numbers: Numbers,
    steps: int,
) -> People:
    """The people of a cohort, part of the ``numbers`` that each group has at the start.

    ``ratios`` are the plan's (draws, steps) factors on arrivals, of as many steps as are led.
    """
    there = people_at_start(study, space, cohort, values, numbers)
    arrive: dict[int, np.ndarray] = {}
    arrive_plan: dict[int, np.ndarray] = {}
    lower, upper = _bounds(study, cohort, values)
    for name, group in sorted(study.form.citizens.items()):
        if group.segment == cohort.segment and cohort.origin != "stock":
            mean = arrivals(study, name, group, values)
            if mean is None:
                continue
            mean = mean[:, :steps] * (upper - lower)[:, None]
            for clock, part in arrival_clock(study, group).items():
                cell = space.index[space.first(group.state or name, clock)]
                arrive[cell] = arrive.get(cell, 0) + part * mean
                planned = part * mean * ratios[name] if name in ratios else part * mean
                arrive_plan[cell] = arrive_plan.get(cell, 0) + planned
    if not arrive:
        return there
    futures = [arrive, arrive_plan] if ratios else [arrive]
    return there._replace(
        entry_cells=np.array(list(arrive), dtype=np.int64),
        arrivals=np.stack([_side_by_side(future) for future in futures]),
    )


def people_at_start(
    study: Study, space: StateSpace, cohort: Cohort, values: Values, numbers: Numbers
) -> People:
    """Those of a cohort who are there at the start; nobody arrives."""
    start: dict[int, np.ndarray] = {}
    for name, clock, count in stock(study, cohort, values, numbers):
        cell = space.index[space.first(study.form.citizens[name].state or name, clock)]
        start[cell] = start.get(cell, 0) + count
    return People(
        np.array(list(start), dtype=np.int64),
        np.stack(list(start.values()), axis=1) if start else np.zeros((values.draws, 0)),
        np.zeros(0, dtype=np.int64),
        np.zeros((1, values.draws, study.timeline.steps, 0)),
    )


def scale_of_people(study: Study, number: int) -> float:
    """The share of those whom an effect covers by thinning that the plan's scale leaves.

    Fixed people are fewer from the start, the enrolled by their intake, and caseworkers by posts.
    """
    effect = study.form.plan.effect[number]
    thinned = effect.coverage_is == "thinning" and effect.while_ == "everyone"
    return study.form.plan.scale if thinned and effect.hazard_ratio_per_halving is None else 1.0


def _side_by_side(of_cell: dict[int, np.ndarray]) -> np.ndarray:
    """(draws, steps, cells), in one order in memory: each order is compiled for anew."""
    return np.ascontiguousarray(np.stack(list(of_cell.values()), axis=2))


def stock(
    study: Study, cohort: Cohort, values: Values, numbers: Numbers
) -> Iterator[tuple[str, int, np.ndarray]]:
    """(group, steps on the clock, (draws,) people) of each part of a cohort at the start."""
    if cohort.origin == "newcomers":
        return
    rounded = half_up if numbers.whole else np.asarray
    lower, upper = _bounds(study, cohort, values)
    for name, group in sorted(study.form.citizens.items()):
        if group.segment == cohort.segment and name in numbers.of:
            number = rounded(numbers.of[name] * upper) - rounded(numbers.of[name] * lower)
            for clock, count in _split(number, clock_start(study, group), rounded):
                yield name, clock, count


@dataclass(frozen=True, slots=True)
class Carried:
    """A part of the people at the start that whole people cannot hold as it is written.

    clock : the steps on it, 0 where all of the group have the same
    """

    group: str
    clock: int
    cohort: Cohort
    written: float
    whole: int


def carried(study: Study) -> list[Carried]:
    """What engines of whole people carry, where it is not what the study writes; figures at their
    means. That an uncertain number is rounded once per draw is not told."""
    values, parts = Values.at_means(study), []
    numbers = [one.number for one in study.form.citizens.values() if one.number is not None]
    values = values.replaced({n.path: half_up(values[n]) for n in numbers if n.is_uncertain})
    as_written, whole = (at_start(study, values, whole=one) for one in (False, True))
    for cohort in cohorts(study):
        both = zip(
            stock(study, cohort, values, as_written), stock(study, cohort, values, whole),
            strict=True,
        )  # fmt: skip
        for (name, clock, written), (_, _, people) in both:
            if abs(written[0] - people[0]) > 1e-9 * max(written[0], 1.0):
                alike = len(clock_start(study, study.form.citizens[name])) == 1
                parts.append(
                    Carried(name, 0 if alike else clock, cohort, float(written[0]), int(people[0]))
                )
    return parts


def groups_of(study: Study, names: Sequence[str]) -> set[str]:
    """The groups of citizens that have these names, or start in these states; all without names."""
    known = {*study.names.states, *study.names.groups}
    states = {state for name in names if name in known for state in study.names.expand(name)}
    return {
        name
        for name, group in study.form.citizens.items()
        if not names or name in names or (group.state or name) in states
    }


def half_up(numbers: np.ndarray) -> np.ndarray:
    """Rounded to whole numbers, a half to the next."""
    return np.floor(numbers + 0.5)


def mean_at_start(study: Study) -> float:
    """How many people are there at the start, in the mean."""
    numbers = (group.number for group in study.form.citizens.values())
    return float(sum(number.mean() for number in numbers if number))


def at_start(study: Study, values: Values, *, whole: bool) -> Numbers:
    """How many of each group are there at the start."""
    people, end = {}, 0.0
    for name, group in sorted(study.form.citizens.items()):
        if group.number is None:
            continue
        number = values[group.number]
        if whole and group.number.is_uncertain:
            number = half_up(number)
        elif whole:
            begin, end = end, end + group.number.mean()
            ends = half_up(np.array([begin, end]))
            number = np.full(values.draws, ends[1] - ends[0])
        people[name] = number
    return Numbers(people, whole)


def _bounds(study: Study, cohort: Cohort, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """(draws,) each: the part of a segment that is in this cohort, from a share to a share of it.

    The treated and untreated parts of a segment lie end to end from 0 to 1, so that whole parts,
    rounded at their ends, sum to the whole.
    """
    upper = np.zeros(values.draws)
    fixed = list(cohort.treated)
    for part in itertools.product((True, False), repeat=len(fixed)):
        share = np.ones(values.draws)
        for number, treated in zip(fixed, part, strict=True):
            effect = study.form.plan.effect[number]
            assert effect.coverage is not None
            coverage = values[effect.coverage] * study.form.plan.scale
            share = share * (coverage if treated else 1.0 - coverage)
        lower = upper
        upper = lower + share if any(part) else np.ones(values.draws)
        if part == tuple(cohort.treated.values()):
            return lower, upper
    raise AssertionError("a cohort is one of the parts of its segment")


def _split(
    number: np.ndarray, shares: dict[int, float], rounded: Callable[[np.ndarray], np.ndarray]
) -> Iterator[tuple[int, np.ndarray]]:
    """Parts by time on the clock, their ends ``rounded``, which sum to the number."""
    before, reached = np.zeros_like(number), 0.0
    last = len(shares) - 1
    for k, (clock, share) in enumerate(shares.items()):
        reached += share
        upto = number if k == last else rounded(number * reached)
        yield clock, upto - before
        before = upto


def arrivals(study: Study, name: str, group: Citizens, values: Values) -> np.ndarray | None:
    """(draws, steps) the mean number that arrives in each step, None if nobody does."""
    timeline = study.timeline
    for unit, varying in group.arrivals.items():
        mean = by_date(study, values, varying) * units_per(study.form.step, unit)
        states = study.form.states
        closed = states[group.state or name].closed if isinstance(states, dict) else None
        if closed is not None:
            mean[:, timeline.first_step_from(closed) - 1 :] = 0.0
        if group.arrivals_trend_per_year is not None:
            trend = values[group.arrivals_trend_per_year]
            years = np.arange(timeline.steps) / timeline.steps_per_year
            mean *= np.maximum(1.0 + trend, 0.0)[:, None] ** years[None, :]
        return mean
    return None
