"""Many runs: what is kept, what is made again, and what does not stop the others."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from dataclasses import replace

import pandas as pd
import pytest
from in_process import exit_code
from runs.worlds import STUDY

from simlab.batch import many, worker
from simlab.batch.finished import finished
from simlab.batch.items import Item, items, wanted
from simlab.batch.many import forecast, read, run_all
from simlab.runs import parallel
from simlab.runs.files import FolderError
from simlab.runs.options import RunOptions
from simlab.study.study import load

WAY = RunOptions(bare=True, block=16)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of two studies."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "studies"
    folder.mkdir()
    for name in ("a", "b"):
        text = STUDY.replace("A small plan", f"Plan {name}").replace("draws = 256", "draws = 48")
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def batch(monkeypatch, capsys, place):
    """Runs ``simlab batch studies … --bare``: (exit code, output, errors)."""

    def call(*arguments):
        code = exit_code(monkeypatch, "batch", "studies", "-o", "out", "--bare", *arguments)
        text = capsys.readouterr()
        return code, text.out, text.err

    return call


def made(place):
    """When each run of a batch was finished, by the system's own count."""
    return {
        path.parent.name: path.stat().st_mtime_ns
        for path in place.parent.glob("out/*/summary.json")
    }


def test_a_batch_leaves_a_folder_for_each_run_and_one_table(batch, place):
    code, out, err = batch()
    assert code == 0 and "2 runs made" in out and "2/2" in err
    table = pd.read_parquet("out/results.parquet")
    assert sorted(table["run"].unique()) == ["a", "b"]
    summary = json.loads((place.parent / "out" / "a" / "summary.json").read_text(encoding="utf-8"))
    assert set(table["perspective"]) == set(summary["perspectives"])
    first = table[table["run"] == "a"].iloc[0]
    assert first["never"] == summary["perspectives"][first["perspective"]]["payback"]["never"]
    assert sorted(path.name for path in (place.parent / "out" / "a").iterdir()) == [
        "draws.parquet", "paths.parquet", "provenance.json", "study.toml", "summary.json",
    ]  # fmt: skip


def test_a_run_of_a_batch_is_the_run_of_its_study_to_the_bit(batch, place, capsys, monkeypatch):
    from simlab.folders.run_folder import run_into

    assert batch("--threads", 2, "--block", 7)[0] == 0
    run_into(load(place / "a.toml"), place.parent / "alone", WAY)
    for name in ("draws.parquet", "paths.parquet", "summary.json"):
        both = [place.parent / folder / name for folder in ("alone", "out/a")]
        assert both[0].read_bytes() == both[1].read_bytes()


def test_again_only_what_is_missing_or_changed_is_run(batch, place):
    batch()
    first = made(place)
    code, out, _ = batch()
    assert code == 0 and "2 were there already" in out and made(place) == first
    study = place / "b.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("0.002", "0.003"), encoding="utf-8")
    _, out, _ = batch()
    assert "1 run made; 1 was there already" in out
    assert made(place)["a"] == first["a"] and made(place)["b"] != first["b"]
    (place.parent / "out" / "a" / "draws.parquet").unlink()
    assert "1 run made; 1 was there already" in batch()[1]
    assert "2 runs made" in batch("--draws", 32)[1]
    assert len(pd.read_parquet("out/a/draws.parquet")) == 32


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("provenance.json", lambda text: text.replace('"code": "', '"code": "x')),
        ("provenance.json", lambda text: text[:40]),
        ("summary.json", lambda text: text.replace("0", "1", 1)),
        ("summary.json", lambda text: ""),
        ("study.toml", lambda text: text[:-1]),
    ],
)
def test_results_that_cannot_be_believed_are_made_again(batch, place, file, change):
    batch()
    folder = place.parent / "out" / "a"
    study = load(place / "a.toml")
    assert finished(folder, study, WAY) is not None
    path = folder / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert finished(folder, study, WAY) is None


def test_results_without_a_report_are_not_those_with_one(batch, place):
    batch()
    folder, study = place.parent / "out" / "a", load(place / "a.toml")
    assert finished(folder, study, RunOptions(bare=True, language="da")) is not None
    assert finished(folder, study, RunOptions()) is None


def test_a_study_that_fails_stops_no_other_and_is_told(batch, place):
    (place / "c.toml").write_text('title = 3\nhorizon = "x"\n', encoding="utf-8")
    (place / "d.toml").write_text("= no TOML", encoding="utf-8")
    code, out, err = batch()
    assert code == 1 and "2 runs made; 2 failed" in out
    assert err.count("c: failed") == 2 and "horizon" in err, "at once, and again at the end"
    table = pd.read_parquet("out/results.parquet").set_index("run")
    assert "horizon" in table.loc["c", "error"]
    assert table.loc[["a", "b"], "error"].isna().all()


def test_where_every_study_is_wrong_the_call_was(batch, place):
    for path in place.glob("*.toml"):
        path.write_text("title = 3", encoding="utf-8")
    assert batch()[0] == 2


def test_a_mistake_that_runs_of_a_grid_share_is_told_once_with_their_names(batch, place):
    code, _, err = batch("--grid", "plan.no_such_key=1,2")
    assert code == 2 and "no_such_key" in err
    assert err.count("a,no_such_key=1\n") == err.count("unknown key") == 1
    code, _, err = batch("--until", "payback<=99y ±1pp")
    assert code == 2 and "99" in err and "Traceback" not in err


HOPED = """
[[published]]
text = "More in jobs at the end"
kind = "expectation"
measure = "people"
states = ["job"]
at = "2022-12"
value = 5
"""


def test_a_grid_of_fewer_years_runs_a_study_whose_published_figures_are_later_and_says_so(
    batch, place
):
    with (place / "a.toml").open("a", encoding="utf-8") as file:
        file.write(HOPED)
    code, out, err = batch("--grid", "years=2,3", "--threads", "1")
    assert (code, err.count("failed")) == (0, 0)
    (said,) = [line for line in out.splitlines() if "Left out" in line]
    assert said.strip() == (
        "! a,years=2: Left out, since it lies after the horizon: published.1 "
        '("More in jobs at the end").'
    )
    found = {
        name: json.loads((place.parent / "out" / name / "summary.json").read_text(encoding="utf-8"))
        for name in ("a,years=2", "a,years=3", "b,years=2")
    }
    assert [len(one["published"]) for one in found.values()] == [1, 2, 1]
    lines = ["Left out" in str(one["warnings"]) for one in found.values()]
    assert lines == [True, False, False]


def test_a_target_ends_each_run_when_it_is_met_and_such_a_run_is_kept(batch, place):
    until = ("--until", "never ±30pp")
    assert "2 runs made" in batch(*until)[1]
    assert "2 were there already" in batch(*until)[1]
    assert "2 runs made" in batch("--until", "never ±25pp")[1]


def test_wrong_arguments_end_before_anything_runs(batch, place):
    code, _, err = batch("--grid", "years", "--grid", "x=1:2:3:4")
    assert code == 2 and "--grid" in err and not (place.parent / "out").exists()
    assert batch("nowhere.toml")[0] == 2


def test_a_run_that_breaks_is_told_with_its_place_and_the_others_go_on(place, monkeypatch):
    def broken(study, folder, *rest, **how):
        if folder.name == "a":
            raise ZeroDivisionError("a slip of ours")
        return there(study, folder, *rest, **how)

    there = worker.run_into
    monkeypatch.setattr(worker, "run_into", broken)
    states = {s.item.name: s for s in run_all(waiting(place), place.parent / "out", WAY)}
    assert states["a"].stage == "failed" and "a slip of ours (test_many.py" in states["a"].error
    assert states["b"].stage == "done"


def waiting(place):
    return list(read(items(wanted([place], {}, [])), place.parent / "out", WAY))


def test_a_full_disk_stops_the_batch_and_keeps_what_is_finished(place, monkeypatch):
    fsync, left = os.fsync, [20]

    def full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FolderError, match="No space left") as met:
            list(run_all([*waiting(place)] * 9, place.parent / "out", WAY))
    assert met.value.full
    assert "kept" in {s.stage for s in waiting(place)}


@pytest.fixture
def patient(monkeypatch):
    """Runs that are stopped have all the time that they need, however busy the machine is."""
    for room in (many, worker, parallel):
        monkeypatch.setattr(room, "GRACE", 600.0)


def test_a_batch_that_is_stopped_goes_on_from_its_blocks(place, patient):
    out = place.parent / "out"
    steps = run_all(waiting(place), out, WAY)
    for state in steps:
        if state.stage == "computes" and state.draws >= 16:
            steps.close()
            break
    blocks = [path.name for path in out.glob("*/blocks/*.block")]
    assert blocks, "finished blocks are on disk"
    assert all(state.stage != "failed" for state in run_all(waiting(place), out, WAY))
    assert {s.stage for s in waiting(place)} == {"kept"}
    assert not list(out.glob("*/blocks"))


def test_lanes_that_are_processes_make_the_same_bits(place):
    here, there = place.parent / "out", place.parent / "there"
    ended = list(run_all(waiting(place), here, WAY))
    asked = list(read(items(wanted([place], {}, [])), there, WAY))
    two = replace(WAY, threads=2)
    assert forecast(asked, two).lanes == 2 and forecast(asked, WAY).lanes == 0
    others = list(run_all(asked, there, two, lanes=2))
    assert [sum(s.stage == "done" for s in states) for states in (ended, others)] == [2, 2]
    assert {s.stage for s in others} == {"computes", "writes", "done"}
    for name in ("a", "b"):
        one, other = (folder / name / "draws.parquet" for folder in (here, there))
        assert one.read_bytes() == other.read_bytes()


def test_a_lane_that_is_killed_fails_its_run_and_the_others_go_on(place):
    out, two = place.parent / "out", replace(WAY, threads=2)
    killed: set[str] = set()
    ended = {}
    for state in run_all(waiting(place), out, two, lanes=1):
        if state.stage == "computes" and not killed:
            killed.add(state.item.name)
            (process,) = multiprocessing.active_children()
            process.kill()
        if state.over:
            ended[state.item.name] = state
    (name,) = killed
    assert ended.pop(name).error.startswith("its process ended (-")
    assert [state.stage for state in ended.values()] == ["done"]


def test_lanes_that_are_stopped_leave_blocks_to_go_on_from(place, patient):
    out, two = place.parent / "out", replace(WAY, threads=2)
    steps = run_all(waiting(place), out, two, lanes=2)
    for state in steps:
        if state.stage == "computes" and state.draws >= 16:
            steps.close()
            break
    assert not multiprocessing.active_children()
    assert [path.name for path in out.glob("*/blocks/*.block")]
    assert all(state.stage != "failed" for state in run_all(waiting(place), out, WAY))


def test_what_stops_a_run_stops_its_lane_in_the_same_way(place, monkeypatch):
    class Pipe:
        def send(self, said):
            pass

    def full(*_, **__):
        raise FolderError("out: no room", 28)

    monkeypatch.setattr(worker, "run_into", full)
    item = items(wanted([place / "a.toml"], {}, []))[0]
    text = worker._made(Pipe(), threading.Event(), item, place.parent / "out", WAY)
    assert text == ("full", "out: no room", 28)


def test_one_run_computes_at_a_time_and_the_next_begins_while_it_writes(place, monkeypatch):
    import simlab.folders.run_folder as steps

    at_work, seen, runs = [], [], 3
    begun, computing = {"computes": 0, "writes": 0}, threading.Condition()

    def watched(kind, work):
        def step(*arguments, **named):
            with computing:
                at_work.append(kind)
                seen.append(sorted(at_work))
                begun[kind] += 1
                computing.notify_all()
                if kind == "writes":  # until the next one computes
                    next_run = min(begun["writes"] + 1, runs)
                    assert computing.wait_for(lambda: begun["computes"] >= next_run, 600)
            try:
                return work(*arguments, **named)
            finally:
                at_work.remove(kind)

        return step

    monkeypatch.setattr(steps, "run", watched("computes", steps.run))
    monkeypatch.setattr(steps, "_write", watched("writes", steps._write))
    out, several = place.parent / "out", [Item(f"a{n}", place / "a.toml", {}) for n in range(runs)]
    ended = [s for s in run_all(list(read(several, out, WAY)), out, WAY) if s.over]
    assert [s.stage for s in ended] == ["done"] * 3
    assert ["computes", "writes"] in seen
    assert all(len(set(kinds)) == len(kinds) for kinds in seen), "one of each kind at a time"
