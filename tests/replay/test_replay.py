"""A future of a run, and a life in it, told again."""

import json
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simlab.engine.simulate import simulate
from simlab.folders.results import write_tables
from simlab.replay.future import future
from simlab.replay.life import life_of
from simlab.replay.recorded import recorded
from simlab.replay.story import life_story, story
from simlab.result.plain import plain_answer
from simlab.runs.files import FolderError, as_json, write_text
from simlab.runs.provenance import provenance
from simlab.runs.run import run
from simlab.study.study import loads
from simlab.words import Words

STUDY = """
title  = "Talks"
start  = "2026-01"
years  = 4
draws  = 64
engine = "{engine}"
states = ["benefit", "job"]

[citizens.benefit]
number             = {{ p10 = 40, p90 = 60 }}
arrivals_per_month = 1

[chance_per_month]
benefit.job = {{ p10 = 0.02, p90 = 0.05 }}
job.benefit = 0.03

[business_cycle]
sd               = 0.2
half_life_months = 24
loading          = {{ "benefit -> job" = 1.0 }}

[payments.benefit]
amount.benefit = 10_000

[plan.cost]
talks = {{ 2026 = 100_000 }}

[[plan.effect]]
moves        = ["benefit -> job"]
hazard_ratio = {{ p10 = 1.1, p90 = 2.0 }}
"""


@cache
def folder_of(engine: str, base: Path) -> Path:
    folder = base / engine
    folder.mkdir()
    study = loads(STUDY.format(engine=engine))
    finished = run(study)
    write_tables(finished, folder)
    write_text(folder / "study.toml", study.resolved_toml())
    write_text(folder / "summary.json", as_json(plain_answer(finished.answer)))
    about = provenance(study, engine=finished.engine)
    write_text(folder / "provenance.json", as_json(about))
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tmp_path_factory.mktemp("replay")


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_a_future_is_to_the_bit_what_the_run_recorded(engine, base):
    found = recorded(folder_of(engine, base))
    assert all(future(found, draw).same for draw in (0, 17, 63))


def test_another_future_is_another(base):
    found = recorded(folder_of("counts", base))
    one, other = future(found, 3), future(found, 4)
    assert (
        one.paybacks["municipality"].balance[0, -1] != other.paybacks["municipality"].balance[0, -1]
    )


def test_a_changed_record_is_not_the_same(base):
    found = recorded(folder_of("counts", base))
    column = found.draws["municipality.payback_years"].copy()
    column[3] += 1.0
    changed = {**found.draws, "municipality.payback_years": column}
    object.__setattr__(found, "draws", changed)
    assert not future(found, 3).same
    assert future(found, 4).same


def test_the_lives_of_a_future_add_up_to_its_people(base):
    """Every life of a draw, one after the other, is all of the people that the engine counted."""
    found = recorded(folder_of("citizens", base))
    seen = future(found, 5)
    heads = np.zeros_like(seen.histories.heads("plan"))
    number = 0
    while True:
        try:
            life = life_of(seen, number)
        except IndexError:
            break
        paths = life.lives.plan[0]
        for t, state in enumerate(paths):
            if state >= 0:
                heads[0, t, state] += 1
        number += 1
    assert number > 40
    np.testing.assert_array_equal(heads, seen.histories.heads("plan"))


def test_what_a_life_costs_is_its_months_on_benefit(base):
    found = recorded(folder_of("citizens", base))
    seen = future(found, 5)
    for citizen in range(8):
        life = life_of(seen, citizen)
        for name, path in (("baseline", life.lives.baseline[0]), ("plan", life.lives.plan[0])):
            months = int((path[1:] == 0).sum())
            assert life.paid[name]["municipality"] == pytest.approx(10_000 * months)


def test_stays_follow_each_other_to_the_horizon(base):
    found = recorded(folder_of("counts", base))
    life = life_of(future(found, 9), 2)
    for stays in life.stays.values():
        assert all(a.until == b.since for a, b in pairwise(stays))
        assert stays[-1].until.isoformat() == "2030-01-01"


@pytest.mark.parametrize(("engine", "fresh"), [("counts", True), ("citizens", False)])
def test_a_life_that_the_run_did_not_count_says_so(engine, fresh, base):
    life = life_of(future(recorded(folder_of(engine, base)), 1), 0)
    assert life.fresh is fresh
    assert ("fresh life" in life_story(life, Words("en"))[0]) is fresh


def test_the_story_names_the_month_in_which_the_money_is_back(base):
    found = recorded(folder_of("counts", base))
    years = found.draws["municipality.payback_years"]
    never = int(np.flatnonzero(np.isinf(years))[0])
    back = int(np.flatnonzero((years > 0) & np.isfinite(years))[0])
    assert "not back within four years" in story(future(found, never), Words("en"))[0]
    assert "are back in" in story(future(found, back), Words("en"))[0]
    assert "tjent hjem i" in story(future(found, back), Words("da"))[0]


def test_a_future_that_was_never_drawn_is_refused(base):
    found = recorded(folder_of("counts", base))
    with pytest.raises(IndexError, match="draws 0 to 63"):
        future(found, 64)
    with pytest.raises(IndexError, match="citizen 5000"):
        life_of(future(found, 0), 5_000)


def test_a_folder_that_is_no_result_is_refused(tmp_path):
    with pytest.raises(FolderError, match="no results folder"):
        recorded(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("summary.json", "[1]", "holds no record"),
        ("summary.json", "{", "cannot be read"),
        ("provenance.json", "{}", "no engine"),
        ("study.toml", STUDY.format(engine="counts").replace("0.03", "0.04"), "not the study"),
        ("draws.parquet", "nothing", "cannot be read"),
    ],
)
def test_a_folder_that_was_changed_is_refused(name, text, message, base, tmp_path):
    for file in folder_of("counts", base).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FolderError, match=message):
        recorded(tmp_path)


def test_a_life_is_one_of_those_that_a_simulation_follows():
    study = loads(STUDY.format(engine="citizens"))
    many = simulate(study, 1, lives=1_000, first=7)
    assert len(many.lives) > 40
    assert json.dumps(many.lives.citizen.tolist()) == json.dumps(list(range(len(many.lives))))


@pytest.mark.parametrize("how", ["lost", "twice", "text"])
def test_a_table_without_a_column_of_numbers_is_refused(how, base, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    shutil.copytree(folder_of("counts", base), tmp_path, dirs_exist_ok=True)
    path, name = tmp_path / "draws.parquet", "chance_per_month.benefit.job"
    table = pq.read_table(path)
    rest = table.drop_columns([name])
    changed = {
        "lost": rest,
        "twice": table.append_column(name, table[name]),
        "text": rest.append_column(name, pa.array(["x"] * table.num_rows)),
    }
    pq.write_table(changed[how], path)
    with pytest.raises(FolderError, match=re.escape(name)):
        recorded(tmp_path)


def test_a_summary_of_another_shape_is_refused(base, tmp_path):
    shutil.copytree(folder_of("counts", base), tmp_path, dirs_exist_ok=True)
    (tmp_path / "summary.json").write_text('{"perspectives": [1]}', encoding="utf-8")
    with pytest.raises(FolderError, match="holds no answer"):
        future(recorded(tmp_path), 0)
