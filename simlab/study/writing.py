"""The resolved study as TOML: all that it extends merged into one file that runs alone."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import date
from typing import Any

from simlab.study.study import Study
from simlab.study.values import is_value

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def resolved_toml(study: Study, without: Collection[str] = ()) -> str:
    """One file without ``extends``; reading it gives the same study, but for the keys left out."""
    lines: list[str] = []
    kept = {key: value for key, value in study.tree.tables.items() if key not in without}
    _table(kept, (), lines)
    return "\n".join(lines).strip() + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    """Values stay on their line and in their order; tables of names get a heading each."""
    below: list[tuple[str, Any]] = []
    for key, value in table.items():
        if (isinstance(value, dict) and not is_value(value)) or _is_tables(value):
            below.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in below:
        here = (*path, key)
        name = ".".join(_key(k) for k in here)
        for one in [value] if isinstance(value, dict) else value:
            lines += ["", f"[{name}]" if isinstance(value, dict) else f"[[{name}]]"]
            _table(one, here, lines)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _key(key: str) -> str:
    return key if _BARE.match(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value) or math.isinf(value):
            return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return _string(str(value))


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character, code in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(character, code)
    escaped = "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{escaped}"'
