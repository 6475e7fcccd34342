"""What was published about the plan, and what it is compared with."""

from __future__ import annotations

from simlab.reading_back.lines import stated
from simlab.study.study import Study
from simlab.words import Words


def published(study: Study, words: Words) -> list[str]:
    """Every figure that was published, as the study states it."""
    lines = []
    for one in study.form.published:
        lines += [f"  {words.say(one.text)}", *stated(one, words, ("text",))]
    return [words("Published, and compared with what is found"), *lines] if lines else []
