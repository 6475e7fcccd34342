"""What a layer means for what it does not name: arrivals, and parts of the plan that had an end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import simlab
from simlab.batch.items import items, wanted
from simlab.result.warnings import study_warnings
from simlab.study.layers import times
from simlab.study.quantity import read_quantity
from simlab.study.reading import shipped_configs
from simlab.study.study import Study

BASE = """
    start = "2026-01"
    years = 10
    states = ["benefit", "job"]
    [citizens.benefit]
    number = 500
    arrivals_per_month = { p10 = 9, p90 = 14, source = "a count" }
    arrivals_trend_per_year = -0.1
    [citizens.others]
    state = "benefit"
    number = 70
    arrivals_per_year = { "2026-01" = 12, "2028-01" = 24 }
    [chance_per_month]
    benefit.job = 0.02
    job.benefit = 0.02
    [payments.benefit]
    amount.benefit = 12_000
    [plan.caseload]
    states = ["benefit"]
    workers = 6
    extra_workers = { 2026 = 6, 2029 = 0 }
    cost_per_worker_per_year = 550_000
    [[plan.effect]]
    name = "talks"
    moves = ["benefit -> job"]
    hazard_ratio_per_halving = 1.2
    until = "2028-12"
"""
NUMBER, ARRIVALS = "citizens.benefit.number", "citizens.benefit.arrivals_per_month"


@pytest.fixture
def base(tmp_path) -> Path:
    return written(tmp_path, "base", BASE)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def above(base: Path, name: str, text: str, of: str = "base") -> Path:
    return written(base.parent, name, f'extends = ["{of}.toml"]\n{text}')


def arriving(study: Study) -> float:
    """The median of arrivals a month; of p10 and p90 the geometric mean."""
    return study.quantities[ARRIVALS].median()


WHOLE = (9 * 14) ** 0.5


def test_arrivals_follow_a_number_of_people_that_a_later_file_changes(base):
    study = simlab.load(above(base, "ours", "citizens.benefit.number = 100"))
    assert arriving(study) == pytest.approx(WHOLE / 5, rel=1e-9)
    figure = study.quantities[ARRIVALS]
    assert (figure.quantile(0.1), figure.quantile(0.9)) == pytest.approx((1.8, 2.8), rel=1e-9)
    assert str(figure.source) == "a count"
    assert study.quantities["citizens.benefit.arrivals_trend_per_year"].mean() == -0.1
    assert study.quantities["citizens.others.arrivals_per_year.2028-01"].mean() == 24


def test_arrivals_by_date_and_by_year_follow_it_too(base):
    study = simlab.load(base, {"citizens.others.number": 35})
    of = study.quantities
    assert of["citizens.others.arrivals_per_year.2026-01"].mean() == 6
    assert of["citizens.others.arrivals_per_year.2028-01"].mean() == 12


@pytest.mark.parametrize("number", [100, {"p10": 80, "p90": 125}, {"mean": 100, "sd": 60}])
def test_what_is_uncertain_within_the_number_scales_nothing_but_its_mean(base, number):
    study = simlab.load(base, {NUMBER: number})
    mean = study.quantities[NUMBER].mean()
    assert arriving(study) == pytest.approx(WHOLE * mean / 500, rel=1e-9)
    wider = simlab.load(base, {NUMBER: {"mean": 500, "sd": 200}})
    assert arriving(wider) == pytest.approx(WHOLE, rel=1e-9)
    assert wider.form.citizens["benefit"].arrivals_scaled is None


def test_settings_replace_and_a_grid_are_layers_as_files_are(base):
    whole = simlab.load(base)
    varied = [simlab.load(base, {NUMBER: 250}), whole.replace({NUMBER: 250})]
    asked = wanted((base,), {}, (f"{NUMBER}=250,1000",))
    varied += [simlab.load(one.study, one.settings) for one in items(asked)]
    found = [arriving(study) for study in varied]
    assert found == pytest.approx([WHOLE / 2] * 3 + [WHOLE * 2], rel=1e-9)


def test_whoever_states_arrivals_in_the_same_layer_has_the_last_word(base):
    stated = "citizens.benefit.number = 100\ncitizens.benefit.arrivals_per_month = 7"
    by_file = simlab.load(above(base, "ours", stated))
    by_setting = simlab.load(base, {NUMBER: 100, f"{ARRIVALS}.p10": 8, f"{ARRIVALS}.p90": 8.1})
    assert arriving(by_file) == 7
    assert arriving(by_setting) == pytest.approx((8 * 8.1) ** 0.5)
    for study in (by_file, by_setting):
        assert study.form.citizens["benefit"].arrivals_scaled is None
        assert "arrivals scaled" not in {one.what for one in study_warnings(study)}


def test_over_several_layers_the_last_number_counts_and_nothing_twice(base):
    above(base, "middle", "citizens.benefit.number = 250")
    study = simlab.load(above(base, "ours", "citizens.benefit.number = 50", of="middle"))
    assert arriving(study) == pytest.approx(WHOLE / 10, rel=1e-9)
    assert study.form.citizens["benefit"].arrivals_scaled == pytest.approx(0.1)
    said = study.replace({ARRIVALS: 3})
    assert (arriving(said), said.form.citizens["benefit"].arrivals_scaled) == (3, None)
    assert arriving(said.replace({NUMBER: 100})) == 6
    assert arriving(study.replace({"draws": 7, "seed": 3})) == arriving(study)


def test_the_resolved_study_has_the_same_draws_and_warnings_and_is_not_scaled_again(base, tmp_path):
    study = simlab.load(base, {NUMBER: 130, "plan.caseload.extra_workers": 3})
    again = simlab.load(written(tmp_path, "resolved", study.resolved_toml()))
    assert again.quantities[ARRIVALS].written == study.quantities[ARRIVALS].written
    assert again.resolved_toml() == study.resolved_toml()
    assert study_warnings(again) == study_warnings(study)
    one, two = (simlab.simulate(s, 8, engine="counts") for s in (study, again))
    np.testing.assert_array_equal(one.heads("plan"), two.heads("plan"))


def test_a_number_that_is_stated_again_changes_nothing(base):
    same = simlab.load(base, {NUMBER: 500})
    assert same.quantities[ARRIVALS] == simlab.load(base).quantities[ARRIVALS]
    assert same.form.citizens["benefit"].arrivals_scaled is None


def test_arrivals_that_were_multiplied_are_warned_of(base):
    (warning,) = (w for w in study_warnings(simlab.load(base, {NUMBER: 100}))
                  if w.what == "arrivals scaled")  # fmt: skip
    assert warning.paths == (ARRIVALS,)
    assert "Arrivals of benefit were multiplied by 0.2:" in str(warning.message)


@pytest.mark.parametrize("nobody", ["number = 0", "# nobody is there at the start"])
def test_arrivals_above_a_number_of_0_stay_and_that_is_told(tmp_path, nobody):
    base = written(tmp_path, "base", BASE.replace("number = 500", nobody))
    by_file = simlab.load(above(base, "ours", "citizens.benefit.number = 100"))
    for study in (by_file, simlab.load(base, {NUMBER: 100})):
        assert arriving(study) == pytest.approx(WHOLE)
        (warning,) = (w for w in study_warnings(study) if w.what == "arrivals kept")
        assert warning.paths == (ARRIVALS,)
        assert "Arrivals of benefit stayed as they were: the number of people was 0" in str(
            warning.message
        )
        again = simlab.load(written(tmp_path, "resolved", study.resolved_toml()))
        assert study_warnings(again) == study_warnings(study)
        for quiet in (simlab.load(base, {NUMBER: 0}), study.replace({ARRIVALS: 7})):
            assert "arrivals kept" not in {one.what for one in study_warnings(quiet)}


FORMS = [
    12, {"value": 12, "source": "x"}, {"p10": 3, "p90": 8}, {"min": 1, "mode": 4, "max": 9},
    {"min": 1, "max": 9, "dist": "uniform"}, {"mean": 4, "sd": 2},
    {"ci95": [3, 8], "estimate": 5}, {"events": 37, "exposure": 12, "prior": 1},
    {"median": 4, "sigma": 0.4, "dist": "lognormal"},
    {"log_mean": 1.2, "log_sd": 0.3, "dist": "lognormal"},
    {"shape": 4, "rate": 2, "dist": "gamma"}, {"none": 0.2, "else": {"p10": 3, "p90": 8}},
    {"mixture": [{"weight": 0.3, "value": 1}, {"weight": 0.7, "value": {"mean": 2, "sd": 1}}]},
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("factor", [0.12, 3.0, 0.0])
def test_every_form_of_a_positive_figure_can_be_multiplied(form, factor):
    def read(written: object):
        return read_quantity(written, "positive", neutral=0.0, zero_allowed=True)

    before, after = read(form), read(times(form, factor))
    chances = np.array([0.05, 0.3, 0.5, 0.81, 0.97])
    np.testing.assert_allclose(after.ppf(chances), factor * before.ppf(chances), rtol=1e-9)
    assert after.source == before.source


def test_arrivals_that_cannot_be_multiplied_are_asked_for(base):
    chance = {"successes": 3, "trials": 8}
    study = simlab.load(base).replace({ARRIVALS: chance})
    with pytest.raises(simlab.StudyError, match="state them in the same place"):
        study.replace({NUMBER: 100})


# ---- a constant in the place of what ended ----


def for_ever(study: Study) -> dict[str, str]:
    found = (one for one in study_warnings(study) if one.what == "for ever")
    return {one.paths[0]: str(one.message) for one in found}


def test_three_posts_for_ever_are_told_with_what_the_six_that_ended_cost(base):
    """Six posts for three years are 9.9 million kr.; three for ten years are 16.5."""
    posts = "plan.caseload.extra_workers"
    by_file = simlab.load(above(base, "ours", "plan.caseload.extra_workers = 3"))
    for study in (by_file, simlab.load(base, {posts: 3}), simlab.load(base).replace({posts: 3})):
        text = for_ever(study)[posts]
        assert "costs DKK 16,500,000, and would cost DKK 9,900,000 with that" in text
        assert "{ 2026 = 6, 2029 = 0 }" in text


@pytest.mark.parametrize(
    "ended",
    [{"plan.caseload.until": 2028}, {"plan.until": 2028},
     {"plan.caseload.extra_workers": {"2026": 3, "2028": 0}}],
)  # fmt: skip
def test_posts_that_end_are_no_posts_for_ever(base, ended):
    study = simlab.load(base, {"plan.caseload.extra_workers": 3})
    assert for_ever(study)
    assert for_ever(study.replace(ended)) == {}


def test_a_yearly_sum_over_a_budget_of_years_is_told(base):
    """Two years of 6 are 12; 3 a year for ten years come on top of them, or in their place."""
    above(base, "spends", "plan.cost.talks = { 2026 = 6, 2027 = 6 }")
    study = simlab.load(above(base, "ours", "plan.cost.talks = { per_year = 3 }", of="spends"))
    text = for_ever(study)["plan.cost.talks"]
    assert "{ 2026 = 6, 2027 = 6 }" in text
    assert for_ever(study.replace({"plan.cost.talks.until": 2027})) == {}


def test_an_effect_that_loses_its_end_is_told(base):
    effect = '[[plan.effect]]\nname = "talks"\nmoves = ["benefit -> job"]\nhazard_ratio = 1.3\n'
    study = simlab.load(above(base, "ours", effect))
    assert set(for_ever(study)) == {"plan.effect.talks.until"}
    assert "until 2028-12" in for_ever(study)["plan.effect.talks.until"]


def test_no_shipped_study_relies_on_what_is_told_here():
    """None changes a number above arrivals that it inherits, nor makes an end a constant."""
    for path in sorted(shipped_configs().rglob("*.toml")):
        if path.parent.name in ("programmes", "backtest", "municipalities", "reference"):
            kinds = {one.what for one in study_warnings(simlab.load(path))}
            assert not kinds & {"arrivals scaled", "arrivals kept", "for ever"}, path.stem
