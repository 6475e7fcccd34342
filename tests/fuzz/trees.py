"""Studies as the grammar might have them: walks through the schema, laid over a sound study."""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from functools import cache
from typing import Any

from fuzz import hostile
from simlab.study.schema import schema

NAMES = (
    "benefit",
    "job",
    "pension",
    "support",
    "municipality",
    "state",
    "talks",
    "ladder",
    "x",
    "none",
    "low",
    "high",
    "value",
    "mean",
    "min",
    "max",
    "mode",
    "median",
    "sd",
    "else",
    "events",
    "trials",
    "estimate",
    "mixture",
    "sigma",
    "dist",
    "p1",
    "p10",
    "P2",
    "2",
    "a.b",
    "2026",
)  # words of the grammar and figures among them


@cache
def whole_schema() -> dict[str, Any]:
    return schema()


def tree(dice: random.Random, sound: dict[str, Any]) -> dict[str, Any]:
    """The sound study with some parts replaced, lost, renamed, exchanged, or grown anew."""
    found = copy.deepcopy(sound)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        match dice.randrange(6):
            case 0 | 1:
                grown = grow(dice, whole_schema(), 0)
                if isinstance(grown, dict):
                    overlay(dice, found, grown)
            case 2:
                holder, key = somewhere(dice, found)
                holder[key] = hostile.value(dice)
            case 3:
                holder, key = somewhere(dice, found)
                del holder[key]
            case 4:
                holder, key = somewhere(dice, found)
                if isinstance(holder, dict):
                    holder[dice.choice((*NAMES, *hostile.TEXTS))] = holder.pop(key)
            case _:
                holder, key = somewhere(dice, found)
                other, name = somewhere(dice, found)
                with suppress(RecursionError):  # too deep for a copy; it stands there once
                    holder[key] = copy.deepcopy(other[name])
    return found


def somewhere(dice: random.Random, found: dict[str, Any]) -> tuple[Any, Any]:
    """A holder (table or list) in a tree, and one of its keys."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [found]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        places += [(node, key) for key in keys]
        waiting += [node[key] for key in keys if isinstance(node[key], dict | list)]
    if not places:
        found["title"] = "x"
        return found, "title"
    return dice.choice(places)


def overlay(dice: random.Random, base: dict[str, Any], grown: dict[str, Any]) -> None:
    for key, part in grown.items():
        below = base.get(key)
        if isinstance(part, dict) and isinstance(below, dict) and dice.random() < 0.8:
            overlay(dice, below, part)
        else:
            base[key] = part


def grow(dice: random.Random, node: Any, depth: int) -> Any:
    """A value that a part of the schema allows, or nearly: one in ten is hostile instead."""
    if not isinstance(node, dict) or depth > 9 or dice.random() < 0.1:
        return hostile.value(dice)
    if "$ref" in node:
        return grow(dice, whole_schema()["$defs"].get(node["$ref"].rpartition("/")[2]), depth + 1)
    for some in ("anyOf", "oneOf", "allOf"):
        if some in node:
            return grow(dice, dice.choice(node[some]), depth + 1)
    if "enum" in node:
        return dice.choice(node["enum"])
    if "const" in node:
        return node["const"]
    kind = node.get("type")
    kind = dice.choice(kind) if isinstance(kind, list) else kind
    match kind:
        case "object":
            return table(dice, node, depth)
        case "array":
            return [grow(dice, node.get("items"), depth + 1) for _ in range(dice.randrange(3))]
        case "number" | "integer":
            return number(dice, node, kind)
        case "boolean":
            return dice.random() < 0.5
        case "null":
            return hostile.value(dice)
    return dice.choice(NAMES) if dice.random() < 0.7 else dice.choice(hostile.TEXTS)


def table(dice: random.Random, node: dict[str, Any], depth: int) -> dict[str, Any]:
    properties = node.get("properties", {})
    wanted = list(node.get("required", []))
    wanted += dice.sample(list(properties), min(len(properties), dice.choice((0, 1, 2, 4))))
    found = {key: grow(dice, properties.get(key), depth + 1) for key in wanted}
    more = node.get("additionalProperties")
    if isinstance(more, dict):
        for _ in range(dice.randrange(3)):
            found[dice.choice(NAMES)] = grow(dice, more, depth + 1)
    for pattern, below in node.get("patternProperties", {}).items():
        if dice.random() < 0.5:
            key = dice.choice(("2020-01", "2022-06", "2020", "1-3", "4+", "1", "2+"))
            found[key] = grow(dice, below, depth + 1)
        del pattern
    return found


def number(dice: random.Random, node: dict[str, Any], kind: str) -> Any:
    low = node.get("minimum", node.get("exclusiveMinimum", 0))
    high = node.get("maximum", node.get("exclusiveMaximum", 100))
    if dice.random() < 0.2:
        return dice.choice((low, high, low - 1, high + 1))
    found = dice.uniform(low, high)
    return round(found) if kind == "integer" else found
