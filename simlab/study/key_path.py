"""Key paths: where a figure of a study stands, as it is printed and as it is named.

    plan.cost.talks.2016                 keys of tables, with dots between them
    plan.effect.0.hazard_ratio           in a list, a bare number is a position
    plan.effect."2".hazard_ratio         and a quoted one a name
    plan.effect."job.v2".hazard_ratio    a key that could be read otherwise is quoted

Within the program a path is the tuple of its keys: text for a key of a table, and for the name of
an entry of a list; a whole number for a position. No two places share a path.
"""

from __future__ import annotations

import re
import tomllib
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

# The lists whose entries may be called by name.
LISTS_WITH_NAMES = (("plan", "effect"), ("plan", "amount"), ("shares",))

_POSITION = re.compile(r"0|[1-9][0-9]{0,5}", re.ASCII)
_KEY = re.compile(r""""(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[^."'=:\s][^.=:\n]*+""")


def dotted(*keys: str | int) -> str:
    """The path of these keys.

    >>> dotted("plan", "effect", "job.v2", "hazard_ratio")
    'plan.effect."job.v2".hazard_ratio'
    """
    return ".".join(
        _written(key, keys[:place] in LISTS_WITH_NAMES) for place, key in enumerate(keys)
    )


def entry_path(table: str, number: int, name: str | None) -> str:
    """The path of an effect, or of a change of amounts: by its name, or else its position."""
    return dotted("plan", table, name or number)


def keys_of_path(text: str) -> KeyPath:
    """The keys of a path; ValueError says what is wrong with it.

    A bare number is an int: a position in a list, and in a table the key that is written so.

    >>> keys_of_path('plan.effect."2".hazard_ratio'), keys_of_path("plan.cost.talks.2016")
    (('plan', 'effect', '2', 'hazard_ratio'), ('plan', 'cost', 'talks', 2016))
    """
    keys, rest = _leading(text)
    if rest:
        raise ValueError(f"is not a key path: {rest[:40]!r} is not understood")
    return keys


def as_printed(text: str) -> str:
    """A path as `dotted` writes it, whatever of it was quoted."""
    return dotted(*keys_of_path(text))


def path_and_value(text: str) -> tuple[str, str] | None:
    """The two sides of PATH=VALUE; None where there is no path, or no value."""
    try:
        _, rest = _leading(text)
    except ValueError:
        return None
    if not rest.startswith("="):
        return None
    return text[: len(text) - len(rest)].strip(), rest[1:]


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character, code in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(character, code)
    escaped = "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{escaped}"'


def _written(key: str | int, in_a_list: bool) -> str:
    if isinstance(key, int):
        return str(key)
    bare = _KEY.fullmatch(key) and key[0] not in "\"'" and key == key.strip() and key.isprintable()
    return key if bare and not (in_a_list and _POSITION.fullmatch(key)) else quoted(key)


def _leading(text: str) -> tuple[KeyPath, str]:
    """The keys of the path that a text begins with, and the rest of the text."""
    keys: list[str | int] = []
    rest = text
    while True:
        found = _KEY.match(rest := rest.lstrip())
        if found is None:
            raise ValueError("is not a key path; write keys with dots between them: plan.effect.0")
        keys.append(_read(found[0].rstrip()))
        rest = rest[found.end() :].lstrip()
        if not rest.startswith("."):
            return tuple(keys), rest
        rest = rest[1:]


def _read(key: str) -> str | int:
    if key[0] not in "\"'":
        return int(key) if _POSITION.fullmatch(key) else key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError:
        raise ValueError(f"is not a key path: {key} is no text in quotes") from None
