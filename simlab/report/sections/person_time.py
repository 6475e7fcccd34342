"""Where the people are, without the plan and with it."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Picture, Section, Table
from simlab.report.pictures import shown
from simlab.report.scale import Scale
from simlab.result.answer import Answer, PersonTime
from simlab.result.figures import Spread
from simlab.study.key_path import keys_of_path
from simlab.words import Words
from simlab.words.quantity_name import people_name

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
            followed(answer, words),
            by_head(words),
        ),
        pictures=drawings,
        tables=(person_years(found, answer, words),) if found else (),
    )


def followed(answer: Answer, words: Words) -> str:
    """Who is counted: not all who are on support, but those whom the study holds."""
    keys = [keys_of_path(one.path) for one in answer.assumptions]
    groups = dict.fromkeys(str(key[1]) for key in keys if key[0] == "citizens" and len(key) > 2)
    named = "; ".join(people_name(group, answer.labels, words) for group in groups)
    if any(str(key[2]).startswith("arrivals_per_") for key in keys if key[0] == "citizens"):
        return words(
            "Only the {citizens} whom the study follows are counted, those who come later "
            "included: {groups}. Nobody else on support is in these numbers.",
            groups=named,
        )
    return words(
        "Only the {citizens} whom the study follows are counted, and nobody comes later: {groups}. "
        "Nobody else on support is in these numbers.",
        groups=named,
    )


def by_head(words: Words) -> str:
    """Heads are no full-time persons."""
    return words(
        "They are counted by head: who works part time, or beside a benefit, counts whole, so that "
        "{person_years} are heads over time and not full-time equivalents."
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
