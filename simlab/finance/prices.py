"""Price levels: what an amount of one year's kr. is in the kr. that a study computes in.

    factor(y → z) = I_z / I_y

An index I has a level for each year. An amount that is ``indexed`` is in kr. of the year of its
date, or of the study's price level where it has no date. In fixed prices z is the price level; in
current prices z is the year of payment, so that an amount follows its index until a later date
gives it anew. Amounts without an index are taken as they are written.

What is beyond the table: years between two known ones are filled by even growth, and before the
first the level is held. After the last known year L an index rises by its own figure g, uncertain
as any other, and without one the level is held, so that prices then stand still:

    I_z = I_L · (1 + g)^(z − L)        factor(y → z) = I_min(z, L) / I_min(y, L) · (1 + g)^n

with n the years after L of z, less those of y.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from simlab.model.dated import by_date, in_force
from simlab.model.parameters import Values
from simlab.study.grammar import Index
from simlab.study.key_path import dotted, keys_of_path
from simlab.study.memo import once_a_study
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import looks_like_date, read_date
from simlab.study.values import Varying


@dataclass(frozen=True, slots=True)
class Factor:
    """What 1 kr. of a year is in the kr. of another: ``ratio`` · (1 + ``grows``)^``years``.

    Years of no growth leave the ratio as it is: an index that is read within its known years has a
    factor that is the same in every draw.
    """

    ratio: float = 1.0
    grows: Quantity | None = None
    years: int = 0

    def of(self, values: Values) -> float | np.ndarray:
        """The factor in each draw."""
        if self.grows is None:
            return self.ratio
        return np.asarray(self.ratio * power(values[self.grows], self.years))

    def in_first(self, values: Values) -> float:
        """The factor in the first draw."""
        return float(np.ravel(self.of(values))[0])

    def central(self) -> float:
        """With the growth at its mean."""
        growth = 0.0 if self.grows is None else self.grows.mean()
        return float(self.ratio * (1.0 + growth) ** self.years)


ONE = Factor()


def power(growth: np.ndarray, years: int | np.ndarray) -> np.ndarray:
    """(1 + growth)^years"""
    return np.asarray((1.0 + growth) ** years)


def level(index: Index, year: int) -> float:
    """The level of an index in a year, and that of the last known year in those after it."""
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


def ratio(index: Index, written: int, to: int) -> Factor:
    """What 1 kr. of a year is in that of another, by an index."""
    known = level(index, to) / level(index, written)
    years = max(to - index.last, 0) - max(written - index.last, 0)
    if years == 0 or index.grows_per_year is None:
        return Factor(known)
    return Factor(known, index.grows_per_year, years)


def factor(study: Study, indexed: str | None, written: int | None, paid: int) -> Factor:
    """What 1 kr. of the year ``written`` (None: of the price level), due in the year ``paid``, is
    in the kr. of the study."""
    known = prices(study)
    if indexed is None or known.base is None:
        return ONE
    to = paid if known.current else known.base
    return ratio(known.index[indexed], known.base if written is None else written, to)


def of_version(study: Study, indexed: str | None, varying: Varying, version: int, t: int) -> Factor:
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
    if indexed is None:
        return amount
    known = _by_step(study, indexed, varying, later)
    amount = amount * known.ratio
    if known.grows is None:
        return amount
    return amount * power(values[known.grows][:, None], known.years)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The factor on a dated amount by step; ratio, years : (steps,)"""

    ratio: np.ndarray
    grows: Quantity | None
    years: np.ndarray


@once_a_study
def _by_step(study: Study, indexed: str, varying: Varying, later: int) -> _Steps:
    steps = enumerate(in_force(study, varying, later), 1)
    each = [of_version(study, indexed, varying, v, t) for t, v in steps]
    grows = next((one.grows for one in each if one.grows is not None), None)
    return _Steps(
        np.array([one.ratio for one in each]), grows, np.array([one.years for one in each])
    )


def year_starts(study: Study, indexed: str | None) -> list[int]:
    """The first step of each year, where an indexed amount changes with the years."""
    if indexed is None or not prices(study).current:
        return []
    timeline = study.timeline
    years = [timeline.year_of(t) for t in range(1, timeline.steps + 1)]
    return [t for t, year in enumerate(years, 1) if t == 1 or year != years[t - 2]]


@once_a_study
def read_beyond(study: Study) -> tuple[str, ...]:
    """The indices that a study reads beyond their last known year: its kr. are of a later year, or
    amounts that follow them are."""
    known = prices(study)
    if known.base is None:
        return ()
    to = study.timeline.year_of(study.timeline.steps) if known.current else known.base
    followed = set(study.form.followers.values())
    return tuple(
        name
        for name, index in known.index.items()
        if name in followed
        and index.last < max(to, known.base, *_written_in(study, name), index.last)
    )


def _written_in(study: Study, indexed: str) -> Iterator[int]:
    """The years of the dates of amounts that follow an index, as far as the study reaches."""
    follow = [dotted(*path) for path, name in study.form.followers.items() if name == indexed]
    for path in study.quantities:
        if path.startswith(tuple(f"{start}." for start in follow)):
            dates = [str(key) for key in keys_of_path(path) if looks_like_date(str(key))]
            yield from (d.year for d in map(read_date, dates) if d < study.timeline.end)


def held_after(study: Study) -> dict[str, int]:
    """The indices that a study reads beyond their last known year, and it, where they stand still
    from then on."""
    index = prices(study).index
    ends = {name: index[name] for name in read_beyond(study)}
    return {name: one.last for name, one in ends.items() if one.grows_per_year is None}


def grown_after(study: Study) -> dict[str, tuple[int, Quantity]]:
    """The same, where they rise by a figure from then on, and the figure."""
    found = {}
    for name in read_beyond(study):
        index = prices(study).index[name]
        if index.grows_per_year is not None:
            found[name] = index.last, index.grows_per_year
    return found
