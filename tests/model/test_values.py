"""A figure is asked for by itself, and never by the text of a key path."""

import pickle

import numpy as np
import pytest

import simlab
from simlab.model.parameters import Values, sample
from simlab.study.quantity import read_quantity

STUDY = """
start = "2020-01"
years = 2
states = ["a", "b", "c"]
citizens.a.number = 10
clocks.there.states = ["a"]
[chance_per_month.a]
b = { "2020-01" = 0.1, "2021-01" = { "1-3" = { p10 = 0.1, p90 = 0.2 }, "4+" = 0.3 } }
[count_per_month]
b = { a = 3, b = 97 }
[share_within.c]
a = { share = 0.2, months = 3 }
[plan.cost]
talks.2020 = 9
talks.2021 = { p10 = 9, p90 = 11 }
[[plan.effect]]
name = "job.v2"
moves = ["a -> b"]
hazard_ratio = { p10 = 1.1, p90 = 1.9 }
coverage = 0.5
[[plan.effect]]
rate_per_year.b.c = 0.2
"""


def ratio(study):
    quantity = study.form.plan.effect[0].hazard_ratio
    assert quantity is not None
    return quantity


def test_every_figure_knows_its_key_path():
    study = simlab.loads(STUDY)
    for path, quantity in study.quantities.items():
        assert quantity.path == path
    assert ratio(study).path == 'plan.effect."job.v2".hazard_ratio'
    shorter = study.replace({ratio(study).path: 1.2})
    assert ratio(shorter).path == ratio(study).path
    assert {"count_per_month.b.a", "share_within.c.a.share", "plan.cost.talks.2021"} <= set(
        study.quantities
    )


def test_every_move_that_is_written_reads_figures_of_the_study():
    study = simlab.loads(STUDY)
    values, tables = Values.at_means(study), (study.rows, study.plan_rows, *study.effect_rows)
    for row in (row for table in tables for row in table.values()):
        for entry in row:
            for below, quantity in entry.value.quantities():
                assert quantity.path == entry.path + below
                assert values[quantity] == quantity.mean()


def test_a_figure_has_the_values_that_were_sampled_for_it_and_a_certain_one_its_own():
    study = simlab.loads(STUDY)
    values = sample(study, 0, 8)
    assert values[ratio(study)] is values.sampled[ratio(study).path]
    np.testing.assert_array_equal(values[study.form.plan.effect[0].coverage], np.full(8, 0.5))


def test_a_figure_that_is_in_no_study_has_no_value():
    values = Values.at_means(simlab.loads(STUDY))
    for written in (1.5, {"p10": 1.1, "p90": 1.9}):
        with pytest.raises(KeyError, match="without a key path"):
            values[read_quantity(written, "positive")]


@pytest.mark.parametrize("other", [1.5, {"p10": 1.1, "p90": 1.8}])
def test_a_figure_of_another_study_has_no_value(other):
    study = simlab.loads(STUDY)
    stranger = ratio(study.replace({ratio(study).path: other}))
    with pytest.raises(KeyError, match=r"job\.v2.*hazard_ratio"):
        Values.at_means(study)[stranger]
    renamed = simlab.loads(STUDY.replace("job.v2", "job.v3"))
    with pytest.raises(KeyError, match=r"job\.v3"):
        sample(study, 0, 4)[ratio(renamed)]


def test_values_that_were_sent_away_know_the_figures_of_the_study_that_stayed():
    study = simlab.loads(STUDY)
    sent = pickle.loads(pickle.dumps(sample(study, 0, 4)))
    np.testing.assert_array_equal(sent[ratio(study)], sample(study, 0, 4)[ratio(study)])


def test_the_central_world_has_every_figure_at_its_mean():
    study = simlab.loads(STUDY)
    values = Values.at_means(study)
    assert {path: values[q][0] for path, q in study.quantities.items()} == {
        path: q.mean() for path, q in study.quantities.items()
    }


def test_other_values_are_put_at_key_paths_that_exist_and_nowhere_else():
    study = simlab.loads(STUDY)
    values = sample(study, 0, 4)
    twice = values.replaced({ratio(study).path: values[ratio(study)] * 2})
    np.testing.assert_array_equal(twice[ratio(study)], 2 * values[ratio(study)])
    assert values[ratio(study)] is values.sampled[ratio(study).path]
    covered = study.form.plan.effect[0].coverage
    assert values.replaced({covered.path: np.arange(4.0)})[covered][3] == 3.0
    with pytest.raises(KeyError, match="did you mean"):
        values.replaced({'plan.effect."job.v2".hazard_ration': np.ones(4)})
    with pytest.raises(ValueError, match=r"needed: \(4,\)"):
        values.replaced({ratio(study).path: np.ones(3)})
    with pytest.raises(TypeError):
        twice.sampled["plan"] = np.ones(4)
