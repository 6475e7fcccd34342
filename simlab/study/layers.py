"""What a layer over a study means for what it does not name.

A layer is a file, over the files that it extends, or the values of one call (``--set``,
``replace``, a grid). Two things that it leaves untouched would turn an answer around unseen:

    another number of people    arrivals that are inherited belong to the number that was there, and
                                are multiplied by the new mean over the old one; whoever states them
                                in the same layer has the last word. What is uncertain within the
                                number scales nothing: means are compared
    a constant for a dated      posts of 2026 to 2028 that become 3 posts are 3 posts for ever; what
    part of the plan            stood there is kept, so that a warning can tell both costs

Both are written into the study (``arrivals_scaled``, ``plan.replaced``), and that arrivals stayed
as they were above a number of 0, to which nothing has a ratio (``arrivals_kept``). So the resolved
study has its arrivals as they were drawn, says what was done, and is not scaled again when it is
read.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simlab.study.errors import one_problem
from simlab.study.key_path import KeyPath, dotted, keys_of_path
from simlab.study.quantity import QuantityError, is_quantile, looks_like_quantity, read_quantity
from simlab.study.time import UNITS, looks_like_date
from simlab.study.tree import Tree, own_name
from simlab.study.values import about, looks_like_band

ARRIVALS = tuple(f"arrivals_per_{unit}" for unit in UNITS)
TIMES = ("value", "min", "mode", "max", "mean", "sd", "estimate", "median")
OVER = ("exposure", "rate")  # of a gamma: so many events in more time are fewer at a time
NOT_TIMES = ("successes", "a", "b")  # of a beta, which lies between 0 and 1
BETWEEN_0_AND_1 = ("beta", "logit-normal")


def ground(tree: Tree) -> dict[str, Any]:
    """What a layer is laid over, as far as it matters to `laid`."""
    return copy.deepcopy({key: tree.tables.get(key) for key in ("citizens", "plan")})


def named(tables: Mapping[str, Any]) -> list[KeyPath]:
    """The key paths of citizens that a file states."""
    groups = _tables(tables.get("citizens"))
    return [("citizens", name, key) for name, group in groups for key in group]


def laid(tree: Tree, below: Mapping[str, Any], stated: Iterable[KeyPath], shown: str) -> None:
    """Follow a layer that was laid over ``below`` and states these key paths."""
    stated = list(stated)
    there = dict(_tables(tree.tables.get("citizens")))
    for name, before in _tables(below["citizens"]):
        if name in there:
            _arrivals(tree, ("citizens", name), before, stated, shown)
    _replaced(tree, below["plan"], shown)


def _tables(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from ((name, below) for name, below in node.items() if isinstance(below, dict))


# ── arrivals ──


def _arrivals(
    tree: Tree, at: KeyPath, before: dict[str, Any], stated: list[KeyPath], shown: str
) -> None:
    group = tree.at(at)
    if any(_touches(path, (*at, key)) for path in stated for key in ARRIVALS):
        for record in ("arrivals_scaled", "arrivals_kept"):
            if not any(_touches(path, (*at, record)) for path in stated):
                group.pop(record, None)
        return
    old, new = _mean(before.get("number", 0)), _mean(group.get("number", 0))
    inherited = [key for key in ARRIVALS if key in group]
    if not inherited or old is None or new is None or old == new:
        return
    if old == 0.0:
        group["arrivals_kept"] = True
        tree.files[*at, "arrivals_kept"] = shown
        return
    factor = _rounded(new / old)
    for key in inherited if factor != 1.0 else ():
        try:
            group[key] = times(group[key], factor)
        except ValueError as error:
            path = dotted(*at, key)
            text = f"{error}; the number of people was changed, so state them in the same place"
            raise one_problem(shown, path, text) from None
        group["arrivals_scaled"] = _rounded(before.get("arrivals_scaled", 1.0) * factor)
        tree.files[*at, "arrivals_scaled"] = shown


def _touches(path: KeyPath, other: KeyPath) -> bool:
    """Whether one of two key paths lies within the other."""
    return path[: len(other)] == other or other[: len(path)] == path


def _mean(written: Any) -> float | None:
    """The mean of a number of people; None where it cannot be read, which is told elsewhere."""
    if written is None:
        return None
    try:
        return read_quantity(written, "positive", neutral=0.0, zero_allowed=True).mean()
    except QuantityError:
        return None


def times(written: Any, factor: float) -> Any:
    """A value as a study writes it, by date and band too, multiplied; its form and sources stay.

    ValueError for a form that lies between 0 and 1.
    """
    if isinstance(written, bool) or not isinstance(written, dict | int | float):
        return written  # no value, which is told elsewhere
    if not isinstance(written, dict):
        return _rounded(written * factor)
    if not looks_like_quantity(written):
        return {
            key: times(one, factor) if _is_part(str(key)) else one for key, one in written.items()
        }
    if factor == 0.0:
        return {"value": 0} | about(written)
    if written.get("dist") in BETWEEN_0_AND_1 or any(key in written for key in NOT_TIMES):
        raise ValueError("lies between 0 and 1, and cannot be multiplied")
    return {key: _times(key, one, factor) for key, one in written.items()}


def _is_part(key: str) -> bool:
    return looks_like_date(key) or looks_like_band(key)


def _times(key: str, one: Any, factor: float) -> Any:
    if key == "else":
        return times(one, factor)
    if key == "mixture" and isinstance(one, list):
        return [_part_times(part, factor) for part in one]
    if key == "ci95" and isinstance(one, list):
        return [times(end, factor) for end in one]
    if isinstance(one, bool) or not isinstance(one, int | float):
        return one
    if key in TIMES or is_quantile(key):
        return _rounded(one * factor)
    if key in OVER:
        return _rounded(one / factor)
    return one + math.log(factor) if key == "log_mean" else one


def _part_times(part: Any, factor: float) -> Any:
    if not isinstance(part, dict) or "value" not in part:
        return part
    return part | {"value": times(part["value"], factor)}


def _rounded(x: float) -> float:
    """Without the last digits, which the product made up: 9 × 0.12 is 1.08."""
    return float(f"{x:.12g}")


# ── dated parts of the plan ──


def _replaced(tree: Tree, before: Any, shown: str) -> None:
    """Keep what stood where a part of the plan, which had an end, is now the same for ever."""
    plan = tree.tables.get("plan")
    if not isinstance(plan, dict) or not isinstance(before, dict):
        return
    known = {one["path"]: one for one in plan.get("replaced", []) if isinstance(one, dict)}
    found = [one for path, one in known.items() if _endless(plan, keys_of_path(path)[1:])]
    for path, was in _ending(before, ("plan",)):
        new = _endless(plan, path[1:]) and not _endless(before, path[1:])
        if new and dotted(*path) not in known:
            found.append({"path": dotted(*path), "was": was})
    if found != plan.get("replaced", []):
        plan["replaced"] = found
        tree.files["plan", "replaced"] = shown


def _ending(node: Any, at: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    """All that changes by date or ends, by key path: what is dated, and dates named ``until``."""
    if isinstance(node, list):
        for index, one in enumerate(node):
            yield from _ending(one, (*at, own_name(one) or index))
    elif isinstance(node, dict):
        dated = {key: one for key, one in node.items() if looks_like_date(str(key))}
        if len(dated) > 1 or (dated and at[:2] == ("plan", "cost")):
            yield at, dated
            return
        for key, one in node.items():
            if key == "until":
                yield (*at, key), one
            elif key != "replaced":
                yield from _ending(one, (*at, key))


def _endless(plan: dict[str, Any], path: KeyPath) -> bool:
    """Whether what stands at a place of the plan is there, the same for ever."""
    *above, last = path
    if last == "until":
        part = _at(plan, above)
        return isinstance(part, dict) and "until" not in part
    here = _at(plan, path)
    if path[0] == "cost":  # a line of the budget: years of it may stand beside
        yearly = _at(here, ["per_year"])
        return yearly is not None and not _is_dated(yearly)
    return _is_number(here) or (isinstance(here, dict) and looks_like_quantity(here))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_dated(value: Any) -> bool:
    return isinstance(value, dict) and any(looks_like_date(str(key)) for key in value)


def _at(node: Any, path: Iterable[str | int]) -> Any:
    for key in path:
        node = _entry(node, key)
    return node


def _entry(node: Any, key: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(str(key))
    if isinstance(node, list) and isinstance(key, int):
        return node[key] if key < len(node) else None
    if isinstance(node, list):
        return next((entry for entry in node if own_name(entry) == key), None)
    return None
