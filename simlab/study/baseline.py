"""What two studies would have without a plan, and where they differ in it.

Plans can only be compared on the same citizens: what one of them does better is then the plan's. So
all that the baseline rests on must be the same (people, behaviour, business cycle, clocks, money,
prices), compared as it is written, key by key, after everything that the studies extend. What
describes a figure (source, tag, note, label) is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.study.errors import Problem
from simlab.study.key_path import KeyPath, dotted, keys_of_path
from simlab.study.study import Study

ABOUT_THE_PLAN = {"plan", "budget", "title", "published", "stated_trend", "unit"}
OF_THE_RUN = {"draws", "seed", "engine", "perspective"}
DESCRIBES = {"source", "tag", "note", "label"}
TOLD = 12  # differences that are named
ON_ONE_AXIS = ("start", "years", "step")  # without these nothing can be set side by side


def differing(first: Study, other: Study) -> list[Problem]:
    """Where the baseline of ``other`` is not that of ``first``, told to a person."""
    one, two = (dict(_leaves(_bare(study))) for study in (first, other))
    for key in ON_ONE_AXIS:
        one[key,], two[key,] = (getattr(study.form, key) for study in (first, other))
    paths = [path for path in dict.fromkeys([*two, *one]) if one.get(path) != two.get(path)]
    paths.sort(key=lambda path: path[0] not in ON_ONE_AXIS)
    problems = [
        other.tree.problem(
            path, f"is {_shown(two.get(path))}, but {_shown(one.get(path))} in {first.tree.main}"
        )
        for path in paths[:TOLD]
    ]
    if len(paths) > TOLD:
        more = f"{len(paths) - TOLD} more figures of the baseline differ"
        problems.append(Problem(other.tree.main, "", more))
    return problems


def on_one_axis(first: Study, other: Study) -> bool:
    """Whether the balances of two studies can be drawn over the same time."""
    return all(getattr(first.form, key) == getattr(other.form, key) for key in ON_ONE_AXIS)


def _bare(study: Study) -> dict[str, Any]:
    """The tables of the baseline. Correlations with a figure of the plan are the plan's."""
    left_out = ABOUT_THE_PLAN | OF_THE_RUN | set(ON_ONE_AXIS)
    tables = {key: value for key, value in study.tree.tables.items() if key not in left_out}
    if "correlation" in tables:
        stated = tables["correlation"]
        tables["correlation"] = [c for c in stated if not _of_a_plan(c.get("between", ()))]
    return tables


def _of_a_plan(paths: Any) -> bool:
    return any(keys_of_path(str(path))[0] == "plan" for path in paths)


def _leaves(node: Any, at: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value with its key path; { value = 3, source = "…" } is 3."""
    if isinstance(node, dict):
        text = {key: value for key, value in node.items() if key not in DESCRIBES}
        if set(text) == {"value"}:
            yield at, text["value"]
            return
        for key, value in text.items():
            yield from _leaves(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*at, index))
    else:
        yield at, node


def _shown(value: Any) -> str:
    return "not there" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def plan_differences(first: Study, other: Study) -> list[tuple[str, str | None, str | None]]:
    """Key path, value in the first plan and in the other (None: not set), where plans differ."""
    one, two = (
        dict(_leaves(study.tree.tables.get("plan", {}), ("plan",))) for study in (first, other)
    )

    def written(table: dict[KeyPath, Any], path: KeyPath) -> str | None:
        return None if table.get(path) is None else _shown(table[path])

    return [
        (dotted(*path), written(one, path), written(two, path))
        for path in dict.fromkeys([*one, *two])
        if one.get(path) != two.get(path)
    ]
