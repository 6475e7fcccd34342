"""How a line of the reading back is put together.

Most of a study is read back as it stands, a line for each thing that a part of it states
(`stated`), by the key that the study writes: what is new in the grammar is read back with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from simlab.study.message import Number, Text
from simlab.study.quantity import Quantity
from simlab.study.values import Varying
from simlab.words import Words

BESIDE = ("label", "tag", "note")  # told where figures are shown to readers; tags are counted


def per(unit: str, words: Words) -> str:
    """A unit of time, as in "20 a month"."""
    return {
        "hour": words("an hour"),
        "week": words("a week"),
        "month": words("a month"),
        "year": words("a year"),
    }[unit]


def exact(number: float, words: Words) -> str:
    """A number as the study writes it: 0.0125, 101.1, 1,000,000"""
    return words.say(Number(f"{number:,.10g}"))


def length(number: float, unit: str, words: Words) -> str:
    """So many weeks, months or years, as the study counts them."""
    n = words.plain(number)
    return {
        "weeks": words.plural("{n} week", "{n} weeks", number, n=n),
        "months": words.plural("{n} month", "{n} months", number, n=n),
        "years": words.plural("{n} year", "{n} years", number, n=n),
    }[unit]


def worded(quantity: Quantity, words: Words, unit: str = "") -> str:
    """A figure, the unit it is in, and where it comes from."""
    figure = f"{words.say(quantity.in_words())} {unit}".rstrip()
    return sourced(figure, quantity.source, words)


def sourced(text: str, source: Text | None, words: Words) -> str:
    """A text, and where it comes from in brackets."""
    return text if source is None else f"{text} ({words.say(source)})"


def below(heading: str, lines: Iterable[str]) -> list[str]:
    """A heading and the lines below it; nothing where there are none."""
    indented = [f"  {line}" for line in lines]
    return [heading, *indented] if indented else []


def keyed(varying: Varying, words: Words, unit: str = "") -> str:
    """Figures with the band or date that each is for, on one line."""
    figures = varying.quantities()
    return ", ".join(f"{key.strip('.')} {worded(q, words, unit)}".strip() for key, q in figures)


def stated(
    part: BaseModel, words: Words, text: Collection[str] = (), unit: str = "", indent: int = 2
) -> list[str]:
    """A line for each thing that a part of the study states, but for the fields that are ``text``
    already; ``unit`` is what its amounts are in, and those of a ``cost_per_…`` are in kr."""
    lines: list[str] = []
    for name, field in type(part).model_fields.items():
        if name in part.model_fields_set and name not in (*text, *BESIDE):
            key = field.alias or name
            money = "kr." if name.startswith("cost_per_") else unit
            lines += _lines(getattr(part, name), key, words, money)
    return [f"{' ' * indent}{line}" for line in lines]


def _lines(value: Any, key: str, words: Words, unit: str) -> Iterator[str]:
    if isinstance(value, Varying):
        for place, quantity in value.quantities():
            yield f"{key}{place}: {worded(quantity, words, unit)}"
        for clock in clocks_of(value):
            yield f"{key}.by: {clock}"
    elif isinstance(value, Quantity):
        yield f"{key}: {worded(value, words)}"
    elif isinstance(value, BaseModel):
        for line in stated(value, words, unit=unit, indent=0):
            yield f"{key}.{line}"
    elif isinstance(value, dict) and not all(map(_is_plain, value.values())):
        for name, part in value.items():
            yield from _lines(part, f"{key}.{name}", words, unit)
    elif value not in (None, [], {}):
        yield f"{key}: {_plain(value, words)}"


def clocks_of(varying: Varying) -> list[str]:
    """The clocks that its bands are counted on, each once."""
    return list(dict.fromkeys(bands.by for _, bands in varying.versions if bands.by))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | date | Text) or value is None


def _plain(value: Any, words: Words) -> str:
    match value:
        case bool():
            return words("yes") if value else words("no")
        case date():
            return f"{value:%Y-%m-%d}"
        case int() | float():
            return exact(value, words)
        case Text():
            return words.say(value)
        case dict():
            return ", ".join(f"{name} {_plain(part, words)}" for name, part in value.items())
        case list() | tuple():
            return ", ".join(_plain(part, words) for part in value)
    return str(value)


def whom(while_: str, words: Words) -> tuple[str, ...]:
    """For whom a part of the plan holds, where it is not everyone."""
    known = {
        "enrolled": words("for those in the programme"),
        "ever_enrolled": words("from enrolment on"),
    }
    return (known[while_],) if while_ in known else ()
