"""The tables of a study as TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from simlab.study.grammar import StudyFile
from simlab.study.key_path import quoted
from simlab.study.tables import Part, under
from simlab.study.typed import TypedFloat

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def as_toml(tables: Mapping[str, Any]) -> str:
    """The text of a study file that says what the tables do."""
    lines: list[str] = []
    _table(tables, (), StudyFile, lines)
    return "\n".join(lines).strip() + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...], part: Part, lines: list[str]) -> None:
    """Values stay on their line and in their order; what has names gets a heading for each."""
    below: list[tuple[str, Any]] = []
    for key, value in table.items():
        headed = isinstance(value, dict) or _is_tables(value)
        if headed and under(part, key) is not None:
            below.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in below:
        here, inner = (*path, key), under(part, key)
        name = ".".join(_key(k) for k in here)
        single = isinstance(value, dict)
        for inside in [value] if single else value:
            lines += ["", f"[{name}]" if single else f"[[{name}]]"]
            _table(inside, here, inner if single else under(inner, 0), lines)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _key(key: str) -> str:
    return key if _BARE.match(key) else quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, TypedFloat):
        return value.text  # as it was typed, so that the resolved study warns of it too
    if isinstance(value, float):
        return repr(value)  # nan and inf too, as TOML writes them
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return quoted(str(value))
