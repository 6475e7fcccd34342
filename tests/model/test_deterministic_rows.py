"""Rows of chances that sum to exactly 1: everybody leaves, whatever the plan does to the split.

What comes out is read off the people of the first step, in one engine or all; what it should be is
worked out here, in the chances of a planner: a share, and what an effect makes of it.
"""

import numpy as np
import pytest

import simlab
from simlab.study.errors import StudyError
from simlab.verify.certificate import verify

SPLIT = "[chance_per_month]\na = { b = 0.75, c = 0.25 }"


def study(evidence=SPLIT, plan="", number=1, more="", step="month"):
    return simlab.loads(
        f"""
        start = "2020-01"
        years = 1
        step = "{step}"
        states = ["a", "b", "c", "d"]
        {more}
        [citizens.somebody]
        number = {number}
        state = "a"
        {evidence}
        [payments.x]
        amount.b = 100
        {plan}
        """
    )


def after_one_step(asked, future="plan", engine="expected"):
    """The share of people in a, b, c and d after the first step."""
    people = simlab.simulate(asked, 1, engine=engine).people(future)[0, 1]
    return people / people.sum()


def effect(*lines, to="b"):
    return "\n".join(["[[plan.effect]]", f'moves = ["a -> {to}"]', *lines])


# ---- the row ------------------------------------------------------------------------------------


def test_a_certain_row_is_certain_and_no_error():
    found = simlab.simulate(study(), 4, engine="expected")
    assert found.people("baseline")[:, 1].tolist() == [[0.0, 0.75, 0.25, 0.0]] * 4
    assert not found.block.scaled.any()
    assert found.scaled_rows == 0


@pytest.mark.parametrize("engine", ["counts", "citizens"])
def test_nobody_stays_in_a_certain_row(engine):
    people = simlab.simulate(study(number=1000), 64, engine=engine).people("baseline")
    assert (people[:, 1, 0] == 0).all()
    share = people[:, 1, 1].mean() / 1000
    assert share == pytest.approx(0.75, abs=5 * np.sqrt(0.75 * 0.25 / 64_000))


def test_verify_finds_nothing_wrong_with_a_certain_row():
    plan = '[plan.cost.c]\nat_start = 1\n[[plan.effect]]\nmoves = ["b -> d"]\nhazard_ratio = 0.5'
    asked = study(SPLIT + "\nb.d = 0.01", plan + "\n" + effect("hazard_ratio = 3"), number=1000)
    certificate = verify(asked)
    failed = [check.key for check in certificate.checks if check.failed]
    assert failed == []


@pytest.mark.parametrize("row", ["b = 0.7, c = 0.2, d = 0.1", "b = 0.1, c = 0.2, d = 0.7"])
def test_a_row_that_misses_1_by_the_rounding_of_its_sum_is_certain(row):
    assert after_one_step(study(f"[chance_per_month]\na = {{ {row} }}"))[0] == 0.0


def test_a_row_of_counts_without_staying_is_certain():
    counts = "[count_per_month]\na = { b = 30, c = 10, prior = 0 , point = true }"
    found = simlab.simulate(study(counts), 1, engine="expected")
    np.testing.assert_allclose(found.people("baseline")[0, 1], [0, 0.75, 0.25, 0], rtol=1e-15)
    assert not found.block.scaled.any()


def test_a_share_of_everybody_is_certain_and_leaves_a_crude_chance_what_it_says():
    evidence = "[share_within]\na.b = { share = 1.0, months = 6 }\n[chance_per_month]\na.c = 0.2"
    np.testing.assert_allclose(after_one_step(study(evidence)), [0, 0.8, 0.2, 0], rtol=1e-12)


def test_a_row_is_certain_from_its_date_and_in_its_band():
    dated = '[chance_per_month]\na.b = { "2020-01" = 0.5, "2020-03" = 1.0 }'
    people = simlab.simulate(study(dated), 1, engine="expected").people("baseline")[0, :, 0]
    np.testing.assert_allclose(people[:4], [1, 0.5, 0.25, 0], rtol=1e-12)
    banded = '[clocks.k]\nstates = ["a"]\n[chance_per_month]\na.b = { "1-2" = 0.5, "3+" = 1.0 }'
    people = simlab.simulate(study(banded), 1, engine="expected").people("baseline")[0, :, 0]
    np.testing.assert_allclose(people[:4], [1, 0.5, 0.25, 0], rtol=1e-12)


# ---- hazard ratios ------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [1e-3, 0.5, 3.0, 100.0])
def test_a_certain_row_stays_certain_and_its_split_follows_the_ratios(ratio):
    found = after_one_step(study(plan=effect(f"hazard_ratio = {ratio}")))
    to_b = 0.75 * ratio / (0.75 * ratio + 0.25)
    np.testing.assert_allclose(found, [0, to_b, 1 - to_b, 0], rtol=1e-12)


def test_segments_trends_and_the_cycle_move_the_split_of_a_certain_row_alone():
    more = (
        '[segments.young]\nhazard_ratio = { "a -> b" = 2 }\n[trend_per_year]\n"a -> c" = 0.5\n'
        '[business_cycle]\nsd = 0.3\nhalf_life_months = 12\nloading = { "a -> b" = 1 }'
    )
    text = study(more=more, number='1\nsegment = "young"')
    people = simlab.simulate(text, 8, engine="expected").people("baseline")
    assert (people[:, 1, 0] == 0).all()
    assert len(np.unique(people[:, 1, 1])) == 8


def test_a_covered_share_of_the_people_of_a_certain_row_has_its_split_shifted():
    found = after_one_step(study(plan=effect("hazard_ratio = 3", "coverage = 0.4")))
    to_b = 0.6 * 0.75 + 0.4 * 0.75 * 3 / (0.75 * 3 + 0.25)
    np.testing.assert_allclose(found, [0, to_b, 1 - to_b, 0], rtol=1e-12)


def test_the_uncovered_of_a_certain_row_leave_though_the_covered_never_do():
    none = "[[plan.effect]]\ncoverage = 0.4\nchance_per_month.a = { b = 0, c = 0 }"
    found = after_one_step(study(plan=none))
    np.testing.assert_allclose(found, [0.4, 0.6 * 0.75, 0.6 * 0.25, 0], rtol=1e-12)


def test_two_effects_reach_the_people_of_a_certain_row_independently():
    plan = effect("hazard_ratio = 3", "coverage = 0.4") + "\n"
    plan += effect("hazard_ratio = 2", "coverage = 0.5", to="c")
    to_b = sum(
        weight * 0.75 * b / (0.75 * b + 0.25 * c)
        for weight, b, c in ((0.3, 1, 1), (0.2, 3, 1), (0.3, 1, 2), (0.2, 3, 2))
    )
    np.testing.assert_allclose(after_one_step(study(plan=plan)), [0, to_b, 1 - to_b, 0], rtol=1e-12)


# ---- other effects ------------------------------------------------------------------------------


def test_what_a_multiplier_of_chances_takes_in_a_certain_row_goes_to_its_other_moves():
    half = after_one_step(study(plan=effect("chance_ratio = 0.5")))
    more = simlab.simulate(study(plan=effect("chance_ratio = 1.2")), 1, engine="expected")
    np.testing.assert_allclose(half, [0, 0.375, 0.625, 0], rtol=1e-12)
    np.testing.assert_allclose(more.people("plan")[0, 1], [0, 0.9, 0.1, 0], rtol=1e-12)
    assert more.scaled_rows == 0


def test_a_multiplier_of_every_chance_of_a_certain_row_lets_people_stay():
    found = after_one_step(study(plan=effect("chance_ratio = 0.5", to="*")))
    np.testing.assert_allclose(found, [0.5, 0.375, 0.125, 0], rtol=1e-12)


def test_a_certain_row_that_is_replaced_holds_for_those_whom_the_effect_does_not_reach():
    plan = "[[plan.effect]]\ncoverage = 0.3\nchance_per_month.a = { b = 0.4, c = 0.1 }"
    found = after_one_step(study(plan=plan))
    leave = [0.7 * 0.75 + 0.3 * 0.4, 0.7 * 0.25 + 0.3 * 0.1]
    np.testing.assert_allclose(found, [0.15, *leave, 0], rtol=1e-12)


def test_a_row_that_the_plan_makes_certain_is_so_for_those_whom_it_reaches():
    plan = "[[plan.effect]]\ncoverage = 0.3\nchance_per_month.a = { b = 0.9, c = 0.1 }"
    row = "[chance_per_month]\na = { b = 0.2, c = 0.1 }"
    new = "[chance_per_month]\na.c = 0.1"
    for evidence, b in ((row, 0.2), (new, 0.0)):
        found = after_one_step(study(evidence, plan))
        to_b, to_c = 0.7 * b + 0.3 * 0.9, 0.1
        np.testing.assert_allclose(found, [1 - to_b - to_c, to_b, to_c, 0], rtol=1e-9)


def test_a_ramp_to_a_certain_row_reaches_more_people_and_not_all_by_halves():
    plan = "[[plan.effect]]\nramp_months = 2\nchance_per_month.a = { b = 1.0 }"
    found = after_one_step(study("[chance_per_month]\na.b = 0.2", plan))
    assert found[1] == pytest.approx(0.75 * 0.2 + 0.25, rel=1e-12)  # a quarter in the first month


def test_a_trial_shifts_the_split_of_a_certain_row_to_what_it_reports():
    found = after_one_step(study(plan=effect("risk_ratio = 1.2", "at_months = 1")))
    np.testing.assert_allclose(found, [0, 0.9, 0.1, 0], rtol=1e-12)


def test_a_trial_that_no_ratio_reaches_because_a_move_is_certain_is_counted():
    alone = study("[chance_per_month]\na.b = 1.0", effect("risk_ratio = 0.5", "at_months = 1"))
    assert simlab.simulate(alone, 1, engine="expected").block.capped.all()


# ---- what is refused ----------------------------------------------------------------------------

CLOCK = '[clocks.k]\nstates = ["a"]\n'


@pytest.mark.parametrize(
    ("evidence", "plan"),
    [
        ("[chance_per_month]\na = { b = 0.7, c = 0.6 }", ""),
        ('[chance_per_month.a]\nb = { "2020" = 0.1, "2020-05" = 0.7 }\nc = 0.6', ""),
        (CLOCK + '[chance_per_month.a]\nb = { "1-2" = 0.1, "3+" = 0.7 }\nc = 0.6', ""),
        (
            CLOCK + '[chance_per_month.a]\nb = { "1-2" = 0.1, "3-4" = 0.7, "5+" = 0.1 }\n'
            'c = { "1-3" = 0.1, "4+" = 0.6 }',
            "",
        ),
        ("[chance_per_month]\na = { b = 0.7, c = 0.1 }", "[plan.chance_per_month]\na.c = 0.6"),
        (
            "[chance_per_month]\na = { b = 0.7, c = 0.1 }",
            "[[plan.effect]]\nchance_per_month.a.c = 0.6",
        ),
    ],
)
def test_certain_chances_above_1_are_refused_from_a_later_date_in_a_band_and_in_the_plan(
    evidence, plan
):
    with pytest.raises(StudyError, match=r"the chances of leaving sum to 1\.3"):
        study(evidence, plan)


def test_certain_chances_whose_bands_never_meet_are_not_refused():
    study(CLOCK + '[chance_per_month.a]\nb = { "1-2" = 0.7, "3+" = 0.1 }\n'
          'c = { "1-2" = 0.1, "3+" = 0.6 }')  # fmt: skip


def test_a_rate_beside_chances_that_sum_to_1_is_refused():
    with pytest.raises(StudyError, match="the chances of leaving sum to 1"):
        study(SPLIT + "\n[rate_per_month]\na.d = 0.1")
