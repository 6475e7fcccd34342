"""The certificate: what is written, what is shown, and how the command ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import simlab
from simlab.cli import group
from simlab.cli.ending import ended
from simlab.engine import simulate
from simlab.folders.certificate_file import certified, refuse_another
from simlab.report import certificate_words
from simlab.runs.files import FolderError
from simlab.verify import case, costs
from simlab.verify.certificate import verified_hash, verify
from simlab.words import Words

SMALL = """
start = "2026-01"
years = 1
draws = 64
states = ["benefit", "job"]
[citizens.benefit]
number = { p10 = 40, p90 = 60 }
[rate_per_month]
benefit.job = 0.1
job.benefit = 0.05
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
talks = { at_start = 100_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.5, p90 = 2.0 }
"""


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 32)
    monkeypatch.setattr(costs, "MOST", 512)


@pytest.fixture
def study(tmp_path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def called(*arguments) -> tuple[int, str]:
    result = CliRunner().invoke(group, [str(a) for a in arguments], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_certificate_says_of_every_check_what_was_compared_and_both_figures(study, tmp_path):
    code, output = called("verify", study, "-o", tmp_path / "results")
    record = json.loads((tmp_path / "results" / "certificate.json").read_text(encoding="utf-8"))
    assert (code, record["passed"]) == (0, True)
    assert "All " in output
    assert {check["key"] for check in record["checks"]} == set(certificate_words.names(Words("en")))
    for check in record["checks"]:
        assert check["compares"]
        if check["outcome"] != "absent" and check["key"] != "steps.halved":
            assert abs(check["found"] - check["expected"]) <= check["tolerance"]
            assert check["visible"] > 0.0
            assert check["compared"] > 0
    about = record["provenance"]
    assert about["seed"] == 1
    assert about["study_hash"]
    assert about["libraries"]["numpy"]
    assert about["finished"]


def test_a_statistical_check_sees_more_than_its_tolerance_and_an_exact_one_as_much():
    for check in verify(simlab.loads(SMALL)).checks:
        if check.outcome == "absent":
            continue
        if check.kind == "statistical" or check.key == "plan.stronger":  # what loses all its gain
            assert check.visible > check.tolerance
        elif check.kind == "exact":
            assert check.visible == check.tolerance or check.tolerance == 0.0


def test_the_same_study_gets_the_same_certificate_again():
    one, other = (verify(simlab.loads(SMALL)).certified for _ in range(2))
    assert one == other


def test_a_failed_check_ends_with_exit_code_1_and_says_where(study, tmp_path, monkeypatch):
    right = simulate.run_counts

    def wrong(compiled, block, cohort, out):
        found = right(compiled, block, cohort, out)
        out.heads[0, 3:, 0, 5] -= 1
        out.heads[0, 3:, 1, 5] += 1
        return found

    monkeypatch.setattr(simulate, "run_counts", wrong)
    code, output = called("verify", study, "-o", tmp_path)
    assert code == 1
    assert "FAILED" in output
    assert "engine counts" in output
    assert not json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))["passed"]


def test_a_wrong_study_ends_with_exit_code_2(tmp_path, monkeypatch, capsys):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("years = -1", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["simlab", "verify", str(wrong), "-o", str(tmp_path / "r")])
    assert ended(group) == 2
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("lang", ["en", "da"])
def test_the_table_fits_any_screen_in_both_languages(study, tmp_path, monkeypatch, width, lang):
    monkeypatch.setenv("COLUMNS", str(width))
    _, output = called("verify", study, "-o", tmp_path, "--lang", lang)
    lines = output.splitlines()
    table = lines[: next(i for i, line in enumerate(lines) if "All " in line or "Alle " in line)]
    assert max(len(line) for line in table) <= width
    assert ("i orden" if lang == "da" else "passed") in output


def test_every_check_has_a_danish_name():
    english, danish = (certificate_words.names(Words(lang)) for lang in ("en", "da"))
    assert not [key for key in english if english[key] == danish[key]]


# ---- beside a result ----------------------------------------------------------------------------


def test_a_run_of_the_verified_study_shows_its_certificate(study, tmp_path):
    folder = tmp_path / "results"
    called("verify", study, "-o", folder)
    called("run", study, "-o", folder, "--draws", 128, "--engine", "citizens", "--quiet")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["certificate"]["passed"]
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Certificate of this study" in report
    assert "All " in report


def test_a_run_without_a_certificate_says_nothing_of_checks(study, tmp_path):
    called("run", study, "-o", tmp_path / "results", "--quiet")
    assert "Certificate of this study" not in (tmp_path / "results" / "report.html").read_text(
        encoding="utf-8"
    )


def test_a_certificate_never_lies_beside_results_of_another_study(study, tmp_path):
    other = simlab.load(study).replace({"years": 2})
    (tmp_path / "study.toml").write_text(other.resolved_toml(), encoding="utf-8")
    with pytest.raises(FolderError, match="results of another study"):
        refuse_another(tmp_path, simlab.load(study))
    refuse_another(tmp_path, other.replace({"draws": 7}))


def test_the_certificate_of_another_study_is_not_shown_and_a_run_takes_it_away(study, tmp_path):
    called("verify", study, "-o", tmp_path)
    read = simlab.load(study)
    assert certified(tmp_path, read).verified == verified_hash(read)
    assert certified(tmp_path, read.replace({"years": 2})) is None
    assert (tmp_path / "certificate.json").exists()  # reading it changes nothing
    study.write_text(SMALL.replace("years = 1", "years = 2"), encoding="utf-8")
    called("run", study, "-o", tmp_path, "--quiet")
    assert not (tmp_path / "certificate.json").exists()


@pytest.mark.parametrize(
    ("key", "value"), [("found", "1e999"), ("outcome", "fine"), ("where", []), ("key", 7)]
)
def test_a_certificate_that_somebody_has_spoiled_is_none(study, tmp_path, key, value):
    called("verify", study, "-o", tmp_path)
    path = tmp_path / "certificate.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["checks"][0][key] = value
    path.write_text(json.dumps(record), encoding="utf-8")
    assert certified(tmp_path, simlab.load(study)) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verified": 1}', "\x00", '"' * 9])
def test_a_file_that_is_no_certificate_is_none(tmp_path, text):
    (tmp_path / "certificate.json").write_text(text, encoding="utf-8")
    assert certified(tmp_path, simlab.loads(SMALL)) is None
