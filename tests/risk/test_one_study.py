"""What is looked at beside a study is the study itself."""

import simlab
from simlab.observe.trend import without_chance
from simlab.study.quantity import Quantity

CYCLE = """
title = "t"
start = "2026-01"
years = 4
states = ["benefit", "job"]
[citizens.benefit]
number = 100
[rate_per_month]
benefit.job = { p10 = 0.02, p90 = 0.04 }
job.benefit = 0.02
[business_cycle]
sd = { p10 = 0.2, p90 = 0.4 }
half_life_months = 24
loading = { "benefit -> job" = 1.0 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""


def test_at_the_medians_there_is_no_cycle_and_the_study_is_the_study():
    study = simlab.loads(CYCLE)
    calm = without_chance(study, Quantity.median)
    assert calm.study is study
    without = simlab.loads(CYCLE.replace("{ p10 = 0.2, p90 = 0.4 }", "0.0"))
    assert (calm.people("plan") == without_chance(without, Quantity.median).people("plan")).all()
