"""What matters, and where the variance comes from, drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from charts.looks import labelled, shown_texts, spoken
from charts.test_files import nothing_is_cut_off_or_overlaps

from simlab.charts import variance_sources, what_matters
from simlab.result.comparison import Against
from simlab.result.figures import Layers, VarianceShare
from simlab.risk.design import Design
from simlab.risk.sensitivity import (
    Direction,
    Driver,
    Drivers,
    End,
    NotExplained,
    Others,
    Share,
    Together,
)  # fmt: skip
from simlab.words import Words

SHARES = VarianceShare(0.7, 0.22, 0.08, Layers(0.02, 0.02, 0.01))
LABELS = {
    "plan.effect.talks": {"en": "Talks with a very long name of the effort, twice a month"},
    "plan.effect.home": {"en": "Home visits"},
}


def share(x, error=0.01):
    return Share(x, None if x is None else error)


def end(value, years, never, worth):
    return End(value, years, never, worth)


def row(path, payback, low, high, worth=0.1, error=0.01):
    way = Direction(path, "sooner", low, high)
    return Driver((path,), share(payback, error), share(worth, error), way)


def found(*rows, others=7):
    rest = Others(others, share(0.02), share(0.1))
    return Drivers(rows, NotExplained(rest, Together(share(0.11), share(0.1))))


EFFECT = row(
    "plan.effect.talks.hazard_ratio", 0.62, end(1.0, None, 0.94, -4e6), end(1.6, 2.5, 0.0, 9e6)
)
OVERRUN = row("plan.cost.overrun", 0.2, end(0.97, 4.0, 0.1, 2e6), end(1.2, 4.2, 0.3, 1e6))
NOISE = row("plan.effect.home.ramp_months", 0.012, end(6, 4, 0.2, 1e6), end(9, 4, 0.2, 1e6))


def drawn(of, **more):
    return what_matters(of, horizon=10, labels=LABELS, **more)


def test_a_figure_that_is_not_sure_to_matter_has_no_row():
    assert found(NOISE, EFFECT, OVERRUN).that_matter == (EFFECT, OVERRUN)


def test_the_marks_stand_at_the_medians_and_never_beyond_the_horizon():
    ax = drawn(found(EFFECT, OVERRUN, NOISE))
    low, high = (
        [float(line.get_xdata()[0]) for line in labelled(ax.lines, end)]
        for end in ("_low", "_high")
    )
    assert high == [2.5, 4.2]
    assert low[0] > 10.0 and low[1] == 4.0
    texts = [text.get_text() for text, _ in shown_texts(ax.figure)]
    assert {"low (no effect)", "high (+60%)", "not\nback", "8 other figures together"} <= set(texts)


def test_the_title_names_the_first_figure_with_its_range_and_the_sentence_counts_futures():
    ax = drawn(found(EFFECT, OVERRUN))
    assert spoken(ax.figure, "title").startswith(
        "62% (60% to 64%) of the spread of the payback time follows "
        "“How strong the effect is: Talks"
    )
    assert spoken(ax.figure, "caption") == (
        "Where the first figure is low, the money is back within ten years in 1 of 20 futures; "
        "where it is high, in all simulated futures."
    )


def test_bars_show_the_shares_of_all_rows_and_of_the_rest():
    (beside,) = drawn(found(EFFECT, OVERRUN)).child_axes
    bars = [bar.get_width() for (bar,) in labelled(beside.containers, "_share")]
    assert bars == pytest.approx([0.62, 0.2, 0.02, 0.11])


def test_where_a_median_is_never_at_both_ends_each_end_is_told_by_its_chance():
    rare = row(
        "plan.effect.home.hazard_ratio", 0.1, end(1.0, None, 1.0, -4e6), end(1.6, None, 0.7, -1e6)
    )
    assert found(EFFECT, OVERRUN).told == "median"
    assert found(EFFECT, rare).told == "chance"
    ax = drawn(found(EFFECT, rare))
    low, high = (
        [float(line.get_xdata()[0]) for line in labelled(ax.lines, end)]
        for end in ("_low", "_high")
    )
    assert low == pytest.approx([0.06, 0.0])
    assert high == pytest.approx([1.0, 0.3])
    assert ax.get_xlabel() == "chance that the money is back within ten years"
    nothing_is_cut_off_or_overlaps(ax.figure)


def test_medians_that_are_told_alike_are_no_answer():
    alike = row("plan.cost.overrun", 0.2, end(0.97, 4.02, 0.1, 2e6), end(1.2, 3.98, 0.3, 1e6))
    assert found(EFFECT, alike).told == "chance"


def test_a_money_that_is_never_back_is_told_by_its_net_present_value():
    worth = [
        row(
            "plan.effect.talks.hazard_ratio", None, end(1.0, None, 1.0, -4e6),
            end(1.6, None, 1.0, -1e6), worth=0.5,
        )
    ]  # fmt: skip
    ax = drawn(found(*worth))
    assert "net gain" in spoken(ax.figure, "title")
    (low,) = labelled(ax.lines, "_low")
    assert low.get_xdata()[0] == -4.0
    nothing_is_cut_off_or_overlaps(ax.figure)


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize("rows", [(), (EFFECT,), (EFFECT, OVERRUN), (EFFECT,) * 6])
def test_no_word_of_what_matters_is_cut_off_or_over_another(rows, lang):
    nothing_is_cut_off_or_overlaps(drawn(found(*rows, NOISE), words=Words(lang)).figure)


def test_no_sure_figure_gives_a_title_that_says_so():
    assert spoken(drawn(found(NOISE)).figure, "title").startswith("No single uncertain figure")


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize(
    "shares",
    [
        SHARES,
        replace(SHARES, parameters=1.0, business_cycle=0.0, chance=0.0),
        replace(SHARES, parameters=0.1, chance=0.68),
        replace(SHARES, chance=None),
        replace(SHARES, standard_error=Layers(None, None, None)),
    ],
)
def test_the_sources_of_variance_are_drawn_for_every_mixture(shares, lang):
    ax = variance_sources(shares, words=Words(lang))
    nothing_is_cut_off_or_overlaps(ax.figure)
    for layer in ("parameters", "business_cycle", "chance"):
        bars = [bar.get_width() for (bar,) in labelled(ax.containers, f"_{layer}")]
        assert bars == [shares.known[layer]] if layer in shares.known else bars == []


def test_the_title_of_the_variance_has_its_range_and_the_sentence_counts_parts():
    figure = variance_sources(SHARES).figure
    assert spoken(figure, "title") == (
        "70.0% (65.7% to 74.3%) of the uncertainty is about figures that are not known exactly"
    )
    said = spoken(figure, "caption")
    assert "take away 14," in said and "cycle is 4," in said and said.endswith("many, 2.")


@pytest.mark.parametrize("better", [0.575, 0.45, 0.024, 0.525, 1.0])
def test_as_many_dots_are_worth_more_as_the_sentence_counts(better):
    """Of draws whose ties would round the dots one way and the count of 20 the other."""
    gain = np.where(np.arange(1_000) < round(1_000 * better), 5e6, -5e6)
    assert (twenty(gain) > 0).sum() == round(20 * better) and len(twenty(gain)) == 20
    assert len(twenty(np.zeros(9))) == 20


def twenty(gain):
    nothing = np.zeros(len(gain))
    design = Design.of(len(gain))
    return Against("a", "b", "public", nothing, nothing, nothing, gain, design).equally_likely(20)
