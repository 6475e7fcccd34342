"""What was found, as a person is told: a number as it was typed, anything else in a few words."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from datetime import date, time

LONGEST = 40  # characters of a text that is shown


def finite(value: object) -> float | None:
    """A number as a float; None for what is no number, or beyond all floats."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def mistake(value: object, wanted: str) -> str:
    """What is wrong with a value: "found 2; above p10 = 3 is needed"."""
    return f"found {shown(value)}; {wanted}"


def shown(value: object) -> str:
    """A value in a few words."""
    if (number := finite(value)) is not None:
        return numeral(number)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Real):
        return "a number beyond 1e308" if value == value else "no number (nan)"
    if isinstance(value, str):
        return f'the text "{cut(value)}"'
    if isinstance(value, date | time):
        return f"the date or time {value.isoformat()}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "a table"
    return "nothing" if value is None else f"a {type(value).__name__}"


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def below(path: str, key: object) -> str:
    """The path of what stands under a key."""
    name = cut(key) if isinstance(key, str) else shown(key)
    return f"{path}.{name}" if path and name else path or name


def in_digits(x: float, digits: int = 3) -> str:
    """A number with so many significant digits, and none of its whole digits lost: 1.50, 1,058."""
    if x == 0:
        return "0"
    size = int(f"{x:.{digits - 1}e}".partition("e")[2])  # of the rounded number
    if not -6 <= size < 15:
        return f"{x:.{digits - 1}e}"
    return f"{x:,.{max(0, digits - 1 - size)}f}"


def numeral(x: float) -> str:
    """A number as it was typed; a computed one, with more digits than are typed, in four."""
    text = f"{x:,.10g}" if x == 0 or 1e-6 <= abs(x) < 1e10 else f"{x:.10g}"
    return text if float(text.replace(",", "")) == x else in_digits(x, 4)


def apart(*values: float) -> list[str]:
    """Numbers with as few digits as tell them apart, at least three."""
    for digits in range(3, 17):
        texts = [in_digits(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts
