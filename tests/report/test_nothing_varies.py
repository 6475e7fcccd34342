"""What is told where every future is the same, or where there are few."""

from dataclasses import replace

import pytest

import simlab
from simlab.reading_back.engine import _times
from simlab.report import key_figures
from simlab.report.sections.short import short
from simlab.result.figures import PeakExposure
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.words import Words

ALIKE = """
start = "2026-01"
years = 2
engine = "expected"
states = ["benefit", "job"]
[citizens.benefit]
number = 100
[chance_per_month]
benefit.job = 0.02
[payments.benefit]
amount.benefit = 12_000
[plan.cost.team]
at_start = COST
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""


def told(cost: str, draws: int, lang: str = "en"):
    result = run(
        simlab.loads(ALIKE.replace("COST", cost)), RunOptions(threads=1), draws=draws
    ).answer
    return result, str(short(result, Words(lang)))


@pytest.mark.parametrize(("lang", "said"), [("en", "Single ones are worse"), ("da", "værre.")])
def test_of_futures_that_are_all_alike_none_is_worse(lang, said):
    _, answers = told("50_000_000", 32, lang)
    assert said not in answers


def test_nothing_to_carry_is_in_no_month():
    peak = PeakExposure(0.0, 5_000_000.0, "2026-12")
    assert "December" not in str(key_figures._exposure(peak, Words("en")))
    assert "December" in str(key_figures._exposure(replace(peak, median=2e6), Words("en")))


def test_one_draw_has_no_quantiles():
    result, _ = told("50_000_000", 1)
    notes = [str(note) for note in result.notes]
    assert "The draws are too few for quantiles; run at least 1,000." in notes
    assert not [note for note in notes if "on each side" in note]


def test_a_forecast_of_a_cost_is_told_to_two_digits():
    assert _times(854_525_252.3, Words("en")) == "850,000,000"
    assert _times(1.84, Words("en")) == "1.8"
