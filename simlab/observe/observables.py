"""Observables: what can be counted in a simulated municipality as it was counted in a real one.

One small vocabulary (`simlab.study.grammar.published`), computed in one place, from people by step
and state and from the money of a block of draws:

    share         Σ_s x[t, s] / n              people, change    Σ_s x[t, s]
    time          Σ_t Σ_s x[t, s] / n          person_years      Σ_t Σ_s x[t, s]
    saving        Σ_t Σ_k w_k saving[t, k]     balance           less what the plan cost
    payback       the last break-even of the discounted balance

x are the people of one future at the end of a step, n those who are followed. People who are
followed, who "have ever been" somewhere, or of whom a sample was measured, are simulated apart
(`subcohort`); everybody else's heads are the run's own. Money is undiscounted, but for payback;
what an account sets it against is told in `counted`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simlab.finance.cash_flow import CashFlow, worth
from simlab.kernel.summation import sum_in_order, total_over_time
from simlab.observe.counted import Spared, States, effect, level
from simlab.observe.subcohort import Selection, Subcohort, everybody, follow
from simlab.risk.payback import last_break_even
from simlab.study.futures import Future
from simlab.study.grammar import MONEY, Counted, Observable
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per


@dataclass(frozen=True, slots=True)
class Observation:
    """What is counted of an observable in every draw.

    value   : (draws,) in the future that it is about
    without : (draws,) the same in the baseline; nan where it is a difference, or a payback
    effect  : (draws,) what the plan makes of it, where it is a level in the plan's future; else nan
    """

    value: np.ndarray
    without: np.ndarray
    effect: np.ndarray


@dataclass(frozen=True, slots=True)
class Observer:
    """Counts in a block of draws; people who are followed apart are simulated once."""

    cash: CashFlow
    spared: dict[tuple[States, Counted | None], Spared] = field(default_factory=dict)
    followed: dict[tuple[Selection, int], dict[Future, Subcohort]] = field(default_factory=dict)

    def observe(self, observable: Observable) -> Observation:
        """One observable in every draw."""
        nothing = np.full(self.cash.histories.draws, np.nan)
        if observable.measure in MONEY:
            return self._money(observable)
        both = self._subcohorts(observable)
        baseline = _level(self.cash.study, observable, both["baseline"])
        if observable.seen_in == "baseline":
            return Observation(baseline, baseline, nothing)
        plan = _level(self.cash.study, observable, both["plan"])
        if observable.seen_in == "plan":
            return Observation(plan, baseline, plan - baseline)
        if observable.seen_in == "difference":
            return Observation(plan - baseline, nothing, nothing)
        same = np.where(plan > 0, np.inf, 1.0)
        ratio = np.divide(plan, baseline, out=same, where=baseline > 0)
        return Observation(ratio, nothing, nothing)

    def _money(self, observable: Observable) -> Observation:
        """Kr., or years until the money is back, by the effect or as an account counts them."""
        cash, nothing = self.cash, np.full(self.cash.histories.draws, np.nan)
        states = tuple(observable.states)
        made = _money(cash, observable, effect(cash, states))
        if not observable.is_level:
            return Observation(made, nothing, nothing)
        by = states, observable.counted
        if by not in self.spared:
            self.spared[by] = level(cash, observable)
        plan, baseline = self.spared[by]
        value = _money(cash, observable, plan)
        if observable.measure == "payback":
            return Observation(value, nothing, made)
        unplanned = observable.model_copy(update={"measure": "saving"})  # without what it costs
        return Observation(value, _money(cash, unplanned, baseline), made)

    def _subcohorts(self, observable: Observable) -> dict[Future, Subcohort]:
        """The people of whom an observable speaks."""
        histories, who, last = self.cash.histories, Selection.by(observable), 0
        if who.apart:
            last = max(_last_followed(histories.study), span(histories.study, observable)[1])
        if (who, last) not in self.followed:
            self.followed[who, last] = (
                follow(histories, who, last) if who.apart else everybody(histories)
            )
        return self.followed[who, last]


@once_a_study
def _last_followed(study: Study) -> int:
    """The last step for which any published figure needs people who are followed apart."""
    apart = [figure for figure in study.form.published if Selection.by(figure).apart]
    return max((span(study, figure)[1] for figure in apart), default=1)


def _level(study: Study, observable: Observable, of: Subcohort) -> np.ndarray:
    """(draws,) in one future."""
    people, members = of
    inside = [study.names.states.index(s) for s in study.names.expand_all(observable.states)]
    first, last = span(study, observable)
    since = step_of(study, observable)

    def number(step: int) -> np.ndarray:
        return sum_in_order(people[:, step][:, inside], 1)

    match observable.measure:
        case "share":
            whole = members if observable.of else sum_in_order(people[:, last], 1)
            return np.asarray(number(last) / np.maximum(whole, 1e-300))
        case "people":
            now = number(last).astype(float)
            return now - number(since) if observable.against is not None else now
        case "change":
            return np.asarray(number(last) / np.maximum(number(since), 1e-300) - 1.0)
    steps = total_over_time(sum_in_order(people[:, first : last + 1][:, :, inside], 2).T)
    if observable.measure == "time":
        return np.asarray(steps * units_per(study.form.step, "month") / np.maximum(members, 1e-300))
    total = steps / study.timeline.steps_per_year
    return np.asarray(total / years_of(study, observable) if observable.per_year else total)


def _money(cash: CashFlow, observable: Observable, spared: np.ndarray) -> np.ndarray:
    """(draws,) kr., or years until the money is back; spared : (steps + 1, payers, draws)."""
    study = cash.study
    name, timeline = observable.perspective or study.perspective, study.timeline
    if observable.measure == "payback":
        saving = worth(cash, spared, name)
        net = saving - cash.seen_by(name)[1].T
        return last_break_even(np.cumsum(net, axis=0).T) / timeline.steps_per_year
    first, last = span(study, observable)
    start = 0 if first == 1 else first  # what is paid at the start belongs to the first step
    total = np.zeros(spared.shape[2])
    for payer, weight in study.perspectives[name].weights.items():
        k = cash.payers.index(payer)
        total += weight * total_over_time(spared[start : last + 1, k])
        if observable.measure == "balance":
            total -= weight * total_over_time(cash.spent[start : last + 1, k])
    return total / years_of(study, observable) if observable.per_year else total


def span(study: Study, observable: Observable) -> tuple[int, int]:
    """The first and last step (1 … T) that an observable speaks of; it is read at the last."""
    since = observable.since
    first = 1 if since is None else study.timeline.first_step_from(since)
    return first, observable.last_step(study.timeline)


def years_of(study: Study, observable: Observable) -> float:
    """How long the span is that an observable speaks of."""
    first, last = span(study, observable)
    return (last - first + 1) / study.timeline.steps_per_year


def step_of(study: Study, observable: Observable) -> int:
    """The step that a change is from: the start unless it is told."""
    if observable.against is None:
        return 0
    return study.timeline.step_holding(observable.against)
