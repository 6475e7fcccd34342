"""What a reader of the memo has to know before believing it."""

from __future__ import annotations

import re

from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage
from simlab.result.warnings import StudyWarning
from simlab.words import Words

_KEY = r"[a-z_]+(?:\.[a-z_0-9-]+){2,}"
_KEY_PATH = re.compile(_KEY)
_IN_BRACKETS = re.compile(rf" \([^()]*{_KEY}[^()]*\)|[,;] (?:and |og )?{_KEY} = …[^,.;()]*(?=\.)")
_ENDS = re.compile(r"(?<=[.…]) (?=[A-ZÆØÅ])")


def reservations(answer: Answer, words: Words) -> tuple[str, ...]:
    """The study's own warnings, the ceiling, and what nobody can see."""
    said = [_without_paths(warning, words) for warning in answer.warnings]
    page = answer.budget
    if page is not None and _does_not_fit(page):
        said.append(
            words(
                "What the plan costs counts inside the service ceiling, what it saves outside: it "
                "can pay back and still not fit."
            )
        )
    said.append(
        words("Only one future will be seen; the one without the plan can only be calculated.")
    )
    return tuple(said)


def _without_paths(warning: StudyWarning, words: Words) -> str:
    """What is warned of, without what to write where: who reads a memo writes no study."""
    # An abbreviation ends its sentence: "9,85 mio. kr. (…)."
    said = _IN_BRACKETS.sub("", words.say(warning.message)).replace("..", ".")
    sentences = [one for one in _ENDS.split(said) if not _KEY_PATH.search(one)]
    return " ".join(sentences) or said


def _does_not_fit(page: BudgetPage) -> bool:
    """Whether money is spent inside the ceiling and saved outside it."""
    together = page.prices[next(iter(page.prices))].together
    return together.inside.mean > 0.0 > together.outside.mean
