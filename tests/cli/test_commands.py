"""The command line as a person meets it: exit codes, messages, and what is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest
import shipped
from in_process import exit_code

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
        code = exit_code(monkeypatch, *arguments)
        text = capsys.readouterr()
        return code, text.out, text.err

    return call


def test_a_run_prints_the_finding_and_leaves_a_folder(simlab_command, tmp_path):
    code, out, _ = simlab_command("run", "study.toml", "--draws", 64)
    assert code == 0
    assert "of 20 futures" in out and "seed 1" in out and "report.html" in out
    assert (tmp_path / "results" / "study" / "report.html").is_file()


def test_json_is_the_summary_and_nothing_else(simlab_command, tmp_path):
    code, out, _ = simlab_command("run", "study.toml", "--draws", 64, "--json", "-o", "here")
    assert code == 0
    text = json.loads(out)
    assert text["draws"] == 64
    kept = (tmp_path / "here" / "summary.json").read_text(encoding="utf-8")
    assert json.loads(kept) == text


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
        (["run", "study.toml", "--until", "payback<=5y ±1pp"], 2, "horizon is 3 years"),
        (["run", "study.toml", "--until", "never ±1%"], 2, 'write "never ±1pp"'),
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
                  "a hazard ratio of 2.86", "GB"):  # fmt: skip
        assert words in out


def test_the_schema_accepts_the_shipped_studies_and_refuses_a_wrong_one(simlab_command):
    jsonschema = pytest.importorskip("jsonschema")
    from simlab.study.reading import read_tree

    code, out, _ = simlab_command("schema")
    assert code == 0
    validator = jsonschema.Draft202012Validator(json.loads(out))
    configs = shipped_configs()
    for name in shipped.studies():
        problems = list(validator.iter_errors(read_tree(configs / name).tables))
        assert not problems, (name, problems[0])
    assert not validator.is_valid({"start": "2020-01", "years": 3, "yeers": 1})


def test_an_interruption_leaves_no_results(simlab_command, monkeypatch, tmp_path):
    import simlab.folders.run_folder as runs

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "run", interrupted)
    code, _, err = simlab_command("run", "study.toml")
    assert code == 130 and "stopped; no draws are finished yet" in err
    assert not list((tmp_path / "results" / "study").iterdir())


def test_an_interrupted_run_tells_the_command_that_goes_on(simlab_command, monkeypatch, tmp_path):
    import simlab.folders.run_folder as runs

    simulate = runs.run

    def interrupted(*arguments, **how):
        simulate(*arguments, **how)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runs, "run", interrupted)
        code, _, err = simlab_command("run", "study.toml", "--draws", 64, "-o", "my results")
    assert code == 130 and "finished draws are on disk: 64 in" in err
    assert err.splitlines()[-1].startswith("  simlab run study.toml --draws 64 -o ")
    assert err.splitlines()[-1].endswith(" --resume")
    code, _, err = simlab_command("run", "study.toml", "--draws", 64, "-o", "my results")
    assert code == 2 and "--resume" in err and "--fresh" in err
    changed = ("--set", "plan.effect.0.hazard_ratio=1.5")
    code, _, err = simlab_command("run", "study.toml", *changed, "-o", "my results", "--resume")
    assert code == 2 and "plan.effect.0.hazard_ratio: was -, is 1.5" in err
    assert "Traceback" not in err
    code, out, _ = simlab_command("run", "my results/study.toml", "--resume")
    assert code == 0 and "64 draws were there already" in out
    left = {path.name for path in (tmp_path / "my results").iterdir()}
    assert {"report.html", "draws.parquet", "provenance.json"} <= left
    assert not {"blocks", ".lock"} & left


def test_a_run_is_not_told_to_resume_the_draws_of_another(simlab_command, monkeypatch, tmp_path):
    few = ("run", "study.toml", "--draws", 64, "-o", "here")
    assert simlab_command(*few, "--keep-blocks", "--quiet")[0] == 0
    code, _, err = simlab_command(*few)
    assert code == 2 and "go on from them with --resume" in err
    other = (*few, "--set", "plan.effect.0.hazard_ratio=1.5")
    code, _, err = simlab_command(*other)
    assert code == 2 and "hazard_ratio: was -, is 1.5" in err
    assert "--fresh" in err and "--resume" not in err

    import simlab.folders.run_folder as runs
    from simlab.runs.files import FolderError

    def no_room(*_, **__):
        raise FolderError("here: no room")

    monkeypatch.setattr(runs, "refuse_what_cannot_fit", no_room)
    text = {"same": simlab_command(*few)[2], "other": simlab_command(*other)[2]}
    assert "finished draws are on disk: 64" in text["same"] and "--resume" in text["same"]
    assert "no room" in text["other"] and "--resume" not in text["other"]


def test_a_run_is_not_told_to_resume_a_run_that_is_at_work(simlab_command, tmp_path):
    from simlab.runs.checkpoint import open_checkpoint
    from simlab.study.study import load

    few = ("run", "study.toml", "--draws", 64, "-o", "here")
    assert simlab_command(*few, "--keep-blocks", "--quiet")[0] == 0
    with open_checkpoint(tmp_path / "here", load("study.toml"), resume=True):
        code, _, err = simlab_command(*few)
    assert code == 1 and "another run is at work" in err and "--resume" not in err


def test_resume_and_fresh_together_are_refused(simlab_command):
    code, _, err = simlab_command("run", "study.toml", "--resume", "--fresh")
    assert code == 2 and "throws them away" in err


def test_fresh_throws_finished_draws_away_and_kept_blocks_are_extended(simlab_command, tmp_path):
    few = ("run", "study.toml", "--draws", 64, "--quiet", "--keep-blocks")
    assert simlab_command(*few) == (0, "", "")
    assert (tmp_path / "results" / "study" / "blocks").is_dir()
    assert simlab_command(*few)[0] == 2
    more = ("run", "study.toml", "--draws", 96, "--resume")
    assert "64 draws were there already" in simlab_command(*more, "--keep-blocks")[1]
    code, out, _ = simlab_command("run", "study.toml", "--draws", 64, "--fresh")
    assert code == 0 and "already" not in out
    assert not (tmp_path / "results" / "study" / "blocks").exists()


def test_a_run_until_a_target_is_the_run_of_its_draws(simlab_command, tmp_path):
    code, out, _ = simlab_command("run", "study.toml", "--until", "payback<=2y ±3pp", "-o", "a")
    assert code == 0
    assert "Asked for payback<=2y +/-3pp: met after 1,024 draws" in out
    text = json.loads((tmp_path / "a" / "summary.json").read_text(encoding="utf-8"))
    until = text.pop("until")
    assert (until["met"], until["draws"], until["half_width"]) == (True, 1_024, 0.03)
    assert until["seen_half_width"] < 0.03
    assert until["interval"] == [until["value"] - 0.03, until["value"] + 0.03]
    assert (
        until["value"] == text["perspectives"]["municipality"]["payback"]["within"]["2"]["chance"]
    )
    assert simlab_command("run", "study.toml", "--draws", 1_024, "-o", "b", "--quiet")[0] == 0
    assert json.loads((tmp_path / "b" / "summary.json").read_text(encoding="utf-8")) == text
    for name in ("draws.parquet", "paths.parquet", "study.toml"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_target_that_is_not_met_at_the_cap_is_said_so(simlab_command, tmp_path):
    code, out, _ = simlab_command(
        "run", "study.toml", "--until", "npv ±0.01%", "--draws", 64, "-o", "a", "--lang", "da"
    )
    assert code == 0 and "ikke nået efter 64 trækninger" in out
    text = json.loads((tmp_path / "a" / "summary.json").read_text(encoding="utf-8"))["until"]
    assert (text["met"], text["draws"]) == (False, 64)
    code, out, _ = simlab_command(
        "run", "study.toml", "--until", "npv ±1%", "--draws", 8, "-o", "b"
    )
    assert code == 0 and "too few to know" in out


def test_a_full_disk_while_the_results_are_written_keeps_the_draws(
    simlab_command, monkeypatch, tmp_path
):
    import os

    fsync, left = os.fsync, [4]  # run.json, study.toml, one block, summary.json: no more

    def full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    run = ("run", "study.toml", "--draws", 64, "--threads", 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, _, err = simlab_command(*run)
    assert code == 1 and "No space left on device" in err and "Traceback" not in err
    assert "finished draws are on disk: 64 in" in err
    code, out, _ = simlab_command(*run, "--resume")
    assert code == 0 and "64 draws were there already" in out


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


@pytest.mark.parametrize(
    "module",
    ["simlab.cli", "click", "simlab.cli.ending", "simlab.cli.check", "pydantic", "numpy",
     "simlab.study.study", "simlab.model.compiled", "babel.numbers"],
)  # fmt: skip
def test_ctrl_c_while_anything_is_imported_ends_without_a_traceback(tmp_path, module):
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from simlab.__main__ import main\n"
        "sys.argv = ['simlab', 'check', 'study.toml']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert "simlab: stopped" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize(
    "line", [["schema"], ["--help"], ["run", "--help"], ["check", "study.toml"], ["check", "none"]]
)
def test_a_reader_that_has_gone_is_told_nothing(tmp_path, line):
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    read, write = os.pipe()
    os.close(read)  # simlab … | true
    streams = {"stdout": write, "stderr": subprocess.PIPE}
    if line[-1] == "none":  # what is wrong is told on the other stream
        streams = {"stdout": subprocess.PIPE, "stderr": write}
    done = subprocess.run(
        [sys.executable, "-m", "simlab", *line], cwd=tmp_path, encoding="utf-8", check=False,
        **streams,
    )  # fmt: skip
    os.close(write)
    assert done.returncode == 141
    assert not done.stderr and not done.stdout


def test_a_command_in_this_process_outlives_the_threads_of_others(simlab_command):
    """Else a test that left a pool at work would end the process of those after it."""
    free = threading.Event()
    other = threading.Thread(target=free.wait)
    other.start()
    try:
        assert simlab_command("--version")[0] == 0
    finally:
        free.set()
        other.join()
