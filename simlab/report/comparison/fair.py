"""Why the difference is the plans': what their futures have in common."""

from __future__ import annotations

from simlab.report.parts import Section
from simlab.result.comparison import Comparison, Contender
from simlab.words import Words, phrases
from simlab.words.plans_compared import quoted


def fair(comparison: Comparison, words: Words) -> Section:
    """What the plans have in common, and how much surer it makes the difference."""
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
    lines, name = [], quoted(plan.name, words)
    same, of = comparison.shared(plan.name)
    if same < of:
        lines.append(
            words(
                "{name}: {n} of {of} uncertain figures have the same value as in the first plan.",
                name=name,
                n=same,
                of=of,
            )
        )
    if comparison.engine == "expected":
        lines.append(words("{name}: expected numbers, without chance in single lives.", name=name))
    else:
        lines.append(lives(comparison, plan, words))
    figures = comparison.against(plan.name).figures()
    left = figures.variance_left
    if left is not None and figures.correlation is not None:
        lines.append(
            words(
                "{name}: the two net gains have a correlation of {r}; the difference "
                "varies by {sd}, where two separate runs would have made it {apart}.",
                name=name,
                r=words.number(figures.correlation, 3),
                sd=words.money(figures.standard_deviation, digits=3),
                apart=words.money(figures.if_independent, digits=3),
            )
        )
    return lines


def lives(comparison: Comparison, plan: Contender, words: Words) -> str:
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
