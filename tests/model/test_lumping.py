"""Lumped cells move people between states exactly as all cells do."""

from __future__ import annotations

import numpy as np
import pytest

import simlab
from simlab.kernel.forward import lead, tile
from simlab.model.compiled import compile_study
from simlab.study.reading import shipped_configs

CLOCKED = """
start = "2020-01"
years = 4
payers = ["m"]
states = ["benefit", "job", "pension"]
[clocks.support]
states = ["benefit"]
resets = { after_months = 6 }
[citizens.benefit]
number = 100
months_on_clock = { "1" = 0.5, "9" = 0.5 }
[chance_per_month.benefit]
job = { "1-3" = 0.05, "4+" = 0.02 }
pension = 0.01
[chance_per_month.job.benefit]
by = "support.away"
"1-2" = 0.2
"3+" = 0.03
[payments.support.amount.benefit]
"1-12" = 5_000
"13-30" = 4_000
"31+" = 3_000
[[convert]]
states = ["job"]
to = "benefit"
at = "2022-05"
"""


def led(chain, inflow, hazards, people):
    draws = len(people.start)
    out = np.empty((draws, len(chain.cells.stay)))
    workspace = tile(chain.cells, 0, hazards)
    lead(chain, inflow, hazards, people, np.ones(draws, dtype=bool), workspace, out)
    return out


@pytest.mark.parametrize("name", [None, "hjoerring-activity-ready", "ips"])
def test_lumps_hold_the_people_of_their_cells(name):
    study = simlab.loads(CLOCKED)
    if name is not None:
        study = simlab.load(shipped_configs() / "programmes" / f"{name}.toml")
    compiled = compile_study(study)
    small, block = compiled.lumped, compiled.block(0, 3)
    assert len(small.one_of) < 0.5 * len(compiled.space)
    for cohort in block.cohorts:
        for last in (1, 30, study.timeline.steps):
            hazards = cohort.laws[1]._replace(epoch=cohort.laws[1].epoch[:last])
            every = led(compiled.chain, compiled.inflow, hazards, cohort.people)
            few = led(small.chain, small.inflow, hazards, small.people(cohort.people))
            by_lump = np.zeros_like(few)
            np.add.at(by_lump.T, small.lump_of, every.T)
            np.testing.assert_allclose(few, by_lump, rtol=1e-9, atol=1e-9)


def test_cells_that_lead_elsewhere_stay_apart():
    compiled = compile_study(simlab.loads(CLOCKED))
    small = compiled.lumped
    for cell, lump in enumerate(small.lump_of):
        other = small.one_of[lump]
        assert compiled.cells.class_of[cell] == compiled.cells.class_of[other]
        there, twin = (small.lump_of[compiled.cells.stay[c]] for c in (cell, other))
        assert there == twin
