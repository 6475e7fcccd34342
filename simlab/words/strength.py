"""What a figure of a study is worth, as a reader counts it: a ratio is how many more there are.

plan.effect.talks.hazard_ratio 1.27  →  for those it reaches, 27% more moves a month
citizens.benefit.number 529          →  around 529
"""

from __future__ import annotations

from simlab.study.grammar import KINDS_OF_EFFECT
from simlab.study.key_path import keys_of_path
from simlab.words.words import Words


def strength(path: str, value: float, words: Words) -> str:
    """The value of the figure at a key path, in words."""
    kind = _kind(path)
    if keys_of_path(path)[0] == "shares" and kind in KINDS_OF_EFFECT:
        return _more_at_the_date(kind, value, words)
    if kind == "percentage_points":
        points = words.number(100 * value, 1)
        return words("for those it reaches, {n} percentage points more", n=points)
    if kind not in KINDS_OF_EFFECT:
        return words("around {value}", value=_worth(path, value, words))
    if round(100 * (value - 1)) == 0:
        return words("no effect")
    percent = words.percent(abs(value - 1))
    if value < 1:
        return {
            "hazard_ratio_per_halving": words(
                "{percent} fewer moves a month for each halving of the caseload", percent=percent
            ),
            "arrivals_ratio": words("{percent} fewer arrivals", percent=percent),
            "risk_ratio": words(
                "for those it reaches, {percent} fewer who get there", percent=percent
            ),
        }.get(kind) or words("for those it reaches, {percent} fewer moves a month", percent=percent)
    return {
        "hazard_ratio_per_halving": words(
            "{percent} more moves a month for each halving of the caseload", percent=percent
        ),
        "arrivals_ratio": words("{percent} more arrivals", percent=percent),
        "risk_ratio": words("for those it reaches, {percent} more who get there", percent=percent),
    }.get(kind) or words("for those it reaches, {percent} more moves a month", percent=percent)


def _more_at_the_date(kind: str, value: float, words: Words) -> str:
    """Of a share at a date, which is of all who are followed, also whom the plan does not reach."""
    if kind == "percentage_points":
        return words("{n} percentage points more at the date", n=words.number(100 * value, 1))
    if round(100 * (value - 1)) == 0:
        return words("no effect")
    percent = words.percent(abs(value - 1))
    if value < 1:
        return words("{percent} fewer there at the date", percent=percent)
    return words("{percent} more there at the date", percent=percent)


def strength_in_short(path: str, value: float, words: Words) -> str:
    """The value where there is little room: +27% of a ratio."""
    kind = _kind(path)
    if kind == "percentage_points":
        return words("{n} points", n=_signed(100 * value, words))
    if kind not in KINDS_OF_EFFECT:
        return _worth(path, value, words)
    if round(100 * (value - 1)) == 0:
        return words("no effect")
    return words("{number}%", number=_signed(100 * (value - 1), words))


def _worth(path: str, value: float, words: Words) -> str:
    """A chance as a percentage, any other figure as it is."""
    if str(keys_of_path(path)[0]).startswith("chance_per_"):
        size = abs(100 * value)
        return words.percent(value, 0 if size >= 10 else 1 if size >= 1 else 2)
    return value_of(value, words)


def value_of(value: float, words: Words) -> str:
    """A figure of any size in about three digits."""
    size = abs(value)
    return words.number(value, 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 4)


def _kind(path: str) -> str:
    """What an effect's figure is, or that of a share at a date, by its last key; nothing for
    others."""
    keys = keys_of_path(path)
    return str(keys[-1]) if keys[:2] == ("plan", "effect") or keys[0] == "shares" else ""


def _signed(value: float, words: Words) -> str:
    sign = "+" if round(value) > 0 else ""
    return f"{sign}{words.number(value)}"
