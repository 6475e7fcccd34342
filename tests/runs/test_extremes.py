"""Studies at the edge of what a study can be: a run of each leaves every file."""

from __future__ import annotations

import json

import pytest

import simlab
from simlab.folders.run_folder import run_into
from simlab.model import compiled
from simlab.model.compiled import compile_study
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.runs.without_chance import variants

STUDY = """
start  = "2026-01"
years  = 3
states = ["benefit", "job"]
draws  = 2
[citizens.benefit]
number = { p10 = 400, p90 = 600 }
[chance_per_month]
benefit.job = { p10 = 0.01, p90 = 0.03 }
job.benefit = 0.02
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
talks = { 2026 = 1_000_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 1.8 }
"""

NOTHING = {
    "no effect": {"plan.effect.0.hazard_ratio": 1.0},
    "no plan": {"plan": {}},
    "nobody": {"citizens.benefit.number": 0},
    "nothing paid": {"payments": {}},
    "no cost": {"plan.cost": {}},
    "nobody moves": {"chance_per_month": {"benefit": {"job": 0.0}, "job": {"benefit": 0.0}}},
    "nothing uncertain": {
        "citizens.benefit.number": 500,
        "chance_per_month.benefit.job": 0.02,
        "plan.effect.0.hazard_ratio": 1.5,
    },
    "one draw": {"draws": 1},
    "one year": {"years": 1},
}
FILES = {"memo.pdf", "memo.docx", "report.html", "report.pdf", "summary.json", "workbook.xlsx",
         "draws.parquet", "paths.parquet", "study.toml", "provenance.json"}  # fmt: skip


@pytest.mark.parametrize(
    "what",
    [one if one == "no effect" else pytest.param(one, marks=pytest.mark.long) for one in NOTHING],
)
def test_a_run_of_an_extreme_study_leaves_every_file(what, tmp_path):
    run_into(simlab.loads(STUDY).replace(NOTHING[what]), tmp_path, RunOptions())
    assert {path.name for path in tmp_path.iterdir()} >= FILES
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    (own,) = summary["perspectives"].values()
    saved = own["net_present_value"]["mean"]
    if what in ("no effect", "nobody moves"):
        assert saved == pytest.approx(-1_000_000)


WINDOW = """
[clocks.support]
states = ["benefit"]
resets = { after_months = 6, within_months = 24 }
"""


def test_a_run_whose_other_bound_has_too_many_cells_says_so(monkeypatch):
    study = simlab.loads(STUDY + WINDOW)
    (other,) = variants(study, 4)
    cells = len(compile_study(study).space)
    assert other.name == "never_forgotten"
    assert cells < len(other.compiled.space)
    monkeypatch.setattr(compiled, "MAX_CELLS_BY_STEP", cells * study.timeline.steps)
    found = run(simlab.loads(STUDY + WINDOW)).answer
    assert found.clock_bounds is None
    assert any("one of them has too many cells" in str(note) for note in found.notes)


def test_a_run_that_dies_while_it_writes_leaves_no_report_of_an_earlier_one(tmp_path, monkeypatch):
    from simlab.report import workbook

    study = simlab.loads(STUDY)
    run_into(study, tmp_path, RunOptions())

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "write_workbook", dies)
    with pytest.raises(KeyboardInterrupt):
        run_into(study.replace({"seed": 2}), tmp_path, RunOptions())
    left = {path.name for path in tmp_path.iterdir()}
    assert not left & {
        "memo.pdf",
        "memo.docx",
        "report.html",
        "report.pdf",
        "workbook.xlsx",
        "provenance.json",
    }
    assert "blocks" in left  # the same command goes on from them
