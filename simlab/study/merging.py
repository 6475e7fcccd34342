"""Tables laid over others, and values that are set.

Tables of names are merged, later wins; values (numbers, uncertain values, bands, dated tables,
lists) are replaced whole; correlations add up. Which of the two a table is, its place in the
grammar says (`tables`), and never its looks.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from simlab.study.errors import one_problem
from simlab.study.grammar import CostLine, StudyFile
from simlab.study.key_path import KeyPath, dotted, keys_of_path
from simlab.study.tables import Part, under
from simlab.study.toml import MAX_DEPTH
from simlab.study.tree import Tree, own_name

SETTINGS = "--set"  # the file of what is set for a variant


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
            tree.files.update({(*path, before + k): shown for k in range(len(value))})
            target[key] = target[key] + value
            continue
        tree.forget(path, target.get(key))
        target[key] = value
        tree.files[path] = shown


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
    names = [own_name(entry) for entry in entries]
    if isinstance(key, str) and key in names:
        return names.index(key)
    if isinstance(key, str) or key >= len(entries):
        raise LookupError(f'"{key}" is not one of {len(entries)} entries')
    # Quotes are easily lost, in a shell. An entry without a name has no other path than this.
    if names[key] not in (None, str(key)) and str(key) in names:
        text = "may be the name of an entry or the position of another"
        raise LookupError(f"{key} {text}; write the name, in quotes if it is a number")
    return key
