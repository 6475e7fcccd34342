"""The report's line of thought, a file a question.

In short · when is the money back · how sure is it and why · what if it fails · the money by year ·
the budget · the people · who gains · what matters most · what was claimed and what is found · what
is not money · what the result does not know · what it rests on · what was checked · how to run it
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.report.parts import Picture, Section
from simlab.report.sections.again import again
from simlab.report.sections.answer import figures_section, when
from simlab.report.sections.assumptions import assumptions
from simlab.report.sections.budget_tables import budget
from simlab.report.sections.checked import checked
from simlab.report.sections.drivers import drivers
from simlab.report.sections.explore import explore
from simlab.report.sections.failure import failure
from simlab.report.sections.gains import gains
from simlab.report.sections.limits import limits
from simlab.report.sections.lives import lives
from simlab.report.sections.money import money
from simlab.report.sections.outcomes import outcomes
from simlab.report.sections.person_time import people
from simlab.report.sections.published import published
from simlab.report.sections.short import short
from simlab.report.sections.sureness import sureness
from simlab.result.answer import Answer
from simlab.words import Words


def sections(
    answer: Answer, drawn: Mapping[str, Picture], provenance: Mapping[str, Any], words: Words
) -> list[Section]:
    """The report's sections in order; those that a run has nothing for are left out."""
    found = (
        short(answer, words),
        when(answer, drawn, words),
        explore(answer, words),
        figures_section(answer, words),
        sureness(answer, drawn, words),
        failure(answer, words),
        money(answer, drawn, words),
        budget(answer, words),
        people(answer, drawn, words),
        lives(answer, drawn, words),
        gains(answer, words),
        drivers(answer, drawn, words),
        published(answer, words),
        outcomes(answer, words),
        limits(answer, words),
        assumptions(answer, words),
        checked(answer, words),
        again(answer, provenance, words),
    )
    return [section for section in found if section is not None]
