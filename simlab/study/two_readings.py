"""Where 100.000 may be meant as thousands: a study's counts of people and sums of money.

A study is TOML, and 100.000 is 100 there. Who parts thousands by a dot, as Danish does, means a
hundred thousand. Three decimals are nothing strange in a hazard ratio, a chance, a price index, a
duration, posts or millions of kroner, and nobody means thousands there. They are strange in kroner
and in people: there the reader of a file is warned, and what is set for one call (``--set``, a
grid, ``replace``) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.study.grammar import (
    AccountLine,
    AmountChange,
    Budget,
    Caseload,
    Citizens,
    Cost,
    CostLine,
    Effect,
    Enrolment,
    Evidence,
    OneOff,
    Payment,
    PerCitizen,
    Published,
    StudyFile,
)
from simlab.study.key_path import KeyPath
from simlab.study.tables import Part, under
from simlab.study.time import PER_YEAR, looks_like_date
from simlab.study.typed import TypedFloat

COUNTS: dict[type, tuple[str, ...]] = {
    StudyFile: ("draws",),
    Evidence: tuple(f"count_per_{unit}" for unit in PER_YEAR),
    Citizens: ("number", *(f"arrivals_per_{unit}" for unit in PER_YEAR)),
    Payment: ("amount",),
    OneOff: ("amount",),
    PerCitizen: ("amount",),
    AmountChange: ("change",),
    Effect: ("places", "cost_per_treated_per_month"),
    Enrolment: ("intake_per_month", "places", "cost_per_enrolled_per_month"),
    Caseload: ("cost_per_worker_per_year",),
    Cost: ("unit",),
    CostLine: ("budget", "at_start", "per_year"),
    Budget: ("saving",),
    AccountLine: ("cost_per_post",),
    Published: ("value", "ci95"),
}
OF_PEOPLE_OR_MONEY = ("people", "person_years", "saving", "balance")  # published measures
MILLION = 1_000_000  # a unit whose third decimal is a thousand kroner; that of 1,000 kr. is 1 kr.
WITH_PEOPLE = ("events", "exposure", "successes", "trials")  # of any uncertain figure
NO_COUNT = ("sigma", "log_mean", "log_sd", "shape", "rate", "a", "b", "prior", "weight", "none")


def two_readings(tables: dict[str, Any]) -> Iterator[tuple[KeyPath, TypedFloat]]:
    """Every number of people or kroner that is typed with a dot before three digits, and where."""
    yield from _below(tables, (), StudyFile, False)


def _below(
    node: Any, at: KeyPath, part: Part, counts: bool
) -> Iterator[tuple[KeyPath, TypedFloat]]:
    """``counts`` : whether what stands here is a number of people or kroner."""
    if isinstance(node, TypedFloat):
        if counts:
            yield at, node
    elif isinstance(node, dict):
        for key, below in node.items():
            inner = under(part, key)
            if isinstance(part, type):
                here = _is_count(part, key, node)
            else:
                here = key in WITH_PEOPLE or (counts and key not in NO_COUNT)
            if part is Cost and key != "unit" and _in_millions(node.get("unit")):
                continue
            yield from _below(below, (*at, key), inner, here)
    elif isinstance(node, list):
        for index, below in enumerate(node):
            yield from _below(below, (*at, index), under(part, index), counts)


def _in_millions(unit: Any) -> bool:
    return isinstance(unit, int | float) and unit >= MILLION


def _is_count(form: type, key: str, node: dict[str, Any]) -> bool:
    if form is Published and node.get("measure") not in OF_PEOPLE_OR_MONEY:
        return False
    if form is CostLine and looks_like_date(key):
        return True
    return any(issubclass(form, of) and key in counts for of, counts in COUNTS.items())
