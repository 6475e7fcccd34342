"""A hundred lives are drawn where they are asked for, and nowhere else."""

from __future__ import annotations

import pytest

from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.study import loads

STUDY = """
start = "2020-01"
years = 2
states = ["benefit", "job"]
payers = ["municipality"]
[citizens.benefit]
number = 20
[rate_per_month]
benefit.job = 0.05
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 2.0
"""


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_lives_are_in_an_answer_only_where_they_were_asked_for(engine):
    study = loads(STUDY)
    assert run(study, draws=32, engine=engine).answer.lives is None
    found = run(study, RunOptions(lives=True), draws=32, engine=engine).answer.lives
    assert found is not None
    assert found.count == 32
