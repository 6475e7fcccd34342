"""What multiplies the intensities of a draw, found again: trends, the cycle, the plan's effects.

    trend       (1 + g)^years since the start, not below 0
    the cycle   exp(β x_t − β² sd² / 2), x_1 = sd z_1, x_t = ρ x_{t−1} + √(1 − ρ²) sd z_t, half of
                it left after the half-life; 1 in the mean
    an effect   1 + c (h^w − 1), with its strength w by step (`profile`) and its coverage c
    a trial     h such that the share of those who have made the move at its end is what it found
    enrolment   the share of the eligible who are taken in, and of the enrolled who drop out

The random numbers z are taken as they are, as the values of a draw are; what is made of them is
not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from simlab.model.addresses import key
from simlab.model.block import CohortModel
from simlab.model.cohorts import groups_of
from simlab.model.cycle import uniforms_at
from simlab.model.enrolment import DROPS, ENROLS
from simlab.study.grammar import Effect
from simlab.study.message import Message
from simlab.study.moves import evidence
from simlab.study.time import Duration, units_per
from simlab.verify.case import Case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact
from simlab.verify.ledger import MARKED
from simlab.verify.one_draw import OneDraw, some_draws

BEYOND = 500.0  # an intensity of what is certain, where ratios have no meaning


def _cohorts(case: Case) -> Iterator[tuple[OneDraw, CohortModel, dict[str, Any]]]:
    """The cohorts of a few draws, and where that is."""
    for draw, cohort in itertools.product(some_draws(case), case.block.cohorts):
        yield draw, cohort, {"draw": draw.d, "cohort": cohort.cohort.name}


# ── what both futures share ──


@check("chances.shared", Message("Trends and the business cycle, worked out once more"))
def shared(case: Case) -> Iterator[Pairs]:
    """Trends, the cycle, the segment's ratios and the levels of shares, of every move."""
    for draw, cohort, where in _cohorts(case):
        segment = draw.form.segments.get(cohort.cohort.segment)
        ratios = [
            (pattern, draw.stated[quantity])
            for pattern, quantity in (segment.hazard_ratio if segment else {}).items()
        ]
        ratios += _levels(draw, cohort)
        if not (draw.form.trend_per_year or draw.form.business_cycle or ratios):
            continue
        both = _shared(draw, cohort, ratios)
        yield exact(*both, "relative", Where("rate", "step", **where), scale=1.0)


def _levels(draw: OneDraw, cohort: CohortModel) -> list[tuple[str, float]]:
    """(moves, ratio) of the shares at a date that speak of a cohort's segment."""
    found, study, ratios = draw.case.block.values.found, draw.case.study, []
    for share in study.form.shares:
        assert found is not None
        segments = {study.form.citizens[g].segment for g in groups_of(study, share.of)}
        if cohort.cohort.segment in segments:
            ratios += [(move, float(found.level[share.name][draw.d])) for move in share.moves]
    return ratios


def _shared(
    draw: OneDraw, cohort: CohortModel, ratios: Sequence[tuple[str, float]]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of each move and step what multiplies its evidence, and the same by hand."""
    together, by_hand, factors = [], [], _factors_of_moves(draw)
    rows, study = cohort.laws[0], draw.case.study
    for r, move in enumerate(draw.compiled.tables.rates):
        if move[0] == move[1]:
            continue
        ratio = 1.0
        for pattern, each in ratios:
            if move in study.names.matching(pattern, study.moves):
                ratio *= each
        unit = draw.case.block.base[0][draw.d, rows.epoch, r]
        known = (unit > 0.0) & (unit < BEYOND)
        each = rows.base[draw.d, rows.epoch, r] * rows.factor[draw.d, :, rows.factor_of[r]]
        together.append(np.where(known, each / np.where(known, unit, 1.0), 0.0))
        by_hand.append(np.where(known, ratio * factors[move], 0.0))
    return together, by_hand


def _factors_of_moves(draw: OneDraw) -> dict[tuple[str, str], np.ndarray]:
    """move → (steps,) its trend and its share of the business cycle."""
    study, form, stated = draw.case.study, draw.form, draw.stated
    factors = {move: np.ones(draw.steps) for move in study.moves}
    for pattern, quantity in form.trend_per_year.items():
        growth = max(1.0 + stated[quantity], 0.0)
        years = [t / stated.per_year for t in range(draw.steps)]
        for move in study.names.matching(pattern, study.moves):
            factors[move] = factors[move] * np.array([growth**year for year in years])
    if form.business_cycle is not None:
        x = cycle(draw)
        sd = stated[form.business_cycle.sd]
        for pattern, quantity in form.business_cycle.loading.items():
            beta = stated[quantity]
            each = np.array([math.exp(beta * y - beta**2 * sd**2 / 2.0) for y in x])
            for move in study.names.matching(pattern, study.moves):
                factors[move] = factors[move] * each
    return factors


def cycle(draw: OneDraw) -> list[float]:
    """(steps,) the path of the business cycle."""
    form, stated = draw.form.business_cycle, draw.stated
    assert form is not None
    address, number = key(draw.form.seed, "business cycle"), draw.case.block.values.start + draw.d
    uniforms = uniforms_at(address, range(number, number + 1), draw.steps)[0].tolist()
    normal = [NormalDist().inv_cdf(u) for u in uniforms]
    sd = stated[form.sd]
    half_life = stated[form.half_life_months]
    left = 0.5 ** (units_per(draw.form.step, "month") / half_life)
    path = [sd * normal[0]]
    for z in normal[1:]:
        path.append(left * path[-1] + math.sqrt(1.0 - left**2) * sd * z)
    return path


# ── the plan ──


@check("chances.effects", Message("What the plan does to each move, worked out once more"))
def effects(case: Case) -> Iterator[Pairs]:
    """The factor of every move in the plan, over that in the baseline; and that of its chance."""
    for draw, cohort, where in _cohorts(case):
        acting = [
            (number, effect)
            for number, effect in enumerate(draw.form.plan.effect)
            if draw.reaches(effect, number, cohort) and effect.arrivals_ratio is None
        ]
        if acting:
            both = _multiplied(draw, cohort, acting)
            yield exact(*both, "relative", Where("rate", "step", **where))


def _multiplied(
    draw: OneDraw, cohort: CohortModel, acting: list[tuple[int, Effect]]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of each move and step the factor of its intensity and of its chance; the same by hand."""
    (baseline, plan), tables = cohort.laws, draw.compiled.tables
    factors, by_hand = [], []
    for r, move in enumerate(tables.rates):
        if move[0] == move[1] or cohort.laws[1].base[draw.d, :, _row(draw, r)].max() > BEYOND:
            continue
        intensity, chance = np.ones(draw.steps), np.ones(draw.steps)
        for number, effect in acting:
            marked = MARKED[effect.while_]
            if move not in draw.moves_of(effect) or tables.status[r] & marked != marked:
                continue
            factor = _factor(draw, cohort, number, effect, r)
            if effect.chance_ratio is None:
                intensity = intensity * factor
            else:
                chance = chance * factor
        own = plan.factor[draw.d, :, plan.factor_of[r]]
        factors += [own, plan.chance[draw.d, :, plan.chance_of[r]]]
        by_hand += [baseline.factor[draw.d, :, baseline.factor_of[r]] * intensity, chance]
    return factors, by_hand


def _row(draw: OneDraw, r: int) -> slice:
    """The rates of the class of a rate."""
    first = draw.compiled.tables.rate_first
    k = int(np.searchsorted(first, r, side="right")) - 1
    return slice(first[k], first[k + 1])


def _factor(draw: OneDraw, cohort: CohortModel, number: int, effect: Effect, r: int) -> np.ndarray:
    """(steps,) 1 + c (h^w − 1) of draw effect on draw move."""
    profile, move = draw.profiles[number], draw.compiled.tables.rates[r]
    w, c = np.array(profile.by_step()), draw.coverage[number]
    path, stated = profile.path, draw.stated
    ratio = effect.hazard_ratio or effect.chance_ratio
    if ratio is not None:
        h = np.full(draw.steps, stated[ratio])
    elif effect.share is not None:  # which is put to the test by `shares`
        found = draw.case.block.values.found
        assert found is not None
        each = float(found.effect[effect.share][draw.d])
        h = np.full(draw.steps, 1.0 / each if effect.inverse else each)
    elif effect.hazard_ratio_per_halving is not None:
        h = stated[effect.hazard_ratio_per_halving] ** np.array(draw.relief)
    elif evidence(effect):  # what is written replaces what was: the ratio is that of intensities
        component = cohort.components[f"{path} rate {r}"]
        if component.fresh is not None and component.fresh[draw.d].any():
            return np.where(component.fresh[draw.d], w * c, 1.0)
        h = np.exp(component.log_ratio[draw.d])
    else:
        h = np.full(draw.steps, trial_ratio(draw, cohort, path, move[0]))
    with np.errstate(divide="ignore"):
        return np.where(w > 0.0, 1.0 + c * (h**w - 1.0), 1.0)


def trial_ratio(draw: OneDraw, cohort: CohortModel, path: str, origin: str) -> float:
    """The hazard ratio that was found for a trial, which `trials` puts to the test."""
    return float(np.exp(cohort.components[f"{path} from {origin}"].log_ratio[draw.d]))


@check("chances.trials", Message("The hazard ratio of a trial gives the share that it found"))
def trials(case: Case) -> Iterator[Pairs]:
    """The share of those who have made the move by the end of a trial, with its hazard ratio."""
    for draw, cohort, where in _cohorts(case):
        for number, effect in enumerate(draw.form.plan.effect):
            trial = effect.risk_ratio or effect.percentage_points
            capped = case.block.capped[draw.d]
            if trial is None or not draw.reaches(effect, number, cohort) or capped:
                continue
            path, share = draw.profiles[number].path, draw.stated[trial]
            for origin in sorted({move[0] for move in draw.moves_of(effect)}):
                ratio = trial_ratio(draw, cohort, path, origin)
                before = share_moved(draw, cohort, number, origin, 1.0)
                after = share_moved(draw, cohort, number, origin, ratio)
                goal = before * share if effect.risk_ratio is not None else before + share
                if before > 0.0:
                    yield exact(after, goal, "share", Where(**where))


def share_moved(draw: OneDraw, cohort: CohortModel, number: int, origin: str, h: float) -> float:
    """Of those who start in a state, the share whose first exit is a named move, in a trial's time.

    At reference: the intensities of the first date, without trend and cycle, on the clock.
    """
    effect, step = draw.form.plan.effect[number], draw.form.step
    length = effect.at[0].whole_steps(step)
    treated, enrolment = length, draw.form.plan.enrolment
    if effect.while_ == "enrolled" and enrolment is not None:
        months = enrolment.months_in_programme.mean()
        treated = min(length, Duration(months, "month").whole_steps(step))
    tables, cells, moves = draw.compiled.tables, draw.compiled.cells, draw.moves_of(effect)
    made_as = cohort.laws[0].made_as
    closed = set(np.flatnonzero(made_as[0] < 0).tolist()) if len(made_as) else set()
    total = 0.0
    for cell, weight in draw.cells_of(origin, cohort.cohort.segment).items():
        still = weight
        for n in range(length):
            k = int(cells.class_of[cell])
            a = {
                r: cohort.laws[0].base[draw.d, 0, r]
                * (h if tables.rates[r] in moves and n < treated else 1.0)
                for r in tables.span(k)
            }
            every = sum(a.values())
            leave = 1.0 - math.exp(-every)
            for r, each in a.items():
                if tables.rates[r] in moves and r not in closed and every > 0.0:
                    total += still * leave * each / every
            shut = sum(each for r, each in a.items() if r in closed)
            still *= 1.0 - leave * (1.0 - (shut / every if every > 0.0 else 0.0))
            cell = int(cells.stay[cell])
    return total


# ── the programme ──


@check("chances.intake", Message("Who is enrolled and who drops out, worked out once more"))
def intake(case: Case) -> Iterator[Pairs]:
    """The shares of people who are enrolled, and who drop out, in each step."""
    for draw, cohort, where in _cohorts(case):
        enrolment, turning = draw.form.plan.enrolment, draw.compiled.tables.turning
        if enrolment is None or not turning:
            continue
        none, plan, open_to = np.zeros(draw.steps), cohort.laws[1], draw.enrols(cohort)
        shares = {
            ENROLS: np.array(draw.intake(enrolment)) if open_to else none,
            DROPS: none + draw.dropout(enrolment) if open_to else none,
        }
        turned = [plan.factor[draw.d, :, -plan.chance_of[r]] for r in turning]
        by_hand = [shares[way] for way in turning.values()]
        yield exact(turned, by_hand, "share", Where("rate", "step", **where), scale=1.0)
