"""Everything the answer rests on: each figure of the study, its source, and how sure it is."""

from __future__ import annotations

from simlab.report.parts import Cell, Section, Table, capital
from simlab.result.answer import Answer, Assumption
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
                "{bare} have no source, and {assumed} are marked as assumptions. Those are the "
                "first to ask about.",
                n=words.number(len(found)),
                uncertain=words.number(sum(one.varies for one in found)),
                bare=words.number(sum(not one.source for one in found)),
                assumed=words.number(sum(one.tag == "assumption" for one in found)),
            ),
            *_unused(found, words),
        ),
        tables=(
            Table(
                caption=words("The figures of the study"),
                header=(words("Figure"), words("Reads as"), words("How sure"), words("Source")),
                rows=tuple(_row(one, answer, words) for one in found),
                width="list",
            ),
        ),
    )


def _unused(found: tuple[Assumption, ...], words: Words) -> tuple[str, ...]:
    """What is said of the figures from which nothing follows."""
    idle = sum(not one.used for one in found)
    if not idle:
        return ()
    return (
        words(
            "Not used: {n} of them, mostly of states or years that nobody here comes to. "
            "Changing them changes nothing.",
            n=words.number(idle),
        ),
    )


def _row(one: Assumption, answer: Answer, words: Words) -> tuple[Cell, ...]:
    return (
        Cell(capital(quantity_name(one.path, answer.labels, words)), one.path),
        Cell(words.say(one.reads), words.say(one.note or "")),
        Cell(
            phrases.tag_name(one.tag, words),
            beside=phrases.varies(one, words),
            gap=one.tag in ("assumption", None),
        ),
        Cell(words.say(one.source)) if one.source else Cell(words("no source"), gap=True),
    )
