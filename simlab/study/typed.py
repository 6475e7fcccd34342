"""A number, or a length of time, as a person types it: on the command line, in a target, a grid.

    1.5   0,5   250_000   2e6        a comma is a decimal comma, as in Danish; it is never dropped
    250,000                          refused: 250 to one reader, a quarter of a million to another
    250.000                          refused too, but for a value of a study: there three decimals
                                     are nothing strange in a ratio, so where it stands decides
    1.250.000   1,250,000            refused: thousands are parted by _

    90m   24h   1,5d                 minutes, hours, days

A study file is TOML, and written as TOML says: 100.000 is 100 there. Such a number remembers how
it was typed (`TypedFloat`): where people or kroner are counted, a reader of a file is warned that
thousands may be meant (`two_readings`), and a value that is set for a call is refused.
"""

from __future__ import annotations

import re
import tomllib
from math import inf, isinf
from typing import Any

from simlab.study.errors import SimlabError
from simlab.study.time import DAY, HOUR, MINUTE

_NUMBER = re.compile(r"[+−-]?(?:\d+(?:_\d+)*(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TWO_READINGS = re.compile(r"([+−-]?[1-9]\d{0,2})[.,](\d{3})", re.ASCII)
_MEANT_AS_ONE = re.compile(r"[+−-]?[\d_]*\d(?:[.,][\d_]*)+", re.ASCII)
_SECONDS = {"s": 1.0, "m": MINUTE, "h": HOUR, "d": DAY}
_LONGEST = 60  # characters of a number that is shown


class TypedFloat(float):
    """A number of a study file that is another to who parts thousands by a dot: its text is kept.

    As a number it is like any other, and what is computed with it is a plain float.
    """

    text: str

    @property
    def thousands(self) -> str:
        """How the other reading is written: 100_000 for 100.000."""
        return self.text.replace(".", "_")


def toml_float(text: str) -> float:
    """A float as TOML writes it; for `tomllib`."""
    if not _TWO_READINGS.fullmatch(text):
        return float(text)
    typed = TypedFloat(text)
    typed.text = text
    return typed


class NumberError(SimlabError, ValueError):
    """A text that is meant as a number, and is none; the message says how to write it."""


def number(text: str) -> float:
    """The number that is typed; NumberError where there is none, or more than one.

    >>> number("0,5"), number("250_000"), number("−1.5")
    (0.5, 250000.0, -1.5)
    """
    bare = text.strip()
    if _TWO_READINGS.fullmatch(bare):
        raise NumberError(both_readings(bare))
    if not _NUMBER.fullmatch(bare):
        shown = bare if len(bare) <= _LONGEST else f"{bare[:_LONGEST]}…"
        raise NumberError(f'"{shown}" is no number; write 0.5 or 0,5, and thousands as 250_000')
    typed = float(bare.replace("_", "").replace(",", ".").replace("−", "-"))
    if isinf(typed):
        raise NumberError(f"{len(bare):,} characters of a number are beyond all numbers")
    return typed


def both_readings(text: str) -> str:
    """What is wrong with one to three digits, a mark, and three digits."""
    whole, decimals = re.split("[.,]", text)
    fewer = decimals.rstrip("0") or "0"
    fewer += "0" * (len(fewer) == 3)  # 1.1250 has one reading
    return (
        f'"{text}" is {whole}.{fewer} to some and {whole}_{decimals} to others; '
        "write the one that you mean"
    )


def read_float(text: str) -> float:
    """A number for a study: as `number`, but a dot before three digits is kept as it was typed.

    >>> read_float("1.305"), read_float("1,5")
    (1.305, 1.5)
    """
    bare = text.strip().replace("−", "-")
    return toml_float(bare) if "." in bare and _TWO_READINGS.fullmatch(bare) else number(text)


def value(text: str) -> Any:
    """A value as TOML writes it, or a number as it is typed; what is neither is a text.

    NumberError for what is meant as a number and has two readings, or none. A dot before three
    digits has as many as the place in the study where the value comes to stand.

    >>> value("5"), value("0,5"), value("[1, 2]"), value("municipality")
    (5, 0.5, [1, 2], 'municipality')
    """
    bare = text.strip()
    if _MEANT_AS_ONE.fullmatch(bare):
        return read_float(bare)
    try:
        tables = tomllib.loads(f"value = {bare}", parse_float=toml_float)
    except (ValueError, RecursionError):  # no TOML, or an integer of thousands of digits
        return number(bare) if _NUMBER.fullmatch(bare) else bare
    return tables["value"] if len(tables) == 1 else bare  # a line that went on would be dropped


def duration(text: str) -> float:
    """Seconds of a length of time; infinity for "none". NumberError where it is neither.

    >>> duration("90m"), duration("24h"), duration("1,5d"), duration("none")
    (5400.0, 86400.0, 129600.0, inf)
    """
    bare = text.strip().lower()
    if bare == "none":
        return inf
    size, unit = bare[:-1], bare[-1:]
    if unit not in _SECONDS:
        raise NumberError(f'"{text[:_LONGEST]}" is no length of time; write 90m, 24h, 2d, or none')
    seconds = number(size) * _SECONDS[unit]
    if not 0 < seconds < inf:
        raise NumberError(f'"{text[:_LONGEST]}": a length of time is above 0, and finite, or none')
    return seconds
