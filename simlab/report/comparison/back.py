"""When is the money back, with each plan and with the first, future by future?"""

from __future__ import annotations

from simlab.report.parts import Cell, Picture, Section, Table
from simlab.result.comparison import Comparison, Contender
from simlab.words import Words, phrases
from simlab.words.plans_compared import of_twenty_in_all, quoted


def back(comparison: Comparison, drawing: Picture, words: Words) -> Section:
    """The curves, and in how many futures which plan is back sooner."""
    years = words.years(comparison.study.timeline.years)
    return Section(
        anchor="back",
        heading=words("When is the money back?"),
        pictures=(drawing,),
        tables=(
            Table(
                caption=words("Who is back sooner, future by future"),
                header=(
                    words("Plan compared"),
                    words("{name} sooner", name=quoted(comparison.first.name, words)),
                    words("this plan sooner"),
                    words("at the same time"),
                    words("neither within {years}", years=years),
                ),
                rows=[
                    (plan.name, *_chances(comparison, plan, words)) for plan in comparison.others
                ],
                width="even",
            ),
        ),
    )


def _chances(comparison: Comparison, plan: Contender, words: Words) -> list[Cell]:
    sooner = comparison.against(plan.name).figures().sooner
    chances = (sooner.first, sooner.other, sooner.same_time, sooner.neither)
    twenty = of_twenty_in_all([each.chance for each in chances])
    return [
        Cell(
            words("{n} of 20", n=n),
            phrases.chance(each.chance, words)
            + beside(phrases.error_of_chance(each.chance, each.standard_error, words)),
        )
        for n, each in zip(twenty, chances, strict=True)
    ]


def beside(text: str) -> str:
    """A ± behind its figure, or an interval in brackets."""
    return f" {text}" if text.startswith("±") else f" ({text})" if text else ""
