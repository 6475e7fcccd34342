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
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from simlab.engine.cost import EXACT
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values, sample
from simlab.model.rows import entry_value, row_intensities
from simlab.model.sequences import REPLICATES
from simlab.model.transition_tables import TransitionTables
from simlab.result.certified import Check
from simlab.study.families import Distribution, Mixture
from simlab.study.moves import Entry
from simlab.study.quantity import Quantity, is_quantile, quantile_chance
from simlab.study.time import units_per
from simlab.verify.case import Case, Checks
from simlab.verify.check import absent, exact, statistical, worst_of
from simlab.verify.false_alarm import CERTIFICATE

SAMPLED = 4096  # draws: 256 points in each replicate
FEW, LED = 32, 64  # draws of which figures, and lives, are compared between seeds
SURE = 15.0  # of which 64 draws may reach 22
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def checks() -> Checks:
    """Every check of evidence."""
    return {
        "evidence.round_trip": round_trip,
        ("evidence.quantiles", "evidence.means", "evidence.correlated_quantiles"): sampling,
        "evidence.correlations": correlations,
        "evidence.seed": seed,
    }


# ── conversions ──


def round_trip(case: Case) -> Check:
    """Every intensity, turned back, is the figure that the study writes, in every draw."""
    tables, values = case.compiled.tables, sample(case.study, 0, FEW)
    found, expected, where = [], [], []
    for future, rows in (
        ("baseline", case.compiled.baseline_rows), ("plan", case.compiled.plan_rows)
    ):  # fmt: skip
        if future == "plan" and rows == case.compiled.baseline_rows:
            continue
        for path, back, written in _turned_back(tables, rows, values):
            found.append(back)
            expected.append(written)
            where.append(path)
    if not found:
        return absent("evidence.round_trip")
    one = exact(
        "evidence.round_trip", np.array(found), np.array(expected), "relative", rounding=1e-9,
        scale=1.0, axes=("place", "draw"),
    )  # fmt: skip
    if one.failed:
        one.where["path"] = where[one.where.pop("place")]
    return one


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
        case _:
            total = sum(a[to] for to in {one.to for one in row} if to in a) * per
            return own / np.where(total > 0, total, 1.0) * -np.expm1(-total)


# ── sampled figures ──


def sampling(case: Case) -> Iterator[Check]:
    """Quantiles and means of every uncertain figure."""
    study = case.study
    correlated = {name for c in study.form.correlation for name in c.between}
    drawn = sample(study, 0, SAMPLED).sampled
    alone = {path: q for path, q in study.uncertain.items() if path not in correlated}
    together = {path: q for path, q in study.uncertain.items() if path in correlated}
    some = [_quantiles(path, q, drawn[path]) for path, q in alone.items()]
    yield worst_of(some) if some else absent("evidence.quantiles")
    means = [_mean(path, q, drawn[path]) for path, q in alone.items()]
    yield worst_of(means) if means else absent("evidence.means")
    loose = [_loose_quantiles(path, q, drawn[path], len(together)) for path, q in together.items()]
    yield worst_of(loose) if loose else absent("evidence.correlated_quantiles", "statistical")


def asked_for(q: Quantity) -> dict[float, float]:
    """{chance: value}: the quantiles that the study writes, and others of the family it means."""
    found = {level: q.quantile(level) for level in LEVELS}
    if isinstance(q.written, Mapping):
        for key, value in q.written.items():
            if is_quantile(str(key)) and isinstance(value, int | float):
                found[quantile_chance(str(key))] = float(value)
    return found


def pieces(distribution: Distribution) -> int:
    """How many runs of the uniform a value may come from: each part of a mixture is one."""
    if isinstance(distribution, Mixture):
        return sum(pieces(part) for part in distribution.parts)
    return 1


def _shares(q: Quantity, values: np.ndarray) -> tuple[list[float], list[float]]:
    """The shares of draws up to each quantile, and what they should be."""
    found, expected = [], []
    for level, value in asked_for(q).items():
        atom = q.distribution.cdf(value) - level > 1e-6  # of a mixture: more than asked lies there
        edge = value + 1e-12 * max(abs(value), 1e-300)
        found.append(float((values <= edge).mean()))
        expected.append(q.distribution.cdf(value) if atom else level)
    return found, expected


def _quantiles(path: str, q: Quantity, values: np.ndarray) -> Check:
    found, expected = _shares(q, values)
    within = (pieces(q.distribution) * REPLICATES + 1) / SAMPLED
    return exact(
        "evidence.quantiles", found, expected, "share", rounding=within, scale=1.0,
        axes=("quantile",), path=path,
    )  # fmt: skip


def _mean(path: str, q: Quantity, values: np.ndarray) -> Check:
    """In units of the range, of which a replicate's mean misses less than one interval."""
    spread = float(values.max() - values.min()) or 1.0
    within = 2.0 * pieces(q.distribution) * REPLICATES / SAMPLED
    return exact(
        "evidence.means", values.mean() / spread, q.mean() / spread, "relative", rounding=within,
        scale=1.0, path=path,
    )  # fmt: skip


def _loose_quantiles(path: str, q: Quantity, values: np.ndarray, figures: int) -> Check:
    found, expected = (np.array(x) for x in _shares(q, values))
    return statistical(
        "evidence.correlated_quantiles", found, expected,
        np.sqrt(expected * (1.0 - expected) / SAMPLED), "share",
        limit=lambda size: CERTIFICATE.z_limit(size * figures), axes=("quantile",), path=path,
    )  # fmt: skip


def correlations(case: Case) -> Check:
    """Figures are as correlated as the study says, on the scale of the normal copula."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    stated = [c for c in case.study.form.correlation if set(c.between) <= set(case.study.uncertain)]
    if not stated:
        return absent("evidence.correlations", "statistical")
    drawn = sample(case.study, 0, SAMPLED).sampled
    found, expected = [], []
    for c in stated:
        scores = [ndtri((rankdata(drawn[name]) - 0.5) / SAMPLED) for name in c.between]
        found.append(float(np.corrcoef(scores)[0, 1]))
        expected.append(c.value)
    error = (1.0 - np.array(expected) ** 2 + 1e-3) / math.sqrt(SAMPLED)
    return statistical(
        "evidence.correlations", found, expected, error, "number", axes=("correlation",)
    )


def surprise(expected: np.ndarray) -> float:
    """−log of a bound on the chance that two runs with different seeds count the same people.

    Whole numbers whose mean has the fraction f vary by f (1 − f) or more, and two independent ones
    agree with a chance of about 1/√(1 + 4 V) at most.
    """
    variance = (expected % 1.0) * (1.0 - expected % 1.0)
    return float(0.5 * np.log1p(4.0 * variance.max(axis=(1, 2))).sum())


def seed(case: Case) -> Check:
    """Another seed gives other figures and other lives; the same seed the same again."""
    study = case.study
    other = study.replace({"seed": study.form.seed + (1 if study.form.seed < 0 else -1)})
    ours, theirs, again = (sample(s, 0, FEW).sampled for s in (study, other, study))
    alike = [path for path in ours if np.array_equal(ours[path], theirs[path])]
    unlike = [path for path in ours if not np.array_equal(ours[path], again[path])]
    led_by = [engine for engine in EXACT if engine in case.engines]
    led = [compile_study(s) for s in (study, other, study)]
    blocks = [c.block(0, draws) for c, draws in zip(led, (LED, LED, FEW), strict=True)]
    people = simulate_block(led[0], blocks[0], "expected").heads_baseline
    chance = surprise(people)
    for engine in led_by:
        ours_led, theirs_led, again_led = (
            simulate_block(c, b, engine) for c, b in zip(led, blocks, strict=True)
        )
        if chance > SURE:
            alike += [engine] * np.array_equal(ours_led.heads_baseline, theirs_led.heads_baseline)
        unlike += [engine] * (not np.array_equal(ours_led.heads_plan[:FEW], again_led.heads_plan))
    one = exact("evidence.seed", len(alike) + len(unlike), 0, "number", rounding=0.0, smallest=1.0,
                of=[len(ours), people.sum()])  # fmt: skip
    return replace(one, where={"path": (alike + unlike)[0]}) if one.failed else one
