"""What a batch is asked to run."""

import re
import sys

import pandas as pd
import pytest

from simlab.batch.items import MOST_RUNS, items, wanted
from simlab.batch.table import failed, frame, rows
from simlab.result.answer import PerspectiveFigures, Totals
from simlab.result.figures import (
    Chance,
    Figures,
    Layers,
    PaybackFigures,
    PeakExposure,
    Spread,
    StandardErrors,
    VarianceShare,
    Worth,
)  # fmt: skip
from simlab.result.plain import Record
from simlab.risk.sensitivity import Drivers
from simlab.study.errors import StudyError


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text('title = "A"\n', encoding="utf-8")
    return tmp_path


def names(asked):
    return [item.name for item in items(asked)]


def test_a_folder_is_all_its_studies_in_their_order(folder):
    assert names(wanted([folder], {}, [])) == ["a", "b"]


def test_a_study_that_is_named_twice_runs_once(folder):
    assert names(wanted([folder, folder / "a.toml"], {}, [])) == ["a", "b"]


def test_a_grid_is_every_combination_from_end_to_end(folder):
    asked = wanted([folder / "a.toml"], {}, ["x.ratio=1.0:2.0:5", "years=5,10"])
    found = items(asked)
    assert len(found) == 10
    values = [item.settings["x.ratio"] for item in found[::2]]
    assert values == [1.0, 1.25, 1.5, 1.75, 2.0]
    assert {item.settings["years"] for item in found} == {5, 10}
    assert found[0].name == "a,ratio=1.0,years=5"


def test_values_of_a_grid_are_the_decimals_that_were_meant(folder):
    asked = wanted([folder / "a.toml"], {}, ["r=1.0:2.0:11"])
    assert [item.settings["r"] for item in items(asked)][3] == 1.3


@pytest.mark.parametrize(
    ("grid", "found"),
    [
        ("0,5;1;1,5", [0.5, 1, 1.5]),
        ("0,5:1,5:3", [0.5, 1.0, 1.5]),
        ("5,10", [5, 10]),
        ("0, 5", [0, 5]),
        ("0,6,12", [0, 6, 12]),
        ("0,6,12,24", [0, 6, 12, 24]),
        ("1.5,2.5", [1.5, 2.5]),
        ("[1, 2];[3]", [[1, 2], [3]]),
    ],
)
def test_a_comma_of_a_grid_parts_values_or_decimals_and_is_never_dropped(folder, grid, found):
    asked = wanted([folder / "a.toml"], {}, [f"x={grid}"])
    assert [item.settings["x"] for item in items(asked)] == found


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ("0,5", "0;5 and as 0,5"),
        ("0,5,1,5", "0;5;1;5 and as 0,5;1,5"),
        ("1,5,2,0", "1;5;2;0 and as 1,5;2,0"),
        ("250,000", "250;000 and as 250,000"),
        ("1,000,000;2", "250_000"),
    ],
)
def test_a_grid_of_two_readings_is_refused_with_both(folder, grid, told):
    with pytest.raises(StudyError, match=re.escape(told)):
        wanted([folder / "a.toml"], {}, [f"x={grid}"])


def test_ten_times_as_many_runs_of_one_name_take_ten_times_the_steps_to_name(folder):
    def steps(runs):
        """Calls of any function, Python's own included, while so many runs get their names."""
        key = "k" * 130  # longer than a name may be: every run is called alike
        asked = wanted([folder / "a.toml"], {}, [f"{key}=1:{runs}:{runs}"])
        count = 0

        def counted(frame, event, argument):
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            found = names(asked)
        finally:
            sys.setprofile(None)
        assert len({name.casefold() for name in found}) == runs
        return count

    assert steps(2_000) < 11 * steps(200)


def test_studies_of_one_name_have_folders_of_their_own(folder):
    (folder / "other").mkdir()
    (folder / "other" / "A.toml").write_text('title = "A"\n', encoding="utf-8")
    assert names(wanted([folder / "a.toml", folder / "other"], {}, [])) == ["a", "A-2"]


def test_a_batch_file_names_studies_beside_it(folder):
    text = 'studies = ["a.toml", "b*.toml"]\ndraws = 64\nset = { years = 3 }\n'
    (folder / "batch.toml").write_text(
        text + 'grid = { r = "1:2:2", s = [true] }', encoding="utf-8"
    )
    found = items(wanted([folder / "batch.toml"], {"draws": 32}, []))
    assert [item.study.name for item in found] == ["a.toml", "a.toml", "b.toml", "b.toml"]
    assert found[1].settings == {"draws": 32, "years": 3, "r": 2.0, "s": True}


def test_every_mistake_is_told_at_once(folder):
    (folder / "batch.toml").write_text(
        'studies = ["c.toml", "../*"]\ndraw = 1\nset = 3\ngrid = { r = "a:b:3", s = "1:2:1" }',
        encoding="utf-8",
    )
    (folder / "empty").mkdir()
    with pytest.raises(StudyError) as error:
        wanted([folder / "batch.toml", folder / "empty"], {}, ["r"])
    text = str(error.value)
    for part in (
        '"c.toml" is no file', 'did you mean "draws"', "set", '"a" is no number', "allowed: 2 to",
        "holds no study", "write PATH=",
    ):  # fmt: skip
        assert part in text, part


def test_a_batch_of_nothing_is_refused(folder):
    (folder / "batch.toml").write_text("studies = []\ngrid = { r = [] }", encoding="utf-8")
    with pytest.raises(StudyError) as error:
        wanted([folder / "batch.toml"], {}, ["years="])
    assert "names no study" in str(error.value)
    assert str(error.value).count("holds no value") == 2


def test_a_value_that_a_grid_names_twice_runs_once(folder):
    asked = wanted([folder / "a.toml"], {}, ["years=5,5,10"])
    assert [item.settings["years"] for item in items(asked)] == [5, 10]


def test_a_batch_file_may_say_how_sure_its_runs_are_to_be(folder):
    path = folder / "batch.toml"
    path.write_text('studies = ["a.toml"]\nuntil = "never ±1pp"', encoding="utf-8")
    assert wanted([path], {}, []).until == "never ±1pp"
    path.write_text('studies = ["a.toml"]\nuntil = 1', encoding="utf-8")
    with pytest.raises(StudyError, match="write a text"):
        wanted([path], {}, [])


def test_the_study_of_a_results_folder_is_called_as_the_folder_is(folder):
    for name in ("one", "two"):
        (folder / name).mkdir()
        for file in ("study.toml", "provenance.json"):
            (folder / name / file).write_text("", encoding="utf-8")
    asked = wanted([folder / name / "study.toml" for name in ("one", "two")], {}, [])
    assert names(asked) == ["one", "two"]


@pytest.mark.parametrize("pattern", ["**/" * 30 + "*.toml", "a" * 300, "\\u00e6" * 200, "", "/*"])
def test_a_pattern_that_no_file_can_have_names_none(folder, pattern):
    (folder / "batch.toml").write_text(f'studies = ["{pattern}"]', encoding="utf-8")
    with pytest.raises(StudyError, match="is no file beside this one"):
        wanted([folder / "batch.toml"], {}, [])


def test_a_grid_without_end_is_refused(folder):
    asked = wanted([folder], {}, ["a=0:1:9999", "b=0:1:9999"])
    with pytest.raises(StudyError, match=f"allowed: {MOST_RUNS:,}"):
        items(asked)


def test_names_are_safe_as_folders_anywhere(folder):
    asked = wanted([folder / "a.toml"], {}, ['p="../../x: y"', "q=CON.", 'r="<a|b>"'])
    (item,) = items(asked)
    assert not set(item.name) & set('/\\:*?"<>|') and not item.name.endswith(".")


FIGURES = Figures(
    PaybackFigures(None, 1.5, None, 0.6, {1: Chance(0.1, 0.01)}, None, 0.0, False),
    Worth(1.0, -1.0, 2.0, -3.0),
    None,
    PeakExposure(1.0, 2.0, "2026-01"),
    Spread(0.0, 0.0, 0.0),
    StandardErrors(None, 0.02, None, None, None, None, None),
)
RECORD = Record(
    title="A", draws=64, seed=1, engine="counts", horizon_years=2, perspective="municipality",
    perspectives={
        "municipality": PerspectiveFigures(
            **FIGURES.parts,
            label=None,
            variance_share=VarianceShare(1.0, 0.0, None, Layers(None, None, None)),
            total=Totals(0.0, 0.0, 5.0),
            without_chance=FIGURES,
            drivers=Drivers((), None),
        )
    },
    warnings=(),
)  # fmt: skip


def test_the_table_has_a_row_a_perspective_and_failures_beside():
    found = frame([*rows("a", {"r": 1.5}, RECORD), failed("b", {"r": "x"}, "wrong")])
    assert list(found["run"]) == ["a", "b"]
    assert found.loc[0, "within_1"] == 0.1
    assert pd.isna(found.loc[0, "median_years"])  # never
    assert found.loc[1, "error"] == "wrong"
    assert list(found["set.r"]) == ["1.5", "x"]


def test_the_table_can_be_written_as_parquet(tmp_path):
    found = frame([*rows("a", {"r": 1.5}, RECORD), failed("b", {"r": "x"}, "wrong")])
    found.to_parquet(tmp_path / "results.parquet")
    again = pd.read_parquet(tmp_path / "results.parquet")
    assert list(again.columns) == list(found.columns)
