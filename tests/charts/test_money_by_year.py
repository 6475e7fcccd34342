"""Cost and saving by year and payer, drawn."""

from __future__ import annotations

import pytest
from charts.looks import labelled, spoken
from charts.test_files import nothing_is_cut_off_or_overlaps

from simlab.charts import cost_and_saving, cost_and_saving_figure
from simlab.charts.money_by_year import payers
from simlab.result.answer import YearOfPayer
from simlab.result.figures import Spread
from simlab.words import Words


def year(year, payer, cost, saving, balance, spread=0.4):
    def around(value):
        return Spread(value, *sorted((value * (1 - spread), value * (1 + spread))))

    return YearOfPayer(year, payer, around(cost), around(saving), around(balance))


ROWS = [
    row
    for y in range(10)
    for row in (
        year(2015 + y, "municipality", 2e7 if y < 4 else 0.0, 3e6 * y, 3e6 * y - 1e7),
        year(2015 + y, "state", 0.0, -2e5, -2e5 * y),
        year(2015 + y, "region", 0.0, 0.0, 0.0),
        year(2015 + y, "citizen", 0.0, 900.0, 900.0 * y),
    )
]


def test_a_payer_whom_nothing_moves_has_no_panel():
    assert payers(ROWS) == ["municipality", "state", "citizen"]
    figure = cost_and_saving_figure(ROWS, first="state")
    titles = [ax.get_title(loc="left") for ax in figure.axes if ax.patches]
    assert titles == [
        "The state (DKK thousand)",
        "The municipality (DKK million)",
        "The citizens (DKK)",
    ]
    assert spoken(figure, "title").startswith("The state: DKK 1.8 million more spent than saved")


def test_bars_are_means_cost_downwards_and_lines_the_quantiles_of_the_year():
    ax = cost_and_saving(ROWS, "municipality")
    cost, saving = (
        [bar.get_height() for bar in labelled(ax.containers, f"_{key}")[0]]
        for key in ("cost", "saving")
    )
    assert cost[:5] == pytest.approx([-20.0] * 4 + [0.0])
    assert saving == pytest.approx([3.0 * y for y in range(10)])
    (lines,) = labelled(ax.collections, "_saving range")
    ends = [sorted(segment[:, 1]) for segment in lines.get_segments()]
    assert ends[0] == pytest.approx([1.8, 4.2]) and len(ends) == 9
    (lines,) = labelled(ax.collections, "_cost range")
    assert sorted(lines.get_segments()[0][:, 1]) == pytest.approx([-28.0, -12.0])


def test_the_title_is_the_balance_at_the_end_with_its_range():
    figure = cost_and_saving(ROWS, "municipality").figure
    assert spoken(figure, "title") == (
        "The municipality: DKK 17.0 million more saved than spent by the end of 2024 "
        "(80% range: DKK 10.2 million to DKK 23.8 million)"
    )
    assert "In 16 of 20 futures" in spoken(figure, "caption")


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_no_word_is_cut_off_or_over_another(count, lang):
    rows = ROWS[: 4 * count]
    nothing_is_cut_off_or_overlaps(cost_and_saving_figure(rows, words=Words(lang)))
    nothing_is_cut_off_or_overlaps(cost_and_saving(rows, "municipality", words=Words(lang)).figure)


def test_what_is_lost_has_the_range_of_what_is_gained_turned_around():
    assert -Spread(-2.0, -5.0, 1.0) == Spread(2.0, -1.0, 5.0)
