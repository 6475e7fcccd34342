"""The keys of an uncertain value: what each says, and where the number under it may lie."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Domain = Literal["chance", "positive", "free"]

ABOUT = ("source", "tag", "note")
TAGS = {
    "S": "published",
    "D": "derived",
    "SEED": "case document",
    "B": "commonly known",
    "A": "assumption",
    "P": "placeholder",
}
GUESSED = ("assumption", "placeholder")  # tags of figures that rest on no source
PARTS = ("none", "else", "mixture")  # of mixtures

KEYS = {
    "value": "the number itself",
    "min": "the smallest value possible",
    "mode": "the most likely value",
    "max": "the largest value possible",
    "mean": "the mean",
    "sd": "the standard deviation of the value (not the standard error of many)",
    "ci95": "the two ends of a 95 % interval",
    "estimate": "the published estimate, taken as the median",
    "events": "how many events were seen",
    "exposure": "over how much time at risk, in the unit that the rate is per",
    "successes": "in how many of the trials it happened",
    "trials": "how many trials there were",
    "prior": "added to the counts before they are read; 0 takes them raw",
    "median": "the median",
    "sigma": "the standard deviation of the logarithm (lognormal) or of the log odds",
    "log_mean": "the mean of the logarithm",
    "log_sd": "the standard deviation of the logarithm",
    "shape": "the shape of the gamma",
    "rate": "the rate of the gamma: mean = shape / rate",
    "a": "the first parameter of the beta: mean = a / (a + b)",
    "b": "the second parameter of the beta",
    "none": "the chance of no effect at all",
    "else": "the value otherwise",
    "mixture": "a list of { weight = …, value = … }; the weights sum to 1",
    "dist": "the family of the distribution",
    "point": "true takes the mean, as if certain",
    "source": "where the value comes from",
    "tag": "what kind of source it is",
    "note": "anything a reader should know",
}
COMMON_QUANTILES = ("p01", "p2_5", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p97_5", "p99")

_QUANTILE = re.compile(r"p([0-9]{1,20})(?:[._]([0-9]{1,20}))?")
_NEARLY_QUANTILE = re.compile(r"[pP][0-9][0-9OoIl._,]*")
_LOOK_ALIKES = str.maketrans("PoOIl,", "p0011_")


def is_quantile(key: str) -> bool:
    """p10, p2_5, "p97.5", …"""
    return _QUANTILE.fullmatch(key) is not None


def quantile_chance(key: str) -> float:
    """p10 is 0.1, p2_5 is 0.025."""
    match = _QUANTILE.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r} is no quantile; write p10, p2_5")
    return float(f"{match[1]}.{match[2] or 0}e-2")


def meant_quantile(key: str) -> str | None:
    """The key that was meant by p9O or P90, as it was typed where that is unclear; else None."""
    if not _NEARLY_QUANTILE.fullmatch(key):
        return None
    clean = key.translate(_LOOK_ALIKES)
    return clean if is_quantile(clean) else key


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a number may lie, under the names of JSON Schema; ``wanted`` tells a person."""

    limits: Mapping[str, float]
    wanted: str = ""

    def hold(self, number: float) -> bool:
        return all(_LIMITS[limit](number, end) for limit, end in self.limits.items())

    def schema(self) -> dict[str, object]:
        return {"type": "number", **self.limits}


_LIMITS = {"minimum": operator.ge, "exclusiveMinimum": operator.gt, "maximum": operator.le}

CHANCE = Bounds({"minimum": 0, "maximum": 1}, "a chance lies between 0 and 1")
FROM_ZERO = Bounds({"minimum": 0}, "it must be 0 or above")
ABOVE_ZERO = Bounds({"exclusiveMinimum": 0}, "it must be above 0")
SPREAD = Bounds(
    ABOVE_ZERO.limits, f"{ABOVE_ZERO.wanted}; for a certain value write the number alone"
)
ANYWHERE = Bounds({})

BOUNDS: dict[str, Bounds] = {
    "sd": SPREAD,
    "log_mean": ANYWHERE,
    **dict.fromkeys(("events", "successes", "prior"), FROM_ZERO),
    **dict.fromkeys(("exposure", "trials", "sigma", "log_sd", "shape", "rate"), ABOVE_ZERO),
    **dict.fromkeys(("a", "b"), ABOVE_ZERO),
    **dict.fromkeys(("none", "weight"), CHANCE),
}
"""Where the number under a key lies that is no value of the domain."""


def bounds_of(domain: Domain, zero_allowed: bool) -> Bounds:
    """Where a value of a domain lies, its ends included where they are values."""
    if domain == "positive":
        return FROM_ZERO if zero_allowed else ABOVE_ZERO
    return CHANCE if domain == "chance" else ANYWHERE
