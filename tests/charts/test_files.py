"""Charts on disk and in a page, for every kind of outcome."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from html import unescape
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from charts.looks import shown_texts, spoken
from charts.worlds import START, citizens, hjoerring, of_years, result

from simlab.charts import (
    all_charts,
    balance_fan,
    payback_curve,
    payback_dots,
    people_figure,
    save_charts,
    svg,
)

ROOT = Path(__file__).parents[2]
NAMES = ["payback-curve", "payback-dots", "balance", "people"]
EDGES = {
    "usual": hjoerring(500),
    "all never": of_years([np.inf] * 40),
    "all at once": of_years([0.0] * 40),
    "at the horizon": of_years([10.0] * 20 + [np.inf] * 20),
    "free": of_years([0.0] * 40, cost=0.0),
    "one draw": of_years([3.2]),
    "one draw, never": of_years([np.inf]),
    "mostly never": of_years([1.0, 2.0, 3.0, 4.0, 5.0] + [np.inf] * 15),
    "yearly": of_years([3.0, 4.0, 8.0, np.inf] * 10, steps_per_year=1),
    "weekly": of_years([0.1, 3.3, 4.4, 9.9] * 10, steps_per_year=365.25 / 7),
    "one year": of_years([1 / 12, 0.5, 1.0, np.inf] * 10, horizon=1),
    "thirty years": of_years(list(np.arange(1, 30)), horizon=30),
}
CHARTS = [payback_curve, payback_dots, balance_fan]


@pytest.mark.parametrize("start", [START, date(2014, 7, 1), None])
@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("chart", CHARTS)
def test_every_outcome_is_drawn_with_no_word_cut_off_or_over_another(chart, name, start):
    figure = chart(EDGES[name], start=start).figure
    nothing_is_cut_off_or_overlaps(figure)


@pytest.mark.parametrize("states", [1, 4, 12])
@pytest.mark.parametrize("start", [START, None])
def test_the_panels_of_people_keep_clear_of_one_another(states, start):
    figure = people_figure(citizens(states), steps_per_year=12, start=start)
    nothing_is_cut_off_or_overlaps(figure)


def nothing_is_cut_off_or_overlaps(figure):
    texts = list(shown_texts(figure))
    for text, box in texts:
        inside = (
            box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        )
        assert inside, text.get_text()
        assert text.get_fontsize() >= 8
    for (a, box_a), (b, box_b) in combinations(texts, 2):
        wide = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        high = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert wide < 1 or high < 1.5, (a.get_text(), b.get_text())


def test_a_run_leaves_every_chart_as_drawing_and_picture(tmp_path):
    written = save_charts(result(hjoerring(500), hjoerring(500, noise=0.0)), tmp_path / "charts")
    assert sorted(written) == sorted(f"{name}.{kind}" for name in NAMES for kind in ("png", "svg"))
    for name, path in written.items():
        assert path == tmp_path / "charts" / name
        if path.suffix == ".png":
            head = path.read_bytes()[:24]
            assert head.startswith(b"\x89PNG")
            assert int.from_bytes(head[16:20]) == round(16 / 2.54 * 200 - 0.5)
        else:
            assert ElementTree.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")


def test_the_same_run_gives_the_same_bytes(tmp_path):
    made = [save_charts(result(hjoerring(200)), tmp_path / again) for again in ("a", "b")]
    for name in made[0]:
        assert made[0][name].read_bytes() == made[1][name].read_bytes(), name


def test_charts_on_one_page_share_no_id_and_refer_to_their_own():
    drawn = all_charts(result(hjoerring(200)))
    pages = {name: svg(figure, name) for name, figure in drawn.items()}
    ids = [i for page in pages.values() for i in re.findall(r'\bid="([^"]+)"', page)]
    assert len(ids) == len(set(ids))
    for page in pages.values():
        own = set(re.findall(r'\bid="([^"]+)"', page))
        referred = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page)
        assert referred and {a or b for a, b in referred} <= own


def test_a_drawing_for_a_page_begins_with_its_element_and_can_be_heard():
    figure = payback_curve(hjoerring(200), start=START).figure
    drawing = svg(figure)
    assert drawing.startswith("<svg ")
    assert "<metadata" not in drawing and "<text" not in drawing
    heard = unescape(re.search(r'aria-label="([^"]*)"', drawing)[1])
    assert heard.startswith(spoken(figure, "title"))
    assert spoken(figure, "caption") in heard


def test_dollar_signs_and_markup_in_a_studys_words_are_shown_as_they_are(tmp_path):
    text = citizens(2)
    odd = (
        {"en": "$5 job $\\frac{"},
        {"en": '<b>"benefit" & more'},
    )
    object.__setattr__(text, "labels", odd)
    figure = people_figure(text, steps_per_year=12, start=START)
    titles = [ax.get_title(loc="left") for ax in figure.axes[:2]]
    assert titles[0].startswith("$5 job $\\frac{")
    ElementTree.fromstring(svg(figure))
    figure.savefig(tmp_path / "odd.png")


def test_a_run_that_follows_no_states_has_no_chart_of_people():
    found = result(hjoerring(200))
    object.__setattr__(found, "people", citizens(0))
    assert list(all_charts(found)) == NAMES[:3]


def test_importing_the_charts_imports_neither_matplotlib_nor_babel():
    code = (
        "import sys, simlab.charts, simlab.words; print({'matplotlib', 'babel'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    assert ran.stdout.strip() == "set()"


def test_drawing_leaves_pyplot_and_the_global_settings_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    drawn = all_charts(result(hjoerring(200)))
    svg(drawn["balance"])
    assert dict(matplotlib.rcParams) == before
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []
