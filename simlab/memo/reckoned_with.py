"""What the memo's answer was reckoned with: the figures that it hangs on, low and high."""

from __future__ import annotations

from simlab.report.parts import Cell, Row, Section, Table, capital
from simlab.report.sections.drivers import paths_of
from simlab.result.answer import Answer
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantities_name
from simlab.words.strength import strength

MOST = 5  # figures


def reckoned_with(answer: Answer, words: Words) -> Section | None:
    """The figures that matter most, as they were assumed; None where nothing is uncertain."""
    known = {one.path: one for one in answer.assumptions}
    rows: list[Row] = []
    for driver in answer.opening.drivers.that_matter[:MOST]:
        way = driver.direction
        figure = known.get(way.path)
        source = words.say(figure.source) if figure is not None and figure.source else ""
        rows.append(
            (
                capital(quantities_name(paths_of(driver), answer.labels, words)),
                strength(way.path, way.low.value, words),
                strength(way.path, way.high.value, words),
                Cell(source, phrases.tag_name(figure.tag if figure is not None else None, words)),
            )
        )
    if not rows:
        return None
    return Section(
        "reckoned-with",
        words("Assumptions that matter most"),
        tables=(
            Table(
                caption=words("What was reckoned with"),
                header=("", words("Low"), words("High"), words("Source")),
                rows=rows,
                numbers=range(0),
                width="even",
            ),
        ),
    )
