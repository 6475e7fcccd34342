"""A run of years is refused before it begins, with the forecast and with what to do."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import simlab
from simlab.backtest.predict import refuse_a_long_prediction
from simlab.cli import group
from simlab.engine.work import seconds_a_draw
from simlab.folders.run_folder import run_into
from simlab.runs.forecast import refuse_a_long_run, seconds
from simlab.runs.options import RunOptions
from simlab.runs.until import most_draws
from simlab.study.errors import StudyError
from simlab.study.time import DAY, HOUR, YEAR, lasting
from simlab.study.typed import NumberError, duration

MANY = """
title = "Many people"
start = "2026-01"
years = 10
draws = 10_000
states = ["benefit", "job"]
citizens.benefit.number = 1e12
chance_per_month.benefit.job = 0.01
chance_per_month.job.benefit = 0.02
payments.benefit.amount.benefit = 12_000
plan.cost.talks = { 2026 = 1e6 }
plan.effect = [{ moves = ["benefit -> job"], hazard_ratio = { p10 = 1.1, p90 = 2.0 } }]
"""
PEOPLE = "the engine citizens, by the forecast, and the time limit is 24 h"


@pytest.fixture(scope="module")
def many():
    return simlab.loads(MANY)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "many.toml").write_text(MANY, encoding="utf-8")
    return "many.toml"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5_400), ("24h", 86_400), ("2d", 172_800), ("30s", 30), ("1,5d", 129_600),
        ("0.5H", 1_800), (" 2 d ", 172_800), ("none", float("inf")), ("None", float("inf")),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read(text, seconds):
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no length of time"), ("24", "no length of time"), ("h", "no number"),
        ("1.500h", "1_500"), ("1,500m", "1_500"), ("1h30m", "no number"), ("-1h", "above 0"),
        ("0h", "above 0"), ("nand", "no number"), ("infd", "no number"), ("2 weeks", "no number"),
    ],
)  # fmt: skip
def test_what_is_no_length_of_time_is_refused(text, told):
    with pytest.raises(NumberError, match=told):
        duration(text)


def test_lengths_of_time_are_told_in_a_unit_that_fits():
    found = [40, 720, DAY, 4_320, 100 * HOUR, 12 * YEAR]
    lines = ["40 s", "12 min", "24 h", "1 h 12 min", "4 days", "12 years"]
    assert [str(lasting(seconds)) for seconds in found] == lines


@pytest.mark.parametrize("command", ["run", "compare", "batch"])
def test_a_command_of_years_is_refused_before_it_begins(file, tmp_path, command):
    line = [command, file, "--engine", "citizens", "-o", "out"]
    if command == "compare":
        line += ["--set", "half: plan.scale=0.5"]
    ended = CliRunner().invoke(group, line)
    text = str(ended.exception) + ended.output
    assert f"years with {PEOPLE}" in text.replace("\n  ", " ")
    assert "with counts" in text and "--time-limit" in text
    assert ended.exit_code != 0
    assert not list(tmp_path.glob("out/**/draws.parquet"))


def test_another_engine_is_within_the_limit(many):
    refuse_a_long_run(many, RunOptions())  # of whole cells, which do not grow with people
    with pytest.raises(StudyError, match=PEOPLE):
        refuse_a_long_run(many.replace({"engine": "citizens"}), RunOptions())
    refuse_a_long_run(many.replace({"engine": "citizens"}), RunOptions(time_limit=duration("none")))


def test_what_is_done_already_is_not_waited_for(many):
    whole = seconds(many, "counts", RunOptions())
    with pytest.raises(StudyError, match="the last 6,000 of 10,000 draws"):
        refuse_a_long_run(many, RunOptions(time_limit=0.5 * whole), done=4_000)
    refuse_a_long_run(many, RunOptions(time_limit=0.5 * whole), done=6_000)


def test_a_target_without_a_cap_takes_as_many_draws_as_there_is_time_for(many, tmp_path):
    limit = 2.0 * seconds(many, "counts", RunOptions())
    most = most_draws(many, RunOptions(), tmp_path, limit)
    assert seconds(many, "counts", RunOptions(), most) <= limit
    assert seconds(many, "counts", RunOptions(), most + 1) > limit
    assert most_draws(many, RunOptions(), tmp_path) > most


def test_python_refuses_a_simulation_of_years(many):
    with pytest.raises(StudyError, match=PEOPLE):
        simlab.simulate(many, 1_000, engine="citizens")
    with pytest.raises(StudyError, match=PEOPLE):
        simlab.simulate(many, 1_000, lives=1)
    with pytest.raises(StudyError, match=PEOPLE):
        simlab.compare({"a": many, "b": many.replace({"plan.scale": 0.5})})
    few = many.replace({"citizens.benefit.number": 10})
    second = 0.5 * seconds_a_draw(few)["citizens"]
    with pytest.raises(StudyError, match="1 draws would take"):
        simlab.simulate(few, 1, engine="citizens", time_limit=second)
    assert simlab.simulate(few, 1, engine="citizens", time_limit="none").draws == 1
    for wrong in ("a while", "24", -1.0, float("nan"), 0):
        with pytest.raises(ValueError, match="time_limit is"):
            simlab.simulate(few, 1, time_limit=wrong)


def test_a_backtest_of_years_is_refused(many):
    with pytest.raises(StudyError, match=PEOPLE):
        refuse_a_long_prediction(many.replace({"engine": "citizens"}), 1_000, RunOptions())


def test_a_replay_of_days_is_refused(many, tmp_path):
    few = many.replace({"citizens.benefit.number": 10, "draws": 16, "engine": "citizens"})
    run_into(few, tmp_path / "out", RunOptions(bare=True))
    line = ["replay", str(tmp_path / "out"), "--draw", "3", "--time-limit"]
    second = seconds_a_draw(few)["citizens"]
    ended = CliRunner().invoke(group, [*line, f"{0.5 * second:.9f}s"])
    assert "draw 3 would take about" in str(ended.exception)
    assert CliRunner().invoke(group, [*line, "1m"]).exit_code == 0
