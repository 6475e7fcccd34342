"""The grammar's verdict on the tables of a study."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from simlab.study.errors import Problem, nearest
from simlab.study.grammar import StudyFile
from simlab.study.key_path import KeyPath
from simlab.study.quantities import placed
from simlab.study.tables import Part, keys_of, under
from simlab.study.tree import Tree


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
