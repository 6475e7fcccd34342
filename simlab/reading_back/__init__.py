"""A study in plain words, in the reader's language: what ``simlab check`` prints.

The names and key paths of the study stand as the study writes them, for this is read beside it.
"""

from __future__ import annotations

from simlab.model.compiled import compile_study
from simlab.reading_back.budget_lines import budget
from simlab.reading_back.dated_rules import renamed, rules
from simlab.reading_back.engine import engine
from simlab.reading_back.money import money, outcomes
from simlab.reading_back.moves import moved_by, moves, trends_beside
from simlab.reading_back.people import beginning, closed, people, redirected
from simlab.reading_back.plan import caseload, plan
from simlab.reading_back.published import published
from simlab.reading_back.shares import shares
from simlab.reading_back.sureness import sureness
from simlab.reading_back.warned import warned
from simlab.study.study import Study
from simlab.words import ENGLISH, Words


def reading_back(study: Study, words: Words = ENGLISH) -> str:
    """The study as text: people, moves with their conversions, plan, money, assumptions."""
    compiled = compile_study(study)
    parts = (
        beginning(study, words),
        people(study, words),
        closed(study, words),
        redirected(study, words),
        renamed(study, words),
        rules(study, words),
        moves(compiled, words),
        moved_by(study, words),
        trends_beside(study, words),
        shares(compiled, words),
        plan(study, words),
        caseload(compiled, words),
        money(study, words),
        outcomes(study, words),
        budget(study, words),
        published(study, words),
        sureness(study, words),
        engine(study, words),
        warned(study, words),
    )
    return "\n".join(line for part in parts if part for line in (*part, ""))
