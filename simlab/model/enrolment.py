"""Enrolment: a programme that lasts the same time for each citizen, as one law.

Each citizen carries a mark: 0 never enrolled, m = 1 … M in the m-th step of the programme, then
over. What becomes of the mark is settled as a step begins, before anybody moves; the move of the
step is then made as the new mark has it:

    in an eligible state, mark 0    enrolled, m = 1, with chance e_t; else still 0
    m < M                           drops out with chance d; else m + 1
    m = M                           over

So someone who is enrolled in step t has step t as her first in the programme, and is counted in it
at the ends of the M steps t … t + M − 1. Whoever is enrolled may move in the same step, as an
enrolled citizen does; marks and moves of a step have one joint law (`kernel.transition`). Entering
a state that ends the programme sets the mark to over.

The chance e_t follows from numbers of people as for places and caseload, by forward recursion on
the plan's expected numbers at t − 1, all cohorts together:

    e_t = min(1, min(intake_t, places_t − going on_t) / eligible_{t−1})

going on_t being those in the programme who neither drop out nor have finished. Expected intake and
expected places are so never exceeded. The same e_t holds in both futures, and the baseline's
intensities do not read the mark: enrolment is one shared event, which parts nobody by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simlab.model.dated import lasting, planned
from simlab.model.parameters import Values
from simlab.study.grammar import Enrolment, While
from simlab.study.moves import evidence
from simlab.study.study import Study
from simlab.study.time import Duration

ENROLLED, EVER = 1, 2  # the bits of a status
BITS: dict[While, int] = {"everyone": 0, "enrolled": ENROLLED, "ever_enrolled": EVER}
ONE_WAY, ENROLS, DROPS = 0, 1, 2  # the columns of the shares that go a second way


@dataclass(frozen=True, slots=True)
class Programme:
    """What becomes of the mark. Marks that nothing tells apart are one.

    steps   : M
    phases  : marks that are in the programme: M, or 1 where it outlasts the horizon, or 0 where
              nothing asks who is in it, only who has ever been
    endless : whether it outlasts the horizon
    acts    : state → the bits that effects on moves out of it read
    pays    : state → the bits that money reads in it
    """

    steps: int
    phases: int
    endless: bool
    eligible: frozenset[str]
    ends_in: frozenset[str]
    drops: bool
    acts: Mapping[str, int]
    pays: Mapping[str, int]

    @property
    def over(self) -> int:
        return self.phases + 1

    def goes_on(self, mark: int) -> int:
        """The mark of a step, from the one before, of those who go the first way."""
        if mark == 0 or mark == self.over or self.endless:
            return mark
        return mark + 1

    def turns(self, state: str, mark: int) -> int | None:
        """The mark of those who go the second way as the step begins; None: there is none."""
        if mark == 0:
            return 1 if state in self.eligible else None
        if self.drops and self.goes_on(mark) != self.over:
            return self.over
        return None

    def way(self, state: str, mark: int) -> int:
        """Which share goes the second way."""
        if self.turns(state, mark) is None:
            return ONE_WAY
        return ENROLS if mark == 0 else DROPS

    def status(self, mark: int) -> int:
        """The bits of a mark."""
        if mark == 0:
            return 0
        return EVER if mark == self.over else ENROLLED | EVER

    def entering(self, state: str, mark: int) -> int:
        """The mark at the end of a step that leads to a state (which may be where it began)."""
        return self.over if mark > 0 and state in self.ends_in else mark


def programme(study: Study) -> Programme | None:
    """The programme of a study."""
    enrolment = study.form.plan.enrolment
    if enrolment is None:
        return None
    ends_in = ending_states(study, enrolment)
    acts = _read_by_effects(study)
    pays = _read_by_money(study, enrolment, ends_in)
    asked = any(bits & ENROLLED for bits in (*acts.values(), *pays.values()))
    steps = steps_in_programme(study, enrolment)
    endless = steps >= study.timeline.steps
    phases = 0
    if asked or enrolment.places is not None:
        phases = 1 if endless else steps
    return Programme(
        steps=steps,
        phases=phases,
        endless=endless and phases == 1,
        eligible=frozenset(study.names.expand_all(enrolment.states)),
        ends_in=ends_in,
        drops=enrolment.dropout_per_month is not None and phases > 0,
        acts=acts,
        pays=pays,
    )


def steps_in_programme(study: Study, enrolment: Enrolment) -> int:
    """M, the programme's length in whole steps of the study; in weeks the nearest whole one."""
    return Duration(enrolment.months_in_programme.mean(), "month").whole_steps(study.form.step)


def ending_states(study: Study, enrolment: Enrolment) -> frozenset[str]:
    """The states that end the programme; by default those that nobody leaves."""
    if enrolment.ends_in is not None:
        return frozenset(study.names.expand_all(enrolment.ends_in))
    return study.never_left


def _read_by_effects(study: Study) -> dict[str, int]:
    """State → the bits that effects on moves out of it read."""
    bits: dict[str, int] = {}
    for effect in study.form.plan.effect:
        moves = [m for p in effect.moves for m in study.names.matching(p, study.moves)]
        for origin in {*(origin for origin, _ in moves), *evidence(effect)}:
            bits[origin] = bits.get(origin, 0) | BITS[effect.while_]
    return bits


def _read_by_money(study: Study, enrolment: Enrolment, ends_in: frozenset[str]) -> dict[str, int]:
    """State → the bits that the cost of the enrolled and changed amounts read in it."""
    bits: dict[str, int] = {}
    if enrolment.cost_per_enrolled_per_month is not None:
        bits = dict.fromkeys(set(study.names.states) - ends_in, ENROLLED)
    for amount in study.form.plan.amount:
        for state in study.states_of(amount):
            bits[state] = bits.get(state, 0) | BITS[amount.while_]
    return bits


# ── the numbers of a block of draws ──


def shares(study: Study, values: Values) -> np.ndarray:
    """(draws, steps, 3) the shares that go a second way, those who are enrolled still to be filled.

    Without a programme (draws, steps, 1): nobody goes a second way.
    """
    enrolment = study.form.plan.enrolment
    size = (values.draws, study.timeline.steps)
    if enrolment is None:
        return np.zeros((*size, 1))
    second = np.zeros((*size, 3))
    if enrolment.dropout_per_month is not None:
        chance = values[enrolment.dropout_per_month]
        months = study.timeline.in_step("month")
        with np.errstate(divide="ignore"):  # of a chance of 1, which stays 1
            each = chance if months == 1.0 else -np.expm1(months * np.log1p(-chance))
        second[:, :, DROPS] = each[:, None]
    return second


def intake(study: Study, values: Values) -> np.ndarray:
    """(draws, steps) how many can be enrolled in each step; inf where nothing is said."""
    enrolment = study.form.plan.enrolment
    assert enrolment is not None
    span = enrolment.start, enrolment.until
    if enrolment.intake_per_month is None:
        open_to = np.where(lasting(study, *span), np.inf, 0.0)
        return np.broadcast_to(open_to, (values.draws, len(open_to)))
    a_month = planned(study, values, enrolment.intake_per_month, *span)
    return a_month * study.timeline.in_step("month") * study.form.plan.scale


def places(study: Study, values: Values) -> np.ndarray:
    """(draws, steps) how many can be in the programme at a time; inf where nothing is said."""
    enrolment = study.form.plan.enrolment
    assert enrolment is not None
    if enrolment.places is None:
        return np.full((values.draws, study.timeline.steps), np.inf)
    return planned(study, values, enrolment.places) * study.form.plan.scale


def chance_of_enrolment(
    wanted: np.ndarray, eligible: np.ndarray, going_on: np.ndarray, most: np.ndarray
) -> np.ndarray:
    """e_t : (draws,) from the intake, the eligible, those who go on, and the places."""
    begin = np.clip(np.minimum(wanted, most - going_on), 0.0, None)
    share = np.where(begin < eligible, begin / np.maximum(eligible, 1e-300), 1.0)
    return np.where(begin > 0.0, share, 0.0)
