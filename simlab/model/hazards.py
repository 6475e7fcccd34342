"""The intensities of a block of draws, factor by factor, for each cohort and both futures.

    a[d, t, r] = base[d, epoch, r] · trend · business cycle · (in the plan: the effects)

Rates that share their factors share a column, so a block holds a few columns instead of an
intensity for every draw, step and rate. Effects on chances (multipliers as published models use
them) act after the chances of a row are known; what they take goes to staying. Closed moves come
last, so that whatever acts on a move acts on those who would have made it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import numpy as np

from simlab.kernel.arrays import Hazards, People
from simlab.model import cycle as business_cycle
from simlab.model.block import CohortModel, CompiledStudy
from simlab.model.cohorts import (
    Cohort,
    at_start,
    clock_start,
    groups_of,
    people,
    scale_of_people,
)
from simlab.model.deterministic import Reach, mixed
from simlab.model.effects import Component, active, own_key, strength, trial_ratio
from simlab.model.enrolment import BITS, shares, steps_in_programme
from simlab.model.parameters import FoundRatios, Values
from simlab.model.rows import CERTAIN
from simlab.model.transition_tables import made_as, table
from simlab.study.grammar import Effect, While

WAY = "way "  # names the factors that are shares of people who go a second way
MIXED = "mixed "  # names all factors of a rate in a row that is certain for some (`deterministic`)


class Columns:
    """Which factors multiply in which column; column 0 is the empty product."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, ...], int] = {(): 0}

    def of(self, names: tuple[str, ...]) -> int:
        return self.keys.setdefault(names, len(self.keys))

    def __len__(self) -> int:
        return len(self.keys)


class DrawnFactors:
    """What all cohorts of a block share: parameters, the cycle, tables, and effects in time.

    steps : as many of the first as are asked for, all without it
    """

    def __init__(
        self,
        compiled: CompiledStudy,
        values: Values,
        cycle: str | None,
        *,
        whole: bool,
        steps: int | None = None,
    ):
        self.compiled, self.values, self.study = compiled, values, compiled.study
        self.numbers = at_start(self.study, values, whole=whole)
        self.tables = compiled.tables
        self.steps = compiled.steps if steps is None else steps
        self.epoch_of = compiled.tables.epoch_of[: self.steps]
        self.effects = self.study.form.plan.effect
        found = values.found
        self.found = found if found is not None else FoundRatios.none([], values.draws)
        self.capped = self.found.capped.copy()
        self.base, self.scaled = table(self.tables, compiled.baseline_rows, values)
        self.base_plan = self.base
        if compiled.plan_rows != compiled.baseline_rows:
            self.base_plan, over = table(self.tables, compiled.plan_rows, values)
            self.scaled |= over
        numbers = range(len(self.effects))
        led = slice(self.steps)
        self.strength = {i: strength(self.study, i, values)[:, led] for i in numbers}
        self.active = {i: active(self.study, i, values)[:, led] for i in numbers}
        self.unresolve()
        self.shared = self._trends() | self._cycles(cycle)
        self._shared_by: list[list[str]] = [[] for _ in self.tables.rates]
        for name, (rates, _) in self.shared.items():
            for r in rates:
                self._shared_by[r].append(name)
        self.made_as = made_as(self.tables)
        self.turning = self.tables.turning

    def unresolve(self) -> None:
        """Coverage, and who goes a second way, before numbers of people are known."""
        self.coverage = {i: self._coverage(i) for i in range(len(self.effects))}
        self.shares = shares(self.study, self.values)[:, : self.steps]

    def rates(self, patterns: list[str], whom: While = "everyone") -> np.ndarray:
        """The rates of the moves that some patterns name."""
        return self.tables.columns(tuple(patterns), whom)

    def shared_by(self, r: int) -> list[str]:
        """The factors of a rate that no effect makes."""
        return self._shared_by[r]

    def _coverage(self, number: int) -> np.ndarray:
        effect = self.effects[number]
        share = np.ones(self.values.draws)
        if effect.coverage is not None and effect.coverage_is == "thinning":
            share = self.values[effect.coverage]
        share = share * scale_of_people(self.study, number)
        return np.repeat(share[:, None], self.steps, axis=1)

    def _trends(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Name → the rates it acts on, and its (draws, steps) factor."""
        years = np.arange(self.steps) / self.study.timeline.steps_per_year
        trends = {}
        for pattern, quantity in self.study.form.trend_per_year.items():
            trend = self.values[quantity]
            factor = np.maximum(1.0 + trend, 0.0)[:, None] ** years[None, :]
            trends[f"trend {pattern}"] = (self.rates([pattern]), factor)
        return trends

    def _cycles(self, stream: str | None) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        cycle = self.study.form.business_cycle
        if cycle is None or stream is None:
            return {}
        x = business_cycle.path(self.study, self.values, stream)
        sd = self.values[cycle.sd]
        cycles = {}
        for pattern, quantity in cycle.loading.items():
            factor = business_cycle.multiplier(x, self.values[quantity], sd)[:, : self.steps]
            cycles[f"cycle {pattern}"] = (self.rates([pattern]), factor)
        return cycles


class HazardBuilder:
    """What makes the hazards of one cohort, step by step where it depends on numbers of people."""

    def __init__(self, drawn: DrawnFactors, cohort: Cohort):
        self.drawn, self.cohort = drawn, cohort
        self.levels = self._levels()
        self.ratio = self._segment_ratio()
        self.base = self._of_segment(drawn.base)
        same = drawn.base_plan is drawn.base
        self.base_plan = self.base if same else self._of_segment(drawn.base_plan)
        self.components: dict[str, Component] = {}
        self.on_rate: dict[int, list[str]] = {}
        self.on_chance: dict[int, list[str]] = {}
        arrivals: dict[str, np.ndarray] = {}
        for number in range(len(drawn.effects)):
            if cohort.gets(drawn.study, number):
                self._effect(number, arrivals)
        self._arrivals = arrivals
        self.mixed = self._rows_that_are_certain()
        self._columns: list[tuple[Hazards, Columns, Columns]] = []
        baseline = plan = self._hazards(self.base, {}, {})
        if self.base_plan is not self.base or self.on_rate or self.on_chance:
            plan = self._hazards(self.base_plan, self.on_rate, self.on_chance)
        self.laws = baseline, plan

    @cached_property
    def people(self) -> People:
        """Who is there, and who arrives in each future."""
        drawn, space = self.drawn, self.drawn.compiled.space
        return people(
            drawn.study,
            space,
            self.cohort,
            drawn.values,
            self._arrivals,
            drawn.numbers,
            drawn.steps,
        )

    def model(self) -> CohortModel:
        """The cohort, when what its hazards depend on is known for all steps."""
        self.fill(slice(None))
        return CohortModel(
            self.cohort, self.laws, self.people, self.components, tuple(sorted(self.on_rate)),
        )  # fmt: skip

    # ── the segment ──

    def _segment_ratio(self) -> np.ndarray | None:
        body = self.drawn.study.form.segments.get(self.cohort.segment)
        ratios = body.hazard_ratio if body is not None else {}
        if not ratios and not self.levels:
            return None
        ratio = np.ones((self.drawn.values.draws, len(self.drawn.tables.rates)))
        for pattern, quantity in ratios.items():
            ratio[:, self.drawn.rates([pattern])] *= self.drawn.values[quantity][:, None]
        for name, rates in self.levels.items():
            ratio[:, rates] *= self.drawn.found.level[name][:, None]
        return ratio

    def _levels(self) -> dict[str, np.ndarray]:
        """Share at a date → the rates whose level gives it to this cohort's segment."""
        drawn, form = self.drawn, self.drawn.study.form
        return {
            share.name: drawn.rates(share.moves)
            for share in form.shares
            if any(
                form.citizens[group].segment == self.cohort.segment
                for group in groups_of(drawn.study, share.of)
            )
        }

    def _of_segment(self, base: np.ndarray) -> np.ndarray:
        return base if self.ratio is None else base * self.ratio[:, None, :]

    @property
    def hangs_on_levels(self) -> bool:
        """Whether what the effects do is found from the levels, and not merely beside them."""
        effects = self.drawn.effects
        own = {component.effect for component in self.components.values()}
        found = any(effects[i].given or effects[i].at for i in own)
        return bool(self.levels) and (found or bool(self.mixed))

    def take_levels(self) -> None:
        """Take the levels of the shares at a date as they are now, in both futures."""
        if self.levels:
            self.ratio = self._segment_ratio()
            baseline, plan = self.laws
            baseline.base[:] = self._of_segment(self.drawn.base)
            if plan.base is not baseline.base:
                plan.base[:] = self._of_segment(self.drawn.base_plan)

    # ── the effects ──

    def take_effects(self) -> None:
        """Take the hazard ratios of the shares at a date as they are now."""
        for number, effect in enumerate(self.drawn.effects):
            component = self.components.get(own_key(self.drawn.study, number))
            if effect.share is not None and component is not None:
                component.log_ratio[:] = self._log_of_share(effect)

    def _log_of_share(self, effect: Effect) -> np.ndarray:
        assert effect.share is not None
        ratio = np.log(self.drawn.found.effect[effect.share])
        return -ratio if effect.inverse else ratio

    def _effect(self, number: int, arrivals: dict[str, np.ndarray]) -> None:
        drawn, effect = self.drawn, self.drawn.effects[number]
        own, w = own_key(drawn.study, number), drawn.strength[number]
        if effect.arrivals_ratio is not None:
            ratio = drawn.values[effect.arrivals_ratio]
            factor = Component(np.log(ratio), w, number).value(slice(None), drawn.coverage[number])
            for name in effect.arrivals:
                arrivals[name] = arrivals.get(name, 1.0) * factor
        elif effect.hazard_ratio is not None:
            ratio = drawn.values[effect.hazard_ratio]
            rates = drawn.rates(effect.moves, effect.while_)
            self._act(own, Component(np.log(ratio), w, number), rates)
        elif effect.share is not None:
            rates = drawn.rates(effect.moves, effect.while_)
            self._act(own, Component(self._log_of_share(effect), w, number), rates)
        elif effect.chance_ratio is not None:
            ratio = drawn.values[effect.chance_ratio]
            rates = drawn.rates(effect.moves, effect.while_)
            self._act(own, Component(np.log(ratio), w, number), rates, on=self.on_chance)
        elif effect.hazard_ratio_per_halving is not None:
            ratio = drawn.values[effect.hazard_ratio_per_halving]
            halvings = np.zeros_like(w)
            component = Component(np.log(ratio), w, number, halvings=halvings)
            self._act(own, component, drawn.rates(effect.moves, effect.while_))
        elif number in drawn.compiled.effect_rows:
            self._replacement(number)
        else:
            self._trial(number)

    def _act(
        self,
        name: str,
        component: Component,
        rates: np.ndarray,
        on: dict[int, list[str]] | None = None,
    ) -> None:
        self.components[name] = component
        for r in rates:
            (self.on_rate if on is None else on).setdefault(int(r), []).append(name)

    def _replacement(self, number: int) -> None:
        """A value that replaces the baseline's: a ratio for each rate of the rows concerned."""
        drawn, own = self.drawn, own_key(self.drawn.study, number)
        wanted, over = table(drawn.tables, drawn.compiled.effect_rows[number], drawn.values)
        drawn.scaled |= over
        wanted, before = self._of_segment(wanted), self.base_plan
        acting = drawn.tables.status & BITS[drawn.effects[number].while_]
        acted_on = acting == BITS[drawn.effects[number].while_]
        fresh = (before == 0) & (wanted > 0) & acted_on
        if fresh.any():  # the move is impossible without the effect: its strength is the factor
            self.base_plan = np.where(fresh, wanted, before)
        both = (before > 0) & (wanted > 0)
        ratio = np.where(both, wanted / np.where(both, before, 1.0), 1.0)
        log_ratio = np.where((before > 0) & (wanted == 0), -np.inf, np.log(ratio))
        epoch = drawn.epoch_of
        origins = set(drawn.study.effect_rows[number])
        for r, (origin, _) in enumerate(drawn.tables.rates):
            if origin in origins and acted_on[r]:
                component = Component(
                    log_ratio[:, epoch, r], drawn.strength[number], number, fresh[:, epoch, r]
                )
                self._act(f"{own} rate {r}", component, np.array([r]))

    def _trial(self, number: int) -> None:
        """A risk ratio or percentage points at n steps: a hazard ratio for each origin."""
        drawn, effect = self.drawn, self.drawn.effects[number]
        own, points = own_key(drawn.study, number), effect.percentage_points is not None
        written = effect.percentage_points if points else effect.risk_ratio
        assert written is not None
        target = drawn.values[written]
        rates, base = drawn.rates(effect.moves), self.base[:, 0, :]
        closed = np.flatnonzero((drawn.made_as < 0)[:1].any(axis=0))
        acting = drawn.rates(effect.moves, effect.while_)
        for origin in dict.fromkeys(drawn.tables.rates[r][0] for r in rates):
            paths = self._paths(origin, self._trial_steps(number))
            treated = self._treated_steps(number)
            h, capped = trial_ratio(
                drawn.tables, base, rates, paths, treated, target, closed, points=points
            )
            drawn.capped |= capped
            here = np.array([r for r in acting if drawn.tables.rates[r][0] == origin])
            component = Component(np.log(h), drawn.strength[number], number)
            self._act(f"{own} from {origin}", component, here)

    def _trial_steps(self, number: int) -> int:
        (length,) = self.drawn.effects[number].at
        return length.whole_steps(self.drawn.study.form.step)

    def _treated_steps(self, number: int) -> int:
        """For how many steps of its trial an effect acts: until a programme of its own ends."""
        length, enrolment = self._trial_steps(number), self.drawn.study.form.plan.enrolment
        if self.drawn.effects[number].while_ != "enrolled" or enrolment is None:
            return length
        return min(length, steps_in_programme(self.drawn.study, enrolment))

    def _paths(self, origin: str, steps: int) -> list[tuple[float, np.ndarray]]:
        """(share of people, the classes they pass in ``steps`` of staying) from the start."""
        compiled, study = self.drawn.compiled, self.drawn.study
        shares: dict[int, float] = {}
        for name, group in study.form.citizens.items():
            if (group.state or name) == origin and group.segment == self.cohort.segment:
                size = 1.0 if group.number is None else max(group.number.mean(), 1e-9)
                for clock, share in clock_start(study, group).items():
                    shares[clock] = shares.get(clock, 0.0) + share * size
        shares = shares or {1: 1.0}
        total = sum(shares.values())
        space, paths = compiled.space, []
        for clock, share in shares.items():
            cell = space.first(origin, clock)
            position, classes = space.index.get(cell), []
            if position is None:  # nobody starts there: the cell entered first stands for it
                position = next(i for i, c in enumerate(space.cells) if c[0] == origin)
            for _ in range(steps):
                classes.append(compiled.cells.class_of[position])
                position = compiled.cells.stay[position]
            paths.append((share / total, np.array(classes)))
        return paths

    # ── columns of factors ──

    def _hazards(
        self,
        base: np.ndarray,
        on_rate: Mapping[int, list[str]],
        on_chance: Mapping[int, list[str]],
    ) -> Hazards:
        drawn = self.drawn
        factors, chances, factor_of, chance_of = self._columns_of(on_rate, on_chance)
        size = (drawn.values.draws, drawn.steps)
        hazards = Hazards(
            np.ascontiguousarray(base),
            drawn.epoch_of,
            _to_be_filled(*size, len(factors)),
            factor_of,
            _to_be_filled(*size, len(chances)),
            chance_of,
            drawn.made_as,
        )
        self._columns.append((hazards, factors, chances))
        return hazards

    def _columns_of(
        self, on_rate: Mapping[int, list[str]], on_chance: Mapping[int, list[str]]
    ) -> tuple[Columns, Columns, np.ndarray, np.ndarray]:
        """What multiplies in which column of the factors and of the chances, and the column of
        each rate : (rates,) in both."""
        drawn, certain = self.drawn, frozenset(self.mixed if on_rate else ())
        plan = bool(on_rate or on_chance)
        key = (self.cohort.name, plan, certain, frozenset(drawn.shared))
        if key not in drawn.tables.known:
            factors, chances = Columns(), Columns()
            factor_of, chance_of = np.zeros((2, len(drawn.tables.rates)), dtype=np.int64)
            for r in range(len(factor_of)):
                if r in drawn.turning:
                    chance_of[r] = -factors.of((f"{WAY}{drawn.turning[r]}",))
                    continue
                own = (*drawn.shared_by(r), *on_rate.get(r, ()))
                factor_of[r] = factors.of((f"{MIXED}{r}",) if r in certain else own)
                chance_of[r] = chances.of(tuple(on_chance.get(r, ())))
            drawn.tables.known[key] = (factors, chances, factor_of, chance_of)
        found: tuple[Columns, Columns, np.ndarray, np.ndarray] = drawn.tables.known[key]
        return found

    def fill(self, t: slice, changed: Collection[str] | None = None) -> None:
        """Fill the factors of the steps ``t`` from what is known of coverage by then; or only those
        in which an effect has ``changed`` its strength."""
        for hazards, factors, chances in self._columns:
            for columns, out in ((factors, hazards.factor), (chances, hazards.chance)):
                for names, k in columns.keys.items():
                    if names and (changed is None or _hang_on(names, changed)):
                        out[:, t, k] = self._product(names, t)

    def _product(self, names: Iterable[str], t: slice) -> np.ndarray:
        first, *others = (self._value(name, t) for name in names)
        for value in others:
            first = first * value
        return first

    def _value(self, name: str, t: slice) -> np.ndarray:
        if name.startswith(MIXED):
            return self._mixed(int(name.removeprefix(MIXED)), t)
        if name in self.drawn.shared:
            return self.drawn.shared[name][1][:, t]
        if name.startswith(WAY):
            way = self.drawn.shares[:, t, int(name.removeprefix(WAY))]
            return way if self.cohort.enrols(self.drawn.study) else np.zeros_like(way)
        component = self.components[name]
        return component.value(t, self.drawn.coverage[component.effect][:, t])

    # ── rows that are certain ──

    def _rows_that_are_certain(self) -> dict[int, list[int]]:
        """Rate → its row, of each that an effect acts on and that is certain somewhere."""
        row_of: dict[int, list[int]] = {}
        tables = self.drawn.tables
        for row in map(list, tables.rows):
            acting = [self.components[name] for r in row for name in self.on_rate.get(r, ())]
            leaping = (component.leaps(slice(None)).any() for component in acting)
            if acting and ((self.base_plan[:, :, row] >= CERTAIN).any() or any(leaping)):
                row_of |= dict.fromkeys(row, row)
        return row_of

    def _mixed(self, r: int, t: slice) -> np.ndarray:
        """(draws, steps of t) all factors of a rate whose row is certain in some draws or steps."""
        row, epoch = self.mixed[r], self.drawn.epoch_of[t]
        names = {j: self.drawn.shared_by(j) for j in row}
        hazards = [
            self.base_plan[:, epoch, j] * (self._product(names[j], t) if names[j] else 1.0)
            for j in row
        ]
        acting = {self.components[n].effect for j in row for n in self.on_rate.get(j, ())}
        reached = [self._reach(number, row, t) for number in sorted(acting)]
        mixture, certain = mixed(hazards, reached)
        base = self.base_plan[:, epoch, r]
        factor = mixture[row.index(r)] / np.where(base > 0, base, 1.0)
        own = [*names[r], *self.on_rate.get(r, ())]
        return np.where(certain, factor, self._product(own, t) if own else 1.0)

    def _reach(self, number: int, row: list[int], t: slice) -> Reach:
        """What an effect does to a row, those whom it reaches apart."""
        coverage = self.drawn.coverage[number][:, t]
        with_it, without = {j: np.ones_like(coverage) for j in row}, {}
        leaps, share = np.zeros(coverage.shape, dtype=bool), coverage
        own = {
            j: [c for n in self.on_rate.get(j, ()) if (c := self.components[n]).effect == number]
            for j in row
        }
        for component in itertools.chain(*own.values()):
            leaps |= component.leaps(t)
            share = coverage * np.where(leaps, component.strength[:, t], 1.0)
        for j, some in own.items():
            without[j] = np.ones_like(coverage)
            for component in some:
                full = np.where(leaps, 1.0, component.strength[:, t])
                with_it[j] = with_it[j] * component.power(t, full)
                if component.fresh is not None:
                    without[j] = np.where(component.fresh[:, t], 0.0, without[j])
        return Reach(share, [with_it[j] for j in row], [without[j] for j in row])


def _to_be_filled(*shape: int) -> np.ndarray:
    """(draws, steps, columns) of which the first is the empty product."""
    columns = np.empty(shape)
    columns[:, :, 0] = 1.0
    return columns


def _hang_on(names: Collection[str], effects: Collection[str]) -> bool:
    """Whether any of these factors may be made by one of some effects."""
    return any(name in effects or name.startswith(MIXED) for name in names)
