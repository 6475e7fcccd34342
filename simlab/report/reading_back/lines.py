"""How a line of the reading back is put together."""

from __future__ import annotations

from collections.abc import Iterable

from simlab.study.quantity import Quantity
from simlab.words import Words


def per(unit: str, words: Words) -> str:
    """A unit of time, as in "20 a month"."""
    return {
        "hour": words("an hour"),
        "week": words("a week"),
        "month": words("a month"),
        "year": words("a year"),
    }[unit]


def length(number: float, unit: str, words: Words) -> str:
    """So many weeks, months or years, as the study counts them."""
    n = words.plain(number)
    return {
        "weeks": words("{n} weeks", n=n),
        "months": words("{n} months", n=n),
        "years": words("{n} years", n=n),
    }[unit]


def keyed(quantities: Iterable[tuple[str, Quantity]], words: Words) -> str:
    """Figures with the band or date that each is for."""
    said = (f"{key.strip('.')} {words.told(q.told())}".strip() for key, q in quantities)
    return ", ".join(said)


def whom(while_: str, words: Words) -> tuple[str, ...]:
    """For whom a part of the plan holds, where it is not everyone."""
    known = {
        "enrolled": words("for those in the programme"),
        "ever_enrolled": words("from enrolment on"),
    }
    return (known[while_],) if while_ in known else ()
