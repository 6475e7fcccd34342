"""Every figure of the study, what it says, and where it comes from."""

from __future__ import annotations

from simlab.report.parts import capital
from simlab.report.sheets.sheet import Column, Sheet
from simlab.result.answer import Answer
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantity_name


def assumptions(answer: Answer, words: Words) -> Sheet:
    """A row a figure; those without a source, and placeholders, are marked."""
    return Sheet(
        words("Assumptions"),
        (
            Column(words("Figure"), 60),
            Column(words("Where"), 42),
            Column(words("Reads as"), 60),
            Column(words("How sure"), 22),
            Column(words("Varies"), 12),
            Column(words("Source"), 60),
            Column(words("Note"), 40),
        ),
        [
            (
                capital(quantity_name(figure.path, answer.labels, words)),
                figure.path,
                words.say(figure.reads),
                (phrases.tag_name(figure.tag, words), "gap")
                if figure.tag == "placeholder"
                else phrases.tag_name(figure.tag, words),
                phrases.varies(figure, words),
                words.say(figure.source) if figure.source else (words("no source"), "gap"),
                words.say(figure.note or ""),
            )
            for figure in answer.assumptions
        ],
    )
