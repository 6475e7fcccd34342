"""The pictures of docs/pictures are what the charts look like: a change of a chart is seen there.

Every chart of the demo, of a comparison, of a replayed future and of a replayed life, in both
languages, and the first page of the report; with them README's sentence below the first. They are
made by one command only:

    python tests/test_pictures.py

A test draws the charts again and compares. Fonts and lines may differ by a shade from one version
of matplotlib to the next; a moved, lost or reworded part differs by far more.
"""

from __future__ import annotations

import re
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simlab.charts import files, style
from simlab.report import comparison as compared
from simlab.report.html import report
from simlab.runs.compare import compare
from simlab.runs.options import RunOptions
from simlab.runs.run import Run, run
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, load
from simlab.words import Words
from simlab.words.first_sentence import first_sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
FINDING = re.compile(r"(?<=<!-- the finding -->\n)(> .*\n)+")
LANGUAGES = ("en", "da")
DRAWS, COMPARED = 1_024, 64
PLANS = {
    "en": ("As planned", "A year later", "Half of it"),
    "da": ("Som planlagt", "Et år senere", "Det halve"),
}
DPI = 110  # of the pictures in the repository
ALIKE = 4.0  # root mean square of the differences, of 255


@cache
def study() -> Study:
    return load(shipped_configs() / "programmes" / "hjoerring.toml")


@cache
def demo() -> Run:
    return run(study(), RunOptions(threads=2), draws=DRAWS, engine="counts")


def figures(language: str) -> dict[str, Figure]:
    """Every chart of the repository in a language, by name."""
    words = Words(language)
    found = dict(files.all_charts(demo().answer, words))
    planned, later, half = PLANS[language]
    plans = {
        planned: study(),
        later: study().replace({"plan.later_months": 12}),
        half: study().replace({"plan.scale": 0.5}),
    }
    seen = compare(plans, draws=COMPARED, engine="expected", options=RunOptions(threads=2))
    return found | {f"compared-{name}": one for name, one in compared.drawn(seen, words).items()}


def pixels(figure: Figure, path: Path) -> None:
    before, files.DPI = files.DPI, DPI
    try:
        path.write_bytes(files.png(figure))
    finally:
        files.DPI = before


def difference(one: Path, other: Path) -> float:
    """The root mean square of the differences between two pictures, of 255."""
    from matplotlib.image import imread

    first, second = (255.0 * imread(path)[:, :, :3].astype(float) for path in (one, other))
    if first.shape != second.shape:
        return 255.0
    return float(np.sqrt(np.mean((first - second) ** 2)))


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_are_what_the_charts_look_like(language, tmp_path):
    drawn = figures(language)
    stored = {path.stem for path in (FOLDER / language).glob("*.png")} - {"report"}
    assert stored == set(drawn)
    changed = []
    for name, figure in drawn.items():
        pixels(figure, tmp_path / f"{name}.png")
        if difference(tmp_path / f"{name}.png", FOLDER / language / f"{name}.png") > ALIKE:
            changed.append(name)
    assert not changed, "draw docs/pictures again with python tests/test_pictures.py"


def test_a_reworded_title_is_seen_as_a_change(tmp_path):
    from report.sample import sample

    from simlab.charts import payback_dots

    result = sample()
    payback = result.payback["municipality"]
    one, other = (style.figure_of(payback_dots(payback, start=result.dates[0])) for _ in range(2))
    other.axes[0].set_title("Another finding", loc="left")
    pixels(one, tmp_path / "one.png")
    pixels(other, tmp_path / "other.png")
    assert difference(tmp_path / "one.png", tmp_path / "one.png") == 0.0
    assert difference(tmp_path / "one.png", tmp_path / "other.png") > ALIKE


def quoted() -> str:
    """What the demo found, as README quotes it."""
    sentence = first_sentence(demo().answer, Words("en"))
    return textwrap.fill(sentence, 100, initial_indent="> ", subsequent_indent="> ") + "\n"


@pytest.mark.long
def test_readme_says_what_the_picture_above_it_shows():
    found = FINDING.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == quoted(), "make it again with python tests/test_pictures.py"


def draw_again() -> None:
    """Every picture in both languages, the report's first page where there is a browser, and the
    sentence in README."""
    readme = ROOT / "README.md"
    text = FINDING.sub(lambda _: quoted(), readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8", newline="\n")
    from report.chromium import first_page

    for language in LANGUAGES:
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        for name, figure in figures(language).items():
            pixels(figure, folder / f"{name}.png")
        first_page(report(demo().answer, Words(language)), folder / "report.png")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    draw_again()
