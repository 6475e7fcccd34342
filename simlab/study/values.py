"""Values as a study writes them: uncertain, by time on a clock, and by date.

    job = 0.01                                             a number, or any uncertain value
    job = { "1-3" = 0.095, "4-12" = 0.043, "13+" = 0.02 }  by whole units on a clock
    job = { "2015-01" = 0.01, "2016-01" = 0.02 }           from a date on, the first before it too
    job = { "2015-01" = { "1" = 0.8, "2+" = 0.4 } }        both

Bands count the unit of the table that they stand in (months in ``chance_per_month``). They count
the clock of the state itself; ``by = "support.away"`` counts the time since support ended.
"""

from __future__ import annotations

import calendar
import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from simlab.study.quantity import (
    ABOUT,
    Domain,
    Quantity,
    QuantityError,
    looks_like_quantity,
    read_quantity,
)
from simlab.study.time import looks_like_date, read_date

_BAND = re.compile(r"^\s*(\d{1,5})\s*(?:(\+)|[-–]\s*(\d{1,5}))?\s*$")


@dataclass(frozen=True, slots=True)
class Band:
    """Clock values ``low`` to ``high`` (None: and beyond), with their value."""

    low: int
    high: int | None
    value: Quantity
    key: str


@dataclass(frozen=True, slots=True)
class Bands:
    """One value, or a value per band of a clock (``by`` names it; None: the state's own)."""

    bands: tuple[Band, ...]
    by: str | None = None
    key: str | None = None  # the date it was written under

    @property
    def edge(self) -> int:
        """The clock value from which nothing changes any more."""
        return self.bands[-1].low

    def index(self, clock: int) -> int:
        """Which band holds ``clock``; before the first band counts as the first."""
        for k, band in enumerate(self.bands):
            if band.high is None or clock <= band.high:
                return k
        return len(self.bands) - 1

    def quantities(self) -> list[tuple[str, Quantity]]:
        """(path below the value's own, the quantity)."""
        head = f".{self.key}" if self.key else ""
        return [(f"{head}.{b.key}" if b.key else head, b.value) for b in self.bands]

    def placed(self, path: str) -> Bands:
        """The same, of which each quantity knows its key path; ``path`` is that of the value."""
        each = zip(self.bands, self.quantities(), strict=True)
        bands = (replace(b, value=replace(q, path=path + below)) for b, (below, q) in each)
        return Bands(tuple(bands), self.by, self.key)


@dataclass(frozen=True, slots=True)
class Varying:
    """A value by date and clock: ``versions`` in order of date, the first from the beginning."""

    versions: tuple[tuple[date | None, Bands], ...]

    def version(self, when: date) -> int:
        """Which version is in force in a step that starts on ``when``; the first also before its
        own date."""
        return bisect_right(self.versions, when, lo=1, key=_since) - 1

    def at(self, when: date) -> Bands:
        """The value in force in a step that starts on ``when``."""
        return self.versions[self.version(when)][1]

    @property
    def begins(self) -> date | None:
        """The first date, if the value has one."""
        return self.versions[0][0]

    @property
    def path(self) -> str:
        """Its key path in the study that it is of."""
        below, first = self.quantities()[0]
        return first.path.removesuffix(below)

    @property
    def changes(self) -> list[date]:
        return [since for since, _ in self.versions[1:] if since is not None]

    def quantities(self) -> list[tuple[str, Quantity]]:
        return [pair for _, bands in self.versions for pair in bands.quantities()]

    def placed(self, path: str) -> Varying:
        """The same, of which each quantity knows its key path; ``path`` is that of the value."""
        return Varying(tuple((since, bands.placed(path)) for since, bands in self.versions))

    @property
    def is_banded(self) -> bool:
        return any(len(bands.bands) > 1 for _, bands in self.versions)


def _since(version: tuple[date | None, Bands]) -> date:
    return version[0] or date.min


def looks_like_band(key: str) -> bool:
    return bool(_BAND.match(key))


def _refuse(problems: list[tuple[str, str]]) -> PydanticCustomError:
    text = str(QuantityError(problems))
    return PydanticCustomError("value", "{text}", {"text": text, "problems": problems})


def about(written: Mapping[str, Any]) -> dict[str, Any]:
    """The source, tag and note of a table, which its values inherit."""
    return {key: written[key] for key in ABOUT if key in written}


def with_about(value: Any, inherited: Mapping[str, Any]) -> Any:
    """A value that is written, with the source, tag and note that it inherits."""
    if inherited and not isinstance(value, dict):
        value = {"value": value}
    return {**inherited, **value} if isinstance(value, dict) else value


Read = Callable[[object], Quantity]


def _read_bands(written: Any, read: Read, inherited: Mapping[str, Any], key: str | None) -> Bands:
    if not isinstance(written, dict) or looks_like_quantity(written):
        return Bands((Band(0, None, read(with_about(written, inherited)), ""),), key=key)
    inherited = {**inherited, **about(written)}
    by = written.get("by")
    problems: list[tuple[str, str]] = []
    if by is not None and not isinstance(by, str):
        problems.append(("by", f'{by!r} is not a clock; write by = "support" or "support.away"'))
    bands: list[Band] = []
    for name, value in written.items():
        if name in ("by", *ABOUT):
            continue
        ends = _BAND.match(str(name))
        if not ends:
            text = 'is neither a band ("1-3", "13+") nor a key of an uncertain value'
            problems.append((str(name), text))
            continue
        low = int(ends[1])
        high = None if ends[2] else int(ends[3] or low)
        try:
            bands.append(Band(low, high, read(with_about(value, inherited)), name))
        except QuantityError as error:
            problems += error.under(name)
    bands.sort(key=lambda b: b.low)
    if not problems and not bands:
        problems.append(("", "is empty; write a number, an uncertain value, or bands"))
    if not problems:
        if bands[0].low > 1:
            problems.append((bands[0].key, f"bands start at 1, not at {bands[0].low}"))
        for band, after in itertools.pairwise(bands):
            if band.high is None or after.low != band.high + 1:
                text = f'does not follow on "{band.key}" without gap or overlap'
                problems.append((after.key, text))
        if bands[-1].high is not None:
            problems.append((bands[-1].key, f'the last band must be open: "{bands[-1].low}+"'))
    if problems:
        raise QuantityError(problems)
    return Bands(tuple(bands), by=by, key=key)


def read_varying(
    written: Any, domain: Domain, *, neutral: float | None = None, zero_allowed: bool = True
) -> Varying:
    """A value by date and band, or QuantityError with every problem found."""
    read = partial(read_quantity, domain=domain, neutral=neutral, zero_allowed=zero_allowed)
    dated = (
        isinstance(written, dict)
        and not looks_like_quantity(written)
        and any(looks_like_date(str(k)) for k in written)
    )
    if not dated:
        return Varying(((None, _read_bands(written, read, {}, None)),))
    problems: list[tuple[str, str]] = []
    versions: list[tuple[date, Bands]] = []
    for key, value in written.items():
        if key in ABOUT:
            continue
        try:
            since = read_date(str(key))
            versions.append((since, _read_bands(value, read, about(written), str(key))))
        except QuantityError as error:
            problems += error.under(key)
        except ValueError as error:
            problems.append((str(key), str(error)))
    if problems:
        raise QuantityError(problems)
    versions.sort(key=lambda version: version[0])
    return Varying(tuple(versions))


def _validator(kind: type, read: Callable[[Any], Any]) -> PlainValidator:
    """Reads what is written, and passes on what was read before."""

    def validated(written: Any) -> Any:
        if isinstance(written, kind):
            return written
        try:
            return read(written)
        except QuantityError as error:
            raise _refuse(error.problems) from None

    return PlainValidator(validated)


def _value(domain: Domain, neutral: float = 0.0, zero_allowed: bool = True) -> PlainValidator:
    read = partial(read_quantity, domain=domain, neutral=neutral, zero_allowed=zero_allowed)
    return _validator(Quantity, read)


def _varying(domain: Domain, zero_allowed: bool = True) -> PlainValidator:
    read = partial(read_varying, domain=domain, neutral=0.0, zero_allowed=zero_allowed)
    return _validator(Varying, read)


def _schema(name: str) -> WithJsonSchema:
    """A place for a definition that ``schema.py`` puts in once for all."""
    return WithJsonSchema({"$comment": f"simlab:{name}"})


ChanceValue = Annotated[Quantity, _value("chance"), _schema("chance")]
PositiveValue = Annotated[Quantity, _value("positive", 1.0, False), _schema("positive")]
NumberValue = Annotated[Quantity, _value("positive"), _schema("positive")]
FreeValue = Annotated[Quantity, _value("free"), _schema("free")]

VaryingChance = Annotated[Varying, _varying("chance"), _schema("varying_chance")]
VaryingNumber = Annotated[Varying, _varying("positive"), _schema("varying_positive")]
VaryingPositive = Annotated[Varying, _varying("positive", False), _schema("varying_positive")]
VaryingFree = Annotated[Varying, _varying("free"), _schema("varying_free")]


def _date_validator(written: Any) -> date:
    try:
        return read_date(written)
    except ValueError as error:
        raise _refuse([("", str(error))]) from None


def _last_day_validator(written: Any) -> date:
    """ "2018" is until the last day of 2018, "2018-12" until the last day of December."""
    when = _date_validator(written)
    parts = str(written).count("-")
    if isinstance(written, date) or parts == 2:
        return when
    if parts == 1:
        return date(when.year, when.month, calendar.monthrange(when.year, when.month)[1])
    return date(when.year, 12, 31)


Until = Annotated[
    date,
    PlainValidator(_last_day_validator),
    WithJsonSchema({"type": ["string", "integer"], "description": "the last year, month or day"}),
]

When = Annotated[
    date,
    PlainValidator(_date_validator),
    WithJsonSchema({"type": ["string", "integer"], "description": "2015, 2015-03 or 2015-03-01"}),
]
