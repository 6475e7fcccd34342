"""What is looked at beside a study is a study of its own, or the study itself."""

import simlab
from simlab.observe.threshold import as_far
from simlab.observe.trend import without_chance
from simlab.study.identity import study_hash
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
[[published]]
text = "first"
kind = "account"
measure = "share"
states = ["job"]
at_months = 12
value = 0.5
[[published]]
text = "second"
kind = "account"
measure = "share"
states = ["job"]
at_months = 24
value = 0.5
"""


def test_a_study_that_ends_with_a_claim_has_a_hash_of_its_own():
    study = simlab.loads(CYCLE)
    ends = {k: as_far(study, [k]) for k in (0, 1)}
    assert [one.timeline.steps for one in ends.values()] == [12, 24]
    assert len({study_hash(one) for one in (study, *ends.values())}) == 3
    assert [one.text.en for one in ends[1].form.published] == ["second"]


def test_at_the_medians_there_is_no_cycle_and_the_study_is_the_study():
    study = simlab.loads(CYCLE)
    calm = without_chance(study, Quantity.median)
    assert calm.study is study
    without = simlab.loads(CYCLE.replace("{ p10 = 0.2, p90 = 0.4 }", "0.0"))
    assert (calm.people("plan") == without_chance(without, Quantity.median).people("plan")).all()
