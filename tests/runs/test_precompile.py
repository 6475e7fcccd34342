"""The other process of a first run: it compiles, and nothing depends on it."""

import os
import subprocess
import sys

import pytest

import simlab
from simlab.engine.counts import counts
from simlab.result.plain import plain_answer
from simlab.runs import precompile
from simlab.runs.options import RunOptions
from simlab.runs.run import run

STUDY = """
start = "2020-01"
years = 0.5
states = ["benefit", "job"]
[citizens.benefit]
number = 5
[rate_per_month]
benefit.job = 0.1
[payments.benefit.amount]
benefit = 100
"""


@pytest.mark.parametrize("engine", ["counts", "citizens"])
def test_the_other_process_leads_a_draw_through_the_engine(engine):
    done = subprocess.run(
        [sys.executable, "-m", "simlab.runs.precompile", engine],
        input=simlab.loads(STUDY).resolved_toml().encode("utf-8"),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8")


def test_a_run_asks_for_it_where_the_cache_is_empty_and_waits_before_the_engine(monkeypatch):
    asked, waited = [], []

    class Other:
        def poll(self):
            return 1

        def wait(self, longest):
            waited.append(longest)
            return 1  # it failed: the run compiles for itself

    def begin(study, engine):
        asked.append(engine)
        return Other()

    monkeypatch.setattr(precompile, "_begin", begin)
    study = simlab.loads(STUDY)
    found = plain_answer(run(study, RunOptions(threads=2), draws=4, engine="counts").answer)
    assert asked == ["counts"]
    assert waited
    assert found == plain_answer(run(study, RunOptions(threads=1), draws=4, engine="counts").answer)
    assert asked == ["counts"]  # one thread has no use for it


def test_no_process_is_begun_for_what_is_compiled_or_never_is():
    study = simlab.loads(STUDY)
    simlab.simulate(study, 1, engine="counts")
    assert precompile._compiled_before(counts)
    assert precompile._begin(study, "counts") is None
    assert precompile._begin(study, "expected") is None
