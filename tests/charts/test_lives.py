"""A hundred lives, drawn."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from charts.looks import labelled, spoken
from charts.test_files import nothing_is_cut_off_or_overlaps

from simlab.charts import lives, lives_figure, svg
from simlab.charts.lives import LOOKS
from simlab.observe.hundred_lives import Hundred
from simlab.words import Words

STATES = ("benefit", "job", "pension", "away", "elsewhere")
KINDS = ("support", "work", "pension", "out", "elsewhere")
LABELS = {state: {"en": state.title()} for state in STATES}
START = date(2015, 1, 1)


def hundred(count=100, apart=7, steps=60, fresh=True, seed=1):
    """Lives that wander; the first ``apart`` of every hundred are alone at the end."""
    rng = np.random.default_rng(seed)
    moves = rng.random((count, steps + 1)) < 0.05
    baseline = (np.cumsum(moves, axis=1) + rng.integers(0, 2, (count, 1))) % len(STATES)
    plan = baseline.copy()
    plan[:apart, steps // 2 :] = (plan[:apart, steps // 2 :] + 1) % len(STATES)
    return Hundred(STATES, KINDS, baseline, plan, fresh)


def area(ax, kind):
    """Citizen-years of a kind in a panel."""
    total = 0.0
    for patch in labelled(ax.patches, f"_{kind}"):
        corners = patch.get_path().vertices.reshape(-1, 5, 2)
        size = corners[:, 2] - corners[:, 0]
        total += float((size[:, 0] * size[:, 1]).sum())
    return total


@pytest.mark.parametrize("future", ["baseline", "plan"])
def test_the_area_of_a_colour_is_the_time_that_the_citizens_spend_there(future):
    text = hundred()
    ax = lives(text, future, labels=LABELS, steps_per_year=12, start=START)
    paths = text.plan if future == "plan" else text.baseline
    for state, kind in enumerate(KINDS):
        spent = (paths[:, :-1] == state).sum() / 12  # from the end of a step to the next
        assert area(ax, kind) == pytest.approx(spent), kind


def test_the_same_citizens_stand_in_the_same_order_and_those_who_part_on_top():
    text = hundred()
    order = text.in_order(LOOKS)
    assert sorted(order) == list(range(100))
    assert text.apart[order[:7]].all() and not text.apart[order[7:]].any()
    panels = [ax for ax in lives_figure(text, labels=LABELS, steps_per_year=12).axes if ax.patches]
    assert [labelled(ax.lines, "_apart")[0].get_ydata()[0] for ax in panels] == [7, 7]


def test_the_title_counts_those_with_another_life_with_wilsons_interval():
    figure = lives_figure(hundred(), labels=LABELS, steps_per_year=12, start=START)
    # (7 + 1.96²/2 ± 1.96 √(7·93/100 + 1.96²/4)) / (1 + 1.96²/100) = 3.4 to 13.7
    assert spoken(figure, "title") == (
        "7 of 100 citizens have another life with the plan (95% interval: 3 to 14)"
    )
    assert spoken(figure, "caption").startswith("Of 100 citizens 93 live the same life")
    assert "drawn for this picture" in spoken(figure, "caption")
    own = lives_figure(hundred(fresh=False), labels=LABELS, steps_per_year=12, start=START)
    assert "drawn for this picture" not in spoken(own, "caption")


def test_a_plan_without_effect_and_newcomers_are_said_to_be_so():
    text = hundred(apart=0)
    assert spoken(lives_figure(text, labels=LABELS, steps_per_year=12), "title").startswith(
        "None of"
    )
    text.baseline[:, :10] = text.plan[:, :10] = -1
    figure = lives_figure(text, labels=LABELS, steps_per_year=12)
    assert "who comes in the course of the years" in spoken(figure, "caption")
    panels = [ax for ax in figure.axes if ax.patches]
    assert min(p.get_path().vertices[:, 0].min() for p in panels[0].patches) >= 9 / 12


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize(("count", "apart"), [(1, 1), (20, 0), (100, 30)])
def test_no_word_is_cut_off_or_over_another(count, apart, lang):
    figure = lives_figure(
        hundred(count, apart), labels=LABELS, steps_per_year=12, start=START, words=Words(lang)
    )
    nothing_is_cut_off_or_overlaps(figure)


def test_the_drawing_of_a_hundred_lives_is_small():
    drawing = svg(lives_figure(hundred(steps=120), labels=LABELS, steps_per_year=12, start=START))
    assert len(drawing) < 220_000
