"""Figures that a study holds and its answer never follows are told as that, and as nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shipped

import simlab
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.folders.results import draws_table
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values, sample
from simlab.reading_back import reading_back
from simlab.result.draws import draws_of
from simlab.result.in_use import parameters, unused
from simlab.result.warnings import study_warnings
from simlab.runs.run import run
from simlab.study.study import Study

QUICK = ("programmes/ips.toml", "reference/jobs.toml")
SHIPPED = [
    name if name in QUICK else pytest.param(name, marks=pytest.mark.long)
    for name in shipped.studies()
]
# A state that is closed from the start, or that nothing leads to: its figures are asked for all the
# same, so a few too many are told as parameters.
NOBODY_COMES = {
    "municipalities/plan-2027.toml": "resource_course",
    "programmes/sick-listed.toml": "stable_job",
    "programmes/young.toml": "stable_job",
}
TOWN = """
    start = "2026-01"
    years = 2
    states = ["benefit", "job", "abroad"]
    [citizens.benefit]
    number = { p10 = 90, p90 = 110 }
    [chance_per_month]
    benefit.job = { p10 = 0.01, p90 = 0.03 }
    abroad.job = { p10 = 0.01, p90 = 0.03 }
    [payments.benefit]
    amount.benefit = { p10 = 11_000, p90 = 13_000 }
    amount.abroad = { p10 = 4_000, p90 = 6_000 }
    [plan.cost]
    talks.at_start = { p10 = 90_000, p90 = 110_000 }
    [[plan.effect]]
    name = "talks"
    moves = ["benefit -> job"]
    hazard_ratio = { p10 = 1.1, p90 = 1.5 }
"""
ABROAD = "payments.benefit.amount.abroad"


def moved(study: Study, values: dict[str, float], to: dict[str, float], **cycle: Any) -> set[str]:
    """The figures whose other value changes anything that is kept: a draw each, and one of none."""
    draws = {path: np.full(len(to) + 1, values[path]) for path in values | to}
    for place, path in enumerate(to):
        draws[path][place + 1] = to[path]
    compiled = compile_study(study)
    values_of = Values(0, len(to) + 1, study.quantities, draws)
    block = compiled.block_of(values_of, whole=False, **cycle)
    kept = draws_of(cash_flow(simulate_block(compiled, block, "expected"))).table.columns
    changed = np.zeros(len(to) + 1, bool)
    for column in (column for name, column in kept.items() if name not in draws):
        flat = column.reshape(len(column), -1)
        changed |= ((flat != flat[0]) & ~(np.isnan(flat) & np.isnan(flat[0]))).any(axis=1)
    return {path for path, one in zip(to, changed[1:], strict=True) if one}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_figure_is_a_parameter_of_the_answer_where_changing_it_changes_something(name):
    """In a world where no chance is 0 for certain: what lies behind it is read, and times 0."""
    study = simlab.load(shipped.CONFIGS / name)
    means = {path: float(q.mean()) for path, q in study.quantities.items()}
    for path, mean in means.items():
        if path.startswith("chance_per_month.") and mean == 0.0:
            means[path] = 0.001
    others = {path: float(q.distribution.ppf(np.array([0.2]))[0])
              for path, q in study.uncertain.items()}  # fmt: skip
    others |= {path: 0.9 * means[path] + 0.01 for path in unused(study) if path not in others}
    of_cycle = {path for path in others if path.startswith("business_cycle.")}
    found = moved(study, means, {p: v for p, v in others.items() if p not in of_cycle}, cycle=None)
    told = set(parameters(study)) - of_cycle
    assert found <= told
    assert all(NOBODY_COMES.get(name, "none") in path for path in told - found)
    assert of_cycle <= set(parameters(study))
    assert not found & set(unused(study))
    assert set(study.uncertain) == set(parameters(study)) | set(unused(study)) & set(
        study.uncertain
    )


def test_what_is_paid_where_nobody_ever_is_is_no_parameter_of_the_answer():
    study = simlab.loads(TOWN)
    assert ABROAD in study.uncertain
    ran = run(study, draws=64, engine="expected")
    table = draws_table(ran.total)
    assert ABROAD not in table.column_names
    assert "payments.benefit.amount.benefit" in table.column_names
    (text,) = (one for one in ran.answer.assumptions if one.path == ABROAD)
    assert (text.uncertain, text.used, text.varies) == (True, False, False)
    said = reading_back(study)
    assert f"{len(parameters(study))} uncertain figures of {len(study.quantities)}" in said
    assert ABROAD in said.partition("not used by this study")[2]
    for value in ({"p10": 40, "p90": 90}, 5_000):
        other = run(study.replace({ABROAD: value}), draws=64, engine="expected")
        assert table.equals(draws_table(other.total))
        assert unused(other.study) == (ABROAD,)


@pytest.mark.parametrize(
    ("path", "value", "vain"),
    [
        (ABROAD, 5_000, True),
        (f"{ABROAD}.p90", 7_000, True),
        ("payments.benefit.amount", {"benefit": 12_000, "abroad": 5_000}, True),
        ("payments.benefit.amount.benefit", 12_000, False),
        ("draws", 8, False),
    ],
)
def test_a_figure_that_is_set_and_changes_nothing_is_warned_of(path, value, vain):
    study = simlab.loads(TOWN)
    text = {one.what: one.paths for one in study_warnings(study.replace({path: value}))}
    assert text.get("not used") == ((ABROAD,) if vain else None)
    assert "not used" not in {one.what for one in study_warnings(study)}


def test_a_figure_that_is_correlated_with_an_unused_one_has_the_values_that_it_had():
    joined = (
        TOWN
        + """
        [[correlation]]
        between = ["payments.benefit.amount.abroad", "payments.benefit.amount.benefit"]
        value = 0.5
    """
    )
    study = simlab.loads(joined)
    path = "payments.benefit.amount.benefit"
    ran = run(study, draws=64, engine="expected")
    table = draws_table(ran.total)
    assert ABROAD not in table.column_names
    np.testing.assert_array_equal(table[path].to_numpy(), sample(study, 0, 64).sampled[path])
    alone = sample(simlab.loads(TOWN), 0, 64).sampled[path]
    assert not np.array_equal(table[path].to_numpy(), alone)
