"""Published figures beside what the simulator finds: the prediction, the percentile, the verdict.

A prediction is the distribution of an observable over the draws. The percentile of a published
figure v in it is P(found < v) + ½ P(found = v), and the verdict follows from that alone:

    10 to 90 %          within: in the 80 % range
    above 90, below 10  above, below
    above 99, below 1   far above, far below

What was measured on few people carries the chance of who they were. With ``sample`` the prediction
is of so many people; a figure with a confidence interval and no sample has the interval's normal
error added to the prediction (of the logarithm, for a ratio); a figure with neither is compared as
it stands.

People who are followed apart from the rest cost a simulation of their own, and a percentile does
not need ten thousand: they are followed in the first FOLLOWED_DRAWS draws.

A claim is *reached* in a draw if what is found lies at least as far from a world without the plan
as was claimed: 1,700 more, or a year less.

An account of money is a level: what such an account would show in the plan's future, trend and
turnover included (`counted`), with what the plan makes of it beside it. Where nobody said how it
was counted it is not judged: no percentile, no verdict, no chance that it is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from simlab.finance.cash_flow import CashFlow
from simlab.model.addresses import key
from simlab.observe.observables import Observer
from simlab.observe.subcohort import Selection
from simlab.risk.estimate import finite
from simlab.risk.payback import quantile
from simlab.study.grammar import MONEY, Counted, Published
from simlab.study.study import Study

Verdict = Literal["far below", "below", "within", "above", "far above"]
Z_975 = 1.959963984540054
FOLLOWED_DRAWS = 512


class Observed(NamedTuple):
    """(draws, published) each: what is found, the same without the plan, and what the plan makes
    of it (see Observation).

    nan where people would have to be simulated apart beyond a run's first draws.
    """

    found: np.ndarray
    without: np.ndarray
    effect: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Observed]) -> Observed:
        """Of more draws."""
        return cls(*map(np.concatenate, zip(*parts, strict=True)))


def observed(cash: CashFlow, apart: int = FOLLOWED_DRAWS) -> Observed:
    """What is found of every published figure in the draws of a block; those for which people are
    simulated apart in the first draws of a run alone."""
    draws, first = cash.histories.draws, cash.histories.block.values.start
    followed = np.clip(apart - first, 0, draws)
    figures = cash.study.form.published
    seen = Observed(*np.full((3, draws, len(figures)), np.nan))
    observer = Observer(cash)
    for number, figure in enumerate(figures):
        few = slice(followed if simulated_apart(figure) else draws)
        if few.stop:
            observation = observer.observe(figure)
            seen.found[few, number] = observation.value[few]
            seen.without[few, number] = observation.without[few]
            seen.effect[few, number] = observation.effect[few]
    return seen


def simulated_apart(figure: Published) -> bool:
    """Whether a figure needs other people than the run's own, or them where nobody moves."""
    if figure.measure in MONEY:
        return figure.is_level
    return Selection.by(figure).apart


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median and 80 % range; None for what is never, as a payback can be."""

    median: float | None
    p10: float | None
    p90: float | None

    @classmethod
    def of(cls, found: np.ndarray) -> Quantiles:
        return cls(*(finite(quantile(found, q)) for q in (0.5, 0.1, 0.9)))


@dataclass(frozen=True, slots=True)
class Needed:
    """What would have to be true for a claim that the median does not reach (see `threshold`).

    scaled            : what was made stronger: kinds of effects, and "amount"
    own_chances       : whether the plan has chances of its own, which stay as they are
    multiple          : of all that is scaled; None where there is none, for the reason
    reason            : "nothing" to make stronger; "beyond" ten times; "chance": without chance
                        the plan reaches it as it is; None where there is a multiple
    hazard_ratio      : the strongest ratio's median, and what it would have to be
    without_amounts   : the median if the plan changed no amounts; None where it changes none, or
                        the claim is not of money
    person_years      : standing person-years off support that a sum of money would need
    person_years_found: those that the plan gives
    on_support        : people on support without the plan, in the middle of the span
    """

    scaled: tuple[str, ...]
    own_chances: bool
    multiple: float | None
    reason: Literal["nothing", "beyond", "chance"] | None
    hazard_ratio: tuple[float, float] | None
    without_amounts: Median | None
    person_years: float | None
    person_years_found: float | None
    on_support: float | None


@dataclass(frozen=True, slots=True)
class Median:
    """A median; None is never."""

    median: float | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A published figure beside what is found.

    signed         : whether it is a change or a difference, told with its sign
    counted        : what money is set against, where it was said (`grammar.published`)
    found, without : what is found, and the same without the plan (None where it is a difference)
    effect         : what the plan makes of it; None where that is what is found
    scored         : whether it can be judged: it is known how it was counted
    percentile     : where the figure lies in what is found, 0 to 1; None where it is not scored
    verdict        : what the percentile says; None where it is not scored
    direction      : 1, the more the better for the claim; −1, the less; 0, no claim of the plan
    chance_reached : None where the direction is 0, or it is not scored
    needed         : what would have to be true; None where the median reaches the claim, or it is
                     not scored
    """

    text: dict[str, str]
    kind: str
    design: dict[str, str] | None
    measure: str
    future: str
    unit: str
    counted: Counted | None
    per_year: bool
    signed: bool
    value: float
    promised: float | None
    leakage: dict[str, str] | None
    calibrated: bool
    ci95: tuple[float, float] | None
    sample: tuple[int, ...] | None
    source: dict[str, str] | None
    tag: str | None
    note: dict[str, str] | None
    draws: int
    found: Quantiles
    without: Quantiles | None
    effect: Quantiles | None
    scored: bool
    percentile: float | None
    verdict: Verdict | None
    direction: int
    chance_reached: float | None
    needed: Needed | None = None


def claims(study: Study, observed: Observed) -> list[Claim]:
    """A claim for each published figure."""
    there = ~np.isnan(observed.found)
    return [
        _claim(study, number, *(part[there[:, number], number] for part in observed))
        for number in range(len(study.form.published))
    ]


def _claim(
    study: Study, number: int, found: np.ndarray, without: np.ndarray, effect: np.ndarray
) -> Claim:
    figure = study.form.published[number]
    value = value_of(study, figure)
    predicted = as_measured(study, number, found)
    scored = figure.counted != "unknown"
    share = percentile(predicted, value) if scored else None
    way = direction(figure, value, without)
    changes = figure.measure == "change" or figure.against is not None
    return Claim(
        text=figure.text.by_language(),
        kind=figure.kind,
        design=figure.design.by_language() if figure.design else None,
        measure=figure.measure,
        future=figure.seen_in,
        unit=unit_of(figure),
        counted=figure.counted,
        per_year=figure.per_year,
        signed=figure.seen_in == "difference" or changes,
        value=value,
        promised=figure.promised,
        leakage=figure.leakage.by_language() if figure.leakage else None,
        calibrated=figure.calibrated,
        ci95=(figure.ci95[0], figure.ci95[1]) if figure.ci95 else None,
        sample=tuple(figure.sample) if figure.sample else None,
        source=figure.source.by_language() if figure.source else None,
        tag=figure.tag,
        note=figure.note.by_language() if figure.note else None,
        draws=len(predicted),
        found=Quantiles.of(predicted),
        without=Quantiles.of(without) if np.isfinite(without).all() else None,
        effect=Quantiles.of(effect) if not np.isnan(effect).any() else None,
        scored=scored,
        percentile=share,
        verdict=verdict(share) if share is not None else None,
        direction=way,
        chance_reached=float(reached(predicted, value, way).mean()) if way and scored else None,
    )


def value_of(study: Study, figure: Published) -> float:
    """The published figure; a date of payback in years from the start to the end of its step."""
    if figure.value is not None:
        return figure.value
    assert figure.by is not None
    timeline = study.timeline
    return sum(start <= figure.by for start in timeline.dates[:-1]) / timeline.steps_per_year


def unit_of(figure: Published) -> str:
    """kr, people, share, points (of a share), change, months, person_years, years, ratio"""
    if figure.seen_in == "ratio":
        return "ratio"
    if figure.measure in ("share", "change"):
        return "points" if figure.seen_in == "difference" else figure.measure
    units = {"saving": "kr", "balance": "kr", "time": "months", "payback": "years"}
    return units.get(figure.measure, figure.measure)


def direction(figure: Published, value: float, without: np.ndarray) -> int:
    """1: the more the better for the claim; −1: the less; 0: a figure of the baseline is no claim.

    Against nothing: the same share or number as in the baseline, no change, no difference, a ratio
    of 1; who has ever been somewhere comes on top of nobody. What was promised tells it better than
    what came. Payback is claimed to be early, and money to be saved, though a loss was found.
    """
    if figure.seen_in == "baseline":
        return 0
    if figure.measure in MONEY:
        return -1 if figure.measure == "payback" else 1
    nothing = 1.0 if figure.seen_in == "ratio" else 0.0
    from_nothing = figure.measure == "change" or figure.against is not None or figure.ever
    if figure.seen_in == "plan" and not from_nothing:
        nothing = quantile(without, 0.5)
    claimed = value if figure.promised is None else figure.promised
    return 1 if claimed >= nothing else -1


def reached(found: np.ndarray, value: float, way: int) -> np.ndarray:
    """(draws,) bool: at least as far from nothing as was claimed."""
    near = 1e-9 * max(abs(value), 1.0)
    return way * (found - value) >= -near if np.isfinite(value) else found == value


def percentile(found: np.ndarray, value: float) -> float:
    """Where a value lies among the draws, from 0 to 1; half of those that are equal are below."""
    return float((found < value).mean() + 0.5 * (found == value).mean())


def verdict(share: float) -> Verdict:
    """What a percentile says of the published figure."""
    if share < 0.01:
        return "far below"
    if share < 0.10:
        return "below"
    if share > 0.99:
        return "far above"
    return "above" if share > 0.90 else "within"


def as_measured(study: Study, number: int, found: np.ndarray) -> np.ndarray:
    """The prediction of what would have been measured: with the error that was published.

    A sample has its chance in it already.
    """
    return found if study.form.published[number].sample else with_error(study, number, found)


def with_error(study: Study, number: int, found: np.ndarray) -> np.ndarray:
    """With the normal error of the published interval, where there is one."""
    figure = study.form.published[number]
    if figure.ci95 is None:
        return found
    low, high = figure.ci95
    rng = np.random.default_rng(key(study.seed, "published", str(number)))
    error = rng.standard_normal(len(found))
    if figure.seen_in == "ratio" and low > 0:
        return np.asarray(found * np.exp(error * np.log(high / low) / (2 * Z_975)))
    return found + error * (high - low) / (2 * Z_975)
