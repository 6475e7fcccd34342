"""What the study is warned of; the screen of a run and page one of its report say the same."""

from __future__ import annotations

from simlab.reading_back.lines import below
from simlab.result.warnings import study_warnings
from simlab.study.study import Study
from simlab.words import Words


def warned(study: Study, words: Words) -> list[str]:
    """A line for each warning."""
    warnings = study_warnings(study)
    return below(words("Warnings"), (f"! {words.say(each.message)}" for each in warnings))
