"""Outcomes that are not money."""

from __future__ import annotations

from collections.abc import Sequence

from simlab.report.parts import Row, Section, Table
from simlab.report.scale import Scale
from simlab.report.sections.person_time import futures
from simlab.result.answer import Answer, PersonTime
from simlab.words import Words


def outcomes(answer: Answer, words: Words) -> Section | None:
    """Each outcome in both futures; None where there are none."""
    if not answer.outcomes:
        return None
    return Section(
        anchor="outcomes",
        heading=words("Outcomes that are not money"),
        tables=(_table(list(answer.outcomes.values()), words),),
        fine=_displaced(answer, words),
    )


def _displaced(answer: Answer, words: Words) -> tuple[str, ...]:
    """Why more people are in jobs in the table of people than here."""
    if not any(figure.path.startswith("plan.displacement.") for figure in answer.assumptions):
        return ()
    return (
        words(
            "Those who are displaced from jobs by the plan are taken off here. The table of people "
            "counts the plan's own {citizens} alone."
        ),
    )


def _table(outcomes: Sequence[PersonTime], words: Words) -> Table:
    def row(outcome: PersonTime) -> Row:
        scale = Scale.of_people([spread.mean for spread in futures(outcome)], words)
        return words.text(outcome.label), *map(scale.spread, futures(outcome))

    return Table(
        caption=words("Outcomes in both futures"),
        unit=Scale(words).ranges,
        header=(
            words("Outcome"),
            words("Without the plan"),
            words("With the plan"),
            words("Difference"),
        ),
        rows=list(map(row, outcomes)),
        width="even",
    )
