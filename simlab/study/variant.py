"""A variant of a study: other values at some key paths, and without what it then cannot have.

    shorter = study.replace({"years": 5})
    shorter.left_out        published.3, which lies after the horizon, …

Values are set (None takes one out), and the study is checked as a file is. What is then wrong with
the values themselves is a mistake. What was right, and is only wrong beside them, is left out, and
the variant says so:

    after a shorter horizon     published figures, stated trends, conversions and years of budgets;
                                and what the plan would only begin then
    of what is taken out        correlations with it, lines of the budget that hold it

Nothing that happens within the horizon is ever left out. An effect that would begin after it gives
way to one that changes nothing, at the same place: figures are addressed by their place, and those
behind it must stay where they are. A published sum that reaches to the horizon is of those years,
and of no others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simlab.study import layers
from simlab.study.check import problems_of
from simlab.study.check.published import IN_A_SPAN
from simlab.study.errors import Problem, StudyError
from simlab.study.grammar import KINDS_OF_EFFECT, Effect, StudyFile
from simlab.study.key_path import KeyPath
from simlab.study.merging import SETTINGS, set_value
from simlab.study.message import Message, Text, Value, read_text
from simlab.study.moves import evidence
from simlab.study.time import PER_YEAR
from simlab.study.tree import Tree
from simlab.study.two_readings import two_readings
from simlab.study.typed import both_readings

NEUTRAL = {kind: 0.0 if kind == "percentage_points" else 1.0 for kind in KINDS_OF_EFFECT}
KEPT = ("name", "label", "moves", "arrivals", *(f"at_{unit}s" for unit in PER_YEAR))
KEPT += ("reach", "segments", "evidence", "source", "note")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a variant does not have: its key path, and the text of a published figure.

    late : it lies after the horizon; else what it speaks of is not there
    """

    path: str
    late: bool
    text: Text | None = None


def described(left_out: tuple[LeftOut, ...]) -> list[Message]:
    """What was left out of a variant, a sentence for each reason."""
    sentences = []
    late = tuple(_named(part) for part in left_out if part.late)
    gone = tuple(_named(part) for part in left_out if not part.late)
    if late:
        sentences.append(Message("Left out, since it lies after the horizon: {parts}.", parts=late))
    if gone:
        message = "Left out, since what it speaks of is not there: {parts}."
        sentences.append(Message(message, parts=gone))
    return sentences


def _named(part: LeftOut) -> Value:
    if part.text is None:
        return part.path
    return Message("{path} (“{text}”)", path=part.path, text=part.text)


def varied(
    tree: Tree, values: Mapping[str, Any], before: Callable[[], StudyFile | None]
) -> tuple[StudyFile, Tree, tuple[LeftOut, ...]]:
    """A tree with other values, and what is left out of it; StudyError if that is wrong.

    ``before`` is the study without the values, and None where that is wrong by itself: then
    nothing is a consequence of them.
    """
    tree = copy.deepcopy(tree)
    below = layers.ground(tree)
    asked = [set_value(tree, path, value) for path, value in values.items()]
    layers.laid(tree, below, asked, SETTINGS)
    form, problems = problems_of(tree)
    other_time = any(key in values for key in ("start", "years", "step"))
    right = before() if problems or other_time else None
    if right is not None and other_time:
        _keep_spans(tree, right, asked)
        form, problems = problems_of(tree)
    left_out: dict[KeyPath, LeftOut] = {}
    doubtful = list(_doubtful(tree, asked))
    while problems or doubtful:
        wrong = doubtful + [p for p in problems if right is None or not _may_go(p.part, asked)]
        if wrong:
            raise StudyError(wrong)
        late = {p.part: p.late for p in problems}
        for part in _whole(late):
            left_out[part] = _leave_out(tree, part, late[part])
        form, problems = problems_of(tree)
    assert form is not None
    return form, tree, tuple(left_out[part] for part in reversed(_whole(left_out)))


def _doubtful(tree: Tree, asked: list[KeyPath]) -> Iterator[Problem]:
    """People and kroner that are set with a dot before three digits, which may mean thousands."""
    for at, number in two_readings(tree.tables):
        if any(_within(at, path) for path in asked):
            yield tree.problem(at, both_readings(number.text))


def _may_go(part: KeyPath, asked: list[KeyPath]) -> bool:
    """Whether a part can be left out, and nobody has just asked for it."""
    return bool(part) and not any(_within(part, path) or _within(path, part) for path in asked)


def _within(path: KeyPath, whole: KeyPath) -> bool:
    return path[: len(whole)] == whole


def _whole(parts: Iterable[KeyPath]) -> list[KeyPath]:
    """The parts that lie in no other, from the last entry of a list to its first."""
    parts = list(parts)
    whole = [p for p in parts if not any(p != q and _within(p, q) for q in parts)]
    return sorted(whole, reverse=True)


def _keep_spans(tree: Tree, right: StudyFile, asked: list[KeyPath]) -> None:
    """Published sums that reach to the horizon go on to speak of the years up to that one."""
    last = right.timeline.end - timedelta(days=1)
    for index, one in enumerate(right.published):
        path: KeyPath = ("published", index)
        ends = one.until is not None or one.at_months is not None
        if one.measure in IN_A_SPAN and not ends and _may_go(path, asked):
            tree.tables["published"][index]["until"] = last


def _leave_out(tree: Tree, part: KeyPath, late: bool) -> LeftOut:
    text, path = None, tree.printed(part)
    match part:
        case ("plan", "effect", int(index)):
            effects = tree.tables["plan"]["effect"]
            effects[index] = without_effect(effects[index])
        case ("plan", "amount", int(index)):
            amounts = tree.tables["plan"]["amount"]
            amounts[index] = without_change(amounts[index])
        case ("plan", "cost", name, year) if year not in tree.tables["plan"]["cost"][name]:
            tree.take_out(("plan", "cost", name, "budget", year))
        case ("published", int(index)):
            text = read_text(tree.tables["published"][index].get("text"))
            tree.take_out(part)
        case _:
            tree.take_out(part)
    return LeftOut(path, late, text)


def without_effect(written: Mapping[str, Any]) -> dict[str, Any]:
    """An effect, as a study writes it, that changes nothing and costs nothing."""
    effect = Effect.model_validate(written)
    kept = {key: written[key] for key in KEPT if key in written}
    neutral = {kind: value for kind, value in NEUTRAL.items() if kind in written}
    if effect.given:
        moves = [f"{origin} -> {e.to}" for origin, row in evidence(effect).items() for e in row]
        return kept | {"moves": moves, "hazard_ratio": 1.0}
    if effect.share is not None:
        return kept | {"hazard_ratio": 1.0}
    return kept | neutral


def without_change(written: Mapping[str, Any]) -> dict[str, Any]:
    """A changed amount, as a study writes it, that is not changed."""
    kept = {key: v for key, v in written.items() if key not in ("start", "until", "while")}
    return kept | {"change": 0.0}
