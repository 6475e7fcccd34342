"""What a batch is to run: studies, times settings, each with a name and a folder of its own.

A grid lays values on key paths, and every combination is a run:

    --grid plan.effect.0.hazard_ratio=1.0:2.0:11        eleven values, evenly from 1 to 2
    --grid years=5,10                                   these values
    --grid "plan.scale=0,5;1;1,5"                       with semicolons, a comma is for decimals

The same can stand in a file, with paths and patterns of studies beside it:

    studies = ["hjoerring.toml", "municipalities/*.toml"]
    draws   = 10_000
    until   = "never ±1pp"
    set     = { "years" = 10 }
    grid    = { "plan.effect.0.hazard_ratio" = "1.0:2.0:11" }
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from simlab.runs.files import folder_of
from simlab.study import typed
from simlab.study.errors import Problem, StudyError, nearest
from simlab.study.key_path import keys_of_path, path_and_value
from simlab.study.toml import read_toml
from simlab.study.unseen import visible

KEYS = ("studies", "draws", "seed", "engine", "perspective", "until", "set", "grid")
MOST_VALUES, MOST_RUNS = 10_000, 100_000
LONGEST_PATTERN = 500  # characters
_RANGE = re.compile(r"^\s*([^:;]+):([^:;]+):(\d+)\s*$")
_PAIRS = re.compile(r"\d+,\d+(?:,\d+,\d+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """One run of a batch: a study file, what is set in it, and the name of its folder."""

    name: str
    study: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line, or a batch file, asks for.

    until : how sure a figure of each run is to be, where a batch file says so
    """

    studies: tuple[Path, ...]
    settings: Mapping[str, Any]
    grid: Mapping[str, tuple[Any, ...]]
    until: str | None = None


def wanted(paths: Sequence[Path], settings: Mapping[str, Any], grids: Sequence[str]) -> Wanted:
    """Study files, folders of them, and batch files, as the command line names them.

    StudyError with every mistake at once.
    """
    problems: list[Problem] = []
    studies: list[Path] = []
    said = dict(settings)
    grid: dict[str, tuple[Any, ...]] = {}
    until = None
    for path in paths:
        if path.is_dir():
            here = sorted(path.glob("*.toml"))
            if not here:
                problems.append(Problem(str(path), "", "holds no study (*.toml)"))
            studies += here
            continue
        tables = _tables(path, problems)
        if "studies" not in tables:
            studies.append(path)
            continue
        listed = _batch_file(path, tables, problems)
        studies += listed.studies
        said = {**listed.settings, **said}
        grid |= listed.grid
        until = listed.until or until
    for text in grids:
        sides = path_and_value(text)
        if sides is None:
            problems.append(Problem("--grid", text, "write PATH=FROM:TO:COUNT or PATH=A,B,…"))
            continue
        grid[sides[0]] = _values("--grid", *sides, problems)
    if problems:
        raise StudyError(problems)
    return Wanted(tuple(dict.fromkeys(studies)), said, grid, until)


def _tables(path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    """What a file holds; nothing where it is no TOML, which its own run will tell."""
    try:
        return read_toml(path)
    except StudyError as error:
        if not path.is_file():
            problems += error.problems
        return {}


def _batch_file(path: Path, tables: Mapping[str, Any], problems: list[Problem]) -> Wanted:
    def wrong(key: str, message: str) -> None:
        problems.append(Problem(str(path), key, message))

    for key in tables:
        if key not in KEYS:
            wrong(key, f"unknown key{nearest(key, KEYS) or '; known: ' + ', '.join(KEYS)}")
    patterns = tables["studies"]
    if not isinstance(patterns, list) or not all(isinstance(p, str) for p in patterns):
        wrong("studies", 'write a list of files: ["a.toml", "folder/*.toml"]')
        patterns = []
    elif not patterns:
        wrong("studies", "names no study")
    until = tables.get("until")
    if until is not None and not isinstance(until, str):
        wrong("until", 'write a text: "never ±1pp"')
    studies: list[Path] = []
    for i, pattern in enumerate(patterns):
        files = _matching(path, pattern)
        if not files:
            wrong(f"studies.{i}", f'"{pattern}" is no file beside this one')
        studies += files
    settings = {key: tables[key] for key in KEYS[1:5] if key in tables}
    for key in ("set", "grid"):
        if not isinstance(tables.get(key, {}), dict):
            wrong(key, 'write a table: { "key.path" = … }')
    given, laid = (
        tables[key] if isinstance(tables.get(key), dict) else {} for key in ("set", "grid")
    )
    for table, named in (("set", given), ("grid", laid)):
        for key in named:
            try:
                keys_of_path(key)
            except ValueError as error:
                wrong(f"{table}.{key}", str(error))
    grid = {key: _values(f"{path}", f"grid.{key}", v, problems) for key, v in laid.items()}
    return Wanted(tuple(studies), settings | given, grid, until)


def _matching(file: Path, pattern: str) -> list[Path]:
    """The files beside a batch file that a pattern names; ``**`` once, since more multiply."""
    if pattern.count("**") > 1 or len(pattern) > LONGEST_PATTERN:
        return []
    try:
        return sorted(p for p in file.parent.glob(pattern) if p.is_file() and p != file)
    except (ValueError, NotImplementedError, IndexError, OSError):
        return []


def _values(file: str, key: str, written: Any, problems: list[Problem]) -> tuple[Any, ...]:
    """1.0:2.0:11, or 1, 1.5, 2, or a TOML list; each value once."""
    try:
        values = list(written) if isinstance(written, list) else _typed(str(written))
    except typed.NumberError as error:
        problems.append(Problem(file, key, str(error)))
        return ()
    if not values:
        problems.append(Problem(file, key, "holds no value; write FROM:TO:COUNT or A,B,…"))
    return tuple({repr(value): value for value in values}.values())


def _typed(text: str) -> list[Any]:
    """The values of a grid as somebody typed them."""
    ranged = _RANGE.match(text)
    if ranged is None:
        return _listed(text)
    low, high, count = typed.read_float(ranged[1]), typed.read_float(ranged[2]), int(ranged[3])
    if not 2 <= count <= MOST_VALUES:
        raise typed.NumberError(f"{count} values; allowed: 2 to {MOST_VALUES:,}")
    step = (high - low) / (count - 1)
    numbers = [f"{low + i * step:.12g}" for i in range(count)]
    if any(isinstance(end, typed.TypedFloat) for end in (low, high)):
        # Whether these are decimals or thousands, the place of the value in the study says.
        numbers = [_as_long(number) for number in numbers]
    return [typed.toml_float(number) for number in numbers]


def _as_long(number: str) -> str:
    """A number of at most three decimals, with three; others as they are."""
    whole, _, decimals = number.partition(".")
    plain = "e" not in number and len(decimals) <= 3
    return f"{whole}.{decimals:0<3}" if plain else number


def _listed(text: str) -> list[Any]:
    """Values parted by semicolons, or by commas where these cannot be decimal commas."""
    bare = text.strip()
    if ";" not in bare and _PAIRS.fullmatch(bare) and not _in_order(bare.split(",")):
        listed, decimals = bare.replace(",", ";"), ";".join(re.findall(r"\d+,\d+", bare))
        raise typed.NumberError(
            f'"{bare}" may be read as {listed} and as {decimals}; write it with semicolons'
        )
    parts = bare.split(";" if ";" in bare else ",")
    return [typed.value(part) for part in parts if part.strip()]


def _in_order(numbers: list[str]) -> bool:
    """Whether whole numbers go up or down, as a grid of them does, and as 0,5;1,5 does not."""
    sizes = [int(number) for number in numbers]
    ways = {a < b for a, b in pairwise(sizes)} if len(set(sizes)) == len(sizes) else set()
    pair = len(numbers) == 2 and (numbers[0] == "0" or len(numbers[1]) == 3)  # 0,5 or 250,000
    return len(ways) == 1 and not pair


def items(asked: Wanted) -> list[Item]:
    """Every study with every combination of the grid; StudyError where there are too many."""
    combinations = 1
    for values in asked.grid.values():
        combinations *= len(values)
    runs = combinations * len(asked.studies)
    if runs > MOST_RUNS:
        raise StudyError([Problem("--grid", "", f"{runs:,} runs; allowed: {MOST_RUNS:,}")])
    found: list[Item] = []
    unique = _Names()
    for study, values in itertools.product(asked.studies, itertools.product(*asked.grid.values())):
        laid = dict(zip(asked.grid, values, strict=True))
        found.append(Item(unique.of(_named(study, laid)), study, {**asked.settings, **laid}))
    return found


def _named(study: Path, laid: Mapping[str, Any]) -> str:
    """hjoerring, or hjoerring, hazard_ratio=1.2; safe as the name of a folder anywhere."""
    parts = [
        folder_of(study, visible(study.stem)).name,
        *(f"{keys_of_path(key)[-1]}={value}" for key, value in laid.items()),
    ]
    return re.sub(r"[^\w=.,+-]", "_", ",".join(parts))[:120].rstrip(".") or "study"


class _Names:
    """Gives each run a name of its own: two of one name, or keys that end alike, are numbered.

    The next number of each name is remembered, so ten thousand of one name are ten thousand looks.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def of(self, name: str) -> str:
        plain = name.casefold()  # some systems know no capitals
        number, free = self._next.get(plain, 2), name
        while free.casefold() in self._taken:
            free, number = f"{name}-{number}", number + 1
        self._taken.add(free.casefold())
        self._next[plain] = number
        return free
