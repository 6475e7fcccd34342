"""100.000 in a study is 100, and to who types Danish a hundred thousand: the reader is told."""

from __future__ import annotations

import copy
import pickle

import click
import numpy as np
import pytest

import simlab
from simlab.batch.items import items, wanted
from simlab.cli.options import StudyOptions
from simlab.cli.run_screen import screen_summary
from simlab.reading_back import reading_back
from simlab.result.warnings import StudyWarning, study_warnings
from simlab.risk.target import TargetError, read_target
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.reading import read_tree, shipped_configs
from simlab.study.study import Study
from simlab.study.toml import parse_toml
from simlab.study.two_readings import COUNTS, two_readings
from simlab.study.typed import TypedFloat, toml_float
from simlab.words import Words

STUDY = """
start = "2026-01"
years = 4.000
states = ["benefit", "job"]
clocks.benefit = { states = ["benefit"] }
[citizens.benefit]
number = 40
[chance_per_month]
benefit.job = { successes = 3, trials = 90 }
job.benefit = 0.02
[index.prices]
2026 = 100.125
[payments.benefit]
amount.benefit = { "1-3" = 12_000, "4+" = { value = 11_000 } }
[plan.cost.talks]
2026 = 250_000
[[plan.effect]]
name = "talks"
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.105, p90 = 1.305 }
delay_months = 1.500
"""


def told(study: Study) -> StudyWarning | None:
    return next((one for one in study_warnings(study) if one.what == "two readings"), None)


def typed(was: str, now: str, text: str = STUDY) -> Study:
    assert text.count(was) == 1
    return simlab.loads(text.replace(was, now))


def test_a_danish_thousands_dot_is_told_with_both_readings():
    study = typed("2026 = 250_000", "2026 = 100.000")
    assert study.quantities["plan.cost.talks.2026"].mean() == 100
    warning = told(study)
    assert warning is not None
    assert warning.paths == ("plan.cost.talks.2026",)
    line = "plan.cost.talks.2026 = 100.000 is read as 100 (thousands: 100_000)"
    assert line in str(warning.message)
    assert line in reading_back(study, Words("en"))
    result = run(study, draws=4, engine="expected").answer
    assert warning in result.warnings
    assert line in screen_summary(result, Words("en"))
    da = Words("da").say(warning.message)
    assert "plan.cost.talks.2026 = 100.000 læses som 100 (tusinder: 100_000)" in da


@pytest.mark.parametrize(
    ("was", "now", "path"),
    [
        ("number = 40", "number = 1.305", "citizens.benefit.number"),
        ("number = 40", "number = { p10 = 1.100, p90 = 1.400 }", "citizens.benefit.number.p10"),
        ("number = 40", "number = 40\narrivals_per_year = { 2026 = 1.200 }",
         "citizens.benefit.arrivals_per_year.2026"),
        ("= 12_000,", "= 12.500,", "payments.benefit.amount.benefit.1-3"),
        ("value = 11_000", "value = -11.250", "payments.benefit.amount.benefit.4+.value"),
        ("trials = 90", "trials = 90.000", "chance_per_month.benefit.job.trials"),
        ("2026 = 250_000", "at_start = 250.000", "plan.cost.talks.at_start"),
        ("[plan.cost.talks]", "[plan.cost]\nunit = 1.000\n[plan.cost.talks]", "plan.cost.unit"),
        ("start =", "draws = 10.000\nstart =", "draws"),
    ],
)  # fmt: skip
def test_people_and_kroner_with_three_decimals_are_told_wherever_they_stand(was, now, path):
    warning = told(typed(was, now))
    assert warning is not None
    assert warning.paths[0] == path


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("number = 40", "number = 1.3050"),  # the way to say that it was meant so
        ("number = 40", "number = 100.0"),
        ("number = 40", "number = 0.125"),
        ("number = 40", "number = 1_000.125"),
        ("number = 40", "number = { median = 40, sigma = 1.125, dist = 'lognormal' }"),
        ("[plan.cost.talks]\n2026 = 250_000",
         "[plan.cost]\nunit = 1_000_000\n[plan.cost.talks]\n2026 = 4.875"),
    ],
)  # fmt: skip
def test_a_number_with_one_reading_is_not_told(was, now):
    """Nor are ratios, chances, indices, and times, of which the study has some."""
    assert "1.305" in STUDY
    assert "1.500" in STUDY
    assert told(simlab.loads(STUDY)) is None
    assert told(typed(was, now)) is None


def test_a_dot_in_a_file_below_is_told_with_its_file(tmp_path):
    base, ours = tmp_path / "base.toml", tmp_path / "ours.toml"
    base.write_text(STUDY.replace("number = 40", "number = 40.000"), encoding="utf-8")
    ours.write_text('extends = ["base.toml"]\ntitle = "Ours"\n', encoding="utf-8")
    study = simlab.load(ours)
    warning = told(study)
    assert warning is not None
    assert "base.toml) = 40.000 is read as 40" in str(warning.message)
    assert told(study.replace({"citizens.benefit.number": 40})) is None
    assert told(study.replace({"seed": 7})) == warning
    own = told(simlab.load(base))
    assert own is not None
    assert "base.toml" not in str(own.message)


def test_the_resolved_study_warns_of_the_same_dots_with_the_same_numbers():
    study = typed("2026 = 250_000", "2026 = 100.000")
    again = simlab.loads(study.resolved_toml())
    assert "2026 = 100.000" in study.resolved_toml()
    assert study_warnings(again) == study_warnings(study)
    assert again.resolved_toml() == study.resolved_toml()


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_a_number_that_remembers_its_text_is_a_number_like_any_other(engine):
    dots = STUDY.replace("250_000", "100.000").replace("number = 40", "number = 40.000")
    bare = dots.replace("100.000", "100.0").replace("40.000", "40.0").replace("1.500", "1.5")
    bare = bare.replace("4.000", "4.0")
    one, two = (simlab.simulate(simlab.loads(text), 4, engine=engine) for text in (dots, bare))
    np.testing.assert_array_equal(one.heads("plan"), two.heads("plan"))
    number = toml_float("100.000")
    for kept in (copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert isinstance(kept, TypedFloat)
        assert (kept, kept.text, repr(kept)) == (100.0, "100.000", "100.0")
    assert type(number * 2) is float


def test_each_count_that_is_looked_at_is_a_field_of_the_grammar():
    for form, keys in COUNTS.items():
        assert set(keys) <= set(form.model_fields), form


def test_no_shipped_study_has_a_number_with_two_readings():
    for path in sorted(shipped_configs().rglob("*.toml")):
        assert not list(two_readings(read_tree(path).tables)), path.stem


@pytest.mark.parametrize(
    ("unit", "asked"),
    [("1.000", ["unit", "2026"]), ("1_000", ["2026"]), ("1", ["2026"]), ("1_000_000", [])],
)
def test_a_budget_in_thousands_is_asked_and_one_in_millions_has_its_decimals(unit, asked):
    """12.500 thousand kroner is what a Danish budget says for 12.5 million."""
    text = f"[plan.cost]\nunit = {unit}\n[plan.cost.talks]\n2026 = 12.500\n"
    assert [at[-1] for at, _ in two_readings(parse_toml(text, "study"))] == asked


# ── values that are set for a call ──

RATIO = "plan.effect.talks.hazard_ratio"


def of_command(setting: str) -> dict[str, object]:
    return StudyOptions(settings=(setting,)).values


@pytest.mark.parametrize("path", [RATIO, "plan.effect_years", "years", "index.prices.2026"])
def test_three_decimals_of_a_ratio_are_set_as_a_study_file_takes_them(path, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    study = simlab.load(file, of_command(f"{path}=1.305" if path != "years" else "years=2.500"))
    assert told(study) is None
    if path == RATIO:
        assert study.quantities[path].mean() == 1.305
    assert simlab.loads(study.resolved_toml()).resolved_toml() == study.resolved_toml()


@pytest.mark.parametrize(
    ("path", "typed", "readings"),
    [
        ("citizens.benefit.number", "1.305", ("1.3050", "1_305")),
        ("citizens.benefit.number", "{ p10 = 1.100, p90 = 1_500 }", ("1.1", "1_100")),
        ("plan.cost.talks.2026", "250.000", ("250.0", "250_000")),
        ("plan.cost.talks", "{ 2026 = 250.000 }", ("250.0", "250_000")),
        ("payments.benefit.amount.benefit", "−12.500", ("-12.5", "-12_500")),
        ("draws", "10.000", ("10.0", "10_000")),
        ("plan.cost.unit", "1.000", ("1.0", "1_000")),
    ],
)
def test_three_decimals_of_people_or_kroner_are_set_by_nobody(path, typed, readings):
    study = simlab.loads(STUDY)
    with pytest.raises(StudyError) as caught:
        study.replace(of_command(f"{path}={typed}"))
    asked = [p for p in caught.value.problems if p.message.endswith("the one that you mean")]
    assert [p.path.startswith(path) for p in asked] == [True]
    assert all(reading in asked[0].message for reading in readings)


def test_a_value_that_is_doubtful_is_told_beside_one_that_is_wrong():
    values = {**of_command("plan.cost.talks.2026=250.000"), RATIO: -1, "plan.cost.unit": "kroner"}
    with pytest.raises(StudyError) as caught:
        simlab.loads(STUDY).replace(values)
    paths = {p.path for p in caught.value.problems}
    assert {"plan.cost.talks.2026", RATIO, "plan.cost.unit"} <= paths


@pytest.mark.parametrize(
    ("grid", "found"),
    [
        ("1.305,1.5", [1.305, 1.5]),
        ("1.305;1,5", [1.305, 1.5]),
        ("1.125:1.375:3", [1.125, 1.25, 1.375]),
        ("0.500:1.500:5", [0.5, 0.75, 1.0, 1.25, 1.5]),
    ],
)
def test_three_decimals_of_a_grid_are_a_ratios_and_no_number_of_people(grid, found, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    laid = [one.settings for one in items(wanted([file], {}, [f"{RATIO}={grid}"]))]
    assert [simlab.load(file, one).quantities[RATIO].mean() for one in laid] == found
    people = [
        one.settings for one in items(wanted([file], {}, [f"citizens.benefit.number={grid}"]))
    ]
    with pytest.raises(StudyError, match="the one that you mean"):
        simlab.load(file, people[-1] if ":" in grid else people[0])


def test_every_value_of_a_range_in_thousands_is_doubtful(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    for one in items(wanted([file], {}, ["citizens.benefit.number=1.000:2.000:3"])):
        with pytest.raises(StudyError, match=r"[12]_[05]00 to others"):
            simlab.load(file, one.settings)


def test_a_comma_before_three_digits_is_still_refused_wherever_it_stands():
    with pytest.raises(click.BadParameter, match="1_305"):
        of_command(f"{RATIO}=1,305")
    with pytest.raises(TargetError, match="1_125"):
        read_target("npv ±1.125m", 5)
