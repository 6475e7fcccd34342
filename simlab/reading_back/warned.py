"""What the study is warned of; the screen of a run and page one of its report say the same."""

from __future__ import annotations

from simlab.result.warnings import study_warnings
from simlab.study.study import Study
from simlab.words import Words


def warned(study: Study, words: Words) -> list[str]:
    """A line for each warning."""
    lines = [f"  ! {words.say(warning.message)}" for warning in study_warnings(study)]
    return [words("Warnings"), *lines] if lines else []
