"""Every figure of a study, and the key path that a user would write: each is told its own, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from simlab.study.grammar import AmountChange, CostLine, Effect, Index, ShareAtDate
from simlab.study.key_path import dotted
from simlab.study.quantity import Quantity
from simlab.study.values import Varying


def quantities(node: Any) -> Iterator[Quantity]:
    """Every quantity below a form, in the order of the grammar."""
    if isinstance(node, Quantity):
        yield node
    elif isinstance(node, Varying):
        for _, quantity in node.quantities():
            yield quantity
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            if name in node.model_fields_set:  # a default is the grammar's, not the study's
                yield from quantities(getattr(node, name))
        yield from quantities(node.model_extra or {})
    elif isinstance(node, dict):
        for value in node.values():
            yield from quantities(value)
    elif isinstance(node, list):
        for value in node:
            yield from quantities(value)


def placed(node: Any, path: tuple[str | int, ...] = ()) -> Any:
    """The same form, in which every quantity knows its key path."""
    if isinstance(node, Quantity):
        return replace(node, path=dotted(*path))
    if isinstance(node, Varying):
        return node.placed(dotted(*path))
    if isinstance(node, BaseModel):
        extra = node.model_extra or {}
        found = placed(extra, path)
        for name in node.model_fields_set - extra.keys():
            skip = (isinstance(node, CostLine) and name == "budget") or (
                isinstance(node, Index) and name == "by_year"
            )
            found[name] = placed(getattr(node, name), path if skip else (*path, name))
        return node.model_copy(update=found)
    if isinstance(node, dict):
        return {name: placed(value, (*path, name)) for name, value in node.items()}
    if isinstance(node, list):
        named = Effect | AmountChange | ShareAtDate
        own = [value.name if isinstance(value, named) else None for value in node]
        return [placed(value, (*path, own[k] or k)) for k, value in enumerate(node)]
    return node
