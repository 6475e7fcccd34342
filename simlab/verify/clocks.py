"""Clocks by hand: single lives, their time on support counted as the study puts it.

A life is known by its state at the end of each step. Its clock is 1 at the end of the step in which
it enters the group, and one more at each step end inside. On a return the step ends of self-support
within the window, or of this absence where there is no window, are counted: as many as the reset
asks for restart the clock at 1, else it goes on. What the engine's accounts then read on the
reimbursement ladder, and in amounts that depend on time, must be what this clock reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simlab.engine.lives import ABSENT, Followed, followed
from simlab.finance.unit_amounts import reading
from simlab.model.block import Block
from simlab.model.compiled import Compiled, compile_study
from simlab.study.futures import FUTURES
from simlab.study.grammar import Resets
from simlab.study.message import Message
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.study.values import Varying
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact
from simlab.verify.stated import in_step

LIVES = 48
DRAWS = 16


@dataclass(frozen=True, slots=True)
class Reader:
    """A value that depends on the time on a clock, for people in one state."""

    varying: Varying
    unit: str
    state: str


def readers(study: Study) -> list[Reader]:
    """The reimbursements and amounts that depend on time on the state's own clock."""
    every = dict[Reader, None]()
    for payment in study.form.payments.values():
        for key, amount in payment.amount.items():
            for state in study.names.expand(key):
                every[Reader(amount, payment.band_unit, state)] = None
                if payment.reimbursement is not None:
                    rung = study.form.reimbursement[payment.reimbursement]
                    every[Reader(rung.share, rung.per, state)] = None
    return [reader for reader in every if on_own_clock(study, reader)]


def on_own_clock(study: Study, reader: Reader) -> bool:
    """Whether all that a reader asks is the time since the state's group was entered."""
    expand, varying = study.names.expand_all, reader.varying
    own = any(reader.state in expand(clock.states) for clock in study.form.clocks.values())
    return own and varying.is_banded and all(bands.by is None for _, bands in varying.versions)


@check("clocks.ladder", Message("Reimbursement in single lives, time on benefit counted by hand"))
def ladder(case: Case) -> Iterator[Pairs]:
    """What single lives read on the ladder and in amounts by time, against their clock by hand."""
    study = case.asked  # with the window itself, which the engine ``citizens`` remembers
    asked = readers(study)
    if not asked or study.form.convert:
        return
    compiled = compile_study(study)
    block = compiled.block(0, DRAWS)
    accounts, expected, places = [], [], []
    for life in followed(compiled, block, LIVES):
        for future, path in zip(FUTURES, (life.baseline, life.plan), strict=True):
            for t, read, by_hand in _read(compiled, block, life, path, asked):
                accounts.append(read)
                expected.append(by_hand)
                where = {"draw": life.d, "citizen": life.citizen, "future": future, "step": t}
                places.append(where)
    pairs = exact(accounts, expected, "number", Where("place", engine="citizens"), rounding=1e-11)
    yield pairs.placed("place", places)


def _read(
    compiled: Compiled, block: Block, life: Followed, path: np.ndarray, asked: list[Reader]
) -> Iterator[tuple[int, float, float]]:
    """(step, what the engine's account reads, what the clock by hand reads) of one life."""
    study, accounts = compiled.study, compiled.accounts
    there = np.flatnonzero(path != ABSENT)
    if not len(there):
        return
    states = {int(t): accounts[path[t]].state for t in there}
    held = clock_by_hand(compiled, life, states)
    for t in range(max(life.entered, 1), study.timeline.steps + 1):
        when = study.timeline.start_of(t)
        for reader in asked:
            if reader.state == states[t]:
                version = reader.varying.version(when)
                bands, account = reader.varying.versions[version][1], accounts[path[t]]
                read = reading(study, reader.varying, version, [account], reader.unit)
                engine = float(read.of(block.values)[0, life.d])
                values = [float(block.values[band.value][life.d]) for band in bands.bands]
                length = units_per(study.form.step, reader.unit)
                yield t, engine, in_step(bands, values, held[t], length)


def clock_by_hand(compiled: Compiled, life: Followed, states: dict[int, str]) -> dict[int, int]:
    """{step: steps on the clock of the state's own group}, 0 in states without one."""
    study, held = compiled.study, dict.fromkeys(states, 0)
    positions = compiled.space.cells[life.cell][1]
    for (name, clock), position in zip(study.form.clocks.items(), positions, strict=True):
        group = set(study.names.expand_all(clock.states))
        for t, value in _ticks(study, name, group, position[0], life.entered, states).items():
            if states[t] in group:
                held[t] = value
    return held


def _ticks(
    study: Study, name: str, group: set[str], first: int, entered: int, states: dict[int, str]
) -> dict[int, int]:
    """{step: the value of one clock}, frozen outside its group."""
    rule = clock_rule(study, name)
    clock, away = (first if states[entered] in group else 0), list[int]()
    held = {entered: clock}
    for t in range(entered + 1, study.timeline.steps + 1):
        inside, before = states[t] in group, states[t - 1] in group
        if inside and clock > 0 and not before:
            recent = [end for end in away if end >= t - rule.window]
            clock = 1 if len(recent) >= rule.after else clock + 1
            if clock == 1 or not rule.keeps:
                away = []
        elif inside:
            clock += 1
        elif clock > 0 and rule.counts(states[t]):
            away.append(t)
        held[t] = clock
    return held


@dataclass(frozen=True, slots=True)
class ClockRule:
    """When a clock restarts, in steps, as the study writes it.

    after  : steps away that restart it
    window : among so many latest steps
    keeps  : whether earlier absences still count after a return
    """

    after: float
    window: float
    keeps: bool
    support: frozenset[str] | None

    def counts(self, state: str) -> bool:
        return self.support is None or state in self.support


def clock_rule(study: Study, name: str) -> ClockRule:
    """The rule of one clock."""
    clock = study.form.clocks[name]
    if clock.resets is None:
        return ClockRule(1, math.inf, False, None)
    if not isinstance(clock.resets, Resets):
        return ClockRule(math.inf, math.inf, False, None)
    (away,), windows = clock.resets.after, clock.resets.within
    after = away.begun_steps(study.form.step)
    support = clock.resets.self_support
    counted = None if support is None else frozenset(study.names.expand_all(support))
    if not windows or clock.forgets:
        return ClockRule(after, math.inf, False, counted)
    within = windows[0].begun_steps(study.form.step)
    return ClockRule(after, math.inf if clock.forgets is False else within, True, counted)
