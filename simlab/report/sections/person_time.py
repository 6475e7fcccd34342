"""Where the people are, without the plan and with it."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import shown
from simlab.result.answer import Answer, PersonTime
from simlab.result.figures import Spread
from simlab.words import Words, phrases

MONTHS = 12.0


def people(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """People per state in both futures, and person-years over the whole horizon."""
    found = answer.person_time
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
        tables=(person_years(found, answer, words),) if found else (),
    )


def group_name(name: str, answer: Answer, words: Words) -> str:
    """What a state or a group is called: by its role where it stands for one, else by the study."""
    known = {
        "work": words("Job"),
        "education": words("Education"),
        "support": words("Public support"),
    }
    group = answer.person_time[name]
    return known[group.role] if group.role in known else words.text(group.label)


def futures(one: PersonTime) -> tuple[Spread, Spread, Spread]:
    return one.baseline, one.plan, one.difference


def ever_there(one: PersonTime) -> bool:
    """Whether anybody is ever in a group: a system of rules has states that no study uses all."""
    return one.baseline.mean != 0 or one.plan.mean != 0


def person_years(found: dict[str, PersonTime], answer: Answer, words: Words) -> Table:
    """Person-years in job, in education and on support, in both futures."""
    means = [spread.mean / MONTHS for one in found.values() for spread in futures(one)]
    decimals = phrases.decimals_of(means)

    def cell(of: Spread) -> Cell:
        mean, low, high = (words.number(x / MONTHS, decimals) for x in (of.mean, of.p10, of.p90))
        return Cell(mean, phrases.between(low, high, words) if low != high else "")

    return Table(
        caption=words("Over {years}, in {person_years}",
                      years=words.years(answer.horizon_years)),
        unit=words("mean over the futures, {percent} range below", percent=words.percent(0.8)),
        header=("", words("Without the plan"), words("With the plan"), words("Difference")),
        rows=tuple(
            (Cell(group_name(name, answer, words)), *map(cell, futures(one)))
            for name, one in found.items()
            if ever_there(one)
        ),
        numbers=range(1, 4),
        width="even",
    )  # fmt: skip
