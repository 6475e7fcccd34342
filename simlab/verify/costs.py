"""What the people cost: its mean, its variance, its distribution, and how alike the futures are.

A few draws are led many times over, with lives of their own each time, and compared with the exact
moments of their law (`slow_twin`). Were the two futures of a citizen simulated apart, the variance
of the saving and the correlation between the futures would tell at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from simlab.engine.cost import EXACT, Engine, seconds_a_draw
from simlab.engine.simulate import simulate_block
from simlab.kernel.arrays import Hazards
from simlab.model.block import Block, CohortModel
from simlab.result.certified import Check
from simlab.verify import slow_twin
from simlab.verify.case import Case, Checks, with_hazards
from simlab.verify.check import absent, passes, statistical, unmade
from simlab.verify.false_alarm import CERTIFICATE, POWER, normal
from simlab.verify.ledger import COUNTED_AT_START, Ledger
from simlab.verify.stated import Stated

WORLDS = 4  # draws that are led many times over
SECONDS, FEWEST, MOST = 5.0, 128, 4096  # for these lives in each engine; how many there are
ENOUGH = 1000  # parted lives, below which a sample of the saving says too little
TAIL = 9.0  # E x⁴ / (E x²)² of what a parted life saves: 1.8 if evenly spread, 6 if exponential
FAR = 2**20  # the number of the first of them: no draw of the study's own


KEYS = (
    *(
        f"engines.{what}_{engine}"
        for what in ("saving", "variance", "coupling")
        for engine in EXACT
    ),
    "engines.distribution",
)


def checks() -> Checks:
    """Every check of what the people cost."""
    return {KEYS: moments}


def moments(case: Case) -> Iterator[Check]:
    """Mean, variance and correlation of what the people cost in both futures, and its law."""
    paid = [cost_of_people(case, d) for d in range(WORLDS)]
    if not any(one.anything for one in paid) or all(one.one_future for one in case.block.cohorts):
        yield from _nothing_to_compare()
        return
    chain = slow_twin.outline(case.compiled)
    exactly = [
        [slow_twin.moments(chain, cohort, d, paid[d]) for cohort in case.block.cohorts]
        for d in range(WORLDS)
    ]
    mean = np.array([sum(m.mean for m in world) for world in exactly])
    variance = np.array([sum(m.variance for m in world) for world in exactly])
    parted = sum(m.parted for world in exactly for m in world) / WORLDS
    led_by = [engine for engine in EXACT if engine in case.engines]
    if led_by and parted * repeats(case) * WORLDS < ENOUGH:
        yield from _nothing_to_compare()
        return
    samples = {engine: led_again(case, engine, paid) for engine in led_by}
    for what, compared in (
        ("saving", _saving), ("variance", _variance), ("coupling", _coupling),
    ):  # fmt: skip
        for engine in EXACT:
            if engine in samples:
                yield compared(engine, samples[engine], mean, variance, parted)
            else:
                yield unmade(f"engines.{what}_{engine}", case.too_long[engine])
    if len(samples) == len(EXACT):
        yield _distribution(samples, mean, variance)
    else:
        yield unmade("engines.distribution", next(iter(case.too_long.values())))


def _nothing_to_compare() -> Iterator[Check]:
    """The plan parts nobody, or so few that their number says nothing."""
    yield from (absent(key, "statistical") for key in KEYS)


def cost_of_people(case: Case, d: int) -> slow_twin.Paid:
    """What someone at a step's end, and a move, cost the study's own perspective in each future.

    Discounted; what the plan costs is not in it, and what it changes or displaces is. Found from
    the study by hand (`ledger`).
    """
    study, compiled = case.study, case.compiled
    weight = study.perspectives[study.perspective].weights
    weights = np.array([weight.get(payer, 0.0) for payer in study.form.payers])
    stated = Stated(study, case.block.values, d)
    costs = Ledger(stated, compiled.accounts, compiled.flows).costs()
    v = case.cash["expected"].discount(study.perspective)
    each = np.zeros((2, study.timeline.steps + 2, len(compiled.accounts)))
    for future in (0, 1):
        for lag in costs.heads:
            due = costs.in_plan(future, lag)[: len(v) - lag] @ weights
            each[future, : len(due)] += v[lag:, None] * due
    w = COUNTED_AT_START[study.form.counting]
    next_step = each[:, 1:].copy()  # who is there at the end of a step begins the next one
    for j in np.argsort(compiled.conversions.step, kind="stable")[::-1]:
        t = compiled.conversions.step[j] - 1  # where the reform before that has taken her
        next_step[:, t : t + 1] = next_step[:, t : t + 1][:, :, compiled.after_reforms[j]]
    heads = (1.0 - w) * each[:, :-1] + w * next_step
    return slow_twin.Paid(heads, v[:, None] * (costs.moves @ weights))


def repeats(case: Case) -> int:
    """How often each world is led in an engine."""
    seconds = seconds_a_draw(case.study)
    fit = SECONDS / max(seconds[e] for e in EXACT if e in case.engines)
    return int(np.clip(fit, FEWEST, MOST)) // WORLDS


def led_again(case: Case, engine: Engine, paid: list[slow_twin.Paid]) -> np.ndarray:
    """(worlds, repeats, 3) what baseline and plan cost, and the saving, in lives led anew."""
    times, found = repeats(case), []
    for d in range(WORLDS):
        block, costs = world_again(case.block, d, times), []
        histories = simulate_block(case.compiled, block, engine)
        for f, (heads, flows) in enumerate((
            (histories.heads_baseline, histories.flows_baseline),
            (histories.heads_plan, histories.flows_plan),
        )):  # fmt: skip
            cost = np.einsum("dta,ta->d", heads, paid[d].heads[f])
            costs.append(cost + np.einsum("dtf,tf->d", flows, paid[d].moves))
        found.append(np.stack([*costs, costs[0] - costs[1]], axis=1))
    return np.array(found)


def world_again(block: Block, d: int, times: int) -> Block:
    """A block in which one draw comes ``times`` over, each with lives of its own address."""
    values = replace(
        block.values, start=FAR + d * times, stop=FAR + (d + 1) * times,
        sampled={name: np.repeat(v[d : d + 1], times) for name, v in block.values.sampled.items()},
    )  # fmt: skip
    return replace(block, values=values, cohorts=tuple(_again(c, d, times) for c in block.cohorts))


def _again(cohort: CohortModel, d: int, times: int) -> CohortModel:
    def over(array: np.ndarray) -> np.ndarray:
        return np.repeat(array[d : d + 1], times, axis=0)

    @cache
    def hazards_of(planned: bool) -> Hazards:
        one = cohort.plan if planned else cohort.baseline
        base, factor, chance = over(one.base), over(one.factor), over(one.chance)
        return one._replace(base=base, factor=factor, chance=chance)

    people, baseline = cohort.people, hazards_of(False)
    arrivals = over(people.arrivals)
    same = people.arrivals_plan is people.arrivals
    planned = arrivals if same else over(people.arrivals_plan)
    people = people._replace(start=over(people.start), arrivals=arrivals, arrivals_plan=planned)
    one = cohort.plan is cohort.baseline
    return with_hazards(cohort, baseline, baseline if one else hazards_of(True), people)


def _saving(
    engine: str, sample: np.ndarray, mean: np.ndarray, variance: np.ndarray, parted: float
) -> Check:
    """The saving in all worlds together, in kr."""
    times = sample.shape[1]
    error = math.sqrt(variance[:, 2].sum() / times)
    found, expected = sample[:, :, 2].mean(axis=1).sum(), mean[:, 2].sum()
    worlds = float(len(sample))
    return statistical(
        f"engines.saving_{engine}", found / worlds, expected / worlds, error / worlds, "kr.",
        engine=engine,
    )  # fmt: skip


def standard(sample: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """(worlds · repeats,) the saving less its mean, over its standard deviation."""
    varies = variance[:, 2] > 1e-12 * np.maximum(mean[:, 0] ** 2, 1.0)
    z = (sample[:, :, 2] - mean[:, None, 2])[varies] / np.sqrt(variance[varies, None, 2])
    return np.asarray(z.ravel())


def excess(z: np.ndarray, parted: float) -> float:
    """The excess kurtosis that a sample shows, or that so few parted lives must have.

    A sum over a Poisson number of lives has an excess of E x⁴ / (E x²)² over their number.
    """
    own = float((z**4).mean()) / float((z**2).mean()) ** 2 - 3.0 if z.any() else 0.0
    return max(own, TAIL / parted)


def _variance(
    engine: str, sample: np.ndarray, mean: np.ndarray, variance: np.ndarray, parted: float
) -> Check:
    """The variance of the saving over its exact variance."""
    z = standard(sample, mean, variance)
    if not len(z):
        return absent(f"engines.variance_{engine}", "statistical")
    error = math.sqrt((2.0 + excess(z, parted)) / len(z))
    return statistical(
        f"engines.variance_{engine}", float((z**2).mean()), 1.0, error, "relative", engine=engine
    )


def _coupling(
    engine: str, sample: np.ndarray, mean: np.ndarray, variance: np.ndarray, parted: float
) -> Check:
    """The correlation between what both futures cost, on Fisher's scale.

    Its variance there is (1 + κ/2)/n for laws with elliptic contours and an excess kurtosis κ.
    """
    key = f"engines.coupling_{engine}"
    varies = (variance > 1e-12 * np.maximum(mean[:, :1] ** 2, 1.0)).all(axis=1)
    if not varies.any():
        return absent(key, "statistical")
    b, p, s = variance[varies].T
    exactly = (b + p - s) / (2.0 * np.sqrt(b * p))
    apart = (sample - mean[:, None, :])[varies] / np.sqrt(variance[varies, None, :])
    if (apart.std(axis=1) < 1e-9).any():
        return absent(key, "statistical")
    found = [np.corrcoef(world[:, 0], world[:, 1])[0, 1] for world in apart]
    times = sample.shape[1]
    fisher = [np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) for r in (np.array(found), exactly)]
    tails = max(excess(apart[:, :, k], parted) for k in range(3))
    error = math.sqrt((1.0 + 0.5 * tails) / ((times - 3) * len(found)))
    on_scale = statistical(key, fisher[0].mean(), fisher[1].mean(), error, "number")
    low = np.tanh(fisher[1].mean() - (on_scale.tolerance or 0.0))
    seen = np.tanh(fisher[1].mean() - (on_scale.visible or 0.0))
    r, rho = float(np.tanh(fisher[0].mean())), float(np.tanh(fisher[1].mean()))
    return replace(
        on_scale, found=r, expected=rho, tolerance=float(rho - low), visible=float(rho - seen),
        compared=len(found), where={"engine": engine},
    )  # fmt: skip


def _distribution(
    samples: dict[Engine, np.ndarray], mean: np.ndarray, variance: np.ndarray
) -> Check:
    """The largest distance between the distributions of the saving in both engines.

    Each is within ε of the law with chance 1 − 2 exp(−2 n ε²) (Dvoretzky, Kiefer, Wolfowitz;
    Massart 1990), so both are within the sum of two such ε of each other.
    """
    one, other = (np.sort(standard(samples[e], mean, variance)) for e in EXACT)
    if not len(one):
        return absent("engines.distribution", "statistical")
    at = np.concatenate([one, other])
    cdf = [np.searchsorted(x, at, side="right") / len(x) for x in (one, other)]
    found = float(np.abs(cdf[0] - cdf[1]).max())
    epsilon = math.sqrt(math.log(4.0 / CERTIFICATE.threshold()) / (2.0 * len(one)))
    allowed = 2.0 * epsilon
    seen = allowed + normal(POWER) * math.sqrt(0.5 / len(one))
    outcome = passes(found <= allowed)
    return Check(
        "engines.distribution", "statistical", outcome, "share", found, 0.0, allowed, seen,
        len(at), {},
    )  # fmt: skip
