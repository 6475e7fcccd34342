"""Observables: what can be counted in a simulated municipality as it was counted in a real one.

One small vocabulary (`simlab.study.grammar.published`), computed in one place, from people by step
and state and from the money of a block of draws:

    share         Σ_s x[t, s] / n              people, change    Σ_s x[t, s]
    time          Σ_t Σ_s x[t, s] / n          person_years      Σ_t Σ_s x[t, s]
    saving        Σ_t Σ_k w_k saving[t, k]     balance           less what the plan cost
    payback       the last break-even of the discounted balance

x are the people of one future at the end of a step, n those who are followed. People who are
followed, who "have ever been" somewhere, or of whom a sample was measured, are simulated apart
(``followed.py``); everybody else's heads are the run's own. Money is undiscounted, but for payback.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories
from simlab.finance.cash_flow import CashFlow
from simlab.kernel.summation import sum_in_order
from simlab.observe.heads import people
from simlab.observe.subcohort import Seen, follow, measured
from simlab.risk.payback import last_break_even
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import Observable, Published
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.time import units_per


@dataclass(frozen=True, slots=True)
class Measured:
    """An observable in every draw.

    found   : (draws,) in the future that it is about
    without : (draws,) the same in the baseline; nan where it is a difference
    """

    found: np.ndarray
    without: np.ndarray


Known = dict[tuple[object, ...], Seen]  # who is followed, how, in which future


def measure(cash: CashFlow, observable: Observable, known: Known | None = None) -> Measured:
    """One observable in every draw of a block; ``known`` spares following the same people twice."""
    if observable.measure in ("saving", "balance", "payback"):
        found = _money(cash, observable)
        return Measured(found, np.full(len(found), np.nan))
    known = {} if known is None else known
    baseline = _level(cash.study, observable, _seen(cash.histories, observable, "baseline", known))
    if observable.seen_in == "baseline":
        return Measured(baseline, baseline)
    plan = _level(cash.study, observable, _seen(cash.histories, observable, "plan", known))
    if observable.seen_in == "plan":
        return Measured(plan, baseline)
    nothing = np.full(len(plan), np.nan)
    if observable.seen_in == "difference":
        return Measured(plan - baseline, nothing)
    same = np.where(plan > 0, np.inf, 1.0)
    return Measured(np.divide(plan, baseline, out=same, where=baseline > 0), nothing)


def followed_as(observable: Observable) -> tuple[object, ...]:
    """Who is followed, and how; nothing in it where everybody's heads are the run's own."""
    return tuple(observable.of), _ever(observable), _sample(observable)


def _ever(observable: Observable) -> tuple[str, ...]:
    return tuple(observable.states) if observable.ever else ()


def _sample(observable: Observable) -> tuple[int, int] | None:
    return observable.sample if isinstance(observable, Published) else None


def _seen(histories: Histories, observable: Observable, future: Future, known: Known) -> Seen:
    """The people of one future of whom an observable speaks."""
    of, ever, sample = tuple(observable.of), _ever(observable), _sample(observable)
    if not any(followed_as(observable)):
        if ("everybody", future) not in known:
            known |= {("everybody", f): seen for f, seen in all_people(histories).items()}
        return known["everybody", future]
    last = max(_last_followed(histories.study), span(histories.study, observable)[1])
    if sample is None or histories.engine == "expected":
        group = (of or sample is not None, of, ever, last)
        if (*group, future) not in known:
            both = follow(histories, of, ever, last, stock=bool(group[0]))
            known |= {(*group, f): seen for f, seen in both.items()}
        return known[*group, future]
    number = sample[future == "baseline"]
    arm = (of, ever, last, future, number)
    if arm not in known:
        known[arm] = measured(histories, *arm)
    return known[arm]


@once_a_study
def _last_followed(study: Study) -> int:
    """The last step for which any published figure needs people who are followed apart."""
    ends = [span(study, one)[1] for one in study.form.published if any(followed_as(one))]
    return max(ends, default=1)


def all_people(histories: Histories) -> dict[Future, Seen]:
    """Everybody, with those who arrive; members are those at the start and the mean arrivals."""
    members = np.zeros(histories.draws)
    for cohort in histories.block.cohorts:
        members = members + cohort.people.start.sum(axis=1)
        members = members + cohort.people.arrivals.sum(axis=(1, 2))
    return {
        future: Seen(heads, members)
        for future, heads in zip(FUTURES, people(histories), strict=True)
    }


def _level(study: Study, observable: Observable, seen: Seen) -> np.ndarray:
    """(draws,) in one future."""
    people, members = seen
    inside = [study.names.states.index(s) for s in study.names.expand_all(observable.states)]
    first, last = span(study, observable)
    before = sum_in_order(people[:, step_of(study, observable)][:, inside], 1)
    match observable.measure:
        case "share":
            there = members if observable.of else sum_in_order(people[:, last], 1)
            return np.asarray(
                sum_in_order(people[:, last][:, inside], 1) / np.maximum(there, 1e-300)
            )
        case "people":
            there = sum_in_order(people[:, last][:, inside], 1).astype(float)
            return there - before if observable.against is not None else there
        case "change":
            after = sum_in_order(people[:, last][:, inside], 1)
            return np.asarray(after / np.maximum(before, 1e-300) - 1.0)
    steps = sum_in_order(people[:, first : last + 1][:, :, inside], 2).sum(axis=1)
    if observable.measure == "time":
        return np.asarray(steps * units_per(study.form.step, "month") / np.maximum(members, 1e-300))
    years = (last - first + 1) / study.timeline.steps_per_year
    total = steps / study.timeline.steps_per_year
    return np.asarray(total / years if observable.per_year else total)


def _money(cash: CashFlow, observable: Observable) -> np.ndarray:
    """(draws,) kr., or years until the money is back."""
    study = cash.study
    name, timeline = observable.perspective or study.perspective, study.timeline
    if observable.measure == "payback":
        saving, cost = cash.seen_by(name)
        return last_break_even(np.cumsum(saving - cost, axis=1)) / timeline.steps_per_year
    first, last = span(study, observable)
    years = (last - first + 1) / timeline.steps_per_year
    start = 0 if first == 1 else first  # what is paid at the start belongs to the first step
    total = np.zeros(cash.saving.shape[0])
    for payer, weight in study.perspectives[name].weights.items():
        k = cash.payers.index(payer)
        total += weight * cash.saving[:, start : last + 1, k].sum(axis=1)
        if observable.measure == "balance":
            total -= weight * cash.cost[:, start : last + 1, k].sum(axis=1)
    return total / years if observable.per_year else total


def span(study: Study, observable: Observable) -> tuple[int, int]:
    """The first and last step (1 … T) that an observable speaks of; it is read at the last."""
    since = observable.since
    first = 1 if since is None else study.timeline.first_step_from(since)
    return first, observable.last_step(study.timeline)


def step_of(study: Study, observable: Observable) -> int:
    """The step that a change is from: the start unless it is told."""
    if observable.against is None:
        return 0
    return study.timeline.step_holding(observable.against)
