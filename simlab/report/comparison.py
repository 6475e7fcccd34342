"""A comparison of plans on paper: the same look as the report of one plan.

What is compared · when is the money back · what is the difference worth · what was changed · why
the comparison is fair · how to run it again. Every figure is of the same futures, plan against
first plan; nothing is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlab.charts import plan_difference, plans, style
from simlab.charts.files import svg
from simlab.report.compared import compared
from simlab.report.html import rendered
from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import inline
from simlab.report.sections.again import record
from simlab.result.comparison import Comparison, Contender
from simlab.result.warnings import study_warnings
from simlab.study.baseline import plan_differences
from simlab.words import Words, phrases
from simlab.words.plans_compared import (
    headline,
    of_twenty_in_all,
    quoted,
    sooner,
    worth,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def drawn(comparison: Comparison, words: Words) -> dict[str, Figure]:
    """The charts of a comparison: plans, difference."""
    start = comparison.study.timeline.start
    curves = plans(comparison, words=words, start=start)
    return {
        "plans": style.figure_of(curves),
        "difference": style.figure_of(plan_difference(comparison, words=words)),
    }


def title(comparison: Comparison, words: Words) -> str:
    names = ", ".join(plan.name for plan in comparison.plans)
    return words("Plans compared: {names}", names=names)


def write_comparison(
    comparison: Comparison,
    path: Path,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> None:
    """Write the report; ``pictures`` are the charts as SVG where they have been drawn already."""
    text = comparison_report(comparison, words, provenance, pictures)
    path.write_text(text, encoding="utf-8", newline="\n")


def comparison_report(
    comparison: Comparison,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """The report as a page of HTML."""
    if pictures is None:
        pictures = {name: svg(figure, name) for name, figure in drawn(comparison, words).items()}
    shown = {name: Picture(inline(element)) for name, element in pictures.items()}
    parts = [
        _answer(comparison, words),
        _back(comparison, shown, words),
        _worth(comparison, shown, words),
        _changed(comparison, words),
        _fair(comparison, words),
        _again(comparison, provenance or {}, words),
    ]
    study = comparison.study
    beside = words(
        "{draws} simulated futures over {years} from {month}, the same ones for each plan, in the "
        "account of {whom}.",
        draws=words.number(comparison.draws),
        years=words.years(study.timeline.years),
        month=words.date(study.timeline.start),
        whom=phrases.perspective_name(comparison.perspective, words),
    )
    return rendered(title(comparison, words), headline(comparison, words), beside, parts, words)


# ── sections ──


def _answer(comparison: Comparison, words: Words) -> Section:
    accounts = [comparison.figures(p, comparison.perspective) for p in comparison.plans]
    cost = tuple(Cell(words.money(of.plan_cost, 3)) for of in accounts)
    rows = compared(accounts, comparison.study.timeline.years, words)
    return Section(
        anchor="plans",
        heading=words("The plans side by side"),
        text=tuple(sentences(comparison, words)),
        warnings=tuple(warnings(comparison, words)),
        tables=(
            Table(
                caption=words("Each plan by itself"),
                header=(words("Figure"), *(plan.name for plan in comparison.plans)),
                rows=(*rows, (Cell(words("Cost of the plan, mean")), *cost)),
                numbers=range(1, 1 + len(comparison.plans)),
                width="labels" if len(comparison.plans) < 4 else "wide",
            ),
        ),
        fine=(
            words(
                "A plan is set against the first, not ranked: which plan looks best of many is "
                "partly luck."
            ),
        ),
    )


def sentences(comparison: Comparison, words: Words) -> list[str]:
    found = []
    for plan in comparison.others:
        against = comparison.against(plan.name)
        found.append(sooner(against, comparison.study.timeline.years, words))
        if not against.same_in_every_future:
            found.append(worth(against, words))
    return found


def warnings(comparison: Comparison, words: Words) -> list[str]:
    """What the plans' studies are warned of, each once, and what parts this comparison."""
    found = _of_studies(comparison, words)
    if comparison.notes:
        found.append(
            words(
                "These plans are not of the same citizens, so part of every difference is theirs "
                "and not the plans': {what}",
                what="; ".join(comparison.notes),
            )
        )
    if comparison.engine != "expected":
        for plan in comparison.others:
            if comparison.same_lives(plan.name) < 1.0:
                found.append(_lives(comparison, plan, words))
    if comparison.draws < 1_000:
        found.append(
            words.plural(
                "The comparison rests on {n} future; run at least 1,000.",
                "The comparison rests on {n} futures; run at least 1,000.",
                comparison.draws,
            )
        )
    return found


def _of_studies(comparison: Comparison, words: Words) -> list[str]:
    """The warnings of all studies, each with the plans that it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for plan in comparison.plans:
        for warning in study_warnings(plan.study):
            about.setdefault(words.say(warning.message), []).append(plan.name)
    return [
        said
        if len(plans) == len(comparison.plans)
        else words("{name}: {text}", name=", ".join(plans), text=said)
        for said, plans in about.items()
    ]


def _back(comparison: Comparison, shown: Mapping[str, Picture], words: Words) -> Section:
    horizon = comparison.study.timeline.years
    rows = []
    for plan in comparison.others:
        of = comparison.against(plan.name).figures().sooner
        chances = (of.first, of.other, of.same_time, of.neither)
        twenty = of_twenty_in_all([one.chance for one in chances])
        cells = [
            Cell(
                words("{n} of 20", n=n),
                phrases.chance(one.chance, words)
                + beside(phrases.error_of_chance(one.chance, one.standard_error, words)),
            )
            for n, one in zip(twenty, chances, strict=True)
        ]
        rows.append((Cell(plan.name), *cells))
    return Section(
        anchor="back",
        heading=words("When is the money back?"),
        pictures=(shown["plans"],),
        tables=(
            Table(
                caption=words("Who is back sooner, future by future"),
                header=(
                    words("Plan compared"),
                    words("{name} sooner", name=quoted(comparison.first.name, words)),
                    words("this plan sooner"),
                    words("at the same time"),
                    words("neither within {years}", years=words.years(horizon)),
                ),
                rows=tuple(rows),
                numbers=range(1, 5),
                width="even",
            ),
        ),
    )


def beside(text: str) -> str:
    """A ± behind its figure, or an interval in brackets."""
    return f" {text}" if text.startswith("±") else f" ({text})" if text else ""


def _worth(comparison: Comparison, shown: Mapping[str, Picture], words: Words) -> Section:
    return Section(
        anchor="difference",
        heading=words("What is the difference worth?"),
        pictures=(shown["difference"],),
        tables=tuple(_difference(comparison, name, words) for name in comparison.perspectives),
        fine=(
            words(
                "The middle column of figures is the mean; ± is the simulation error, which more "
                "futures would make smaller. The range is of the futures themselves."
            ),
        ),
    )


def _difference(comparison: Comparison, perspective: str, words: Words) -> Table:
    rows = []
    for plan in comparison.others:
        of = comparison.against(plan.name, perspective).figures()
        value, chance = of.net_present_value, of.worth_more.other
        rows.append(
            (
                Cell(plan.name),
                Cell(phrases.money(value.p10, value, words)),
                Cell(
                    phrases.money(value.mean, value, words),
                    phrases.error_of_money(value.standard_errors.mean, words),
                ),
                Cell(phrases.money(value.p90, value, words)),
                Cell(
                    phrases.chance(chance.chance, words),
                    phrases.error_of_chance(chance.chance, chance.standard_error, words),
                ),
            )
        )
    return Table(
        caption=words(
            "Net present value less that of {name}: {whom}",
            name=quoted(comparison.first.name, words),
            whom=phrases.perspective_name(perspective, words),
        ),
        header=(
            words("Plan compared"),
            words("1 of 10 futures below"),
            words("Mean"),
            words("1 of 10 futures above"),
            words("Chance that it is worth more"),
        ),
        rows=tuple(rows),
        numbers=range(1, 5),
        width="even",
    )


def _changed(comparison: Comparison, words: Words) -> Section:
    text = [line for plan in comparison.plans for line in varied(plan, words)]
    tables = []
    for plan in comparison.others:
        found = plan_differences(comparison.study, plan.study)
        if not found:
            continue
        tables.append(
            Table(
                caption=words(
                    "Where {name} differs from {first}",
                    name=quoted(plan.name, words), first=quoted(comparison.first.name, words),
                ),
                header=(words("Key"), comparison.first.name, plan.name),
                rows=tuple(
                    (Cell(path, code=True), _set(one, words), _set(other, words))
                    for path, one, other in found
                ),
                width="list",
            )
        )  # fmt: skip
    return Section(
        anchor="changed",
        heading=words("What differs between the plans"),
        text=tuple(text),
        tables=tuple(tables),
    )


def _set(value: str | None, words: Words) -> Cell:
    return Cell(words("not set")) if value is None else Cell(value, code=True)


def varied(plan: Contender, words: Words) -> list[str]:
    """What is assumed where a plan is one that was written, but later, smaller, or lost again."""
    form, name, found = plan.study.form.plan, quoted(plan.name, words), []
    if form.later_months:
        found.append(
            words(
                "{name} is the same plan {months} months later. The horizon stays, so it has that "
                "much less time to be paid back, and what would fall after the horizon is left "
                "out, costs and savings alike.",
                name=name,
                months=words.number(form.later_months),
            )
        )
    if form.scale != 1.0:
        found.append(
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
            found.append(
                words(
                    "Of its programme it is places and monthly intake that are made smaller: where "
                    "these were not full, it reaches a larger part than that.",
                )
            )
    if form.effect_years is not None:
        found.append(
            words(
                "In {name} every effect is lost {years} after it began, at once. What the plan "
                "costs goes on, and those who have moved by then stay until their next move.",
                name=name,
                years=words.years(form.effect_years),
            )
        )
    return found


def _fair(comparison: Comparison, words: Words) -> Section:
    points = [
        words(
            "All plans meet the same futures: the same value of each uncertain figure that they "
            "share, and the same business cycle."
        )
    ]
    for plan in comparison.others:
        points += _in_common(comparison, plan, words)
    return Section(
        anchor="fair",
        heading=words("Why the difference is the plans'"),
        points=tuple(points),
    )


def _in_common(comparison: Comparison, plan: Contender, words: Words) -> list[str]:
    found, name = [], quoted(plan.name, words)
    same, of = comparison.shared(plan.name)
    if same < of:
        found.append(
            words(
                "{name}: {n} of {of} uncertain figures have the same value as in the first plan.",
                name=name, n=same, of=of,
            )
        )  # fmt: skip
    if comparison.engine == "expected":
        found.append(words("{name}: expected numbers, without chance in single lives.", name=name))
    else:
        found.append(_lives(comparison, plan, words))
    of_them = comparison.against(plan.name).figures()
    left = of_them.variance_left
    if left is not None and of_them.correlation is not None:
        found.append(
            words(
                "{name}: the two net present values have a correlation of {r}; the difference "
                "varies by {sd}, where two separate runs would have made it {apart}.",
                name=name,
                r=words.number(of_them.correlation, 3),
                sd=words.money(of_them.standard_deviation, digits=3),
                apart=words.money(of_them.if_independent, digits=3),
            )
        )
    return found


def _lives(comparison: Comparison, plan: Contender, words: Words) -> str:
    """Whether the citizens without the plan are the same ones, life by life."""
    name, share = quoted(plan.name, words), comparison.same_lives(plan.name)
    if share == 1.0:
        return words(
            "{name}: without the plan every {citizen} leads the same life as in the first plan.",
            name=name,
        )
    return words(
        "{name}: without the plan the {citizens} are the same in {percent} of the futures; "
        "in the others they follow the same law, and chance is part of the difference.",
        name=name,
        percent=phrases.chance(share, words),
    )


def _again(comparison: Comparison, provenance: Mapping[str, Any], words: Words) -> Section:
    known = {
        "engine": comparison.engine,
        "draws": comparison.draws,
        "seed": comparison.study.form.seed,
    }
    return record({**known, **provenance}, words)
