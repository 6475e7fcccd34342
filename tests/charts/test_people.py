"""People per state, without and with the plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from charts.looks import labelled, spoken
from charts.worlds import START, citizens

from simlab.charts import people_by_state, people_figure


def test_lines_are_the_means_of_both_futures():
    text = citizens()
    ax = people_by_state(text, "state_1", steps_per_year=12, start=START)
    (baseline,), (plan,) = (
        labelled(ax.lines, f"{future} the plan") for future in ("without", "with")
    )
    assert baseline.get_ydata() == pytest.approx(text.baseline[1, :, 1])
    assert plan.get_ydata() == pytest.approx(text.plan[1, :, 1])
    assert baseline.is_dashed() and not plan.is_dashed()


def test_bands_run_from_the_low_to_the_high_quantile():
    text = citizens()
    ax = people_by_state(text, 1, steps_per_year=12, start=START)
    (band,) = labelled(ax.collections, "_plan band")
    box = band.get_paths()[0].get_extents()
    assert (box.y0, box.y1) == pytest.approx((text.plan[0, :, 1].min(), text.plan[2, :, 1].max()))


def test_the_title_names_both_futures_and_their_ranges():
    text = citizens()
    low, mean, high = text.plan[:3, -1, 1]
    title = spoken(people_by_state(text, 1, steps_per_year=12, start=START).figure, "title")
    assert title.startswith("Ordinary job, December 2024: ")
    assert f"{mean:.0f} with the plan (80% range: {low:.0f} to {high:.0f})" in title


def test_the_largest_difference_comes_first():
    text = citizens()
    plan = text.baseline.copy()
    plan[:, :, 2] += 5
    plan[:, :, 3] -= 9
    assert replace(text, plan=plan).by_difference() == [3, 2, 0, 1]


@pytest.mark.parametrize(("states", "panels"), [(1, 1), (2, 2), (5, 5), (9, 9), (12, 9)])
def test_small_multiples_show_at_most_nine_states_over_one_time_axis(states, panels):
    figure = people_figure(citizens(states), steps_per_year=12, start=START)
    drawn = [ax for ax in figure.axes if ax.lines]
    assert len(drawn) == panels
    assert {ax.get_xlim() for ax in drawn} == {(2015.0, 2025.0)}


def test_the_figure_names_who_gains_and_who_loses_people():
    figure = people_figure(citizens(), steps_per_year=12, start=START)
    assert spoken(figure, "title") == (
        "By December 2024: 80 more people in “Ordinary job”, "
        "80 fewer in “Cash benefit, activity-ready”"
    )
    titles = [ax.get_title(loc="left").replace("\n", " ") for ax in figure.axes]
    assert titles[:2] == ["Cash benefit, activity-ready (−80)", "Ordinary job (+80)"]


def test_a_plan_without_effect_moves_nobody():
    text = citizens()
    figure = people_figure(replace(text, plan=text.baseline), steps_per_year=12, start=START)
    assert "as many people in each state" in spoken(figure, "title")


def test_the_difference_is_that_of_the_means():
    people = citizens(states=2)
    assert people.difference[-1] == pytest.approx([-80.0, 80.0])
