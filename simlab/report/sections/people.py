"""Where the people are, without the plan and with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.report import phrases
from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import shown
from simlab.risk.result import Result
from simlab.words import Words

FUTURES = ("baseline", "plan", "difference")
MONTHS = 12.0


def people(result: Result, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """People per state in both futures, and person-years over the whole horizon."""
    found = result.summary.get("people") or {}
    seen = shown(drawn, "people")
    if not found and not seen:
        return None
    return Section(
        anchor="people",
        heading=words("The {people} behind the money"),
        text=(
            words(
                "Both futures hold the same {citizens}, the same business cycle and the same luck "
                "until the plan makes a difference, so the difference is surer than either."
            ),
        ),
        pictures=seen,
        tables=(person_years(found, result, words),) if found else (),
    )


def group_name(name: str, result: Result, words: Words) -> str:
    """What a group of states is called: by a word of the field, else by the study."""
    known = {
        "job": words("Job"),
        "education": words("Education"),
        "support": words("Public support"),
    }
    return known[name] if name in known else words.text(result.summary["people"][name]["label"])


def ever_there(one: dict[str, Any]) -> bool:
    """Whether anybody is ever in a group: a system of rules has states that no study uses all."""
    return any(one[future]["mean"] != 0 for future in ("baseline", "plan"))


def person_years(found: dict[str, Any], result: Result, words: Words) -> Table:
    """Person-years in job, in education and on support, in both futures."""
    means = [found[g][f]["mean"] / MONTHS for g in found for f in FUTURES]
    decimals = phrases.decimals_of(means)

    def cell(spread: dict[str, float]) -> Cell:
        mean, low, high = (
            words.number(spread[key] / MONTHS, decimals) for key in ("mean", "p10", "p90")
        )
        return Cell(mean, phrases.between(low, high, words) if low != high else "")

    return Table(
        caption=words("Over {years}, in {person_years}",
                      years=words.years(result.summary["horizon_years"])),
        unit=words("mean over the futures, {percent} range below", percent=words.percent(0.8)),
        header=("", words("Without the plan"), words("With the plan"), words("Difference")),
        rows=tuple(
            (Cell(group_name(g, result, words)), *(cell(found[g][f]) for f in FUTURES))
            for g in found
            if ever_there(found[g])
        ),
        numbers=range(1, 4),
        width="even",
    )  # fmt: skip
