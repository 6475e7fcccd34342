"""A study for each Danish municipality: what lower caseloads would mean there.

Each extends ``programmes/caseload.toml`` (from 80 to 40 cases a caseworker) with the municipality's
own number of activity-ready citizens, and as many caseworkers as they need. That number was not
found by municipality. The national one is shared out twice, by population and by recipients of
social assistance,

    by_people = N · P_m / ΣP        by_support = N · s_m P_m / Σ s P

and the study holds anything from 0.6 of the smaller to 1.5 of the larger for plausible: an
assumption with a wide range, marked so. How people move is the country's.

Populations and recipients: Statistics Denmark, FOLK1A and AUK01, as in ``configs/municipalities/
denmark.csv``; the national number: jobindsats.dk, 66,254 activity-ready in 2018.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from simlab.study.key_path import dotted
from simlab.study.reading import shipped_configs

NATIONAL = 66_254  # persons on activity-ready cash benefit in 2018, jobindsats.dk Y36A02
LOW, HIGH = 0.6, 1.5
CASES = 80  # to a caseworker without the plan, as in programmes/caseload.toml
ARRIVALS = {"nearer": 0.0225, "hard_to_move": 0.0112}  # a month and citizen, as there
SOURCE = (
    "66,254 activity-ready in Denmark in 2018 (jobindsats.dk), shared out by population and by "
    "recipients of social assistance (Statistics Denmark, FOLK1A and AUK01, 2019), 0.6 of the "
    "smaller to 1.5 of the larger"
)
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with its likely number of activity-ready citizens: two ways to share out."""

    name: str
    by_people: float
    by_support: float

    @property
    def file(self) -> str:
        """hjoerring.toml"""
        plain = self.name.translate(_LETTERS).lower()
        return "".join(c if c.isalnum() else "-" for c in plain) + ".toml"

    @property
    def middle(self) -> float:
        return (self.by_people * self.by_support) ** 0.5

    @property
    def low(self) -> float:
        return LOW * min(self.by_people, self.by_support)

    @property
    def high(self) -> float:
        return HIGH * max(self.by_people, self.by_support)


def municipalities() -> list[Municipality]:
    """The 98, in the order of their names as the table has them."""
    path = shipped_configs() / "municipalities" / "denmark.csv"
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    people = {row["municipality"]: float(row["population_2019"]) for row in rows}
    rate = "net_unemployed_social_assistance_per_1000_2019"
    support = {row["municipality"]: float(row[rate]) * people[row["municipality"]] for row in rows}
    total, supported = sum(people.values()), sum(support.values())
    return [
        Municipality(name, NATIONAL * people[name] / total, NATIONAL * support[name] / supported)
        for name in people
    ]


def study_of(one: Municipality) -> str:
    """The study of a municipality, TOML."""
    return "\n".join(_lines(one)) + "\n"


def _lines(one: Municipality) -> Iterator[str]:
    figures = []
    yield f"# {one.name}: what from 80 to 40 cases a caseworker would mean there. Made by"
    yield "#     simlab municipalities FOLDER"
    yield "# The number of activity-ready is an assumption; put your own count in its place."
    yield 'extends   = ["programmes/caseload.toml"]'
    yield (
        f'title     = {{ en = "{one.name}: caseload from 80 to 40", '
        f'da = "{one.name}: fra 80 til 40 sager pr. sagsbehandler" }}'
    )
    yield "published = []"
    for group, arrivals in ARRIVALS.items():
        for key, per in (("number", 0.5), ("arrivals_per_month", 0.5 * arrivals)):
            path = dotted("citizens", group, key)
            figures.append(path)
            low, high = _figure(per * one.low), _figure(per * one.high)
            yield f'{path} = {{ p10 = {low}, p90 = {high}, tag = "A", source = "{SOURCE}" }}'
    posts = _figure(one.middle / CASES)
    for key in ("workers", "extra_workers"):
        yield (
            f'plan.caseload.{key} = {{ value = {posts}, tag = "A", '
            f'source = "{CASES} cases a caseworker of {one.middle:.0f} activity-ready" }}'
        )
    for i, first in enumerate(figures):
        for second in figures[i + 1 :]:
            yield "\n[[correlation]]"
            yield f'between = ["{first}", "{second}"]'
            yield 'value   = 1.0\ntag     = "A"\nsource  = "one uncertain number of people"'


def _figure(x: float) -> str:
    """Three significant digits, never in powers of ten."""
    return f"{float(f'{x:.3g}'):.10g}" if x < 1e9 else f"{x:.0f}"
