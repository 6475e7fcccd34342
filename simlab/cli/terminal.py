"""Text that a terminal can show.

A Windows console may stand on an old Danish code page, so typographic signs become plain ones and
what cp1252 does not hold becomes "?". Control characters in a study's title are dropped: a title
must not move the cursor.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 88
_ONE_SIGN = str.maketrans("−–—·“”„‘’×\u00a0\u202f\u2009", '----"""\'\'x   ')
_PLAIN = _ONE_SIGN | str.maketrans({"±": "+/-", "…": "...", "→": "->", "≥": ">=", "≤": "<="})


def plain(text: str) -> str:
    """Text that a Danish console can show: no control characters, nothing outside cp1252."""
    signs = "".join(c if c.isprintable() else " " for c in text.translate(_PLAIN))
    return " ".join(signs.split()).encode("cp1252", "replace").decode("cp1252")


def wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    """The lines of a paragraph; ``hanging`` stands before all but the first."""
    return textwrap.wrap(plain(text), WIDTH, initial_indent=indent, subsequent_indent=hanging)


def aligned(rows: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Labels below each other, and beside each what is said of it."""
    texts = [(plain(label), plain("; ".join(parts))) for label, parts in rows]
    width = max((len(label) for label, _ in texts), default=0)
    return [f"  {label:<{width}}  {text}" for label, text in texts]
