"""Price levels: what an amount of one year's kr. is in the kr. that a study computes in.

    factor(y → z) = I_z / I_y

An index I has a level for each year. An amount that is ``indexed`` is in kr. of the year of its
date, or of the study's price level where it has no date. In fixed prices z is the price level; in
current prices z is the year of payment, so that an amount follows its index until a later date
gives it anew. Amounts without an index are taken as they are written.

What is beyond the table: years between two known ones are filled by even growth; before the first
and after the last known year the level is held, so that prices then stand still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simlab.model.dated import by_date, in_force
from simlab.model.parameters import Values
from simlab.study.grammar import Index
from simlab.study.memo import once_a_study
from simlab.study.study import Study
from simlab.study.values import Varying


def level(index: Index, year: int) -> float:
    """The level of an index in a year."""
    known = index.levels
    if year in known:
        return known[year]
    before = max((y for y in known if y < year), default=None)
    after = min((y for y in known if y > year), default=None)
    if before is None or after is None:
        return known[min(known) if before is None else max(known)]
    part = (year - before) / (after - before)
    return float(known[before] * (known[after] / known[before]) ** part)


@dataclass(frozen=True, slots=True)
class Prices:
    """In which kr. a study computes: of the year ``base``, or of each ``current`` year."""

    index: Mapping[str, Index]
    base: int | None
    current: bool


@once_a_study
def prices(study: Study) -> Prices:
    """The prices of a study."""
    return Prices(study.form.index, study.form.price_level, study.form.prices == "current")


def factor(study: Study, indexed: str | None, written: int | None, paid: int) -> float:
    """What 1 kr. of the year ``written`` (None: of the price level), due in the year ``paid``, is
    in the kr. of the study."""
    known = prices(study)
    if indexed is None or known.base is None:
        return 1.0
    index = known.index[indexed]
    to = paid if known.current else known.base
    return level(index, to) / level(index, known.base if written is None else written)


def of_version(study: Study, indexed: str | None, varying: Varying, version: int, t: int) -> float:
    """The factor on one version of a dated amount in step t."""
    since = varying.versions[version][0]
    return factor(study, indexed, since.year if since else None, study.timeline.year_of(t))


def priced(
    study: Study, values: Values, varying: Varying, indexed: str | None = None, later: int = 0
) -> np.ndarray:
    """(draws, steps) an amount that no clock bands, by date, in the kr. of the study.

    ``later`` moves its dates by so many months; the kr. that it is written in stay.
    """
    amount = by_date(study, values, varying, later)
    return amount if indexed is None else amount * _by_step(study, indexed, varying, later)


@once_a_study
def _by_step(study: Study, indexed: str, varying: Varying, later: int) -> np.ndarray:
    """(steps,) the factor on a dated amount."""
    steps = enumerate(in_force(study, varying, later), 1)
    return np.array([of_version(study, indexed, varying, v, t) for t, v in steps])


def year_starts(study: Study, indexed: str | None) -> list[int]:
    """The first step of each year, where an indexed amount changes with the years."""
    if indexed is None or not prices(study).current:
        return []
    timeline = study.timeline
    years = [timeline.year_of(t) for t in range(1, timeline.steps + 1)]
    return [t for t, year in enumerate(years, 1) if t == 1 or year != years[t - 2]]


def held_after(study: Study) -> dict[str, int]:
    """The indices that a study in current prices reads beyond their last known year, and it."""
    if not prices(study).current:
        return {}
    last = study.timeline.year_of(study.timeline.steps)
    ends = {name: max(index.levels) for name, index in prices(study).index.items()}
    return {name: end for name, end in ends.items() if end < last}
