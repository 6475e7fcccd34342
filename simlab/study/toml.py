"""A TOML text as tables, or what is wrong with it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from simlab.study.errors import nearest, one_problem
from simlab.study.source import TooLargeError, read_bytes
from simlab.study.typed import toml_float
from simlab.study.unseen import unseen, visible

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_KEYS = 20_000
MAX_INTEGER = 2**63
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
# A dotted key as long as nobody writes one: tomllib takes time by its length cubed.
_LONG_KEY = re.compile(
    rf"(?<![\w.'\"-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{2 * MAX_DEPTH}}}", re.ASCII
)


def shown_path(path: Path) -> str:
    try:
        return visible(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return visible(str(path))


def read_toml(path: Path, shown: str | None = None) -> dict[str, Any]:
    """The tables of one TOML file, or StudyError with the line of the mistake."""
    shown = shown or shown_path(path)
    try:
        if path.is_dir():
            raise one_problem(shown, "", "is a folder, not a study file")
        text = read_bytes(path, MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise one_problem(shown, "", f"no such file{near_file(path)}") from None
    except UnicodeDecodeError as error:
        raise one_problem(shown, "", f"is not UTF-8 text (byte {error.start})") from None
    except TooLargeError as error:
        raise one_problem(shown, "", str(error)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise one_problem(shown, "", f"cannot be read: {reason}") from None
    return parse_toml(text, shown)


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    if _LONG_KEY.search(text):
        raise one_problem(shown, "", f"has a key of over {2 * MAX_DEPTH} parts")
    try:
        tables = tomllib.loads(unicodedata.normalize("NFC", text), parse_float=toml_float)
    except tomllib.TOMLDecodeError as error:
        raise one_problem(shown, "", f"is not valid TOML: {error}") from None
    except (RecursionError, ValueError) as error:
        raise one_problem(shown, "", f"cannot be read as TOML: {error}") from None
    bound(tables, shown)
    return tables


def bound(tables: dict[str, Any], shown: str) -> None:
    """Refuse what is nested too deep or too large, and what no page or drawing can show."""
    waiting: list[tuple[Any, int]] = [(tables, 0)]
    keys = 0
    while waiting:
        node, depth = waiting.pop()
        below = list(node.values()) if isinstance(node, dict) else node
        keys += len(below)
        if depth > MAX_DEPTH or keys > MAX_KEYS:
            raise one_problem(shown, "", f"has over {MAX_DEPTH} levels or {MAX_KEYS:,} keys")
        keyed = [*node, *below] if isinstance(node, dict) else below
        for text in keyed:
            if isinstance(text, str) and (said := unseen(text)):
                raise one_problem(shown, "", said)
        numbers = (child for child in below if isinstance(child, int))
        if any(not -MAX_INTEGER <= number < MAX_INTEGER for number in numbers):
            raise one_problem(shown, "", "holds a whole number of over 64 bits")
        waiting += [(child, depth + 1) for child in below if isinstance(child, dict | list)]


def near_file(path: Path) -> str:
    """'; did you mean "aabenraa.toml"?' of the TOML files beside one that is not there."""
    names = path.parent.glob("*.toml") if path.parent.is_dir() else ()
    return nearest(visible(path.name), (visible(file.name) for file in names))
