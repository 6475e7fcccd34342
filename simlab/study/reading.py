"""From files to one checked study.

A study may build on others (``extends``): tables of names are merged, later wins; values (numbers,
uncertain values, bands, dated tables, lists) are replaced whole; correlations add up. Which of the
two a table is, its place in the grammar says (`tables`), and never its looks. Every key remembers
the file that it came from, so that a mistake is reported where it stands.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simlab.study import layers
from simlab.study.errors import Problem, StudyError, nearest, one_problem
from simlab.study.grammar import CostLine, StudyFile
from simlab.study.key_path import LISTS_WITH_NAMES, KeyPath, dotted, keys_of_path
from simlab.study.quantities import placed
from simlab.study.source import TooLargeError, read_bytes
from simlab.study.tables import Part, keys_of, under
from simlab.study.typed import toml_float
from simlab.study.unseen import unseen, visible

MAX_BYTES = 2_000_000
SETTINGS = "--set"  # the file of what is set for a variant
MAX_FILES = 64
MAX_DEPTH = 24
MAX_KEYS = 20_000
MAX_INTEGER = 2**63
MAX_NAME = 1_000  # characters of the name of a file
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
# A dotted key as long as nobody writes one: tomllib takes time by its length cubed.
_LONG_KEY = re.compile(
    rf"(?<![\w.'\"-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{2 * MAX_DEPTH}}}", re.ASCII
)


@dataclass
class Tree:
    """Merged tables, with the file of every key."""

    tables: dict[str, Any] = field(default_factory=dict)
    files: dict[KeyPath, str] = field(default_factory=dict)
    main: str = "study"
    read: int = 0  # how many files

    def file_of(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.files:
                return self.files[path[:length]]
        return self.main

    def forget(self, path: KeyPath, old: Any) -> None:
        """Forget which files the value ``old``, which is replaced, came from.

        Only what lies in it is looked at: among all files it would take the square of a study.
        """
        self.files.pop(path, None)
        if isinstance(old, dict | list):
            for key, below in old.items() if isinstance(old, dict) else enumerate(old):
                self.forget((*path, key), below)

    def at(self, path: KeyPath) -> Any:
        """What stands at a place."""
        node: Any = self.tables
        for key in path:
            node = node[key]
        return node

    def problem(
        self,
        path: KeyPath,
        message: str,
        part: KeyPath = (),
        *,
        late: bool = False,
        below: str = "",
    ) -> Problem:
        """A mistake at a place, or ``below`` the value that stands there."""
        printed = ".".join(filter(None, (self.printed(path), below)))
        return Problem(self.file_of(path), printed, message, part or about(path), late)

    def printed(self, path: KeyPath) -> str:
        """The key path of a place: entries of lists by their names, where these are their own."""
        keys: list[str | int] = []
        node: Any = self.tables
        for key in path:
            named = isinstance(node, list) and tuple(keys) in LISTS_WITH_NAMES
            names = [_own_name(entry) for entry in node] if named else []
            own = names[int(key)] if isinstance(key, int) and key < len(names) else None
            keys.append(own if own is not None and names.count(own) == 1 else key)
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                node = None
        return dotted(*keys)

    def take_out(self, path: KeyPath) -> None:
        """Leave out a key, or an entry of a list, which the later ones then move up to."""
        *above, last = path
        node = self.at(tuple(above))
        self.forget(path, node.pop(last))
        if isinstance(node, list):
            self.files = {_moved_up(of, path): name for of, name in self.files.items()}


def about(path: KeyPath) -> KeyPath:
    """What tells of a study and is no part of it: an entry that a key path lies in, or ().

    Published figures, stated trends, correlations, and what sets money out as a budget.
    """
    match path:
        case ("published" | "stated_trend" | "correlation", int(), *_):
            return path[:2]
        case ("budget", "saving", _, *_):
            return path[:3]
        case ("budget", "lines", _, "of", int(), *_) | ("budget", "lines", _, "staff", _, *_):
            return path[:5]
        case ("budget", "lines", _, *_):
            return path[:3]
    return ()


def _moved_up(path: KeyPath, gone: KeyPath) -> KeyPath:
    """The key path of what lies in a list from which the entry at ``gone`` was taken."""
    *above, last = gone
    at = len(above)
    own = path[at] if len(path) > at and path[:at] == tuple(above) else None
    if isinstance(own, int) and isinstance(last, int) and own > last:
        return (*above, own - 1, *path[at + 1 :])
    return path


def shipped_configs() -> Path:
    """The folder of the configs that ship with simlab: in the package, or beside it in a clone."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "configs"
    return installed if installed.is_dir() else package.parent / "configs"


def _shown(path: Path) -> str:
    try:
        return visible(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return visible(str(path))


def read_toml(path: Path, shown: str | None = None) -> dict[str, Any]:
    """The tables of one TOML file, or StudyError with the line of the mistake."""
    shown = shown or _shown(path)
    try:
        if path.is_dir():
            raise one_problem(shown, "", "is a folder, not a study file")
        text = read_bytes(path, MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise one_problem(shown, "", _no_such_file(path)) from None
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
        for text in (one for one in keyed if isinstance(one, str)):
            if said := unseen(text):
                raise one_problem(shown, "", said)
        numbers = (child for child in below if isinstance(child, int))
        if any(not -MAX_INTEGER <= number < MAX_INTEGER for number in numbers):
            raise one_problem(shown, "", "holds a whole number of over 64 bits")
        waiting += [(child, depth + 1) for child in below if isinstance(child, dict | list)]


def _no_such_file(path: Path) -> str:
    folder = path.parent
    names = [p.name for p in folder.glob("*.toml")] if folder.is_dir() else []
    return "no such file" + (nearest(visible(path.name), [*map(visible, names)]) if names else "")


def _find(name: str, beside: Path, shown: str, index: int) -> Path:
    """The file that ``extends`` names: beside the study, one folder up, or shipped with simlab."""
    where = f"extends.{index}"
    if "\0" in name or len(name) > MAX_NAME:
        raise one_problem(shown, where, "is not the name of a file")
    if Path(name).is_absolute() or (len(name) > 1 and name[1] == ":"):
        raise one_problem(shown, where, f'"{name}" is an absolute path; write a relative one')
    roots = [beside.resolve().parent, shipped_configs().resolve()]
    for candidate in (beside / name, shipped_configs() / name):
        try:
            found = candidate.resolve()
            there = found.is_file()
        except (OSError, ValueError, RuntimeError) as error:  # links in a circle, names too long
            raise one_problem(shown, where, f"cannot be read: {error}") from None
        if there:
            if any(found.is_relative_to(root) for root in roots):
                return found
            raise one_problem(shown, where, f'"{name}" leaves the folder that the study lives in')
    folder = (beside / name).parent
    names = [p.name for p in folder.glob("*.toml")] if folder.is_dir() else []
    raise one_problem(shown, where, f'no such file "{name}"{nearest(Path(name).name, names)}')


def merge(
    tree: Tree, tables: dict[str, Any], shown: str, at: KeyPath = (), part: Part = StudyFile
) -> None:
    """Lay ``tables`` over the tree, whose table at ``at`` is a ``part`` of the grammar."""
    target = tree.at(at)
    if part is CostLine and CostLine.amounts_by_date(tables):
        for key in CostLine.amounts_by_date(target):  # a dated table is replaced whole
            tree.forget((*at, key), target.pop(key))
    for key, value in tables.items():
        path, inner = (*at, key), under(part, key)
        if inner is not None and isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(tree, value, shown, path, inner)
            continue
        lists = isinstance(value, list) and isinstance(target.get(key), list)
        if path == ("correlation",) and lists:
            before = len(target[key])
            tree.files |= {(*path, before + k): shown for k in range(len(value))}
            target[key] = target[key] + value
            continue
        tree.forget(path, target.get(key))
        target[key] = value
        tree.files[path] = shown


def _extend(tree: Tree, path: Path, tables: dict[str, Any], seen: tuple[Path, ...]) -> None:
    """Lay what a file extends, then the file; ``tree.read`` counts them: two that each extend two
    others, again and again, are as many as one likes."""
    shown = _shown(path)
    tree.read += 1
    if tree.read > MAX_FILES:
        raise one_problem(tree.main, "extends", f"leads to over {MAX_FILES} files")
    bases = tables.get("extends", [])
    if not (isinstance(bases, list) and all(isinstance(b, str) for b in bases)):
        raise one_problem(shown, "extends", 'write a list of files: ["../systems/denmark.toml"]')
    for index, name in enumerate(bases):
        base = _find(name, path.parent, shown, index)
        if base in seen:
            raise one_problem(shown, f"extends.{index}", f'"{name}" extends itself in a circle')
        _extend(tree, base, read_toml(base), (*seen, base))
    below = layers.ground(tree)
    merge(tree, {k: v for k, v in tables.items() if k != "extends"}, shown)
    layers.laid(tree, below, layers.named(tables), shown)


def read_tree(path: Path) -> Tree:
    """The study at ``path`` with all that it extends."""
    tables = read_toml(path)
    tree = Tree(main=_shown(path))
    _extend(tree, path, tables, (path.resolve(),))
    return tree


def set_value(tree: Tree, path: str, value: Any, shown: str = SETTINGS) -> KeyPath:
    """Replace the value at a key path, by which it is printed: ``plan.effect.0.hazard_ratio``.

    None takes it out. Gives the path of what was set.
    """
    try:
        keys = keys_of_path(composed(path))
    except ValueError as error:
        raise one_problem(shown, path[:60], str(error)) from None
    value = composed(value)
    if len(keys) > MAX_DEPTH:
        raise one_problem(shown, path[:60] + "…", f"is deeper than {MAX_DEPTH} levels")
    node: Any = tree.tables
    place: KeyPath = ()
    for written in keys:
        if isinstance(node, dict):
            key: str | int = str(written)
        elif isinstance(node, list):
            try:
                key = _position(node, written)
            except LookupError as error:
                raise one_problem(shown, path, str(error)) from None
        else:
            raise one_problem(shown, path, f'"{dotted(*place)}" is a value, not a table')
        place = (*place, key)
        if len(place) == len(keys):
            break
        if isinstance(node, dict):
            node.setdefault(key, {})
        node = node[key]
    tree.forget(place, node.get(key) if isinstance(node, dict) else node[key])
    node[key] = value
    if value is None and isinstance(node, dict):
        del node[key]
    else:
        tree.files[place] = shown
    return place


def composed(value: Any) -> Any:
    """A value whose texts are spelt as those of files are (NFC): å is one character."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {composed(key): composed(one) for key, one in value.items()}
    return [composed(one) for one in value] if isinstance(value, list) else value


def _position(entries: list[Any], key: str | int) -> int:
    """Where an entry of a list stands: a text is its name, a number its position."""
    names = [_own_name(entry) for entry in entries]
    if isinstance(key, str) and key in names:
        return names.index(key)
    if isinstance(key, str) or key >= len(entries):
        raise LookupError(f'"{key}" is not one of {len(entries)} entries')
    # Quotes are easily lost, in a shell. An entry without a name has no other path than this.
    if names[key] not in (None, str(key)) and str(key) in names:
        text = "may be the name of an entry or the position of another"
        raise LookupError(f"{key} {text}; write the name, in quotes if it is a number")
    return key


def _own_name(entry: Any) -> str | None:
    """The name by which an entry of a list is called, if it has one."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else None


# ── checking ────────────────────────────────────────────────────────────────────────────────────


def check_form(tree: Tree, other: bool = False) -> tuple[StudyFile | None, list[Problem]]:
    """The grammar's verdict: the study without its mistakes (None if none is left), and those.

    Something stands in for what is needed and wrong, so that the rest can be checked; ``other``:
    something else, to tell what is wrong of the study from what is wrong of the stand-in.
    """
    problems: list[Problem] = []
    pruned = tree.tables
    for _ in range(4):
        try:
            return placed(StudyFile.model_validate(pruned)), problems
        except ValidationError as error:
            paths: list[KeyPath] = []
            text = {p.path for p in problems}
            for found in error.errors():
                path = _real_path(pruned, found["loc"])
                paths.append(path)
                if found["type"] == "missing" and tree.printed(path) in text:
                    return None, problems  # it was there, and wrong; without it there is no study
                if len(problems) < 500:
                    problems += without_consequences(_told(tree, path, found), problems)
            wrong = paths
            if any(f["type"] == "missing" for f in error.errors()):
                paths = [p for p in paths if _holds(pruned, p)]
            pruned = _without(pruned, paths)
            for path in wrong:
                _stand_in(pruned, path, other)
        except RecursionError:
            return None, [Problem(tree.main, "", "is nested too deep")]
    return None, problems


def without_consequences(found: list[Problem], wrong: list[Problem]) -> list[Problem]:
    """Problems that are not merely what is left where a mistaken key was taken out."""
    return [p for p in found if not any((w.path + ".").startswith(p.path + ".") for w in wrong)]


STAND_INS = {"start": ("1950-01", "2080-01"), "years": (10, 40)}
OF_MOVES = ("chance_per_", "rate_per_", "mean_", "median_")


def _stand_in(tables: dict[str, Any], path: KeyPath, other: bool) -> None:
    """Put something right where what a study needs, or says of a move, was wrong.

    A move that is gone would be missed wherever it is named.
    """
    match path:
        case ("start" | "years" as key,):
            tables[key] = STAND_INS[key][other]
        case ("citizens",) if isinstance(tables.get("states"), dict | list) and tables["states"]:
            tables["citizens"] = {str([*tables["states"]][-other]): {}}
        case (*above, str(table), _, str(to)) if table.startswith(OF_MOVES):
            of_moves = above in ([], ["plan"]) or (above[:-1] == ["plan", "effect"])
            if of_moves and _holds(tables, path[:-1]):
                Tree(tables).at(path[:-1])[to] = 0.001


UNIONS = ("dict[", "list[", "literal[", "function-", "Resets", "float", "str", "bool")


def _real_path(tables: Any, loc: tuple[Any, ...]) -> KeyPath:
    """pydantic's location without the names of union branches."""
    path: list[str | int] = []
    node = tables
    for key in loc:
        in_table = isinstance(node, dict) and key in node
        if in_table or (isinstance(node, list) and isinstance(key, int) and key < len(node)):
            node = node[key]
            path.append(key)
        elif key is loc[-1] and isinstance(node, dict) and not str(key).startswith(UNIONS):
            path.append(key)
    return tuple(path)


def _told(tree: Tree, path: KeyPath, found: Any) -> list[Problem]:
    inner = found.get("ctx", {}).get("problems")
    if inner:
        return [tree.problem(path, message, below=below) for below, message in inner]
    kind, given = found["type"], found.get("input")
    shown = f'"{given}"' if isinstance(given, str) else repr(given)
    if len(shown) > 60:
        shown = shown[:57] + "…"
    if kind == "extra_forbidden":
        return [tree.problem(path, f"unknown key{nearest(str(path[-1]), _keys(path))}")]
    if kind == "missing":
        return [tree.problem(path, "is missing; a study needs it")]
    if kind == "literal_error":
        return [tree.problem(path, f"{shown} is not known; allowed: {found['ctx']['expected']}")]
    message = found["msg"][0].lower() + found["msg"][1:]
    return [tree.problem(path, f"found {shown}; {message}")]


def _keys(path: KeyPath) -> list[str]:
    """The keys that the grammar knows at the parent of ``path``."""
    part: Part = StudyFile
    for key in path[:-1]:
        part = under(part, key)
    return keys_of(part)


def _holds(tables: Any, path: KeyPath) -> bool:
    node = tables
    for key in path:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _without(tables: Any, paths: list[KeyPath]) -> Any:
    """A copy of the tables without the entries at ``paths``."""
    drop = {path for path in paths if path}

    def copy(node: Any, at: KeyPath) -> Any:
        if isinstance(node, dict):
            return {k: copy(v, (*at, k)) for k, v in node.items() if (*at, k) not in drop}
        if isinstance(node, list):
            return [copy(v, (*at, i)) for i, v in enumerate(node) if (*at, i) not in drop]
        return node

    return copy(tables, ())


def refuse(problems: list[Problem]) -> None:
    if problems:
        raise StudyError(problems)
