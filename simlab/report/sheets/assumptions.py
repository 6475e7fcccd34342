"""Every figure of the study, what it says, and where it comes from."""

from __future__ import annotations

from simlab.report.sheets.sheet import Sheet, text
from simlab.result.answer import Answer
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantity_name


def assumptions(answer: Answer, words: Words) -> Sheet:
    """A row a figure; those without a source are marked."""
    return Sheet(
        words("Assumptions"),
        (
            (words("Figure"), 60),
            (words("Where"), 42),
            (words("Reads as"), 60),
            (words("How sure"), 22),
            (words("Varies"), 12),
            (words("Source"), 60),
            (words("Note"), 40),
        ),
        tuple(
            (
                text(_named(one.path, answer, words)),
                text(one.path),
                text(words.say(one.reads)),
                text(phrases.tag_name(one.tag, words)),
                text(phrases.varies(one, words)),
                text(words.say(one.source)) if one.source else (words("no source"), "gap"),
                text(words.say(one.note or "")),
            )
            for one in answer.assumptions
        ),
    )


def _named(path: str, answer: Answer, words: Words) -> str:
    name = quantity_name(path, answer.labels, words)
    return name[:1].upper() + name[1:]
