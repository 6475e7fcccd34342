"""Every figure of a study by the key path that a user would write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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


def figures(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Quantity]]:
    """Every quantity below a form, with the key path a user would write."""
    if isinstance(node, Quantity):
        yield dotted(*path), node
    elif isinstance(node, Varying):
        for below, quantity in node.quantities():
            yield dotted(*path) + below, quantity
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            if name not in node.model_fields_set:
                continue  # a default is the grammar's, not the study's
            skip = (isinstance(node, BudgetLine) and name == "budget") or (
                isinstance(node, Index) and name == "by_year"
            )
            yield from figures(getattr(node, name), path if skip else (*path, name))
        for name, value in (node.model_extra or {}).items():
            yield from figures(value, (*path, name))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from figures(value, (*path, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            own = value.name if isinstance(value, Effect | AmountChange) else None
            yield from figures(value, (*path, own or index))
