"""What a reader of the memo has to know before believing it."""

from __future__ import annotations

from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage
from simlab.result.warnings import StudyWarning
from simlab.words import Words


def reservations(answer: Answer, words: Words) -> tuple[str, ...]:
    """The study's own warnings, how old its rates are, the ceiling, and what nobody can see."""
    said = [_without_paths(warning, words) for warning in answer.warnings]
    page = answer.budget
    if page is not None and page.index is not None and page.index.known_until < page.years[-1]:
        said.append(
            words(
                "{index} is known until {year}: rates of later years are those of {year}.",
                index=_capital(words.text(page.index.label)),
                year=words.year(page.index.known_until),
            )
        )
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
    """What is warned of, without the key paths that a reader of the study looks for."""
    said = words.say(warning.message)
    return said.replace(f" ({', '.join(warning.paths)})", "")


def _does_not_fit(page: BudgetPage) -> bool:
    """Whether money is spent inside the ceiling and saved outside it."""
    together = page.prices[next(iter(page.prices))].together
    return together.inside.mean > 0.0 > together.outside.mean


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
