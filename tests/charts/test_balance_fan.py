"""The fan holds the futures it says it holds."""

from __future__ import annotations

import numpy as np
import pytest
from charts.looks import labelled, spoken
from charts.worlds import START, hjoerring, of_years

from simlab.charts import balance_fan


@pytest.fixture(scope="module")
def payback():
    return hjoerring(2000)


def line(ax, label):
    (found,) = labelled(ax.lines, label)
    return found.get_ydata()


def test_the_line_in_the_middle_is_the_mean_that_all_pages_tell(payback):
    ax = balance_fan(payback, start=START)
    assert line(ax, "_mean") == pytest.approx(payback.balance.sum(axis=0) / 2000 / 1e6)
    assert ax.get_ylabel() == "balance, DKK million"


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_a_band_holds_its_share_of_futures_at_the_horizon(payback, share):
    (band,) = labelled(balance_fan(payback, start=START).collections, f"_{share:.0%}")
    vertices = band.get_paths()[0].vertices
    ends = vertices[vertices[:, 0] == vertices[:, 0].max(), 1]
    last = payback.balance[:, -1] / 1e6
    inside = np.mean((last >= ends.min() - 1e-9) & (last <= ends.max() + 1e-9))
    assert inside == pytest.approx(share, abs=2 / 2000)


def test_bands_lie_inside_one_another(payback):
    ax = balance_fan(payback, start=START)
    narrow, middle, wide = (
        labelled(ax.collections, f"_{share}%")[0].get_paths()[0].get_extents()
        for share in (50, 80, 95)
    )
    assert wide.y0 < middle.y0 < narrow.y0 < narrow.y1 < middle.y1 < wide.y1


def test_the_planned_investment_runs_down_to_minus_its_sum(payback):
    ax = balance_fan(payback, start=START)
    spent = line(ax, "_spent")
    assert spent[0] == 0.0
    assert spent[12] == pytest.approx(-19.3)
    assert spent[-1] == pytest.approx(-124.7)


def test_a_plan_without_cost_has_no_line_of_cost():
    ax = balance_fan(hjoerring(200, cost=0.0), start=START)
    assert not labelled(ax.lines, "_spent")


def test_sample_paths_are_whole_futures_spread_over_the_outcomes(payback):
    rows = payback.sample(8)
    ranks = np.searchsorted(np.sort(payback.balance[:, -1]), rows[:, -1])
    assert ranks.tolist() == [125, 375, 625, 875, 1125, 1375, 1625, 1875]
    paths = labelled(balance_fan(payback, start=START).lines, "_path")
    assert len(paths) == 8
    assert paths[0].get_ydata() == pytest.approx(rows[0] / 1e6)


def test_one_draw_is_drawn_once():
    ax = balance_fan(of_years([3.0]), start=START)
    assert len(labelled(ax.lines, "_path")) == 1


def test_the_title_names_the_mean_balance_and_its_range_as_far_as_they_are_known(payback):
    value = np.sort(payback.balance[:, -1])
    low, mean, high = (round(x / 1e7) * 10 for x in (value[199], value.mean(), value[1799]))
    assert 1e8 < (value[1799] - value[199]) / 2 < 1e9  # so two digits of it are tens of millions
    assert low < 0 < mean
    assert spoken(balance_fan(payback, start=START).figure, "title") == (
        f"DKK {mean} million ahead on average by the end of December 2024 "
        f"(80% range: DKK −{abs(low)} million to DKK {high} million)"
    )


def test_a_lost_investment_is_called_behind():
    figure = balance_fan(of_years([np.inf] * 5), start=START).figure
    assert spoken(figure, "title") == (
        "DKK 100.0 million behind on average by the end of December 2024 "
        "(80% range: DKK −100.0 million)"
    )
    assert spoken(figure, "caption").startswith("In no simulated future the plan has paid")


def test_the_caption_tells_what_must_be_carried(payback):
    deepest = np.sort(-payback.balance.min(axis=1))[999] / 1e6
    caption = spoken(balance_fan(payback, start=START).figure, "caption")
    assert caption.endswith(f"at least DKK {deepest:.0f} million short.")


@pytest.mark.parametrize(("cost", "unit"), [(5e5, "DKK thousand"), (5e3, "DKK")])
def test_small_plans_are_drawn_in_smaller_units(cost, unit):
    ax = balance_fan(of_years([3.0, np.inf], cost=cost), start=START)
    assert ax.get_ylabel() == f"balance, {unit}"
