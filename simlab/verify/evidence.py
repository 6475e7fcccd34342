"""Evidence: intensities say what was written, and sampled figures are those that were asked for.

A chance, a rate, a duration or a share within n months becomes an intensity once; turned back, it
must be what was written. Parameters are drawn from low-discrepancy sequences, each replicate with
one point in each of its equal intervals, so that the share of draws below a quantile is that
quantile's chance to within one point a replicate: an exact bound, no statistics. What is correlated
is not stratified, and is compared as a random sample is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, assert_never

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values, sample
from simlab.model.rows import entry_value, row_intensities
from simlab.model.sequences import REPLICATES
from simlab.model.transition_tables import TransitionTables
from simlab.study.families import Distribution, Mixture
from simlab.study.message import Message
from simlab.study.moves import Entry
from simlab.study.quantity import Quantity, is_quantile, quantile_chance
from simlab.study.time import units_per
from simlab.verify.case import Case, once_a_case
from simlab.verify.check import check
from simlab.verify.comparison import Pairs, Where, exact, statistical
from simlab.verify.false_alarm import CERTIFICATE

SAMPLED = 4096  # draws: 256 points in each replicate
FEW, LED = 32, 64  # draws of which figures, and lives, are compared between seeds
SURE = 15.0  # of which 64 draws may reach 22
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


# ── conversions ──


@check("evidence.round_trip", Message("Intensities, turned back, are what the study says"))
def round_trip(case: Case) -> Iterator[Pairs]:
    """Every intensity, turned back, is the figure that the study writes, in every draw."""
    compiled, values = case.compiled, sample(case.study, 0, FEW)
    shares, expected, places = [], [], []
    both = [compiled.baseline_rows]
    both += [compiled.plan_rows] if compiled.plan_rows != compiled.baseline_rows else []
    for rows in both:
        for path, back, written in _turned_back(compiled.tables, rows, values):
            shares.append(back)
            expected.append(written)
            places.append({"path": path})
    where = Where("place", "draw")
    pairs = exact(shares, expected, "relative", where, rounding=1e-9, scale=1.0)
    yield pairs.placed("place", places)


def _turned_back(
    b: TransitionTables, rows: Mapping[str, list[Entry]], values: Values
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(key path, the figure turned back ÷ what is written, 1) of every entry, date and band."""
    for when, (state, entries) in itertools.product(b.epochs, rows.items()):
        axes = b.axes[state]
        for at in itertools.product(*(range(len(axis.edges)) for axis in axes)):
            times = {(x.clock, x.away): x.middle(j) for x, j in zip(axes, at, strict=True)}
            a, scaled = row_intensities(b.study, entries, state, values, when, times)
            if scaled.any():
                continue
            wrote = {e: entry_value(b.study, e, state, values, when, times) for e in entries}
            counted = sum(v for e, v in wrote.items() if e.kind == "count")
            for e in entries:
                if e.to == state:
                    continue
                written = wrote[e] / counted if e.kind == "count" else wrote[e]
                back = _written(b, e, a, entries)
                same = np.where(written == 0.0, 1.0, written)
                yield e.path, np.where(written == 0.0, 1.0 + back, back / same), np.ones(len(same))


def _written(
    b: TransitionTables, e: Entry, a: Mapping[str, np.ndarray], row: list[Entry]
) -> np.ndarray:
    """(draws,) the figure that an entry would have to be for its intensity."""
    per = units_per(e.unit, b.study.form.step)  # steps in a unit of the entry
    own = a[e.to] * per
    match e.kind:
        case "rate":
            return own
        case "mean":
            return 1.0 / own
        case "median":
            return math.log(2.0) / own
        case "share":
            return -np.expm1(-own * e.length)
        case "chance" | "count":
            total = sum(a[to] for to in {entry.to for entry in row} if to in a) * per
            return own / np.where(total > 0, total, 1.0) * -np.expm1(-total)
        case _:
            assert_never(e.kind)


# ── sampled figures ──


class Drawn(NamedTuple):
    """An uncertain figure: its key path, what it is, and its draws."""

    path: str
    quantity: Quantity
    values: np.ndarray


@once_a_case
def drawn(case: Case) -> tuple[list[Drawn], list[Drawn]]:
    """Every uncertain figure: those alone, and those that are correlated."""
    study = case.study
    correlated = {name for c in study.form.correlation for name in c.between}
    values = sample(study, 0, SAMPLED).sampled
    figures = [Drawn(path, q, values[path]) for path, q in study.uncertain.items()]
    alone = [figure for figure in figures if figure.path not in correlated]
    return alone, [figure for figure in figures if figure.path in correlated]


def asked_for(q: Quantity) -> dict[float, float]:
    """{chance: value}: the quantiles that the study writes, and others of the family it means."""
    values = {level: q.quantile(level) for level in LEVELS}
    if isinstance(q.written, Mapping):
        for key, value in q.written.items():
            if is_quantile(str(key)) and isinstance(value, int | float):
                values[quantile_chance(str(key))] = float(value)
    return values


def pieces(distribution: Distribution) -> int:
    """How many runs of the uniform a value may come from: each part of a mixture is one."""
    if isinstance(distribution, Mixture):
        return sum(pieces(part) for part in distribution.parts)
    return 1


def _shares(q: Quantity, values: np.ndarray) -> tuple[list[float], list[float]]:
    """The shares of draws up to each quantile, and what they should be."""
    shares, expected = [], []
    for level, value in asked_for(q).items():
        atom = q.distribution.cdf(value) - level > 1e-6  # of a mixture: more than asked lies there
        edge = value + 1e-12 * max(abs(value), 1e-300)
        shares.append(float((values <= edge).mean()))
        expected.append(q.distribution.cdf(value) if atom else level)
    return shares, expected


@check("evidence.quantiles", Message("Uncertain figures have the quantiles asked for"))
def quantiles(case: Case) -> Iterator[Pairs]:
    for path, q, values in drawn(case)[0]:
        within = (pieces(q.distribution) * REPLICATES + 1) / SAMPLED
        both, where = _shares(q, values), Where("quantile", path=path)
        yield exact(*both, "share", where, rounding=within, scale=1.0)


@check("evidence.means", Message("Uncertain figures have the means asked for"))
def means(case: Case) -> Iterator[Pairs]:
    """In units of the range, of which a replicate's mean misses less than one interval."""
    for path, q, values in drawn(case)[0]:
        spread = float(values.max() - values.min()) or 1.0
        both = values.mean() / spread, q.mean() / spread
        within = 2.0 * pieces(q.distribution) * REPLICATES / SAMPLED
        yield exact(*both, "relative", Where(path=path), rounding=within, scale=1.0)


@check("evidence.correlated_quantiles", Message("So have those that are correlated"), "statistical")
def loose_quantiles(case: Case) -> Iterator[Pairs]:
    together = drawn(case)[1]
    for path, q, values in together:
        shares, expected = (np.array(x) for x in _shares(q, values))
        error = np.sqrt(expected * (1.0 - expected) / SAMPLED)
        where, limit = Where("quantile", path=path), _limit(len(together))
        yield statistical(shares, expected, error, "share", where, limit=limit)


def _limit(figures: int) -> Callable[[int], float]:
    """What |z| may reach in each of some figures."""
    return lambda size: CERTIFICATE.z_limit(size * figures)


@check(
    "evidence.correlations", Message("Figures are as correlated as the study says"), "statistical"
)
def correlations(case: Case) -> Iterator[Pairs]:
    """On the scale of the normal copula."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    stated = [c for c in case.study.form.correlation if set(c.between) <= set(case.study.uncertain)]
    if not stated:
        return
    values = {path: values for path, _, values in drawn(case)[1]}
    own = []
    for c in stated:
        scores = [ndtri((rankdata(values[name]) - 0.5) / SAMPLED) for name in c.between]
        own.append(float(np.corrcoef(scores)[0, 1]))
    expected = np.array([c.value for c in stated])
    error = (1.0 - expected**2 + 1e-3) / math.sqrt(SAMPLED)
    yield statistical(own, expected, error, "number", Where("correlation"))


def surprise(expected: np.ndarray) -> float:
    """−log of a bound on the chance that two runs with different seeds count the same people.

    Whole numbers whose mean has the fraction f vary by f (1 − f) or more, and two independent ones
    agree with a chance of about 1/√(1 + 4 V) at most.
    """
    variance = (expected % 1.0) * (1.0 - expected % 1.0)
    return float(0.5 * np.log1p(4.0 * variance.max(axis=(1, 2))).sum())


@check("evidence.seed", Message("The seed decides everything, and only the seed"))
def seed(case: Case) -> Iterator[Pairs]:
    """Another seed gives other figures and other lives; the same seed the same again."""
    study = case.study
    other = study.replace({"seed": study.seed + (1 if study.seed < 0 else -1)})
    ours, theirs, again = (sample(s, 0, FEW).sampled for s in (study, other, study))
    alike = [path for path in ours if np.array_equal(ours[path], theirs[path])]
    unlike = [path for path in ours if not np.array_equal(ours[path], again[path])]
    compiled = [compile_study(s) for s in (study, other, study)]
    blocks = [c.block(0, draws) for c, draws in zip(compiled, (LED, LED, FEW), strict=True)]
    people = simulate_block(compiled[0], blocks[0], "expected").heads("baseline")
    chance = surprise(people)
    for engine in case.with_chance:
        first, second, third = (
            simulate_block(c, b, engine) for c, b in zip(compiled, blocks, strict=True)
        )
        if chance > SURE:
            alike += [engine] * np.array_equal(first.heads("baseline"), second.heads("baseline"))
        unlike += [engine] * (not np.array_equal(first.heads("plan")[:FEW], third.heads("plan")))
    wrong, there = alike + unlike, [len(ours), people.sum()]
    pairs = exact(len(wrong), 0, "number", rounding=0.0, smallest=1.0, of=there)
    yield pairs._replace(where={"path": wrong[0]}) if wrong else pairs
