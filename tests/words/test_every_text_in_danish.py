"""A run of a shipped study in Danish: not a word of English on the screen, in the report, on the
charts, in the workbook, or when the study is read back."""

from __future__ import annotations

import re

import pytest

from simlab.charts import all_charts
from simlab.charts.files import alternative
from simlab.cli.run_screen import screen_summary
from simlab.reading_back import reading_back
from simlab.report.html import report
from simlab.report.sheets import sheets
from simlab.runs.run import run
from simlab.study.reading import shipped_configs
from simlab.study.study import load
from simlab.words import Words

STUDIES = ("hjoerring-activity-ready", "opgang-til-opgang", "caseload")
ENGLISH = re.compile(
    r"\b(the|of|and|not|with|without|within|was|were|are|is|from|less|years?|months?|people|"
    r"chance|money|between|which|that|this|no|than|each)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"Journal of \w+|within\.|\w+[_.]\w[\w.\-]*|\w+ -> \w+")  # titles, key paths


def english(text: str) -> list[str]:
    """Lines with an English word in them; key paths and names of states are the study's own."""
    lines = [NAMES.sub(" ", line) for line in text.replace("\u00a0", " ").splitlines()]
    return [line.strip() for line in lines if ENGLISH.search(line)]


@pytest.fixture(scope="module", params=STUDIES)
def danish(request):
    study = load(shipped_configs() / "programmes" / f"{request.param}.toml")
    result = run(study, draws=32, engine="expected").answer
    return study, result, Words("da").following(result.unit)


def test_the_screen(danish):
    _, result, words = danish
    assert english(screen_summary(result, words)) == []


def test_the_report(danish):
    _, result, words = danish
    page = re.sub(r"<(style|script|code)\b.*?</\1>", " ", report(result, words), flags=re.DOTALL)
    assert english(re.sub(r"<[^>]*>", "\n", page)) == []


def test_the_charts(danish):
    from matplotlib.text import Text

    _, result, words = danish
    for figure in all_charts(result, words).values():
        drawn = [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
        assert english("\n".join([*drawn, *alternative(figure)])) == []


def test_the_workbook(danish):
    _, result, words = danish
    cells = [
        cell[0]
        for sheet in sheets(result, words)
        for row in (sheet.columns, *sheet.cells())
        for cell in row
        if isinstance(cell[0], str)
    ]
    assert cells
    assert english("\n".join(cells)) == []


def test_the_reading_back(danish):
    """The keys of the study, and its options, stand as it writes them."""
    study, _, words = danish
    text = re.sub(r"(?m)^ +\w+: ([a-z_]+$)?", "", reading_back(study, words))
    assert english(text) == []
