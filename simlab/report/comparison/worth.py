"""What is the difference to the first plan worth?"""

from __future__ import annotations

from simlab.report.parts import Cell, Picture, Row, Section, Table
from simlab.result.comparison import Comparison, Contender
from simlab.words import Words, phrases
from simlab.words.plans_compared import quoted


def worth(comparison: Comparison, drawing: Picture, words: Words) -> Section:
    """The chart, and a table of each perspective."""
    return Section(
        anchor="difference",
        heading=words("What is the difference worth?"),
        pictures=(drawing,),
        tables=tuple(_difference(comparison, name, words) for name in comparison.perspectives),
        fine=(
            words(
                "The middle column of figures is the mean; ± is the simulation error, which more "
                "futures would make smaller. The range is of the futures themselves."
            ),
        ),
    )


def _difference(comparison: Comparison, perspective: str, words: Words) -> Table:
    return Table(
        caption=words(
            "Net gain less that of {name}: {whom}",
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
        rows=[_row(comparison, plan, perspective, words) for plan in comparison.others],
        width="even",
    )


def _row(comparison: Comparison, plan: Contender, perspective: str, words: Words) -> Row:
    figures = comparison.against(plan.name, perspective).figures()
    value, more = figures.net_present_value, figures.worth_more.other
    low, mean, high = (phrases.money(kr, value, words) for kr in (value.p10, value.mean, value.p90))
    error = phrases.error_of_money(value.standard_errors.mean, words)
    plus_minus = phrases.error_of_chance(more.chance, more.standard_error, words)
    chance = Cell(phrases.chance(more.chance, words), plus_minus)
    return plan.name, low, Cell(mean, error), high, chance
