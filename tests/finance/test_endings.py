"""Every part of a plan can end: at its own ``until``, at the plan's, or by date at 0."""

from __future__ import annotations

import numpy as np
import pytest

import simlab
from simlab.runs.without_chance import is_permanent

BASE = """
    start = "2020-01"
    years = 3
    states = ["benefit", "job"]
    [citizens.benefit]
    number = 100
    [rate_per_month]
    benefit.job = 0.0
    """
POSTS = """
    [plan.caseload]
    states = ["benefit"]
    workers = 2
    extra_workers = SIZE
    cost_per_worker_per_year = 600_000
    """
TAKEN_IN = """
    [plan.enrolment]
    states = ["benefit"]
    months_in_programme = 1
    places = SIZE
    cost_per_enrolled_per_month = 10
    """
PER_YEAR = "[plan.cost.talks]\nper_year = SIZE\n"
EACH = '[plan.cost_per_citizen.talks]\nstates = ["benefit"]\namount = SIZE\n'
TREATED = """
    [[plan.effect]]
    moves = ["benefit -> job"]
    hazard_ratio = 2
    cost_per_treated_per_month = SIZE
    """
PARTS = {
    "posts": POSTS, "taken in": TAKEN_IN, "per year": PER_YEAR, "each": EACH, "treated": TREATED,
}  # fmt: skip


def cost(text: str) -> np.ndarray:
    """(steps,) kr. a month."""
    study = simlab.loads(BASE + text)
    return simlab.cash_flow(simlab.simulate(study, 1, engine="expected")).cost[0, 1:, 0]


def test_posts_end_with_the_month_that_until_names():
    found = cost(POSTS.replace("SIZE", "3") + 'until = "2020-12"\n')
    np.testing.assert_allclose(found, [150_000] * 12 + [0] * 24)


def test_a_caseload_whose_posts_have_ended_moves_nobody_any_more():
    halving = '[[plan.effect]]\nmoves = ["benefit -> job"]\nhazard_ratio_per_halving = 2\n'
    text = BASE.replace("benefit.job = 0.0", "benefit.job = 0.01\njob.benefit = 0.5")
    for ends in ('until = "2020-12"\n', ""):
        posts = POSTS.replace("SIZE", "2") + ends
        study = simlab.loads(text + posts + halving)
        job = simlab.simulate(study, 1, engine="expected").people("plan")[0, :, 1]
        more = job[1:] / simlab.simulate(study, 1, engine="expected").people("baseline")[0, 1:, 1]
        assert more[11] == pytest.approx(2.0, rel=0.1)
        assert (more[30] < 1.01) == bool(ends)


def test_a_budget_line_and_all_of_them_end_with_until():
    line = PER_YEAR.replace("SIZE", "12")
    expected = [1] * 18 + [0] * 18
    np.testing.assert_allclose(cost(line + 'until = "2021-06"\n'), expected)
    np.testing.assert_allclose(cost('[plan.cost]\nuntil = "2021-06"\n' + line), expected)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_ends_is_not_told_as_if_it_had_no_end(part):
    def permanent(size: str, more: str = "") -> bool:
        return is_permanent(simlab.loads(BASE + more + PARTS[part].replace("SIZE", size)))

    assert permanent("6")
    assert permanent('{ "2020-01" = 6, "2021-01" = 3 }')
    assert not permanent('{ "2020-01" = 6, "2021-01" = 0 }')
    assert not permanent("6", '[plan]\nuntil = "2021-12"\n')
    ended = BASE + PARTS[part].replace("SIZE", "6") + 'until = "2021-12"\n'
    assert not is_permanent(simlab.loads(ended))
