"""Characters that nobody sees on a page, or that turn its writing around.

A text of a study, or the name of a plan, that holds one is refused, with its place. The name of a
file is not the study's to choose, and is shown with the place: pl<U+202E>an.
"""

from __future__ import annotations

import re
import unicodedata

# What XML cannot hold, and so neither a drawing nor a workbook; what has no width, so that two
# names look alike; and what turns the writing around, so that a page says another thing.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """The text with the places of what nobody sees.

    >>> visible("pl\\u202ean")
    'pl<U+202E>an'
    """
    return _UNSEEN.sub(lambda match: f"<{code_of(match[0])}>", text)


def unseen(text: str) -> str | None:
    """What is wrong with a text that holds such a character; None of one that holds none."""
    match = _UNSEEN.search(text)
    if match is None:
        return None
    code, name = code_of(match[0]), unicodedata.name(match[0], "").lower()
    shown = visible(text)
    if len(shown) > 80:
        at = shown.index(f"<{code}>")
        shown = f"…{shown[max(at - 30, 0) : at + 40]}…"
    called = f"{code}, {name}" if name else code
    return f'holds a character that nothing can show ({called}): "{shown}"'


def code_of(character: str) -> str:
    """How a character is called where it cannot be shown: U+202E."""
    return f"U+{ord(character):04X}"
