"""A hundred citizens, followed one by one in both futures."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Picture, Section
from simlab.report.pictures import shown
from simlab.result.answer import Answer
from simlab.words import Words


def lives(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """The picture, and how to read it."""
    if answer.lives is None:
        return None
    apart, count = int(answer.lives.apart.sum()), len(answer.lives.baseline)
    said = words(
        "For {n} of {count} {citizens} the plan makes another life, and for {same} it does not.",
        n=words.number(apart),
        count=words.number(count),
        same=words.number(count - apart),
    )
    if apart == 0:
        said = words(
            "For none of {count} {citizens} the plan makes another life.",
            count=words.number(count),
        )
    return Section(
        anchor="lives",
        heading=words("A hundred lives"),
        text=(
            said,
            words(
                "A plan that saves money does so through few: most would have found a job without "
                "it, or find none with it either. That is why a count of those who found a job "
                "says little about what the plan did."
            ),
        ),
        pictures=shown(drawn, "lives"),
    )
