"""What was published about the plan, and what it is compared with."""

from __future__ import annotations

from simlab.reading_back.lines import below, stated
from simlab.study.study import Study
from simlab.words import Words


def published(study: Study, words: Words) -> list[str]:
    """Every figure that was published, as the study states it."""
    lines = []
    for claim in study.form.published:
        lines += [words.say(claim.text), *stated(claim, words, ("text",))]
    return below(words("Published, and compared with what is found"), lines)
