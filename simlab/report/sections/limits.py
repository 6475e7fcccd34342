"""What the result does not know. The points stand in every report, good news or bad."""

from __future__ import annotations

from simlab.report.parts import Section
from simlab.result.answer import Answer
from simlab.words import Words


def limits(answer: Answer, words: Words) -> Section:
    """The warnings of the run, then what no run can tell."""
    return Section(
        anchor="limits",
        heading=words("What the result does not know"),
        text=(
            words(
                "The ranges above hold only what the study has been told. They do not hold what "
                "nobody wrote into it."
            ),
        ),
        warnings=tuple(words.say(note) for note in answer.notes),
        points=(
            words(
                "A success story is not evidence, and neither is this simulator. It computes what "
                "follows from the assumptions; it does not show that they are true."
            ),
            words(
                "The effect may be nothing, or harmful. A study that does not allow for that "
                "answers how soon a plan that works pays back, not whether it works."
            ),
            words(
                "Counts that fall in a boom are not effects. A before-and-after account cannot "
                "tell the plan from the business cycle, from new rules, or from {citizens} who "
                "would have left anyway; a control group can."
            ),
            words(
                "Given the draw, {citizens} are independent. They do not lead one another into "
                "work or take one another's jobs, except where the study says so by displacement "
                "or caseload."
            ),
            words(
                "Nothing after {years} is counted, neither lasting gains nor later losses.",
                years=words.years(answer.horizon_years),
            ),
            words(
                "A {citizen}'s life is more than what the public pays. Health, dignity and the "
                "children's future are counted only where the study names them as outcomes."
            ),
        ),
    )
