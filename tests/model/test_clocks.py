"""Clocks against `oracle.lives`, step by step along any history."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.lives import Clock, tick

import simlab
from simlab.model.cells import converted, first_cell, moved, state_space
from simlab.model.clocks import NEVER_RESETS, ClockRule, clock_rules, edge, overlap
from simlab.model.compiled import compile_study
from simlab.study.values import read_varying

INSIDE, OUTSIDE = "benefit", "job"
steady = settings(derandomize=True, deadline=None)


def pair_of_laws(top, after, adds_up, away_top):
    """The same clock for simlab and for the oracle; after None: it never restarts."""
    rule = ClockRule(
        name="support",
        states=frozenset([INSIDE]),
        top=top,
        after=NEVER_RESETS if after is None else after,
        adds_up=adds_up,
        away_top=away_top,
    )
    law = Clock((INSIDE,), top, after, accumulate=adds_up, largest_away=max(away_top, 1))
    return rule, law


laws = st.builds(
    pair_of_laws,
    top=st.integers(1, 9),
    after=st.none() | st.integers(1, 6),
    adds_up=st.booleans(),
    away_top=st.just(0),
)
histories = st.lists(st.sampled_from([INSIDE, OUTSIDE]), min_size=1, max_size=40)


def walk(rule, history):
    """The positions of one clock along a history, by simlab."""
    rules = {"support": rule}
    cell = first_cell(rules, history[0], 1)
    found = [cell[1][0]]
    for to in history[1:]:
        cell = moved(rules, cell, to)
        found.append(cell[1][0])
    return found


def walk_by_the_oracle(law, history):
    clock, away = (1, 0) if history[0] == INSIDE else (0, 0)
    found = [(clock, away)]
    for before, after in pairwise(history):
        clock, away = tick(law, before, clock, away, after)
        found.append((clock, away))
    return found


@settings(steady, max_examples=400)
@given(laws, histories)
def test_the_clock_inside_is_the_oracle_s_along_any_history(both, history):
    rule, law = both
    for state, (clock, _, _), (expected, _) in zip(
        history, walk(rule, history), walk_by_the_oracle(law, history), strict=True
    ):
        if state == INSIDE:
            assert clock == expected


@settings(steady, max_examples=400)
@given(laws, histories)
def test_outside_the_clock_is_frozen_until_it_is_forgotten(both, history):
    """A clock that a return would restart is 0 at once, which keeps cells few."""
    rule, law = both
    for state, (clock, _, _), (expected, away) in zip(
        history, walk(rule, history), walk_by_the_oracle(law, history), strict=True
    ):
        if state == OUTSIDE:
            forgotten = law.resets_after is not None and away >= law.resets_after
            assert clock == (0 if forgotten else expected)


@settings(steady, max_examples=300)
@given(st.none() | st.integers(1, 6), st.integers(1, 7), histories)
def test_the_time_away_that_bands_read_is_that_of_the_present_absence(after, away_top, history):
    rule, law = pair_of_laws(5, after, adds_up=False, away_top=away_top)
    for state, (_, _, recent), (clock, away) in zip(
        history, walk(rule, history), walk_by_the_oracle(law, history), strict=True
    ):
        if state == OUTSIDE:
            never_there = clock == 0
            assert recent == (away_top if never_there else min(away, away_top))


@settings(steady)
@given(laws, histories)
def test_every_position_on_the_way_is_a_cell_of_the_space(both, history):
    rule, _ = both
    rules = {"support": rule}
    moves = {INSIDE: (OUTSIDE,), OUTSIDE: (INSIDE,)}
    chain = state_space(rules, moves, [(history[0], 1)])
    for state, position in zip(history, walk(rule, history), strict=True):
        assert (state, (position,), 0) in chain.index


def test_after_36_months_and_8_away_the_clock_goes_on_at_37():
    rule, _ = pair_of_laws(48, 12, adds_up=False, away_top=0)
    positions = walk(rule, [INSIDE] * 36 + [OUTSIDE] * 8 + [INSIDE] * 2)
    assert [clock for clock, _, _ in positions][35::8] == [36, 36]
    assert [clock for clock, _, _ in positions][-2:] == [37, 38]


@pytest.mark.parametrize(("away", "clock"), [(11, 37), (12, 1), (13, 1)])
def test_the_clock_restarts_from_exactly_resets_after_steps_away(away, clock):
    rule, _ = pair_of_laws(48, 12, adds_up=False, away_top=0)
    assert walk(rule, [INSIDE] * 36 + [OUTSIDE] * away + [INSIDE])[-1][0] == clock


def test_only_an_accumulating_clock_adds_8_and_5_months_away_to_a_restart():
    history = [INSIDE] * 36 + [OUTSIDE] * 8 + [INSIDE] + [OUTSIDE] * 5 + [INSIDE]
    for adds_up, clock in ((False, 38), (True, 1)):
        rule, _ = pair_of_laws(48, 12, adds_up, away_top=0)
        assert walk(rule, history)[-1][0] == clock


# ---- a reform that moves people between steps ---------------------------------------------------


def test_a_conversion_inside_the_group_keeps_the_clock_and_takes_no_time():
    rule = ClockRule("support", frozenset(["benefit", "activation"]), 9, 1, False, 0)
    cell = ("benefit", ((5, 0, 0),))
    assert converted({"support": rule}, cell, "activation") == ("activation", ((5, 0, 0),))


def test_a_conversion_into_the_group_is_an_entry_and_out_of_it_a_first_step_away():
    rule = ClockRule("support", frozenset(["benefit"]), 9, 6, False, 4)
    into = converted({"support": rule}, ("job", (rule.never_entered(),)), "benefit")
    assert into == ("benefit", ((1, 0, 0),))
    out = converted({"support": rule}, ("benefit", ((5, 0, 0),)), "job")
    assert out == ("job", ((5, 1, 1),))


# ---- bands ------------------------------------------------------------------------------------


LADDER = read_varying({"1-2": 0.3, "3-6": 0.1, "7+": 0.2}, "positive").versions[0][1]


@pytest.mark.parametrize("unit", ["week", "month", "year"])
@pytest.mark.parametrize("step", ["week", "month", "year"])
def test_the_weights_of_a_step_sum_to_1_and_follow_the_time_in_each_band(unit, step):
    per_year = {"week": 365.2425 / 7, "month": 12.0, "year": 1.0}
    units_in_a_step = per_year[unit] / per_year[step]
    top = edge(LADDER, unit, step)
    weights = overlap(LADDER, unit, step, top)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-12)
    # The time spent in each band up to any clock value is the length of the band, cut off there.
    time = np.cumsum(weights[1:], axis=0) * units_in_a_step
    for k in range(1, top + 1):
        now = k * units_in_a_step
        expected = [min(now, 2), min(max(now - 2, 0), 4), max(now - 6, 0)]
        np.testing.assert_allclose(time[k - 1], expected, atol=1e-9)


@pytest.mark.parametrize("unit", ["week", "month", "year"])
@pytest.mark.parametrize("step", ["week", "month", "year"])
def test_the_edge_is_the_first_step_that_lies_in_the_last_band_alone(unit, step):
    top = edge(LADDER, unit, step)
    far = overlap(LADDER, unit, step, top + 5)
    assert (far[top:] == [0, 0, 1]).all()
    assert top == 1 or far[top - 1, 2] < 1


def test_never_entered_reads_the_last_band():
    assert (overlap(LADDER, "month", "month", 9)[0] == [0, 0, 1]).all()


STUDY = """
    start = "2020-01"
    years = 3
    step = "{step}"
    states = ["benefit", "job"]
    [citizens.benefit]
    number = 10
    [clocks.support]
    states = ["benefit"]
    {resets}
    [rate_per_month]
    benefit.job = {rate}
    job.benefit = 0.1
    [payments.benefit]
    per = "year"
    amount.benefit = {{ "1" = 100, "2+" = 50 }}
    """
PLAIN = '{ "1-3" = 0.2, "4+" = 0.1 }'


def rules_of(step="month", resets="", rate=PLAIN):
    return compile_study(
        simlab.loads(STUDY.format(step=step, resets=resets, rate=rate))
    ).space.rules["support"]


def test_a_clock_saturates_at_the_largest_edge_of_all_that_reads_it():
    """Intensities change after 3 months, payments after 12."""
    assert rules_of().top == 13
    assert rules_of("year").top == 2
    assert rules_of("week").top == math.ceil(365.2425 / 7) + 1


def test_a_later_dated_version_s_edge_counts_too():
    rate = '{ "2020-01" = 0.1, "2021-01" = { "1-20" = 0.2, "21+" = 0.1 } }'
    assert rules_of(rate=rate).top == 21


@pytest.mark.parametrize(
    ("resets", "after"),
    [
        ("", 1),
        ('resets = "never"', NEVER_RESETS),
        ("resets = { after_months = 5 }", 5),
        ("resets = { after_weeks = 52 }", 12),
        ("resets = { after_weeks = 13 }", 3),
        ("resets = { after_years = 2 }", 24),
    ],
)
def test_a_reset_is_read_in_steps_of_the_study(resets, after):
    """52 weeks are 11.96 months: the twelfth month end is the first that is as far away."""
    assert rules_of(resets=resets).after == after


@pytest.mark.parametrize(("forgets", "adds_up"), [("true", False), ("false", True)])
def test_a_window_is_either_forgotten_on_every_return_or_never(forgets, adds_up):
    window = f"resets = {{ after_weeks = 52, within_weeks = 156 }}\nforgets = {forgets}"
    assert rules_of("week", window).adds_up is adds_up
    assert rules_of("week", window).after == 52


def test_a_window_is_exact_unless_the_study_asks_for_a_bound():
    window = "resets = { after_weeks = 52, within_weeks = 156 }"
    assert rules_of("week", window).window == 156
    assert rules_of("week", window).adds_up is False
    for forgets in ("true", "false"):
        assert rules_of("week", f"{window}\nforgets = {forgets}").window == 0


def test_time_that_is_no_self_support_leaves_the_count_of_time_away_as_it_is():
    rule = ClockRule("support", frozenset(["benefit"]), 9, 3, False, 5, away_in=frozenset(["job"]))
    rules = {"support": rule}
    cell = first_cell(rules, "benefit", 4)
    for to, position in [
        ("school", (4, 0, 1)), ("school", (4, 0, 2)), ("job", (4, 1, 3)), ("job", (4, 2, 4)),
        ("school", (4, 2, 5)), ("job", (0, 0, 5)), ("benefit", (1, 0, 0)),
    ]:  # fmt: skip
        cell = moved(rules, cell, to)
        assert cell == (to, (position,))


def test_a_clock_that_nothing_reads_has_one_value():
    study = simlab.loads(
        """
        start = "2020-01"
        years = 1
        states = ["benefit", "job"]
        [citizens.benefit]
        number = 10
        [clocks.support]
        states = ["benefit"]
        resets = { after_months = 6 }
        [rate_per_month]
        benefit.job = 0.1
        job.benefit = 0.1
        """
    )
    assert clock_rules(study, [])["support"].top == 1
    compiled = compile_study(study)
    assert {cell[1][0][0] for cell in compiled.space.cells if cell[0] == "benefit"} == {1}
