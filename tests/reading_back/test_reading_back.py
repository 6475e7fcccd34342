"""What ``simlab check`` prints, in words that a planner reads."""

import pytest

import simlab
from simlab.reading_back import reading_back

STUDY = """
    start = "2020-01"
    years = 1
    step = "STEP"
    states = ["benefit", "job", "out"]
    [clocks.support]
    states = ["benefit"]
    RESETS
    [citizens.benefit]
    number = 10
    [rate_per_month]
    benefit.job = 0.1
    job.out = 0.1
    """


def said(resets, step="month", more=""):
    text = STUDY.replace("RESETS", resets).replace("STEP", step)
    return reading_back(simlab.loads(text + more))


@pytest.mark.parametrize(
    ("resets", "words"),
    [
        ("", "restarts on every entry"),
        ('resets = "never"', "never restarts"),
        ("resets = { after_months = 12 }", "restarts after 12 months away"),
        (
            "resets = { after_weeks = 52, within_weeks = 156 }",
            "restarts after 52 weeks away within 156 weeks",
        ),
        (
            "resets = { after_weeks = 52, within_years = 3, self_support = ['job', 'out'] }",
            "restarts after 52 weeks in job or out within 3 years",
        ),
        (
            "resets = { after_weeks = 52, self_support = ['job'], source = 'the law', tag = 'S' }",
            "restarts after 52 weeks in job (the law)",
        ),
    ],
)
def test_a_clock_is_told_in_words(resets, words):
    assert f"  clock support: runs in benefit; {words}\n" in said(resets)


def test_the_weeks_that_a_programme_lasts_in_weekly_steps_are_told():
    programme = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 6\n'
    assert "of 6 months (26 whole weeks, the nearest number) from" in said("", "week", programme)
    assert "programme of 6 months from" in said("", "month", programme)


def test_who_gives_back_a_part_of_a_cost_is_told():
    line = "[plan.cost.talks]\nat_start = 10\nreimbursed = 0.5\n"
    programme = '[plan.enrolment]\nstates = ["benefit"]\nmonths_in_programme = 6\n'
    shares = 'reimbursed = { "2020-01" = 0.3, "2020-06" = 0.2 }\nreimbursed_by = "region"\n'
    found = said("", more=line + programme + shares)
    assert "of plan.cost.talks the state gives back: " in found
    assert "of plan.enrolment the region gives back: 2020-01 " in found


def test_an_amount_is_told_with_the_states_that_it_is_changed_in():
    amount = "[[plan.amount]]\nchange = -5\n"
    assert "a month in benefit, job: " in said("", more=amount)  # nobody leaves "out"


def test_a_state_that_nobody_ever_reaches_is_told_without_chances():
    text = STUDY.replace("RESETS", "").replace("STEP", "month").replace('"out"', '"out", "far"')
    said = reading_back(simlab.loads(text + "    far.job = 0.1\n"))
    assert "  far -> job" in said
    assert said.count("      month: ") + said.count("      a month: ") == 2  # of benefit and job


def test_shares_that_no_ratio_gives_are_told():
    share = '[[shares]]\nname = "work"\ndefinition = "any"\nstates = ["job"]\nat_months = 12\n'
    share += 'moves = ["benefit -> job"]\nrisk_ratio = 1.5\nwithout_plan = '
    effect = '[[plan.effect]]\nmoves = ["benefit -> job"]\nshare = "work"\n'
    nearest = "no ratios give all of these shares: the nearest attainable ones are used"
    assert nearest not in said("", more=share + "0.1\n" + effect)
    assert nearest in said("", more=share + "0.7\n" + effect)
