"""What the study calls its parts, by key path, for whoever names a figure to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from simlab.study.key_path import KeyPath, dotted
from simlab.study.message import Text
from simlab.study.study import Study


def labels(study: Study) -> dict[str, dict[str, str]]:
    """Key path of a part of the study → its label by language; parts without one are left out.

    Parts that have a name of their own, as effects may, are found below it.
    """
    return {dotted(*path): label for path, label in _below(study.form, ())}


def _below(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, dict[str, str]]]:
    if isinstance(node, BaseModel):
        label = getattr(node, "label", None)
        if isinstance(label, Text) and path:
            yield path, label.by_language()
        for name in type(node).model_fields:
            if name != "label":
                yield from _below(getattr(node, name), (*path, name))
        for name, value in (node.model_extra or {}).items():
            yield from _below(value, (*path, name))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _below(value, (*path, str(name)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            own = getattr(value, "name", None)
            yield from _below(value, (*path, own if isinstance(own, str) and own else index))
