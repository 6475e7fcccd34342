"""The S-curve says what the payback says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from charts.looks import labelled, spoken
from charts.worlds import START, hjoerring, of_years
from matplotlib.figure import Figure

from simlab.charts import payback_curve
from simlab.words import finding


@pytest.fixture(scope="module")
def payback():
    return hjoerring(3000)


def bars(ax):
    return {name: labelled(ax.patches, name) for name in ("_back", "_never")}


def test_every_step_has_the_chance_and_the_error_of_chance_within(payback):
    curve = payback.curve()
    for step in (0, 1, 12, 47, 84, 120):
        expected = payback.chance_within(step / 12)
        assert curve.chance[step] == pytest.approx(expected.value, abs=1e-12)
        assert curve.standard_error[step] == pytest.approx(expected.standard_error, abs=1e-12)


def test_the_curve_rises_to_what_is_not_never(payback):
    (curve,) = labelled(payback_curve(payback, start=START).lines, "_chance")
    x, y = curve.get_data()
    assert (x[0], x[-1]) == (2015.0, 2025.0)
    assert (np.diff(y) >= 0).all()
    assert y[-1] == pytest.approx(1 - payback.never().value, abs=1e-12)
    assert curve.get_drawstyle() == "steps-post"


def test_the_band_holds_the_curve_and_is_as_wide_as_the_simulation_error(payback):
    ax = payback_curve(payback, start=START)
    (band,) = labelled(ax.collections, "_band")
    vertices = band.get_paths()[0].vertices
    for step in (30, 60, 90):
        at = 2015 + (step + 0.5) / 12  # within the step, where the band is flat
        low, high = payback.chance_within(step / 12).interval
        edges = [step_edge(vertices, at, side) for side in (min, max)]
        assert edges == pytest.approx([low, high], abs=1e-9)
        assert edges[0] < payback.chance_within(step / 12).value < edges[1]


def step_edge(vertices, x, side):
    left, right = x - 0.6 / 12, x + 0.6 / 12
    flat = [
        a[1]
        for a, b in itertools.pairwise(vertices)
        if a[1] == b[1] and min(a[0], b[0]) < x < max(a[0], b[0])
    ]
    assert len(flat) == 2, (left, right)
    return side(flat)


def test_back_and_never_fill_one_bar(payback):
    (back,), (never,) = bars(payback_curve(payback, start=START)).values()
    assert never.get_height() == pytest.approx(payback.never().value)
    assert back.get_height() + never.get_height() == pytest.approx(1.0)
    assert never.get_y() == back.get_height()
    assert never.get_hatch() and not back.get_hatch()


@pytest.mark.parametrize(("years", "kinds"), [([np.inf] * 40, ["_never"]), ([2.0] * 40, ["_back"])])
def test_certainty_leaves_one_bar(years, kinds):
    found = bars(payback_curve(of_years(years), start=START))
    assert [kind for kind, drawn in found.items() if drawn] == kinds


def test_the_title_names_the_median_and_the_caption_is_the_finding(payback):
    figure = payback_curve(payback, start=START).figure
    assert payback.quantile(0.5) == pytest.approx(5.3, abs=0.3)
    assert spoken(figure, "title").startswith("Back in 2020 (80% range: ")
    assert spoken(figure, "caption") == finding(payback, START)
    assert "3,000 simulated futures" in spoken(figure, "note")


def test_the_median_is_named_on_the_curve():
    ax = payback_curve(of_years([2.0] * 4 + [4.0] * 3 + [np.inf] * 3), start=START)
    named = {text.get_text(): text.xy for text in ax.texts}
    assert named["half by December 2018"] == (2019.0, 0.5)
    assert named["10% by December 2016"] == (2017.0, 0.1)
    assert not any(name.startswith("90%") for name in named)  # never


def test_too_few_draws_have_no_band_and_no_claim_of_one():
    figure = payback_curve(of_years([2.0] * 31), start=START).figure
    assert not labelled(figure.axes[0].collections, "_band")
    assert spoken(figure, "note") == "From 31 simulated futures."


def test_the_certain_curve_is_dashed_and_only_there_when_given(payback):
    certain = hjoerring(3000, noise=0.0)
    ax = payback_curve(payback, start=START, without_chance=certain)
    (dashed,) = labelled(ax.lines, "_without chance")
    assert dashed.get_ydata()[-1] == pytest.approx(1 - certain.never().value)
    assert dashed.is_dashed()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "all uncertainty",
        "without chance in single lives",
    ]
    alone = payback_curve(payback, start=START)
    assert not labelled(alone.lines, "_without chance") and alone.get_legend() is None


def test_the_curve_without_the_effect_stands_beside_it_under_its_own_name(payback):
    bare, said = of_years([9.0] * 2 + [np.inf] * 18), "As assumed, and if it is nothing."
    ax = payback_curve(payback, if_nothing=bare, start=START, sentence=said)
    (line,) = labelled(ax.lines, "_if nothing")
    np.testing.assert_array_equal(line.get_ydata(), bare.curve().chance)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["the effect as assumed", "if it is nothing"]
    assert spoken(ax, "caption") == said
    assert "Without the effect: 20 simulated futures." in spoken(ax, "note")
    assert labelled(payback_curve(payback, start=START).lines, "_if nothing") == []


def test_a_chart_takes_axes_and_returns_them(payback):
    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    assert payback_curve(payback, ax=right, start=START) is right
    assert not left.lines and right.lines


def test_whole_years_are_marked_where_they_end_and_named_in_the_middle(payback):
    ax = payback_curve(payback, start=START)
    ax.figure.draw_without_rendering()
    assert ax.get_xticks().tolist() == list(range(2015, 2026))
    names = {t.get_text(): t.get_position()[0] for t in ax.get_xticklabels(minor=True)}
    assert names == {str(year): year + 0.5 for year in range(2015, 2025)}


def test_a_study_without_dates_numbers_its_years(payback):
    ax = payback_curve(payback)
    ax.figure.draw_without_rendering()
    assert [t.get_text() for t in ax.get_xticklabels()] == [str(n) for n in range(11)]
    assert ax.get_xlabel() == "years from the start"
