"""Outcomes that are not money."""

from __future__ import annotations

from simlab.report.parts import Cell, Section, Table
from simlab.report.sections.person_time import futures
from simlab.result.answer import Answer, Outcome
from simlab.result.figures import Spread
from simlab.words import Words, phrases


def outcomes(answer: Answer, words: Words) -> Section | None:
    """Each outcome in both futures, and what one more of it costs; None where there are none."""
    found = answer.outcomes
    if not found:
        return None
    return Section(
        anchor="outcomes",
        heading=words("Outcomes that are not money"),
        tables=(
            Table(
                caption=words("Outcomes in both futures"),
                unit=words("mean over the futures, {percent} range below",
                           percent=words.percent(0.8)),
                header=(words("Outcome"), words("Without the plan"), words("With the plan"),
                        words("Difference"), words("Cost per extra")),
                rows=tuple(_row(one, words) for one in found.values()),
                numbers=range(1, 5),
                width="even",
            ),
        ),
        fine=_displaced(answer, words),
    )  # fmt: skip


def _displaced(answer: Answer, words: Words) -> tuple[str, ...]:
    """Why more people are in jobs in the table of people than here."""
    if not any(one.path.startswith("plan.displacement.") for one in answer.assumptions):
        return ()
    return (
        words(
            "Those who are displaced from jobs by the plan are taken off here. The table of people "
            "counts the plan's own {citizens} alone."
        ),
    )


def _row(one: Outcome, words: Words) -> tuple[Cell, ...]:
    decimals = phrases.decimals_of([spread.mean for spread in futures(one)])

    def cell(of: Spread) -> Cell:
        mean, low, high = (words.number(x, decimals) for x in (of.mean, of.p10, of.p90))
        return Cell(mean, phrases.between(low, high, words) if low != high else "")

    cost = one.cost_per_extra
    return (
        Cell(words.text(one.label)),
        *map(cell, futures(one)),
        Cell(words.money(cost, 3) if phrases.is_figure(cost) else words("none")),
    )
