"""An uncertain value in one line of plain words, and how it was converted."""

from __future__ import annotations

from collections.abc import Iterable

from simlab.study import families
from simlab.study.families import Distribution
from simlab.study.message import Message, Number, Value
from simlab.study.quantity.shown import apart, in_digits, numeral

FAMILY_NAMES: dict[str, Value] = {
    "normal": Message("normal"),
    "lognormal": Message("lognormal"),
    "logit-normal": Message("logit-normal"),
    "gamma": Message("gamma"),
    "beta": Message("beta"),
    "uniform": Message("uniform"),
    "triangular": Message("triangular"),
    "PERT": Message("PERT"),
}


def in_words(distribution: Distribution) -> Message:
    """A distribution in one line of plain words."""
    match distribution:
        case families.Nothing(value):
            return Message("certain: nothing ({value})", value=typed(value))
        case families.Point(value):
            return Message("certain: {value}", value=typed(value))
        case families.Mixture((weight, _), (families.Nothing(), part)):
            chance, rest = _percent(weight), _part(part)
            return Message("nothing with chance {chance}, else {rest}", chance=chance, rest=rest)
        case families.Mixture(weights, parts):
            return one_line(
                Message("with chance {chance}: {value}", chance=_percent(weight), value=_part(part))
                for weight, part in zip(weights, parts, strict=True)
            )
    family = FAMILY_NAMES.get(distribution.name, distribution.name)
    texts = apart(*(distribution.quantile(q) for q in (0.1, 0.5, 0.9)))
    named = dict(zip(("low", "median", "high"), map(Number, texts), strict=True))
    return Message(
        "{family}, median {median}, 80 % between {low} and {high}", family=family, **named
    )


def one_line(lines: Iterable[Message]) -> Message:
    """Messages one after the other; there is one at least."""
    line, *rest = lines
    for remark in rest:
        line = Message("{line}; {remark}", line=line, remark=remark)
    return line


def typed(value: float) -> Number:
    """A number as it was typed."""
    return Number(numeral(value))


def _part(part: Distribution) -> Value:
    """A part of a mixture: a number alone, where it is certain."""
    if isinstance(part, families.Nothing):
        return Message("nothing ({value})", value=typed(part.value))
    return typed(part.value) if isinstance(part, families.Point) else in_words(part)


def _percent(share: float) -> Message:
    return Message("{number} %", number=Number(f"{100 * share:.4g}"))


def in_parameters(distribution: Distribution) -> str:
    """A family with its parameters, under the names that ``dist`` takes."""
    match distribution:
        case families.Normal(centre, spread):
            return f"normal with mean {in_digits(centre, 4)} and sd {in_digits(spread, 4)}"
        case families.Lognormal(_, spread) | families.LogitNormal(_, spread):
            median, sigma = in_digits(distribution.quantile(0.5), 4), in_digits(spread, 4)
            return f"{distribution.name} with median {median} and sigma {sigma}"
        case families.Gamma(shape, rate):
            return f"gamma with shape {numeral(shape)} and rate {numeral(rate)}"
        case families.Beta(a, b):
            return f"beta with a {numeral(a)} and b {numeral(b)}"
    return distribution.name
