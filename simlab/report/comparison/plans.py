"""The plans side by side: each by itself, what they are against the first, and the warnings."""

from __future__ import annotations

from simlab.report.comparison.fair import lives
from simlab.report.parts import Section, Table
from simlab.report.side_by_side import compared
from simlab.result.comparison import Comparison
from simlab.result.warnings import study_warnings
from simlab.words import Words
from simlab.words.plans_compared import sooner, worth


def plans(comparison: Comparison, words: Words) -> Section:
    """The main figures of every plan, and what each is against the first."""
    accounts = [comparison.figures(plan, comparison.perspective) for plan in comparison.plans]
    costs = (words.money(account.plan_cost, 3) for account in accounts)
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
                rows=[*rows, (words("Cost of the plan, mean"), *costs)],
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
    lines = []
    for plan in comparison.others:
        against = comparison.against(plan.name)
        lines.append(sooner(against, comparison.study.timeline.years, words))
        if not against.same_in_every_future:
            lines.append(worth(against, words))
    return lines


def warnings(comparison: Comparison, words: Words) -> list[str]:
    """What the plans' studies are warned of, each once, and what parts this comparison."""
    lines = _of_studies(comparison, words)
    if comparison.notes:
        lines.append(
            words(
                "These plans are not of the same citizens, so part of every difference is theirs "
                "and not the plans': {what}",
                what="; ".join(comparison.notes),
            )
        )
    if comparison.engine != "expected":
        for plan in comparison.others:
            if comparison.same_lives(plan.name) < 1.0:
                lines.append(lives(comparison, plan, words))
    if comparison.draws < 1_000:
        lines.append(
            words.plural(
                "The comparison rests on {n} future; run at least 1,000.",
                "The comparison rests on {n} futures; run at least 1,000.",
                comparison.draws,
            )
        )
    return lines


def _of_studies(comparison: Comparison, words: Words) -> list[str]:
    """The warnings of all studies, each with the plans that it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for plan in comparison.plans:
        for warning in study_warnings(plan.study):
            about.setdefault(words.say(warning.message), []).append(plan.name)
    return [
        text
        if len(names) == len(comparison.plans)
        else words("{name}: {text}", name=", ".join(names), text=text)
        for text, names in about.items()
    ]
