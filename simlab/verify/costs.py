"""What the people cost: its mean, its variance, its distribution, and how alike the futures are.

A few draws are led many times over, with lives of their own each time, and compared with the exact
moments of what they cost (`slow_twin`). Were the two futures of a citizen simulated apart, the
variance of the saving and the correlation between the futures would tell at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.engine.work import EXACT, Engine, seconds_a_draw
from simlab.kernel.arrays import Hazards
from simlab.model.block import Block, CohortModel
from simlab.study.futures import FUTURES
from simlab.study.message import Message
from simlab.verify import slow_twin
from simlab.verify.case import Case, Made, once_a_case, with_hazards
from simlab.verify.check import check, check_by_engine
from simlab.verify.comparison import Pairs, Where, passes, statistical
from simlab.verify.false_alarm import CERTIFICATE, SEEN
from simlab.verify.ledger import COUNTED_AT_START, Ledger
from simlab.verify.stated import Stated

WORLDS = 4  # draws that are led many times over
SECONDS, FEWEST, MOST = 5.0, 128, 4096  # for these lives in each engine; how many there are
ENOUGH = 1000  # parted lives, below which a sample of the saving says too little
TAIL = 9.0  # E x⁴ / (E x²)² of what a parted life saves: 1.8 if evenly spread, 6 if exponential
FAR = 2**20  # the number of the first of them: no draw of the study's own


@dataclass(frozen=True)
class Sampled:
    """What the people cost in lives led anew, and the exact moments of it.

    samples : engine → (worlds, repeats, 3) what baseline and plan cost, and the saving
    mean, variance : (worlds, 3) of the same
    parted : how many citizens the plan parts in a draw, in the mean
    """

    samples: dict[Engine, np.ndarray]
    mean: np.ndarray
    variance: np.ndarray
    parted: float

    def standard(self, engine: Engine) -> np.ndarray:
        """(worlds · repeats,) the saving less its mean, over its standard deviation."""
        varies = self.variance[:, 2] > 1e-12 * np.maximum(self.mean[:, 0] ** 2, 1.0)
        apart = (self.samples[engine][:, :, 2] - self.mean[:, None, 2])[varies]
        return np.asarray((apart / np.sqrt(self.variance[varies, None, 2])).ravel())

    def excess(self, z: np.ndarray) -> float:
        """The excess kurtosis that a sample shows, or that so few parted lives must have.

        A sum over a Poisson number of lives has an excess of E x⁴ / (E x²)² over their number.
        """
        own = float((z**4).mean()) / float((z**2).mean()) ** 2 - 3.0 if z.any() else 0.0
        return max(own, TAIL / self.parted)


@once_a_case
def sampled(case: Case) -> Sampled | None:
    """None where the plan parts nobody, or so few that their number says nothing."""
    paid = cost_of_people(case)
    if not any(each.anything for each in paid) or not case.parts:
        return None
    exactly = [
        [slow_twin.moments(case.chain, cohort, d, paid[d]) for cohort in case.block.cohorts]
        for d in range(WORLDS)
    ]
    mean = np.array([sum(m.mean for m in world) for world in exactly])
    variance = np.array([sum(m.variance for m in world) for world in exactly])
    parted = sum(m.parted for world in exactly for m in world) / WORLDS
    if case.with_chance and parted * repeats(case) * WORLDS < ENOUGH:
        return None
    samples = {engine: led_again(case, engine, paid) for engine in case.with_chance}
    return Sampled(Made(case, samples), mean, variance, parted)


@once_a_case
def cost_of_people(case: Case) -> list[slow_twin.Paid]:
    """What people cost in each of the draws that are led many times over."""
    return [_cost_of_people(case, d) for d in range(WORLDS)]


def _cost_of_people(case: Case, d: int) -> slow_twin.Paid:
    """What someone at a step's end, and a move, cost the study's own perspective in each future.

    Discounted; what the plan costs is not in it, and what it changes or displaces is. Found from
    the study by hand (`ledger`).
    """
    study, compiled = case.study, case.compiled
    weight = study.perspectives[study.perspective].weights
    weights = np.array([weight.get(payer, 0.0) for payer in study.payers])
    stated = Stated(study, case.block.values, d)
    costs = Ledger(stated, compiled.accounts, compiled.flows).costs()
    v = case.cash["expected"].discount(study.perspective)
    each = np.zeros((2, study.timeline.steps + 2, len(compiled.accounts)))
    for future in range(len(FUTURES)):
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
    fit = SECONDS / max(seconds[engine] for engine in case.with_chance)
    return int(np.clip(fit, FEWEST, MOST)) // WORLDS


def led_again(case: Case, engine: Engine, paid: list[slow_twin.Paid]) -> np.ndarray:
    """(worlds, repeats, 3) what baseline and plan cost, and the saving, in lives led anew."""
    times, worlds = repeats(case), []
    for d in range(WORLDS):
        histories = simulate_block(case.compiled, world_again(case.block, d, times), engine)
        costs = []
        for f, future in enumerate(FUTURES):
            cost = np.einsum("dta,ta->d", histories.heads(future), paid[d].heads[f])
            costs.append(cost + np.einsum("dtf,tf->d", histories.flows(future), paid[d].moves))
        worlds.append(np.stack([*costs, costs[0] - costs[1]], axis=1))
    return np.array(worlds)


def world_again(block: Block, d: int, times: int) -> Block:
    """A block in which one draw comes ``times`` over, each with lives of its own address."""
    drawn = {name: np.repeat(v[d : d + 1], times) for name, v in block.values.sampled.items()}
    start, stop = FAR + d * times, FAR + (d + 1) * times
    values = replace(block.values, start=start, stop=stop, sampled=drawn)
    return replace(block, values=values, cohorts=tuple(_again(c, d, times) for c in block.cohorts))


def _again(cohort: CohortModel, d: int, times: int) -> CohortModel:
    def over(array: np.ndarray) -> np.ndarray:
        return np.repeat(array[d : d + 1], times, axis=0)

    def again(hazards: Hazards) -> Hazards:
        base, factor, chance = over(hazards.base), over(hazards.factor), over(hazards.chance)
        return hazards._replace(base=base, factor=factor, chance=chance)

    people, baseline = cohort.people, again(cohort.laws[0])
    arrivals = np.repeat(people.arrivals[:, d : d + 1], times, axis=1)
    people = people._replace(start=over(people.start), arrivals=arrivals)
    plan = baseline if cohort.same_hazards else again(cohort.laws[1])
    return with_hazards(cohort, baseline, plan, people)


@check_by_engine(
    "engines.saving",
    lambda engine: Message("{engine}: the saving has its exact mean", engine=engine),
)
def saving(engine: Engine, case: Case) -> Iterator[Pairs]:
    """The saving in all worlds together, in kr."""
    if all_worlds := sampled(case):
        sample, mean, variance = all_worlds.samples[engine], all_worlds.mean, all_worlds.variance
        worlds, times = float(len(sample)), sample.shape[1]
        saved, expected = sample[:, :, 2].mean(axis=1).sum(), mean[:, 2].sum()
        error = math.sqrt(variance[:, 2].sum() / times)
        figures = (saved / worlds, expected / worlds, error / worlds)
        yield statistical(*figures, "kr.", Where(engine=engine))


@check_by_engine(
    "engines.variance",
    lambda engine: Message("{engine}: the saving varies as it should (ratio)", engine=engine),
)
def variance(engine: Engine, case: Case) -> Iterator[Pairs]:
    """The variance of the saving over its exact variance."""
    all_worlds = sampled(case)
    z = all_worlds.standard(engine) if all_worlds else np.zeros(0)
    if all_worlds and len(z):
        error = math.sqrt((2.0 + all_worlds.excess(z)) / len(z))
        yield statistical(float((z**2).mean()), 1.0, error, "relative", Where(engine=engine))


@check_by_engine(
    "engines.coupling",
    lambda engine: Message("{engine}: both futures are of the same {people}", engine=engine),
)
def coupling(engine: Engine, case: Case) -> Iterator[Pairs]:
    """The correlation between what both futures cost, on Fisher's scale.

    Its variance there is (1 + κ/2)/n for distributions with elliptic contours and an excess
    kurtosis κ.
    """
    all_worlds = sampled(case)
    if not all_worlds:
        return
    sample, mean, variance = all_worlds.samples[engine], all_worlds.mean, all_worlds.variance
    varies = (variance > 1e-12 * np.maximum(mean[:, :1] ** 2, 1.0)).all(axis=1)
    if not varies.any():
        return
    b, p, s = variance[varies].T
    exactly = (b + p - s) / (2.0 * np.sqrt(b * p))
    apart = (sample - mean[:, None, :])[varies] / np.sqrt(variance[varies, None, :])
    if (apart.std(axis=1) < 1e-9).any():
        return
    shown = np.array([np.corrcoef(world[:, 0], world[:, 1])[0, 1] for world in apart])
    own, expected = (np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)).mean() for r in (shown, exactly))
    tails = max(all_worlds.excess(apart[:, :, k]) for k in range(3))
    error = math.sqrt((1.0 + 0.5 * tails) / ((sample.shape[1] - 3) * len(shown)))
    pairs = statistical(own, expected, error, "number", Where(engine=engine))
    r, rho = float(np.tanh(own)), float(np.tanh(expected))
    tolerance, visible = (
        float(rho - np.tanh(expected - (far or 0.0))) for far in (pairs.tolerance, pairs.visible)
    )
    yield Pairs(pairs.outcome, "number", r, rho, tolerance, visible, len(shown), {"engine": engine})


@check(
    "engines.distribution",
    Message("counts and citizens: one distribution of the saving"),
    "statistical",
)
def distribution(case: Case) -> Iterator[Pairs]:
    """The largest distance between the distributions of the saving in both engines.

    Each is within ε of its distribution with chance 1 − 2 exp(−2 n ε²) (Dvoretzky, Kiefer,
    Wolfowitz; Massart 1990), so both are within the sum of two such ε of each other.
    """
    all_worlds = sampled(case)
    if not all_worlds:
        return
    counts, citizens = (np.sort(all_worlds.standard(engine)) for engine in EXACT)
    if not len(counts):
        return
    at = np.concatenate([counts, citizens])
    cdf = [np.searchsorted(x, at, side="right") / len(x) for x in (counts, citizens)]
    apart = float(np.abs(cdf[0] - cdf[1]).max())
    epsilon = math.sqrt(math.log(4.0 / CERTIFICATE.threshold()) / (2.0 * len(counts)))
    allowed = 2.0 * epsilon
    seen = allowed + SEEN * math.sqrt(0.5 / len(counts))
    yield Pairs(passes(apart <= allowed), "share", apart, 0.0, allowed, seen, len(at))
