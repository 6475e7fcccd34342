"""A hundred citizens, followed one by one in both futures; only where a run was asked for them."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Picture, Section
from simlab.report.pictures import shown
from simlab.result.answer import Answer
from simlab.words import Words


def lives(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """The picture, and what it cannot say."""
    of = answer.lives
    if of is None:
        return None
    low, high = of.parted_interval()
    return Section(
        anchor="lives",
        heading=words("A hundred lives"),
        text=(
            words(
                "{n} of these {count} lives are another with the plan. That is a picture, and no "
                "measure of what the plan does.",
                n=words.number(of.parted),
                count=words.number(of.count),
            ),
            words(
                "Each {citizen} is of another future: {count} lives, one each of {count} futures. "
                "As many others could as well be {low} to {high} ({percent} interval).",
                count=words.number(of.count),
                low=words.number(low),
                high=words.number(high),
                percent=words.percent(0.95),
            ),
            words(
                "Whose life parts hangs on how the two futures share their chance, and no data can "
                "tell that: nobody lives both with the plan and without it. How many more there "
                "are in a job with the plan does not hang on it."
            ),
        ),
        pictures=shown(drawn, "lives"),
    )
