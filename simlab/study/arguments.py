"""What a public function may be given, checked before it begins.

    @public
    def simulate(study: Study, draws: int | None = None, *, engine: Asked = "auto") -> Histories:

The annotations are the rule: a path where a study belongs, or engine="expectd", is one sentence
with the name of the argument, what was found, and what is allowed. Without it Python would go on to
an error of ours from within, or to another computation than was asked for. Bounds stand in the
function: `at_least`, `between`.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Callable as AnyCallable
from datetime import date, datetime
from functools import wraps
from importlib import import_module
from inspect import Parameter, signature, unwrap
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

from simlab.study.errors import nearest

Given = ParamSpec("Given")
Found = TypeVar("Found")

GIVES = {  # what gives a value of a class of ours
    "Study": "simlab.load(path)",
    "Histories": "simlab.simulate(study)",
    "CashFlow": "simlab.cash_flow(histories)",
    "Payback": "simlab.payback(cash)",
    "Comparison": "simlab.compare({name: study, …})",
    "Answer": "simlab.runs.run.run(study).answer",
    "RunOptions": "simlab.runs.options.RunOptions(threads=2)",
    "YearOfPayer": "answer.years",
    "VarianceShare": "answer.opening.variance_share",
    "Drivers": "answer.opening.drivers",
    "Words": 'simlab.words.Words("da")',
}
DRAWN = {"Axes": "matplotlib.axes", "Figure": "matplotlib.figure"}  # imported when it is drawn
CALLED = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    Path: "a Path",
    date: "a date",
    type(None): "None",
    Any: "anything",
}
LONGEST = 60  # characters of a value that is shown


def public(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """The function, which refuses arguments of other kinds than its annotations name.

    TypeError for another kind, ValueError for a word that is not among those allowed.
    """
    parameters = signature(function)
    kinds: dict[str, Any] = {}

    @wraps(function)
    def called(*arguments: Given.args, **named: Given.kwargs) -> Found:
        try:
            given = parameters.bind(*arguments, **named).arguments
        except TypeError:
            return function(*arguments, **named)  # whose own sentence Python writes
        if not kinds:
            kinds.update(_kinds(function))
        for name, value in given.items():
            variadic = parameters.parameters[name].kind in VARIADIC
            if name in kinds and not variadic and not _is(value, kinds[name]):
                raise _refusal(function, name, value, kinds[name])
        return function(*arguments, **named)

    return called


VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


class _Names(dict[str, Any]):
    """The names of a module, and those that it only imports for the type checker."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known

    def __missing__(self, name: str) -> Any:
        if name in self.known:
            return self.known[name]
        if name in DRAWN:
            return getattr(import_module(DRAWN[name]), name)
        return getattr(builtins, name)


def _kinds(function: Callable[..., Any]) -> dict[str, Any]:
    bare = unwrap(function)  # which knows the names of its own module
    names = _Names(bare.__globals__)
    written = dict(bare.__annotations__)
    written.pop("return", None)
    return {name: eval(text, {}, names) for name, text in written.items()}  # our own source


def _is(value: object, kind: Any) -> bool:
    """Whether a value is of a kind. Numbers of NumPy are numbers; True and False are none."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return any(_is(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            _is(key, parts[0]) and _is(one, parts[1]) for key, one in value.items()
        )
    if origin is not None and issubclass(origin, Sequence):
        listed = isinstance(value, Sequence) and not isinstance(value, str | bytes)
        return listed and all(_is(one, parts[0]) for one in value)  # type: ignore[attr-defined]
    if kind in (int, float):
        number = Integral if kind is int else Real
        return isinstance(value, number) and not isinstance(value, bool)
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind is None or kind is type(None):
        return value is None
    if kind is Any or kind is object:
        return True
    if origin is AnyCallable:
        return callable(value)
    return isinstance(value, origin or kind)


def _refusal(function: Callable[..., Any], name: str, value: object, kind: Any) -> Exception:
    text = f"{function.__name__}: {name} is {shown(value)}"
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(value, Mapping) and isinstance(origin, type) and issubclass(origin, Mapping):
        wrong = [key for key, one in value.items() if not _is(one, parts[1])]
        if wrong:
            text = f"{function.__name__}: {name}[{wrong[0]!r}] is {shown(value[wrong[0]])}"
            return TypeError(f"{text}; it must be {_named(parts[1])}")
    words = [one for part in _parts(kind) if get_origin(part) is Literal for one in get_args(part)]
    if words and isinstance(value, str):
        close = nearest(value, words)
        allowed = "" if close.startswith("; known") else f"; allowed: {', '.join(words)}"
        return ValueError(f"{text}{close.replace('; known', '; allowed')}{allowed}")
    return TypeError(f"{text}; it must be {' or '.join(_named(part) for part in _parts(kind))}")


def _parts(kind: Any) -> Iterator[Any]:
    if get_origin(kind) in (Union, types.UnionType):
        for part in get_args(kind):
            yield from _parts(part)
    else:
        yield kind


def _named(kind: Any) -> str:
    """a Study, as simlab.load(path) gives it"""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f'"{word}"' for word in parts)
    if origin is not None and issubclass(origin, Mapping):
        key, value = (_named(part) for part in parts)
        return f"a mapping of {key.removeprefix('a ')} to {value}"
    if origin is not None and issubclass(origin, Sequence):
        return f"a sequence of which each is {_named(parts[0])}"
    if kind in CALLED:
        return CALLED[kind]
    name = getattr(kind, "__name__", str(kind))
    article = "an" if name[0] in "AEIO" else "a"
    return f"{article} {name}" + (f", as {GIVES[name]} gives it" if name in GIVES else "")


def shown(value: object) -> str:
    """A value as it is told: short ones as they are, others by their kind."""
    if value is None or isinstance(value, str | int | float):
        text = f'"{value}"' if isinstance(value, str) else repr(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"of the kind {type(value).__name__}"


# ── bounds ──


def at_least(what: str, value: int, least: int) -> None:
    """ValueError where a whole number is below ``least``."""
    if value < least:
        raise ValueError(f"{what} is {value}; at least {least} is needed")


def between(what: str, value: float, low: float, high: float, why: str = "") -> None:
    """ValueError where a number is not finite, or not in low … high."""
    if not low <= value <= high:  # never of nan
        raise ValueError(f"{what} is {shown(value)}; allowed: {low:g} to {high:g}{why}")


def among(what: str, value: str, known: Sequence[str]) -> None:
    """ValueError where a name is not among those known."""
    if value not in known:
        raise ValueError(f'{what} is "{value}"{nearest(value, known)}')
