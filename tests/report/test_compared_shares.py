"""Plans with a share at a date, compared: whose ratio was found anew, and whose was kept."""

from __future__ import annotations

import pytest

import simlab
from simlab.report.comparison.changed import varied
from simlab.words import Words

STUDY = """
start = "2020-01"
years = 2
states = ["benefit", "job"]
payers = ["municipality"]
[citizens.benefit]
number = 100
[chance_per_month.benefit]
job = 0.02
[payments.benefit.amount]
benefit = 10_000
[plan.cost.talks]
at_start = 100_000
[[plan.effect]]
name = "talks"
moves = ["benefit -> job"]
share = "work"
[[shares]]
name = "work"
definition = "any job"
states = ["job"]
at_months = 12
moves = ["benefit -> job"]
without_plan = 0.2
risk_ratio = 1.5
"""


@pytest.mark.parametrize(
    ("setting", "anew"),
    [
        ({"plan.effect.talks.coverage": 0.5}, True),
        ({"plan.effect.talks.until": "2020-06"}, True),
        ({"plan.scale": 0.5}, False),
        ({"plan.effect_years": 1}, False),
        ({"plan.cost.talks.at_start": 50_000}, False),
    ],
)
def test_a_plan_that_runs_otherwise_and_has_the_same_share_says_so(setting, anew):
    first = simlab.loads(STUDY)
    plans = {"first": first, "other": first.replace(setting)}
    compared = simlab.compare(plans, draws=4, engine="expected")
    said = [" ".join(varied(compared, plan, Words("en"))) for plan in compared.plans]
    assert ["found anew" in text for text in said] == [False, anew]
