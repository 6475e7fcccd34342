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

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import numpy as np

from simlab.model.addresses import key
from simlab.model.block import CohortModel
from simlab.model.cycle import uniforms_at
from simlab.model.enrolment import DROPS, ENROLS
from simlab.result.certified import Check
from simlab.study.grammar import Effect
from simlab.study.moves import evidence
from simlab.study.time import units_per
from simlab.verify.case import Case, Checks
from simlab.verify.check import absent, exact, worst_of
from simlab.verify.ledger import MARKED
from simlab.verify.one_draw import OneDraw, some_draws

KEYS = ("chances.shared", "chances.effects", "chances.trials", "chances.intake")
BEYOND = 500.0  # an intensity of what is certain, where ratios have no meaning


def checks() -> Checks:
    """Every check of what multiplies the intensities."""
    return {KEYS: multipliers}


def multipliers(case: Case) -> Iterator[Check]:
    """All that multiplies the intensities of a few draws."""
    found: dict[str, list[Check]] = {name: [absent(name)] for name in KEYS}
    for one in some_draws(case):
        for cohort in case.block.cohorts:
            for check in (*_shared(one, cohort), *_effects(one, cohort), *_trials(one, cohort),
                          *_intake(one, cohort)):  # fmt: skip
                found[check.key].append(check)
    for some in found.values():
        yield worst_of(some)


def _where(one: OneDraw, cohort: CohortModel) -> dict[str, Any]:
    return {"draw": one.d, "cohort": cohort.cohort.name}


# ── what both futures share ──


def _shared(one: OneDraw, cohort: CohortModel) -> Iterator[Check]:
    """Trends, the cycle and the segment's ratios, of every move."""
    tables, form = one.compiled.tables, one.form
    segment = form.segments.get(cohort.cohort.segment)
    if not (form.trend_per_year or form.business_cycle or (segment and segment.hazard_ratio)):
        return
    found, expected, factors = [], [], _factors_of_moves(one)
    rows = cohort.baseline
    for r, move in enumerate(tables.rates):
        if move[0] == move[1]:
            continue
        ratio = 1.0
        for pattern, quantity in (segment.hazard_ratio if segment else {}).items():
            if move in one.case.study.names.matching(pattern, one.case.study.moves):
                ratio *= one.stated[quantity]
        unit = one.case.block.base[one.d, rows.epoch, r]
        known = (unit > 0.0) & (unit < BEYOND)
        each = rows.base[one.d, rows.epoch, r] * rows.factor[one.d, :, rows.factor_of[r]]
        found.append(np.where(known, each / np.where(known, unit, 1.0), 0.0))
        expected.append(np.where(known, ratio * factors[move], 0.0))
    yield exact("chances.shared", found, expected, "relative", axes=("rate", "step"), scale=1.0,
                **_where(one, cohort))  # fmt: skip


def _factors_of_moves(one: OneDraw) -> dict[tuple[str, str], np.ndarray]:
    """move → (steps,) its trend and its share of the business cycle."""
    study, form, stated = one.case.study, one.form, one.stated
    found = {move: np.ones(one.steps) for move in study.moves}
    for pattern, quantity in form.trend_per_year.items():
        growth = max(1.0 + stated[quantity], 0.0)
        years = [t / stated.per_year for t in range(one.steps)]
        for move in study.names.matching(pattern, study.moves):
            found[move] = found[move] * np.array([growth**year for year in years])
    if form.business_cycle is not None:
        x = cycle(one)
        sd = stated[form.business_cycle.sd]
        for pattern, quantity in form.business_cycle.loading.items():
            beta = stated[quantity]
            each = np.array([math.exp(beta * y - beta**2 * sd**2 / 2.0) for y in x])
            for move in study.names.matching(pattern, study.moves):
                found[move] = found[move] * each
    return found


def cycle(one: OneDraw) -> list[float]:
    """(steps,) the path of the business cycle."""
    form, stated = one.form.business_cycle, one.stated
    assert form is not None
    address, number = key(one.form.seed, "business cycle"), one.case.block.values.start + one.d
    uniforms = uniforms_at(address, range(number, number + 1), one.steps)[0].tolist()
    normal = [NormalDist().inv_cdf(u) for u in uniforms]
    sd = stated[form.sd]
    half_life = stated[form.half_life_months]
    kept = 0.5 ** (units_per(one.form.step, "month") / half_life)
    path = [sd * normal[0]]
    for z in normal[1:]:
        path.append(kept * path[-1] + math.sqrt(1.0 - kept**2) * sd * z)
    return path


# ── the plan ──


def _effects(one: OneDraw, cohort: CohortModel) -> Iterator[Check]:
    """The factor of every move in the plan, over that in the baseline; and that of its chance."""
    effects = one.form.plan.effect
    reached = [(i, e) for i, e in enumerate(effects) if one.reaches(e, i, cohort)]
    acting = [(i, e) for i, e in reached if e.arrivals_ratio is None]
    if not acting:
        return
    plan, baseline, tables = cohort.plan, cohort.baseline, one.compiled.tables
    found, expected = [], []
    for r, move in enumerate(tables.rates):
        if move[0] == move[1] or cohort.plan.base[one.d, :, _row(one, r)].max() > BEYOND:
            continue
        intensity, chance = np.ones(one.steps), np.ones(one.steps)
        for number, effect in acting:
            marked = MARKED[effect.while_]
            if move not in one.moves_of(effect) or tables.status[r] & marked != marked:
                continue
            factor = _factor(one, cohort, number, effect, r)
            if effect.chance_ratio is None:
                intensity = intensity * factor
            else:
                chance = chance * factor
        found += [
            plan.factor[one.d, :, plan.factor_of[r]],
            plan.chance[one.d, :, plan.chance_of[r]],
        ]
        shared = baseline.factor[one.d, :, baseline.factor_of[r]]
        expected += [shared * intensity, chance]
    yield exact("chances.effects", found, expected, "relative", axes=("rate", "step"),
                **_where(one, cohort))  # fmt: skip


def _row(one: OneDraw, r: int) -> slice:
    """The rates of the class of a rate."""
    first = one.compiled.tables.rate_first
    k = int(np.searchsorted(first, r, side="right")) - 1
    return slice(first[k], first[k + 1])


def _factor(one: OneDraw, cohort: CohortModel, number: int, effect: Effect, r: int) -> np.ndarray:
    """(steps,) 1 + c (h^w − 1) of one effect on one move."""
    profile, move = one.profiles[number], one.compiled.tables.rates[r]
    w, c = np.array(profile.by_step()), one.coverage[number]
    path, stated = profile.path, one.stated
    if effect.hazard_ratio is not None:
        h = np.full(one.steps, stated[effect.hazard_ratio])
    elif effect.chance_ratio is not None:
        h = np.full(one.steps, stated[effect.chance_ratio])
    elif effect.hazard_ratio_per_halving is not None:
        h = stated[effect.hazard_ratio_per_halving] ** np.array(one.relief)
    elif evidence(effect):  # what is written replaces what was: the ratio is that of intensities
        component = cohort.components[f"{path} rate {r}"]
        if component.fresh is not None and component.fresh[one.d].any():
            return np.where(component.fresh[one.d], w * c, 1.0)
        h = np.exp(component.log_ratio[one.d])
    else:
        h = np.full(one.steps, trial_ratio(one, cohort, path, move[0]))
    with np.errstate(divide="ignore"):
        return np.where(w > 0.0, 1.0 + c * (h**w - 1.0), 1.0)


def trial_ratio(one: OneDraw, cohort: CohortModel, path: str, origin: str) -> float:
    """The hazard ratio that was found for a trial, which `_trials` puts to the test."""
    return float(np.exp(cohort.components[f"{path} from {origin}"].log_ratio[one.d]))


def _trials(one: OneDraw, cohort: CohortModel) -> Iterator[Check]:
    """The share of those who have made the move by the end of a trial, with its hazard ratio."""
    for number, effect in enumerate(one.form.plan.effect):
        trial = effect.risk_ratio is not None or effect.percentage_points is not None
        if not trial or not one.reaches(effect, number, cohort) or one.case.block.capped[one.d]:
            continue
        path = one.profiles[number].path
        for origin in sorted({m[0] for m in one.moves_of(effect)}):
            before, after = (
                share_moved(one, cohort, number, origin, h)
                for h in (1.0, trial_ratio(one, cohort, path, origin))
            )
            if effect.risk_ratio is not None:
                goal = before * one.stated[effect.risk_ratio]
            else:
                assert effect.percentage_points is not None
                goal = before + one.stated[effect.percentage_points]
            if before > 0.0:
                yield exact("chances.trials", after, goal, "share", **_where(one, cohort))


def share_moved(one: OneDraw, cohort: CohortModel, number: int, origin: str, h: float) -> float:
    """Of those who start in a state, the share whose first exit is a named move, in a trial's time.

    At reference: the intensities of the first date, without trend and cycle, on the clock.
    """
    effect, step = one.form.plan.effect[number], one.form.step
    length = next(
        max(round(n * units_per(unit, step)), 1)
        for unit in ("week", "month", "year")
        if (n := getattr(effect, f"at_{unit}s")) is not None
    )
    treated, enrolment = length, one.form.plan.enrolment
    if effect.while_ == "enrolled" and enrolment is not None:
        months = enrolment.months_in_programme.mean()
        treated = min(length, max(round(months * units_per("month", step)), 1))
    tables, cells, moves = one.compiled.tables, one.compiled.cells, one.moves_of(effect)
    made_as = cohort.baseline.made_as
    closed = set(np.flatnonzero(made_as[0] < 0).tolist()) if len(made_as) else set()
    total = 0.0
    for cell, weight in one.cells_of(origin, cohort.cohort.segment).items():
        still = weight
        for n in range(length):
            k = int(cells.class_of[cell])
            a = {
                r: cohort.baseline.base[one.d, 0, r]
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


def _intake(one: OneDraw, cohort: CohortModel) -> Iterator[Check]:
    """The shares of people who are enrolled, and who drop out, in each step."""
    enrolment = one.form.plan.enrolment
    if enrolment is None:
        return
    none, found, expected = np.zeros(one.steps), [], []
    open_to = one.enrols(cohort)
    shares = {
        ENROLS: np.array(one.intake(enrolment)) if open_to else none,
        DROPS: none + one.dropout(enrolment) if open_to else none,
    }
    for r, way in one.compiled.tables.turning.items():
        found.append(cohort.plan.factor[one.d, :, -cohort.plan.chance_of[r]])
        expected.append(shares[way])
    if found:
        yield exact("chances.intake", found, expected, "share", axes=("rate", "step"), scale=1.0,
                    **_where(one, cohort))  # fmt: skip
