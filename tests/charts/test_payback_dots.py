"""Fifty dots, each one future of fifty."""

from __future__ import annotations

import numpy as np
import pytest
from charts.looks import labelled, shown_texts, spoken
from charts.worlds import START, hjoerring, of_years
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from simlab.charts import payback_dots
from simlab.charts.payback_dots import DOTS, columns


def dots(ax, kind):
    """Centres of the dots of a kind, (n, 2)."""
    found = labelled(ax.collections, kind)
    return np.vstack([c.get_offsets() for c in found]) if found else np.empty((0, 2))


def test_as_many_dots_never_pay_back_as_fiftieths_of_the_chance():
    payback = hjoerring(10_000)
    ax = payback_dots(payback, start=START)
    assert len(dots(ax, "_back")) + len(dots(ax, "_never")) == 50
    assert len(dots(ax, "_never")) == pytest.approx(50 * payback.never().value, abs=0.5)


def test_a_column_counts_the_futures_of_its_year():
    payback = of_years([3.0] * 10 + [3.5] * 20 + [10.0] * 10 + [np.inf] * 10)
    counted = dict(columns(payback, START))
    assert counted.pop("never within\nten years") == 10
    assert {year: n for year, n in counted.items() if n} == {"2017": 10, "2018": 20, "2024": 10}
    assert list(counted) == [str(year) for year in range(2015, 2025)]


def test_the_dots_stand_over_the_name_of_their_year():
    ax = payback_dots(of_years([3.0] * 30 + [np.inf] * 20), start=START)
    names = {t.get_text(): t.get_position()[0] for t in ax.get_xticklabels()}
    never = names["never within\nten years"]
    assert np.abs(dots(ax, "_back")[:, 0] - names["2017"]).max() < 0.5
    assert np.abs(dots(ax, "_never")[:, 0] - never).max() < 0.5
    assert never - names["2024"] > 1.2  # never stands apart


def test_payback_from_the_start_has_a_column_of_its_own():
    counted = columns(of_years([0.0] * 30 + [1.0] * 20), START)
    assert counted[:3] == [("from the\nstart", 30), ("2015", 20), ("2016", 0)]


def test_never_is_another_colour_and_hatched():
    ax = payback_dots(of_years([3.0] * 30 + [np.inf] * 20), start=START)
    (back,), (never,) = (labelled(ax.collections, kind) for kind in ("_back", "_never"))
    assert never.get_hatch() and not back.get_hatch()
    assert not np.allclose(never.get_facecolor(), back.get_facecolor())
    assert not np.allclose(never.get_edgecolor(), back.get_edgecolor())
    assert [t for t, _ in shown_texts(ax.figure) if t.get_text() == "20 of 50"]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([0.0, 0.5, 2.0, 9.9, 10.0, np.inf]), min_size=1, max_size=200))
def test_there_are_fifty_futures_whatever_the_draws(years):
    payback = of_years(years)
    counted = columns(payback, START)
    assert sum(n for _, n in counted) == 50
    share = np.mean(np.isinf(payback.years))
    assert abs(counted[-1][1] / 50 - share) <= 0.01 + 1e-9
    years = payback.equally_likely(DOTS)
    assert (np.diff(years[np.isfinite(years)]) >= 0).all()


@pytest.mark.parametrize("size", [(16, 9.5), (10, 10), (20, 6)])
@pytest.mark.parametrize("years", [[4.0], [1.0, 2.0, 3.0, np.inf], [np.inf]])
def test_dots_neither_touch_nor_leave_the_axes(size, years):
    figure = Figure(figsize=(size[0] / 2.54, size[1] / 2.54), layout="constrained")
    ax = payback_dots(of_years(years), ax=figure.add_subplot(), start=START)
    figure.draw_without_rendering()
    drawn = [c for kind in ("_back", "_never") for c in labelled(ax.collections, kind)]
    at = np.vstack([ax.transData.transform(c.get_offsets()) for c in drawn])
    one = ax.transData.transform([(0, 0), (1, 0)])
    diameter = drawn[0].get_widths()[0] * (one[1, 0] - one[0, 0])
    apart = np.linalg.norm(at[:, None] - at[None], axis=2)[~np.eye(50, dtype=bool)]
    assert apart.min() > 0.99 * diameter
    box = ax.get_window_extent()
    assert at[:, 1].max() + diameter / 2 < box.y1
    assert at[:, 1].min() - diameter / 2 > box.y0 - 1
    assert box.x0 < at[:, 0].min() and at[:, 0].max() < box.x1


def test_the_note_says_what_a_dot_is():
    figure = payback_dots(hjoerring(500), start=START).figure
    assert spoken(figure, "note").startswith("Each dot is 1 of 50 equally likely futures")
