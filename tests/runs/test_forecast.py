"""Forecasts: more work never takes less, and the words of ``check`` carry the figures."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from benchmarks.machine import peak_memory
from simlab.engine.work import EXACT, choose_engine
from simlab.reading_back.engine import time_of_run
from simlab.runs.capacity import refuse_what_cannot_fit
from simlab.runs.checkpoint import open_checkpoint
from simlab.runs.files import FolderError
from simlab.runs.forecast import forecast, numbers_and_law, share
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.runs.until import most_draws
from simlab.runs.without_chance import variants
from simlab.study.errors import StudyError
from simlab.study.reading import shipped_configs
from simlab.study.study import load

TWO = RunOptions(threads=2)
PROGRAMMES = ("hjoerring-activity-ready", "hjoerring")


@pytest.fixture(scope="module", params=PROGRAMMES)
def study(request):
    return load(shipped_configs() / "programmes" / f"{request.param}.toml")


def test_more_draws_take_longer_and_more_memory(study):
    found = [forecast(study.replace({"draws": n}), TWO) for n in (1, 100, 2_000, 50_000)]
    for few, many in pairwise(found):
        assert many.peak_bytes > few.peak_bytes
        assert all(many.seconds[engine] > few.seconds[engine] for engine in few.seconds)


def test_more_threads_never_take_longer_but_more_memory(study):
    found = [forecast(study, RunOptions(threads=threads)) for threads in (1, 2, 4, 64)]
    for few, many in pairwise(found):
        assert many.peak_bytes > few.peak_bytes
        assert all(many.seconds[engine] <= few.seconds[engine] for engine in few.seconds)


def test_expected_numbers_alone_take_the_least(study):
    seconds = forecast(study, TWO).seconds
    assert set(seconds) == {"expected", *EXACT}
    assert seconds["expected"] < min(seconds[engine] for engine in EXACT)


def test_a_single_block_is_not_shared_out():
    assert share(256, 256, 8) == 1.0
    assert share(100, 256, 8) == 1.0
    assert share(10_000, 256, 1) == 1.0


def test_variants_of_the_study_take_their_time(study):
    permanent = study.replace({"plan.cost.more": {"per_year": 1.0}, "draws": 10_000})
    once = permanent.replace({"plan.until": "2020-12"})
    more = forecast(permanent, RunOptions()).seconds["expected"]
    assert more > forecast(once, RunOptions()).seconds["expected"] * 1.05


def test_a_clock_that_never_forgets_has_more_cells_which_take_longer():
    study = load(shipped_configs() / "programmes" / "ips.toml")
    bounds = {one: study.replace({"clocks.support.forgets": one}) for one in (True, False)}
    remembered, forgotten = (
        numbers_and_law(study, *variants(bounds[own], 4_000)) for own in (True, False)
    )
    assert remembered > 3.0 * forgotten


def test_a_run_takes_the_engine_of_its_forecast_and_records_it(study):
    for asked in ("auto", *EXACT):
        wanted = study.replace({"engine": asked, "draws": 4})
        finished = run(wanted)
        assert finished.engine == forecast(wanted, RunOptions()).engine == choose_engine(wanted)
        assert finished.answer.engine == finished.engine
        assert asked in ("auto", finished.engine)


def test_the_words_of_check_name_every_engine_with_its_time():
    seconds = {"expected": 8.6, "counts": 21.4, "citizens": 38.0}
    assert time_of_run("counts", seconds, 2) == (
        "counts: about 21 s on 2 threads; expected would take about 9 s, citizens about 38 s"
    )
    assert time_of_run("citizens", {"counts": 0.2, "citizens": 0.1}, 1) == (
        "citizens: about 1 s on 1 thread; counts would take about 1 s"
    )


def test_what_cannot_fit_is_refused_with_the_figures(study, monkeypatch):
    from simlab.runs import capacity

    monkeypatch.setattr(capacity, "memory_bytes", lambda: 1e8)
    with pytest.raises(StudyError, match=r"\d+ MB, and this machine has 100 MB"):
        capacity.refuse_what_cannot_fit(study.replace({"draws": 10}), RunOptions())


def test_what_cannot_fit_on_the_disk_is_refused_with_the_figures(study, monkeypatch, tmp_path):
    from simlab.runs import capacity

    folder, needed = tmp_path / "not" / "there", forecast(study, RunOptions()).disk_bytes
    capacity.refuse_what_cannot_fit(study, RunOptions(), folder)
    monkeypatch.setattr(capacity, "free_bytes", lambda folder: 0.9 * needed)
    with pytest.raises(FolderError, match=r"need about \d+ MB on disk .* \d+ MB are free"):
        capacity.refuse_what_cannot_fit(study, RunOptions(), folder)


def test_as_many_draws_as_fit_are_not_refused_and_more_are(study, tmp_path):
    most = most_draws(study, TWO, tmp_path)
    assert most > 10_000
    refuse_what_cannot_fit(study.replace({"draws": most}), TWO, tmp_path)
    with pytest.raises((StudyError, FolderError), match="draws need about"):
        refuse_what_cannot_fit(study.replace({"draws": round(1.2 * most)}), TWO, tmp_path)


def test_the_blocks_of_a_run_take_the_disk_that_was_forecast(study, tmp_path):
    few = study.replace({"draws": 64, "engine": "expected"})
    with open_checkpoint(tmp_path, few, "expected") as kept:
        run(few, checkpoint=kept)
    taken = sum(path.stat().st_size for path in tmp_path.glob("blocks/*.block"))
    assert 1 / 1.5 < forecast(few, RunOptions()).disk_bytes / taken < 1.5


# ru_maxrss would count what the tests hold that start it: a process keeps it through an exec
PEAK = """
import sys
from pathlib import Path
from benchmarks.machine import peak_memory
from simlab.runs.files import open_folder
from simlab.folders.results import write_results
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.study import load
study = load(sys.argv[1], {"draws": int(sys.argv[2]), "engine": sys.argv[3]})
write_results(run(study, RunOptions(threads=2)), open_folder(Path(sys.argv[4])), {}, "en")
print(peak_memory())
"""


@pytest.mark.long
@pytest.mark.skipif(peak_memory() is None, reason="the system does not tell it")
@pytest.mark.parametrize(("draws", "engine"), [(128, "counts"), (6_000, "expected")])
def test_a_run_holds_the_memory_that_was_forecast(tmp_path, draws, engine):
    path = shipped_configs() / "programmes" / "hjoerring-activity-ready.toml"
    study = load(path)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, path, str(draws), engine, tmp_path],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = forecast(study.replace({"draws": draws, "engine": engine}), TWO).peak_bytes
    assert 1 / 1.5 < text / int(done.stdout) < 1.5
