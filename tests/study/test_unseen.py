"""What nobody sees comes to no page: not by a text, not by the name of a plan or of a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from in_process import exit_code

import simlab
import simlab.cli
from simlab.batch.items import items, wanted
from simlab.study.errors import StudyError

STUDY = """
title = "Base"
start = "2026-01"
years = 3
draws = 8
engine = "expected"
states = ["home", "work"]
payers = ["town"]
[citizens.home]
number = 100
[chance_per_month]
home.work = 0.02
[payments.aid]
amount.home = 1000
[plan.cost]
team = { at_start = 1000 }
[[plan.effect]]
moves = ["home -> work"]
hazard_ratio = 1.5
"""
TURNED = "pl\u202eain"
SHOWN = "pl<U+202E>ain"
Command = Callable[..., int]
files = pytest.mark.skipif(sys.platform != "linux", reason="any character in the name of a file")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs ``simlab …`` in a fresh folder, and gives its exit code."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> int:
        return exit_code(monkeypatch, *arguments)

    return call


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\ud800", "\x07", "\u3164"])
def test_the_name_of_a_plan_that_holds_what_nobody_sees_is_refused(character: str) -> None:
    study = simlab.loads(STUDY)
    with pytest.raises(StudyError) as caught:
        simlab.compare({"as planned": study, f"x{character}y": study}, 4)
    message = str(caught.value)
    assert f'"x<U+{ord(character):04X}>y"' in message
    assert character not in message


def test_the_command_compare_refuses_it_too(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("plain.toml").write_text(STUDY, encoding="utf-8")
    code = command("compare", "plain.toml", "--set", "x\u202ey: plan.scale=0.5", "--draws", "4")
    text = capsys.readouterr()
    assert code == 2
    assert "x<U+202E>y" in text.err
    assert "\u202e" not in text.out + text.err
    assert not list(Path("results").rglob("*.html"))


@files
def test_the_name_of_a_file_is_shown_with_the_place_of_what_nobody_sees(
    command: Command, tmp_path: Path
) -> None:
    Path(f"{TURNED}.toml").write_text(STUDY, encoding="utf-8")
    Path("other.toml").write_text(STUDY.replace("1.5", "1.6"), encoding="utf-8")
    study = simlab.load(f"{TURNED}.toml")
    assert study.name == SHOWN
    assert study.tree.main == f"{SHOWN}.toml"
    for given in (
        ["run", f"{TURNED}.toml"],
        ["run", f"{TURNED}.toml", "-o", f"own{TURNED}"],
        ["compare", f"{TURNED}.toml", "other.toml"],
        ["verify", f"{TURNED}.toml"],
        ["batch", f"{TURNED}.toml", "-o", "many"],
    ):
        assert command(*given, "--draws", "4") in (0, 1), given
    written = [p for p in tmp_path.rglob("*") if p.suffix in (".html", ".json", ".md", ".csv")]
    assert len(written) >= 5
    for path in written:
        assert "\u202e" not in path.read_text(encoding="utf-8"), path
    made = [p.relative_to(tmp_path) for p in (tmp_path / "results").rglob("*")]
    assert not [p for p in made if "\u202e" in str(p) or "<" in str(p)]


@files
def test_a_file_that_is_missing_or_extended_is_named_with_that_place(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        simlab.load(tmp_path / f"{TURNED}.toml")
    assert "\u202e" not in str(caught.value)
    assert SHOWN in str(caught.value)


@files
def test_an_item_of_a_batch_is_named_without_it(tmp_path: Path) -> None:
    path = tmp_path / "a\u3164b.toml"
    path.write_text(STUDY, encoding="utf-8")
    assert [one.name for one in items(wanted([path], {}, []))] == ["a_U+3164_b"]


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("h\u043eme", "U+043E (cyrillic small letter o)"),
        ("h\u043em\u0435", "U+043E (cyrillic small letter o), U+0435 (cyrillic small letter ie)"),
        ("h\u03bfme", "U+03BF (greek small letter omicron)"),
    ],
)
def test_a_letter_of_another_script_is_named_where_it_looks_the_same(
    written: str, letters: str
) -> None:
    with pytest.raises(StudyError) as caught:
        simlab.loads(STUDY.replace('moves = ["home -> work"]', f'moves = ["{written} -> work"]'))
    (problem,) = caught.value.problems
    assert problem.message.endswith(f'did you mean "home"? This is written with {letters}')


def test_a_name_that_is_misspelt_in_its_own_script_is_no_such_case() -> None:
    for wrong in ("hame", "h\u00f8me", "homes", "h0me"):
        with pytest.raises(StudyError, match='did you mean "home"') as caught:
            simlab.loads(STUDY.replace('moves = ["home -> work"]', f'moves = ["{wrong} -> work"]'))
        assert "U+" not in str(caught.value)
