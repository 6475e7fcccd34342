"""A refusal names the one that is wrong."""

import pytest

import simlab

STUDY = """
start = "2026-01"
years = 1
states = ["benefit", "job"]
[groups]
all = ["benefit", "job"]
[citizens.benefit]
number = 10
[chance_per_month]
benefit.job = 0.02
"""


def test_a_comparison_says_which_plan_is_no_study():
    study = simlab.loads(STUDY)
    with pytest.raises(TypeError, match=r"plans\['b'\] is \"x\"; it must be a Study"):
        simlab.compare({"a": study, "b": "x"})


def test_a_name_that_a_study_does_not_have_has_no_label():
    study = simlab.loads(STUDY)
    assert study.label("benefit") == {"en": "benefit"}
    assert study.label("all") == {"en": "all"}
    with pytest.raises(ValueError, match='state is "nope"'):
        study.label("nope")
