"""A run gives the same bits however it is cut up, and leaves what it promises."""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.folders import results
from simlab.model.compiled import compile_study
from simlab.result.draw_table import Gathering
from simlab.result.draws import draws_of
from simlab.result.plain import plain_answer
from simlab.runs import files
from simlab.runs.options import RunOptions
from simlab.runs.run import _missing, _spans, run
from simlab.study.study import load, loads

STUDY = """
title = "A small plan"
start = "2020-01"
years = 4
seed = 7
draws = 400
states = ["benefit", "job", "pension"]
payers = ["municipality", "state"]

[groups]
support = ["benefit", "pension"]

[clocks.support]
states = ["support"]
resets = { after_months = 6 }

[citizens.benefit]
number = { p10 = 80, p90 = 120 }
arrivals_per_month = 2

[citizens.hard]
state = "benefit"
segment = "hard"
number = 30

[segments.hard]
hazard_ratio = { "benefit -> job" = { p10 = 0.3, p90 = 0.6 } }

[chance_per_month.benefit]
job = { p10 = 0.02, p90 = 0.06 }
pension = 0.002
[chance_per_month.job]
benefit = { by = "support.away", "1-3" = 0.09, "4+" = 0.03 }

[business_cycle]
sd = 0.1
half_life_months = 18
loading = { "benefit -> job" = 1.0 }

[payments.benefit]
reimbursement = "ladder"
[payments.benefit.amount]
support = { p10 = 10_000, p90 = 12_000 }
[reimbursement.ladder]
share = { "1-3" = 0.4, "4+" = 0.2 }

[plan.cost]
talks = { 2020 = 500_000, 2021 = 200_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 0.9, p90 = 2.0 }
places = 60
until = "2022-12"
[[published]]
text = "half a million saved in 2021"
kind = "expectation"
measure = "saving"
value = 500_000
since = "2021"
until = "2021"
[[published]]
text = "back by 2022"
kind = "expectation"
measure = "payback"
by = "2022"
[[published]]
text = "ever in a job"
kind = "effect"
design = "trial"
measure = "share"
of = ["hard"]
states = ["job"]
ever = true
at_months = 18
future = "difference"
sample = [90, 80]
value = 0.1
"""


@pytest.fixture(scope="module")
def study():
    return loads(STUDY)


@pytest.fixture(scope="module")
def finished(study):
    return run(study, RunOptions(threads=2, block=100))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("threads", "block"), [(1, 64), (2, 64), (1, 1000), (2, 1000), (3, 7)])
def test_threads_and_blocks_change_no_bit_of_the_draws(study, finished, tmp_path, threads, block):
    other = run(study, RunOptions(threads=threads, block=block))
    for name, one in (("a", finished), ("b", other)):
        table = results.draws_table(one.total)
        files.write_parquet(tmp_path / f"{name}.parquet", table)
    assert digest(tmp_path / "a.parquet") == digest(tmp_path / "b.parquet")
    assert plain_answer(other.answer) == plain_answer(finished.answer)


def test_blocks_may_come_in_any_order_and_their_columns_are_those_of_all_draws_at_once(study):
    compiled = compile_study(study)

    def tallied(start, stop):
        block = compiled.block(start, stop)
        return draws_of(cash_flow(simulate_block(compiled, block, "counts"))).table

    gathering = Gathering(60)
    for start, stop in ((40, 60), (0, 25), (25, 40)):
        gathering.put(tallied(start, stop))
    whole, once = gathering.whole(), tallied(0, 60)
    assert (whole.span, whole.sums) == ((0, 60), once.sums)
    assert list(whole.columns) == list(once.columns)
    for name, column in whole.columns.items():
        assert np.array_equal(column, once[name], equal_nan=column.dtype.kind == "f"), name


@pytest.mark.parametrize(("draws", "block", "threads"), [(1000, 256, 2), (40, 256, 8), (700, 7, 3)])
def test_the_spans_of_a_run_are_all_its_draws_once_and_the_last_are_small(draws, block, threads):
    spans = _spans(_missing([], 0, draws), block, threads)
    assert [d for start, stop in spans for d in range(start, stop)] == list(range(draws))
    assert max(stop - start for start, stop in spans) <= block
    assert all(stop - start <= 64 for start, stop in spans[-threads:])


def test_more_draws_extend_the_draws_that_were_there(study, finished):
    few = run(study, RunOptions(block=100), draws=96)
    assert np.array_equal(
        few.answer.payback["municipality"].years,
        finished.answer.payback["municipality"].years[:96],
    )
    for path, values in few.total.parameters.items():
        assert np.array_equal(values, finished.total.parameters[path][:96])


def test_a_seed_changes_the_draws_and_zero_is_a_seed(study, finished):
    for seed in (0, 8):
        other = run(study.replace({"seed": seed}), draws=64)
        assert not np.array_equal(
            other.total.parameters["citizens.benefit.number"],
            finished.total.parameters["citizens.benefit.number"][:64],
        )


def test_a_new_parameter_moves_no_other(study, finished):
    other = run(study.replace({"plan.cost.overrun": {"p10": 0.9, "p90": 1.3}}), draws=64)
    for path, values in other.total.parameters.items():
        if path != "plan.cost.overrun":
            assert np.array_equal(values, finished.total.parameters[path][:64])
    assert np.array_equal(other.total.months("plan"), finished.total.months("plan")[:64])


def test_the_summary_holds_what_is_promised(finished):
    summary = json.loads(files.as_json(plain_answer(finished.answer)))
    assert {"title", "draws", "seed", "engine", "horizon_years", "perspectives", "years",
            "people"} <= set(summary)  # fmt: skip
    figures = summary["perspectives"]["municipality"]
    assert {"median_years", "p10_years", "p90_years", "never", "within", "first_median_years",
            "relapse"} <= set(figures["payback"])  # fmt: skip
    assert set(figures["payback"]["within"]) == {"1", "2", "3", "4"}
    assert set(figures["net_present_value"]) == {"mean", "p10", "p90", "cvar5"}
    assert set(figures["peak_exposure"]) == {"median", "p90", "month"}
    shares = [figures["variance_share"][k] for k in ("parameters", "business_cycle", "chance")]
    assert sum(shares) == pytest.approx(1.0)
    assert set(figures["without_chance"]["payback"]) == set(figures["payback"])
    assert [row["year"] for row in summary["years"]] == [y for y in range(2020, 2024) for _ in "ab"]
    assert {"baseline", "plan"} <= set(summary["people"]["job"])


def test_the_figures_are_those_of_the_draws(finished):
    summary, table = plain_answer(finished.answer), finished.total
    payback = finished.answer.payback["municipality"]
    figures = summary["perspectives"]["municipality"]
    assert figures["payback"]["never"] == np.isinf(payback.years).mean()
    assert figures["payback"]["within"]["2"]["chance"] == (payback.years <= 2.0).mean()
    value = table.net_present_value("municipality")
    assert figures["net_present_value"]["mean"] == pytest.approx(value.mean())
    assert figures["net_present_value"]["cvar5"] == pytest.approx(np.sort(value)[:20].mean())
    year = next(r for r in summary["years"] if (r["year"], r["payer"]) == (2020, "municipality"))
    assert year["cost"] == pytest.approx(500_000)
    found = summary["published"][1]
    assert found["chance_reached"] == (payback.years <= 3.0).mean()


def test_a_plan_without_effect_has_no_chance_and_never_pays(study):
    idle = study.replace({"plan.effect.0.hazard_ratio": 1.0})
    finished = run(idle, draws=64)
    payback = finished.answer.payback["municipality"]
    assert np.isinf(payback.years).all()
    assert np.all(payback.balance == -payback.cost)
    assert np.array_equal(finished.total.people("baseline"), finished.total.people("plan"))


def test_a_multiplier_beyond_certainty_is_told(study, finished):
    effect = {"moves": ["job -> benefit"], "chance_ratio": 50.0}
    wild = study.replace({"plan.effect": [effect]})
    assert any("beyond certainty" in str(note) for note in run(wild, draws=32).answer.notes)
    assert not any("beyond certainty" in str(note) for note in finished.answer.notes)


def test_the_engine_expected_knows_no_chance(study):
    finished = run(study, draws=64, engine="expected")
    assert finished.answer.perspectives["municipality"].variance_share.chance is None
    assert np.array_equal(
        finished.total.net_present_value("municipality"),
        finished.without_chance.net_present_value("municipality"),
    )


def test_a_run_leaves_its_folder_and_runs_again_from_it(study, tmp_path):
    from simlab.runs.provenance import provenance

    finished = run(study, draws=64)
    first = files.open_folder(tmp_path / "first")
    results.write_results(finished, first, provenance(study), "en")
    names = {p.name for p in first.iterdir()}
    assert names == {"memo.pdf", "memo.docx", "report.html", "report.pdf", "summary.json", "charts",
                     "workbook.xlsx",
                     "draws.parquet", "paths.parquet", "study.toml", "provenance.json"}  # fmt: skip
    assert {p.suffix for p in (first / "charts").iterdir()} == {".svg", ".png"}
    again = run(load(first / "study.toml"), RunOptions(block=13), draws=64)
    files.write_parquet(tmp_path / "again.parquet", results.draws_table(again.total))
    assert digest(tmp_path / "again.parquet") == digest(first / "draws.parquet")
    paths = pq.read_table(first / "paths.parquet").to_pandas()
    people = paths[(paths.what == "people") & (paths.step == 0) & (paths.future == "plan")]
    start = finished.total.people("plan")[:, 0].sum(axis=1).mean()
    assert people["mean"].sum() == pytest.approx(start)


def test_a_permanent_plan_says_what_happens_if_it_is_stopped(study):
    permanent = study.replace({"plan.cost.talks": {"per_year": 100_000}})
    finished = run(permanent, draws=64)
    assert set(finished.answer.if_stopped) == {2}
    assert "if_stopped" not in plain_answer(run(study, draws=64).answer)


def test_what_a_draw_does_not_have_is_null_and_never_nan(study, tmp_path):
    """A figure of people who are followed is known in the first draws of a run alone."""
    found = run(study, draws=64)
    followed = found.total.published[:, 2].copy()
    followed[40:] = np.nan
    path = tmp_path / "draws.parquet"
    total = found.total.with_columns({"published.2": followed})
    files.write_parquet(path, results.draws_table(total))
    column = pq.read_table(path)["published.2"]
    assert column.null_count == 24 and column.slice(0, 40).null_count == 0
    for name in pq.read_table(path).column_names:
        values = [v for v in pq.read_table(path)[name].to_pylist() if v is not None]
        assert not any(v != v for v in values), name
    never = pq.read_table(path)["municipality.payback_years"]
    assert never.null_count == 0 and np.isinf(never.to_numpy()).any()  # a result, and no gap


def test_what_is_not_a_number_is_null_in_json():
    assert json.loads(files.as_json({"a": math.inf, "b": [math.nan, np.float64(1.5)]})) == {
        "a": None,
        "b": [None, 1.5],
    }


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "answer.txt"
    files.write_text(target, "old")

    def fails(path):
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(files.FolderError, match="No space left"):
        files.write_whole(target, fails)
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.txt"]


def test_what_a_library_wraps_is_told_and_what_is_no_refusal_stays_what_it_is(tmp_path):
    from xlsxwriter.exceptions import FileCreateError

    def full(path):
        raise FileCreateError(OSError(28, "No space left on device"))

    def wrong(path):
        raise ValueError("a mistake of ours")

    with pytest.raises(files.FolderError, match="No space left"):
        files.write_whole(tmp_path / "workbook.xlsx", full)
    with pytest.raises(ValueError, match="of ours"):
        files.write_whole(tmp_path / "workbook.xlsx", wrong)


def test_the_provenance_holds_the_hashes_of_the_answers(study, tmp_path):
    finished = run(study, draws=32)
    results.write_results(finished, files.open_folder(tmp_path), {"seed": 7}, "en")
    text = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert text["seed"] == 7
    assert text["sha256"] == {
        name: digest(tmp_path / name)
        for name in ("summary.json", "draws.parquet", "paths.parquet", "study.toml")
    }


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_computed(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(files.FolderError, match="cannot be written"):
        files.open_folder(tmp_path / "file" / "results")
