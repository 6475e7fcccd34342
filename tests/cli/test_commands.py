"""The command line as a person meets it: exit codes, messages, and what is left behind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import simlab.cli
from simlab.study.reading import shipped_configs

STUDY = """
title = "A small plan"
start = "2020-01"
years = 3
states = ["benefit", "job"]
payers = ["municipality"]
[citizens.benefit]
number = 100
[chance_per_month.benefit]
job = { p10 = 0.02, p90 = 0.04 }
[payments.benefit.amount]
benefit = 10_000
[plan.cost]
talks = { 2020 = 1_000_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.0, p90 = 2.0 }
"""


@pytest.fixture
def simlab_command(monkeypatch, capsys, tmp_path):
    """Runs ``simlab …`` in a fresh folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["simlab", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            simlab.cli.main()
        told = capsys.readouterr()
        return end.value.code, told.out, told.err

    return call


def test_a_run_prints_the_finding_and_leaves_a_folder(simlab_command, tmp_path):
    code, out, _ = simlab_command("run", "study.toml", "--draws", 64)
    assert code == 0
    assert "of 20 futures" in out and "seed 1" in out and "report.html" in out
    assert (tmp_path / "results" / "study" / "report.html").is_file()


def test_json_is_the_summary_and_nothing_else(simlab_command, tmp_path):
    code, out, _ = simlab_command("run", "study.toml", "--draws", 64, "--json", "-o", "here")
    assert code == 0
    told = json.loads(out)
    assert told["draws"] == 64
    kept = (tmp_path / "here" / "summary.json").read_text(encoding="utf-8")
    assert json.loads(kept) == told


def test_quiet_says_nothing(simlab_command):
    assert simlab_command("run", "study.toml", "--draws", 64, "--quiet") == (0, "", "")


def test_options_reach_the_resolved_study(simlab_command, tmp_path):
    code, _, _ = simlab_command(
        "run", "study.toml", "--draws", 64, "--seed", 5, "--engine", "expected", "--quiet",
        "--set", "plan.effect.0.hazard_ratio=1.3", "--set", "title=Other title",
    )  # fmt: skip
    assert code == 0
    text = (tmp_path / "results" / "study" / "study.toml").read_text(encoding="utf-8")
    for line in ("seed = 5", "draws = 64", 'engine = "expected"', "hazard_ratio = 1.3"):
        assert line in text
    assert 'title = "Other title"' in text


def test_a_wrong_study_ends_with_two_and_leaves_nothing(simlab_command, tmp_path):
    (tmp_path / "bad.toml").write_text(STUDY.replace("job = {", "jobb = {"), encoding="utf-8")
    code, out, err = simlab_command("run", "bad.toml")
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == "bad.toml"
    assert "chance_per_month.benefit.jobb" in err and 'did you mean "job"' in err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nothing.toml"], 2, "no such file"),
        (["run", "study.toml", "--set", "plan.effect.0.hazardratio=2"], 2, "hazard_ratio"),
        (["run", "study.toml", "--set", "nonsense"], 2, "PATH=VALUE"),
        (["run", "study.toml", "--engine", "fast"], 2, "fast"),
        (["run", "study.toml", "--draws", "0"], 2, "draws"),
        (["run", "study.toml", "--perspective", "mayor"], 2, "mayor"),
        (["run", "study.toml", "-o", "study.toml/x"], 1, "cannot be written"),
        (["run", "study.toml", "--draws", "100000000"], 2, "GB"),
        (["runn", "study.toml"], 2, 'did you mean "run"'),
        (["run"], 2, "STUDY"),
        (["new", "study.toml"], 1, "is there already"),
        (["new", "study.txt"], 2, ".toml"),
        (["check", "."], 2, "is a folder"),
    ],
)  # fmt: skip
def test_a_mistake_ends_with_a_message_and_no_traceback(simlab_command, arguments, code, words):
    found, _, err = simlab_command(*arguments)
    assert (found, words in err) == (code, True), err
    assert "Traceback" not in err


def test_a_new_study_passes_its_own_check_and_runs(simlab_command):
    assert simlab_command("new", "mine.toml")[0] == 0
    code, out, _ = simlab_command("check", "mine.toml")
    assert code == 0 and "without a source and not marked" not in out
    assert simlab_command("run", "mine.toml", "--draws", 32, "--quiet")[0] == 0


def test_check_reads_the_shipped_study_back(simlab_command):
    code, out, _ = simlab_command("check", shipped_configs() / "programmes" / "hjoerring.toml")
    assert code == 0
    for words in ("Hjørring", "budget lines in all within the horizon: 124,700,000",
                  "hazard_ratio: lognormal, median 1.50", "GB"):  # fmt: skip
        assert words in out


def test_the_schema_accepts_the_shipped_studies_and_refuses_a_wrong_one(simlab_command):
    jsonschema = pytest.importorskip("jsonschema")
    from simlab.study.reading import read_tree

    code, out, _ = simlab_command("schema")
    assert code == 0
    validator = jsonschema.Draft202012Validator(json.loads(out))
    configs = shipped_configs()
    for path in [*configs.glob("programmes/*.toml"), *configs.glob("reference/*.toml"),
                 configs / "template.toml"]:  # fmt: skip
        problems = list(validator.iter_errors(read_tree(path).tables))
        assert not problems, (path, problems[0])
    assert not validator.is_valid({"start": "2020-01", "years": 3, "yeers": 1})


def test_an_interruption_leaves_no_results(simlab_command, monkeypatch, tmp_path):
    import simlab.runs.run as runs

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "run", interrupted)
    code, _, err = simlab_command("run", "study.toml")
    assert code == 130 and "stopped" in err
    assert not list((tmp_path / "results" / "study").iterdir())


def test_help_needs_no_heavy_library():
    heavy = [
        "numpy",
        "numba",
        "scipy",
        "pandas",
        "pyarrow",
        "matplotlib",
        "pydantic",
        "rich",
        "jinja2",
        "babel",
    ]
    code = (
        "import sys, simlab.cli\n"
        "sys.argv = ['simlab', '--help']\n"
        "try: simlab.cli.main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert out.splitlines()[-1] == "[]"
    assert all(name in out for name in ("run", "demo", "check", "new", "schema"))
