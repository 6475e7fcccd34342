"""What the grammar knows of a table: whether its keys are names, and what stands under each.

A study is merged and written by what its grammar says of a place, never by what a table there looks
like: a state may be called ``none``, a payment ``low``, and a line of the budget ``2``.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, PlainValidator

# A form; ``dict[str, …]``, a table of names; ``list[…]``; None: a value, whatever it looks like.
Part = Any


def under(part: Part, key: str | int) -> Part:
    """What stands under a key of a table, or at a place of a list."""
    if isinstance(part, type):
        fields = _fields(part)
        return fields.get(str(key), fields.get(""))
    return None if part is None else _part(get_args(part)[-1])


def keys_of(part: Part) -> list[str]:
    """The keys that a form knows."""
    return [key for key in _fields(part) if key] if isinstance(part, type) else []


@cache
def _fields(form: type[BaseModel]) -> dict[str, Part]:
    """What stands under the keys of a form; under "" what stands under names, where it takes any.

    What a `PlainValidator` reads is a value.
    """
    parts = {
        field.alias or name: None if _read_whole(field.metadata) else _part(field.annotation)
        for name, field in form.model_fields.items()
    }
    named = get_type_hints(form, include_extras=True).get("__pydantic_extra__")
    return parts if named is None else {**parts, "": _part(get_args(named)[-1])}


def _part(annotation: Any) -> Part:
    kind, inside = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        return None if _read_whole(inside[1:]) else _part(inside[0])
    if kind in (Union, UnionType):
        return next((part for each in inside if (part := _part(each)) is not None), None)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    # Keys that are no names (dates, units on a clock) make of a table one value.
    return annotation if kind is list or (kind is dict and inside[0] is str) else None


def _read_whole(validators: Any) -> bool:
    return any(isinstance(each, PlainValidator) for each in validators)
