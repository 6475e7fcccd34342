"""What an answer hangs on stands beside it wherever it is told."""

from __future__ import annotations

import pytest
from report.sample import sample

from simlab.charts.files import all_charts, alternative
from simlab.cli.run_screen import screen_summary
from simlab.report.html import report
from simlab.report.key_figures import opening_figures
from simlab.report.sections.explore import explore
from simlab.report.sections.short import short
from simlab.report.sheets.answer_sheet import summary
from simlab.result.answer import Answer, Hinge, IfNothing
from simlab.result.figures import figures
from simlab.risk.payback import from_balance
from simlab.risk.sensitivity import Share
from simlab.words import Words
from simlab.words.first_sentence import first_sentence

WORDS = Words("en")


@pytest.fixture(scope="module")
def hinged() -> Answer:
    """The sample if its first effect were all that is saved."""
    of = sample()
    whole, first = of.payback[of.perspective], of.opening.drivers.explained_by[0]
    none = from_balance(0.0 * whole.cost[:256], whole.cost[:256], 12, of.perspective)
    without = IfNothing(none.draws, figures(none, of.dates))
    hinge = Hinge(first.direction.path, Share(0.9, 0.01), first.direction, without)
    return sample(hinge=hinge, if_nothing=none)


def test_the_first_sentence_is_the_same_in_every_place(hinged):
    sentence = first_sentence(hinged, WORDS)
    assert (
        "is as assumed, which nobody has measured; if it is nothing, in all they never" in sentence
    )
    typed = sentence.replace("“", '"').replace("”", '"')
    assert typed in " ".join(screen_summary(hinged, WORDS).split())
    assert sentence in report(hinged, WORDS)
    assert sentence == summary(hinged, WORDS).rows[1][0]
    charts = all_charts(hinged, WORDS)
    for name in ("payback-curve", "payback-dots"):
        assert sentence in alternative(charts[name])


def test_every_figure_has_the_other_beside_it(hinged):
    *told, cost = opening_figures(hinged, WORDS)
    assert all("if the effect is nothing: " in figure.beside[-1] for figure in told)
    within = next(figure for figure in told if figure.label.endswith("within 5 years"))
    assert within.beside[-1] == "if the effect is nothing: 0.0%"
    assert "nothing" not in " ".join(cost.beside)


def test_page_one_answers_with_both(hinged):
    sure = short(hinged, WORDS).answers[1]
    assert sure.label == "How likely is it back within five years?"
    assert "is nothing: 0.0% within five years." in " ".join(sure.beside)


def test_what_moves_in_the_page_says_under_which_assumption_it_does(hinged):
    section = explore(hinged, WORDS)
    assert section is not None
    assert "is as assumed." in section.text[0]


def test_without_a_hinge_nothing_is_said_of_one():
    assert "as assumed" not in report(sample(), WORDS)
    assert "if the effect is nothing" not in screen_summary(sample(), WORDS)
