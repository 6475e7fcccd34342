"""Shares at a date: the ratios that give the shares of people that a study was told.

Of those there at the start, s(u) is the share that is in some states at the end of step n, as
expected numbers with a ratio e^u on some moves. Two ratios are found for each of ``[[shares]]``, in
every draw:

    s_baseline(g) = without the plan        g on its moves, in both futures
    s_plan(h)     = with the plan           h on the effects that name it, 1/h where inverse

as the plan runs: with its start, delay, ramp, coverage and fading, with trends and dated changes,
and without the business cycle. ``later_months``, ``scale`` and ``effect_years`` ask what another
plan would do with what was found of this one, so they have no part in it. Shares that no ratio
attains are capped and counted.

The odds of the share are nearly a line in the ratio e^u, so that a secant finds it in a few steps;
it is kept within the interval that is known to hold u. A draw's steps depend on nobody beside it.
Several shares compete for the same people: they are found in turn, and, where one undoes the other,
all at once from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from simlab.kernel.arrays import People
from simlab.kernel.forward import lead, tile
from simlab.kernel.summation import sum_in_order
from simlab.model.block import CompiledStudy
from simlab.model.caseload import resolve
from simlab.model.cohorts import at_start, groups_of, people_at_start
from simlab.model.effects import own_key
from simlab.model.hazards import DrawnFactors, HazardBuilder
from simlab.model.parameters import FoundRatios, Values
from simlab.study.futures import FUTURES, Future
from simlab.study.grammar import ShareAtDate

MOST = float(np.log(1e4))  # the log of a ratio beyond which nothing changes any more
NEAR = 1e-11  # on the logit
STEPS = 100
ROUNDS = 3  # of one share after the other, before all are sought at once
NEWTON = 30
SMALL = 1e-6  # for the slopes of Newton's method


def found_ratios(compiled: CompiledStudy, values: Values) -> FoundRatios:
    """The ratios that give a study its shares, in every draw."""
    return _Search(compiled, values).found


def wanted(share: ShareAtDate, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """(draws,) each: the share without the plan and with it, of two of its figures.

    Without anything of the plan, the second is the first. Outside 0 to 1 where the figures of a
    draw do not fit together.
    """
    ratio = np.ones(values.draws) if share.risk_ratio is None else values[share.risk_ratio]
    points = np.zeros(1) if share.percentage_points is None else values[share.percentage_points]
    if share.without_plan is None:
        assert share.with_plan is not None
        with_plan = values[share.with_plan]
        return (with_plan - points) / ratio, with_plan
    without = values[share.without_plan]
    if share.with_plan is not None:
        return without, values[share.with_plan]
    return without, without * ratio + points


Followed = list[tuple[HazardBuilder, People]]  # by cohort, those of whom a share speaks


class _Search:
    """The search for the ratios of some draws."""

    def __init__(self, compiled: CompiledStudy, values: Values):
        shares = compiled.study.form.shares
        self.found = FoundRatios.none([share.name for share in shares], values.draws)
        if values.found is not None:
            self.found = replace(self.found, level=values.found.level)
        last = max(share.last_step(compiled.study.timeline) for share in shares)
        self.compiled, self.values = compiled, values
        known = values.with_found(self.found)
        self.drawn = DrawnFactors(compiled, known, None, whole=False, steps=last)
        self.lumped = compiled.lumped
        self.out = np.empty((values.draws, len(self.lumped.one_of)))
        effects = compiled.study.form.plan.effect
        named = {effect.share for effect in effects}
        self.changing = [
            own_key(compiled.study, k) for k, effect in enumerate(effects) if effect.share
        ]
        self.builders = self._made()
        if values.found is None:
            self._in_turn("baseline", shares)
            self._hold_levels()
        self._in_turn("plan", [s for s in shares if s.of_the_plan and s.name in named])

    def _made(self) -> list[HazardBuilder]:
        return [HazardBuilder(self.drawn, cohort) for cohort in self.compiled.cohorts]

    def _hold_levels(self) -> None:
        """Put the levels that were found into all that hangs on them."""
        if any(builder.hangs_on_levels for builder in self.builders):
            self.builders = self._made()
            return
        for builder in self.builders:
            builder.take_levels()

    def _in_turn(self, future: Future, shares: list[ShareAtDate]) -> None:
        """Find one after the other, while those found first no longer hold."""
        if not shares:
            return
        for builder in self.builders:
            builder.fill(slice(None))
        ratios = self.found.level if future == "baseline" else self.found.effect
        who = {
            share.name: [
                (builder, self.lumped.people(own))
                for builder, own in zip(
                    self.builders, followed(self.compiled, self.values, share), strict=True
                )
                if own.start.any()
            ]
            for share in shares
        }
        capped = np.zeros((len(shares), self.values.draws), dtype=bool)
        for _ in range(ROUNDS):
            moved = False
            for k, share in enumerate(shares):
                ratio, goal = ratios[share.name], wanted(share, self.values)[future == "plan"]
                before = ratio.copy()
                at = partial(self._share_at, future, share, who[share.name], ratio)
                log_ratio, capped[k] = solve(at, goal, np.log(before))
                ratio[:] = np.where(log_ratio == np.log(before), before, np.exp(log_ratio))
                moved = moved or bool((ratio != before).any())
            if not moved or len(shares) == 1:
                break
        else:
            capped = self._together(future, shares, who)
        self.found.capped[:] |= capped.any(axis=0)

    def _together(
        self, future: Future, shares: list[ShareAtDate], who: dict[str, Followed]
    ) -> np.ndarray:
        """Find all of them at once, by Newton's method; (shares, draws) which are missed."""
        ratios = self.found.level if future == "baseline" else self.found.effect
        goals = np.array([wanted(share, self.values)[future == "plan"] for share in shares]).T
        aims, every = _aim(goals), np.ones(len(goals), dtype=bool)

        def off(u: np.ndarray) -> np.ndarray:
            for share, log_ratio in zip(shares, u.T, strict=True):
                ratios[share.name][:] = np.exp(log_ratio)
            found = [self._share(future, s, who[s.name], every) for s in shares]
            return np.array([_logit(share) for share in found]).T - aims

        u = np.log(np.array([ratios[share.name] for share in shares]).T)
        gap, slopes = off(u), np.empty((*u.shape, len(shares)))
        part = np.ones((len(u), 1))  # of Newton's step: less where it leads away
        for _ in range(NEWTON):
            done = (np.abs(gap) <= NEAR).all(axis=1)
            if done.all():
                break
            for k in range(len(shares)):
                slopes[:, :, k] = (off(u + SMALL * np.eye(len(shares))[k]) - gap) / SMALL
            known = np.where(np.isfinite(slopes), slopes, np.eye(len(shares)))
            step = sum_in_order(np.linalg.pinv(known) * np.nan_to_num(gap)[:, None, :], 2)
            tried = np.clip(u - part * np.clip(step, -2.0, 2.0), -MOST, MOST)
            tried_gap = off(tried)
            nearer = np.abs(tried_gap).max(axis=1) < np.abs(gap).max(axis=1)
            taken = (nearer & ~done)[:, None]
            u, gap = np.where(taken, tried, u), np.where(taken, tried_gap, gap)
            part = np.where(taken, np.minimum(2.0 * part, 1.0), 0.25 * part)
        off(u)
        return _missed(gap, goals).T

    def _share_at(
        self,
        future: Future,
        share: ShareAtDate,
        who: Followed,
        ratio: np.ndarray,
        log_ratio: np.ndarray,
        wanted: np.ndarray,
    ) -> np.ndarray:
        """(draws,) the share at another ratio, which takes the place of the one there is."""
        ratio[:] = np.exp(log_ratio)
        return self._share(future, share, who, wanted)

    def _share(
        self, future: Future, share: ShareAtDate, who: Followed, wanted: np.ndarray
    ) -> np.ndarray:
        """(draws,) the share of those followed, with the ratios as they are now; of the ``wanted``
        draws, and no number that means anything in the others."""
        last = share.last_step(self.compiled.study.timeline)
        self._take_ratios(future, last, who)
        states = self.compiled.study.names.expand_all(share.states)
        there = self.lumped.lumps(self.compiled.space.inside(states))
        inside, everybody = np.zeros((2, self.values.draws))
        for builder, own in who:
            hazards = builder.laws[FUTURES.index(future)]
            hazards = hazards._replace(epoch=hazards.epoch[:last])
            workspace = tile(self.lumped.chain.cells, 0, hazards)
            lead(self.lumped.chain, self.lumped.inflow, hazards, own, wanted, workspace, self.out)
            inside += sum_in_order(self.out[:, there], 1)
            everybody += sum_in_order(own.start, 1)
        return inside / np.maximum(everybody, 1e-300)

    def _take_ratios(self, future: Future, last: int, who: Followed) -> None:
        """Put the ratios into the hazards of the first steps, and what hangs on them: of all whose
        numbers count, or of those followed."""
        numbers = future == "plan" and self.compiled.needs_numbers
        builders = self.builders if numbers else [builder for builder, _ in who]
        for builder in builders:
            builder.take_levels() if future == "baseline" else builder.take_effects()
        if numbers:
            self.drawn.unresolve()
            coverage, shares = self.drawn.coverage, self.drawn.shares
            resolve(self.compiled, self.values, builders, coverage, shares)
        elif future == "plan":
            for builder in builders:
                builder.fill(slice(0, last), self.changing)


def followed(compiled: CompiledStudy, values: Values, share: ShareAtDate) -> list[People]:
    """By cohort, the people at the start of whom a share speaks; nobody arrives."""
    study = compiled.study
    numbers = at_start(study, values, whole=False).of_groups(groups_of(study, share.of))
    return [
        people_at_start(study, compiled.space, cohort, values, numbers)
        for cohort in compiled.cohorts
    ]


def solve(
    share: Callable[[np.ndarray, np.ndarray], np.ndarray], goal: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The log of the ratio that gives a share, per draw, and which draws were capped.

    share : the share at a log ratio, that rises with it, in those draws in which it is wanted;
            (draws,) each
    goal, start : (draws,)
    """
    low, high = np.full_like(start, -MOST), np.full_like(start, MOST)
    tried_low, tried_high = np.zeros((2, len(start)), dtype=bool)
    aim = _aim(goal)
    every = np.ones(len(start), dtype=bool)
    u, off = start.copy(), _logit(share(start, every)) - aim
    slope, done = _in_proportion(u, off), np.abs(off) <= NEAR
    before = [np.full_like(u, np.inf)] * 3  # how far off it was, three steps ago and since
    for _ in range(STEPS):
        if done.all():
            break
        below = off < 0.0
        low, high = np.where(below, u, low), np.where(below, high, u)
        tried_low |= below
        tried_high |= ~below
        # odds − goal = e^aim (e^off − 1), of which a line in e^u is drawn through the last two
        x, y = np.exp(u), np.expm1(off)
        step = np.log(np.maximum(x - y / slope, 1e-300))
        middle = 0.5 * (low + high)
        step = np.where(np.abs(off) > 0.25 * before[0], middle, step)  # the line leads nowhere
        before = [*before[1:], np.abs(off)]
        step = np.where(step <= low, np.where(tried_low, middle, low), step)
        step = np.where(step >= high, np.where(tried_high, middle, high), step)
        new = np.where(done, u, step)
        new_off = np.where(done, off, _logit(share(new, ~done)) - aim)
        moved = new != u
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            secant = (np.expm1(new_off) - y) / np.where(moved, np.exp(new) - x, 1.0)
        good = moved & np.isfinite(secant) & (secant > 1e-9)
        slope = np.where(good, secant, _in_proportion(new, new_off))
        ends = (new <= -MOST) & (new_off > 0.0) | (new >= MOST) & (new_off < 0.0)
        u, off = new, new_off
        done |= (np.abs(off) <= NEAR) | ends | (high - low <= 1e-14)
    return u, _missed(off, goal)


def _missed(off: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Which draws' shares are not those wanted; off : on the logit."""
    return (goal <= 0.0) | (goal >= 1.0) | (np.abs(off) > 1e-6)


def _aim(goal: np.ndarray) -> np.ndarray:
    return _logit(np.clip(goal, 1e-12, 1.0 - 1e-12))


def _in_proportion(log_ratio: np.ndarray, off: np.ndarray) -> np.ndarray:
    """The slope of the odds over those wanted, if they were in proportion to the ratio."""
    return np.clip(np.exp(np.clip(off - log_ratio, -MOST, MOST)), 1e-9, None)


def _logit(share: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(share) - np.log1p(-np.minimum(share, 1.0))
