"""Checks that make a variant of the study make one of any study."""

import pytest

import simlab
from simlab.verify import case, evidence, money, perspectives, plan
from simlab.verify.case import Case

TALKS = """
title = "Talks"
start = "2026-01"
years = 4
states = ["benefit", "job"]
TOP
[citizens.benefit]
number = 50
[rate_per_month]
benefit.job = { p10 = 0.01, p90 = 0.03 }
job.benefit = { p10 = 0.015, p90 = 0.025 }
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
unit = 1_000_000
talks = { 2026 = { p10 = 2, p90 = 3 }, 2027 = { p10 = 2, p90 = 3 } }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { ci95 = [1.1, 2.05], estimate = 1.5 }
until = "2027-12"
"""
BELOW = {
    "a line of the budget": '[budget.lines.t]\nof = ["plan.cost.talks"]',
    "correlated costs": '[[correlation]]\nbetween = ["plan.cost.talks.2026", '
    '"plan.cost.talks.2027"]\nvalue = 0.8',
    "an effect correlated with the baseline": '[[correlation]]\nbetween = ["plan.effect.0.'
    'hazard_ratio", "rate_per_month.benefit.job"]\nvalue = 0.9',
    "a trend to the horizon": '[[stated_trend]]\nstates = ["benefit"]\nper_year = -0.05\n'
    'until = "2029"',
    "a published figure at the horizon": '[[published]]\ntext = "A"\nkind = "expectation"\n'
    'measure = "people"\nstates = ["job"]\nat = "2029-12"\nvalue = 3',
}
ABOVE = {
    "a perspective that is named": 'payers = ["municipality", "state"]\n'
    'perspective = "municipality"',
    "the largest seed": f"seed = {2**63 - 1}",
    "the smallest seed": f"seed = {-(2**63)}",
}
MADE = (
    plan.no_effect,
    plan.baseline_alone,
    money.budget,
    money.horizon,
    perspectives.without_rate,
    perspectives.after_two_years,
    evidence.seed,
)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 16)


@pytest.mark.parametrize("what", [*BELOW, *ABOVE])
def test_a_check_that_makes_a_variant_passes_for_a_study_with(what):
    study = simlab.loads(TALKS.replace("TOP", ABOVE.get(what, "")) + BELOW.get(what, ""))
    one = Case(study)
    for check in MADE:
        assert check(one).outcome == "passed", check
