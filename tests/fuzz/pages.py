"""Hostile texts in a sound study, through everything that a run writes.

Every text and every name that a study may choose tries to be markup, a formula, mathematics or a
path. The report must hold no element or handler that a text brought, the workbook no formula, each
SVG and each part of the workbook must be sound XML, the PDF and the pictures must be made, and no
file may lie outside the folder. Slow: all of a run's files.
"""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from fuzz import hostile
from simlab.cli.run_screen import screen_summary
from simlab.folders.comparison_folder import about as about_comparison
from simlab.folders.comparison_folder import write_comparison_folder
from simlab.folders.results import write_results
from simlab.reading_back import reading_back
from simlab.runs.compare import compare
from simlab.runs.options import RunOptions
from simlab.runs.provenance import provenance
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.study import Study, loads
from simlab.words import Words

TEXTS = (
    "<pwned onclick=pwned()>", '"><script>pwned</script>', "' onmouseover='pwned' x='",
    "</title><pwned>", "</svg><pwned/>", "--><pwned>", "]]><pwned>", "</style><pwned>",
    "</script><pwned>", "&lt;pwned&gt; &#60;pwned> &amp;", "{{ pwned }}", "{% pwned %}", "${pwned}",
    "=pwned()", "+pwned", "-2+3+cmd|' /C pwned'!A0", "@pwned", "\t=pwned()", "\n=pwned()",
    "=HYPERLINK(\"http://pwned\")", "http://pwned.example/", "javascript:pwned()",
    "$x^{pwned$", "$$", "\\frac{", "$\\pwned$", "_{^}", "#pwned()", "#include \"/etc/passwd\"",
    "*pwned* _x_", "[red]pwned[/x]", "[/]", "%s %d %", "{0} {pwned.__class__}", "{", "}",
    "../../pwned", "..", "/pwned", "a/b\\c", "CON", "nul", "a:b", "x" * 600, "ab " * 3_000,
    "\u202epwned", "\u2028pwned",
    "💥" * 40, "ج" * 40, "e" + "\u0301" * 300, " ", "", "'", "History", "[pwned]", "a'b!c:*?/\\",
)  # fmt: skip
STUDY = """
title = {t0}
start = "2020-01"
years = 2
seed = 7
draws = 8
engine = "counts"
states = {{ benefit = {{ label = {t1} }}, {k0} = {{ label = {{ en = {t2}, da = {t3} }} }} }}
payers = [{k1}, "other"]
unit = {{ one = {{ en = {t16}, da = {t17} }}, many = {{ en = {t18}, da = {t19} }} }}
[groups.{k2}]
label = {t4}
states = ["benefit", {k0}]
[citizens.{k3}]
state = "benefit"
number = {{ p10 = 80, p90 = 120, source = {t5}, tag = "A", note = {t6} }}
[chance_per_month.benefit]
{k0} = {{ p10 = 0.02, p90 = 0.06, source = {t7} }}
[chance_per_month.{k0}]
benefit = 0.02
[payments.{k4}.amount]
benefit = {{ p10 = 10_000, p90 = 12_000, source = {t8} }}
[outcomes.{k5}]
label = {t9}
amount.benefit = 1
[perspectives.{k6}]
label = {t11}
weights = {{ {k1} = 1 }}
[perspectives.{k7}]
weights = {{ {k1} = 1, other = 1 }}
[plan.cost]
{k8} = {{ 2020 = 500_000, source = {t12} }}
[[plan.effect]]
name = {k9}
moves = [{move}]
hazard_ratio = {{ p10 = 0.9, p90 = 2.0, source = {t13}, note = {t14} }}
evidence = "unproven"
[[published]]
text = {t15}
kind = "expectation"
measure = "saving"
value = 500_000
since = "2021"
until = "2021"
source = {t20}
"""
TAGS_OF_OURS = {"script"}


def hostile_text(dice: random.Random, most: int = 100_000) -> str:
    if dice.random() < 0.003:
        return dice.choice(("\x01pwned", "\x1b[2J", "\x08", "\ufffe\uffff"))
    return "".join(dice.choice(TEXTS) for _ in range(dice.choice((1, 1, 2))))[:most]


def study_of(dice: random.Random, texts: float, names: float) -> Study:
    """A sound study with hostile texts (a share of all) and names (likewise)."""
    text = {
        f"t{i}": json.dumps(hostile_text(dice) if dice.random() < texts else f"Text {i}")
        for i in range(21)
    }
    bare = [hostile_text(dice, 60) if dice.random() < names else f"name_{i}" for i in range(10)]
    bare = [name.strip() or f"name_{i}" for i, name in enumerate(bare)]
    bare[0] = bare[0].replace(".", "").replace("->", "").replace("*", "") or "job"
    keys = {f"k{i}": json.dumps(name) for i, name in enumerate(bare)}
    return loads(STUDY.format(**text, **keys, move=json.dumps(f"benefit -> {bare[0]}")))


def by_page(dice: random.Random, scratch: Path) -> str:
    folder = scratch / "page"
    shutil.rmtree(folder, ignore_errors=True)
    out = folder / "out"
    out.mkdir(parents=True)
    try:
        study = study_of(dice, dice.choice((0.1, 0.5, 1.0)), dice.choice((0.0, 0.1, 0.4)))
    except StudyError as refusal:
        return hostile.refused(refusal)
    words = Words(dice.choice(("en", "da")))
    reading_back(study, words)
    if dice.random() < 0.3:
        _compared(dice, study, out, words)
    else:
        finished = run(study, RunOptions(threads=1))
        screen_summary(finished.answer, words)
        write_results(finished, out, provenance(study, engine=finished.engine), words.lang)
        sound_workbook(out / "workbook.xlsx")
        assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    sound_page((out / "report.html").read_text(encoding="utf-8"))
    for path in out.rglob("*.svg"):
        sound_drawing(path)
    assert {path.name for path in folder.iterdir()} == {"out"}, "files outside the folder"
    return "answered"


def _compared(dice: random.Random, study: Study, out: Path, words: Words) -> None:
    plans = {hostile_text(dice, 200): study, hostile_text(dice) + " ": study.replace({"years": 2})}
    found = compare(plans)
    record = about_comparison(found, out)
    write_comparison_folder(found, out, record, words.lang)


class _Elements(HTMLParser):
    """Each element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def sound_page(text: str) -> None:
    """No element, handler or address that a study's text brought."""
    seen = _Elements()
    seen.feed(text)
    seen.close()
    for tag, attributes in seen.found:
        sound_element(tag, attributes)
    assert sum(tag == "script" for tag, _ in seen.found) <= 2, "a script of somebody else's"


def sound_element(tag: str, attributes: dict[str, str | None]) -> None:
    assert "pwned" not in tag, tag
    for name, value in attributes.items():
        assert not name.lower().startswith("on") and "pwned" not in name, f"{tag} {name}={value}"
        if name.rpartition("}")[2] in ("href", "src", "xlink:href", "action"):
            assert (value or "").startswith(("#", "data:image/")), f"{tag} {name}={value}"


def sound_drawing(path: Path) -> None:
    for element in ElementTree.fromstring(path.read_bytes()).iter():
        sound_element(str(element.tag), dict(element.attrib))


def sound_workbook(path: Path) -> None:
    """Every part is XML, and no formula, link or name holds a study's text."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            assert "external" not in name.lower(), name
            root = ElementTree.fromstring(book.read(name))
            for element in root.iter():
                kind = str(element.tag).rpartition("}")[2]
                assert kind not in ("hyperlink", "oleObject", "ddeLink"), kind
                if kind in ("f", "formula1", "definedName"):
                    assert "pwned" not in (element.text or ""), f"{name}: {element.text}"
