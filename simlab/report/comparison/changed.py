"""What differs between the plans."""

from __future__ import annotations

from simlab.report.parts import Cell, Section, Table
from simlab.result.comparison import Comparison, Contender
from simlab.result.warnings import found_anew
from simlab.study.baseline import plan_differences
from simlab.study.study import Study
from simlab.words import Words
from simlab.words.plans_compared import quoted


def changed(comparison: Comparison, words: Words) -> Section:
    """What was done to a plan that was written, and every key in which two studies differ."""
    tables = (_differences(comparison, plan, words) for plan in comparison.others)
    return Section(
        anchor="changed",
        heading=words("What differs between the plans"),
        text=tuple(line for plan in comparison.plans for line in varied(comparison, plan, words)),
        tables=tuple(table for table in tables if table.rows),
    )


def _differences(comparison: Comparison, plan: Contender, words: Words) -> Table:
    names = {"name": quoted(plan.name, words), "first": quoted(comparison.first.name, words)}
    return Table(
        caption=words("Where {name} differs from {first}", **names),
        header=(words("Key"), comparison.first.name, plan.name),
        rows=[
            (Cell(path, code=True), _set(first, words), _set(other, words))
            for path, first, other in plan_differences(comparison.study, plan.study)
        ],
        numbers=range(0),
        width="list",
    )


def _set(value: str | None, words: Words) -> Cell:
    return Cell(words("not set")) if value is None else Cell(value, code=True)


def varied(comparison: Comparison, plan: Contender, words: Words) -> list[str]:
    """What is assumed where a plan is one that was written, but later, smaller, or lost again, or
    runs otherwise and still gives a share at a date."""
    form, name, lines = plan.study.form.plan, quoted(plan.name, words), []
    if form.later_months:
        lines.append(
            words(
                "{name} is the same plan {months} months later. The horizon stays, so it has that "
                "much less time to be paid back, and what would fall after the horizon is left "
                "out, costs and savings alike.",
                name=name,
                months=words.number(form.later_months),
            )
        )
    if form.scale != 1.0:
        lines.append(
            words(
                "{name} costs {percent} of the plan as written and reaches {percent} of the "
                "people; those reached gain as much as before. That is an assumption: a smaller "
                "effort may lose more, if it needs a certain size, or less, if it reaches first "
                "those who gain most.",
                name=name,
                percent=words.percent(form.scale),
            )
        )
        if form.enrolment is not None:
            lines.append(
                words(
                    "Of its programme it is places and monthly intake that are made smaller: where "
                    "these were not full, it reaches a larger part than that.",
                )
            )
    if form.effect_years is not None:
        lines.append(
            words(
                "In {name} every effect is lost {years} after it began, at once. What the plan "
                "costs goes on, and those who have moved by then stay until their next move.",
                name=name,
                years=words.years(form.effect_years),
            )
        )
    if _found_anew(comparison.study, plan.study):
        lines.append(
            words(
                "{name} runs otherwise, and how strong it is was found anew, so that the share at "
                "a date is still as told: a smaller or shorter effort is made stronger for it. "
                "What less of the measured effort would give is asked by plan.scale, "
                "plan.later_months and plan.effect_years.",
                name=name,
            )
        )
    return lines


def _found_anew(first: Study, other: Study) -> bool:
    """Whether a plan does something else to people, and has the ratio that gives the same share."""
    paths = [path for path, *_ in plan_differences(first, other)]
    return all(found_anew(study, paths) for study in (first, other))
