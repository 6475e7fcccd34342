"""Everything the answer rests on: each figure of the study, its source, and how sure it is."""

from __future__ import annotations

from simlab.report.parts import Cell, Row, Section, Table, capital
from simlab.result.answer import Answer, Assumption
from simlab.study.quantity import GUESSED
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantity_name


def assumptions(answer: Answer, words: Words) -> Section | None:
    """The table of assumptions; a figure without a source is marked."""
    found = answer.assumptions
    if not found:
        return None
    return Section(
        anchor="assumptions",
        heading=words("Every assumption and its source"),
        text=(
            words(
                "Figures: {n}. Of them {uncertain} are uncertain and vary from future to future, "
                "{bare} have no source, {assumed} are marked as assumptions, and {missing} as "
                "placeholders: wide ranges for figures that were not found. Those are the first "
                "to ask about.",
                n=words.number(len(found)),
                uncertain=words.number(sum(figure.varies for figure in found)),
                bare=words.number(sum(not figure.source for figure in found)),
                assumed=words.number(sum(figure.tag == "assumption" for figure in found)),
                missing=words.number(sum(figure.tag == "placeholder" for figure in found)),
            ),
            *_unused(found, words),
        ),
        tables=(
            Table(
                caption=words("The figures of the study"),
                header=(words("Figure"), words("Reads as"), words("How sure"), words("Source")),
                rows=[_row(figure, answer, words) for figure in found],
                numbers=range(0),
                width="list",
            ),
        ),
    )


def _unused(found: tuple[Assumption, ...], words: Words) -> tuple[str, ...]:
    """What is said of the figures from which nothing follows."""
    idle = sum(not figure.used for figure in found)
    if not idle:
        return ()
    return (
        words(
            "Not used: {n} of them, mostly of states or years that nobody here comes to. "
            "Changing them changes nothing.",
            n=words.number(idle),
        ),
    )


def _row(figure: Assumption, answer: Answer, words: Words) -> Row:
    return (
        Cell(capital(quantity_name(figure.path, answer.labels, words)), figure.path),
        Cell(words.say(figure.reads), words.say(figure.note or "")),
        Cell(
            phrases.tag_name(figure.tag, words),
            beside=phrases.varies(figure, words),
            gap=figure.tag in (*GUESSED, None),
        ),
        words.say(figure.source) if figure.source else Cell(words("no source"), gap=True),
    )
