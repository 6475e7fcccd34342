"""Where the people are, without the plan and with it."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Picture, Section, Table
from simlab.report.pictures import shown
from simlab.report.scale import Scale
from simlab.result.answer import Answer, PersonTime
from simlab.result.figures import Spread
from simlab.words import Words

MONTHS = 12.0


def people(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """People per state in both futures, and person-years over the whole horizon."""
    found, drawings = answer.person_time, shown(drawn, "people")
    if not found and not drawings:
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
        pictures=drawings,
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


def futures(time: PersonTime) -> tuple[Spread, Spread, Spread]:
    return time.baseline, time.plan, time.difference


def ever_there(time: PersonTime) -> bool:
    """Whether anybody is ever in a group: a system of rules has states that no study uses all."""
    return time.baseline.mean != 0 or time.plan.mean != 0


def person_years(found: dict[str, PersonTime], answer: Answer, words: Words) -> Table:
    """Person-years in job, in education and on support, in both futures."""
    means = [spread.mean for time in found.values() for spread in futures(time)]
    scale = Scale.of_people(means, words, MONTHS)
    return Table(
        caption=words("Over {years}, in {person_years}", years=words.years(answer.horizon_years)),
        unit=scale.ranges,
        header=("", words("Without the plan"), words("With the plan"), words("Difference")),
        rows=[
            (group_name(name, answer, words), *map(scale.spread, futures(time)))
            for name, time in found.items()
            if ever_there(time)
        ],
        width="even",
    )
