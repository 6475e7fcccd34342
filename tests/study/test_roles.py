"""Roles of states: what a state is to a reader goes by its role, whatever the study calls it."""

import numpy as np
import pytest

import simlab
from simlab.observe.hundred_lives import kinds
from simlab.observe.threshold import support
from simlab.result.answer import Answer
from simlab.runs.run import run
from simlab.study.errors import StudyError

STUDY = """
    start = "2026-01"
    years = 2
    [states]
    BENEFIT = { roles = ["support"], label = "Help" }
    WORK    = { roles = ["work"], label = "Employment" }
    flex    = { roles = ["work", "support"] }
    beside  = { roles = ["support", "work"] }
    pension = { roles = ["pension", "support"] }
    gone    = { roles = ["out"] }
    plain   = {}
    [citizens.BENEFIT]
    number = 20
    [chance_per_month.BENEFIT]
    WORK = 0.1
    flex = 0.02
    beside = 0.02
    pension = 0.01
    gone = 0.01
    plain = 0.01
    [chance_per_month.plain]
    BENEFIT = 0.1
    [payments.help]
    amount.BENEFIT = 1_000
    [plan.cost]
    talks = { 2026 = 9_000 }
    [budget]
"""


def named(benefit: str, work: str) -> simlab.study.study.Study:
    return simlab.loads(STUDY.replace("BENEFIT", benefit).replace("WORK", work))


@pytest.mark.parametrize(("benefit", "work"), [("benefit", "job"), ("help", "employment")])
def test_what_a_state_is_shown_as_goes_by_its_roles(benefit, work):
    study = named(benefit, work)
    assert kinds(study) == (
        "support", "work", "supported_work", "work_beside_support", "pension", "out", "plain",
    )  # fmt: skip
    assert [study.names.states[i] for i in support(study)] == [benefit, "flex", "beside", "pension"]


def told(answer: Answer) -> list[object]:
    """What a reader is told of people, whatever the states are called."""
    assert answer.budget is not None and answer.budget.quarters is not None
    years = answer.person_time.values()
    quarters = answer.budget.quarters
    return [
        [(one.role, one.label, one.baseline, one.plan) for one in years],
        [row.all for row in quarters.rows],
        [len(quarters.states), answer.budget.cost_per_person_year],
    ]


def test_a_study_that_calls_its_job_employment_is_told_alike():
    first, other = (
        run(named(*names), draws=32, engine="expected") for names in (("a", "job"), ("a", "work"))
    )
    assert told(first.answer) == told(other.answer)
    assert np.array_equal(first.total.months("plan"), other.total.months("plan"))


def test_a_state_stands_for_a_role_where_it_alone_has_it():
    names = named("benefit", "employment").names
    assert names.role_of("employment") == "work"
    assert names.role_of("benefit") == "support"  # the others of support are more than that
    assert names.role_of("pension") == "pension"
    assert (names.role_of("flex"), names.role_of("plain"), names.role_of("*")) == (None,) * 3


def test_a_role_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(StudyError, match="'work', 'education', 'support', 'pension' or 'out'"):
        simlab.loads(STUDY.replace('"pension", ', '"retired", '))
