"""Every figure of a study, and the key path that a user would write: each is told its own, once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel

from simlab.study.grammar import AmountChange, BudgetLine, Effect, Index
from simlab.study.key_path import dotted, keys_of_path
from simlab.study.quantity import Quantity
from simlab.study.time import looks_like_date, read_date
from simlab.study.told import Text
from simlab.study.values import Varying

if TYPE_CHECKING:
    from simlab.study.study import Study


def placeholders(study: Study) -> dict[Text, tuple[str, ...]]:
    """Figures that stand in for ones that were not found, and are read within the horizon: what is
    said of them, and their key paths.

    A study marks them with a note that begins with "placeholder".
    """
    found: dict[Text, list[str]] = {}
    for path, quantity in study.quantities.items():
        note = quantity.note or Text("")
        dates = [str(key) for key in keys_of_path(path) if looks_like_date(str(key))]
        if note.en.startswith("placeholder") and all(
            read_date(d) < study.timeline.end for d in dates
        ):
            found.setdefault(note, []).append(path)
    return {note: tuple(paths) for note, paths in found.items()}


def figures(node: Any) -> Iterator[Quantity]:
    """Every quantity below a form, in the order of the grammar."""
    if isinstance(node, Quantity):
        yield node
    elif isinstance(node, Varying):
        for _, quantity in node.quantities():
            yield quantity
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            if name in node.model_fields_set:  # a default is the grammar's, not the study's
                yield from figures(getattr(node, name))
        yield from figures(node.model_extra or {})
    elif isinstance(node, dict):
        for value in node.values():
            yield from figures(value)
    elif isinstance(node, list):
        for value in node:
            yield from figures(value)


Node = TypeVar("Node")


def placed(node: Node, *path: str | int) -> Node:
    """The same form, in which every quantity knows its key path."""
    return cast(Node, _placed(node, path))


def _placed(node: Any, path: tuple[str | int, ...]) -> Any:
    if isinstance(node, Quantity):
        return replace(node, path=dotted(*path))
    if isinstance(node, Varying):
        return node.placed(dotted(*path))
    if isinstance(node, BaseModel):
        found, extra = copy(node), node.model_extra or {}
        for name in node.model_fields_set - extra.keys():
            skip = (isinstance(node, BudgetLine) and name == "budget") or (
                isinstance(node, Index) and name == "by_year"
            )
            vars(found)[name] = _placed(vars(node)[name], path if skip else (*path, name))
        if found.model_extra is not None:
            found.model_extra.update(_placed(extra, path))
        return found
    if isinstance(node, dict):
        return {name: _placed(value, (*path, name)) for name, value in node.items()}
    if isinstance(node, list):
        own = [value.name if isinstance(value, Effect | AmountChange) else None for value in node]
        return [_placed(value, (*path, own[k] or k)) for k, value in enumerate(node)]
    return node
